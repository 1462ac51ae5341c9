//! Accounts: looked up by address, made where there is none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use unic_langid::LanguageIdentifier;

use super::batch::{ask, fitting, halves};
use super::client::Parameters;
use super::error::CallError;
use super::fault::Fault;
use super::lanes::{at_once, parts};
use super::usernames::usernames;
use super::{MoodlePlatform, limit, sight};
use shop_core::platform::{
    Account, AccountId, AccountState, Ensured, NewAccount, OnSettled, PlatformError, Problem, Refusal, Replies, Reply,
};
use shop_core::words::email::Email;

pub(super) const FIND: &str = "core_user_get_users_by_field";
const CREATE: &str = "core_user_create_users";

/// Each new account's invitation is mailed within the call: more of them would take longer than servers and proxies allow.
const MOST_INVITATIONS: usize = 50;

/// So few are not divided further: a request costs more than it would save.
const FEWEST_INVITATIONS: usize = 5;

/// A look-up as recent as this needs not be made again before an account is made.
const RECENT: Duration = Duration::from_secs(60);

#[derive(Debug, Deserialize)]
struct User {
    id: i64,
    #[serde(default)]
    email: Option<String>,
    // Moodle 4.2 does not tell them.
    #[serde(default)]
    firstname: String,
    #[serde(default)]
    lastname: String,
    #[serde(default)]
    suspended: bool,
    /// Told of the shop's own account; of others only with moodle/user:viewalldetails.
    #[serde(default)]
    username: Option<String>,
    /// Told as the user name is.
    #[serde(default)]
    confirmed: Option<bool>,
}

/// The address that the guest's account has, unless somebody changes it.
const GUESTS_ADDRESS: &str = "root@localhost";

/// The account that a site was installed with: its first administrator's. Of the others Moodle tells nobody: they are known by the
/// shop's list of protected addresses, and in no other way.
const ADMINISTRATOR: i64 = 2;

#[derive(Debug, Deserialize)]
struct Created {
    id: i64,
    username: String,
}

impl User {
    /// In the place of the address of an account that is deleted, Moodle puts an MD5 sum.
    fn is_deleted(&self) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.email.as_ref().is_some_and(|email| email.len() == 32 && email.bytes().all(is_digit))
    }

    /// Whether it is everybody's. Its user name cannot be changed; where that is not told, the id and the address tell.
    fn is_guest(&self) -> bool {
        let by_what_is_told = || self.id == sight::GUEST || self.email.as_deref() == Some(GUESTS_ADDRESS);
        self.username.as_ref().map_or_else(by_what_is_told, |name| name == "guest")
    }

    /// The account; none, if Moodle hides its address. `own` is the shop's, if it is among those that were told of.
    fn account(self, own: Option<i64>) -> Option<Account> {
        let state = match () {
            () if own == Some(self.id) => AccountState::Own,
            () if self.is_guest() => AccountState::Guest,
            () if self.suspended => AccountState::Suspended,
            () if self.confirmed == Some(false) => AccountState::Unconfirmed,
            () => AccountState::Active,
        };
        Some(Account {
            id: AccountId(self.id),
            email: self.email?.parse().unwrap_or_else(|_| Email::nameless(self.id)),
            first_name: self.firstname,
            last_name: self.lastname,
            state,
            administrator: self.id == ADMINISTRATOR,
        })
    }
}

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
    fn take(&self, email: &Email) -> bool {
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

/// Makes accounts, each where there is none with its address.
pub(super) async fn create(
    moodle: &MoodlePlatform,
    accounts: &[NewAccount],
    on_settled: OnSettled<'_>,
) -> Replies<Ensured> {
    let mut first: BTreeMap<&Email, usize> = BTreeMap::new();
    for (place, account) in accounts.iter().enumerate() {
        first.entry(&account.email).or_insert(place);
    }
    let mut settled: BTreeMap<usize, Result<Ensured, Problem>> = BTreeMap::new();
    let places: Vec<usize> = first.values().copied().collect();
    let unsure: Vec<usize> =
        places.iter().copied().filter(|place| !moodle.absent.take(&accounts[*place].email)).collect();
    settled.extend(found(moodle, accounts, &unsure).await?);
    let mut missing: Vec<usize> = places.into_iter().filter(|place| !settled.contains_key(place)).collect();
    // Moodle would refuse it together with all others of its request, and without saying whom.
    let unfit = |place: &usize| Refusal::of_account(&accounts[*place]);
    settled.extend(missing.iter().filter_map(|place| Some((*place, Err(unfit(place)?.into())))));
    missing.retain(|place| unfit(place).is_none());
    let requests =
        cut(moodle, accounts, missing).await?.into_iter().map(|places| make(moodle, accounts, places, on_settled));
    // What one request made is made, even if the site refuses another.
    settled.extend(at_once(requests).await?.into_iter().flatten());
    let reply = |(place, account): (usize, &NewAccount)| {
        let of_first = first.get(&account.email).copied().unwrap_or(place);
        let reply = settled.get(&of_first).cloned();
        let missing = || Problem::new("not-sent", "an account was not asked for: please report this");
        let reply = reply.ok_or_else(|| PlatformError::Unavailable(missing()))?;
        Ok(reply.map(|ensured| Ensured { created: ensured.created && of_first == place, ..ensured }))
    };
    accounts.iter().enumerate().map(reply).collect()
}

/// In as many requests of the same size as may be under way at once, since making accounts takes longest of all; and in no
/// larger ones than the site, its mail server and its proxies take.
async fn cut(moodle: &MoodlePlatform, accounts: &[NewAccount], places: Vec<usize>) -> Reply<Vec<Vec<usize>>> {
    let parts = parts(places.clone(), requests(places.len(), moodle.settings.parallel));
    let size = |place: &usize| fields(moodle, &accounts[*place], 0).len();
    let largest = parts.iter().map(|part| part.iter().map(size).sum()).max().unwrap_or_default();
    let variables = limit::variables(moodle, largest).await?;
    let mut requests = Vec::new();
    for mut places in parts {
        while !places.is_empty() {
            let most = fitting(moodle.client.fitting(variables), places.iter().map(size));
            let rest = places.split_off(most.min(places.len()));
            requests.push(std::mem::replace(&mut places, rest));
        }
    }
    Ok(requests)
}

/// By how many requests so many accounts are asked for, so that none of those that may be under way at once has less to do.
fn requests(accounts: usize, parallel: NonZeroUsize) -> usize {
    let requests = accounts.div_ceil(MOST_INVITATIONS).next_multiple_of(parallel.get());
    requests.min(accounts.div_ceil(FEWEST_INVITATIONS))
}

type Settled = Vec<(usize, Result<Ensured, Problem>)>;

/// Those of these accounts that are there.
async fn found(moodle: &MoodlePlatform, accounts: &[NewAccount], places: &[usize]) -> Reply<Settled> {
    let emails: Vec<Email> = places.iter().map(|place| accounts[*place].email.clone()).collect();
    let there = find(moodle, &emails, &[]).await?;
    let of = |email: &Email| there.iter().filter(|account| account.email == *email).collect::<Vec<_>>();
    let found = places.iter().filter_map(|place| Some((*place, usable(&of(&accounts[*place].email))?)));
    Ok(found.collect())
}

/// The one account with an address; none: there is none.
fn usable(accounts: &[&Account]) -> Option<Result<Ensured, Problem>> {
    Some(match accounts {
        [] => return None,
        [account] => match account.state {
            AccountState::Active => Ok(Ensured { id: account.id, created: false }),
            AccountState::Suspended => Err(Refusal::SuspendedAccount.into()),
            AccountState::Deleted => Err(Refusal::DeletedAccount.into()),
            AccountState::Unconfirmed => Err(Refusal::UnconfirmedAccount.into()),
            AccountState::Own | AccountState::Guest => Err(Refusal::ReservedAccount.into()),
        },
        _ => Err(Refusal::AmbiguousAccount.into()),
    })
}

/// Makes some accounts, in one request if none of them is bad.
async fn make(
    moodle: &MoodlePlatform,
    accounts: &[NewAccount],
    places: Vec<usize>,
    on_settled: OnSettled<'_>,
) -> Reply<Settled> {
    let (mut settled, mut waiting) = (Vec::new(), vec![places]);
    // How many of somebody's user names were refused: others have them, perhaps.
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    while let Some(places) = waiting.pop() {
        let before = settled.len();
        let nth = |place| taken.get(place).copied().unwrap_or_default();
        let requested: Vec<_> = places.iter().map(|place| fields(moodle, &accounts[*place], nth(place))).collect();
        match moodle.client.call::<Vec<Created>>(CREATE, &parameters(&requested)).await {
            Ok(created) => settled.extend(made(&requested, &places, created)?),
            Err(CallError::Fault(fault)) => {
                // It may be there since, or after all: made by a request whose answer was lost, or by somebody else.
                let there = match found(moodle, accounts, &places).await {
                    // What other requests have made stays told.
                    Err(PlatformError::Refused(problem) | PlatformError::Unreadable(problem)) => {
                        settled.extend(given_up(places, &mut waiting, &problem));
                        on_settled(settled.len() - before);
                        continue;
                    }
                    there => there?,
                };
                let is_there: BTreeSet<usize> = there.iter().map(|(place, _)| *place).collect();
                let missing: Vec<usize> = places.iter().copied().filter(|place| !is_there.contains(place)).collect();
                settled.extend(there);
                match missing.len() {
                    0 => {}
                    rest if rest < places.len() => waiting.push(missing),
                    1 if has_another_name(moodle, &accounts[missing[0]], nth(&missing[0]), &fault) => {
                        *taken.entry(missing[0]).or_default() += 1;
                        waiting.push(missing);
                    }
                    1 => settled
                        .extend(missing.iter().map(|place| (*place, Err(rejected(moodle, &accounts[*place], &fault))))),
                    _ if fault.is_shared() => {
                        settled.extend(missing.iter().map(|place| (*place, Err(Problem::from(fault.clone())))));
                    }
                    _ => waiting.extend(halves(&missing).into_iter().rev()),
                }
            }
            Err(CallError::TooLarge(_)) if places.len() > 1 => {
                waiting.extend(halves(&places).into_iter().rev());
            }
            Err(error) => match PlatformError::from(error) {
                PlatformError::Refused(problem) => settled.extend(given_up(places, &mut waiting, &problem)),
                unavailable => return Err(unavailable),
            },
        }
        on_settled(settled.len() - before);
    }
    Ok(settled)
}

/// Neither these nor those that wait are asked for any more.
fn given_up(places: Vec<usize>, waiting: &mut Vec<Vec<usize>>, problem: &Problem) -> Settled {
    places.into_iter().chain(waiting.drain(..).flatten()).map(|place| (place, Err(problem.clone()))).collect()
}

/// What an account is made with.
type Fields = Vec<(&'static str, String)>;

/// One answer for each, in the sequence of the request: anything else means that the request was cut.
fn made(requested: &[Fields], places: &[usize], created: Vec<Created>) -> Reply<Settled> {
    let asked = requested.iter().flatten().filter(|(field, _)| *field == "username").map(|(_, name)| name);
    if !asked.eq(created.iter().map(|created| &created.username)) {
        let told = format!("{CREATE}: it answered {} of {} accounts", created.len(), places.len());
        let told = format!("{told}: lower max_input_vars in moodle.toml");
        return Err(PlatformError::Unavailable(Problem::new("cut", told)));
    }
    let ensured = |created: Created| Ok(Ensured { id: AccountId(created.id), created: true });
    Ok(places.iter().copied().zip(created.into_iter().map(ensured)).collect())
}

fn parameters(requested: &[Fields]) -> Parameters {
    let of_account = |(number, fields): (usize, &Fields)| {
        let fields = fields.clone().into_iter();
        fields.map(move |(field, value)| (format!("users[{number}][{field}]"), value))
    };
    requested.iter().enumerate().flat_map(of_account).collect()
}

/// What an account is made with, under the nth of its user names.
fn fields(moodle: &MoodlePlatform, account: &NewAccount, nth: usize) -> Fields {
    let username = usernames(account, moodle.settings.usernames).into_iter().nth(nth);
    let mut fields = vec![
        ("username", username.unwrap_or_default()),
        ("firstname", account.first_name.trim().to_owned()),
        ("lastname", account.last_name.trim().to_owned()),
        ("email", account.email.as_str().to_owned()),
        // Moodle makes a password and mails it with an invitation; the shop never has one.
        ("createpassword", "1".to_owned()),
    ];
    fields.extend(language(&moodle.settings.languages, account).map(|language| ("lang", language)));
    fields
}

/// The language pack for somebody, of those that the site has: another would make Moodle refuse the account.
fn language(packs: &[String], account: &NewAccount) -> Option<String> {
    let LanguageIdentifier { language, script, region, .. } = account.language.as_ref()?.parse().ok()?;
    let written = script.and_then(|script| {
        let pack = SCRIPTS.iter().find(|(tag, _)| *tag == format!("{language}-{script}"));
        pack.map(|(_, pack)| (*pack).to_owned())
    });
    let spoken = region.map(|region| format!("{language}_{region}").to_lowercase());
    let whole = account.language.as_ref()?.to_lowercase().replace('-', "_");
    let packs_of_it = [Some(whole), written, spoken, Some(language.to_string())];
    packs_of_it.into_iter().flatten().find(|pack| packs.contains(pack))
}

/// Moodle's packs for languages that are written in several scripts.
const SCRIPTS: [(&str, &str); 4] =
    [("sr-Cyrl", "sr_cr"), ("sr-Latn", "sr_lt"), ("zh-Hans", "zh_cn"), ("zh-Hant", "zh_tw")];

/// Whether an account may be refused for its nth user name, and there is another one for it.
fn has_another_name(moodle: &MoodlePlatform, account: &NewAccount, nth: usize, fault: &Fault) -> bool {
    let names = usernames(account, moodle.settings.usernames);
    let is_about_it = fault.debug.as_ref().is_none_or(|debug| names.get(nth).is_some_and(|name| debug.contains(name)));
    fault.is_unclear() && is_about_it && nth + 1 < names.len()
}

fn rejected(moodle: &MoodlePlatform, account: &NewAccount, fault: &Fault) -> Problem {
    let mut problem = Problem::from(fault.clone());
    let unclear = fault.is_unclear() || fault.code == "dmlwriteexception";
    if unclear && fault.debug.is_none() {
        let pack = language(&moodle.settings.languages, account);
        let pack = pack.map(|pack| format!("the language pack {pack} is not installed (languages in moodle.toml), "));
        let names = usernames(account, moodle.settings.usernames).join(", ");
        problem.reason += &format!(
            ": Moodle does not say why; perhaps the address is that of an account that the token does not see, or that has it \
             in capitals, which not every database finds: have it written in small letters there, or order with the same \
             capitals; {}or all these user names are taken: {names}",
            pack.unwrap_or_default()
        );
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_asked_for_by_as_many_requests_as_may_be_under_way_at_once() {
        for (accounts, parallel, expected) in [
            (0, 2, 0),
            (1, 4, 1),
            (12, 4, 3),
            (40, 1, 1),
            (40, 2, 2),
            (101, 1, 3),
            (101, 2, 4),
            (101, 4, 4),
            (501, 2, 12),
            (501, 8, 16),
        ] {
            let found = requests(accounts, parallel.try_into().unwrap());
            assert_eq!(found, expected, "{accounts} accounts, {parallel} at once");
        }
    }

    #[test]
    fn a_language_is_the_nearest_pack_that_the_site_has() {
        let packs = ["en", "en_us", "de", "de_kids", "sr_lt", "zh_tw", "ca", "ca_valencia"].map(str::to_owned);
        for (tag, pack) in [
            ("en-US", Some("en_us")),
            ("en-GB", Some("en")),
            ("de-DE-formal", Some("de")),
            ("de-Kids", Some("de_kids")),
            ("sr-Latn-RS", Some("sr_lt")),
            ("sr", None),
            ("zh-Hant", Some("zh_tw")),
            ("zh-Hant-TW", Some("zh_tw")),
            ("ca-valencia", Some("ca_valencia")),
            ("fr", None),
        ] {
            let account = NewAccount {
                email: "anne@example.org".parse().unwrap(),
                first_name: "Anne".to_owned(),
                last_name: "Durand".to_owned(),
                language: Some(tag.to_owned()),
            };
            assert_eq!(language(&packs, &account).as_deref(), pack, "{tag}");
        }
    }
}
