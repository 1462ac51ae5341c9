;; Returns a message with 33 arguments.
;; Must become of it: the call is stopped, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store offset=32 (global.get $message) (i32.const 8192))
  (i32.store offset=36 (global.get $message) (i32.const 33))
  (call $say (global.get $is_ok) (global.get $notice) (global.get $said) (i32.const 4)))
