//! Taking in a message about an order: it is written down, and from then on it is done, whatever interrupts that. Nothing is asked
//! of handlers, and nobody who works at an order is waited for.

use super::fulfil::Work;
use super::heard::Meant;
use super::lease::Place;
use super::tag::Provided;
use super::{Host, HostError, Outcome, Progress, Versions};
use shop_core::orders::admit::Admitted;
use shop_core::orders::amendment::ByStaff;
use shop_core::orders::recorded::Recorded;
use shop_core::orders::said::{Ending, Said};
use shop_core::orders::waiting::Seq;
use shop_core::words::author::{Acting, Author, SHOP};
use shop_core::words::order::OrderId;
use shop_journal::{JournalError, News, Received, When};

/// A message that is written down: from here on it is done, whatever interrupts that. Whoever keeps this has a place in the line for
/// the order and its people, and lets whoever comes later wait: so it is to be fulfilled at once, of several all at once or in their
/// sequence. Dropped, it is [`Host::resume`] that goes on with it. As long as it is kept, nobody can be erased: whoever waits for that
/// before this is fulfilled or dropped waits for ever.
pub struct Accepted<'a> {
    host: &'a Host,
    order: &'a OrderId,
    taken: Taken,
    place: Option<Place>,
}

/// What a message came to.
enum Taken {
    /// It waits to be done, and may take back what the staff has changed.
    Waits(Seq, Option<Box<ByStaff>>),
    /// It has waited before.
    WaitsAlready,
    /// The order was ended before it began, and stays so.
    Stays(Box<Recorded>),
    /// An order ends of which nothing else was ever heard.
    Ended(Ending),
}

impl Accepted<'_> {
    /// Sets to work at once, and waits for what comes of it.
    pub async fn fulfil(self, progress: &Progress) -> Result<Outcome, HostError> {
        let (host, order) = (self.host, self.order);
        let (when, by_staff) = match self.taken {
            Taken::Waits(seq, by_staff) => (When::Received(seq), by_staff),
            Taken::WaitsAlready => (When::Now, None),
            Taken::Stays(recorded) => {
                let latest = recorded.latest();
                return Ok(host.prepare(latest, Some(&recorded), Versions::Bought).await?.preview());
            }
            Taken::Ended(ending) => return Ok(host.nothing_to_end(&ending)),
        };
        let first = Box::pin(async {
            let work = Work { order, when, who: SHOP, by_staff, progress };
            let done = match self.place {
                Some(place) => host.work_from(place, &work).await?,
                None => host.work_at(&work).await?,
            };
            match done {
                Some(outcome) => Ok(outcome),
                None => host.came_of(order).await,
            }
        });
        host.persist(order, SHOP, progress, first).await
    }
}

impl Host {
    /// Writes down what is said of an order, unless that contradicts what is known. Of orders with a person in common, the one that
    /// was accepted first is worked at first, unless only the platform tells that they have one.
    pub async fn accept<'a>(&'a self, said: &'a Said) -> Result<Accepted<'a>, HostError> {
        self.accept_provided(said, &Provided::Anyhow).await
    }

    /// The same, if the order is as it must be. Of several who change what they have read, one succeeds.
    pub async fn accept_provided<'a>(&'a self, said: &'a Said, provided: &Provided) -> Result<Accepted<'a>, HostError> {
        let order = said.id();
        self.guarded(
            order,
            Box::pin(async {
                let taken = self.take_in(said, provided).await?;
                if !matches!(taken, Taken::Waits(..)) {
                    self.journal.lasts().await?;
                }
                // It is written down: that it found no place is told to whoever goes on with it.
                let place = match taken {
                    Taken::Waits(..) | Taken::WaitsAlready => self.line_up(order).await.ok(),
                    Taken::Stays(_) | Taken::Ended(_) => None,
                };
                Ok(Accepted { host: self, order, taken, place })
            }),
        )
        .await
    }

    async fn take_in(&self, said: &Said, provided: &Provided) -> Result<Taken, HostError> {
        loop {
            self.pass().await?;
            match self.accept_as_known(said, provided).await {
                Err(HostError::Journal(JournalError::Meanwhile(_) | JournalError::Alone)) => {}
                accepted => return accepted,
            }
        }
    }

    async fn accept_as_known(&self, said: &Said, provided: &Provided) -> Result<Taken, HostError> {
        // What is not to be heard is not heard in vain either.
        self.check_provided(said.id(), provided).await?;
        let heard = self.heard(said).await;
        if let Err(HostError::Conflict { .. }) = heard {
            self.journal.passing().hear_in_vain(said.id(), said.revision()).await?;
        }
        let heard = heard?;
        self.check_then(said.id(), provided, &heard.as_of).await?;
        let by_staff = heard.by_staff().map(Box::new);
        let (order, author) = match (heard.meant, heard.admitted) {
            (_, Admitted::Waits) => return Ok(Taken::WaitsAlready),
            (Meant::End(ending), admitted) => {
                if admitted == Admitted::News {
                    let by = Acting { who: SHOP, author: &Author::Shop };
                    self.journal.passing().end_unheard(&ending, by, &heard.as_of).await?;
                }
                return Ok(Taken::Ended(ending));
            }
            (Meant::Order(order, author), _) => (order, author),
        };
        if heard.admitted == Admitted::Again
            && let Some(recorded) = heard.recorded.as_ref().filter(|recorded| !recorded.accepted)
        {
            return Ok(Taken::Stays(recorded.clone().into()));
        }
        let news = (heard.admitted == Admitted::News).then(|| News::of(said, &order));
        let (bought, as_of) = (&heard.bought, &heard.as_of);
        let message = Received { order: &order, author: &author, is_anew: news.is_some(), news, bought, as_of };
        Ok(Taken::Waits(self.journal.passing().receive(&message).await?, by_staff))
    }
}
