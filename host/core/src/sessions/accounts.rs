//! Whose account is whose.
//!
//! A person is found by the address at first. What the shop has acted on, the ledger knows by the platform's id; so when its
//! address is changed there, the shop goes on with the account, and does not take the person for somebody else.
//!
//! An address that was given to somebody else, or is free again, means two people then: in an order that has acted on an
//! account by it, it stands for that account; in any other, for whoever has it on the platform now, or for nobody yet.
//!
//! Whom an address means by which the *ledger* knows somebody ([`Accounts::of`]):
//!
//! | the account that the shop has acted on | accounts in use that have the address now | it means |
//! | --- | --- | --- |
//! | is known to the platform, deleted or not | none | that account: it may be restored |
//! | is known to the platform | that one, with others or alone | that account |
//! | is another, or there is none | one | the one that has it |
//! | is another, or there is none | several | nobody knows whom: [`AccountOf::Several`] |
//! | there is none, or the platform knows it no longer | none | nobody yet |
//!
//! Where one address was given to two accounts that the shop has acted on, it means the one that was known by it before; the other
//! is known by its id alone.
//!
//! Whom an address means by which the *order* names somebody ([`Accounts::of_named`]):
//!
//! | the account that this very order has acted on by it | it means |
//! | --- | --- |
//! | there is none, or the platform knows it no longer | whoever has the address now |
//! | is deleted, or has an address that is nobody's, and somebody else has this one | that other: the account was made anew |
//! | has an address now by which the order names somebody else, on whose account it has not acted | whoever has the address: two whom the order names are two people |
//! | any other | that account, whatever its address is now |

use std::collections::{BTreeMap, BTreeSet};

use crate::platform::{Account, AccountId, AccountState};
use crate::words::email::Email;

/// Addresses that were changed on the platform: as the ledger knows them, and as they are now.
pub type Moved = BTreeMap<Email, Email>;

/// People who are named by another address than they are known by: from the one to the other.
pub type Renamed = BTreeMap<Email, Email>;

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
    /// What this very order has acted on, by the addresses that it names people by.
    own: BTreeMap<Email, AccountId>,
}

/// Which accounts were acted on before.
#[derive(Clone, Debug, Default)]
pub struct ActedOn {
    /// By whichever order, by the addresses that they had then.
    pub ever: Vec<(Email, AccountId)>,
    /// By this very order, by the addresses that it names people by.
    pub own: BTreeMap<Email, AccountId>,
}

impl ActedOn {
    /// All of these accounts.
    pub fn ids(&self) -> impl Iterator<Item = AccountId> {
        self.ever.iter().map(|(_, id)| *id).chain(self.own.values().copied())
    }
}

/// Accounts that are never attached to another, nor another to them.
pub struct Protected<'a> {
    accounts: &'a Accounts,
    /// By all addresses by which the ledger may know them.
    listed: BTreeSet<&'a Email>,
}

impl Protected<'_> {
    /// Whether the account is one of them that the ledger knows by this address.
    pub fn includes(&self, email: &Email) -> bool {
        self.listed.contains(email) || self.accounts.is_privileged(email)
    }
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

    /// Goes by what the ledger knows. `by_id` are those accounts of it that were not found by their address.
    pub fn follow(&mut self, acted_on: ActedOn, by_id: Vec<Account>) {
        self.add(by_id);
        self.tell_apart(&acted_on.ever);
        self.own = acted_on.own;
        for (email, id) in acted_on.ever {
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

    /// Two accounts that the ledger knows stay two, though one address was given to both: it means the one that is known by it,
    /// and no other has an address of its own.
    fn tell_apart(&mut self, ever: &[(Email, AccountId)]) {
        let mut sharing: BTreeMap<Email, BTreeSet<AccountId>> = BTreeMap::new();
        for (_, id) in ever {
            if let Some(account) = self.found.get(id).filter(|account| account.state != AccountState::Deleted) {
                sharing.entry(account.email.clone()).or_default().insert(*id);
            }
        }
        let shared = sharing.into_iter().filter(|(_, ids)| ids.len() > 1);
        let others =
            shared.flat_map(|(email, ids)| ids.into_iter().filter(move |id| !ever.contains(&(email.clone(), *id))));
        for id in others.collect::<Vec<_>>() {
            self.found.entry(id).and_modify(|account| account.email = Email::nameless(id.0));
        }
    }

    /// Addresses that were changed on the platform since the shop acted on their accounts.
    pub fn moved(&self) -> &Moved {
        &self.moved
    }

    /// The same accounts by the addresses that they have now.
    pub fn moved_accounts(&self) -> impl Iterator<Item = (&Email, AccountId)> {
        self.moved.values().filter_map(|now| Some((now, *self.acted_on.get(now)?)))
    }

    /// The address that an account has now which is known by this one: which the order has acted on, if it names it so, or else
    /// the ledger. None: it has not changed.
    pub fn now<'a>(&'a self, email: &'a Email) -> Option<&'a Email> {
        match self.named.contains(email) {
            true => Some(self.known_as(email)).filter(|now| *now != email),
            false => self.moved.get(email),
        }
    }

    /// By which address the ledger knows somebody whom the order names: that which the account has now on which the order has
    /// acted; or else the one that is named.
    pub fn known_as<'a>(&'a self, email: &'a Email) -> &'a Email {
        self.own_account(email).map_or(email, |account| &account.email)
    }

    /// Whether somebody on whose account this order has acted and somebody whom it names now are one.
    pub fn is_same(&self, known: &Email, named: &Email) -> bool {
        known == named || !self.renamed([known], [named]).is_empty()
    }

    /// Which of those whom the order names now are among these, on whose accounts it has acted, or will.
    pub fn renamed<'a>(
        &self,
        known: impl IntoIterator<Item = &'a Email>,
        named: impl IntoIterator<Item = &'a Email>,
    ) -> Renamed {
        let one = |email: &Email| match self.of_named(email)[..] {
            [account] => Some(account.id),
            _ => None,
        };
        let id = |email: &Email| self.own.get(email).copied().or_else(|| one(email));
        let known: BTreeMap<AccountId, &Email> =
            known.into_iter().filter_map(|email| Some((id(email)?, email))).collect();
        let was =
            |named: &Email| known.get(&one(named)?).filter(|known| **known != named).map(|known| (*known).clone());
        named.into_iter().filter_map(|named| Some((named.clone(), was(named)?))).collect()
    }

    /// The accounts of somebody whom the order names.
    pub fn of_named(&self, email: &Email) -> Vec<&Account> {
        if let Some(own) = self.own_account(email) {
            return vec![own];
        }
        let ids = self.by_email.get(email).into_iter().flatten();
        ids.filter_map(|id| self.found.get(id)).collect()
    }

    /// The account on which this order has acted as that of somebody whom it names.
    fn own_account(&self, email: &Email) -> Option<&Account> {
        let id = self.own.get(email)?;
        let own = self.found.get(id)?;
        // It may have been made anew.
        let is_out_of_use = own.state == AccountState::Deleted || own.email.is_nameless();
        let is_replaced = is_out_of_use && !self.living(email).is_empty();
        // Two whom the order names are two people, of whom the account can be one's only.
        let of_other = |id: &AccountId| self.own.get(&own.email).is_none_or(|other| other == id);
        let is_others = own.email != *email && self.named.contains(&own.email) && of_other(id);
        (!is_replaced && !is_others).then_some(own)
    }

    /// Whether an address stands for another account than the one on which this order has acted by it, which is gone.
    pub fn is_replaced(&self, email: &Email) -> bool {
        self.own.contains_key(email) && self.own_account(email).is_none()
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

    /// The account, if there is exactly one.
    pub fn id(&self, email: &Email) -> Option<AccountId> {
        match self.of(email) {
            Some(AccountOf::One(id)) => Some(id),
            Some(AccountOf::Several) | None => None,
        }
    }

    /// The addresses by which the ledger may know somebody who is called so.
    pub fn aliases<'a>(&'a self, email: &'a Email) -> impl Iterator<Item = &'a Email> {
        [Some(email), Some(self.known_as(email)), self.moved.get(email)].into_iter().flatten()
    }

    /// Whether an account is an administrator's, the shop's own, or everybody's.
    fn is_privileged(&self, email: &Email) -> bool {
        let is_privileged = |account: &Account| {
            account.administrator || matches!(account.state, AccountState::Own | AccountState::Guest)
        };
        self.id(email).and_then(|id| self.found.get(&id)).is_some_and(is_privileged)
    }

    /// Those that are never attached, by the addresses that the shop's settings list.
    pub fn protected<'a>(&'a self, listed: &'a [Email]) -> Protected<'a> {
        Protected { accounts: self, listed: listed.iter().flat_map(|email| self.aliases(email)).collect() }
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

    /// Whether the account on which this order has acted as that of somebody whom it names is not there any more, and nobody else
    /// has the address: there will be another.
    pub fn is_made_anew(&self, email: &Email) -> bool {
        self.own.contains_key(email) && self.named.contains(email) && self.of_named(email).is_empty()
    }

    /// Whether the one account that an address stands for is suspended.
    pub fn is_suspended(&self, email: &Email) -> bool {
        let Some(AccountOf::One(id)) = self.of(email) else { return false };
        self.found.get(&id).is_some_and(|account| account.state == AccountState::Suspended)
    }

    /// Whether the shop has acted on the account, and it was deleted since.
    pub fn is_deleted(&self, email: &Email) -> bool {
        self.acted_on.contains_key(email) && self.living(email).is_empty()
    }
}
