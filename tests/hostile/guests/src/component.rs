//! From a guest's file to the component that a vendor would hand in.

use wasm_encoder::Encode;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

use crate::{Guest, NAME};

const PRELUDE: &str = include_str!("../wat/prelude.wat");

/// What a guest's own text defines, or else one that is what it should be.
const DEFAULTS: &[(&str, &str)] = &[
    ("#fulfil", r#"(func (export "shop:product-handler/handler@1.0.0#fulfil") (param i32) (result i32) (call $ok))"#),
    (
        "#describe",
        r#"(func (export "shop:product-handler/handler@1.0.0#describe") (result i32) (global.get $manifest))"#,
    ),
    ("cabi_realloc", include_str!("../wat/allocator.wat")),
];

/// How every component begins; a core module begins otherwise.
pub(crate) const PREAMBLE: &[u8] = b"\0asm\x0d\0\x01\0";

const WIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../wit");

/// What the guest that wants WASI is built for.
const WASI: [&str; 2] = [
    "package wasi:cli@0.2.0;
    interface environment {
        get-environment: func() -> list<tuple<string, string>>;
    }",
    "package hostile:wasi;
    world product-handler {
        include shop:product-handler/product-handler@1.0.0;
        import wasi:cli/environment@0.2.0;
    }",
];

impl Guest {
    /// What a vendor would hand in: a component, for all but the last two. It is a version of the handler [`NAME`].
    ///
    /// # Panics
    ///
    /// If a file in `wat/` is not what `wit/` says that it should be: a mistake in this crate.
    pub fn bytes(self) -> Vec<u8> {
        self.named(NAME)
    }

    /// The same as a version of another handler.
    pub fn named(self, handler: &str) -> Vec<u8> {
        match self {
            Guest::Garbage => [PREAMBLE, self.text().as_bytes()].concat(),
            Guest::CoreModule => self.module(handler),
            _ => self.component(handler),
        }
    }

    /// The version that it says it is: each has its own, so that all can be installed at once.
    fn version(self) -> String {
        format!("6.6.{}", self as u32)
    }

    fn module(self, handler: &str) -> Vec<u8> {
        let own = if self.is_within() { "" } else { self.text() };
        let missing: String =
            DEFAULTS.iter().filter(|(what, _)| !own.contains(what)).map(|(_, default)| *default).collect();
        let version = self.version();
        let prelude = PRELUDE
            .replace("{name}", handler)
            .replace("{name-length}", &handler.len().to_string())
            .replace("{version}", &version)
            .replace("{version-length}", &version.len().to_string());
        let text = format!("(module\n{own}\n{prelude}\n{missing})");
        wat::parse_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    /// Whether its text is a component that it has within it, beside a handler without fault.
    fn is_within(self) -> bool {
        self.text().contains("\n(component\n")
    }

    fn component(self, handler: &str) -> Vec<u8> {
        let (resolve, world) = contract(if self == Guest::Wasi { &WASI } else { &[] });
        let mut module = self.module(handler);
        let component = embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
            .and_then(|()| ComponentEncoder::default().validate(true).module(&module)?.encode())
            .unwrap_or_else(|error| panic!("{}: {error:#}", self.name()));
        match self {
            Guest::UnknownInterface => renamed(component, "handler/courses@", "handler/coarses@"),
            Guest::LaterContract => renamed(component, "@1.0.0", "@1.2.0"),
            Guest::NextContract => renamed(component, "@1.0.0", "@2.0.0"),
            _ if self.is_within() => {
                let within = wat::parse_str(self.text()).unwrap_or_else(|error| panic!("{}: {error}", self.name()));
                with_instance(component, &within)
            }
            _ => component,
        }
    }
}

/// The same bytes with another name in all places, as long as the first.
fn renamed(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

/// A component with another one within it, behind all that it has, and an instance of that.
pub(crate) fn with_instance(mut component: Vec<u8>, within: &[u8]) -> Vec<u8> {
    const COMPONENT: u8 = 4;
    const INSTANCES: u8 = 5;
    let before = sections(&component).iter().filter(|id| **id == COMPONENT).count();
    component.push(COMPONENT);
    within.encode(&mut component);
    // One instance: of a component, with no arguments.
    let mut instance = vec![1, 0];
    before.encode(&mut instance);
    instance.push(0);
    component.push(INSTANCES);
    instance.as_slice().encode(&mut component);
    component
}

/// The ids of a component's sections.
fn sections(component: &[u8]) -> Vec<u8> {
    let mut ids = Vec::new();
    let mut rest = &component[PREAMBLE.len()..];
    while let [id, tail @ ..] = rest {
        let digits = tail.iter().position(|byte| byte & 0x80 == 0).expect("a length") + 1;
        let length = tail[..digits].iter().rev().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
        ids.push(*id);
        rest = &tail[digits + length..];
    }
    ids
}

/// The world that a handler implements: that of the contract, or of the last of these packages.
fn contract(packages: &[&str]) -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    let (mut package, _) = resolve.push_dir(WIT).expect("the contract is well-formed");
    for text in packages {
        package = resolve.push_str("hostile.wit", text).expect("the package is well-formed");
    }
    let world = resolve.select_world(&[package], Some("product-handler"));
    (resolve, world.expect("the package has the world"))
}
