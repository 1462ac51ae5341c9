//! What the host reads from outside, each as something to fuzz: a function of bytes, which panics where something does not hold
//! that must hold whatever they are.
//!
//! The programs in `fuzz/` hand them to a fuzzer that sees which code they reach; `fuzzing.rs` makes a short run of each in every
//! test. Both begin with the seeds in `fuzz/seeds`, among which are the inputs that ever showed a fault.

mod backup;
mod component;
mod files;
mod moodle;
mod mutation;
mod preview;
mod recording;
mod texts;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fastrand::Rng;
use shop_core::words::message::Message;
use shop_core::words::wording::Texts;
use tokio::runtime::Runtime;

/// Something that the host reads from outside.
#[derive(Clone, Copy)]
pub struct Target {
    /// What it is called: the folder of its seeds, too, and its program in `fuzz/`.
    pub name: &'static str,
    /// Reads bytes, and panics where something does not hold that must. Whether they were what they should be.
    pub read: fn(&[u8]) -> bool,
    /// Makes other bytes of them, such as may be read, too.
    pub mutate: fn(&mut Vec<u8>, &mut Rng),
    /// How many cheap ones one of these takes as long as.
    pub cost: usize,
    /// How many times as much memory as the bytes themselves reading them may take, in the program's own heap, beside
    /// [`ROOM`].
    pub times: usize,
}

/// What reading anything may take, however short it is.
pub const ROOM: usize = 8 << 20;

/// Orders, as the shop hands them over.
pub const ORDER: Target = Target { name: "order", read: files::order, mutate: mutation::json, cost: 1, times: 64 };
/// The merchant's catalogue.
pub const CATALOGUE: Target =
    Target { name: "catalogue", read: files::catalogue, mutate: mutation::text, cost: 1, times: 256 };
/// How to reach a Moodle.
pub const SETTINGS: Target =
    Target { name: "settings", read: files::settings, mutate: mutation::text, cost: 1, times: 256 };
/// What the embedded platform begins with.
pub const PLATFORM: Target =
    Target { name: "platform", read: files::platform, mutate: mutation::text, cost: 1, times: 256 };
/// The texts of a vendor's handler.
pub const TEXTS: Target = Target { name: "texts", read: texts::read, mutate: mutation::text, cost: 10, times: 256 };
/// Recorded calls of a handler, which are made again.
pub const RECORDING: Target =
    Target { name: "recording", read: recording::read, mutate: mutation::json, cost: 4, times: 256 };
/// A vendor's component, as far as it is looked at before it is compiled.
pub const COMPONENT: Target =
    Target { name: "component", read: component::look, mutate: mutation::component, cost: 1, times: 256 };
/// Orders, as far as a preview goes.
pub const PREVIEW: Target =
    Target { name: "preview", read: preview::read, mutate: mutation::json, cost: 4, times: 256 };
/// What a Moodle answers.
pub const MOODLE: Target =
    Target { name: "moodle", read: moodle::read, mutate: mutation::answer, cost: 40, times: 256 };
/// The archive that a shop is restored from.
pub const BACKUP: Target =
    Target { name: "backup", read: backup::read, mutate: mutation::archive, cost: 20, times: 64 };

/// All of them.
pub const ALL: [Target; 10] =
    [ORDER, CATALOGUE, SETTINGS, PLATFORM, TEXTS, RECORDING, COMPONENT, PREVIEW, MOODLE, BACKUP];

impl Target {
    /// The inputs to begin with.
    ///
    /// # Panics
    ///
    /// If they cannot be read.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(self.name);
        let files = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).expect("reading a seed")).collect()
    }

    /// Mutates what stands in the first `length` bytes, as fuzzers want it; tells its new length.
    pub fn mutate_in(&self, room: &mut [u8], length: usize, seed: u32) -> usize {
        let mut bytes = room[..length].to_vec();
        (self.mutate)(&mut bytes, &mut Rng::with_seed(seed.into()));
        bytes.truncate(room.len());
        room[..bytes.len()].copy_from_slice(&bytes);
        bytes.len()
    }
}

/// Files of this crate and of the host that serve as a part of what is read.
fn ours(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The released component, which needs nothing to be built.
fn released() -> Vec<u8> {
    ours("tests/golden/1.0.1/setup-one-course-session-0990fd0d4e7e.wasm")
}

/// Waits for what the host does.
fn wait<T>(work: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
    RUNTIME.block_on(work)
}

/// Somebody reads this: it says something, and not without end, whatever it is about.
fn check_told(error: &str) {
    assert!(!error.trim().is_empty(), "nothing is told");
    assert!(error.chars().count() < 3_000, "{} characters are told: {error}", error.chars().count());
}

/// Whatever is said can be worded for every reader, and shown.
fn check_worded(messages: &[Message], texts: Option<&Texts>) {
    for message in messages {
        for language in ["en", "fr"] {
            let worded = message.worded(language, texts);
            check_told(&worded);
            assert_eq!(worded, shop_core::words::text::printable(&worded));
            let holes = worded.matches("{$").count();
            let of_arguments = format!("{:?}", message.arguments).matches("{$").count();
            assert!(holes <= of_arguments, "{}: {worded}", message.key);
            assert_ne!(worded, message.key, "a message without a text");
        }
    }
}
