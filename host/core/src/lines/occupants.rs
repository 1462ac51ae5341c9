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
    /// By which addresses those who were renamed sat there: whoever has one now is somebody else.
    formerly: HashSet<String>,
    gone: Vec<&'a str>,
}

impl<'a> Occupants<'a> {
    /// Compares a line's seats as they were with what they are to be.
    pub fn between(before: &'a [RecordedSeat], now: &[CheckedSeat], accounts: &Accounts) -> Self {
        let sat: Vec<&str> = before.iter().filter_map(|seat| seat.occupant.as_deref()).collect();
        let before: HashSet<&str> = sat.iter().copied().collect();
        let sit = || now.iter().filter_map(|seat| Some(&seat.occupant.as_ref()?.email));
        let new: Vec<&Email> = sit().filter(|email| !before.contains(email.as_str())).collect();
        // Only who is named anew can be one of those by another address.
        let known: Vec<Email> = match new.is_empty() {
            true => Vec::new(),
            false => sat.iter().filter_map(|email| email.parse().ok()).collect(),
        };
        let renamed = accounts.renamed(&known, new);
        let formerly: HashSet<String> = renamed.values().map(|email| email.as_str().to_owned()).collect();
        let still: HashSet<&str> = sit().map(Email::as_str).collect();
        let gone = sat.into_iter().filter(|email| !still.contains(email) && !formerly.contains(*email)).collect();
        Occupants { before, renamed, formerly, gone }
    }

    /// Whether somebody who sits there now sat there before.
    pub fn sat(&self, email: &Email) -> bool {
        let is_same = self.before.contains(email.as_str()) && !self.formerly.contains(email.as_str());
        is_same || self.renamed.contains_key(email)
    }

    /// Those who sat there and do no longer, by their folded addresses.
    pub fn gone(&self) -> &[&'a str] {
        &self.gone
    }
}
