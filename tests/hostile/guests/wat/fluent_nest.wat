;; Has a text that nests so deep that reading it would use up the host's stack.
;; Must become of it: it cannot be installed.

(data (i32.const 2048) "title = ")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (memory.copy (i32.const 8192) (i32.const 2048) (i32.const 8))
  (memory.fill (i32.const 8200) (i32.const 0x7b) (i32.const 50000))
  (call $translate (i32.const 8192) (i32.const 50008))
  (global.get $manifest))
