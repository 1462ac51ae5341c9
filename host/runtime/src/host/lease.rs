//! The right to work at an order and its people alone, and at nothing else: orders without a person in common never wait for each
//! other. See [`shop_journal::Ticket`].

use std::collections::BTreeSet;
use std::fs::File;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, OnceCell};
use tokio::task::JoinHandle;

use super::{Host, HostError};
use shop_core::words::order::OrderId;
use shop_folder::{self as folder, Sign};
use shop_journal::{Ahead, Journal, JournalError, Key, LASTS, Ticket, Wants};

/// Where the processes that work in a folder give their signs of life.
const HOSTS: &str = "hosts";

/// So often it is looked whether another process has given a ticket back. This one tells at once.
const LOOK: Duration = Duration::from_millis(100);

/// What leases are taken from.
pub(super) struct Leases {
    journal: Journal,
    folder: PathBuf,
    sign: OnceCell<Named>,
    given_back: Arc<Notify>,
}

/// A sign of life, and how others name whoever gives it.
struct Named {
    name: String,
    /// With which names begin of all those whose signs are in the same folder.
    home: String,
    _sign: Sign,
}

/// A place in the line for some orders and people, as long as this is kept.
pub(super) struct Place {
    keys: BTreeSet<Key>,
    drawn: Drawn,
}

/// The right to work at some orders and people.
pub(super) struct Lease {
    /// What is written while it lasts.
    pub(super) journal: Journal,
    keys: BTreeSet<Key>,
    _share: File,
    drawn: Drawn,
}

/// The right to the whole shop.
struct Alone {
    /// What is written while it lasts.
    journal: Journal,
    _share: File,
    drawn: Drawn,
}

/// A ticket, as long as this is kept.
struct Drawn {
    ticket: Ticket,
    journal: Journal,
    given_back: Arc<Notify>,
    renewing: JoinHandle<()>,
    /// Told when somebody has taken it away.
    taken: Arc<Notify>,
    lasts: Lasts,
    is_kept: bool,
}

/// Until when a ticket surely lasts, by the clock of this machine: it was drawn, or renewed last, no earlier than so long before.
#[derive(Clone)]
struct Lasts(Arc<Mutex<SystemTime>>);

impl Lasts {
    fn from(began: SystemTime) -> Self {
        Lasts(Arc::new(Mutex::new(began + LASTS)))
    }

    fn renewed(&self, began: SystemTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = began + LASTS;
    }

    fn is_over(&self) -> bool {
        SystemTime::now() >= *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leases {
    pub(super) fn of(folder: &Path, journal: &Journal) -> Self {
        let (sign, given_back) = (OnceCell::new(), Arc::new(Notify::new()));
        Leases { journal: journal.clone(), folder: folder.to_owned(), sign, given_back }
    }

    /// Takes the last place.
    pub(super) async fn line_up(&self, keys: BTreeSet<Key>) -> Result<Place, HostError> {
        let drawn = self.draw(Wants::These(keys.clone())).await?;
        Ok(Place { keys, drawn })
    }

    /// Waits until nobody works at any order.
    async fn alone(&self) -> Result<Alone, HostError> {
        loop {
            let drawn = self.draw(Wants::All).await?;
            while self.is_first(&drawn).await? {
                if self.journal.be_alone(drawn.ticket).await? {
                    let (journal, share) = (self.journal.with_ticket(drawn.ticket), self.share().await?);
                    return Ok(Alone { journal, _share: share, drawn });
                }
            }
        }
    }

    /// Waits until nobody is alone with the shop.
    async fn pass(&self) -> Result<(), HostError> {
        loop {
            let mut given_back = pin!(self.given_back.notified());
            given_back.as_mut().enable();
            let alone = self.journal.alone().await?;
            if alone.is_empty() {
                return Ok(());
            }
            if !self.take_away(&alone).await? {
                _ = tokio::time::timeout(LOOK, given_back).await;
            }
        }
    }

    /// Waits until nobody else works at any of these.
    async fn take(&self, mut place: Place) -> Result<Lease, HostError> {
        loop {
            if self.is_first(&place.drawn).await? {
                let share = self.share().await?;
                let Place { keys, drawn } = place;
                let journal = self.journal.with_ticket(drawn.ticket);
                return Ok(Lease { journal, keys, _share: share, drawn });
            }
            place = self.line_up(place.keys).await?;
        }
    }

    /// Waits until there is nobody ahead. False: the ticket was taken away, since it was not renewed in time.
    async fn is_first(&self, drawn: &Drawn) -> Result<bool, HostError> {
        loop {
            let mut given_back = pin!(self.given_back.notified());
            given_back.as_mut().enable();
            let Some(ahead) = self.journal.ahead_of(drawn.ticket).await? else { return Ok(false) };
            if ahead.is_empty() {
                return Ok(true);
            }
            if !self.take_away(&ahead).await? {
                _ = tokio::time::timeout(LOOK, given_back).await;
            }
        }
    }

    /// Takes away the tickets of those who are gone, or were paused for too long; whether there were some.
    async fn take_away(&self, ahead: &[Ahead]) -> Result<bool, HostError> {
        let mut some = false;
        for Ahead { ticket, host, has_run_out } in ahead {
            if self.is_gone(host).await? {
                self.journal.give_back(*ticket).await?;
            } else if *has_run_out {
                self.journal.take_away(*ticket).await?;
            } else {
                continue;
            }
            some = true;
        }
        Ok(some)
    }

    async fn is_gone(&self, host: &str) -> Result<bool, HostError> {
        let own = self.sign().await?;
        match host.strip_prefix(&own.home) {
            Some(name) if host != own.name => Sign::is_gone(&self.folder.join(HOSTS), name).map_err(self.at(HOSTS)),
            // Of those elsewhere nothing is seen but that they renew what they have.
            _ => Ok(false),
        }
    }

    /// Whether somebody works at an order, or waits to; or another process at anybody whom it is about.
    pub(super) async fn is_at_work(&self, order: &OrderId, keys: &BTreeSet<Key>) -> Result<bool, HostError> {
        let all = self.journal.at(keys).await?;
        if all.is_empty() {
            return Ok(false);
        }
        self.take_away(&all).await?;
        let order = BTreeSet::from([Key::Order(order.clone())]);
        let is_others = |ahead: &Ahead| self.sign.get().is_none_or(|sign| sign.name != ahead.host);
        Ok(!self.journal.at(&order).await?.is_empty() || self.journal.at(keys).await?.iter().any(is_others))
    }

    /// Whoever does not wait for it any more leaves no ticket behind.
    async fn draw(&self, wants: Wants) -> Result<Drawn, HostError> {
        let (journal, given_back) = (self.journal.clone(), self.given_back.clone());
        let host = self.sign().await?.name.clone();
        let drawn = tokio::spawn(async move {
            let lasts = Lasts::from(SystemTime::now());
            let ticket = journal.draw(&host, &wants).await?;
            let taken = Arc::new(Notify::new());
            let renewing = tokio::spawn(renew(journal.clone(), ticket, taken.clone(), lasts.clone()));
            Ok::<Drawn, JournalError>(Drawn { ticket, journal, given_back, renewing, taken, lasts, is_kept: true })
        });
        Ok(drawn.await.map_err(|_| JournalError::RanOut)??)
    }

    /// As long as this is kept, no backup is made in the folder.
    async fn share(&self) -> Result<File, HostError> {
        folder::share(&self.folder).await.map_err(self.at("lock"))
    }

    async fn sign(&self) -> Result<&Named, HostError> {
        self.sign.get_or_try_init(async || self.give_sign()).await
    }

    fn give_sign(&self) -> Result<Named, HostError> {
        let hosts = self.folder.join(HOSTS);
        let sign = Sign::give(&hosts).map_err(self.at(HOSTS))?;
        let home = match self.journal.is_shared() {
            true => folder::home(&hosts).map_err(self.at(HOSTS))? + "/",
            false => String::new(),
        };
        Ok(Named { name: format!("{home}{}", sign.name()), home, _sign: sign })
    }

    fn at(&self, name: &'static str) -> impl Fn(std::io::Error) -> HostError {
        move |error| HostError::Io { path: self.folder.join(name), error }
    }
}

impl Lease {
    /// What it takes to work at all of these, too; none: no more than this.
    pub(super) fn lacks(&self, keys: &BTreeSet<Key>) -> Option<BTreeSet<Key>> {
        (!keys.is_subset(&self.keys)).then(|| self.keys.union(keys).cloned().collect())
    }

    /// Gives it back.
    pub(super) async fn end(self) {
        self.drawn.end().await;
    }

    /// Does what takes the right to it, as long as it surely lasts: whoever was paused goes on with nothing, not even with what was
    /// about to be asked.
    pub(super) async fn during<T>(&self, work: impl Future<Output = Result<T, HostError>>) -> Result<T, HostError> {
        self.drawn.during(work).await
    }
}

impl Drawn {
    async fn end(mut self) {
        give_back(&self.journal, self.ticket, &self.given_back).await;
        self.is_kept = false;
    }

    async fn during<T>(&self, work: impl Future<Output = Result<T, HostError>>) -> Result<T, HostError> {
        let mut work = pin!(work);
        let while_it_lasts = poll_fn(|context| match self.lasts.is_over() {
            true => Poll::Ready(Err(JournalError::RanOut.into())),
            false => work.as_mut().poll(context),
        });
        tokio::select! {
            done = while_it_lasts => done,
            () = self.taken.notified() => Err(JournalError::RanOut.into()),
        }
    }
}

/// What was done with it is done, whether that succeeds or not.
async fn give_back(journal: &Journal, ticket: Ticket, given_back: &Notify) {
    if let Err(error) = journal.give_back(ticket).await {
        tracing::warn!(%error, "what was worked at could not be given back: it is within a minute");
    }
    given_back.notify_waiters();
}

/// Whoever works at it may be gone: dropped, or in a panic.
impl Drop for Drawn {
    fn drop(&mut self) {
        self.renewing.abort();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.is_kept {
            let (journal, ticket, given_back) = (self.journal.clone(), self.ticket, self.given_back.clone());
            runtime.spawn(async move { give_back(&journal, ticket, &given_back).await });
        }
    }
}

async fn renew(journal: Journal, ticket: Ticket, taken: Arc<Notify>, lasts: Lasts) {
    loop {
        tokio::time::sleep(LASTS / 4).await;
        let began = SystemTime::now();
        match journal.renew(ticket).await {
            Ok(true) => lasts.renewed(began),
            Ok(false) => return taken.notify_one(),
            Err(error) => tracing::warn!(%error, "what is worked at could not be kept: it is tried again"),
        }
    }
}

impl Host {
    /// Gives back whatever this one has, so that no other host waits for it. Whoever ends a program in the midst of its work calls it
    /// when nothing is worked at any more; without it, hosts on other machines wait for a minute.
    pub async fn leave(&self) -> Result<(), HostError> {
        match self.leases.sign.get() {
            Some(own) => Ok(self.journal.leave(&own.name).await?),
            None => Ok(()),
        }
    }

    /// Waits until it is this one's turn, and until what was begun of an erasure is done.
    pub(super) async fn lease(&self, mut place: Place) -> Result<Lease, HostError> {
        loop {
            let lease = self.leases.take(place).await?;
            self.check_platform().await?;
            if !self.journal.is_erasing().await? {
                return Ok(lease);
            }
            let keys = lease.keys.clone();
            lease.end().await;
            Box::pin(self.alone(async |_| Ok(()))).await?;
            place = self.leases.line_up(keys).await?;
        }
    }

    /// Waits until nobody is alone with the shop.
    pub(super) async fn pass(&self) -> Result<(), HostError> {
        loop {
            self.leases.pass().await?;
            self.check_platform().await?;
            if !self.journal.is_erasing().await? {
                return Ok(());
            }
            Box::pin(self.alone(async |_| Ok(()))).await?;
        }
    }

    /// Waits until nobody works at any order; and as long as this lasts, nothing is heard of one. What was begun of an erasure is ended
    /// before.
    pub(super) async fn alone<T>(
        &self,
        work: impl AsyncFnOnce(&Journal) -> Result<T, HostError>,
    ) -> Result<T, HostError> {
        let all = async |journal: &Journal| {
            self.check_platform().await?;
            journal.go_on_erasing().await?;
            work(journal).await
        };
        alone(&self.leases, all).await
    }

    /// Another process may have begun with another platform, or told that it has moved.
    pub(super) async fn check_platform(&self) -> Result<(), HostError> {
        Ok(self.journal.check_platform(self.platform.identity()).await?)
    }
}

/// Waits until nobody works at any order; and as long as this lasts, nothing is heard of one.
pub(super) async fn alone<T>(
    leases: &Leases,
    work: impl AsyncFnOnce(&Journal) -> Result<T, HostError>,
) -> Result<T, HostError> {
    let Alone { journal, _share, drawn } = leases.alone().await?;
    let done = drawn.during(work(&journal)).await;
    drawn.end().await;
    done
}
