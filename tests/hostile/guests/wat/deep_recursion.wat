;; Calls itself until the stack is used up.
;; Must become of it: the call is stopped, the host lives on, nothing is applied.

(func $deeper (param $depth i64) (result i64)
  ;; Something is left to do after the call, so that it cannot be made into a jump.
  (i64.mul (local.get $depth) (call $deeper (i64.add (local.get $depth) (i64.const 1)))))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (drop (call $deeper (i64.const 1)))
  (call $ok))
