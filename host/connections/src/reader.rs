//! Reads what was hinted at, and tells the host what is new.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::said::Said;
use shop_core::orders::scope::Scope;
use shop_core::words::period::Timestamp;
use shop_host::host::{Host, HostError, Provided};
use shop_journal::{Hint, Remembered};

use crate::connection::Connection;
use crate::known::{Known, Note};
use crate::shop::ShopError;
use crate::told::{Context, News, Told};

/// So many orders are read at once: a shop answers customers, too.
const AT_ONCE: u32 = 4;

/// For so long nobody else reads them. Whoever is still at it then finds that out before anything is told.
const TAKEN: Duration = Duration::from_secs(60);

/// The longest pause after an order could not be read.
const LONGEST: u64 = 300;

/// What came of reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many orders were to be read.
    pub orders: usize,
    /// Whether the web shop was away, or let nobody in: it is to be left in peace for a while.
    pub is_away: bool,
}

/// An order that the web shop does not know any more is looked for so often.
const GONE: Duration = Duration::from_secs(3_600);

/// Reads orders of a web shop of which something was heard, and tells what is new.
pub async fn read_hints(host: &Host, connection: &Connection) -> Result<Round, HostError> {
    let hints = host.purchases().take(connection.name.as_str(), AT_ONCE, TAKEN).await?;
    let mut round = Round { orders: hints.len(), is_away: false };
    let mut read = stream::iter(hints)
        .map(|hint| async move {
            let why = match Box::pin(read_one(host, connection, &hint)).await {
                Ok(()) => return host.purchases().done(&hint).await.map(|()| false),
                Err(why) => why,
            };
            let (pause, is_away) = (why.pause(hint.tries), why.is_away());
            tracing::warn!(connection = %connection.name, order = hint.key, %why, ?pause, "an order is read again");
            host.purchases().failed(&hint, pause).await.map(|()| is_away)
        })
        .buffer_unordered(AT_ONCE as usize);
    while let Some(is_away) = read.next().await {
        round.is_away |= is_away?;
    }
    Ok(round)
}

/// Why an order is to be read once more.
#[derive(Debug, thiserror::Error)]
enum Again {
    #[error(transparent)]
    Shop(#[from] ShopError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("what is remembered of it cannot be read: {0}")]
    Known(#[from] serde_json::Error),
    #[error("its id is none that an order can have: {0}")]
    Id(String),
    #[error("others have told a higher revision of it")]
    Overtaken,
    #[error("it was changed at this moment")]
    Changed,
    #[error("the web shop does not know it any more: if that stays so, it is cancelled")]
    Gone,
}

impl Again {
    fn pause(&self, tries: u32) -> Duration {
        match self {
            Again::Gone => GONE,
            Again::Changed | Again::Overtaken => Duration::from_secs(1),
            Again::Shop(_) | Again::Host(_) | Again::Known(_) | Again::Id(_) => {
                Duration::from_secs((1_u64 << tries.min(16)).min(LONGEST))
            }
        }
    }

    fn is_away(&self) -> bool {
        matches!(self, Again::Shop(ShopError::Away(_) | ShopError::Refuses(_)))
    }
}

async fn read_one(host: &Host, connection: &Connection, hint: &Hint) -> Result<(), Again> {
    let purchases = host.purchases();
    let remembered = purchases.remembered(hint).await?;
    let known = remembered.map(|it| Known::read(&it.known)).transpose()?.unwrap_or_default();
    let addresses = connection.shop.addresses();
    if known.is_told() && !known.of.as_ref().is_some_and(|of| addresses.contains(of)) {
        return strange(host, hint, known, OTHER_SHOP).await;
    }
    let reading = connection.shop.read(&hint.key).await?;
    let scope = Scope::from(connection.sells_for.clone());
    let invalid = |error: &dyn std::fmt::Display| Again::Id(error.to_string());
    let id = |id| scope.id(id).map_err(|error| invalid(&error));
    let own = id(known.id(&hint.key).map_err(|error| invalid(&error))?)?;
    let mut had = purchases.had(&own).await?;
    if had.is_some() && !known.is_told() {
        return strange(host, hint, known, OTHERS).await;
    }
    let before = known.id_before(&hint.key).map_err(|error| invalid(&error))?.filter(|_| known.moves && had.is_none());
    let is_before = before.is_some();
    if let Some(before) = before {
        had = purchases.had(&id(before)?).await?;
    }
    let catalogue = host.catalogues().shop(connection.sells_for.as_ref());
    let catalogue = catalogue.cloned().unwrap_or_default();
    let context = Context {
        key: &hint.key,
        known: Known { of: addresses.into_iter().next(), ..known.clone() },
        had: had.as_ref().map(|(had, _)| had),
        is_before,
        catalogue: &catalogue,
        begins: connection.begins,
        gone_seconds: connection.gone_seconds,
        now: Timestamp::now(),
    };
    match context.tell(&reading).map_err(|error| invalid(&error))? {
        Told::Nothing => Ok(()),
        Told::Same(same) if same == known => Ok(()),
        Told::Same(known) => remember(host, hint, &known).await.map(|_| ()),
        Told::Gone(known) => {
            remember(host, hint, &known).await?;
            Err(Again::Gone)
        }
        Told::News(news) => {
            let said = scope.said(news.said.clone()).map_err(|error| invalid(&error))?;
            // Seats that are told are all that there are: nobody is to have changed them since.
            let lists_seats = said.order().is_some_and(|order| order.lines.iter().any(|line| line.seats.is_some()));
            let as_of = had.filter(|_| lists_seats && said.id() == &own).map(|(_, as_of)| as_of);
            let provided = as_of.map_or(Provided::Anyhow, Provided::AsOf);
            tell(host, hint, *news, &said, &provided).await
        }
    }
}

/// The order that is remembered is another web shop's, which had the name of this connection.
const OTHER_SHOP: &str = "order-of-another-web-shop";

/// The host has the order from somewhere else.
const OTHERS: &str = "order-told-elsewhere";

/// Nothing is told of an order that is not this web shop's, and the staff can see it.
async fn strange(host: &Host, hint: &Hint, known: Known, why: &str) -> Result<(), Again> {
    let note = Note::Contradicts(why.to_owned());
    if !known.notes.contains(&note) {
        tracing::error!(connection = hint.connection, order = hint.key, why, "nothing is told of an order");
        let mut notes = known.notes.clone();
        notes.insert(note);
        remember(host, hint, &Known { notes, ..known }).await?;
    }
    Ok(())
}

/// Tells the host. Somebody else who has taken the order since reads it later, and so knows better.
async fn tell(host: &Host, hint: &Hint, news: News, said: &Said, provided: &Provided) -> Result<(), Again> {
    let News { before, mut after, .. } = news;
    if !remember(host, hint, &before).await? {
        return Ok(());
    }
    match Box::pin(host.accept_provided(said, provided)).await {
        Ok(_) => {}
        Err(HostError::Changed(_)) => return Err(Again::Changed),
        Err(HostError::Conflict {
            conflict: Conflict::Stale { recorded, .. } | Conflict::RevisionReused(recorded),
            ..
        }) => {
            remember(host, hint, &Known { revision: recorded.max(before.revision), ..before }).await?;
            return Err(Again::Overtaken);
        }
        Err(error @ HostError::Conflict { .. }) => {
            // Why exactly is about people.
            tracing::error!(order = %said.id(), code = error.code(), "a web shop contradicts what is recorded of an order");
            after.notes.insert(Note::Contradicts(error.code().to_owned()));
            after.lines = before.lines.clone();
        }
        Err(error) => return Err(error.into()),
    }
    remember(host, hint, &after).await?;
    Ok(())
}

async fn remember(host: &Host, hint: &Hint, known: &Known) -> Result<bool, Again> {
    // What has ended may begin anew: that is heard, or seen in the list of what changed.
    let open = known.is_told() && !known.ended;
    Ok(host.purchases().remember(hint, &Remembered { known: serde_json::to_string(known)?, open }).await?)
}
