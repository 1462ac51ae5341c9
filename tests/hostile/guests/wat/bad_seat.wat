;; Says something of a seat whose id is none.
;; Must become of it: the call is stopped, nothing is applied.

(data (i32.const 2048) "no seat")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store8 offset=4 (global.get $message) (i32.const 3))
  (i32.store offset=8 (global.get $message) (i32.const 2048))
  (i32.store offset=12 (global.get $message) (i32.const 7))
  (call $say (global.get $is_ok) (global.get $notice) (global.get $said) (i32.const 4)))
