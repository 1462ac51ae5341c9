;; Hands over 100,000 addresses that are all the same 8 MB of its memory: 800 GB, if they were copied.
;; Must become of it: the call is stopped before the host has copied them, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $pair i32)
  (drop (memory.grow (i32.const 200)))
  (memory.fill (i32.const 1048576) (i32.const 0x61) (i32.const 8000000))
  ;; Pairs of pointer and length, all the same.
  (local.set $pair (i32.const 65536))
  (loop $next
    (i32.store (local.get $pair) (i32.const 1048576))
    (i32.store offset=4 (local.get $pair) (i32.const 8000000))
    (local.set $pair (i32.add (local.get $pair) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $pair) (i32.const 865536))))
  (call $ensure_accounts (i32.const 65536) (i32.const 100000) (global.get $answer))
  (call $ok))
