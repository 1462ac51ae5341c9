//! Whose account is whose.
//!
//! A person is found by the address at first. What the shop has acted on, the ledger knows by the platform's id; so when its
//! address is changed there, the shop goes on with the account, and does not take the person for somebody else.

use std::collections::{BTreeMap, BTreeSet};

use crate::email::Email;
use crate::platform::{Account, AccountId, AccountState};

/// Addresses that were changed on the platform: as the ledger knows them, and as they are now.
pub type Moved = BTreeMap<Email, Email>;

/// The account that an address stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountOf {
    /// There is exactly one, or one that the shop has acted on.
    One(AccountId),
    /// There are several, and nothing says which.
    Several,
}

/// The accounts of some people.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// All that were found, by their address or by their id.
    found: BTreeMap<AccountId, Account>,
    by_email: BTreeMap<Email, Vec<AccountId>>,
    /// Whom the order names.
    named: BTreeSet<Email>,
    /// What the shop has acted on, by the address that it has now; if the platform knows it no longer, by its last one.
    acted_on: BTreeMap<Email, AccountId>,
    moved: Moved,
}

impl Accounts {
    /// Those that have the addresses that were looked up; `named` are those of the order itself.
    pub fn new(named: BTreeSet<Email>, found: Vec<Account>) -> Self {
        let mut accounts = Accounts { named, ..Accounts::default() };
        accounts.add(found);
        accounts
    }

    fn add(&mut self, found: Vec<Account>) {
        for account in found {
            self.by_email.entry(account.email.clone()).or_default().push(account.id);
            self.found.insert(account.id, account);
        }
    }

    /// Whom the order names.
    pub fn named(&self) -> &BTreeSet<Email> {
        &self.named
    }

    /// Those that were found.
    pub fn ids(&self) -> impl Iterator<Item = AccountId> {
        self.found.keys().copied()
    }

    /// Goes by what the ledger knows: which account it has acted on, by the address that it had then. `by_id` are those of
    /// them that were not found by their address.
    pub fn follow(&mut self, acted_on: Vec<(Email, AccountId)>, by_id: Vec<Account>) {
        self.add(by_id);
        for (email, id) in acted_on {
            let now = self.found.get(&id).map(|account| account.email.clone());
            match now {
                None => _ = self.acted_on.entry(email).or_insert(id),
                Some(now) => {
                    self.acted_on.insert(now.clone(), id);
                    if now != email {
                        self.moved.insert(email, now);
                    }
                }
            }
        }
    }

    /// Addresses that were changed on the platform since the shop acted on their accounts.
    pub fn moved(&self) -> &Moved {
        &self.moved
    }

    /// By which address the ledger knows somebody whom the order names: where the address is nobody's any longer, by the
    /// one that it was changed to.
    pub fn known_as<'a>(&'a self, email: &'a Email) -> &'a Email {
        let now = self.moved.get(email).filter(|now| self.living(email).is_empty() && !self.named.contains(*now));
        now.unwrap_or(email)
    }

    /// The accounts of somebody whom the order names.
    pub fn of_named(&self, email: &Email) -> Vec<&Account> {
        let ids = self.by_email.get(self.known_as(email)).into_iter().flatten();
        ids.filter_map(|id| self.found.get(id)).collect()
    }

    /// The account of somebody whom the ledger knows by this address. What the shop has acted on counts even if it is
    /// deleted, unless somebody has taken its place: it may be restored.
    pub fn of(&self, email: &Email) -> Option<AccountOf> {
        let living = self.living(email);
        let acted_on = self.acted_on.get(email).filter(|id| self.found.contains_key(id));
        match (acted_on, &living[..]) {
            (Some(id), living) if living.is_empty() || living.contains(id) => Some(AccountOf::One(*id)),
            (_, []) => None,
            (_, [one]) => Some(AccountOf::One(*one)),
            (_, _) => Some(AccountOf::Several),
        }
    }

    fn living(&self, email: &Email) -> Vec<AccountId> {
        let ids = self.by_email.get(email).into_iter().flatten();
        ids.filter(|id| self.found.get(id).is_some_and(|a| a.state != AccountState::Deleted)).copied().collect()
    }

    /// Whether the address stands for another account than the one that the shop has acted on, which is gone.
    pub fn is_another(&self, email: &Email) -> bool {
        let acted_on = self.acted_on.get(email).map(|id| AccountOf::One(*id));
        acted_on.is_some() && self.of(email).is_some() && self.of(email) != acted_on
    }

    /// Whether the shop has acted on the account, and it was deleted since.
    pub fn is_deleted(&self, email: &Email) -> bool {
        self.acted_on.contains_key(email) && self.living(email).is_empty()
    }
}
