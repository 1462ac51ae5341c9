;; Returns 100 messages that all have the same 100,000 arguments.
;; Must become of it: the call is stopped before the host has copied them, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $message i32)
  (drop (memory.grow (i32.const 200)))
  (local.set $message (i32.const 65536))
  (loop $next
    (i32.store offset=32 (local.get $message) (i32.const 131072))
    (i32.store offset=36 (local.get $message) (i32.const 100000))
    (local.set $message (i32.add (local.get $message) (i32.const 40)))
    (br_if $next (i32.lt_u (local.get $message) (i32.const 69536))))
  (call $return_messages (i32.const 65536) (i32.const 100)))
