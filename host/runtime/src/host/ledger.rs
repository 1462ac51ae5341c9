//! What the ledger knows, by the addresses that people's accounts have now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Host, HostError};
use shop_core::calls::looked_up::{LookedUp, Wanted};
use shop_core::platform::{Account, AccountId, CourseId};
use shop_core::sessions::accounts::{ActedOn, Moved};
use shop_core::sessions::ledger::{Before, OtherClaim, OwnClaim};
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::message::Message;
use shop_core::words::order::OrderId;
use shop_journal::{Journal, JournalError};

/// The journal's ledger, read as if it had been rewritten already by the addresses that were changed on the platform.
pub(super) struct Ledger<'a> {
    pub(super) journal: &'a Journal,
    pub(super) moved: &'a Moved,
}

impl Ledger<'_> {
    /// An order's claims, those too that it gave up and whose facts are still to be taken away.
    pub(super) fn own(&self, claims: Vec<OwnClaim>) -> Vec<OwnClaim> {
        claims.into_iter().map(|claim| OwnClaim { fact: self.now(claim.fact), ..claim }).collect()
    }

    /// The claims of other orders on these facts.
    pub(super) async fn others(
        &self,
        order: &OrderId,
        facts: &BTreeSet<Fact>,
    ) -> Result<Vec<OtherClaim>, JournalError> {
        let formerly = self.formerly(facts);
        let claims = self.journal.claims_of_others(order, &facts.union(&formerly).collect()).await?;
        let claims = claims.into_iter().map(|claim| OtherClaim { fact: self.now(claim.fact), ..claim });
        Ok(claims.filter(|claim| facts.contains(&claim.fact)).collect())
    }

    /// What stays of other orders because somebody is kept in a course in whose enrolments there these facts have a part: a
    /// membership in the order's group, and the group.
    pub(super) async fn kept(
        &self,
        order: &OrderId,
        facts: impl Iterator<Item = &Fact>,
    ) -> Result<BTreeSet<Fact>, JournalError> {
        let enrolled = |fact: &Fact| match fact {
            Fact::Enrolment(course, email) => Some((*course, email.clone())),
            _ => None,
        };
        let enrolled: BTreeSet<(CourseId, Email)> = facts.filter_map(enrolled).collect();
        if enrolled.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut people: BTreeSet<&Email> = enrolled.iter().map(|(_, email)| email).collect();
        let formerly = self.moved.iter().filter(|(_, now)| people.contains(now)).map(|(former, _)| former);
        people.extend(formerly.collect::<Vec<_>>());
        let kept = self.journal.kept(order, &people).await?;
        let kept: BTreeSet<Fact> = kept.into_iter().map(|fact| self.now(fact)).collect();
        let members = kept.iter().filter_map(|fact| match fact {
            Fact::Member(course, of, email) if enrolled.contains(&(*course, email.clone())) => Some((*course, of)),
            _ => None,
        });
        let groups: BTreeSet<(CourseId, &OrderId)> = members.collect();
        let is_concerned = |fact: &&Fact| match fact {
            Fact::Member(course, _, email) => enrolled.contains(&(*course, email.clone())),
            Fact::Group(course, of) => groups.contains(&(*course, of)),
            _ => false,
        };
        Ok(kept.iter().filter(is_concerned).cloned().collect())
    }

    /// What was there before these facts were claimed, and which order claimed them first.
    pub(super) async fn before(
        &self,
        facts: &BTreeSet<Fact>,
    ) -> Result<BTreeMap<Fact, (Before, OrderId)>, JournalError> {
        let formerly = self.formerly(facts);
        let before = self.journal.before(&facts.union(&formerly).collect()).await?;
        Ok(before.into_iter().map(|(fact, before)| (self.now(fact), before)).collect())
    }

    fn now(&self, fact: Fact) -> Fact {
        fact.about(|email| self.moved.get(&email).cloned().unwrap_or(email))
    }

    /// The facts as they may have been written down before addresses were changed: one can be about two people, of whom either
    /// or both have another by now.
    fn formerly(&self, facts: &BTreeSet<Fact>) -> BTreeSet<Fact> {
        let mut former: BTreeMap<&Email, Vec<&Email>> = BTreeMap::new();
        self.moved.iter().for_each(|(old, now)| former.entry(now).or_default().push(old));
        let has_moved = |fact: &&Fact| fact.people().iter().any(|email| former.contains_key(email));
        facts.iter().filter(has_moved).flat_map(|fact| known_as(fact, &former)).collect()
    }
}

/// A fact by all addresses by which the people in it were known.
fn known_as(fact: &Fact, former: &BTreeMap<&Email, Vec<&Email>>) -> Vec<Fact> {
    let addresses = |email: &Email| -> Vec<Email> {
        std::iter::once(email).chain(former.get(email).into_iter().flatten().copied()).cloned().collect()
    };
    // Of all at once, since one's former address can be another's by now.
    let none = vec![BTreeMap::<Email, Email>::new()];
    let known = fact.people().into_iter().fold(none, |known, email| {
        let with = |as_known: &BTreeMap<Email, Email>| {
            let with = |address| as_known.clone().into_iter().chain([(email.clone(), address)]).collect();
            addresses(email).into_iter().map(with).collect::<Vec<_>>()
        };
        known.iter().flat_map(with).collect()
    });
    known.iter().map(|as_known| fact.clone().about(|email| as_known.get(&email).cloned().unwrap_or(email))).collect()
}

impl Host {
    /// Looks everything up: four requests at most, however many seats there are; and some more where accounts have an address by
    /// which others were known.
    pub(super) async fn look_up(&self, wanted: Wanted) -> Result<LookedUp, HostError> {
        let order = wanted.order.clone();
        let mut found = wanted.look_up(&*self.platform).await?;
        let mut seen: BTreeSet<AccountId> = found.accounts.ids().collect();
        let ids: Vec<_> = seen.iter().copied().collect();
        let mut acted_on = ActedOn {
            ever: self.journal.acted_on(&found.people().collect(), &ids).await?,
            own: match order {
                Some(order) => self.journal.acted_on_by(&order).await?,
                None => BTreeMap::new(),
            },
        };
        let mut by_id: Vec<Account> = Vec::new();
        loop {
            let elsewhere: BTreeSet<AccountId> = acted_on.ids().filter(|id| seen.insert(*id)).collect();
            if elsewhere.is_empty() {
                break;
            }
            let accounts = self.platform.accounts(&elsewhere.into_iter().collect::<Vec<_>>()).await?;
            // The address that one of them has now, somebody else may be known by.
            let known = self.journal.acted_on(&accounts.iter().map(|account| &account.email).collect(), &[]).await?;
            acted_on.ever.extend(known.into_iter().filter(|(_, id)| !seen.contains(id)));
            by_id.extend(accounts);
        }
        found.accounts.follow(acted_on, by_id);
        Ok(found)
    }
}

/// What is to be told of the accounts that the shop has acted on.
pub(super) fn news(found: &LookedUp) -> Vec<Message> {
    let accounts = &found.accounts;
    let news = |email: &Email| {
        let warning = |key| {
            let message = Message::warning(key);
            message.with("email", email.as_str())
        };
        match accounts.now(email) {
            Some(now) if now.is_nameless() => Some(warning("account-nameless").with("now", now.as_str())),
            Some(now) => Some(warning("account-moved").with("now", now.as_str())),
            None if accounts.is_made_anew(email) => Some(warning("account-made-anew")),
            // Of those whom the order names, it is told as an error.
            None if accounts.is_deleted(email) && !accounts.named().contains(email) => {
                Some(warning("account-deleted-since"))
            }
            None => None,
        }
    };
    found.people().filter_map(news).collect()
}

/// What is to be told of accounts that the order has places for, and that an administrator has suspended.
pub(super) fn suspended(found: &LookedUp) -> impl Iterator<Item = Message> {
    let suspended = found.people().filter(|email| found.accounts.is_suspended(email));
    suspended.map(|email| {
        let message = Message::warning("account-suspended-kept");
        message.with("email", email.as_str())
    })
}
