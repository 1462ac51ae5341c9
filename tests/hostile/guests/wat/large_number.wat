;; Says a number that is too large for those who count in floats: 2^53 + 1.
;; Must become of it: the order is fulfilled, and the number is told as it is.

(data (i32.const 2048) "number = It is { $number }.\n")
(data (i32.const 2560) (i32 2048 6) (i32 1 0) (i64 9007199254740993))

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  ;; Behind all other texts.
  (memory.copy (i32.const 8192) (i32.const 384) (i32.const 195))
  (memory.copy (i32.const 8387) (i32.const 2048) (i32.const 28))
  (call $translate (i32.const 8192) (i32.const 223))
  (global.get $manifest))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store offset=32 (global.get $message) (i32.const 2560))
  (i32.store offset=36 (global.get $message) (i32.const 1))
  (call $say (global.get $is_ok) (global.get $notice) (i32.const 2048) (i32.const 6)))
