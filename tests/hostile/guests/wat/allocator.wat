;; What every hostile handler has that brings no allocator of its own.

;; Allocates, and never frees.
(global $heap i32 (i32.const 4096))
(global $free (mut i32) (i32.const 4096))
(func (export "cabi_realloc")
  (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (local $new i32)
  ;; Rounded up to a multiple of 8, which aligns everything.
  (local.set $new (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
  (global.set $free (i32.add (local.get $new) (local.get $size)))
  (block $enough
    (loop $grow
      (br_if $enough (i32.le_u (global.get $free) (i32.mul (memory.size) (i32.const 65536))))
      (br_if $grow (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    unreachable)
  (memory.copy (local.get $new) (local.get $old) (local.get $old_size))
  (local.get $new))
