//! What there is to look up on the platform of what some lines name, and what was found.

use std::collections::{BTreeMap, BTreeSet};

use crate::lines::catalogue::Settings;
use crate::lines::check::Checked;
use crate::lines::manifest::{Kind, Manifest};
use crate::lines::sold::{Gone, Is, Sold};
use crate::platform::names::Names;
use crate::platform::{Course, CourseId, Platform, Reply, Role, RoleId};
use crate::sessions::accounts::Accounts;
use crate::sessions::session::Fact;
use crate::words::email::{Email, Spelled};
use crate::words::order::{OrderId, Person};

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
    pub(super) fn course<'a>(&'a self, sold: &'a Sold, name: &str) -> Is<'a, Course> {
        match sold.courses.get(name) {
            Some(course) => self.sold_courses.get(&course.id).map_or(Is::Gone(course), Is::There),
            None => self.courses.get(name).map_or(Is::Unknown, Is::There),
        }
    }

    /// What the name of a role stands for in a line that was sold with this.
    pub(super) fn role<'a>(&'a self, sold: &'a Sold, name: &str) -> Is<'a, Role> {
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
    spelled: BTreeSet<String>,
    courses: BTreeSet<String>,
    roles: BTreeSet<String>,
    sold_courses: BTreeMap<CourseId, Course>,
    sold_roles: BTreeMap<RoleId, Role>,
}

impl Wanted {
    /// The people whom an order's existing claims are about: they are looked up even if the order no longer names them.
    pub fn of<'a>(order: &OrderId, claimed: impl Iterator<Item = &'a Fact>) -> Self {
        Wanted {
            order: Some(order.clone()),
            claimed: claimed.flat_map(Fact::people).cloned().collect(),
            ..Wanted::default()
        }
    }

    /// The accounts of some people, and nothing of any order.
    pub fn people(people: impl IntoIterator<Item = Spelled>) -> Self {
        let mut wanted = Wanted::default();
        for Spelled { email, otherwise } in people {
            wanted.claimed.insert(email);
            wanted.spelled.extend(otherwise);
        }
        wanted
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

    /// These people are meant, as an order has their addresses: a platform may know them by no other spelling.
    pub fn spell<'a>(&mut self, people: impl Iterator<Item = &'a Person>) {
        self.spelled.extend(people.filter_map(|person| Email::spelled(&person.email)));
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
        let spelled: Vec<String> = self.spelled.into_iter().collect();
        let accounts = if emails.is_empty() { Vec::new() } else { platform.find_accounts(&emails, &spelled).await? };
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
