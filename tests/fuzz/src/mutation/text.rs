//! Text of any kind, as tokens: words, spaces and single signs.

use fastrand::Rng;

use super::{place, span};

/// What nobody expects, or somebody has overlooked before.
pub(super) const ODD: &[&str] = &[
    "",
    "0",
    "-1",
    "1",
    "-0.0",
    "255",
    "256",
    "65536",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "0.1e-400",
    "1.5000000000000000000000000001",
    "NaN",
    "inf",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[[]]",
    "\"\"",
    "\" \"",
    "\"0\"",
    "''",
    "\"\"\"",
    "'''",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\udfff\\ud800",
    "\u{0}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{2800}",
    "\u{fffd}",
    "\u{10ffff}",
    "é",
    "e\u{301}",
    "ß",
    "ſ",
    "İ",
    "ı",
    "Å",
    "１",
    "٣",
    "𝒜",
    "👩‍👩‍👧",
    "ﷺ",
    "xn--a",
    "xn--",
    "a@b",
    "@",
    "a@b@c.org",
    "\"a b\"@c.org",
    "none",
    "paid",
    "cancelled",
    "suspended",
    "placed",
    "learner",
    "tutor",
    "fr",
    "en-US",
    "0000-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z",
    "9999-12-31T23:59:59Z",
    "+10000-01-01T00:00:00Z",
    "2026-02-30",
    "2026-11-20T10:00:00+23:59",
    "0.00 EUR",
    "1 JPY",
    "1.000 KWD",
    "1.0 XXX",
    "184467440737095516.15 EUR",
    "coursename=",
    "&",
    "=",
    "%00",
    "%ff",
    "+",
    "%",
    "#",
    "\n",
    "\r\n",
    "\t",
    "[[",
    "]]",
    ",",
    ":",
    "{ $",
    "->",
    "*[other]",
    "-term",
    "{ \"\\u{110000}\" }",
];

const PAIRS: [(&str, &str); 7] =
    [("[", "]"), ("{", "}"), ("{\"a\":", "}"), ("(", ")"), ("{ -t(a: ", ") }"), ("\"", "\""), ("[[a]]\n", "")];

pub(super) fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let mut tokens = tokens(bytes);
    let span = span(tokens.len(), if rng.bool() { 2 } else { 24 }, rng);
    let odd = rng.choice(ODD).copied().unwrap_or_default().as_bytes();
    let long = vec![b'x'; 1 << rng.u8(4..14)];
    let other: Vec<&[u8]> = place(&tokens, rng).map(|at| tokens[at]).into_iter().collect();
    match rng.u8(..9) {
        0 => _ = tokens.drain(span),
        1 => {
            let copy = tokens[span.clone()].to_vec();
            tokens.splice(span.start..span.start, copy).for_each(drop);
        }
        2 => {
            let copy = tokens[span].to_vec();
            let at = rng.usize(..=tokens.len());
            tokens.splice(at..at, copy).for_each(drop);
        }
        3 => tokens.splice(span, other).for_each(drop),
        4 | 5 => tokens.splice(span, [odd]).for_each(drop),
        6 => tokens.insert(span.start, odd),
        7 => tokens.insert(span.start, &long),
        _ => {
            let depth = 1 << rng.u8(..12);
            let (open, close) = rng.choice(PAIRS).unwrap_or_default();
            tokens.splice(span.end..span.end, vec![close.as_bytes(); depth]).for_each(drop);
            tokens.splice(span.start..span.start, vec![open.as_bytes(); depth]).for_each(drop);
        }
    }
    *bytes = tokens.concat();
}

fn tokens(bytes: &[u8]) -> Vec<&[u8]> {
    #[derive(PartialEq)]
    enum Kind {
        Word,
        Space,
        Sign,
    }
    let kind = |byte: &u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' | b'-' | 0x80.. => Kind::Word,
        b' ' => Kind::Space,
        _ => Kind::Sign,
    };
    bytes.chunk_by(|one, next| kind(one) == kind(next) && kind(one) != Kind::Sign).collect()
}
