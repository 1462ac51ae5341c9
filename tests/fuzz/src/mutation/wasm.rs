//! WebAssembly, as sections, with those of the modules and components within.

use std::ops::Range;

use fastrand::Rng;
use wasm_encoder::Encode;

use super::{place, raw};

/// The magic number and the version.
const PREAMBLE: usize = 8;

/// The sections of a component that are a module or a component.
const NESTED: [u8; 2] = [1, 4];

struct Section {
    id: u8,
    bytes: Vec<u8>,
}

pub(super) fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let Some(mut sections) = sections(bytes) else { return raw(bytes, rng) };
    let Some(at) = place(&sections, rng) else { return raw(bytes, rng) };
    let is_component = bytes[4] != 1;
    match rng.u8(..8) {
        0 => _ = sections.remove(at),
        1 => {
            let Section { id, bytes } = &sections[at];
            let copies = 1 << rng.u8(..5);
            let copy = || Section { id: *id, bytes: bytes.clone() };
            let copies: Vec<Section> = std::iter::repeat_with(copy).take(copies).collect();
            sections.extend(copies);
        }
        2 => {
            let other = rng.usize(..sections.len());
            sections.swap(at, other);
        }
        3 => sections[at].id = rng.u8(..14),
        _ if is_component && NESTED.contains(&sections[at].id) => mutate(&mut sections[at].bytes, rng),
        4 => count(&mut sections[at].bytes, rng),
        _ => raw(&mut sections[at].bytes, rng),
    }
    bytes.truncate(PREAMBLE);
    for Section { id, bytes: own } in sections {
        bytes.push(id);
        let length = if rng.u8(..200) == 0 { rng.usize(..) } else { own.len() };
        bytes.extend(leb(length));
        bytes.extend(own);
    }
}

/// None, if they are not to be told apart.
fn sections(bytes: &[u8]) -> Option<Vec<Section>> {
    let mut rest = bytes.get(PREAMBLE..)?;
    let mut sections = Vec::new();
    while let [id, tail @ ..] = rest {
        let (length, digits) = number(tail)?;
        let own = tail.get(digits..digits.checked_add(length)?)?;
        sections.push(Section { id: *id, bytes: own.to_vec() });
        rest = &tail[digits + length..];
    }
    Some(sections)
}

/// Most sections begin with how many things they have.
fn count(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let Some((_, digits)) = number(bytes) else { return };
    let range: Range<usize> = 0..digits;
    bytes.splice(range, leb(1 << rng.u8(..33))).for_each(drop);
}

/// A number, and how many bytes it has.
fn number(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let number = bytes[..digits].iter().rev().fold(0_usize, |number, byte| number << 7 | usize::from(byte & 0x7f));
    Some((number, digits))
}

fn leb(number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    (number as u64).encode(&mut bytes);
    bytes
}
