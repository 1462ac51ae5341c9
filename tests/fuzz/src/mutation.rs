//! Other bytes of given ones: near enough to be read, and odd enough to find what nobody thought of.

mod json;
mod tar;
mod text;
mod wasm;

use fastrand::Rng;

/// What text is made of: tokens are moved about, left out, doubled, nested, and replaced by odd ones.
pub(super) fn text(bytes: &mut Vec<u8>, rng: &mut Rng) {
    match rng.u8(..12) {
        0 => raw(bytes, rng),
        _ => (0..rng.usize(1..4)).for_each(|_| text::mutate(bytes, rng)),
    }
}

/// JSON that stays JSON, mostly, with other values in it.
pub(super) fn json(bytes: &mut Vec<u8>, rng: &mut Rng) {
    match rng.u8(..4) {
        0 => text(bytes, rng),
        _ => json::mutate(bytes, rng),
    }
}

/// An answer of a Moodle: a line with the name of a function, which stays, mostly, and JSON behind it.
pub(super) fn answer(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    match rng.u8(..20) {
        0 => raw(bytes, rng),
        _ => {
            let mut answer = bytes.split_off(line);
            json(&mut answer, rng);
            bytes.append(&mut answer);
        }
    }
}

/// A component that has other sections, or others' contents.
pub(super) fn component(bytes: &mut Vec<u8>, rng: &mut Rng) {
    match rng.u8(..8) {
        0 => raw(bytes, rng),
        _ => wasm::mutate(bytes, rng),
    }
}

/// An archive whose digests are right, mostly, whatever it has.
pub(super) fn archive(bytes: &mut Vec<u8>, rng: &mut Rng) {
    match rng.u8(..8) {
        0 => raw(bytes, rng),
        _ => tar::mutate(bytes, rng),
    }
}

/// Bytes are changed, left out, doubled, inserted, and cut off, whatever they mean.
fn raw(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.usize(1..5) {
        let span = span(bytes.len(), 64, rng);
        match rng.u8(..6) {
            0 => bytes.truncate(span.start),
            1 => _ = bytes.drain(span),
            2 => bytes.extend_from_within(span),
            3 => bytes.splice(span.start..span.start, (0..rng.usize(1..9)).map(|_| rng.u8(..))).for_each(drop),
            4 => bytes[span].iter_mut().take(4).for_each(|byte| *byte = *rng.choice(&ODD).unwrap_or(&0)),
            _ => bytes[span].iter_mut().take(1).for_each(|byte| *byte ^= 1 << rng.u8(..8)),
        }
    }
}

/// Bytes at which things end.
const ODD: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, b' ', b'0', b'"'];

/// Somewhere in so many, at most so long.
fn span(length: usize, most: usize, rng: &mut Rng) -> std::ops::Range<usize> {
    let start = rng.usize(..=length);
    start..rng.usize(start..=length.min(start + most))
}

/// A thing somewhere else in the list, or none in an empty one.
fn place<T>(list: &[T], rng: &mut Rng) -> Option<usize> {
    (!list.is_empty()).then(|| rng.usize(..list.len()))
}
