//! Hostile handlers: components written by hand to try what the sandbox must withstand. Each has a file in `hostile/`
//! that says what it does and what must become of it.
//!
//! Their manifest has a parameter `coursename` (a course, default `SPOCM1`) and `role` (a role, default `student`), so
//! any product may be sold with them whose platform has these two.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// Makes one guest of each file, so that no list of them can fall behind.
macro_rules! guests {
    ($($(#[doc = $doc:literal])* $guest:ident = $name:literal,)*) => {
        /// A hostile handler.
        ///
        /// Not `non_exhaustive`: a test that matches on it does not compile when it forgets one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Guest {
            $($(#[doc = $doc])* $guest,)*
        }

        impl Guest {
            /// Every one of them.
            pub const ALL: &[Guest] = &[$(Guest::$guest),*];

            /// The name of its file, without the extension.
            pub fn name(self) -> &'static str {
                match self {
                    $(Guest::$guest => $name,)*
                }
            }

            fn text(self) -> &'static str {
                match self {
                    $(Guest::$guest => include_str!(concat!("hostile/", $name, ".wat")),)*
                }
            }
        }
    };
}

guests! {
    /// Traps at once.
    Trap = "trap",
    /// Declares an account and a group, then traps.
    TrapHalfway = "trap_halfway",
    /// Never returns from `fulfil`.
    LoopFulfil = "loop_fulfil",
    /// Never returns from `describe`.
    LoopDescribe = "loop_describe",
    /// Never gets through its start function.
    LoopStart = "loop_start",
    /// Returns `err` with the message `said`, of level error.
    Reject = "reject",
    /// Returns `ok` with the message `said`, of level error.
    RejectInOk = "reject_in_ok",
    /// Returns `err` with the message `said`, of level notice.
    RejectQuietly = "reject_quietly",
    /// Takes all memory that it can get.
    MemoryStorm = "memory_storm",
    /// Uses up the stack.
    DeepRecursion = "deep_recursion",
    /// Ensures the account of `stranger@example.org`.
    UngrantedEmail = "ungranted_email",
    /// Finds the course `SECRET`.
    UngrantedCourse = "ungranted_course",
    /// Finds the role `manager`.
    UngrantedRole = "ungranted_role",
    /// Enrols the account 4242.
    ForgedAccount = "forged_account",
    /// Enrols in the course 4242.
    ForgedCourse = "forged_course",
    /// Adds to the group 4242.
    ForgedGroup = "forged_group",
    /// Returns a message whose key, `unheard-of`, is not in its translations.
    UnknownMessage = "unknown_message",
    /// Traps when an earlier call has left a trace.
    State = "state",
    /// Declares nothing and says nothing.
    Nothing = "nothing",
    /// Calls an import for ever.
    CallStorm = "call_storm",
    /// Returns a message whose key is not UTF-8.
    BadUtf8 = "bad_utf8",
    /// Calls an import with a list that is longer than its memory.
    ListBomb = "list_bomb",
    /// Imports what the contract does not have.
    Wasi = "wasi",
    /// A core module.
    CoreModule = "core_module",
    /// No WebAssembly.
    Garbage = "garbage",
}

/// The handler of which they are versions.
pub const NAME: &str = "hostile";

const PRELUDE: &str = include_str!("hostile/prelude.wat");

const DESCRIBE: &str = r#"
(func (export "shop:product-handler/handler@1.0.0#describe") (result i32) (global.get $manifest))
"#;

/// How every component begins; a core module begins otherwise.
const PREAMBLE: &[u8] = b"\0asm\x0d\0\x01\0";

const WIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");

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
    /// If a file in `hostile/` is not what `wit/` says that it should be: a mistake in this crate.
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
        let describe = if self == Guest::LoopDescribe { "" } else { DESCRIBE };
        let version = self.version();
        let prelude = PRELUDE
            .replace("{name}", handler)
            .replace("{name-length}", &handler.len().to_string())
            .replace("{version}", &version)
            .replace("{version-length}", &version.len().to_string());
        let text = format!("(module\n{}\n{prelude}\n{describe})", self.text());
        wat::parse_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    fn component(self, handler: &str) -> Vec<u8> {
        let (resolve, world) = contract(if self == Guest::Wasi { &WASI } else { &[] });
        let mut module = self.module(handler);
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
            .and_then(|()| ComponentEncoder::default().validate(true).module(&module)?.encode())
            .unwrap_or_else(|error| panic!("{}: {error:#}", self.name()))
    }
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

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use wit_component::DecodedWasm;

    use super::*;

    /// The packages whose interfaces a component imports and exports; none if the bytes are no component.
    fn packages(bytes: &[u8]) -> Option<BTreeSet<String>> {
        if !bytes.starts_with(PREAMBLE) {
            return None;
        }
        let Ok(DecodedWasm::Component(resolve, world)) = wit_component::decode(bytes) else {
            return None;
        };
        let world = &resolve.worlds[world];
        let package = |key| resolve.name_world_key(key).split('/').next().map(String::from);
        world.imports.keys().chain(world.exports.keys()).map(package).collect()
    }

    #[test]
    fn each_guest_is_what_it_should_be() {
        const CONTRACT: &str = "shop:product-handler";
        for guest in Guest::ALL {
            let expected = match guest {
                Guest::CoreModule | Guest::Garbage => None,
                Guest::Wasi => Some([CONTRACT, "wasi:cli"].map(String::from).into()),
                _ => Some([CONTRACT].map(String::from).into()),
            };
            assert_eq!(packages(&guest.bytes()), expected, "{}", guest.name());
        }
    }

    #[test]
    fn each_file_has_its_guest() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into())
            .filter(|name| name != "prelude")
            .collect();
        let guests = Guest::ALL.iter().map(|guest| guest.name().to_owned()).collect();
        assert_eq!(files, guests);
    }
}
