;; Returns a quarter of a million messages, all zeros.
;; Must become of it: the call is stopped before the host has copied them, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (drop (memory.grow (i32.const 200)))
  (call $return_messages (i32.const 65536) (i32.const 250000)))
