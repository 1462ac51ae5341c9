;; Declares a memory of 2 GiB from the start.
;; Must become of it: it cannot be installed.

;; It has this component within it, and an instance of it.
(component
  (core module $memory (memory 32768))
  (core instance (instantiate $memory)))
