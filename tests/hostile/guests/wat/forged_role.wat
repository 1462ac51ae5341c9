;; Enrols the operator, in a real course, with a role that it has made up.
;; Must become of it: the call is stopped as refused, nothing is applied.

(import "shop:product-handler/account-creation@1.0.0" "ensure" (func $ensure_accounts (param i32 i32 i32)))

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(import "shop:product-handler/enrolment@1.0.0" "enrol" (func $enrol (param i32 i32 i32 i32 i64 i32 i64)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $course i32)
  (call $find_course (global.get $course_name) (i32.const 6) (global.get $answer))
  (local.set $course (i32.load (i32.add (global.get $answer) (global.get $course_id))))
  ;; The operator's address lies in the order as a list of one string would.
  (call $ensure_accounts (i32.add (local.get $order) (global.get $operator_email)) (i32.const 1) (global.get $answer))
  (call $enrol
    (local.get $course)
    (i32.const 4242)
    (i32.load (global.get $answer)) (i32.const 1)
    (i64.const 1798761600) (i32.const 0) (i64.const 0))
  (call $ok))
