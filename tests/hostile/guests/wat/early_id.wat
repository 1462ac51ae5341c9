;; Uses the ids that an earlier call was given, the first of each kind, without asking in this one.
;; Must become of it: the call is stopped as refused, nothing is applied.

(import "shop:product-handler/enrolment@1.0.0" "enrol" (func $enrol (param i32 i32 i32 i32 i64 i32 i64)))

(data (i32.const 2048) (i32 0))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $enrol
    (i32.const 0)
    (i32.const 0)
    (i32.const 2048) (i32.const 1)
    (i64.const 1798761600) (i32.const 0) (i64.const 0))
  (call $ok))
