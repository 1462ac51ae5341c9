//! A learning platform that has another address than before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::lease::{Leases, alone};
use super::{Host, HostError};
use crate::handlers::Handlers;
use shop_core::platform::{Account, AccountId, Platform};
use shop_core::words::email::Email;
use shop_folder::{JOURNAL, MOODLE_MEMORY};
use shop_journal::{Journal, Moved as JournalMoved};
use shop_platforms::moodle::make_memory;

/// How much of what is recorded is still so on the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compared {
    /// How many accounts that the shop has acted on are there.
    pub accounts: usize,
    /// How many of them have the address that they had.
    pub same: usize,
}

/// So many accounts tell two platforms apart.
const SOME: u32 = 200;

impl Host {
    /// Moves the journal of a folder to the database at an address. Waits until nobody works in it; what other programs have open of it
    /// is of no use to them any more. `password`: the file with it.
    pub async fn move_journal(
        folder: &Path,
        address: &str,
        password: Option<&Path>,
    ) -> Result<JournalMoved, HostError> {
        let _alone =
            shop_folder::lock(folder).await.map_err(|error| HostError::Io { path: folder.join("lock"), error })?;
        let memory = folder.join(MOODLE_MEMORY);
        if memory.exists() && folder.join(JOURNAL).exists() {
            make_memory(&memory).await.map_err(|error| HostError::NotMoved(error.to_string()))?;
        }
        let moved = Journal::move_to(folder, address, password).await?;
        if let Err(error) = Handlers::open(folder).await {
            tracing::warn!(%error, "the handlers' components were not copied: that is done when this folder is opened next");
        }
        Ok(moved)
    }

    /// Notes that the platform of the orders in a folder has another identity than `from`: this one's. Refused if most of the
    /// accounts with the ids that the shop has acted on are other people's, or none is there. Done again, it changes nothing
    /// more.
    pub async fn move_platform(
        folder: &Path,
        platform: &dyn Platform,
        from: &str,
        who: &str,
    ) -> Result<Compared, HostError> {
        let leases = Leases::of(folder, &Journal::open(folder).await?);
        alone(&leases, async |journal| Self::move_alone(journal, platform, from, who).await).await
    }

    async fn move_alone(
        journal: &Journal,
        platform: &dyn Platform,
        from: &str,
        who: &str,
    ) -> Result<Compared, HostError> {
        let (recorded, to) = (journal.platform().await?, platform.identity());
        if !recorded.as_deref().is_some_and(|recorded| recorded == from || recorded == to) {
            let told = match recorded {
                Some(recorded) => format!("the orders recorded here were not set up on {from}, but on {recorded}"),
                None => "no platform is noted here yet: the first order that is fulfilled notes it".to_owned(),
            };
            return Err(HostError::NotMoved(told));
        }
        let compared = compare(journal, platform).await?;
        let Compared { accounts, same } = compared;
        if same * 2 < accounts {
            return Err(HostError::NotMoved(format!(
                "{to} is not the same learning platform: {accounts} of the accounts that the shop has acted on are there, and \
                 only {same} of them with their addresses"
            )));
        }
        if recorded.as_deref() == Some(from) && from != to {
            // Should this end in between, it is simply done again.
            platform.had_identity(from).await?;
            journal.move_platform(from, to, who).await?;
        }
        Ok(compared)
    }
}

async fn compare(journal: &Journal, platform: &dyn Platform) -> Result<Compared, HostError> {
    // Addresses that were changed since are known as well as those that they were changed to.
    let mut known: BTreeMap<AccountId, BTreeSet<Email>> = BTreeMap::new();
    for (email, id) in journal.some_accounts(SOME).await? {
        // What stands in for an address is the same everywhere.
        if !email.is_nameless() {
            known.entry(id).or_default().insert(email);
        }
    }
    let found = platform.accounts(&known.keys().copied().collect::<Vec<_>>()).await?;
    let is_same = |account: &&Account| known.get(&account.id).is_some_and(|emails| emails.contains(&account.email));
    // Accounts that were deleted since tell nothing; but if there is none at all, it is another platform.
    let accounts = if found.is_empty() { known.len() } else { found.len() };
    Ok(Compared { accounts, same: found.iter().filter(is_same).count() })
}
