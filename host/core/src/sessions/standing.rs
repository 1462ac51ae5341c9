//! What the platform has of the facts that a plan is about.

use std::collections::{BTreeMap, BTreeSet};

use crate::platform::{
    AccountId, AccountRole, CourseId, Enrolment, Group, GroupId, Known, Participation, Platform, Reply, RoleId,
};
use crate::sessions::accounts::{AccountOf, Accounts};
use crate::sessions::ledger::Before;
use crate::sessions::session::Fact;
use crate::words::email::Email;
use crate::words::order::OrderId;

/// What the platform has, as far as a plan is about it.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    accounts: BTreeMap<Email, AccountOf>,
    participations: BTreeMap<(CourseId, AccountId), Participation>,
    /// Those of orders.
    groups: BTreeMap<(CourseId, OrderId), StandingGroup>,
    /// Each with how it is known.
    account_roles: BTreeMap<AccountRole, Known>,
    emails: BTreeMap<AccountId, Email>,
    deleted: BTreeSet<Email>,
    others: BTreeSet<Email>,
    /// Whether only what the platform tells counts as known.
    doubts: bool,
}

/// An order's group in a course.
#[derive(Clone, Debug)]
struct StandingGroup {
    id: GroupId,
    name: String,
    members: BTreeSet<AccountId>,
    renumbered: bool,
}

impl From<Group> for StandingGroup {
    fn from(group: Group) -> Self {
        let Group { id, name, renumbered, members, .. } = group;
        StandingGroup { id, name, members: members.into_iter().collect(), renumbered }
    }
}

impl Standing {
    /// Reads it: three requests at most, however many facts there are.
    pub async fn read(platform: &dyn Platform, facts: &BTreeSet<Fact>, accounts: &Accounts) -> Reply<Standing> {
        let mut standing = Standing::default();
        for email in facts.iter().flat_map(Fact::people).collect::<BTreeSet<_>>() {
            standing.add_person(email, accounts);
        }
        standing.read_groups(platform, facts).await?;
        standing.read_account_roles(platform, facts).await?;
        // Last, since it is what is acted on first.
        standing.read_participations(platform, facts).await?;
        Ok(standing)
    }

    /// Somebody has an account now.
    pub fn has_account_now(&mut self, email: &Email, id: AccountId) {
        self.accounts.insert(email.clone(), AccountOf::One(id));
        self.emails.insert(id, email.clone());
    }

    /// The order has a group in a course now.
    pub fn has_group_now(&mut self, course: CourseId, order: &OrderId, id: GroupId, name: &str) {
        let group = StandingGroup { id, name: name.to_owned(), members: BTreeSet::new(), renumbered: false };
        self.groups.insert((course, order.clone()), group);
    }

    fn add_person(&mut self, email: &Email, accounts: &Accounts) {
        let Some(account) = accounts.of(email) else { return };
        self.accounts.insert(email.clone(), account);
        if let AccountOf::One(id) = account {
            self.emails.insert(id, email.clone());
        }
        if accounts.is_deleted(email) {
            self.deleted.insert(email.clone());
        }
        if accounts.is_another(email) {
            self.others.insert(email.clone());
        }
    }

    /// Reads, or reads anew, how the people of these facts are in the courses: a request.
    pub async fn read_participations(&mut self, platform: &dyn Platform, facts: &BTreeSet<Fact>) -> Reply<()> {
        let wanted: BTreeSet<_> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Enrolment(course, email)
                | Fact::CourseRole(course, email, _)
                | Fact::Member(course, _, email) => Some((*course, self.account(email)?)),
                _ => None,
            })
            .collect();
        if !wanted.is_empty() {
            let found = platform.participations(&wanted.iter().copied().collect::<Vec<_>>()).await?;
            self.participations.retain(|place, _| !wanted.contains(place));
            self.participations.extend(found.into_iter().map(|found| ((found.course, found.account), found)));
        }
        Ok(())
    }

    /// Reads, or reads anew, the groups that these facts are about: a request.
    pub async fn read_groups(&mut self, platform: &dyn Platform, facts: &BTreeSet<Fact>) -> Reply<()> {
        let wanted: BTreeSet<(CourseId, &OrderId)> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Group(course, order) | Fact::Member(course, order, _) => Some((*course, order)),
                _ => None,
            })
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let asked: Vec<(CourseId, &str)> = wanted.iter().map(|(course, order)| (*course, order.as_str())).collect();
        self.groups.retain(|(course, order), _| !wanted.contains(&(*course, order)));
        for group in platform.groups(&asked).await? {
            let is_of = |(course, order): &&(CourseId, &OrderId)| {
                (*course, order.as_str()) == (group.course, &*group.id_number)
            };
            if let Some((course, order)) = wanted.iter().find(is_of) {
                self.groups.insert((*course, (*order).clone()), StandingGroup::from(group));
            }
        }
        Ok(())
    }

    async fn read_account_roles(&mut self, platform: &dyn Platform, facts: &BTreeSet<Fact>) -> Reply<()> {
        let wanted: Vec<_> = facts.iter().filter_map(|fact| self.account_role(fact)).collect();
        if !wanted.is_empty() {
            let found = platform.account_roles(&wanted).await?;
            self.account_roles = found.into_iter().map(|found| (found.role, found.known)).collect();
        }
        Ok(())
    }

    fn account_role(&self, fact: &Fact) -> Option<AccountRole> {
        match fact {
            Fact::AccountRole { role, holder, context } => {
                Some(AccountRole { role: *role, holder: self.account(holder)?, context: self.account(context)? })
            }
            _ => None,
        }
    }

    /// The one account that an address stands for.
    pub fn account(&self, email: &Email) -> Option<AccountId> {
        match self.accounts.get(email) {
            Some(AccountOf::One(id)) => Some(*id),
            _ => None,
        }
    }

    /// What an address stands for.
    pub fn account_of(&self, email: &Email) -> Option<AccountOf> {
        self.accounts.get(email).copied()
    }

    /// Whether everybody whom a fact is about has an account.
    pub fn knows_all_of(&self, fact: &Fact) -> bool {
        fact.people().iter().all(|email| self.accounts.contains_key(*email))
    }

    /// The accounts of people, as far as there is one of each.
    pub fn accounts(&self) -> impl Iterator<Item = (&Email, AccountId)> {
        self.emails.iter().map(|(id, email)| (email, *id))
    }

    /// Whether somebody's account was deleted: what it has can be taken away, and nothing can be given to it.
    pub fn is_deleted(&self, email: &Email) -> bool {
        self.deleted.contains(email)
    }

    /// Whether somebody has another account than the one that the shop has acted on.
    pub fn is_another(&self, email: &Email) -> bool {
        self.others.contains(email)
    }

    /// The group of an order in a course.
    pub fn group(&self, course: CourseId, order: &OrderId) -> Option<GroupId> {
        self.group_of(course, order).map(|group| group.id)
    }

    /// What the group of an order in a course is called.
    pub fn group_name(&self, course: CourseId, order: &OrderId) -> Option<&str> {
        self.group_of(course, order).map(|group| group.name.as_str())
    }

    /// What the groups of orders are called to which somebody has given another id number.
    pub fn renumbered_groups(&self) -> impl Iterator<Item = (&OrderId, &str)> {
        let renumbered = self.groups.iter().filter(|(_, group)| group.renumbered);
        renumbered.map(|((_, order), group)| (order, group.name.as_str()))
    }

    /// The members of the group of an order in a course, none for those whom no fact names.
    pub fn members(&self, course: CourseId, order: &OrderId) -> Option<impl Iterator<Item = Option<&Email>>> {
        let group = self.group_of(course, order)?;
        Some(group.members.iter().map(|member| self.emails.get(member)))
    }

    fn group_of(&self, course: CourseId, order: &OrderId) -> Option<&StandingGroup> {
        self.groups.get(&(course, order.clone()))
    }

    /// An enrolment that the shop can change.
    pub fn enrolment(&self, course: CourseId, email: &Email) -> Option<Enrolment> {
        self.participation(course, email)?.enrolment
    }

    /// Somebody's roles in a course, in whichever way.
    pub fn roles(&self, course: CourseId, email: &Email) -> &[RoleId] {
        self.participation(course, email).map_or(&[], |found| &found.roles)
    }

    /// Whether somebody has been in a course.
    pub fn has_entered(&self, course: CourseId, email: &Email) -> bool {
        self.participation(course, email).is_some_and(|found| found.entered)
    }

    /// Whether somebody of the courses that were looked at was ever seen on the platform.
    pub fn was_seen(&self, email: &Email) -> bool {
        let id = self.account(email);
        self.participations.iter().any(|((_, account), found)| Some(*account) == id && found.seen)
    }

    /// Whether somebody is in a course, in whichever way.
    pub fn is_in(&self, course: CourseId, email: &Email) -> bool {
        self.participation(course, email).is_some()
    }

    /// Whether somebody is in a course in another way, which outlasts the enrolment that the shop can change.
    pub fn is_otherwise_in(&self, course: CourseId, email: &Email) -> bool {
        self.participation(course, email).is_some_and(|found| found.otherwise)
    }

    fn participation(&self, course: CourseId, email: &Email) -> Option<&Participation> {
        self.participations.get(&(course, self.account(email)?))
    }

    /// Whether a fact is there, in whichever way.
    pub fn has(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Account(email) => self.accounts.contains_key(email),
            Fact::Enrolment(course, email) => self.enrolment(*course, email).is_some(),
            Fact::CourseRole(course, email, role) => self.roles(*course, email).contains(role),
            Fact::Group(course, order) => self.group_of(*course, order).is_some(),
            Fact::Member(course, order, email) => self.has_member(*course, order, email),
            Fact::AccountRole { .. } => {
                self.account_role(fact).is_some_and(|role| self.account_roles.contains_key(&role))
            }
        }
    }

    /// From now on, what the platform has answered earlier and does not tell may be otherwise by now.
    pub fn doubt(&mut self) {
        self.doubts = true;
    }

    /// How it is known that a fact is there, and just so.
    pub fn known(&self, fact: &Fact) -> Known {
        let known = match fact {
            Fact::Enrolment(course, email) => self.enrolment(*course, email).map(|enrolment| enrolment.known),
            fact => self.account_role(fact).and_then(|role| self.account_roles.get(&role).copied()),
        };
        known.unwrap_or(Known::Seen)
    }

    /// Whether a fact that is there needs not be stated again.
    pub fn is_certain(&self, fact: &Fact) -> bool {
        self.known(fact) >= if self.doubts { Known::Seen } else { Known::Answered }
    }

    /// Whether a fact is there, and the platform can tell or has answered so.
    pub fn surely_has(&self, fact: &Fact) -> bool {
        self.has(fact) && self.known(fact) != Known::Guessed
    }

    fn has_member(&self, course: CourseId, order: &OrderId, email: &Email) -> bool {
        let group = self.group_of(course, order);
        group.zip(self.account(email)).is_some_and(|(group, account)| group.members.contains(&account))
    }

    /// What the ledger must remember of a fact before it is claimed for the first time.
    pub fn before(&self, fact: &Fact) -> Before {
        match fact {
            Fact::Enrolment(course, email) => match self.enrolment(*course, email) {
                Some(e) => Before::Enrolled { period: e.period, suspended: e.suspended },
                None => Before::Absent,
            },
            // What nobody can tell is taken for the shop's: a cancelled order leaves nothing behind.
            _ if self.surely_has(fact) => Before::Present,
            _ => Before::Absent,
        }
    }
}
