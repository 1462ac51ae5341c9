;; Has a text with 4,000 variants, which whoever words it would have to look through.
;; Must become of it: it cannot be installed.

(data (i32.const 2048) "said = { $n ->")
(data (i32.const 2064) "\n [1] xx")
(data (i32.const 2072) "\n *[x] x\n }")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (local $at i32)
  (memory.copy (i32.const 8192) (i32.const 2048) (i32.const 14))
  (local.set $at (i32.const 8206))
  (loop $next
    (i64.store (local.get $at) (i64.load (i32.const 2064)))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 40206))))
  (memory.copy (local.get $at) (i32.const 2072) (i32.const 11))
  (call $translate (i32.const 8192) (i32.const 32025))
  (global.get $manifest))
