//! Of the reference model's rules, those on what a message means that leaves something unsaid, and on what the staff decides.

use std::collections::BTreeSet;

use shop_core::orders::state::LineState;

use crate::model::facts::{Name, State};
use crate::model::orders::{Contradiction, Draft};
use crate::model::rules::{Model, Reach};
use crate::model::stands::Stands;

impl Model {
    /// Rule 9: what an order is to be by a message. What ends it says no more than that, whatever came of what was said before.
    pub(crate) fn heard(&self, draft: &Draft) -> Stands {
        let before = self.waits.get(draft.id).or(self.decided.get(draft.id));
        if draft.state().ends() {
            let in_vain = || self.in_vain.get(draft.id).map(Stands::unpaid);
            let heard = before.cloned().or_else(in_vain).expect("none ends before it was heard of");
            return Stands { state: draft.state(), ..heard };
        }
        let all_along = before.filter(|before| before.named == Some(draft.operator));
        let known = |number: u32| before?.lines.get(&number);
        let is_anew =
            |number: &u32| known(*number).is_none() || before.is_some_and(|before| before.anew.contains(number));
        let lines = draft.lines_in_force().map(|(number, line)| {
            let seats = line.seats.clone().or_else(|| known(number)?.0.seats.clone()).unwrap_or_default();
            let first = known(number).and_then(|(_, paid)| *paid);
            (number, (line.with(seats), first.or((draft.state() == State::Paid).then_some(draft.time))))
        });
        Stands {
            state: draft.state(),
            operator: all_along.map_or(draft.operator, |before| before.operator),
            named: Some(draft.operator),
            lines: lines.collect(),
            anew: draft.lines_in_force().map(|(number, _)| number).filter(is_anew).collect(),
        }
    }

    /// Rule 12: whether a message contradicts what waits, or was decided on last; if the order was ever accepted.
    pub(crate) fn is_contradicted(&self, draft: &Draft, contradiction: Contradiction) -> bool {
        let Some(before) = self.bought(draft.id) else { return false };
        match contradiction {
            Contradiction::LineLess => before.lines.contains_key(&draft.last_line()),
            Contradiction::Product(product) => before.lines.get(&1).is_some_and(|(line, _)| line.product() != product),
            Contradiction::Operator(who) => before.operator != who && before.named != Some(who),
        }
    }

    /// What waits of an order, or was decided on last, if it was ever accepted.
    fn bought(&self, id: Name) -> Option<&Stands> {
        let decided = || self.decided.get(id).filter(|_| self.orders.contains_key(id));
        self.waits.get(id).or_else(decided)
    }

    /// Whether an order has a line in force.
    pub(crate) fn has_bought(&self, id: Name, line: u32) -> bool {
        self.bought(id).is_some_and(|before| before.lines.contains_key(&line))
    }

    /// An order was received, and whether that was decided on is not known.
    pub(crate) fn waiting(mut self, id: Name, stands: &Stands) -> Model {
        self.waits.insert(id, stands.clone());
        self
    }

    /// An order is to be so, and that is done as far as this. If it comes to nothing, what was decided before it is gone on with.
    /// The state that it would end in.
    pub(crate) fn decide(&mut self, id: Name, stands: &Stands, reach: Reach) -> LineState {
        self.waits.remove(id);
        let state = self.hand_over(&stands.handed(id), reach);
        if state != LineState::Rejected {
            self.in_vain.remove(id);
            self.decided.insert(id, Stands { anew: BTreeSet::new(), ..stands.clone() });
        } else if !self.orders.contains_key(id) {
            // What came to nothing names nobody.
            let before = self.decided.remove(id).or_else(|| self.in_vain.remove(id));
            let named = before.and_then(|before| before.named);
            self.in_vain.insert(id, Stands { named, ..stands.clone() });
        } else if self.orders.get(id).is_some_and(|order| order.under_way) {
            let decided = self.decided[id].handed(id);
            self.hand_over(&decided, Reach::END);
        }
        state
    }

    /// The staff puts somebody in charge of an order. None: that cannot be.
    pub(crate) fn hand_over_by_staff(&mut self, id: Name, to: Name) -> Option<LineState> {
        let stands = self.decided.get(id).filter(|_| self.orders.contains_key(id))?.clone();
        if stands.state.ends() || stands.operator == to {
            return None;
        }
        Some(self.decide(id, &Stands { operator: to, ..stands }, Reach::END))
    }
}
