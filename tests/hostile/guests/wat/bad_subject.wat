;; Says something about a kind of subject that there is not.
;; Must become of it: the call is stopped, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (i32.store8 offset=4 (global.get $message) (i32.const 9))
  (call $say (global.get $is_ok) (global.get $notice) (global.get $said) (i32.const 4)))
