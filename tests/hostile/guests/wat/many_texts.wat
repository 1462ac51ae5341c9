;; Has 50 translations of 10,000 texts each, all in the same 60,000 bytes of its memory.
;; Must become of it: it cannot be installed.

(data (i32.const 2048) "a = bcd\n")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (local $at i32)
  (drop (memory.grow (i32.const 1)))
  (local.set $at (i32.const 8192))
  (loop $next
    (memory.copy (local.get $at) (i32.const 2048) (i32.const 6))
    (i32.store8 offset=5 (local.get $at) (i32.const 10))
    (local.set $at (i32.add (local.get $at) (i32.const 6)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 68192))))
  (local.set $at (i32.const 2304))
  (loop $next
    (i32.store (local.get $at) (i32.const 328))
    (i32.store offset=4 (local.get $at) (i32.const 2))
    (i32.store offset=8 (local.get $at) (i32.const 8192))
    (i32.store offset=12 (local.get $at) (i32.const 60000))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 3104))))
  (i32.store offset=32 (global.get $manifest) (i32.const 2304))
  (i32.store offset=36 (global.get $manifest) (i32.const 50))
  (global.get $manifest))
