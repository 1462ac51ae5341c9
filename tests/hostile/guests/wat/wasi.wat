;; Reads the environment variables, which the contract does not offer.
;; Must become of it: the handler cannot be installed; the reader is told the name of what it asks for.

(import "wasi:cli/environment@0.2.0" "get-environment" (func $get_environment (param i32)))

(func (export "shop:product-handler/handler@1.0.0#fulfil") (param $order i32) (result i32)
  (call $get_environment (global.get $answer))
  (call $ok))
