//! Reads what was hinted at, and tells the host what is new.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use shop_core::orders::conflict::Conflict;
use shop_core::orders::said::Said;
use shop_core::orders::scope::Scope;
use shop_host::host::{Host, HostError};
use shop_journal::{Hint, Remembered};

use crate::connection::Connection;
use crate::known::{Known, Note};
use crate::told::{Context, News, Told};

/// So many orders are read at once: a shop answers customers, too.
const AT_ONCE: u32 = 4;

/// For so long nobody else reads them. Whoever is still at it then finds that out before anything is told.
const TAKEN: Duration = Duration::from_secs(60);

/// The longest pause after an order could not be read.
const LONGEST: u64 = 300;

/// Reads orders of a web shop of which something was heard, and tells what is new; how many.
pub async fn read_hints(host: &Host, connection: &Connection) -> Result<usize, HostError> {
    let purchases = host.purchases();
    let hints = purchases.take(connection.name.as_str(), AT_ONCE, TAKEN).await?;
    let number = hints.len();
    let mut read = stream::iter(hints)
        .map(|hint| async move {
            let why = match Box::pin(read_one(host, connection, &hint)).await {
                Ok(()) => return host.purchases().done(&hint).await,
                Err(why) => why,
            };
            let pause = Duration::from_secs((1_u64 << hint.tries.min(16)).min(LONGEST));
            tracing::warn!(connection = %connection.name, order = hint.key, %why, ?pause, "an order cannot be read");
            host.purchases().failed(&hint, pause).await
        })
        .buffer_unordered(AT_ONCE as usize);
    while let Some(done) = read.next().await {
        done?;
    }
    Ok(number)
}

/// Why an order is to be read once more.
#[derive(Debug, thiserror::Error)]
enum Again {
    #[error(transparent)]
    Shop(#[from] crate::shop::ShopError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("what is remembered of it cannot be read: {0}")]
    Known(#[from] serde_json::Error),
    #[error("its id is none that an order can have: {0}")]
    Id(String),
    #[error("others have told a higher revision of it")]
    Overtaken,
}

async fn read_one(host: &Host, connection: &Connection, hint: &Hint) -> Result<(), Again> {
    let purchases = host.purchases();
    let remembered = purchases.remembered(hint).await?;
    let known = remembered.map(|it| Known::read(&it.known)).transpose()?.unwrap_or_default();
    let reading = connection.shop.read(&hint.key).await?;
    let scope = Scope::from(connection.sells_for.clone());
    let invalid = |error: &dyn std::fmt::Display| Again::Id(error.to_string());
    let id = known.id(&hint.key).map_err(|error| invalid(&error))?;
    let had = purchases.had(&scope.id(id).map_err(|error| invalid(&error))?).await?;
    let catalogue = host.catalogues().shop(connection.sells_for.as_ref());
    let catalogue = catalogue.cloned().unwrap_or_default();
    let before = known.clone();
    let (key, begins) = (&*hint.key, connection.begins);
    let context = Context { key, known, had: had.as_ref(), catalogue: &catalogue, begins };
    match context.tell(&reading).map_err(|error| invalid(&error))? {
        Told::Nothing => Ok(()),
        Told::Same(known) if known == before => Ok(()),
        Told::Same(known) => {
            remember(host, hint, &known).await?;
            Ok(())
        }
        Told::News(news) => {
            let said = scope.said(news.said.clone()).map_err(|error| invalid(&error))?;
            tell(host, hint, *news, &said).await
        }
    }
}

/// Tells the host. Somebody else who has taken the order since reads it later, and so knows better.
async fn tell(host: &Host, hint: &Hint, news: News, said: &Said) -> Result<(), Again> {
    let News { before, mut after, .. } = news;
    if !remember(host, hint, &before).await? {
        return Ok(());
    }
    match Box::pin(host.accept(said)).await {
        Ok(_) => {}
        Err(HostError::Conflict {
            conflict: Conflict::Stale { recorded, .. } | Conflict::RevisionReused(recorded),
            ..
        }) => {
            remember(host, hint, &Known { revision: recorded.max(before.revision), ..before }).await?;
            return Err(Again::Overtaken);
        }
        Err(error @ HostError::Conflict { .. }) => {
            tracing::error!(order = %said.id(), %error, "a web shop contradicts what is recorded of an order");
            after.notes.insert(Note::Contradicts(error.to_string()));
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
