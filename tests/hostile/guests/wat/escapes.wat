;; Puts terminal escapes and bidirectional overrides into every text that it may say.
;; Must become of it: the order is fulfilled, and whatever is shown of it shows the escapes.

(data (i32.const 2048)
  "title = Hostile \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6\n"
  "description = Also \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6\n"
  "parameter-coursename = Label \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6\n .help = Help \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6\n"
  "parameter-role = Label \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6\n .help = Help \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6\n"
  "said = It said \1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6 { $what } { \"\\u001b\\u202e\" }\n")
(data (i32.const 2560) (i32 2592 4) (i32 0 0) (i32 2600 20))
(data (i32.const 2592) "what")
(data (i32.const 2600) "\1b[2J\1b]0;owned\07\e2\80\ae\e2\81\a6")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (call $translate (i32.const 2048) (i32.const 306))
  (global.get $manifest))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  ;; About a parameter that is named by escapes too.
  (i32.store8 offset=4 (global.get $message) (i32.const 1))
  (i32.store offset=8 (global.get $message) (i32.const 2600))
  (i32.store offset=12 (global.get $message) (i32.const 20))
  (i32.store offset=32 (global.get $message) (i32.const 2560))
  (i32.store offset=36 (global.get $message) (i32.const 1))
  (call $say (global.get $is_ok) (global.get $notice) (global.get $said) (i32.const 4)))
