//! What an order claims, held against what is on the platform: the change that is to be made there.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::AskedLine;
use super::{Host, HostError};
use shop_core::calls::looked_up::LookedUp;
use shop_core::lines::line::LineOrder;
use shop_core::lines::participant::{self, Participant};
use shop_core::platform::names::Names;
use shop_core::platform::{AccountId, Known, NewAccount, RoleId};
use shop_core::sessions::accounts::Accounts;
use shop_core::sessions::ledger::{Claims, OtherClaim, OwnClaim};
use shop_core::sessions::plan::{Grounds, Plan, new_courses};
use shop_core::sessions::session::{Fact, Terms};
use shop_core::sessions::standing::Standing;
use shop_core::words::email::Email;
use shop_core::words::message::{Message, Subject};
use shop_core::words::order::{Order, OrderId, OrderState};
use shop_journal::Moment;

/// What would change on the platform: how it is, how it is to be, and the steps between.
pub(super) struct Change {
    /// Since when the platform was looked at.
    pub(super) looked_at: Moment,
    pub(super) grounds: Grounds,
    pub(super) plan: Plan,
    pub(super) standing: Standing,
    /// What the courses and roles are called that the plan is about.
    pub(super) names: Names,
    /// What those are called that were looked up.
    pub(super) looked_up: Names,
    pub(super) accounts: Accounts,
    /// What members of other orders' groups were kept with whom this order is about.
    pub(super) of_leavers: BTreeSet<Fact>,
}

impl Change {
    /// What the staff should know of people for whom something is still missing.
    pub(super) fn notices(&self, order: &OrderId) -> impl Iterator<Item = Message> {
        let told =
            |key, people: &BTreeSet<Email>| (!people.is_empty()).then(|| Message::warning(key).naming(people.iter()));
        let uninvited = told("invitations-uncertain", &self.plan.uninvited);
        let roleless = told("enrolments-without-role", &self.plan.roleless);
        // What is in the groups of another shop is that one's business.
        let renumbered = self.standing.renumbered_groups().filter(|(of, _)| of.shop() == order.shop());
        let renumbered = renumbered.map(|(order, group)| {
            Message::warning("group-renumbered").with("group", group).with("number", order.as_str())
        });
        self.grounds
            .attachments
            .notice(&self.plan.withheld)
            .into_iter()
            .chain(uninvited)
            .chain(roleless)
            .chain(renumbered)
    }

    /// Which accounts are acted on, by the addresses that they have.
    pub(super) fn accounts(&self) -> Vec<(&Email, AccountId)> {
        self.standing.accounts().chain(self.accounts.moved_accounts()).collect()
    }

    /// Tells of what is in place by the platform's earlier answers only.
    pub(super) fn untold(&self) -> Vec<Message> {
        let untold = |fact: &&Fact| self.standing.known(fact) == Known::Answered;
        let facts: Vec<&Fact> = self.plan.in_place.iter().filter(untold).collect();
        let roles = facts.iter().filter(|fact| matches!(fact, Fact::AccountRole { .. })).count();
        let told = |(key, count): (&str, usize)| (count > 0).then(|| Message::warning(key).with("count", count));
        [("enrolments-untold", facts.len() - roles), ("account-roles-untold", roles)]
            .into_iter()
            .filter_map(told)
            .collect()
    }

    /// Which of them are whose, by the addresses that the order names people by.
    pub(super) fn own(&self) -> Vec<(&Email, AccountId)> {
        let standing: BTreeMap<&Email, AccountId> = self.standing.accounts().collect();
        let named = self.accounts.named().iter();
        named.filter_map(|email| Some((email, *standing.get(self.accounts.known_as(email))?))).collect()
    }
}

impl Host {
    /// Compares what an order is to claim with what is in place.
    pub(super) async fn compare(
        &self,
        order: &Order,
        own: Vec<OwnClaim>,
        asked: Option<&[AskedLine]>,
        found: LookedUp,
        looked_at: Moment,
    ) -> Result<Change, HostError> {
        let (ledger, gone) = (self.ledger(&found), found.gone());
        // A role that is gone, nobody has any longer; and it can be given to nobody, not even for want of another.
        let has_role = |fact: &&Fact| fact.role().is_none_or(|role| !gone.roles.contains(&role));
        let own_facts = own.iter().map(|claim| &claim.fact).filter(has_role);
        let mut claims: BTreeMap<Fact, Claims> = own_facts.map(|fact| (fact.clone(), Claims::default())).collect();
        let mut wanted = wanted(order.state, &own, asked);
        // What depends on what is gone is left out, whoever claims it.
        wanted.retain(|(fact, ..)| !gone.is_needed_by(fact));
        wanted.iter().for_each(|(fact, ..)| _ = claims.entry((*fact).clone()).or_default());
        let of_leavers = ledger.kept(&order.id, claims.keys()).await?;
        of_leavers.iter().for_each(|fact| _ = claims.entry(fact.clone()).or_default());
        let concerned = concerned(claims.keys(), &self.journal.roles().await?);
        let mut others = ledger.others(&order.id, &concerned).await?;
        others.retain(|other| !gone.is_needed_by(&other.fact));
        let charges = self.charges(order, &found.accounts, claims.keys(), &others).await?;
        let mut attachments = charges.attachments();
        let granted: BTreeSet<&Fact> = own.iter().filter(|claim| claim.granted).map(|claim| &claim.fact).collect();
        for (fact, terms, suspended) in wanted {
            match charges.withholds(&order.id, fact, granted.contains(fact)) {
                Some(why) => attachments.withhold(fact, why),
                None => claims.entry(fact.clone()).or_default().add(terms.clone(), suspended),
            }
        }
        let is_made = |other: &OtherClaim| charges.withholds(&other.order, &other.fact, other.granted).is_none();
        for other in others.into_iter().filter(is_made) {
            claims.entry(other.fact).or_default().add(other.terms, other.suspended);
        }
        let facts: BTreeSet<Fact> = claims.keys().cloned().collect();
        let before = ledger.before(&facts).await?.into_iter().map(|(fact, (before, _))| (fact, before)).collect();
        // Before accounts are made, and not when they are; and nothing comes between the look and what it is for.
        let new = new_courses(&claims, &found.accounts);
        if !new.is_empty() {
            self.platform.see_participants(&new).await?;
        }
        let standing = Standing::read(&*self.platform, &facts, &found.accounts).await?;
        let people = match asked {
            Some(lines) => {
                new_accounts(lines.iter().filter_map(|line| line.order.as_ref()).flat_map(LineOrder::people))
            }
            None if order.state == OrderState::Suspended => BTreeMap::new(),
            None => new_accounts(&participants(order)),
        };
        let (leavers, now) = (self.catalogue_of(&order.id)?.shop.leavers, (self.clock)());
        let grounds = Grounds { claims, before, people, attachments, leavers, now };
        let plan = grounds.plan(&standing);
        let looked_up = found.names();
        let names = self.names(&facts, &standing, &looked_up).await?;
        Ok(Change { looked_at, grounds, plan, standing, names, looked_up, accounts: found.accounts, of_leavers })
    }

    /// What the courses and roles of these facts are called; and the other roles that people have in those courses.
    async fn names(&self, facts: &BTreeSet<Fact>, standing: &Standing, looked_up: &Names) -> Result<Names, HostError> {
        let courses = facts.iter().filter_map(|fact| fact.course()).collect();
        let held = facts.iter().flat_map(|fact| match fact {
            Fact::Enrolment(course, email) => standing.roles(*course, email),
            _ => &[],
        });
        let roles = facts.iter().filter_map(|fact| fact.role()).chain(held.copied()).collect();
        let mut names = self.journal.names(&courses, &roles).await?;
        names.courses.extend(looked_up.courses.clone());
        names.courses.retain(|course, _| courses.contains(course));
        names.roles.extend(looked_up.roles.clone());
        names.roles.retain(|role, _| roles.contains(role));
        Ok(names)
    }
}

/// What an order wants, each with whether it is suspended: what its handlers have declared, or else what is recorded.
fn wanted<'a>(
    state: OrderState,
    own: &'a [OwnClaim],
    asked: Option<&'a [AskedLine]>,
) -> Vec<(&'a Fact, &'a Terms, bool)> {
    match (asked, state) {
        (Some(lines), _) => {
            lines.iter().flat_map(|line| line.session.claims()).map(|(fact, terms)| (fact, terms, false)).collect()
        }
        (None, OrderState::Cancelled) => Vec::new(),
        (None, _) => {
            let held = own.iter().filter(|claim| claim.held);
            held.map(|claim| (&claim.fact, &claim.terms, state == OrderState::Suspended)).collect()
        }
    }
}

/// The facts that a change of these can concern: they themselves, and the roles that others' claims may give in the same
/// enrolments. Every role that was ever claimed has its name in the journal.
fn concerned<'a>(facts: impl Iterator<Item = &'a Fact>, roles: &BTreeSet<RoleId>) -> BTreeSet<Fact> {
    let in_course = |fact: &Fact| match fact {
        Fact::Enrolment(course, email) => {
            roles.iter().map(|role| Fact::CourseRole(*course, email.clone(), *role)).collect()
        }
        _ => Vec::new(),
    };
    facts.flat_map(|fact| std::iter::once(fact.clone()).chain(in_course(fact))).collect()
}

/// The people of a recorded order, who were found to be in order when it was accepted.
fn participants(order: &Order) -> Vec<Participant> {
    order.people().filter_map(|person| participant::check(person, &[], |_| Subject::Order).0).collect()
}

/// The people of an order as accounts to make, each with the first name that the order says.
fn new_accounts<'a>(people: impl IntoIterator<Item = &'a Participant>) -> BTreeMap<Email, NewAccount> {
    let mut accounts = BTreeMap::new();
    for person in people {
        accounts.entry(person.email.clone()).or_insert_with(|| NewAccount {
            email: person.email.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            language: person.language.clone(),
        });
    }
    accounts
}
