;; Declares an account for somebody whom the order does not name.
;; Must become of it: the call is stopped as refused, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))

(data (i32.const 2048) "stranger@example.org")
(data (i32.const 2080) (i32 2048 20))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $ensure_accounts (i32.const 2080) (i32.const 1) (global.get $answer))
  (call $ok))
