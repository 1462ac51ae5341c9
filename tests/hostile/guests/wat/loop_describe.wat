;; Never returns from `describe`.
;; Must become of it: the handler cannot be installed.

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (loop $for_ever (br $for_ever))
  unreachable)
