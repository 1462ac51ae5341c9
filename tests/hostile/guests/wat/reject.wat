;; Rejects the order, with a reason.
;; Must become of it: the reader sees the message, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (global.get $err) (global.get $error) (global.get $said) (i32.const 4)))
