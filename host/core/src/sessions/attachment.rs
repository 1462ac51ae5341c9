//! Whether somebody's account may be attached to an operator's, whatever a handler declares.
//!
//! Attached means power over an account: with the right role, the operator can set its password. So without further question
//! only an account is attached that an order of this same operator has made. One that was there before is attached when its
//! holder has agreed, or the merchant says so for this person; unless the shop's settings say otherwise of all.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sessions::session::Fact;
use crate::words::email::Email;
use crate::words::message::{Audience, Level, Message, Subject};

/// Which accounts are attached that no order of the operator has made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AttachExisting {
    /// Those whose holders have agreed, as `people attach` notes.
    #[default]
    Consent,
    /// All. Whoever knows an address can buy it a seat, and so get power over the account.
    Always,
    /// None.
    Never,
}

/// Why an attachment is not made, although it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withheld {
    /// Its holder has not agreed yet, or no longer agrees.
    Consent,
    /// The account, or the operator's own, is protected; or none are attached that were there before.
    Never,
}

/// What is known of an account that is to be attached to an operator's.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Whether it, or the operator's own, is protected.
    pub protected: bool,
    /// Whether an order of the operator has made it, or is about to.
    pub made: bool,
    /// Whether its holder agrees, if that was ever noted.
    pub agrees: Option<bool>,
}

impl AttachExisting {
    /// Why an account is not attached; none: it is.
    pub fn withholds(self, candidate: Candidate) -> Option<Withheld> {
        let Candidate { protected, made, agrees } = candidate;
        match (agrees, self) {
            _ if protected => Some(Withheld::Never),
            (Some(false), _) => Some(Withheld::Consent),
            _ if made => None,
            (_, AttachExisting::Always) | (Some(true), AttachExisting::Consent) => None,
            (_, AttachExisting::Never) => Some(Withheld::Never),
            (None, AttachExisting::Consent) => Some(Withheld::Consent),
        }
    }

    /// What a merchant should know of it.
    pub fn warning(self) -> Option<Message> {
        let message = || Message::warning("attach-existing-always");
        (self == AttachExisting::Always).then(message)
    }

    /// Why an account is not attached that was to be made, and that somebody else has made meanwhile.
    fn withholds_found(self) -> Option<Withheld> {
        self.withholds(Candidate { protected: false, made: false, agrees: None })
    }
}

/// The attachments that an order wants and does not get.
#[derive(Clone, Debug, Default)]
pub struct Attachments {
    operator: Option<Email>,
    existing: AttachExisting,
    withheld: BTreeMap<Fact, Withheld>,
}

impl Attachments {
    /// Of an order of this operator, none is withheld yet.
    pub fn of(operator: Option<Email>, existing: AttachExisting) -> Self {
        Attachments { operator, existing, withheld: BTreeMap::new() }
    }

    /// One half of an attachment is not to be made.
    pub fn withhold(&mut self, fact: &Fact, why: Withheld) {
        self.withheld.insert(fact.clone(), why);
    }

    /// Why a fact is not to be made, if it is such a half.
    pub fn withheld(&self, fact: &Fact) -> Option<Withheld> {
        self.withheld.get(fact).copied()
    }

    /// What is told of those who wait for consent, by what is withheld of a plan.
    pub fn notice(&self, withheld: &BTreeMap<Fact, Withheld>) -> Option<Message> {
        let operator = self.operator.as_ref()?;
        let waiting = withheld.iter().filter(|(_, why)| **why == Withheld::Consent);
        let waiting: BTreeSet<&Email> =
            waiting.flat_map(|(fact, _)| fact.people()).filter(|who| *who != operator).collect();
        if waiting.is_empty() {
            return None;
        }
        let notice = Message::host(Level::Notice, Audience::Sales, Subject::Order, "attachments-await-consent");
        Some(notice.with("operator", operator.as_str()).naming(waiting.iter()))
    }

    /// Somebody's account was to be made, and is there already: which of these facts are withheld for that, and why.
    pub fn turns_out_found<'a>(&mut self, who: &Email, facts: impl Iterator<Item = &'a Fact>) -> Vec<Fact> {
        let Some(why) = self.existing.withholds_found().filter(|_| self.operator.as_ref() != Some(who)) else {
            return Vec::new();
        };
        let is_half = |fact: &&Fact| matches!(fact, Fact::AccountRole { .. }) && fact.people().contains(&who);
        let halves: Vec<Fact> = facts.filter(is_half).cloned().collect();
        self.withheld.extend(halves.iter().map(|fact| (fact.clone(), why)));
        halves
    }
}

/// Why nobody can agree to that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message tells it")]
pub enum Unattachable {
    /// There is no account.
    #[error(
        "the learning platform has no account with the address {0}: what somebody agrees to is noted of an account"
    )]
    NoAccount(Email),
    #[error(
        "several accounts on the learning platform have the address {0}: have an administrator put that right first"
    )]
    Several(Email),
    #[error("{0} and {1} are one account, and nobody is attached to the own one")]
    Same(Email, Email),
    /// One of the two is protected.
    #[error(
        "{0} is protected, in the catalogue or by what it is on the learning platform: such accounts are never attached"
    )]
    Protected(Email),
    /// The catalogue forbids it.
    #[error(
        "the catalogue says attach_existing = \"never\": with \"consent\", accounts that were there before are attached once \
         their holders agree"
    )]
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_attached() {
        let every =
            |agrees| [AttachExisting::Consent, AttachExisting::Always, AttachExisting::Never].map(|it| (it, agrees));
        let attached = |protected, made| {
            let all = [None, Some(true), Some(false)].into_iter().flat_map(every);
            let withheld = all.map(move |(it, agrees)| it.withholds(Candidate { protected, made, agrees }));
            withheld
                .map(|why| why.map_or("+", |why| if why == Withheld::Consent { "?" } else { "-" }))
                .collect::<String>()
        };
        // Not asked, agrees, does not agree: with consent, always, never.
        assert_eq!(attached(false, true), "++++++???", "made by an order of the operator");
        assert_eq!(attached(false, false), "?+-++-???", "there before");
        assert_eq!(attached(true, true) + &attached(true, false), "-".repeat(18), "protected");
    }
}
