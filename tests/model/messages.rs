//! Of the reference model's rules, those on what a message means that leaves something unsaid, and on what the staff decides.

use shop_core::orders::state::LineState;

use crate::model::facts::Name;
use crate::model::orders::Draft;
use crate::model::rules::{Model, Reach};
use crate::model::stands::Stands;

impl Model {
    /// Rule 9: what an order is to be by a message. What ends it says no more than that, whatever came of what was said before.
    pub(crate) fn heard(&self, draft: &Draft) -> Stands {
        let before = self.waits.get(draft.id).or(self.decided.get(draft.id));
        if draft.state().ends() {
            let heard = before.or(self.in_vain.get(draft.id)).expect("none ends before it was heard of");
            return Stands { state: draft.state(), ..heard.clone() };
        }
        let all_along = before.filter(|before| before.named == Some(draft.operator));
        let seats = |number: u32| before?.lines.get(&number)?.seats.clone();
        let lines = draft.lines_in_force().map(|(number, line)| {
            let seats = line.seats.clone().or_else(|| seats(number)).unwrap_or_default();
            (number, line.with(seats))
        });
        Stands {
            state: draft.state(),
            operator: all_along.map_or(draft.operator, |before| before.operator),
            named: Some(draft.operator),
            time: draft.time,
            lines: lines.collect(),
        }
    }

    /// An order was received, and whether that was decided on is not known.
    pub(crate) fn wait(&mut self, id: Name, stands: &Stands) {
        self.waits.insert(id, stands.clone());
    }

    /// An order is to be so, and that is done as far as this. The state that it would end in.
    pub(crate) fn decide(&mut self, id: Name, stands: &Stands, reach: Reach) -> LineState {
        self.waits.remove(id);
        let state = self.hand_over(&stands.handed(id), reach);
        if state != LineState::Rejected {
            self.in_vain.remove(id);
            self.decided.insert(id, stands.clone());
        } else if !self.orders.contains_key(id) {
            // What came to nothing names nobody.
            let before = self.decided.remove(id).or_else(|| self.in_vain.remove(id));
            let named = before.and_then(|before| before.named);
            self.in_vain.insert(id, Stands { named, ..stands.clone() });
        }
        state
    }

    /// What was decided last is to be so.
    pub(crate) fn again(&self, id: Name) -> Stands {
        self.decided[id].clone()
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
