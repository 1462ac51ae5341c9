//! What is to be told of an order of a web shop: the message to the host, if there is any news.
//!
//! | in the web shop it is | what is told |
//! | --- | --- |
//! | a draft, or nothing that anybody learns from | nothing |
//! | placed, or paid | how it stands: one line for each product, with all its seats |
//! | held back | that it is suspended |
//! | ended, or deleted for a day | that it is cancelled |
//! | alive again after that | another order of ours, since what was cancelled stays so |
//! | in a state that only the web shop knows | nothing, until that changes |

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shop_core::lines::catalogue::Catalogue;
use shop_core::orders::recorded::Fate;
use shop_core::orders::said::{End, Ending, Said};
use shop_core::words::digest::Digest;
use shop_core::words::order::{InvalidOrderId, Line, Order, OrderState, Seat};
use shop_core::words::period::Timestamp;
use shop_host::host::Had;

use crate::known::{Known, KnownLine, Note};
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
    /// The web shop does not know it any more: it is looked for again, since what cannot be seen is not gone.
    Gone(Known),
    /// Something is to be told.
    News(Box<News>),
}

/// What came to nothing is told again after so many seconds, whenever the order is read: what speaks against it may have been put right.
const AGAIN: i64 = 600;

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
    /// How the host has it; or the one whose place it is to take, as long as it has not heard of this one.
    pub(crate) had: Option<&'a Had>,
    /// Whether that is the one before.
    pub(crate) is_before: bool,
    /// What is sold.
    pub(crate) catalogue: &'a Catalogue,
    /// What was paid earlier, and of which nothing is known, is left alone.
    pub(crate) begins: Timestamp,
    /// What the web shop does not know any more for so long, in seconds, has ended.
    pub(crate) gone_seconds: u32,
    /// What time it is.
    pub(crate) now: Timestamp,
}

impl Context<'_> {
    /// What is to be told.
    pub(crate) fn tell(mut self, reading: &Reading) -> Result<Told, InvalidOrderId> {
        let Reading::There(purchase) = reading else { return self.unseen() };
        self.known.gone = None;
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

    /// A web shop also says so of orders that it cannot load for a while: when it moves them, or from an old backup.
    fn unseen(mut self) -> Result<Told, InvalidOrderId> {
        if !self.known.is_told() || self.known.ended {
            return self.ends(End::Cancelled);
        }
        let since = *self.known.gone.get_or_insert(self.now);
        if self.now.seconds() - since.seconds() >= i64::from(self.gone_seconds) {
            return self.ends(End::Cancelled);
        }
        self.known.notes = BTreeSet::from([Note::Gone]);
        Ok(Told::Gone(self.known))
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

    /// Whether the last message about it came to nothing. If somebody has decided since how far the order is to be, that stays so, until
    /// the web shop says something new.
    fn came_to_nothing(&self, state: OrderState) -> bool {
        let Some(had) = self.had.filter(|_| !self.is_before) else { return false };
        let is_so = had.stands.as_ref().is_some_and(|order| order.state == state);
        had.fate == Fate::Nothing || had.fate == Fate::Outdone && is_so
    }

    /// Whether this was told, and counts, or was told just now.
    fn is_told(&self, digest: Digest, state: OrderState) -> bool {
        let is_time = self.known.told_at.is_none_or(|time| self.now.seconds() - time.seconds() >= AGAIN);
        self.known.told == Some(digest) && !(self.came_to_nothing(state) && is_time)
    }

    fn ends(self, end: End) -> Result<Told, InvalidOrderId> {
        // Of what was never told, nothing can end; and what has ended stays so.
        if !self.known.is_told() || self.known.ended {
            return Ok(if self.known.is_told() { Told::Same(self.known) } else { Told::Nothing });
        }
        let digest = Digest::of(end.as_str().as_bytes());
        if self.is_told(digest, end.into()) {
            return Ok(Told::Same(self.known));
        }
        let revision = self.known.revision.saturating_add(1);
        let said = Said::Ends(Ending { id: self.known.id(self.key)?, revision, end });
        let before = Known { revision, told: None, ..self.known.clone() };
        let (ended, notes) = (end == End::Cancelled, BTreeSet::new());
        let (told, told_at) = (Some(digest), Some(self.now));
        let after = Known { revision, told, told_at, ended, notes, moves: false, gone: None, ..self.known };
        Ok(Told::News(Box::new(News { before, said, after })))
    }

    fn stands(self, purchase: &Purchase, state: OrderState) -> Result<Told, InvalidOrderId> {
        let mut after = self.known.clone();
        let all = typed(purchase, &mut after, self.catalogue);
        if all.values().all(|typed| typed.quantity == 0) && !after.is_told() {
            return Ok(Told::Nothing);
        }
        if after.ended {
            (after.life, after.ended, after.moves, after.told) = (after.life.saturating_add(1), false, true, None);
        }
        let digest = content(purchase, state, &all);
        if self.is_told(digest, state) && !after.moves {
            after.notes.retain(|note| matches!(note, Note::Unseated(_) | Note::Contradicts(_)));
            return Ok(Told::Same(after));
        }
        after.revision = after.revision.saturating_add(1);
        after.notes = BTreeSet::new();
        let before = after.clone();
        let mut unseated: u32 = all.values().map(|typed| typed.unseated).sum();
        let mut lines = Vec::new();
        for (product, typed) in &all {
            let (line, left) = self.line(product, typed, &mut after);
            unseated = unseated.saturating_add(left);
            lines.push(line);
        }
        let order = Order {
            id: after.id(self.key)?,
            revision: after.revision,
            state,
            time: self.bought(purchase, &lines),
            language: purchase.language.clone(),
            operator: purchase.buyer.clone(),
            lines,
        };
        after.notes = (unseated > 0).then_some(Note::Unseated(unseated)).into_iter().collect();
        (after.told, after.told_at, after.moves) = (Some(digest), Some(self.now), false);
        let before = Known { told: None, ..before };
        Ok(Told::News(Box::new(News { before, said: Said::Stands(order), after })))
    }

    /// A line of the order, and for how many who are named there is no seat. It is remembered what was said of it.
    fn line(&self, product: &str, typed: &Typed, after: &mut Known) -> (Line, u32) {
        let moves = after.moves;
        let came_to_nothing = !self.is_before && self.had.is_some_and(|had| had.fate != Fate::Counts);
        let line = after.line(product);
        let number = line.number;
        let counted = line.counts(came_to_nothing).clone();
        let (seats, left) = match typed.quantity {
            0 => (None, 0),
            _ => typed.seats(&counted, &self.sit(number, moves), moves),
        };
        // What a line had once that has ended is of no use if it is bought again.
        let said = if typed.quantity == 0 { Default::default() } else { typed.said().clone() };
        *line = KnownLine { number, said, counted };
        (Line { line: number, product: product.to_owned(), quantity: typed.quantity, parameters: None, seats }, left)
    }

    /// When the newest of it was bought: what is added to an order that was paid is newer than its payment.
    fn bought(&self, purchase: &Purchase, lines: &[Line]) -> Timestamp {
        let stands = self.had.and_then(|had| had.stands.as_ref()).filter(|_| !self.is_before);
        let was_paid = stands.is_some_and(|order| matches!(order.state, OrderState::Paid | OrderState::Suspended));
        let has = |line: &Line| self.had_line(line.line).is_some();
        let is_longer = lines.iter().any(|line| !line.ends() && !has(line));
        purchase.paid.filter(|_| !(was_paid && is_longer)).unwrap_or(purchase.changed)
    }

    /// A line that the host has, and that did not end.
    fn had_line(&self, number: u32) -> Option<&Line> {
        let stands = self.had?.stands.as_ref()?;
        stands.lines.iter().find(|line| line.line == number && !line.ends())
    }

    /// The seats that the host has in a line; those of an order that has another id now, too.
    fn sit(&self, number: u32, moves: bool) -> Vec<Seat> {
        let own = |seat: &Seat| Seat { id: seat.id.clone().filter(|_| !moves), ..seat.clone() };
        self.had_line(number).map(|line| line.listed().iter().map(own).collect()).unwrap_or_default()
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
    let lines: Vec<_> = all.iter().map(|(product, typed)| json!([product, typed.quantity, typed.said()])).collect();
    let content = json!([state, purchase.language, purchase.buyer, lines]);
    Digest::of(content.to_string().as_bytes())
}

#[cfg(test)]
mod tests;
