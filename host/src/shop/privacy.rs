//! Erasing people, and what was kept long enough.

use std::collections::BTreeSet;

use super::{Shop, ShopError};
use crate::audit::SHOP;
use crate::email::Email;
use crate::journal::{ERASED, Erased, Naming};
use crate::period::Timestamp;

/// What was deleted because it was kept long enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// How many recorded calls and old receipts.
    pub records: u64,
    /// How many people were erased.
    pub people: usize,
}

impl Shop {
    /// Erases a person from orders, receipts and recorded calls; the audit log keeps a pseudonym. The person's account on
    /// the learning platform is not the shop's, and stays. Refused while an order in force names the person.
    pub async fn erase(&self, email: &Email, by: &str) -> Result<Erased, ShopError> {
        let _turn = self.take_turn().await?;
        let addresses = self.journal.addresses(email).await?;
        let mut orders = BTreeSet::new();
        for of in self.journal.naming().await? {
            // Whom an order in force did something for and names no longer can go, once that is taken away.
            if of.ended.is_none() && addresses.iter().any(|address| of.current.contains(address)) {
                orders.insert(of.order);
            }
        }
        let claimed = self.journal.claimed(&addresses.iter().cloned().collect()).await?;
        orders.extend(claimed.into_iter().map(|(order, _)| order));
        if !orders.is_empty() {
            return Err(ShopError::InUse { email: email.clone(), orders: orders.into_iter().collect() });
        }
        Ok(self.journal.erase([addresses], by).await?)
    }

    /// Deletes what the catalogue says has been kept long enough.
    pub async fn prune(&self) -> Result<Pruned, ShopError> {
        let _turn = self.take_turn().await?;
        let (keep, now) = (self.catalogue.shop.keep, Timestamp::now());
        let mut pruned = Pruned::default();
        if let Some(days) = keep.people {
            let people = self.outdated(now.days_before(days)).await?;
            pruned.people = people.len();
            if !people.is_empty() {
                self.journal.erase(people, SHOP).await?;
            }
        }
        if let Some(days) = keep.recordings {
            pruned.records = self.journal.prune(now.days_before(days), SHOP).await?;
        }
        self.journal.compact().await?;
        Ok(pruned)
    }

    /// Those whom only orders name that ended before an instant, each with all addresses.
    async fn outdated(&self, before: Timestamp) -> Result<BTreeSet<Vec<Email>>, ShopError> {
        let naming = self.journal.naming().await?;
        let (old, current): (Vec<Naming>, Vec<Naming>) =
            naming.into_iter().partition(|of| of.ended.is_some_and(|ended| ended < before));
        let all = |naming: Vec<Naming>| naming.into_iter().flat_map(|of| of.current.into_iter().chain(of.former));
        let old: BTreeSet<Email> = all(old).collect();
        let mut current: BTreeSet<Email> = all(current).collect();
        current.extend(self.journal.claimed(&old).await?.into_iter().map(|(_, email)| email));
        let mut people = BTreeSet::new();
        for email in old.iter().filter(|email| !email.as_str().ends_with(ERASED)) {
            let addresses = self.journal.addresses(email).await?;
            if !addresses.iter().any(|address| current.contains(address)) {
                people.insert(addresses);
            }
        }
        Ok(people)
    }
}
