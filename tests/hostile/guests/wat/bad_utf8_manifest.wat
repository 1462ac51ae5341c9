;; Has a name that is not UTF-8.
;; Must become of it: it cannot be installed.

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (i32.store8 (i32.load (global.get $manifest)) (i32.const 0xff))
  (global.get $manifest))
