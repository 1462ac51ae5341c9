//! Erasing people, and what was kept long enough.

use std::collections::BTreeSet;

use super::{Host, HostError};
use shop_core::calls::looked_up::Wanted;
use shop_core::words::author::SHOP;
use shop_core::words::email::{Spelled, Typed};
use shop_core::words::period::Timestamp;
use shop_journal::{Erased, Journal};

/// What was deleted because it was kept long enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// How many recorded calls and old receipts.
    pub records: u64,
    /// How many people were erased.
    pub people: usize,
}

impl Host {
    /// Erases a person, by the address, or what was typed for one, from orders, receipts and recorded calls; the audit log keeps
    /// a pseudonym. The person's account on the learning platform is not the shop's, and stays. Refused while an order in force
    /// names the person. Afterwards, [`Self::compact`] is due.
    pub async fn erase(&self, who: impl Into<Typed>, by: &str) -> Result<Erased, HostError> {
        let who = who.into();
        self.alone(async |journal| self.erase_alone(journal, who, by).await).await
    }

    async fn erase_alone(&self, journal: &Journal, who: Typed, by: &str) -> Result<Erased, HostError> {
        let mut known = BTreeSet::from([who.clone()]);
        if !self.journal.is_anybody_known(std::slice::from_ref(&who)).await? {
            known.extend(self.known_formerly(&who).await?);
        }
        let person = self.journal.with_all_addresses(&known).await?;
        let mut orders = BTreeSet::new();
        for addresses in &person {
            orders.append(&mut self.journal.needing(addresses).await?);
        }
        if !orders.is_empty() {
            return Err(HostError::InUse { email: who, orders: orders.into_iter().collect() });
        }
        Ok(journal.erase(person, by).await?)
    }

    /// By which addresses somebody is recorded who has this one on the platform by now.
    async fn known_formerly(&self, who: &Typed) -> Result<BTreeSet<Typed>, HostError> {
        let Some(email) = who.email() else { return Ok(BTreeSet::new()) };
        let found = self.look_up(Wanted::people([Spelled::from(email.clone())])).await?;
        match found.accounts.id(&email) {
            Some(account) => Ok(self.journal.addresses_of(account).await?),
            None => Ok(BTreeSet::new()),
        }
    }

    /// Deletes what the catalogue says has been kept long enough. Orders have their turn in between. Afterwards,
    /// [`Self::compact`] is due.
    pub async fn prune(&self) -> Result<Pruned, HostError> {
        let (keep, now) = (self.catalogues.keep(), Timestamp::now());
        let mut pruned = Pruned::default();
        if let Some(days) = keep.people {
            while let Some(people) = self.erase_outdated(now.days_before(days)).await? {
                pruned.people += people;
            }
        }
        if let Some(days) = keep.recordings {
            pruned.records = self.journal.prune(now.days_before(days), SHOP).await?;
        }
        Ok(pruned)
    }

    /// Erases those whom only orders name that ended before an instant: the people of some of these orders, and how many that
    /// were. None: of no such order are there people left to look at.
    async fn erase_outdated(&self, before: Timestamp) -> Result<Option<usize>, HostError> {
        // Nobody waits where there is nothing to do.
        if self.journal.outdated(before).await?.is_empty() {
            return Ok(None);
        }
        self.alone(async |journal| erase_outdated(journal, before).await).await
    }

    /// Writes the journal's file anew if something was erased or deleted in it, so that nothing of that can be found there.
    /// Orders go on meanwhile, as far as they only read. False: it remains to be done, since somebody reads in the file, or
    /// there is no space for it; what was erased is erased all the same.
    pub async fn compact(&self) -> bool {
        match self.journal.compact().await {
            Ok(done) => done,
            Err(error) => {
                tracing::warn!(%error, "the journal's file could not be written anew: it remains to be done");
                false
            }
        }
    }
}

async fn erase_outdated(journal: &Journal, before: Timestamp) -> Result<Option<usize>, HostError> {
    let outdated = journal.outdated(before).await?;
    if outdated.is_empty() {
        return Ok(None);
    }
    let mut people = journal.with_all_addresses(&outdated.people).await?;
    let all: BTreeSet<Typed> = people.iter().flatten().cloned().collect();
    let concerned = journal.still_concerned(&all, before).await?;
    people.retain(|addresses| !addresses.iter().any(|address| concerned.contains(address)));
    let erased = people.len();
    journal.erase(people, SHOP).await?;
    journal.looked_at(&outdated).await?;
    Ok(Some(erased))
}
