;; Says something on a level that there is not.
;; Must become of it: the call is stopped, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (global.get $is_ok) (i32.const 9) (global.get $said) (i32.const 4)))
