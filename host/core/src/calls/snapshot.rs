//! What the host looks up for a call: everything that the order allows to be asked, in one go.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::looked_up::LookedUp;
use crate::lines::catalogue::Settings;
use crate::lines::check::{self, Checked};
use crate::lines::line::LineOrder;
use crate::lines::manifest::{Kind, Manifest};
use crate::lines::participant::Participant;
use crate::lines::sold::{Barred, Gone, Is, Sold};
use crate::platform::names::Names;
use crate::platform::{Account, AccountState, Course, Role};
use crate::sessions::accounts::Accounts;
use crate::words::email::Email;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::name;
use crate::words::seat::SeatId;
use crate::words::text;

/// Where an account comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It was there before this order was fulfilled.
    Found,
    /// An earlier fulfilment of this order made it.
    Made,
}

/// What the host looked up for one call. With it, the same order gives the same session on any machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The accounts that exist, of those whom the order names, and where they come from.
    pub accounts: BTreeMap<Email, Origin>,
    /// Those whom the order names and whose accounts, existing or not, are never attached.
    pub protected: BTreeSet<Email>,
    /// What each course name that the order grants stands for; none: there is no such course.
    pub courses: BTreeMap<String, Option<Course>>,
    /// What each role name that the order grants stands for; none: there is no such role, or it is not allowed.
    pub roles: BTreeMap<String, Option<Role>>,
}

impl Snapshot {
    /// What its courses and roles are called.
    pub fn names(&self) -> Names {
        let courses = self.courses.values().flatten().map(|course| (course.id, course.short_name.clone()));
        let roles = self.roles.values().flatten().map(|role| (role.id, role.short_name.clone()));
        Names { courses: courses.collect(), roles: roles.collect() }
    }
}

/// What the ledger knows of the people of an order.
#[derive(Clone, Debug, Default)]
pub struct KnownPeople {
    /// Whose accounts an earlier fulfilment of it made, whether or not it still claims them.
    pub made: BTreeSet<Email>,
    /// Who has a place in which of its lines already.
    pub places: BTreeSet<(u32, Email)>,
}

/// What a line was accepted with before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accepted<'a> {
    /// What it was sold with; none: it is new.
    pub sold: Option<&'a Sold>,
    /// Whether it was paid, and so set up. Then it goes on without what was deleted since.
    pub paid: bool,
}

/// Makes the snapshot for a line's call, and says what the host finds wrong with what was looked up, what is gone of it, and which
/// roles nobody gets anew.
/// People who cannot be served are taken out of the line.
pub fn take(
    checked: &mut Checked,
    accepted: Accepted<'_>,
    manifest: &Manifest,
    found: &LookedUp,
    known: &KnownPeople,
    settings: &Settings,
) -> (Snapshot, Gone, Barred) {
    let (mut snapshot, mut gone, mut barred) = (Snapshot::default(), Gone::default(), Barred::default());
    let mut messages = Vec::new();
    let nothing = Sold::default();
    let sold = accepted.sold.unwrap_or(&nothing);
    let is_optional = |parameter: &str| !manifest.parameter(parameter).is_some_and(|parameter| parameter.required);
    // A value that is not readable is told already: what it would have named is no news.
    let readable = |parameter: &str| {
        let subject = Subject::Parameter(parameter.to_owned());
        !checked.parameters.messages.iter().any(|said| said.key == "parameter-malformed" && said.subject == subject)
    };
    for (parameter, name) in checked.parameters.granted(manifest, &Kind::Course) {
        let course = match found.course(sold, name) {
            Is::There(course) => {
                messages.extend(renamed(parameter, "course-renamed", name, &course.short_name));
                Some(course)
            }
            // Its handler is told of it as it was.
            Is::Gone(course) if accepted.paid || is_optional(parameter) => {
                messages.push(of_parameter(Level::Warning, parameter, "course-gone", name));
                gone.courses.insert(course.id);
                if !is_optional(parameter) {
                    gone.required.insert(course.id);
                }
                Some(course)
            }
            Is::Gone(_) | Is::Unknown => {
                let error = || of_parameter(Level::Error, parameter, "course-unknown", name);
                messages.extend(readable(parameter).then(error));
                None
            }
        };
        snapshot.courses.insert(name.to_owned(), course.cloned());
    }
    for (parameter, name) in checked.parameters.granted(manifest, &Kind::Role) {
        let allowed = |role: &Role| settings.allows_role(name) || settings.allows_role(&role.short_name);
        let role = match found.role(sold, name) {
            Is::There(role) if allowed(role) => {
                messages.extend(renamed(parameter, "role-renamed", name, &role.short_name));
                Some(role)
            }
            // That the shop narrows its list takes nothing from those who were sold it.
            Is::There(role) if accepted.paid && sold.roles.contains_key(name) => {
                let allowed = text::spelled(&settings.roles.join(", "));
                messages.push(of_parameter(Level::Warning, parameter, "role-barred", name).with("allowed", allowed));
                barred.add(role.id, no_role(parameter, name, settings));
                Some(role)
            }
            Is::Gone(role) if accepted.paid => {
                messages.push(of_parameter(Level::Warning, parameter, "role-gone", name));
                gone.roles.insert(role.id);
                Some(role)
            }
            Is::There(_) | Is::Gone(_) | Is::Unknown => {
                messages.extend(readable(parameter).then(|| no_role(parameter, name, settings)));
                None
            }
        };
        snapshot.roles.insert(name.to_owned(), role.cloned());
    }
    let protected = found.accounts.protected(&settings.protected);
    for (person, subject) in subjects(&checked.line) {
        let (account, said) = usable(person, &found.accounts, known, checked.line.line, subject);
        messages.extend(said);
        if protected.includes(found.accounts.known_as(&person.email)) {
            snapshot.protected.insert(person.email.clone());
        }
        if account.is_some() {
            let made = known.made.contains(&person.email);
            snapshot.accounts.insert(person.email.clone(), if made { Origin::Made } else { Origin::Found });
        }
    }
    check::vacate_faulty(&mut checked.line.seats, &messages);
    if messages.iter().any(|m| m.is_error() && matches!(m.subject, Subject::Operator(_))) {
        checked.line.operator = None;
    }
    checked.messages.extend(messages);
    (snapshot, gone, barred)
}

/// Roles that are not allowed were not looked up.
fn no_role(parameter: &str, name: &str, settings: &Settings) -> Message {
    let error = |key| of_parameter(Level::Error, parameter, key, name);
    match settings.allows_role(name) {
        true => error("role-unknown"),
        false => error("role-not-allowed").with("allowed", text::spelled(&settings.roles.join(", "))),
    }
}

fn renamed(parameter: &str, key: &str, name: &str, now: &str) -> Option<Message> {
    (now != name).then(|| of_parameter(Level::Notice, parameter, key, name).with("now", text::spelled(now)))
}

fn of_parameter(level: Level, parameter: &str, key: &str, name: &str) -> Message {
    Message::host(level, Audience::Sales, Subject::Parameter(parameter.to_owned()), key)
        .with("parameter", parameter)
        .with("name", text::spelled(name))
}

/// Of whom something is said.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Operator,
    Seat(&'a SeatId),
}

impl Whose<'_> {
    fn field(self, field: &str) -> Subject {
        match self {
            Whose::Operator => Subject::Operator(field.to_owned()),
            Whose::Seat(id) => Subject::Seat(id.clone(), field.to_owned()),
        }
    }
}

fn subjects(line: &LineOrder) -> impl Iterator<Item = (&Participant, Whose<'_>)> {
    let operator = line.operator.iter().map(|operator| (operator, Whose::Operator));
    let occupants = line.seats.iter().filter_map(|seat| Some((seat.occupant.as_ref()?, Whose::Seat(&seat.id))));
    operator.chain(occupants)
}

/// The one account with a person's address that can be used; none: there is none yet, or a message says why not.
fn usable<'a>(
    person: &Participant,
    accounts: &'a Accounts,
    known: &KnownPeople,
    line: u32,
    subject: Whose,
) -> (Option<&'a Account>, Vec<Message>) {
    let error = |key: &str| Message::error(subject.field("email"), key).with("email", person.email.as_str());
    let replaced = accounts.is_replaced(&person.email);
    let accounts = accounts.of_named(&person.email);
    let has_place = || known.places.contains(&(line, person.email.clone()));
    let present: Vec<_> = accounts.iter().filter(|account| account.state != AccountState::Deleted).copied().collect();
    match present[..] {
        [] if accounts.is_empty() => (None, Vec::new()),
        [] => (None, vec![error("account-deleted")]),
        // Somebody who was enrolled before the suspension keeps that place: it is not ours to take it away.
        [account] if account.state == AccountState::Suspended && has_place() => {
            let mut message = error("account-suspended-kept");
            message.level = Level::Warning;
            (Some(account), vec![message])
        }
        [account] if unusable(account.state).is_some() => {
            (None, unusable(account.state).map(&error).into_iter().collect())
        }
        // Not the one whom the order has meant so far.
        [account] if replaced && differing_name(person, &account.first_name, &account.last_name).is_some() => {
            (None, vec![error("account-replaced")])
        }
        [account] if known.made.contains(&person.email) => (Some(account), Vec::new()),
        [account] => (Some(account), name_differs(person, account, subject).into_iter().collect()),
        _ => (None, vec![error("account-ambiguous").with("count", present.len())]),
    }
}

/// Why nobody can be enrolled with an account in this state; none: one can.
fn unusable(state: AccountState) -> Option<&'static str> {
    match state {
        AccountState::Active => None,
        AccountState::Suspended => Some("account-suspended"),
        AccountState::Deleted => Some("account-deleted"),
        AccountState::Unconfirmed => Some("account-unconfirmed"),
        AccountState::Own => Some("account-own"),
        AccountState::Guest => Some("account-guest"),
    }
}

/// The account is used as it is; for the shop's staff only, since its holder's name is not the buyer's business.
fn name_differs(person: &Participant, account: &Account, subject: Whose) -> Option<Message> {
    let field = differing_name(person, &account.first_name, &account.last_name)?;
    let message = Message::host(Level::Warning, Audience::Sales, subject.field(field), "name-differs")
        .with("email", person.email.as_str())
        .with("typed", person.name())
        .with("held", name::full(&account.first_name, &account.last_name));
    Some(message)
}

/// The first of a person's names that is not this one. Which of them is the first one is no difference; not all platforms
/// tell names.
fn differing_name(person: &Participant, first_name: &str, last_name: &str) -> Option<&'static str> {
    let held = name::full(first_name, last_name);
    match () {
        () if held.is_empty() || name::is_same(&person.name(), &held) => None,
        () if !name::is_same(&person.first_name, first_name) => Some("first-name"),
        () => Some("last-name"),
    }
}

/// Tells of people without an account whom the lines of an order call by several names: the account gets the first.
pub fn compare_names<'a>(lines: impl Iterator<Item = &'a mut Checked>, found: &LookedUp) {
    let mut called: BTreeMap<Email, Participant> = BTreeMap::new();
    for checked in lines {
        let mut said = Vec::new();
        let new = |(person, _): &(&Participant, Whose)| found.accounts.of_named(&person.email).is_empty();
        for (person, subject) in subjects(&checked.line).filter(new) {
            let first = called.entry(person.email.clone()).or_insert_with(|| person.clone());
            let Some(field) = differing_name(person, &first.first_name, &first.last_name) else { continue };
            let message = Message::host(Level::Warning, Audience::Operator, subject.field(field), "name-differs-here");
            let message = message.with("email", person.email.as_str()).with("typed", person.name());
            said.push(message.with("first", first.name()));
        }
        checked.messages.extend(said);
    }
}
