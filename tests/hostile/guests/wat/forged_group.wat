;; Adds the operator to a group that it has made up.
;; Must become of it: the call is stopped as refused, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))
(import "shop:product-handler/grouping@1.0.0" "add" (func $add_to_group (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  ;; The operator's address lies in the order as a list of one string would.
  (call $ensure_accounts (i32.add (local.get $order) (global.get $operator_email)) (i32.const 1) (global.get $answer))
  (call $add_to_group (i32.const 4242) (i32.load (global.get $answer)) (i32.const 1))
  (call $ok))
