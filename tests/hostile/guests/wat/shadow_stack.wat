;; Uses up a stack of its own in its memory, as compilers lay one out, and writes below it.
;; Must become of it: it traps like any other fault of its own; nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $stack i32)
  (local.set $stack (i32.const 2048))
  (loop $deeper
    (local.set $stack (i32.sub (local.get $stack) (i32.const 512)))
    (i32.store (local.get $stack) (i32.const 0))
    (br $deeper))
  unreachable)
