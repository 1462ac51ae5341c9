;; No WebAssembly at all: this text as it stands, behind the first eight bytes of a component.
;; Must become of it: it cannot be installed.

