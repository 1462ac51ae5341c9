//! What the host looks up for a call: everything that the order allows to be asked, in one go.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::lines::catalogue::Settings;
use crate::lines::check::{self, Checked};
use crate::lines::line::LineOrder;
use crate::lines::manifest::{Kind, Manifest};
use crate::lines::participant::Participant;
use crate::lines::sold::{Gone, Is, Sold};
use crate::platform::names::Names;
use crate::platform::{Account, AccountState, Course, CourseId, Platform, Reply, Role, RoleId};
use crate::sessions::accounts::Accounts;
use crate::sessions::session::Fact;
use crate::words::email::Email;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::name;
use crate::words::order::OrderId;
use crate::words::seat::SeatId;
use crate::words::text;

/// What the platform has of what some lines name.
#[derive(Clone, Debug, Default)]
pub struct LookedUp {
    people: BTreeSet<Email>,
    /// The accounts of all people.
    pub accounts: Accounts,
    courses: BTreeMap<String, Course>,
    roles: BTreeMap<String, Role>,
    /// Those that lines were sold with, as they are now.
    sold_courses: BTreeMap<CourseId, Course>,
    sold_roles: BTreeMap<RoleId, Role>,
    gone: Gone,
}

impl LookedUp {
    /// All who were looked up.
    pub fn people(&self) -> impl Iterator<Item = &Email> {
        self.people.iter()
    }

    /// What the courses and roles are called that were looked up.
    pub fn names(&self) -> Names {
        let courses = self.courses.values().chain(self.sold_courses.values());
        let roles = self.roles.values().chain(self.sold_roles.values());
        Names {
            courses: courses.map(|course| (course.id, course.short_name.clone())).collect(),
            roles: roles.map(|role| (role.id, role.short_name.clone())).collect(),
        }
    }

    /// What the name of a course stands for in a line that was sold with this.
    fn course<'a>(&'a self, sold: &'a Sold, name: &str) -> Is<'a, Course> {
        match sold.courses.get(name) {
            Some(course) => self.sold_courses.get(&course.id).map_or(Is::Gone(course), Is::There),
            None => self.courses.get(name).map_or(Is::Unknown, Is::There),
        }
    }

    /// What the name of a role stands for in a line that was sold with this.
    fn role<'a>(&'a self, sold: &'a Sold, name: &str) -> Is<'a, Role> {
        match sold.roles.get(name) {
            Some(role) => self.sold_roles.get(&role.id).map_or(Is::Gone(role), Is::There),
            None => self.roles.get(name).map_or(Is::Unknown, Is::There),
        }
    }

    /// What is gone of what was looked up because a line was sold with it.
    pub fn gone(&self) -> &Gone {
        &self.gone
    }

    /// What a line is sold with: what it was sold with before, and what was found by the names that its parameters have beside.
    pub fn sold(&self, checked: &Checked, manifest: &Manifest, sold: &Sold) -> Sold {
        let mut sold = sold.clone();
        for (_, name) in checked.parameters.granted(manifest, &Kind::Course) {
            if let Some(course) = self.courses.get(name) {
                sold.courses.entry(name.to_owned()).or_insert_with(|| course.clone());
            }
        }
        for (_, name) in checked.parameters.granted(manifest, &Kind::Role) {
            if let Some(role) = self.roles.get(name) {
                sold.roles.entry(name.to_owned()).or_insert_with(|| role.clone());
            }
        }
        sold
    }
}

/// What is there to look up.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// For which order; none, for a product.
    pub order: Option<OrderId>,
    named: BTreeSet<Email>,
    claimed: BTreeSet<Email>,
    courses: BTreeSet<String>,
    roles: BTreeSet<String>,
    sold_courses: BTreeMap<CourseId, Course>,
    sold_roles: BTreeMap<RoleId, Role>,
}

impl Wanted {
    /// What there is to look up of an order, whatever it names now, because of these claims that it had.
    pub fn of<'a>(order: &OrderId, claimed: impl Iterator<Item = &'a Fact>) -> Self {
        Wanted {
            order: Some(order.clone()),
            claimed: claimed.flat_map(Fact::people).cloned().collect(),
            ..Wanted::default()
        }
    }

    /// The accounts of some people, and nothing of any order.
    pub fn people(emails: impl IntoIterator<Item = Email>) -> Self {
        Wanted { claimed: emails.into_iter().collect(), ..Wanted::default() }
    }

    /// Adds all that a line names, which was sold with this. Roles that the shop lets no handler assign are not even looked up.
    pub fn add(&mut self, checked: &Checked, sold: &Sold, manifest: &Manifest, settings: &Settings) {
        self.named.extend(checked.line.people().map(|person| person.email.clone()));
        for (_, name) in checked.parameters.granted(manifest, &Kind::Course) {
            match sold.courses.get(name) {
                Some(course) => _ = self.sold_courses.insert(course.id, course.clone()),
                None => _ = self.courses.insert(name.to_owned()),
            }
        }
        for (_, name) in checked.parameters.granted(manifest, &Kind::Role) {
            match sold.roles.get(name) {
                Some(role) => _ = self.sold_roles.insert(role.id, role.clone()),
                None if settings.allows_role(name) => _ = self.roles.insert(name.to_owned()),
                None => {}
            }
        }
    }

    /// Adds what a line was sold with.
    pub fn add_sold(&mut self, sold: &Sold) {
        self.sold_courses.extend(sold.courses.values().map(|course| (course.id, course.clone())));
        self.sold_roles.extend(sold.roles.values().map(|role| (role.id, role.clone())));
    }

    /// Looks it up: five requests at most, however many seats there are.
    pub async fn look_up(self, platform: &dyn Platform) -> Reply<LookedUp> {
        let people: BTreeSet<Email> = self.named.union(&self.claimed).cloned().collect();
        let emails: Vec<Email> = people.iter().cloned().collect();
        let mut found = LookedUp { people, ..LookedUp::default() };
        let (courses, roles): (Vec<_>, Vec<_>) = (self.courses.into_iter().collect(), self.roles.into_iter().collect());
        let accounts = if emails.is_empty() { Vec::new() } else { platform.find_accounts(&emails).await? };
        found.accounts = Accounts::new(self.named, accounts);
        if !courses.is_empty() {
            let courses = platform.find_courses(&courses).await?;
            found.courses = courses.into_iter().map(|course| (course.short_name.clone(), course)).collect();
        }
        if !roles.is_empty() {
            let named = found.courses.values().map(|course| course.id);
            let courses: Vec<CourseId> = named.chain(self.sold_courses.keys().copied()).collect();
            let roles = platform.find_roles(&roles, &courses).await?;
            found.roles = roles.into_iter().map(|role| (role.short_name.clone(), role)).collect();
        }
        let courses: Vec<Course> = self.sold_courses.into_values().collect();
        if !courses.is_empty() {
            found.sold_courses = platform.courses(&courses).await?.into_iter().map(|it| (it.id, it)).collect();
            let asked = courses.iter().map(|course| course.id);
            found.gone.courses = asked.filter(|id| !found.sold_courses.contains_key(id)).collect();
        }
        let roles: Vec<Role> = self.sold_roles.into_values().collect();
        if !roles.is_empty() {
            found.sold_roles = platform.roles(&roles).await?.into_iter().map(|it| (it.id, it)).collect();
            let asked = roles.iter().map(|role| role.id);
            found.gone.roles = asked.filter(|id| !found.sold_roles.contains_key(id)).collect();
        }
        Ok(found)
    }
}

/// Where an account comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It was there before this order was fulfilled.
    Found,
    /// An earlier fulfilment of this order made it.
    Made,
}

/// What the host looked up for one call. With it, the same order gives the same session on any machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Known {
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

/// Makes the snapshot for a line's call, and says what the host finds wrong with what was looked up, and what is gone of it.
/// People who cannot be served are taken out of the line.
pub fn take(
    checked: &mut Checked,
    accepted: Accepted<'_>,
    manifest: &Manifest,
    found: &LookedUp,
    known: &Known,
    settings: &Settings,
) -> (Snapshot, Gone) {
    let (mut snapshot, mut gone) = (Snapshot::default(), Gone::default());
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
            Is::Gone(role) if accepted.paid && allowed(role) => {
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
    for (person, subject) in subjects(&checked.line) {
        let (account, said) = usable(person, &found.accounts, known, checked.line.line, subject);
        messages.extend(said);
        if settings.protected.contains(&person.email) || account.is_some_and(|account| account.administrator) {
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
    (snapshot, gone)
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
    known: &Known,
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
        // Somebody who was enrolled before the suspension keeps his place: it is not ours to take it away.
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
