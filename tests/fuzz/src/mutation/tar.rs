//! Backups, as entries: what is in them is changed, and their digests with it, mostly.

use std::io::Read;

use fastrand::Rng;
use shop_core::words::digest::Digest;
use tar::{Archive, Header};

use super::{json, place, raw, text};

const MANIFEST: &[u8] = b"manifest.json";
const SUMS: &[u8] = b"SHA256SUMS";

/// What tar is made of.
const BLOCK: usize = 512;

/// Names, of which only some are anything's.
const NAMES: [&str; 12] = [
    "journal.sqlite",
    "platform.sqlite",
    "moodle.sqlite",
    "moodle.toml",
    "catalogue.toml",
    "manifest.json",
    "SHA256SUMS",
    "lock",
    "../journal.sqlite",
    "/journal.sqlite",
    "handlers/0.wasm",
    "./catalogue.toml",
];

#[derive(Clone)]
struct Entry {
    header: Header,
    bytes: Vec<u8>,
}

pub(super) fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let mut entries = entries(bytes);
    let Some(at) = place(&entries, rng) else { return raw(bytes, rng) };
    let mut sums_right = rng.u8(..5) != 0;
    match rng.u8(..10) {
        0 => _ = entries.remove(at),
        1 => entries.push(entries[at].clone()),
        2 => {
            let other = rng.usize(..entries.len());
            entries.swap(at, other);
        }
        3 => rename(&mut entries[at].header, rng.choice(NAMES).unwrap_or_default()),
        4 => {
            let block = entries[at].header.as_mut_bytes();
            block[rng.usize(..BLOCK)] = rng.u8(..);
        }
        5 => {
            let kinds = [b'0', b'1', b'2', b'3', b'5', b'6', b'L', b'K', b'x', b'g', b'S', 0];
            entries[at].header.as_mut_bytes()[156] = kinds[rng.usize(..kinds.len())];
        }
        6 => entries[at].header.set_size(1 << rng.u8(..64)),
        _ if *entries[at].header.path_bytes() == *MANIFEST => json(&mut entries[at].bytes, rng),
        _ if *entries[at].header.path_bytes() == *SUMS => {
            sums_right = false;
            text(&mut entries[at].bytes, rng);
        }
        _ => raw(&mut entries[at].bytes, rng),
    }
    if sums_right {
        seal(&mut entries);
    }
    bytes.clear();
    for Entry { mut header, bytes: own } in entries {
        if header.entry_size().is_ok_and(|size| size < 1 << 20) {
            header.set_size(own.len() as u64);
        }
        if rng.u8(..20) != 0 {
            header.set_cksum();
        }
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&own);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    }
    bytes.resize(bytes.len() + 2 * BLOCK, 0);
}

/// Those that can be read.
fn entries(bytes: &[u8]) -> Vec<Entry> {
    let mut archive = Archive::new(bytes);
    let Ok(entries) = archive.entries() else { return Vec::new() };
    let whole = entries.raw(true).map_while(|entry| {
        let mut entry = entry.ok()?;
        let mut bytes = Vec::new();
        // Somebody may have claimed any length.
        entry.by_ref().take(1 << 20).read_to_end(&mut bytes).ok()?;
        Some(Entry { header: entry.header().clone(), bytes })
    });
    whole.take(64).collect()
}

fn rename(header: &mut Header, name: &str) {
    let place = &mut header.as_old_mut().name;
    place.fill(0);
    place[..name.len()].copy_from_slice(name.as_bytes());
}

/// Writes the digests of all that there is; a component is named by its own.
fn seal(entries: &mut [Entry]) {
    let mut sums = String::new();
    for Entry { header, bytes } in entries.iter_mut() {
        let digest = Digest::of(bytes);
        if header.path_bytes().starts_with(b"handlers/") {
            rename(header, &format!("handlers/{digest}.wasm"));
        }
        let name = String::from_utf8_lossy(&header.path_bytes()).into_owned();
        if name.as_bytes() != SUMS {
            sums += &format!("{digest}  {name}\n");
        }
    }
    let list = entries.iter_mut().find(|entry| *entry.header.path_bytes() == *SUMS);
    if let Some(list) = list {
        list.bytes = sums.into_bytes();
    }
}
