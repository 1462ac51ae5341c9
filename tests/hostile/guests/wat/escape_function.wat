;; Traps in a function whose name, which backtraces show, is a terminal escape.
;; Must become of it: the call is stopped, and the reason shows no escapes.

(func $"\1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6" unreachable)

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $"\1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6")
  (call $ok))
