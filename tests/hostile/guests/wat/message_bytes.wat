;; Returns 100 messages with an argument of 1,000 bytes each.
;; Must become of it: the call is stopped, nothing is applied.

(data (i32.const 2048) (i32 8192 4) (i32 0 0) (i32 8192 1000))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $message i32)
  (drop (memory.grow (i32.const 2)))
  (memory.fill (i32.const 8192) (i32.const 0x61) (i32.const 1000))
  (local.set $message (i32.const 65536))
  (loop $next
    (i32.store offset=32 (local.get $message) (i32.const 2048))
    (i32.store offset=36 (local.get $message) (i32.const 1))
    (local.set $message (i32.add (local.get $message) (i32.const 40)))
    (br_if $next (i32.lt_u (local.get $message) (i32.const 69536))))
  (call $return_messages (i32.const 65536) (i32.const 100)))
