;; Never ends when it is told that its result has been read.
;; Must become of it: the call is stopped when its fuel is used up, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $ok))

(func (export "cabi_post_shop:product-handler/handler@1.0.0#fulfil") (param $result i32)
  (loop $for_ever (br $for_ever)))
