### For tests

-shop = { $case ->
   *[short] Shop
    [long] The { "shop" }
 }
 .gender = it
# Said first
welcome =
    Welcome to { -shop(case: "long") }: { shop-says.aloud } { 5 }
shop-says = { -shop.gender ->
    [it] It
   *[other] They
 } says { $n ->
    [0] nothing
    [one] a word
   *[other] words
 }
 .aloud = “{ shop-says }”
