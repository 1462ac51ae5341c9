;; Has a text over which Fluent's formatter panics: it selects by a number with too many decimals.
;; Must become of it: it cannot be installed, so that nobody ever has to word it.

(data (i32.const 2048)
  "title = { 1.50000000000000000000000000000001 ->\n"
  "    [one] one\n"
  "   *[other] others\n"
  " }\n")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (call $translate (i32.const 2048) (i32.const 84))
  (global.get $manifest))
