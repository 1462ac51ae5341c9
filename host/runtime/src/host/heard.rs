//! What is known of an order when a message about it comes, and what that message means.

use super::{Host, HostError, Outcome, goal};
use shop_core::orders::admit::{Admitted, admit};
use shop_core::orders::amendment::ByStaff;
use shop_core::orders::bought::Bought;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::hand_over;
use shop_core::orders::named::Named;
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::{Ending, Said};
use shop_core::orders::unsaid::{self, InCharge, Previous, Strangers};
use shop_core::orders::waiting::Unfinished;
use shop_core::sessions::accounts::Renamed;
use shop_core::words::author::Author;
use shop_core::words::message::Message;
use shop_core::words::order::Order;
use shop_journal::{AsOf, Known};

/// A message that contradicts nothing.
pub(super) struct Heard {
    pub(super) recorded: Option<Recorded>,
    /// What it buys.
    pub(super) bought: Bought,
    waits: Option<Unfinished>,
    /// As of when that is known.
    pub(super) as_of: AsOf,
    pub(super) admitted: Admitted,
    pub(super) meant: Meant,
}

/// What a message means.
pub(super) enum Meant {
    /// The order is to be like this, and this one made it so. From what was handed over, somebody may have been erased since.
    Order(Order, Author),
    /// An order ends of which nothing else was ever heard.
    End(Ending),
}

impl Heard {
    /// What the staff has changed, which the shop's news may take back.
    pub(super) fn by_staff(&self) -> Option<ByStaff> {
        let recorded = self.recorded.as_ref().filter(|_| self.admitted == Admitted::News)?;
        let waits = self.waits.as_ref().and_then(|left| Some((&left.order, left.author.who()?)));
        let changed = || recorded.changed.as_ref().map(|changed| (&changed.order, &*changed.by));
        let (changed, by) = waits.or_else(changed)?;
        Some(ByStaff { changed: changed.clone(), by: by.to_owned(), handed: Some(recorded.handed.clone()) })
    }
}

impl Host {
    /// What is known of an order, and what a message about it means; unless it contradicts that.
    pub(super) async fn heard(&self, said: &Said) -> Result<Heard, HostError> {
        let conflicts = |conflict| HostError::Conflict { order: said.id().clone(), conflict };
        let Known { namesake, recorded, waits, ended, as_of } = self.journal.known(said.id()).await?;
        // Those that an earlier version has accepted side by side go on.
        if let Some(other) = namesake.filter(|_| !recorded.as_ref().is_some_and(|recorded| recorded.accepted)) {
            return Err(conflicts(Conflict::Namesake(other)));
        }
        if recorded.is_none() && ended.is_none() {
            said.id().check_new()?;
        }
        self.catalogue_of(said.id())?;
        let admitted = admit(said, recorded.as_ref(), waits.as_ref(), ended.as_ref()).map_err(conflicts)?;
        let meant = match (admitted, &waits, &recorded) {
            (Admitted::Waits, Some(left), _) => Meant::Order(left.order.clone(), left.author.clone()),
            (Admitted::Again, _, Some(recorded)) => Meant::Order(recorded.latest().clone(), recorded.author()),
            _ => match said {
                Said::Stands(order) => self.meant(order, recorded.as_ref(), waits.as_ref()).await?,
                Said::Ends(ending) => ended_as_heard(ending, recorded.as_ref(), waits.as_ref()),
            },
        };
        let bought = match (&meant, &recorded) {
            (Meant::Order(order, _), Some(recorded)) if admitted == Admitted::News => {
                recorded.buys(order, waits.as_ref())
            }
            (Meant::Order(order, _), None) => Bought::by(order, [], &Bought::default()),
            (_, recorded) => recorded.as_ref().map(|recorded| recorded.bought.clone()).unwrap_or_default(),
        };
        let recorded = recorded.map(|recorded| Recorded { bought: bought.clone(), ..recorded });
        Ok(Heard { recorded, bought, waits, as_of, admitted, meant })
    }

    async fn meant(
        &self,
        order: &Order,
        recorded: Option<&Recorded>,
        waits: Option<&Unfinished>,
    ) -> Result<Meant, HostError> {
        let Some(recorded) = recorded else {
            return Ok(Meant::Order(unsaid::complete(order.clone(), None), Author::Shop));
        };
        let Some(before) = recorded.stands(waits) else {
            return Ok(Meant::Order(unsaid::complete(order.clone(), None), Author::Shop));
        };
        let waiting = waits.map(|left| &left.named).filter(|named| **named != Named::Unknown);
        let named = waiting.unwrap_or(&recorded.named);
        let in_charge = self.in_charge(order, named, before).await?;
        let order = self.complete(order.clone(), before, in_charge).await?;
        let is_bought = |line| recorded.lines.get(&line).is_some_and(|known| known.bargain.is_some());
        let order = unsaid::end(order, before, is_bought);
        if let Err(conflict) = hand_over::check(&order, recorded, before)
            && !self.is_one_account(&order.id, &before.operator.email, &order.operator.email).await?
        {
            return Err(HostError::Conflict { order: order.id, conflict });
        }
        Ok(Meant::Order(order, Author::Shop))
    }

    /// An order with all of which it says nothing. Whoever is named by another address of the same account has the same time.
    pub(super) async fn complete(&self, order: Order, before: &Order, in_charge: InCharge) -> Result<Order, HostError> {
        let renamed = match unsaid::strangers(&order, before) {
            Some(Strangers { known, named }) => &self.renamed(&order.id, &known, &named).await?,
            None => &Renamed::new(),
        };
        Ok(unsaid::complete(order, Some(Previous { order: before, in_charge, renamed })))
    }

    /// What comes of the end of an order of which nothing else was ever heard.
    pub(super) fn nothing_to_end(&self, ending: &Ending) -> Outcome {
        let warning = Message::warning("nothing-to-end");
        Outcome {
            order: ending.id.clone(),
            stands: None,
            language: self.language_of_shop(&ending.id),
            messages: vec![warning],
            lines: Vec::new(),
            state: goal(ending.end.into()),
            report: None,
            until: None,
        }
    }
}

/// It ends as it was heard of, also if nothing came of that.
fn ended_as_heard(ending: &Ending, recorded: Option<&Recorded>, waits: Option<&Unfinished>) -> Meant {
    match waits.map(|left| &left.order).or(recorded.map(Recorded::latest)) {
        Some(order) => Meant::Order(ending.of(order), Author::Shop),
        None => Meant::End(ending.clone()),
    }
}
