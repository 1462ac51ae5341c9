;; Says something with a time far beyond all calendars.
;; Must become of it: the call is stopped, nothing is applied.

(data (i32.const 2048) (i32 2048 0) (i32 2 0) (i64 -1))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store offset=32 (global.get $message) (i32.const 2048))
  (i32.store offset=36 (global.get $message) (i32.const 1))
  (call $say (global.get $is_ok) (global.get $notice) (global.get $said) (i32.const 4)))
