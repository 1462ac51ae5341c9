;; Rejects the order, and says nothing of an error.
;; Must become of it: the same as of an order that is rejected with one.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (global.get $err) (global.get $notice) (global.get $said) (i32.const 4)))
