;; Enrols for a period whose end is neither there nor not.
;; Must become of it: the call is stopped, nothing is applied.

(import "shop:product-handler/enrolment@1.0.0" "enrol" (func $enrol (param i32 i32 i32 i32 i64 i32 i64)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $enrol (i32.const 0) (i32.const 0) (i32.const 2048) (i32.const 1) (i64.const 0) (i32.const 9) (i64.const 0))
  (call $ok))
