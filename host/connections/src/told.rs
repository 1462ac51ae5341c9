//! What is to be told of an order of a web shop: the message to the host, if there is any news.
//!
//! | in the web shop it is | what is told |
//! | --- | --- |
//! | a draft, or nothing that anybody learns from | nothing |
//! | placed, or paid | how it stands: one line for each product, with all its seats |
//! | held back | that it is suspended |
//! | ended, or deleted | that it is cancelled |
//! | alive again after that | another order of ours, since what was cancelled stays so |
//! | in a state that only the web shop knows | nothing, until that changes |

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shop_core::lines::catalogue::Catalogue;
use shop_core::orders::said::{End, Ending, Said};
use shop_core::words::digest::Digest;
use shop_core::words::order::{InvalidOrderId, Line, Order, OrderState, Seat};
use shop_core::words::period::Timestamp;
use shop_host::host::Had;

use crate::known::{Known, Note};
use crate::purchase::{Purchase, Stage};
use crate::seats::Typed;
use crate::shop::Reading;

/// What comes of reading an order.
#[derive(Debug)]
pub(crate) enum Told {
    /// It is nothing of ours.
    Nothing,
    /// Nothing is new, but perhaps what is known of it.
    Same(Known),
    /// Something is to be told.
    News(Box<News>),
}

/// Something that is to be told.
#[derive(Debug)]
pub(crate) struct News {
    /// To be remembered before: from then on this revision may have been heard.
    pub(crate) before: Known,
    /// The message, by the web shop's own id.
    pub(crate) said: Said,
    /// To be remembered once it was heard.
    pub(crate) after: Known,
}

/// What is known besides what was read.
pub(crate) struct Context<'a> {
    /// The web shop's id of the order.
    pub(crate) key: &'a str,
    /// What was remembered of it.
    pub(crate) known: Known,
    /// How the host has it.
    pub(crate) had: Option<&'a Had>,
    /// What is sold.
    pub(crate) catalogue: &'a Catalogue,
    /// What was paid earlier, and of which nothing is known, is left alone.
    pub(crate) begins: Timestamp,
}

impl Context<'_> {
    /// What is to be told.
    pub(crate) fn tell(self, reading: &Reading) -> Result<Told, InvalidOrderId> {
        let Reading::There(purchase) = reading else { return self.ends(End::Cancelled) };
        match &purchase.stage {
            Stage::Draft => Ok(Told::Nothing),
            Stage::Unknown(state) => self.noted(purchase, Note::StateUnknown(state.clone())),
            Stage::Ended => self.ends(End::Cancelled),
            Stage::Held => self.ends(End::Suspended),
            Stage::Placed | Stage::Paid if self.is_from_before(purchase) => self.noted(purchase, Note::PaidBefore),
            Stage::Placed => self.stands(purchase, OrderState::Placed),
            Stage::Paid => self.stands(purchase, OrderState::Paid),
        }
    }

    fn is_from_before(&self, purchase: &Purchase) -> bool {
        !self.known.is_told() && purchase.paid.is_some_and(|paid| paid < self.begins)
    }

    fn noted(self, purchase: &Purchase, note: Note) -> Result<Told, InvalidOrderId> {
        let mut known = self.known;
        let is_ours = known.has_training(purchase, self.catalogue);
        known.notes = BTreeSet::from([note]);
        Ok(if is_ours { Told::Same(known) } else { Told::Nothing })
    }

    /// Whether the last message about it came to nothing: it is told again whenever the order is read.
    fn came_to_nothing(&self) -> bool {
        self.had.is_some_and(|had| had.came_to_nothing)
    }

    fn ends(self, end: End) -> Result<Told, InvalidOrderId> {
        // Of what was never told, nothing can end; and what has ended stays so.
        if !self.known.is_told() || self.known.ended {
            return Ok(if self.known.is_told() { Told::Same(self.known) } else { Told::Nothing });
        }
        let digest = Digest::of(end.as_str().as_bytes());
        if self.known.told == Some(digest) && !self.came_to_nothing() {
            return Ok(Told::Same(self.known));
        }
        let revision = self.known.revision.saturating_add(1);
        let said = Said::Ends(Ending { id: self.known.id(self.key)?, revision, end });
        let before = Known { revision, told: None, ..self.known.clone() };
        let ended = end == End::Cancelled;
        let after = Known { revision, told: Some(digest), ended, notes: BTreeSet::new(), ..self.known };
        Ok(Told::News(Box::new(News { before, said, after })))
    }

    fn stands(self, purchase: &Purchase, state: OrderState) -> Result<Told, InvalidOrderId> {
        let mut after = self.known.clone();
        let all = typed(purchase, &mut after, self.catalogue);
        if all.values().all(|typed| typed.quantity == 0) && !after.is_told() {
            return Ok(Told::Nothing);
        }
        if after.ended {
            (after.life, after.ended) = (after.life.saturating_add(1), false);
        }
        let digest = content(purchase, state, &all);
        let unseated: u32 = all.values().map(|typed| typed.unseated).sum();
        after.notes = (unseated > 0).then_some(Note::Unseated(unseated)).into_iter().collect();
        let is_new_life = after.life != self.known.life;
        if self.known.told == Some(digest) && !is_new_life && !self.came_to_nothing() {
            return Ok(Told::Same(after));
        }
        after.revision = after.revision.saturating_add(1);
        let is_longer = all.keys().any(|product| !self.known.lines.contains_key(product));
        let bought = purchase.paid.filter(|_| !(is_longer && self.known.is_told()));
        let lines: Vec<Line> =
            all.iter().map(|(product, typed)| self.line(product, typed, &mut after, is_new_life)).collect();
        let order = Order {
            id: after.id(self.key)?,
            revision: after.revision,
            state,
            time: bought.unwrap_or(purchase.changed),
            language: purchase.language.clone(),
            operator: purchase.buyer.clone(),
            lines,
        };
        after.told = Some(digest);
        let before = self.before(&after);
        Ok(Told::News(Box::new(News { before, said: Said::Stands(order), after })))
    }

    /// A line of the order, which is known from now on.
    fn line(&self, product: &str, typed: &Typed, after: &mut Known, is_new_life: bool) -> Line {
        let is_heard = !is_new_life && !self.came_to_nothing();
        let known = self.known.lines.get(product).filter(|_| is_heard);
        let line = after.line(product);
        let sit = self.sit(line.number, is_new_life);
        let ends = typed.quantity == 0;
        let seats = if ends { None } else { typed.seats(known, &sit, is_new_life) };
        // What a line had once that has ended is of no use if it is bought again.
        (line.tutors, line.named) = if ends { Default::default() } else { (typed.tutors, typed.named()) };
        Line { line: line.number, product: product.to_owned(), quantity: typed.quantity, parameters: None, seats }
    }

    /// The seats that the host has in a line; those of an order that has another id now, too.
    fn sit(&self, number: u32, is_new_life: bool) -> Vec<Seat> {
        let lines = self.had.and_then(|had| had.stands.as_ref()).map(|order| &*order.lines).unwrap_or_default();
        let line = lines.iter().find(|line| line.line == number && !line.ends());
        let own = |seat: &Seat| Seat { id: seat.id.clone().filter(|_| !is_new_life), ..seat.clone() };
        line.map(|line| line.listed().iter().map(own).collect()).unwrap_or_default()
    }

    /// What may be known before the message was heard: that the revision is taken, and which line is which.
    fn before(&self, after: &Known) -> Known {
        let mut before =
            Known { told: None, revision: after.revision, items: after.items.clone(), ..self.known.clone() };
        after.lines.iter().for_each(|(product, line)| before.line(product).number = line.number);
        before
    }
}

/// What the web shop says of each product, of those too of which there are no seats any more.
fn typed(purchase: &Purchase, known: &mut Known, catalogue: &Catalogue) -> BTreeMap<String, Typed> {
    let mut all: BTreeMap<String, Typed> = known.lines.keys().map(|it| (it.clone(), Typed::default())).collect();
    for item in &purchase.items {
        if let Some(sold) = known.sold(item, catalogue) {
            // In the sequence in which the web shop has them.
            known.line(&sold.product);
            all.entry(sold.product).or_default().add(sold.role, item.quantity, &item.participants);
        }
    }
    all
}

/// What an order says that matters here: if that is as it was, nothing is told.
fn content(purchase: &Purchase, state: OrderState, all: &BTreeMap<String, Typed>) -> Digest {
    let lines: Vec<_> =
        all.iter().map(|(product, typed)| json!([product, typed.quantity, typed.tutors, typed.named()])).collect();
    let content = json!([state, purchase.language, purchase.buyer, lines]);
    Digest::of(content.to_string().as_bytes())
}

#[cfg(test)]
mod tests;
