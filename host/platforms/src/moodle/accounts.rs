//! Accounts that are there: looked up by their addresses or their ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::batch::ask;
use super::users::{FIND, User};
use super::{MoodlePlatform, sight};
use shop_core::platform::{Account, AccountId, Reply};
use shop_core::words::email::Email;

/// A look-up as recent as this needs not be made again before an account is made.
const RECENT: Duration = Duration::from_secs(60);

/// The id of the shop's own account, if it may be one of these.
async fn own(moodle: &MoodlePlatform, among: &[User]) -> Reply<Option<i64>> {
    match among.iter().any(|user| user.username.is_some()) {
        true => Ok(Some(moodle.site().await?.userid)),
        false => Ok(None),
    }
}

/// Addresses that were looked up a moment ago and that no account had.
#[derive(Debug, Default)]
pub(super) struct Absent(Mutex<HashMap<Email, Instant>>);

impl Absent {
    fn note(&self, asked: &[Email], found: &[Account]) {
        let found: BTreeSet<&Email> = found.iter().map(|account| &account.email).collect();
        let mut absent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        absent.retain(|_, when| when.elapsed() < RECENT);
        for email in asked {
            match found.contains(email) {
                true => absent.remove(email),
                false => absent.insert(email.clone(), Instant::now()),
            };
        }
    }

    /// Whether it was; that is known only once.
    pub(super) fn take(&self, email: &Email) -> bool {
        let mut absent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        absent.remove(email).is_some_and(|when| when.elapsed() < RECENT)
    }
}

/// Finds accounts by their addresses, which one database finds whatever their case, and another only as they are spelled. What
/// the database takes for equal may differ in accents: that is compared here.
pub(super) async fn find(moodle: &MoodlePlatform, emails: &[Email], spelled: &[String]) -> Reply<Vec<Account>> {
    // What stands in for an address is none that Moodle has.
    let emails: Vec<Email> = emails.iter().filter(|email| !email.is_nameless()).cloned().collect();
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let spellings: Vec<&str> = emails.iter().map(Email::as_str).chain(spelled.iter().map(String::as_str)).collect();
    let users: Vec<User> = ask(moodle, FIND, &[("field", "email")], ("values", &spellings)).await?;
    if users.is_empty() {
        sight::see_accounts(moodle).await?;
    }
    let asked: BTreeSet<&Email> = emails.iter().collect();
    let own = own(moodle, &users).await?;
    let accounts: BTreeMap<AccountId, Account> = users
        .into_iter()
        .filter_map(|user| user.account(own))
        .filter(|account| asked.contains(&account.email))
        .map(|account| (account.id, account))
        .collect();
    let accounts: Vec<Account> = accounts.into_values().collect();
    moodle.absent.note(&emails, &accounts);
    Ok(accounts)
}

/// Finds accounts by their ids. Those that were deleted have nothing any more, and nobody can restore them.
pub(super) async fn by_id(moodle: &MoodlePlatform, ids: &[AccountId]) -> Reply<Vec<Account>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<i64> = ids.iter().map(|id| id.0).collect();
    let asked: Vec<i64> = ids.iter().copied().collect();
    let mut users: Vec<User> = ask(moodle, FIND, &[("field", "id")], ("values", &asked)).await?;
    // Each once, and nobody else, whatever is answered.
    let mut missing = ids;
    users.retain(|user| missing.remove(&user.id));
    // Moodle keeps what it has deleted.
    if !missing.is_empty() {
        sight::see_accounts(moodle).await?;
    }
    let own = own(moodle, &users).await?;
    let there = users.into_iter().filter(|user| !user.is_deleted());
    there.map(|user| user.account(own).ok_or_else(sight::no_addresses)).collect()
}

/// Who has the addresses that these accounts have, as Moodle has them written, valid or not.
pub(super) async fn holders(
    moodle: &MoodlePlatform,
    ids: &BTreeSet<AccountId>,
) -> Reply<BTreeMap<String, BTreeSet<AccountId>>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let these: Vec<User> = ask(moodle, FIND, &[("field", "id")], ("values", &ids)).await?;
    // Moodle does not look up an address with outer spaces, and fails.
    let addresses: BTreeSet<&String> =
        these.iter().filter_map(|user| user.email.as_ref()).filter(|email| email.trim() == **email).collect();
    let addresses: Vec<&String> = addresses.into_iter().collect();
    let others: Vec<User> = match addresses.is_empty() {
        true => Vec::new(),
        false => ask(moodle, FIND, &[("field", "email")], ("values", &addresses)).await?,
    };
    let mut holders: BTreeMap<String, BTreeSet<AccountId>> = BTreeMap::new();
    for user in these.into_iter().chain(others) {
        if let Some(email) = user.email {
            holders.entry(email).or_default().insert(AccountId(user.id));
        }
    }
    Ok(holders)
}
