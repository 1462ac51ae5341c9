//! Seats' ids.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::words::text::{excerpt, is_invisible};

/// The id that a seat keeps for its life, such as `K7QM-3DXT-4HNP`: made to be read out on the telephone.
///
/// It is derived from the order, the line and the seat's number in it, so a retry gives the same. Eleven characters carry
/// some 50 bits; the twelfth checks them. The alphabet has no two characters that look alike, and 23 of them, a prime
/// number: so one wrong character, or any two that changed places, never give another valid id (ISO/IEC 7064's
/// weighted sum, with a prime modulus).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct SeatId(#[schemars(regex(pattern = r"^\S{4}-\S{4}-\S{4}$"))] String);

/// What was read is no seat id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSeatId {
    /// It has not the shape of one.
    #[error("expected a seat id such as K7QM-3DXT-4HNP, found {0:?}")]
    Shape(String),
    /// It has, but a character is wrong.
    #[error("{0:?} is no seat id: a character is mistyped, or two have changed places")]
    Check(String),
}

const ALPHABET: &[u8; 23] = b"34679ACDEFGHJKMNPQRTWXY";
const DATA: usize = 11;

impl SeatId {
    /// The id of the seat with this number (from 1) in the line.
    pub fn derive(order: &str, line: u32, number: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(line.to_be_bytes());
        hash.update(number.to_be_bytes());
        hash.update(order.as_bytes());
        let digest = hash.finalize();
        let mut bits = digest.iter().take(16).fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut digits = [0u8; DATA];
        for digit in &mut digits {
            *digit = (bits % 23) as u8;
            bits /= 23;
        }
        Self::from_digits(&digits)
    }

    fn from_digits(data: &[u8; DATA]) -> Self {
        let mut text = String::with_capacity(14);
        for (place, digit) in data.iter().chain([&check_digit(data)]).enumerate() {
            if place == 4 || place == 8 {
                text.push('-');
            }
            text.push(ALPHABET[usize::from(*digit)].into());
        }
        SeatId(text)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes the sum of all characters, weighted by their places from 1, a multiple of 23.
fn check_digit(data: &[u8; DATA]) -> u8 {
    let sum: u32 = data.iter().zip(1u32..).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    // The check character's own weight is 12, whose inverse modulo 23 is 2.
    ((23 - sum % 23) * 2 % 23) as u8
}

impl FromStr for SeatId {
    type Err = InvalidSeatId;

    /// Small letters, and other or no grouping, are read as well.
    fn from_str(typed: &str) -> Result<Self, InvalidSeatId> {
        let shape = || InvalidSeatId::Shape(excerpt(typed));
        let digits: Vec<u8> = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !is_invisible(*c) && *c != '-')
            .take(DATA + 2)
            .map(|c| ALPHABET.iter().position(|a| char::from(*a) == c.to_ascii_uppercase()))
            .map(|position| position.and_then(|p| u8::try_from(p).ok()).ok_or_else(shape))
            .collect::<Result<_, _>>()?;
        let (data, check) = digits.split_at_checked(DATA).ok_or_else(shape)?;
        let data: &[u8; DATA] = data.try_into().map_err(|_| shape())?;
        match check {
            [check] if *check == check_digit(data) => Ok(Self::from_digits(data)),
            [_] => Err(InvalidSeatId::Check(excerpt(typed))),
            _ => Err(shape()),
        }
    }
}

impl TryFrom<String> for SeatId {
    type Error = InvalidSeatId;

    fn try_from(typed: String) -> Result<Self, InvalidSeatId> {
        typed.parse()
    }
}

impl From<SeatId> for String {
    fn from(id: SeatId) -> String {
        id.0
    }
}

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_gives_the_same_id_and_another_seat_another() {
        let id = SeatId::derive("2026-0142", 1, 1);
        assert_eq!(id, SeatId::derive("2026-0142", 1, 1));
        for other in [("2026-0142", 1, 2), ("2026-0142", 2, 1), ("2026-0143", 1, 1)] {
            assert_ne!(id, SeatId::derive(other.0, other.1, other.2));
        }
    }

    #[test]
    fn an_id_is_read_back_however_it_is_grouped() {
        let id = SeatId::derive("2026-0142", 1, 7);
        let text = id.to_string();
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " "),
            format!("\u{feff}{text}\u{200b}"),
        ] {
            assert_eq!(typed.parse(), Ok(id.clone()), "{typed}");
        }
    }

    #[test]
    fn every_mistyped_character_and_every_exchange_is_noticed() {
        let id: Vec<char> = SeatId::derive("2026-0142", 1, 3).0.chars().filter(|c| *c != '-').collect();
        for place in 0..id.len() {
            for other in ALPHABET.iter().map(|b| char::from(*b)).filter(|c| *c != id[place]) {
                let mut typed = id.clone();
                typed[place] = other;
                assert!(typed.iter().collect::<String>().parse::<SeatId>().is_err());
            }
            for second in place + 1..id.len() {
                let mut typed = id.clone();
                typed.swap(place, second);
                assert!(typed == id || typed.iter().collect::<String>().parse::<SeatId>().is_err());
            }
        }
    }

    #[test]
    fn the_example_that_people_are_told_is_one() {
        let told = "".parse::<SeatId>().unwrap_err().to_string();
        let example = told.split_whitespace().find(|word| word.contains('-')).unwrap();
        assert!(example.trim_end_matches(',').parse::<SeatId>().is_ok(), "{told}");
    }

    #[test]
    fn of_what_is_mistyped_only_a_part_is_told() {
        let id = SeatId::derive("2026-0142", 1, 3).to_string().replace('-', &" ".repeat(10_000));
        assert!(id.parse::<SeatId>().is_ok());
        let (first, second) = (&id[..1], &id[1..2]);
        let told = format!("{second}{first}{}", &id[2..]).parse::<SeatId>().unwrap_err().to_string();
        assert!(told.len() < 400, "{told}");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for typed in ["", "K7QM", "0000-0000-0000", "K7QM-3DXT-4HNPP", "é", &"A".repeat(1_000_000)] {
            assert!(typed.parse::<SeatId>().is_err());
        }
    }
}
