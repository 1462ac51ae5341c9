;; Has three memories.
;; Must become of it: it cannot be installed.

;; It has this component within it, and an instance of it.
(component
  (core module $memory (memory 1))
  (core instance (instantiate $memory))
  (core instance (instantiate $memory))
  (core instance (instantiate $memory)))
