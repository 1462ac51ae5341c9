;; Never gets through its start function, which runs when an instance is made, before any call.
;; Must become of it: the handler cannot be installed.

(func $start (loop $for_ever (br $for_ever)))
(start $start)
