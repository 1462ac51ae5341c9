//! For whom an order waits: a request about them, of this order's or of another's, may still be carried out.

use super::compare::Change;
use super::keys::people;
use super::lease::Lease;
use super::{Host, HostError};
use shop_core::words::email::Email;
use shop_core::words::message::Message;
use shop_core::words::order::OrderId;
use shop_core::words::period::Timestamp;
use shop_journal::Held;

impl Host {
    /// Until when a request may still be carried out that could undo what is to be done; none: there is no such request.
    pub(super) async fn held(
        &self,
        order: &OrderId,
        change: &Change,
        lease: &Lease,
    ) -> Result<Option<Timestamp>, HostError> {
        let settles = self.platform.settles_after();
        Ok(lease.journal.held(order, &people(change), settles, change.looked_at).await?)
    }

    /// Tells who is held, so that what was previewed will wait.
    pub(super) async fn tell_of_held(&self, order: &OrderId, change: &Change) -> Result<Option<Message>, HostError> {
        let held = self.journal.held_now(order, &people(change)).await?;
        // What is under way, or was stopped, can be no longer on its way than this.
        let latest = Timestamp::now().after(self.platform.settles_after());
        let until = held.iter().map(|held| held.until.unwrap_or(latest).min(latest)).max();
        Ok(until.map(|until| told(&held, until)))
    }
}

fn told(held: &[Held], until: Timestamp) -> Message {
    let people: Vec<&Email> = held.iter().filter_map(|held| held.person.as_ref()).collect();
    let message = match people.is_empty() {
        true => Message::warning("order-held"),
        false => Message::warning("people-held").naming(people.iter()),
    };
    message.with("until", format!("{} UTC", until.to_the_second()))
}
