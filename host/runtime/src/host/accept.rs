//! Taking in a message about an order: it is written down, and from then on it is done, whatever interrupts that. Nothing is asked
//! of handlers, and nobody who works at an order is waited for.

use super::heard::Meant;
use super::{Host, HostError};
use shop_core::orders::admit::Admitted;
use shop_core::orders::amendment::ByStaff;
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::{Ending, Said};
use shop_core::orders::waiting::Seq;
use shop_core::words::author::{Acting, Author, SHOP};
use shop_journal::{JournalError, News, Received};

/// What was taken in.
pub(super) enum Accepted {
    /// It waits to be done, and may take back what the staff has changed.
    Waits(Seq, Option<Box<ByStaff>>),
    /// It has waited before.
    WaitsAlready,
    /// The order was ended before it began, and stays so.
    Stays(Box<Recorded>),
    /// An order ends of which nothing else was ever heard.
    Ended(Ending),
}

impl Host {
    /// Takes in a message, unless it contradicts what is known.
    pub(super) async fn accept(&self, said: &Said) -> Result<Accepted, HostError> {
        let _passing = self.pass().await?;
        loop {
            match self.accept_as_known(said).await {
                Err(HostError::Journal(JournalError::Meanwhile(_))) => {}
                accepted => return accepted,
            }
        }
    }

    async fn accept_as_known(&self, said: &Said) -> Result<Accepted, HostError> {
        let heard = self.heard(said).await;
        if let Err(HostError::Conflict { .. }) = heard {
            self.journal.hear_in_vain(said.id(), said.revision()).await?;
        }
        let heard = heard?;
        let by_staff = heard.by_staff().map(Box::new);
        let (order, author) = match (heard.meant, heard.admitted) {
            (_, Admitted::Waits) => return Ok(Accepted::WaitsAlready),
            (Meant::End(ending), admitted) => {
                if admitted == Admitted::News {
                    let by = Acting { who: SHOP, author: &Author::Shop };
                    self.journal.end_unheard(&ending, by, &heard.as_of).await?;
                }
                return Ok(Accepted::Ended(ending));
            }
            (Meant::Order(order, author), _) => (order, author),
        };
        if heard.admitted == Admitted::Again
            && let Some(recorded) = heard.recorded.as_ref().filter(|recorded| !recorded.accepted)
        {
            return Ok(Accepted::Stays(recorded.clone().into()));
        }
        let news = (heard.admitted == Admitted::News).then(|| News::of(said, &order));
        let message = Received { order: &order, author: &author, news, bought: &heard.bought, as_of: &heard.as_of };
        Ok(Accepted::Waits(self.journal.receive(&message).await?, by_staff))
    }
}
