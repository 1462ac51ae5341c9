;; Has 100,000 translations that are all the same 8 MB of its memory: 800 GB, if they were copied.
;; Must become of it: it cannot be installed, and is stopped before the host has copied them.

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (local $pair i32)
  (drop (memory.grow (i32.const 200)))
  ;; Pairs of pointer and length, all the same.
  (local.set $pair (i32.const 65536))
  (loop $next
    (i32.store (local.get $pair) (i32.const 1048576))
    (i32.store offset=4 (local.get $pair) (i32.const 8000000))
    (local.set $pair (i32.add (local.get $pair) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $pair) (i32.const 865536))))
  (i32.store offset=32 (global.get $manifest) (i32.const 65536))
  (i32.store offset=36 (global.get $manifest) (i32.const 50000))
  (global.get $manifest))
