;; Its allocator calls an import while the host hands the order over.
;; Must become of it: the call is stopped, nothing is applied.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(func (export "cabi_realloc")
  (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (call $find_course (global.get $course_name) (i32.const 6) (global.get $answer))
  (i32.const 4096))
