//! Who is in charge of an order.

use std::collections::BTreeSet;

use super::{Host, HostError};
use shop_core::calls::looked_up::Wanted;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::named::Named;
use shop_core::orders::unsaid::InCharge;
use shop_core::platform::AccountState;
use shop_core::words::email::{Email, Spelled, Typed};
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

    /// Whether the operator of a message is somebody whom the shop has named: as [`Self::is_one_account`]; but a message is taken
    /// in while the platform is away, too: then by what is recorded.
    async fn is_same_operator(&self, order: &Order, known: &str) -> Result<bool, HostError> {
        match self.is_one_account(&order.id, known, &order.operator.email).await {
            Err(HostError::Platform(_)) => {
                let said = Email::folded(&order.operator.email);
                let known = BTreeSet::from([Typed::folded(known.to_owned())]);
                let people = self.journal.with_all_addresses(&known).await?;
                Ok(people.iter().flatten().any(|address| address.as_str() == said))
            }
            told => told,
        }
    }

    /// Whether by another address of the same account nobody is replaced; both as they were typed. Only where there is another
    /// address is the platform asked.
    pub(super) async fn is_one_account(&self, order: &OrderId, known: &str, named: &str) -> Result<bool, HostError> {
        let (Ok(known), Ok(named)) = (known.parse::<Spelled>(), named.parse::<Spelled>()) else {
            return Ok(false);
        };
        let mut both = Wanted::people([known.clone(), named.clone()]);
        both.order = Some(order.clone());
        let found = self.look_up(both).await?;
        Ok(found.accounts.is_same(&known.email, &named.email))
    }

    /// Somebody by the address: as an order names that person, or else as the platform does. None: neither knows anybody.
    pub async fn somebody(&self, order: &OrderId, email: &str) -> Result<Option<Person>, HostError> {
        let folded = Email::folded(email);
        let recorded = self.journal.order(order).await?;
        let named = recorded.iter().flat_map(|of| of.latest().people());
        if let Some(person) = named.into_iter().find(|person| Email::folded(&person.email) == folded) {
            return Ok(Some(person.clone()));
        }
        let Ok(address) = email.parse::<Email>() else { return Ok(None) };
        let _turn = self.take_turn().await?;
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
