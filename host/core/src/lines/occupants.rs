//! Who sat in a line, and who of them sits there still: by the same address, or by another of the same account.

use std::collections::HashSet;

use crate::lines::line::CheckedSeat;
use crate::orders::recorded::RecordedSeat;
use crate::sessions::accounts::{Accounts, Renamed};
use crate::words::email::Email;

/// Those who sat in a line, beside those who sit there now.
pub struct Occupants<'a> {
    before: HashSet<&'a str>,
    renamed: Renamed,
    gone: Vec<&'a str>,
}

impl<'a> Occupants<'a> {
    /// Compares a line's seats as they were with what they are to be.
    pub fn between(before: &'a [RecordedSeat], now: &[CheckedSeat], accounts: &Accounts) -> Self {
        let sit = || now.iter().filter_map(|seat| Some(&seat.occupant.as_ref()?.email));
        let still: HashSet<&str> = sit().map(Email::as_str).collect();
        let sat = || before.iter().filter_map(|seat| seat.occupant.as_deref());
        let missing: Vec<&str> = sat().filter(|email| !still.contains(email)).collect();
        let addresses: Vec<Email> = missing.iter().filter_map(|email| email.parse().ok()).collect();
        let renamed = accounts.renamed(&addresses, sit());
        let were: HashSet<&str> = renamed.values().map(Email::as_str).collect();
        let gone = missing.into_iter().filter(|email| !were.contains(email)).collect();
        Occupants { before: sat().collect(), renamed, gone }
    }

    /// Whether somebody who sits there now sat there before.
    pub fn sat(&self, email: &Email) -> bool {
        self.before.contains(email.as_str()) || self.renamed.contains_key(email)
    }

    /// Those who sat there and do no longer, by their folded addresses.
    pub fn gone(&self) -> &[&'a str] {
        &self.gone
    }
}
