//! All orders and people that working at an order is about: nobody else works at them meanwhile.

use std::collections::BTreeSet;

use super::compare::Change;
use super::lease::Lease;
use super::prepare::Prepared;
use super::{Host, HostError};
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::{Order, OrderId};
use shop_journal::Key;

impl Host {
    /// By what is recorded of it and what waits.
    pub(super) async fn keys(&self, id: &OrderId) -> Result<BTreeSet<Key>, HostError> {
        let recorded = self.journal.order(id).await?;
        let waits = self.journal.unfinished(id).await?;
        let orders = recorded.iter().flat_map(|recorded| [&recorded.order, recorded.latest()]);
        let all = orders.chain(waits.iter().map(|left| &left.order)).flat_map(named);
        let claims = self.journal.claims(id).await?;
        let mut keys: BTreeSet<Key> = claims.iter().flat_map(|claim| keys_of(&claim.fact)).collect();
        keys.insert(Key::Order(id.clone()));
        keys.extend(all.map(Key::Person));
        Ok(keys)
    }
}

fn named(order: &Order) -> impl Iterator<Item = Email> {
    order.people().filter_map(|person| person.email.parse().ok())
}

fn keys_of(fact: &Fact) -> impl Iterator<Item = Key> {
    let order = match fact {
        Fact::Group(_, order) | Fact::Member(_, order, _) => Some(Key::Order(order.clone())),
        Fact::Account(_) | Fact::Enrolment(..) | Fact::CourseRole(..) | Fact::AccountRole { .. } => None,
    };
    order.into_iter().chain(fact.people().into_iter().cloned().map(Key::Person))
}

impl Prepared<'_> {
    /// What it takes to carry this out, if that is more than a lease gives. Only the platform tells of some who it is about.
    pub(super) fn lacks(&self, lease: &Lease) -> Option<BTreeSet<Key>> {
        let change = self.change.as_ref()?;
        let mut keys: BTreeSet<Key> = change.grounds.claims.keys().flat_map(keys_of).collect();
        keys.insert(Key::Order(self.order.id.clone()));
        let moved = change.accounts.moved().iter().flat_map(|(from, to)| [from, to]);
        keys.extend(people(change).into_iter().chain(moved).cloned().map(Key::Person));
        lease.lacks(&keys)
    }
}

/// Whom a change is about, by all the addresses that an earlier request may have had.
pub(super) fn people(change: &Change) -> BTreeSet<&Email> {
    let mut people: BTreeSet<&Email> = change.grounds.claims.keys().flat_map(Fact::people).collect();
    people.extend(change.accounts.named());
    let moved = change.accounts.moved();
    let formerly: Vec<&Email> = moved.iter().filter(|(_, now)| people.contains(now)).map(|(old, _)| old).collect();
    people.extend(formerly);
    people
}
