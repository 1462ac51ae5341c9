;; Says something whose key is a terminal escape.
;; Must become of it: the call is stopped, and the reason shows the escapes.

(data (i32.const 2048) "\1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6")

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $say (global.get $is_ok) (global.get $notice) (i32.const 2048) (i32.const 20)))
