;; Takes steps that each cost one unit of fuel and leave the sandbox: the dearest that there are, for ever.
;; Must become of it: the call is stopped when its fuel is used up, long before the machine's backstop. Nothing is applied.

(table $table 1 funcref)

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (loop $for_ever
    (drop (memory.grow (i32.const 0)))
    (drop (table.grow $table (ref.null func) (i32.const 0)))
    (br $for_ever))
  unreachable)
