;; Looks up a course that is named by terminal escapes.
;; Must become of it: the call is stopped as refused, and the reason shows the escapes.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(data (i32.const 2048) "\1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $find_course (i32.const 2048) (i32.const 20) (global.get $answer))
  (call $ok))
