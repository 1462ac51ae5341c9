//! A learning platform that has another address than before.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ShopError;
use crate::email::Email;
use crate::journal::Journal;
use crate::platform::{AccountId, Platform};

/// How much of what is recorded is still so on the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// How many accounts that the shop has acted on were looked up there.
    pub accounts: usize,
    /// How many of them have the address that they had.
    pub same: usize,
}

/// So many accounts tell two sites apart.
const SOME: u32 = 200;

/// Notes that the platform that a journal's ids are of has another address: from now on it is this one. Refused if most of the
/// accounts that the shop has acted on are not there, or are other people's.
pub async fn platform_moved(
    journal: &Journal,
    platform: &dyn Platform,
    from: &str,
    who: &str,
) -> Result<Compared, ShopError> {
    let recorded = journal.platform().await?;
    if recorded.as_deref() != Some(from) {
        let recorded = recorded.map_or("on no platform yet".to_owned(), |recorded| format!("on {recorded}"));
        return Err(ShopError::NotMoved(format!("the orders recorded here were not set up on {from}, but {recorded}")));
    }
    let compared = compare(journal, platform).await?;
    let Compared { accounts, same } = compared;
    if same * 2 < accounts {
        let to = platform.identity();
        return Err(ShopError::NotMoved(format!(
            "{to} is not the same learning platform: of {accounts} accounts that the shop has acted on, {same} are there with \
             their addresses"
        )));
    }
    journal.move_platform(from, platform.identity(), who).await?;
    Ok(compared)
}

async fn compare(journal: &Journal, platform: &dyn Platform) -> Result<Compared, ShopError> {
    let known: BTreeMap<AccountId, Email> =
        journal.some_accounts(SOME).await?.into_iter().map(|(email, id)| (id, email)).collect();
    let found = platform.accounts(&known.keys().copied().collect::<Vec<_>>()).await?;
    let is_same = |account: &&crate::platform::Account| account.email.as_ref() == known.get(&account.id);
    Ok(Compared { accounts: known.len(), same: found.iter().filter(is_same).count() })
}
