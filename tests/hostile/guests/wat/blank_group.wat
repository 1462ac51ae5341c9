;; Gives its group a name of characters that show nothing: a word joiner, a filler of Korean, a pattern of no dots.
;; Must become of it: the call is stopped as refused.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(import "shop:product-handler/grouping@1.0.0" "ensure" (func $ensure_group (param i32 i32 i32) (result i32)))

(data (i32.const 2048) "\e2\81\a0\e3\85\a4\e2\a0\80")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $course i32)
  (call $find_course (global.get $course_name) (i32.const 6) (global.get $answer))
  (local.set $course (i32.load (i32.add (global.get $answer) (global.get $course_id))))
  (drop (call $ensure_group (local.get $course) (i32.const 2048) (i32.const 9)))
  (call $ok))
