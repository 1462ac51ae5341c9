;; Asks for the operator 2,000 times in one call.
;; Must become of it: the call is stopped, nothing is applied.

(import "shop:product-handler/user-lookup@1.0.0" "find" (func $find (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $pair i32) (local $email i64)
  (local.set $email (i64.load align=4 (i32.add (local.get $order) (global.get $operator_email))))
  (local.set $pair (i32.const 16384))
  (loop $next
    (i64.store (local.get $pair) (local.get $email))
    (local.set $pair (i32.add (local.get $pair) (i32.const 8)))
    (br_if $next (i32.lt_u (local.get $pair) (i32.const 32384))))
  (call $find (i32.const 16384) (i32.const 2000) (global.get $answer))
  (call $ok))
