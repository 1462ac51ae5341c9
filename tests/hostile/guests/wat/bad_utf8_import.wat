;; Asks for a course whose name is not UTF-8.
;; Must become of it: the call is stopped, nothing is applied.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(data (i32.const 2048) "\ff\fe")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $find_course (i32.const 2048) (i32.const 2) (global.get $answer))
  (call $ok))
