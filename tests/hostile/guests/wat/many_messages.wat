;; Returns 200 messages for five seats.
;; Must become of it: the call is stopped, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $return_messages (i32.const 8192) (i32.const 200)))
