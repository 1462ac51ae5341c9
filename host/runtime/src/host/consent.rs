//! Who agrees to whose charge over the own account: the staff notes it, and the orders concerned follow.

use std::collections::BTreeSet;

use super::lease::Lease;
use super::{Host, HostError, Progress, Resumed};
use shop_core::calls::looked_up::Wanted;
use shop_core::sessions::accounts::{AccountOf, Accounts};
use shop_core::sessions::attachment::{AttachExisting, Unattachable};
use shop_core::words::author::Author;
use shop_core::words::email::{Email, Spelled, Typed};
use shop_core::words::order::OrderId;
use shop_journal::{Holder, Key};

/// What came of noting whether somebody agrees.
pub struct Consented {
    /// Whether that is news.
    pub news: bool,
    /// The orders concerned, each with what came of putting it right.
    pub orders: Vec<Resumed>,
}

/// What came of noting it.
enum Noted {
    /// It takes the right to these, too.
    Lacks(BTreeSet<Key>),
    /// Whether it is news, and which orders it concerns.
    Done { news: bool, orders: Vec<OrderId> },
}

impl Host {
    /// Notes that somebody agrees, or no longer agrees, to an operator's charge over the own account; and makes or takes back
    /// the attachment in all orders that want it. Done again, it goes on where it was interrupted.
    pub async fn consent(
        &self,
        person: impl Into<Spelled>,
        operator: impl Into<Spelled>,
        agrees: bool,
        by: &str,
        progress: &Progress,
    ) -> Result<Consented, HostError> {
        let author = Author::staff(by)?;
        let noted = Box::pin(self.note_consent(person.into(), operator.into(), agrees, author.name()));
        let (news, concerned) = noted.await?;
        let mut orders = Vec::new();
        for order in concerned {
            let outcome = Box::pin(self.repair(&order, by, progress)).await;
            orders.push(Resumed { order, outcome });
        }
        Ok(Consented { news, orders })
    }

    /// Whether it is news, and which orders it concerns.
    async fn note_consent(
        &self,
        person: Spelled,
        operator: Spelled,
        agrees: bool,
        by: &str,
    ) -> Result<(bool, Vec<OrderId>), HostError> {
        let mut keys = BTreeSet::from([&person.email, &operator.email].map(|email| Key::Person(email.clone())));
        loop {
            // Whoever works at an order of theirs sees it or not, and then it is among those that follow.
            let lease = self.lease(self.leases.line_up(keys).await?).await?;
            let noted = self.note_with(&lease, &person, &operator, agrees, by).await;
            lease.end().await;
            match noted? {
                Noted::Lacks(more) => keys = more,
                Noted::Done { news, orders } => return Ok((news, orders)),
            }
        }
    }

    async fn note_with(
        &self,
        lease: &Lease,
        person: &Spelled,
        operator: &Spelled,
        agrees: bool,
        by: &str,
    ) -> Result<Noted, HostError> {
        let (person, operator) = self.attachable(person, operator, agrees).await?;
        // By the accounts, since what is recorded of them may have followed no new address yet.
        let of_person: Vec<Typed> = self.journal.addresses_of(person.account).await?.into_iter().collect();
        let of_operator: Vec<Typed> = self.journal.addresses_of(operator.account).await?.into_iter().collect();
        let known = of_person.iter().chain(&of_operator).filter_map(Typed::email);
        let known = known.chain([person.email.clone(), operator.email.clone()]).map(Key::Person).collect();
        if let Some(more) = lease.lacks(&known) {
            return Ok(Noted::Lacks(more));
        }
        let identity = self.platform.identity();
        let news = lease.journal.consent(&operator, &person, agrees, identity, by).await?;
        let orders = self.journal.orders_between(&of_person, &of_operator).await?;
        Ok(Noted::Done { news, orders })
    }

    /// The accounts of the two, if the one can be attached to the other's; or need not be any more.
    async fn attachable(
        &self,
        person: &Spelled,
        operator: &Spelled,
        agrees: bool,
    ) -> Result<(Holder, Holder), HostError> {
        let accounts = self.look_up(Wanted::people([person.clone(), operator.clone()])).await?.accounts;
        let (person, operator) = (holder(&person.email, &accounts)?, holder(&operator.email, &accounts)?);
        if person.account == operator.account {
            return Err(Unattachable::Same(person.email, operator.email).into());
        }
        if agrees {
            self.check_attachable(&person, &operator, &accounts).await?;
        }
        Ok((person, operator))
    }

    /// Refuses what would come to nothing; but what was taken back can be given again.
    async fn check_attachable(&self, person: &Holder, operator: &Holder, accounts: &Accounts) -> Result<(), HostError> {
        let protected = accounts.protected(self.catalogues.protected());
        if let Some(holder) = [person, operator].into_iter().find(|holder| protected.includes(&holder.email)) {
            return Err(Unattachable::Protected(holder.email.clone()).into());
        }
        let noted = self.journal.consents(&BTreeSet::from([person.account, operator.account])).await?;
        let mut shops = self.catalogues.all();
        if shops.all(|(_, catalogue)| catalogue.shop.attach_existing == AttachExisting::Never)
            && noted.get(&(operator.account, person.account)) != Some(&false)
        {
            return Err(Unattachable::Never.into());
        }
        Ok(())
    }
}

/// Whoever has an address on the platform now, or had it when the shop acted on the account.
fn holder(typed: &Email, accounts: &Accounts) -> Result<Holder, Unattachable> {
    let email = match accounts.of(typed) {
        None => accounts.moved().get(typed).unwrap_or(typed),
        Some(_) => typed,
    };
    match accounts.of(email) {
        Some(AccountOf::One(account)) => Ok(Holder { account, email: email.clone() }),
        Some(AccountOf::Several) => Err(Unattachable::Several(typed.clone())),
        None => Err(Unattachable::NoAccount(typed.clone())),
    }
}
