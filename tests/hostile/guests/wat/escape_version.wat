;; Has terminal escapes in its version.
;; Must become of it: it cannot be installed, and the reason shows the escapes.

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (i32.store8 (i32.load offset=8 (global.get $manifest)) (i32.const 0x1b))
  (global.get $manifest))
