//! What people and administrators do on the model's platform without the shop.

use proptest::prelude::*;
use proptest::sample::select;
use shop_host::period::{Period, Timestamp};
use shop_host::platform::{AccountId, AccountRole, CourseId, Enrol, GroupId, Platform, RoleId};
use shop_tests::World;

use crate::model_orders::{DAY, DECEMBER, person};
use crate::model_rules::{Account, Enrolment, Fact, Model, Name, Span, Time};
use crate::shop_fixtures::email;

/// Something that happens there.
#[derive(Clone, Debug)]
pub(crate) enum Foreign {
    /// Somebody enters a course.
    Enters(Name, Name),
    /// An administrator takes somebody out of a course.
    Unenrols(Name, Name),
    /// He enrols somebody with a role and a period, of whom the shop has claimed nothing there.
    Enrols(Name, Name, Name, Span),
    /// He suspends an enrolment.
    SuspendsEnrolment(Name, Name),
    /// He gives an enrolment another period.
    Prolongs(Name, Name, Span),
    /// He deletes the group of an order.
    DeletesGroup(Name, Name),
    /// He takes somebody out of the group of an order.
    RemovesMember(Name, Name, Name),
    /// He takes a role in somebody's account away.
    Detaches(Name, Name, Name),
    /// He suspends an account, or no longer.
    Suspends(Name, bool),
}

impl Foreign {
    /// What it makes of the model. False: it cannot be done, or the rules do not say what becomes of it.
    pub(crate) fn changes(&self, model: &mut Model) -> bool {
        match *self {
            Foreign::Enters(course, who) => change(model, course, who, |it| it.entered = true),
            Foreign::SuspendsEnrolment(course, who) => change(model, course, who, |it| it.suspended = true),
            Foreign::Prolongs(course, who, span) => change(model, course, who, |it| it.span = span),
            Foreign::Unenrols(course, who) => {
                let is_there = model.enrolments.contains_key(&(course, who));
                model.unenrol(course, who);
                is_there
            }
            Foreign::Enrols(course, who, role, span) => {
                let of_shop = model.is_claimed(Fact::Enrolled(course, who));
                if of_shop || !model.accounts.contains_key(who) || model.enrolments.contains_key(&(course, who)) {
                    return false;
                }
                let enrolment = Enrolment { span, suspended: false, roles: [role].into(), entered: false };
                model.enrolments.insert((course, who), enrolment);
                true
            }
            Foreign::DeletesGroup(course, order) => model.groups.remove(&(course, order)).is_some(),
            Foreign::RemovesMember(course, order, who) => {
                model.groups.get_mut(&(course, order)).is_some_and(|members| members.remove(who))
            }
            Foreign::Detaches(role, holder, context) => model.attachments.remove(&(role, holder, context)),
            Foreign::Suspends(who, suspended) => match model.accounts.get_mut(who) {
                Some(account) => {
                    *account = Account { suspended, ..*account };
                    true
                }
                None => false,
            },
        }
    }

    /// Does it on the platform.
    pub(crate) async fn happens(&self, world: &World) {
        let platform = &world.platform;
        let done = match *self {
            Foreign::Enters(course, who) => return platform.enter_course(course, &email(who)).await.unwrap(),
            Foreign::Suspends(who, suspended) => return platform.set_suspended(&email(who), suspended).await.unwrap(),
            Foreign::Unenrols(course, who) => {
                platform.unenrol(&[(course_id(world, course).await, account(world, who).await)]).await
            }
            Foreign::Enrols(course, who, role, span) => {
                let (course, account) = (course_id(world, course).await, account(world, who).await);
                let period = period(span);
                platform.enrol(&[Enrol { course, account, role: role_id(role), period, suspended: false }]).await
            }
            Foreign::Prolongs(course, who, span) => {
                let now = enrolment(world, course, who).await;
                platform.enrol(&[Enrol { period: period(span), ..now }]).await
            }
            Foreign::SuspendsEnrolment(course, who) => {
                let now = enrolment(world, course, who).await;
                platform.enrol(&[Enrol { suspended: true, ..now }]).await
            }
            Foreign::DeletesGroup(course, order) => platform.delete_groups(&[group(world, course, order).await]).await,
            Foreign::RemovesMember(course, order, who) => {
                platform.remove_members(&[(group(world, course, order).await, account(world, who).await)]).await
            }
            Foreign::Detaches(role, holder, context) => {
                let (holder, context) = (account(world, holder).await, account(world, context).await);
                platform.unassign_account_roles(&[AccountRole { role: role_id(role), holder, context }]).await
            }
        };
        assert!(done.unwrap().iter().all(Result::is_ok), "{self:?}");
    }
}

fn change(model: &mut Model, course: Name, who: Name, how: impl FnOnce(&mut Enrolment)) -> bool {
    model.enrolments.get_mut(&(course, who)).map(how).is_some()
}

async fn account(world: &World, who: Name) -> AccountId {
    world.platform.find_accounts(&[email(who)]).await.unwrap()[0].id
}

async fn course_id(world: &World, course: Name) -> CourseId {
    world.platform.find_courses(&[course.to_owned()]).await.unwrap()[0].id
}

async fn group(world: &World, course: Name, order: Name) -> GroupId {
    world.platform.groups(&[course_id(world, course).await], order).await.unwrap()[0].id
}

fn role_id(role: Name) -> RoleId {
    RoleId(if role == "student" { 1 } else { 2 })
}

/// The enrolment as it is, with one of its roles.
async fn enrolment(world: &World, course: Name, who: Name) -> Enrol {
    let (course, account) = (course_id(world, course).await, account(world, who).await);
    let now = world.platform.enrolments(&[(course, account)]).await.unwrap().remove(0);
    Enrol { course, account, role: now.roles[0], period: now.period, suspended: now.suspended }
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

pub(crate) fn foreign() -> impl Strategy<Value = Foreign> {
    let course = || select(vec!["SPOC", "SPOC", "SPOC", "OTHER", "SUPPORT"]);
    let role = || select(vec!["student", "teacher"]);
    let order = || select(vec!["A", "B", "C"]);
    prop_oneof![
        3 => (course(), person()).prop_map(|(course, who)| Foreign::Enters(course, who)),
        2 => (course(), person()).prop_map(|(course, who)| Foreign::Unenrols(course, who)),
        3 => (course(), person(), role(), select(&SPANS[..]))
            .prop_map(|(course, who, role, span)| Foreign::Enrols(course, who, role, span)),
        1 => (course(), person()).prop_map(|(course, who)| Foreign::SuspendsEnrolment(course, who)),
        1 => (course(), person(), select(&SPANS[..]))
            .prop_map(|(course, who, span)| Foreign::Prolongs(course, who, span)),
        1 => (course(), order()).prop_map(|(course, order)| Foreign::DeletesGroup(course, order)),
        1 => (course(), order(), person()).prop_map(|(course, order, who)| Foreign::RemovesMember(course, order, who)),
        1 => (role(), person(), person())
            .prop_map(|(role, holder, context)| Foreign::Detaches(role, holder, context)),
        2 => (person(), any::<bool>()).prop_map(|(who, suspended)| Foreign::Suspends(who, suspended)),
    ]
}
