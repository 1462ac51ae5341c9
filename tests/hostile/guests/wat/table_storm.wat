;; Grows a table for as long as it can.
;; Must become of it: the host's memory stays bounded, the call is stopped, nothing is applied.

(table $table 0 funcref)

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (loop $for_ever
    (drop (table.grow $table (ref.null func) (i32.const 100)))
    (br $for_ever))
  unreachable)
