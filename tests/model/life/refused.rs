//! Messages that are refused: they contradict what was bought, or came to nothing before.

use shop_host::host::HostError;

use super::{Life, Wrong};
use crate::fixtures::shop::*;
use crate::model::orders::{Change, Contradiction};
use crate::model::rules::Model;

impl Life {
    /// A message comes that contradicts what waits of an order, or else was decided on last.
    pub(super) async fn contradicted(&mut self, order: usize, otherwise: Contradiction) -> Result<(), Wrong> {
        let waits = self.host.journal().unfinished(&self.drafts[order].order_id()).await.unwrap();
        let stands = |model: &Model| match &waits {
            // That is the draft: no model needs to know yet what comes of it.
            Some(_) => model.clone().waiting(self.drafts[order].id, &model.heard(&self.drafts[order])),
            None => model.clone(),
        };
        if !self.models.iter().all(|model| stands(model).is_contradicted(&self.drafts[order], otherwise)) {
            return Ok(());
        }
        let Some(message) = self.drafts[order].contradicts(otherwise) else { return Ok(()) };
        self.tell(&format!("contradicted by {otherwise:?}"), order);
        self.is_refused(&message).await
    }

    /// What the customer changes. A line of which the end came to nothing is what it was, and is bought as nothing else.
    pub(super) fn changes(&mut self, order: usize, change: &Change) {
        let draft = &mut self.drafts[order];
        let is_bought = |number| self.models.iter().any(|model| model.has_bought(draft.id, number));
        let is_there = draft.bought_again(change).is_some_and(is_bought);
        draft.change(if is_there { &Change::Nothing } else { change });
    }

    /// A message comes that changes nothing.
    pub(super) async fn is_refused(&self, message: &Sale) -> Result<(), Wrong> {
        match fulfil_in(&self.steady, message).await {
            Err(HostError::Conflict { .. }) => Ok(()),
            came => Err(format!("{}=> {:?}, but the model says no", self.log, came.map(|of| of.state))),
        }
    }

    /// Whether the order's message came to nothing, and the staff has changed the order since.
    pub(super) fn is_outdone(&self, order: usize) -> bool {
        self.outdone.get(&order).is_some_and(|message| *message == self.drafts[order].sale().json())
    }
}
