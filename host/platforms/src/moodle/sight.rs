//! What the shop's account sees. What it may not see, Moodle leaves out of its answers without a word, as if there were no such
//! accounts, or nobody in a course. But what cannot be seen is not gone: so before anything follows from it that somebody is
//! missing, something is asked that tells whether the shop's account would see them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::client::Listed;
use super::error::CallError;
use super::probe::NOBODY;
use super::users::{FIND, GUEST};
use super::{MoodlePlatform, courses, fault, groups, participants};
use shop_core::platform::{CourseId, GroupMode, PlatformError, Reply};

/// What was seen a moment ago is seen.
const RECENT: Duration = Duration::from_secs(60);

/// What can be out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Accounts,
    Participants(CourseId),
}

/// What was in sight, and when.
#[derive(Debug, Default)]
pub(super) struct Sight(Mutex<BTreeMap<What, Instant>>);

impl Sight {
    fn is_recent(&self, what: What) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&what).is_some_and(|when| when.elapsed() < RECENT)
    }

    fn note(&self, what: What) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(what, Instant::now());
    }
}

/// What is shown of other people's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// All that the shop needs.
    Accounts,
    /// Not their addresses, and so nobody is found by them.
    NoAddresses,
    /// Nothing.
    Nobody,
}

/// An account that is told of.
#[derive(Debug, Deserialize)]
pub(super) struct Witness {
    pub(super) id: i64,
    #[serde(default)]
    email: Option<String>,
    /// When its holder was first there, and last: not told where the site hides that.
    #[serde(default)]
    firstaccess: Option<i64>,
    #[serde(default)]
    lastaccess: Option<i64>,
}

impl Witness {
    /// Whether it is told when people were last there, and when first.
    pub(super) fn shows_visits(&self) -> (bool, bool) {
        (self.lastaccess.is_some(), self.firstaccess.is_some())
    }
}

impl Sight {
    /// These accounts were told of. If the guest's is one of them, all are in sight.
    pub(super) fn told_of(&self, accounts: &[Witness]) {
        if accounts.iter().any(|account| account.id == GUEST && account.email.is_some()) {
            self.note(What::Accounts);
        }
    }
}

/// The guest's account, if that can be seen.
pub(super) async fn guest(moodle: &MoodlePlatform) -> Result<Option<Witness>, CallError> {
    Ok(witnesses(moodle, "id", &GUEST.to_string()).await?.pop())
}

async fn witnesses(moodle: &MoodlePlatform, field: &str, value: &str) -> Result<Vec<Witness>, CallError> {
    let asked = [("field", field), ("values[0]", value)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    moodle.client.call(FIND, &asked.to_vec()).await
}

/// Looks for accounts that are surely there.
pub(super) async fn of_accounts(moodle: &MoodlePlatform) -> Result<Seen, CallError> {
    if let Some(guest) = guest(moodle).await? {
        return Ok(if guest.email.is_some() { Seen::Accounts } else { Seen::NoAddresses });
    }
    let Some(known) = &moodle.settings.known_account else { return Ok(Seen::Nobody) };
    let found = witnesses(moodle, "email", known.as_str()).await?;
    // Its own account is always shown to it.
    let own = moodle.site().await?.userid;
    Ok(if found.iter().any(|account| account.id != own) { Seen::Accounts } else { Seen::Nobody })
}

/// Makes sure that accounts can be seen: then those that are not told of are not there.
pub(super) async fn see_accounts(moodle: &MoodlePlatform) -> Reply<()> {
    if moodle.sight.is_recent(What::Accounts) {
        return Ok(());
    }
    match of_accounts(moodle).await? {
        Seen::Accounts => moodle.sight.note(What::Accounts),
        Seen::NoAddresses => return Err(no_addresses()),
        Seen::Nobody => {
            let needed = "moodle/user:viewdetails";
            let told = format!(
                "{}: Moodle tells of nobody, not even of its guest, who always has an account: the role of the shop's account \
                 needs {needed}; if it has that, write the address of an account that is there into moodle.toml, as \
                 known_account",
                FIND
            );
            return Err(unreadable(FIND, "accounts-unseen", told, &[needed]));
        }
    }
    Ok(())
}

/// Moodle tells of accounts, and not of their addresses.
pub(super) fn no_addresses() -> PlatformError {
    let needed = "moodle/site:viewuseridentity";
    let told = format!(
        "{}: Moodle does not tell the addresses of accounts: the role of the shop's account needs {needed}, and the site must \
         have email in showuseridentity, and not in hiddenuserfields",
        FIND
    );
    unreadable(FIND, "addresses-hidden", told, &[needed])
}

/// Of whom is told in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Of those in all groups, and in none.
    All,
    /// Where groups are separate, of those in groups of the shop's own account.
    OwnGroups,
    /// Of nobody: the course is gone.
    Nobody,
}

/// Of whom is told in a course that the shop's account may enter, if it is there. Whoever may not see all groups may not ask for those of a group that is
/// not theirs, whether there is such a group or not: that is by Moodle's source, and was not tried on a live site.
pub(super) async fn of_course(moodle: &MoodlePlatform, course: CourseId) -> Result<Told, CallError> {
    let group = NOBODY.0.to_string();
    let course = course.0.to_string();
    let asked = [
        ("courseid", &*course),
        ("options[0][name]", "groupid"),
        ("options[0][value]", &*group),
        ("options[1][name]", "limitnumber"),
        ("options[1][value]", "1"),
        ("options[2][name]", "userfields"),
        ("options[2][value]", "id"),
    ];
    let asked = asked.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    match moodle.client.call::<Listed>(participants::LIST, &asked).await {
        Err(CallError::Fault(fault)) if fault.code == "nopermissions" => Ok(Told::OwnGroups),
        Err(CallError::Fault(fault)) if fault.may_lack_course() => Ok(Told::Nobody),
        answer => answer.map(|_| Told::All),
    }
}

/// Makes sure that a list of a course's participants was whole: then those who are not in it are not in the course.
/// `contradicted`: nobody at all was listed, though the shop has enrolled people there.
pub(super) async fn see_participants(moodle: &MoodlePlatform, course: CourseId, contradicted: bool) -> Reply<()> {
    if moodle.sight.is_recent(What::Participants(course)) {
        return Ok(());
    }
    let told = of_course(moodle, course).await?;
    if told == Told::OwnGroups && has_separate_groups(moodle, course).await? {
        let needed = "moodle/site:accessallgroups";
        let told = format!(
            "{}: in the course with the id {}, whose groups are separate, Moodle tells only of those in groups of the shop's own \
             account: its role needs {needed}",
            participants::LIST,
            course.0
        );
        return Err(unreadable(participants::LIST, "participants-unseen", told, &[needed]));
    }
    if told != Told::Nobody {
        see_accounts(moodle).await?;
    }
    if told != Told::Nobody && contradicted && !groups::last_members(moodle, course).await?.is_empty() {
        let needed = "moodle/user:viewdetails";
        let told = format!(
            "{}: Moodle tells of nobody in the course with the id {}, and yet its groups have members, whom it takes out of them \
             when they leave a course: the role of the shop's account needs {needed} in the course, too",
            participants::LIST,
            course.0
        );
        return Err(unreadable(participants::LIST, "participants-unseen", told, &[needed]));
    }
    moodle.sight.note(What::Participants(course));
    Ok(())
}

/// Where they are not, nobody needs to see all groups.
async fn has_separate_groups(moodle: &MoodlePlatform, course: CourseId) -> Reply<bool> {
    let mode = courses::group_mode(moodle, course).await?;
    Ok(mode.is_none_or(|mode| mode == GroupMode::Separate))
}

fn unreadable(function: &str, code: &str, told: String, permissions: &[&str]) -> PlatformError {
    PlatformError::Unreadable(fault::told(function, code, told, permissions))
}
