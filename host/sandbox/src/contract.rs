//! The contract's types, generated from `wit/`.
#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "product-handler",
    imports: { default: trappable },
});
