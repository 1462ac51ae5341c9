;; Its allocator hands out the same memory again and again.
;; Must become of it: it reads nonsense, which is its own affair: nothing is declared, the order is fulfilled.

(func (export "cabi_realloc")
  (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (i32.const 4096))
