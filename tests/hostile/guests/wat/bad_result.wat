;; Returns what is neither `ok` nor `err`.
;; Must become of it: the call is stopped, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (i32.const 9) (global.get $notice) (global.get $said) (i32.const 4)))
