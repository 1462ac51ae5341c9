;; Claims to hand over two thousand million addresses.
;; Must become of it: the call is stopped before the host makes room for them, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $ensure_accounts (i32.const 0) (i32.const 0x7fffffff) (global.get $answer))
  (call $ok))
