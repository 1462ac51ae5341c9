;; Rejects the order without a word.
;; Must become of it: the host says that nobody has said why.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store (global.get $result) (global.get $err))
  (i32.store offset=8 (global.get $result) (i32.const 0))
  (global.get $result))
