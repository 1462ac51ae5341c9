;; Asks for the same course again and again, which it may, and never ends.
;; Must become of it: the call is stopped at the limit of host calls, nothing is applied.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (loop $for_ever
    (call $find_course (global.get $course_name) (i32.const 6) (global.get $answer))
    ;; Forget the answer, so that it is not the memory that runs out.
    (global.set $free (global.get $heap))
    (br $for_ever))
  unreachable)
