//! Looks for what was never sent: a web shop sends once, or not at all.

use std::collections::BTreeMap;

use shop_core::words::period::Timestamp;
use shop_host::host::{Host, HostError};
use shop_journal::Looked;

use crate::connection::Connection;
use crate::shop::ShopError;

/// Orders that change while a list of them is read move in it: so much of it is read again the next time.
const OVERLAP: i64 = 300;

/// So often every order is read that may hold seats: some changes are seen nowhere else.
const WHOLE: i64 = 24 * 60 * 60;

/// No list is longer; what is left is for the next time.
const PAGES: u32 = 1_000;

/// Looks through a web shop's list of orders.
#[derive(Default)]
pub struct Looker {
    /// What was seen the last time, in what is read again.
    seen: BTreeMap<String, Timestamp>,
}

/// Why a list could not be looked through.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// Because of the web shop.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// Because of the host.
    #[error(transparent)]
    Host(#[from] HostError),
}

impl Looker {
    /// Has every order read that changed since the last time, and once a day all that may hold seats; and sees to it that the web shop
    /// goes on sending.
    pub async fn look(&mut self, host: &Host, connection: &Connection) -> Result<(), LookError> {
        let (purchases, name) = (host.purchases(), connection.name.as_str());
        let looked = purchases.looked(name).await?;
        let looked = looked.unwrap_or(Looked { since: connection.begins, whole: Timestamp::now() });
        let after = Timestamp::new(i128::from((looked.since.seconds() - OVERLAP).max(0))).unwrap_or(looked.since);
        let (mut since, mut seen) = (looked.since, BTreeMap::new());
        for page in 1..=PAGES {
            let changes = connection.shop.changed(after, page).await?;
            let is_new = |(key, time): &&(String, Timestamp)| self.seen.get(key) != Some(time);
            let new: Vec<String> = changes.orders.iter().filter(is_new).map(|(key, _)| key.clone()).collect();
            if !new.is_empty() {
                purchases.hint(name, &new).await?;
            }
            since = changes.orders.iter().map(|(_, time)| *time).fold(since, Timestamp::max);
            seen.extend(changes.orders);
            if !changes.more {
                break;
            }
        }
        let now = Timestamp::now();
        let is_due = now.seconds() - looked.whole.seconds() >= WHOLE;
        if is_due {
            purchases.hint_all(name).await?;
        }
        let whole = if is_due { now } else { looked.whole };
        if looked != (Looked { since, whole }) || self.seen.is_empty() {
            purchases.note_looked(name, Looked { since, whole }).await?;
        }
        seen.retain(|_, time| time.seconds() >= since.seconds() - OVERLAP);
        self.seen = seen;
        for told in connection.shop.tend().await? {
            tracing::warn!(connection = name, "{told}");
        }
        Ok(())
    }
}
