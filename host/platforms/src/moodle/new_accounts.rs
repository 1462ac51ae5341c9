//! New accounts: each made once, by as few requests as the site takes, and none because of another that the site refuses.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::Deserialize;

use super::batch::{fitting, halves};
use super::error::CallError;
use super::fault::Fault;
use super::fields::{Fields, listed};
use super::lanes::{at_once, parts};
use super::usernames::usernames;
use super::{MoodlePlatform, accounts, languages, variables};
use shop_core::platform::{
    Account, AccountId, AccountState, Ensured, NewAccount, OnSettled, PlatformError, Problem, Refusal, Replies, Reply,
};
use shop_core::words::email::Email;

const CREATE: &str = "core_user_create_users";

/// Each new account's invitation is mailed within the call: more of them would take longer than servers and proxies allow.
const MOST_INVITATIONS: usize = 50;

/// So few are not divided further: a request costs more than it would save.
const FEWEST_INVITATIONS: usize = 5;

#[derive(Debug, Deserialize)]
struct Created {
    id: i64,
    username: String,
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
    let mut settled = Settled::new();
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
    let variables = variables::most(moodle, largest).await?;
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

/// What became of accounts, by their places.
type Settled = BTreeMap<usize, Result<Ensured, Problem>>;

/// Those of these accounts that are there.
async fn found(moodle: &MoodlePlatform, accounts: &[NewAccount], places: &[usize]) -> Reply<Settled> {
    let emails: Vec<Email> = places.iter().map(|place| accounts[*place].email.clone()).collect();
    let there = accounts::find(moodle, &emails, &[]).await?;
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
    let mut settled = Settled::new();
    match make_into(&mut settled, moodle, accounts, &places, on_settled).await {
        // What was made until then stays told: only the rest is refused.
        Err(PlatformError::Refused(problem) | PlatformError::Unreadable(problem)) => {
            let before = settled.len();
            places.iter().for_each(|place| _ = settled.entry(*place).or_insert_with(|| Err(problem.clone())));
            on_settled(settled.len() - before);
        }
        made => made?,
    }
    Ok(settled)
}

async fn make_into(
    settled: &mut Settled,
    moodle: &MoodlePlatform,
    accounts: &[NewAccount],
    places: &[usize],
    on_settled: OnSettled<'_>,
) -> Reply<()> {
    let mut waiting = vec![places.to_vec()];
    // How many of somebody's user names were refused: others have them, perhaps.
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    while let Some(places) = waiting.pop() {
        let before = settled.len();
        let nth = |place| taken.get(place).copied().unwrap_or_default();
        let requested: Vec<_> = places.iter().map(|place| fields(moodle, &accounts[*place], nth(place))).collect();
        match moodle.client.call::<Vec<Created>>(CREATE, &listed("users", requested.iter())).await {
            Ok(created) => settled.extend(made(&requested, &places, created)?),
            Err(CallError::Fault(fault)) => {
                // It may be there since, or after all: made by a request whose answer was lost, or by somebody else.
                let there = found(moodle, accounts, &places).await?;
                let missing: Vec<usize> = places.iter().copied().filter(|place| !there.contains_key(place)).collect();
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
            Err(error) => return Err(error.into()),
        }
        on_settled(settled.len() - before);
    }
    Ok(())
}

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
    fields.extend(languages::pack(&moodle.settings.languages, account).map(|language| ("lang", language)));
    fields
}

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
        let pack = languages::pack(&moodle.settings.languages, account);
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
}
