;; Looks up a role that no parameter of the product names.
;; Must become of it: the call is stopped as refused, nothing is applied.

(import "shop:product-handler/courses@1.0.0" "find-role" (func $find_role (param i32 i32 i32)))

(data (i32.const 2048) "manager")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $find_role (i32.const 2048) (i32.const 7) (global.get $answer))
  (call $ok))
