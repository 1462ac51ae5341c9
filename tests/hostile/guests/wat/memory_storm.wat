;; Takes memory and uses it for as long as there is some, and then asks on.
;; Must become of it: the host's memory stays bounded, the call is stopped, nothing is applied.

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (local $page i32)
  (loop $for_ever
    (local.set $page (memory.grow (i32.const 1)))
    (if (i32.ne (local.get $page) (i32.const -1))
      (then (i32.store (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1))))
    (br $for_ever))
  unreachable)
