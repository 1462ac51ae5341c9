//! What people and administrators do on the model's platform without the shop.

use proptest::prelude::*;
use proptest::sample::select;
use shop_core::platform::{AccountId, AccountRole, CourseId, Enrol, GroupId, Platform, RoleId};
use shop_core::words::period::{Period, Timestamp};
use shop_harness::World;

use crate::fixtures::shop::{email, seed};
use crate::model::called::{COURSES, ROLES};
use crate::model::facts::{Account, Enrolment, Fact, Name, Span, Time};
use crate::model::orders::{DAY, DECEMBER, PEOPLE, person};
use crate::model::rules::Model;

/// Something that happens there.
#[derive(Clone, Debug)]
pub(crate) enum Foreign {
    /// Somebody enters a course.
    Enters(Name, Name),
    /// An administrator takes somebody out of a course.
    Unenrols(Name, Name),
    /// An administrator enrols somebody with a role and a period, of whom the shop has claimed nothing there.
    Enrols(Name, Name, Name, Span),
    /// An administrator suspends an enrolment.
    SuspendsEnrolment(Name, Name),
    /// An administrator gives an enrolment another period.
    Prolongs(Name, Name, Span),
    /// An administrator deletes the group of an order.
    DeletesGroup(Name, Name),
    /// An administrator takes somebody out of the group of an order.
    RemovesMember(Name, Name, Name),
    /// An administrator takes a role in somebody's account away.
    Detaches(Name, Name, Name),
    /// An administrator suspends an account, or no longer.
    Suspends(Name, bool),
    /// An administrator calls a course otherwise.
    Renames(Name, Name),
    /// An administrator deletes a course.
    Deletes(Name),
    /// An administrator makes a course that is called as one was.
    Makes(Name, Name),
    /// An administrator calls a role otherwise.
    RenamesRole(Name, Name),
    /// An administrator deletes a role.
    DeletesRole(Name),
    /// An administrator makes a role that is called as one was.
    MakesRole(Name, Name),
}

impl Foreign {
    /// What it makes of the model. False: it cannot be done, or the rules do not say what becomes of it.
    pub(crate) fn changes(&self, model: &mut Model) -> bool {
        match *self {
            Foreign::Enters(course, who) => change(model, course, who, |it| it.entered = true),
            Foreign::SuspendsEnrolment(course, who) => rewrite(model, course, who, |it| it.suspended = true),
            Foreign::Prolongs(course, who, span) => rewrite(model, course, who, |it| it.span = span),
            Foreign::Unenrols(course, who) => {
                let is_there = model.enrolments.contains_key(&(course, who));
                model.unenrol(course, who);
                is_there
            }
            Foreign::Enrols(course, who, role, span) => {
                let of_host = model.is_claimed(Fact::Enrolled(course, who));
                if of_host
                    || !model.has_place(Fact::Role(course, who, role))
                    || !model.accounts.contains_key(who)
                    || model.enrolments.contains_key(&(course, who))
                {
                    return false;
                }
                let enrolment = Enrolment { span, suspended: false, roles: [role].into(), entered: false };
                model.enrolments.insert((course, who), enrolment);
                true
            }
            Foreign::DeletesGroup(course, order) => model.groups.remove(&(course, order)).is_some(),
            Foreign::RemovesMember(course, order, who) => {
                model.groups.get_mut(&(course, order)).is_some_and(|group| group.members.remove(who))
            }
            Foreign::Detaches(role, holder, context) => model.attachments.remove(&(role, holder, context)),
            Foreign::Renames(course, to) | Foreign::Makes(course, to) => {
                model.courses.becomes(course, Some(to));
                true
            }
            Foreign::Deletes(course) => {
                model.delete_course(course);
                true
            }
            Foreign::RenamesRole(role, to) | Foreign::MakesRole(role, to) => {
                model.roles.becomes(role, Some(to));
                true
            }
            Foreign::DeletesRole(role) => {
                model.delete_role(role);
                true
            }
            Foreign::Suspends(who, suspended) => match model.accounts.get_mut(who) {
                Some(account) => {
                    *account = Account { suspended, ..*account };
                    true
                }
                None => false,
            },
        }
    }

    /// Does it on the platform, which was as this model says.
    pub(crate) async fn happens(&self, world: &World, model: &Model) {
        let platform = &world.platform;
        let called = |course| model.courses.name(course);
        let done = match *self {
            Foreign::Enters(course, who) => return world.by_hand().enter_course(called(course), &email(who)).unwrap(),
            Foreign::Renames(course, to) => return world.by_hand().rename_course(called(course), to).unwrap(),
            Foreign::Deletes(course) => return world.by_hand().delete_course(called(course)).unwrap(),
            Foreign::Makes(_, name) => return seed(world, &course_with(name)).await,
            Foreign::RenamesRole(role, to) => return world.by_hand().rename_role(model.roles.name(role), to).unwrap(),
            Foreign::DeletesRole(role) => return world.by_hand().delete_role(model.roles.name(role)).unwrap(),
            Foreign::MakesRole(_, name) => return seed(world, &role_with(name)).await,
            Foreign::Suspends(who, suspended) => return world.by_hand().set_suspended(&email(who), suspended).unwrap(),
            Foreign::Unenrols(course, who) => {
                platform.unenrol(&[(course_id(world, called(course)).await, account(world, who).await)], &|_| ()).await
            }
            Foreign::Enrols(course, who, role, span) => {
                let (course, account) = (course_id(world, called(course)).await, account(world, who).await);
                let (role, period) = (role_id(world, model.roles.name(role)).await, period(span));
                platform.enrol(&[Enrol { course, account, role, period, suspended: false }], &|_| ()).await
            }
            Foreign::Prolongs(course, who, span) => {
                let now = enrolment(world, called(course), who).await;
                platform.enrol(&[Enrol { period: period(span), ..now }], &|_| ()).await
            }
            Foreign::SuspendsEnrolment(course, who) => {
                let now = enrolment(world, called(course), who).await;
                platform.enrol(&[Enrol { suspended: true, ..now }], &|_| ()).await
            }
            Foreign::DeletesGroup(course, order) => {
                platform.delete_groups(&[group(world, called(course), order).await]).await
            }
            Foreign::RemovesMember(course, order, who) => {
                platform
                    .remove_members(&[(group(world, called(course), order).await, account(world, who).await)], &|_| ())
                    .await
            }
            Foreign::Detaches(role, holder, context) => {
                let (holder, context) = (account(world, holder).await, account(world, context).await);
                let role = role_id(world, model.roles.name(role)).await;
                platform.unassign_account_roles(&[AccountRole { role, holder, context }], &|_| ()).await
            }
        };
        assert!(done.unwrap().iter().all(Result::is_ok), "{self:?}");
    }
}

fn change(model: &mut Model, course: Name, who: Name, how: impl FnOnce(&mut Enrolment)) -> bool {
    model.enrolments.get_mut(&(course, who)).map(how).is_some()
}

/// What is written of an enrolment is written with a role: whoever has none left, having been kept, or since it was deleted, is
/// not written anew.
fn rewrite(model: &mut Model, course: Name, who: Name, how: impl FnOnce(&mut Enrolment)) -> bool {
    let has_role = model.enrolments.get(&(course, who)).is_some_and(|it| !it.roles.is_empty());
    has_role && change(model, course, who, how)
}

fn course_with(name: Name) -> String {
    format!("[[course]]\nshort_name = \"{name}\"\ntitle = \"New\"\nstart = \"2026-06-01T00:00:00Z\"\n")
}

fn role_with(name: Name) -> String {
    format!("[[role]]\nshort_name = \"{name}\"\nin_course = true\nin_account = true\n")
}

async fn account(world: &World, who: Name) -> AccountId {
    world.platform.find_accounts(&[email(who)], &[]).await.unwrap()[0].id
}

async fn course_id(world: &World, course: Name) -> CourseId {
    world.platform.find_courses(&[course.to_owned()]).await.unwrap()[0].id
}

async fn group(world: &World, course: Name, order: Name) -> GroupId {
    world.platform.groups(&[(course_id(world, course).await, order)]).await.unwrap()[0].id
}

async fn role_id(world: &World, role: Name) -> RoleId {
    world.platform.find_roles(&[role.to_owned()], &[]).await.unwrap()[0].id
}

/// The enrolment as it is, with one of its roles.
async fn enrolment(world: &World, course: Name, who: Name) -> Enrol {
    let (course, account) = (course_id(world, course).await, account(world, who).await);
    let now = world.platform.participations(&[(course, account)]).await.unwrap().remove(0);
    let shop_core::platform::Enrolment { period, suspended, .. } = now.enrolment.unwrap();
    Enrol { course, account, role: now.roles[0], period, suspended }
}

fn period(span: Span) -> Period {
    let time = |time: Time| Timestamp::new(time.into()).unwrap();
    Period { start: time(span.start), end: span.end.map(time) }
}

/// Enrolments by hand: one that lasts for ever, one that ended before any order came, one within their time.
const SPANS: [Span; 3] = [
    Span { start: DECEMBER - 30 * DAY, end: None },
    Span { start: DECEMBER - 60 * DAY, end: Some(DECEMBER - 30 * DAY) },
    Span { start: DECEMBER + 3 * DAY, end: Some(DECEMBER + 50 * DAY) },
];

/// Something that happens there to whichever of the things that are there.
#[derive(Clone, Debug)]
pub(crate) struct Whim {
    what: What,
    which: usize,
}

#[derive(Clone, Debug)]
enum What {
    Enters,
    Unenrols,
    Enrols(Name, Name, Name, Span),
    SuspendsEnrolment,
    Prolongs(Span),
    DeletesGroup,
    RemovesMember,
    Detaches,
    Suspends(Name, bool),
    Renames,
    Deletes,
    Makes,
    RenamesRole,
    DeletesRole,
    MakesRole,
}

impl Whim {
    /// What that is; none, if there is no such thing.
    pub(crate) fn on(&self, model: &Model) -> Option<Foreign> {
        let enrolled = || nth(model.enrolments.keys().copied(), self.which);
        let Model { courses, roles, .. } = model;
        let members = || model.groups.iter().flat_map(|(group, it)| it.members.iter().map(|who| (*group, *who)));
        // Without a role nobody can be suspended: what is to become of such a leaver, the rules do not say.
        let is_free = |role: &Name| !model.enrolments.values().any(|it| it.roles.contains(role));
        Some(match self.what {
            What::Enters => enrolled().map(|(course, who)| Foreign::Enters(course, who))?,
            What::Unenrols => enrolled().map(|(course, who)| Foreign::Unenrols(course, who))?,
            What::SuspendsEnrolment => enrolled().map(|(course, who)| Foreign::SuspendsEnrolment(course, who))?,
            What::Prolongs(span) => enrolled().map(|(course, who)| Foreign::Prolongs(course, who, span))?,
            What::DeletesGroup => {
                nth(model.groups.keys(), self.which).map(|(course, order)| Foreign::DeletesGroup(course, order))?
            }
            What::RemovesMember => {
                nth(members(), self.which).map(|((course, order), who)| Foreign::RemovesMember(course, order, who))?
            }
            What::Detaches => nth(model.attachments.iter().copied(), self.which)
                .map(|(role, holder, context)| Foreign::Detaches(role, holder, context))?,
            What::Enrols(course, who, role, span) => Foreign::Enrols(course, who, role, span),
            What::Suspends(who, suspended) => Foreign::Suspends(who, suspended),
            What::Renames => nth(courses.renamed(&COURSES), self.which).map(|(it, to)| Foreign::Renames(it, to))?,
            What::Deletes => nth(courses.there(), self.which).map(Foreign::Deletes)?,
            What::Makes => nth(courses.lacking(&COURSES), self.which).map(|(it, name)| Foreign::Makes(it, name))?,
            What::RenamesRole => nth(roles.renamed(&ROLES), self.which).map(|(it, to)| Foreign::RenamesRole(it, to))?,
            What::DeletesRole => nth(roles.there().filter(is_free), self.which).map(Foreign::DeletesRole)?,
            What::MakesRole => nth(roles.lacking(&ROLES), self.which).map(|(it, name)| Foreign::MakesRole(it, name))?,
        })
    }
}

fn nth<T>(things: impl Iterator<Item = T>, which: usize) -> Option<T> {
    let mut things: Vec<T> = things.collect();
    (!things.is_empty()).then(|| things.swap_remove(which % things.len()))
}

/// An administrator enrols somebody of these by hand.
pub(crate) fn enrols_by_hand(people: &'static [Name]) -> impl Strategy<Value = Whim> {
    let course = select(vec!["SPOC", "SPOC", "SPOC", "SPOC", "OTHER", "SUPPORT"]);
    let role = select(vec!["student", "teacher"]);
    (course, select(people), role, select(&SPANS[..]))
        .prop_map(|(course, who, role, span)| Whim { what: What::Enrols(course, who, role, span), which: 0 })
}

pub(crate) fn whim() -> impl Strategy<Value = Whim> {
    let what = prop_oneof![
        4 => Just(What::Enters),
        2 => Just(What::Unenrols),
        4 => Just(What::SuspendsEnrolment),
        1 => select(&SPANS[..]).prop_map(What::Prolongs),
        1 => Just(What::DeletesGroup),
        1 => Just(What::RemovesMember),
        1 => Just(What::Detaches),
        1 => Just(What::Renames),
        1 => Just(What::Deletes),
        1 => Just(What::Makes),
        1 => Just(What::RenamesRole),
        1 => Just(What::DeletesRole),
        2 => Just(What::MakesRole),
        2 => (person(), any::<bool>()).prop_map(|(who, suspended)| What::Suspends(who, suspended)),
    ];
    prop_oneof![
        4 => (what, any::<usize>()).prop_map(|(what, which)| Whim { what, which }),
        1 => enrols_by_hand(&PEOPLE),
    ]
}
