;; Returns 100 messages of a few bytes, whose text has 8,000.
;; Must become of it: the call is stopped, nothing is applied.

(data (i32.const 2048) "long = ")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  ;; Behind all other texts.
  (memory.copy (i32.const 8192) (i32.const 384) (i32.const 195))
  (memory.copy (i32.const 8387) (i32.const 2048) (i32.const 7))
  (memory.fill (i32.const 8394) (i32.const 0x78) (i32.const 8000))
  (call $translate (i32.const 8192) (i32.const 8202))
  (global.get $manifest))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $message i32)
  (local.set $message (i32.const 20480))
  (loop $next
    (i32.store offset=24 (local.get $message) (i32.const 2048))
    (i32.store offset=28 (local.get $message) (i32.const 4))
    (local.set $message (i32.add (local.get $message) (i32.const 40)))
    (br_if $next (i32.lt_u (local.get $message) (i32.const 24480))))
  (call $return_messages (i32.const 20480) (i32.const 100)))
