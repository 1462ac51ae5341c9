;; Asks for a course with a name of 900,000 bytes.
;; Must become of it: the call is stopped, nothing is applied.

(import "shop:product-handler/courses@1.0.0" "find-course" (func $find_course (param i32 i32 i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (drop (memory.grow (i32.const 200)))
  (memory.fill (i32.const 65536) (i32.const 0x61) (i32.const 900000))
  (call $find_course (i32.const 65536) (i32.const 900000) (global.get $answer))
  (call $ok))
