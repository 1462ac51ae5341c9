;; Has a translation of 100,000 bytes.
;; Must become of it: it cannot be installed.

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (drop (memory.grow (i32.const 2)))
  (memory.fill (i32.const 65536) (i32.const 0x0a) (i32.const 100000))
  (call $translate (i32.const 65536) (i32.const 100000))
  (global.get $manifest))
