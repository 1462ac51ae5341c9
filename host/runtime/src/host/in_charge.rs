//! Over whose accounts the operators of orders may be in charge.

use std::collections::{BTreeMap, BTreeSet};

use super::{Host, HostError};
use shop_core::lines::catalogues::Catalogues;
use shop_core::platform::AccountId;
use shop_core::sessions::accounts::{Accounts, Protected};
use shop_core::sessions::attachment::{AttachExisting, Attachments, Candidate, Withheld};
use shop_core::sessions::ledger::OtherClaim;
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::{Order, OrderId};

/// All that it depends on whether attachments are made, of an order and of those that claim the same.
pub(super) struct Charges<'a> {
    catalogues: &'a Catalogues,
    order: &'a OrderId,
    /// By the address that the ledger knows; none: the order names nobody by a valid one.
    operator: Option<Email>,
    /// As it is recorded, of other orders, too.
    in_charge: BTreeMap<OrderId, AccountId>,
    /// Before the orders passed on.
    formerly_in_charge: BTreeMap<OrderId, BTreeSet<AccountId>>,
    accounts: &'a Accounts,
    protected: Protected<'a>,
    /// Which order has made an account.
    made: BTreeMap<Email, OrderId>,
    agrees: BTreeMap<(AccountId, AccountId), bool>,
}

impl Host {
    /// What is known of those whom these facts and claims of others would attach.
    pub(super) async fn charges<'a, 'b>(
        &'a self,
        order: &'a Order,
        accounts: &'a Accounts,
        facts: impl Iterator<Item = &'b Fact>,
        others: &'b [OtherClaim],
    ) -> Result<Charges<'a>, HostError> {
        let settings = &self.catalogue_of(&order.id)?.shop;
        let is_half = |fact: &&Fact| matches!(fact, Fact::AccountRole { .. });
        let others = others.iter().filter(|other| is_half(&&other.fact));
        let facts = facts.filter(is_half).chain(others.clone().map(|other| &other.fact));
        let attached: BTreeSet<&Email> = facts.flat_map(Fact::people).collect();
        let ids = attached.iter().filter_map(|email| accounts.id(email)).collect();
        let made = self.made(&attached, accounts).await?;
        let orders = made.values().chain(others.map(|other| &other.order)).chain([&order.id]).collect();
        Ok(Charges {
            catalogues: &self.catalogues,
            order: &order.id,
            operator: order.operator.email.parse().ok().map(|email| accounts.known_as(&email).clone()),
            in_charge: self.journal.in_charge(&orders).await?,
            formerly_in_charge: self.journal.formerly_in_charge(&orders).await?,
            accounts,
            protected: accounts.protected(&settings.protected),
            agrees: self.journal.consents(&ids).await?,
            made,
        })
    }

    /// Whose accounts the shop has made, with the order that it was for. Not, if the address stands for another one by now.
    async fn made(
        &self,
        attached: &BTreeSet<&Email>,
        accounts: &Accounts,
    ) -> Result<BTreeMap<Email, OrderId>, HostError> {
        let facts: BTreeSet<Fact> = attached.iter().map(|email| Fact::Account((*email).clone())).collect();
        let ledger = super::ledger::Ledger { journal: &self.journal, moved: accounts.moved() };
        let before = ledger.before(&facts).await?;
        let made = before.into_iter().filter_map(|(fact, (before, order))| match fact {
            Fact::Account(email) if before.is_made() && !accounts.is_another(&email) => Some((email, order)),
            _ => None,
        });
        Ok(made.collect())
    }
}

impl Charges<'_> {
    /// The attachments of the order: none is withheld yet.
    pub(super) fn attachments(&self) -> Attachments {
        Attachments::of(self.operator.clone(), self.existing(self.order))
    }

    /// Why what an order claims is not made; none: it is. `granted`: as [`OtherClaim::granted`].
    pub(super) fn withholds(&self, order: &OrderId, fact: &Fact, granted: bool) -> Option<Withheld> {
        let Fact::AccountRole { holder, context, .. } = fact else { return None };
        let (operator, person) = match (self.is_in_charge(order, holder), self.is_in_charge(order, context)) {
            (true, _) => (holder, context),
            (_, true) => (context, holder),
            // Whoever that is, it is not whom the order was attached to.
            (false, false) => return Some(Withheld::Consent),
        };
        let ids = self.accounts.id(operator).zip(self.accounts.id(person));
        self.existing(order).withholds(Candidate {
            protected: [operator, person].into_iter().any(|email| self.protected.includes(email)),
            made: self.is_made_for(operator, person) || granted && self.keeps(order, operator, person),
            agrees: ids.and_then(|pair| self.agrees.get(&pair)).copied(),
        })
    }

    /// What the shop says that has an order. Of one whose catalogue is not there, nothing is known that would give power.
    fn existing(&self, order: &OrderId) -> AttachExisting {
        self.catalogues.of(order).map(|catalogue| catalogue.shop.attach_existing).unwrap_or_default()
    }

    fn is_in_charge(&self, order: &OrderId, email: &Email) -> bool {
        match order == self.order {
            true => self.operator.as_ref() == Some(email),
            false => self.was_in_charge(order, email),
        }
    }

    /// Until now: whoever hands an order over stays in charge of what it has made, as far as other orders want that.
    fn was_in_charge(&self, order: &OrderId, email: &Email) -> bool {
        self.in_charge.get(order).is_some_and(|id| self.accounts.id(email) == Some(*id))
    }

    /// Whether an order of the operator has made somebody's account; or will, since there is none. Who was ever in charge of that
    /// order is nobody's who is in charge of it now.
    fn is_made_for(&self, operator: &Email, person: &Email) -> bool {
        let is_to_be_made = self.accounts.of(person).is_none() || self.accounts.is_made_anew(person);
        let is_operators = |order: &OrderId| self.is_in_charge(order, operator) || self.was_in_charge(order, operator);
        let is_made_for = |order: &OrderId| is_operators(order) && !self.was_ever_in_charge(order, person);
        is_to_be_made || self.made.get(person).is_some_and(is_made_for)
    }

    fn was_ever_in_charge(&self, order: &OrderId, email: &Email) -> bool {
        let formerly = self.formerly_in_charge.get(order).zip(self.accounts.id(email));
        self.was_in_charge(order, email) || formerly.is_some_and(|(former, id)| former.contains(&id))
    }

    /// Whether what an order claims stays though the account is not made for its operator any more: both are still who they were.
    fn keeps(&self, order: &OrderId, operator: &Email, person: &Email) -> bool {
        let is_another = [operator, person].into_iter().any(|email| self.accounts.is_another(email));
        self.was_in_charge(order, operator) && !is_another
    }
}
