;; Has a text that grows tenfold at each step: the billion laughs.
;; Must become of it: it cannot be installed, so that nobody ever has to word it.

(data (i32.const 2048)
  "laughs-0 = ha\n"
  "laughs-1 = { laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }{ laughs-0 }\n"
  "laughs-2 = { laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }{ laughs-1 }\n"
  "laughs-3 = { laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }{ laughs-2 }\n"
  "laughs-4 = { laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }{ laughs-3 }\n"
  "laughs-5 = { laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }{ laughs-4 }\n"
  "laughs-6 = { laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }{ laughs-5 }\n"
  "laughs-7 = { laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }{ laughs-6 }\n"
  "laughs-8 = { laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }{ laughs-7 }\n"
  "laughs-9 = { laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }{ laughs-8 }\n")

(func (export "shop:product-handler/handler@1.0.0#describe") (result i32)
  (call $translate (i32.const 2048) (i32.const 1202))
  (global.get $manifest))
