//! What an administrator does while an order is carried out: at any moment but between the look at what is to be changed and
//! the change, it counts as if it had been done before the order came.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use moodle_double::site::{Enrolled, MethodColumn, Release, Report, Site};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled};
use shop_core::platform::{AccountId, CourseId, Enrol, Platform, Reply, RoleId};
use shop_core::words::period::{Period, Timestamp};
use shop_harness::World;
use shop_platforms::embedded::{Census, EnrolmentEntry};

use crate::fixtures::disturbed::{Disturbed, Disturbs, Passage};
use crate::fixtures::on_both::On;
use crate::fixtures::shop::*;
use crate::moodle::world::{MoodleWorld, site, user};

/// What is done, in the course and in the group of the order.
#[derive(Clone, Copy, Debug)]
enum Deed {
    /// Somebody is enrolled by hand, or enrolled for longer: for two years. If there is no account, it is made.
    Enrols(&'static str),
    /// Somebody enters the course.
    Enters(&'static str),
    /// Somebody else is enrolled and becomes a member of the group.
    Joins(&'static str),
    /// Somebody enrols without the shop, as a student, where a platform knows such a thing.
    EnrolsSelf(&'static str),
}

/// The day on which enrolments by hand end.
const END: i64 = 1_858_000_000;

async fn does(on: &On, deed: Deed) {
    match on {
        On::Embedded(world) => embedded_does(world, deed).await,
        On::Moodle(world) => moodle_does(world, deed),
    }
}

async fn embedded_does(world: &World, deed: Deed) {
    let platform = &world.platform;
    let (Deed::Enrols(name) | Deed::Enters(name) | Deed::Joins(name) | Deed::EnrolsSelf(name)) = deed;
    if let Deed::Enters(name) = deed {
        return world.by_hand().enter_course("SPOC", &email(name)).unwrap();
    }
    if platform.find_accounts(&[email(name)], &[]).await.unwrap().is_empty() {
        seed(world, &account(name)).await;
    }
    let account: AccountId = platform.find_accounts(&[email(name)], &[]).await.unwrap()[0].id;
    let course: CourseId = platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
    let instant = |time: i64| Timestamp::new(time.into()).unwrap();
    let period = Period { start: instant(0), end: Some(instant(END)) };
    let enrol = Enrol { course, account, role: RoleId(1), period, suspended: false };
    platform.enrol(&[enrol], &|_| ()).await.unwrap().remove(0).unwrap();
    if let (Deed::Joins(_), [group]) = (deed, &platform.groups(&[(course, "A")]).await.unwrap()[..]) {
        platform.add_members(&[(group.id, account)], &|_| ()).await.unwrap().remove(0).unwrap();
    }
}

fn moodle_does(world: &MoodleWorld, deed: Deed) {
    let mut site = world.double.site();
    let (Deed::Enrols(name) | Deed::Enters(name) | Deed::Joins(name) | Deed::EnrolsSelf(name)) = deed;
    let there = site.users.iter().find(|(_, user)| user.first_name == name).map(|(id, _)| *id);
    if let Deed::Enters(_) = deed {
        let now = site.now;
        return site.enrolments.get_mut(&(2, there.unwrap())).unwrap().last_access = now;
    }
    if let (Deed::EnrolsSelf(_), Some(id)) = (deed, there) {
        site.self_enrolled.insert((2, id), Enrolled::default());
        site.course_roles.insert((2, id, 5));
        return;
    }
    let id = there.unwrap_or(11);
    site.users.entry(id).or_insert_with(|| user(name));
    site.enrolments.insert((2, id), Enrolled { end: END, ..Enrolled::default() });
    site.course_roles.insert((2, id, 5));
    if let Deed::Joins(_) = deed {
        let of_order = site.groups.values_mut().filter(|group| (group.course, &*group.id_number) == (2, "A"));
        of_order.for_each(|group| _ = group.members.insert(id));
    }
}

/// Passes everything on; just before the nth request, somebody does something.
struct Meanwhile {
    on: Arc<On>,
    deed: Deed,
    nth: usize,
    /// What was asked.
    asked: Mutex<Vec<&'static str>>,
}

#[async_trait]
impl Disturbs for Meanwhile {
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage> {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(method);
            asked.len()
        };
        if number == self.nth {
            does(&self.on, self.deed).await;
        }
        Ok(Passage::free(elements))
    }
}

fn in_course<'a>(census: &'a Census, name: &str) -> Option<&'a EnrolmentEntry> {
    census.enrolments.iter().find(|entry| entry.course == "SPOC" && entry.account.starts_with(name))
}

fn has_two_years(census: &Census, name: &str) -> bool {
    let enrolment = in_course(census, name).filter(|enrolment| !enrolment.suspended);
    enrolment.is_some_and(|enrolment| enrolment.period.end.is_none_or(|end| end.seconds() >= END))
}

struct Case {
    told: &'static str,
    /// When Bob's own enrolment ends, if he has one.
    bob_until: Option<i64>,
    /// What is fulfilled before.
    before: Option<Sale>,
    order: Sale,
    deed: Deed,
    /// Just before the nth request by this method it is too late: what it changes was looked at, and nothing can hold it.
    too_late: (&'static str, usize),
    holds: fn(&Census) -> bool,
    /// The same must hold after the order is cancelled.
    for_good: bool,
}

fn cases() -> Vec<Case> {
    let order = |seats: &[&str]| sale("A", seats);
    let enrols = |told, bob_until, order, deed, holds| Case {
        told,
        bob_until,
        before: None,
        order,
        deed,
        too_late: ("enrol", 1),
        holds,
        for_good: true,
    };
    let enters = |told, order| Case {
        told,
        bob_until: None,
        before: Some(sale("A", &["anne", "bob"])),
        order,
        deed: Deed::Enters("anne"),
        too_late: ("unenrol", 1),
        holds: |census| in_course(census, "anne").is_some_and(|anne| anne.suspended && anne.entered),
        for_good: false,
    };
    vec![
        enrols("enrols a learner", None, order(&["bob"]), Deed::Enrols("bob"), |census| has_two_years(census, "bob")),
        enrols("enrols for longer", Some(1_798_000_000), order(&["bob"]), Deed::Enrols("bob"), |census| {
            has_two_years(census, "bob")
        }),
        enrols("enrols somebody new", None, order(&["anne"]), Deed::Enrols("anne"), |census| {
            has_two_years(census, "anne")
        }),
        // Bob is enrolled before her account is made.
        Case {
            too_late: ("enrol", 2),
            ..enrols("enrols one of two", None, order(&["anne", "bob"]), Deed::Enrols("anne"), |census| {
                has_two_years(census, "anne")
            })
        },
        enters("she enters and leaves", order(&["bob"])),
        enters("she enters and the order ends", order(&["anne", "bob"]).state("cancelled")),
        Case {
            told: "somebody joins the group",
            bob_until: None,
            before: Some(order(&["bob"])),
            order: order(&["bob"]).state("cancelled"),
            deed: Deed::Joins("zoe"),
            too_late: ("delete_groups", 1),
            holds: |census| {
                let of_order = census.groups.iter().find(|group| (&*group.course, &*group.id_number) == ("SPOC", "A"));
                of_order.is_some_and(|group| group.members.len() == 1 && group.members[0].starts_with("zoe"))
                    && has_two_years(census, "zoe")
            },
            for_good: false,
        },
    ]
}

/// Carries out the order while the deed is done just before the nth request. The request; none, if there were not so many.
async fn meanwhile(before: &On, case: &Case, nth: usize) -> Option<&'static str> {
    let on = Arc::new(before.copy().await);
    let by = Meanwhile { on: on.clone(), deed: case.deed, nth, asked: Mutex::default() };
    let platform = Disturbed::platform(on.platform().await, by);
    let host = on.host(platform.clone()).await;
    let outcome = fulfil_in(&host, &case.order).await.unwrap();
    let method = {
        let asked = platform.by.asked.lock().unwrap();
        let method = *asked.get(nth - 1)?;
        let of_method = asked[..nth].iter().filter(|asked| **asked == method).count();
        if (method, of_method) == case.too_late {
            return None;
        }
        method
    };
    let told = format!("{}, before request {nth}, {method}", case.told);
    assert!(matches!(outcome.state, Fulfilled | Cancelled), "{told}: {:#?}", steps(&outcome));
    let census = on.census().await;
    assert!((case.holds)(&census), "{told}: {:#?}", lines(&census));
    if case.for_good {
        let ended = fulfil_in(&host, &case.order.clone().state("cancelled")).await.unwrap();
        assert_eq!(ended.state, Cancelled, "{told}");
        let census = on.census().await;
        assert!((case.holds)(&census), "{told}, then cancelled: {:#?}", lines(&census));
    }
    Some(method)
}

#[tokio::test]
async fn what_an_administrator_does_while_an_order_is_carried_out_is_kept() {
    for case in cases() {
        for before in On::both(case.bob_until).await {
            if let Some(order) = &case.before {
                let host = before.host(before.platform().await).await;
                assert_eq!(fulfil_in(&host, order).await.unwrap().state, Fulfilled, "{}", case.told);
            }
            let mut moments = Vec::new();
            while let Some(method) = meanwhile(&before, &case, moments.len() + 1).await {
                moments.push(method);
            }
            let looks = moments.iter().filter(|method| matches!(**method, "participations" | "groups")).count();
            assert!(looks >= 2, "{}: {moments:?}", case.told);
        }
    }
}

/// Making accounts takes long: whoever has one is enrolled before.
#[tokio::test]
async fn who_has_an_account_does_not_wait_for_those_who_have_none() {
    let [world, _] = On::both(None).await;
    let by = Meanwhile { on: Arc::new(world.copy().await), deed: Deed::Enters("bob"), nth: 0, asked: Mutex::default() };
    let platform = Disturbed::platform(world.platform().await, by);
    let host = world.host(platform.clone()).await;
    assert_eq!(fulfil_in(&host, &sale("A", &["anne", "bob"])).await.unwrap().state, Fulfilled);
    let asked = platform.by.asked.lock().unwrap();
    let changes: Vec<_> = asked.iter().filter(|method| matches!(**method, "enrol" | "create_accounts")).collect();
    assert_eq!(changes, [&"enrol", &"create_accounts", &"enrol"]);
}

/// Moodle keeps one row for a role, whoever gave it: hers must not go with the shop's.
#[tokio::test]
async fn whoever_enrols_herself_while_the_shops_roles_are_taken_away_keeps_her_own() {
    let order = |seats: &[&str]| sale("A", seats);
    for (told, before, after) in [
        ("a learner, whose order ends", order(&["anne"]), order(&["anne"]).state("cancelled")),
        ("a learner who leaves", order(&["anne", "bob"]), order(&["bob"])),
        ("a tutor, whose order ends", order(&["tutor anne"]), order(&["tutor anne"]).state("cancelled")),
        ("a tutor who leaves", order(&["tutor anne", "bob"]), order(&["-", "bob"])),
    ] {
        let world = moodle_that_tells_methods().await;
        assert_eq!(fulfil_in(&*world.host().await, &before).await.unwrap().state, Fulfilled, "{told}");
        let before = On::Moodle(world);
        for nth in 1.. {
            let on = Arc::new(before.copy().await);
            let by = Meanwhile { on: on.clone(), deed: Deed::EnrolsSelf("anne"), nth, asked: Mutex::default() };
            let platform = Disturbed::platform(on.platform().await, by);
            let host = on.host(platform.clone()).await;
            let outcome = fulfil_in(&host, &after).await.unwrap();
            let asked = platform.by.asked.lock().unwrap().clone();
            let Some(method) = asked.get(nth - 1) else {
                assert!(asked.contains(&"unenrol"), "{told}: {asked:?}");
                break;
            };
            let told = format!("{told}, before request {nth}, {method}");
            assert!(matches!(outcome.state, Fulfilled | Cancelled), "{told}: {:#?}", steps(&outcome));
            let On::Moodle(world) = &*on else { unreachable!("it is a copy of a Moodle") };
            let site = world.double.site();
            let anne = *site.users.iter().find(|(_, user)| user.first_name == "anne").unwrap().0;
            assert!(site.self_enrolled.contains_key(&(2, anne)), "{told}");
            assert!(site.course_roles.contains(&(2, anne, 5)), "{told}: {asked:?}");
        }
    }
}

async fn moodle_that_tells_methods() -> MoodleWorld {
    let report = Report { method: MethodColumn::Plugin, ..Site::recorded_report(Release::V5_1, 3) };
    let site = Site { report: Some(report), release: Release::V5_1, ..site() };
    let mut world = MoodleWorld::with(site).await;
    world.settings.enrolments_report = Some(report.id);
    world
}
