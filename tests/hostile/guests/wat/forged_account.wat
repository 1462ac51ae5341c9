;; Enrols an account that it has made up, in a real course with a real role.
;; Must become of it: the call is stopped as refused, nothing is applied.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))
(import "shop:product-handler/courses@1.0.0" "find-role" (func $find_role (param i32 i32 i32)))
(import "shop:product-handler/enrolment@1.0.0" "enrol" (func $enrol (param i32 i32 i32 i32 i64 i32 i64)))

(data (i32.const 2048) (i32 4242))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $course i32) (local $role i32)
  (call $find_course (global.get $course_name) (i32.const 6) (global.get $answer))
  (local.set $course (i32.load (i32.add (global.get $answer) (global.get $course_id))))
  (call $find_role (global.get $role_name) (i32.const 7) (global.get $answer))
  (local.set $role (i32.load (i32.add (global.get $answer) (global.get $role_id))))
  (call $enrol
    (local.get $course)
    (local.get $role)
    (i32.const 2048) (i32.const 1)
    (i64.const 1798761600) (i32.const 0) (i64.const 0))
  (call $ok))
