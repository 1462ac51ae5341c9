;; Says something whose key is not UTF-8.
;; Must become of it: the call is stopped, nothing is applied.

(data (i32.const 2048) "\ff\fe")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (global.get $is_ok) (global.get $notice) (i32.const 2048) (i32.const 2)))
