//! Who is in charge of an order, and who is who by another address.

use std::collections::{BTreeMap, BTreeSet};

use super::{Host, HostError};
use shop_core::calls::looked_up::Wanted;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::named::Named;
use shop_core::orders::successor::Successor;
use shop_core::orders::unsaid::InCharge;
use shop_core::platform::{AccountId, AccountState};
use shop_core::sessions::accounts::Renamed;
use shop_core::words::email::{Email, Spelled};
use shop_core::words::order::{Order, OrderId, Person};

impl Host {
    /// Who is in charge by a message, by whom the shop has `named` last and how the order was before. Where somebody else was in
    /// charge than the shop has named, since the staff has handed the order over, either may come by another address. Once whom it
    /// had named is erased, nobody can tell that person from somebody new: then it contradicts.
    pub(super) async fn in_charge(&self, order: &Order, named: &Named, before: &Order) -> Result<InCharge, HostError> {
        let (said, was) = (Email::folded(&order.operator.email), Email::folded(&before.operator.email));
        Ok(match named {
            _ if said == was => InCharge::AsSaid,
            Named::Known(named) if said == *named => InCharge::AsBefore,
            Named::Known(named) if *named != was && self.is_same_operator(order, named).await? => InCharge::AsBefore,
            Named::Erased if !self.is_same_operator(order, &was).await? => {
                let conflict = Conflict::Erased { recorded: was, found: said };
                return Err(HostError::Conflict { order: order.id.clone(), conflict });
            }
            Named::Unknown | Named::Known(_) | Named::Erased => InCharge::AsSaid,
        })
    }

    /// Whether the operator of a message is somebody whom the shop has named.
    async fn is_same_operator(&self, order: &Order, known: &str) -> Result<bool, HostError> {
        let (Ok(known), Ok(named)) = (known.parse::<Spelled>(), order.operator.email.parse::<Spelled>()) else {
            return Ok(false);
        };
        Ok(!self.renamed(&order.id, &[known], &[named]).await?.is_empty())
    }

    /// Whom a message names by another address than they are known by. A message is taken in while the platform is away, too: then
    /// by what is recorded.
    pub(super) async fn renamed(
        &self,
        order: &OrderId,
        known: &[Spelled],
        named: &[Spelled],
    ) -> Result<Renamed, HostError> {
        match self.ask_renamed(order, known, named).await {
            Err(HostError::Platform(_)) => self.renamed_before(order, known, named).await,
            told => told,
        }
    }

    /// The same, by what the order has acted on, and the address that each account had when that was seen last.
    async fn renamed_before(
        &self,
        order: &OrderId,
        known: &[Spelled],
        named: &[Spelled],
    ) -> Result<Renamed, HostError> {
        let own = self.journal.acted_on_by(order).await?;
        let known: BTreeMap<AccountId, &Email> =
            known.iter().filter_map(|known| Some((*own.get(&known.email)?, &known.email))).collect();
        let ids: Vec<AccountId> = known.keys().copied().collect();
        let last: BTreeMap<Email, AccountId> =
            self.journal.acted_on(&BTreeSet::new(), &ids).await?.into_iter().collect();
        let was = |named: &Email| known.get(own.get(named).or_else(|| last.get(named))?);
        let renamed = named.iter().filter_map(|named| Some((named.email.clone(), (*was(&named.email)?).clone())));
        Ok(renamed.filter(|(named, known)| named != known).collect())
    }

    /// Whether by another address of the same account nobody is replaced; both as they were typed. Only where there is another
    /// address is the platform asked.
    pub(super) async fn is_one_account(&self, order: &OrderId, known: &str, named: &str) -> Result<bool, HostError> {
        let (Ok(known), Ok(named)) = (known.parse::<Spelled>(), named.parse::<Spelled>()) else {
            return Ok(false);
        };
        Ok(known.email == named.email || !self.ask_renamed(order, &[known], &[named]).await?.is_empty())
    }

    /// Which of those who are named now are among those who are known, by what the platform says.
    async fn ask_renamed(&self, order: &OrderId, known: &[Spelled], named: &[Spelled]) -> Result<Renamed, HostError> {
        let mut people = Wanted::people(known.iter().chain(named).cloned());
        people.order = Some(order.clone());
        let found = self.look_up(people).await?;
        let (known, named) = (known.iter().map(|known| &known.email), named.iter().map(|named| &named.email));
        Ok(found.accounts.renamed(known, named))
    }

    /// Who is to be in charge of an order; none: neither the order nor the platform knows anybody by the address, and no name is said.
    pub async fn successor(&self, order: &OrderId, said: &Successor) -> Result<Option<Person>, HostError> {
        Ok(said.person(self.somebody(order, &said.email).await?))
    }

    /// Somebody by the address, as an order names that person. None: it does not.
    pub async fn named_in(&self, order: &OrderId, email: &str) -> Result<Option<Person>, HostError> {
        let folded = Email::folded(email);
        let recorded = self.journal.order(order).await?;
        let mut named = recorded.iter().flat_map(|of| of.latest().people());
        Ok(named.find(|person| Email::folded(&person.email) == folded).cloned())
    }

    /// Somebody by the address: as an order names that person, or else as the platform does. None: neither knows anybody.
    pub async fn somebody(&self, order: &OrderId, email: &str) -> Result<Option<Person>, HostError> {
        if let Some(person) = self.named_in(order, email).await? {
            return Ok(Some(person));
        }
        let Ok(address) = email.parse::<Email>() else { return Ok(None) };
        let spelled: Vec<String> = Email::spelled(email).into_iter().collect();
        let found = self.platform.find_accounts(&[address], &spelled).await?;
        let mut living = found.into_iter().filter(|account| account.state != AccountState::Deleted);
        // Of several nobody knows which is meant.
        let (Some(account), None) = (living.next(), living.next()) else { return Ok(None) };
        Ok(Some(Person {
            email: email.to_owned(),
            first_name: account.first_name,
            last_name: account.last_name,
            language: None,
            extra: Default::default(),
        }))
    }
}
