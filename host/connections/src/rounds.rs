//! Looks for what was never sent: a web shop sends once, or not at all.

use std::collections::{BTreeMap, BTreeSet};

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

/// Orders that change while a list is read move in it, and others take their places on pages that were read: it is read until nothing
/// is new, so many times at most.
const PASSES: u32 = 10;

/// Looks through a web shop's list of orders.
#[derive(Default)]
pub struct Looker {
    /// What was seen, of what is read again.
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
    /// Has every order read that changed since the last time, and once a day all that may hold seats.
    pub async fn look(&mut self, host: &Host, connection: &Connection) -> Result<(), LookError> {
        let (purchases, name, now) = (host.purchases(), connection.name.as_str(), Timestamp::now());
        let noted = purchases.looked(name).await?;
        let looked = noted.unwrap_or(Looked { since: connection.begins, whole: now });
        let after = Timestamp::new(i128::from((looked.since.seconds() - OVERLAP).max(0))).unwrap_or(looked.since);
        for _ in 0..PASSES {
            let (is_new, pages) = self.pass(host, connection, after).await?;
            if pages == 1 || !is_new {
                break;
            }
        }
        let is_due = now.seconds() - looked.whole.seconds() >= WHOLE;
        if is_due {
            purchases.hint_all(name).await?;
        }
        // A web shop whose clock is ahead, or an order with a date that is to come, hides nothing that changes later.
        let newest = self.seen.values().copied().filter(|time| *time <= now).fold(looked.since, Timestamp::max);
        let looked = Looked { since: newest, whole: if is_due { now } else { looked.whole } };
        if noted != Some(looked) {
            purchases.note_looked(name, looked).await?;
        }
        self.seen.retain(|_, time| time.seconds() >= newest.seconds() - OVERLAP);
        Ok(())
    }

    /// Reads the list once; whether anything in it is new, and how many pages it has.
    async fn pass(&mut self, host: &Host, connection: &Connection, after: Timestamp) -> Result<(bool, u32), LookError> {
        let mut is_new = false;
        for page in 1..=PAGES {
            let changes = connection.shop.changed(after, page).await?;
            let new = changes.orders.iter().filter(|(key, time)| self.seen.get(key) != Some(time));
            let new: BTreeSet<&String> = new.map(|(key, _)| key).collect();
            if !new.is_empty() {
                is_new = true;
                let keys: Vec<String> = new.into_iter().cloned().collect();
                host.purchases().hint(connection.name.as_str(), &keys).await?;
            }
            self.seen.extend(changes.orders);
            if !changes.more {
                return Ok((is_new, page));
            }
        }
        Ok((is_new, PAGES))
    }
}
