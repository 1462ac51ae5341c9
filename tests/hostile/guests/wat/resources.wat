;; Makes a resource, of which the contract has none.
;; Must become of it: it cannot be installed.

;; It has this component within it, and an instance of it.
(component
  (type $resource (resource (rep i32)))
  (core func $new (canon resource.new $resource))
  (core module $module
    (import "" "new" (func $new (param i32) (result i32)))
    (func $start (drop (call $new (i32.const 1))))
    (start $start))
  (core instance (instantiate $module (with "" (instance (export "new" (func $new)))))))
