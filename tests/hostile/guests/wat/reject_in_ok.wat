;; Says `ok`, but tells of an error.
;; Must become of it: the same as of an order that is rejected.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (global.get $is_ok) (global.get $error) (global.get $said) (i32.const 4)))
