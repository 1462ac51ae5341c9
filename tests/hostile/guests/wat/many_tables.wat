;; Has eleven tables.
;; Must become of it: it cannot be installed.

(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
(table 1 funcref)
