;; Tells everybody the operator's address.
;; Must become of it: the order is fulfilled, and only the operator is told.

(data (i32.const 2048) "who = It is for { $who }.\n")
(data (i32.const 2560) (i32 2048 3) (i32 0 0))

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  ;; Behind all other texts.
  (memory.copy (i32.const 8192) (i32.const 384) (i32.const 195))
  (memory.copy (i32.const 8387) (i32.const 2048) (i32.const 26))
  (call $translate (i32.const 8192) (i32.const 221))
  (global.get $manifest))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store offset=2576 (i32.const 0) (i32.load offset=44 (local.get $order)))
  (i32.store offset=2580 (i32.const 0) (i32.load offset=48 (local.get $order)))
  (i32.store8 (global.get $message) (global.get $notice))
  (i32.store8 offset=1 (global.get $message) (i32.const 0))
  (i32.store8 offset=4 (global.get $message) (i32.const 0))
  (i32.store offset=24 (global.get $message) (i32.const 2048))
  (i32.store offset=28 (global.get $message) (i32.const 3))
  (i32.store offset=32 (global.get $message) (i32.const 2560))
  (i32.store offset=36 (global.get $message) (i32.const 1))
  (call $return_messages (global.get $message) (i32.const 1)))
