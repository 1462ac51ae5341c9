;; Has a component that has two of another, which has two of another, and so on: eight million instances in all.
;; Must become of it: it cannot be installed, and compiling it is not even tried.

;; It has this component within it, and an instance of it.
(component
  (component $0
    (core module $empty)
    (core instance (instantiate $empty)))
  (component $1
    (alias outer 1 $0 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $2
    (alias outer 1 $1 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $3
    (alias outer 1 $2 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $4
    (alias outer 1 $3 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $5
    (alias outer 1 $4 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $6
    (alias outer 1 $5 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $7
    (alias outer 1 $6 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $8
    (alias outer 1 $7 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $9
    (alias outer 1 $8 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $10
    (alias outer 1 $9 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $11
    (alias outer 1 $10 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $12
    (alias outer 1 $11 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $13
    (alias outer 1 $12 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $14
    (alias outer 1 $13 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $15
    (alias outer 1 $14 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $16
    (alias outer 1 $15 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $17
    (alias outer 1 $16 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $18
    (alias outer 1 $17 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $19
    (alias outer 1 $18 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $20
    (alias outer 1 $19 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $21
    (alias outer 1 $20 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $22
    (alias outer 1 $21 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (component $23
    (alias outer 1 $22 (component $twice))
    (instance (instantiate $twice))
    (instance (instantiate $twice)))
  (instance (instantiate $23)))
