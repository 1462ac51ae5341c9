;; Hands over a list of a million empty addresses.
;; Must become of it: the call is stopped before the host has copied it, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (drop (memory.grow (i32.const 200)))
  (call $ensure_accounts (i32.const 65536) (i32.const 1000000) (global.get $answer))
  (call $ok))
