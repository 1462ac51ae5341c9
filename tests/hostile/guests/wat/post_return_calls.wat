;; Declares an account after its result has been read.
;; Must become of it: the call is stopped, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $ok))

(func (export "cabi_post_shop:product-handler/handler@1.0.0#fulfil") (param $result i32)
  (call $ensure_accounts (i32.const 0) (i32.const 0) (global.get $answer)))
