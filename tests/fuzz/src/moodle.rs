//! Answers of a Moodle. The first line of the bytes says of which function, the rest is what it answers, to everything; all other
//! functions answer as the double does. Whatever that is, nothing is told that was not asked for, each element that was to be
//! changed has an answer of its own, nobody waits without end, and the token is never told.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use shop_core::platform::{
    AccountId, AccountRole, Course, CourseId, Enrol, GroupId, GroupMode, NewAccount, Platform, Replies, Reply, RoleId,
};
use shop_core::words::email::Email;
use shop_core::words::period::{Period, Timestamp};
use shop_platforms::moodle::{MoodlePlatform, MoodleSettings, TokenSource};
use tempfile::TempDir;

use moodle_double::MoodleDouble;
use moodle_double::site::{self as there, Enrolled, MethodColumn, Release, Report, Site, User};
use shop_harness::today;

use crate::{check_told, wait};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// More than any of what is asked here takes, however it is answered.
const MOST_REQUESTS: usize = 500;

/// A Moodle, and a folder with the file that the shop keeps of it.
struct Double {
    double: MoodleDouble,
    folder: TempDir,
}

static DOUBLE: LazyLock<Mutex<Double>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("token"), TOKEN).expect("writing the token");
    Mutex::new(Double { double: wait(MoodleDouble::start(site())), folder })
});

/// Anne is enrolled in the course 2 as a learner, and in the group of an order; Bob has an account.
fn site() -> Site {
    let mut site = Site::new(Release::V4_5, TOKEN);
    for (id, short_name) in [(5, "student"), (9, "teacher")] {
        let role = there::Role { short_name: short_name.to_owned(), in_course: true, in_user: true, assignable: true };
        site.roles.insert(id, role);
    }
    for (id, short_name) in [(2, "SPOC"), (3, "OTHER")] {
        let short_name = short_name.to_owned();
        site.courses.insert(id, there::Course { short_name, group_mode: 1, ..there::Course::default() });
    }
    for (id, name) in [(10, "anne"), (11, "bob")] {
        let (username, email) = (name.to_owned(), format!("{name}@example.org"));
        site.users.insert(id, User { username, email, first_name: name.to_owned(), ..User::default() });
    }
    let members = BTreeSet::from([10]);
    let (name, id_number) = ("Claire".to_owned(), "A".to_owned());
    site.groups.insert(7, there::Group { course: 2, name, id_number, members, ..there::Group::default() });
    site.enrolments.insert((2, 10), Enrolled::default());
    site.course_roles.insert((2, 10, 5));
    let (method, manual) = (MethodColumn::Plugin, "manual");
    site.report = Some(Report { id: 4, method, manual, courses: None, sorted: true, without: None, shown: true });
    site
}

pub(super) fn read(bytes: &[u8]) -> bool {
    let (first, answer) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len()));
    let function = String::from_utf8_lossy(first).into_owned();
    let Double { double, folder } = &*DOUBLE.lock().unwrap_or_else(PoisonError::into_inner);
    *double.site() = site();
    double.answers(Some((function, answer.strip_prefix(b"\n").unwrap_or_default().to_vec())));
    let settings = MoodleSettings {
        token: TokenSource::File(folder.path().join("token")),
        pause_seconds: 0,
        enrolments_report: Some(4),
        ..MoodleSettings::new(&double.url())
    };
    let memory: PathBuf = folder.path().join("memory.sqlite");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("memory.sqlite{end}")));
    }
    double.take_requests();
    let all_answered = wait(async {
        let moodle = MoodlePlatform::open(settings, &memory).await.expect("a way to the double");
        let all_answered = look(&moodle).await & change(&moodle).await;
        check(&moodle).await;
        all_answered
    });
    assert!(double.take_requests().len() < MOST_REQUESTS);
    all_answered
}

fn email(name: &str) -> Email {
    format!("{name}@example.org").parse().expect("an address")
}

/// Nothing else is told than what was asked for.
fn check_asked<T: Debug>(told: Option<&Vec<T>>, is_asked: impl Fn(&T) -> bool) {
    let other = told.and_then(|told| told.iter().find(|one| !is_asked(one)));
    assert!(other.is_none(), "nobody has asked for {other:?}");
}

/// Looks for everything. Whether all was answered.
async fn look(moodle: &MoodlePlatform) -> bool {
    let emails = [email("anne"), email("bob"), email("zoe")];
    let accounts = told(moodle.find_accounts(&emails, &[]).await);
    check_asked(accounts.as_ref(), |account| emails.contains(&account.email));

    let ids = [AccountId(10), AccountId(11), AccountId(12)];
    let by_id = told(moodle.accounts(&ids).await);
    check_asked(by_id.as_ref(), |account| ids.contains(&account.id));
    assert!(by_id.as_ref().is_none_or(|found| found.len() <= ids.len()), "somebody is told twice");

    let names = ["SPOC".to_owned(), "OTHER".to_owned(), "NONE".to_owned()];
    let courses = told(moodle.find_courses(&names).await);
    check_asked(courses.as_ref(), |course| names.contains(&course.short_name));

    let known = [(2, "SPOC"), (3, "FORMER")].map(|(id, name)| course(id, name));
    let now = told(moodle.courses(&known).await);
    check_asked(now.as_ref(), |course| known.iter().any(|known| known.id == course.id));

    let names = ["student".to_owned(), "mentor".to_owned()];
    let roles = told(moodle.find_roles(&names, &[CourseId(2), CourseId(3)]).await);
    check_asked(roles.as_ref(), |role| names.contains(&role.short_name));

    let people = [(CourseId(2), AccountId(10)), (CourseId(2), AccountId(11)), (CourseId(3), AccountId(10))];
    let found = told(moodle.participations(&people).await);
    check_asked(found.as_ref(), |found| people.contains(&(found.course, found.account)));
    assert!(found.as_ref().is_none_or(|found| found.len() <= people.len()), "somebody is told twice");

    let numbers = [(CourseId(2), "A"), (CourseId(3), "A")];
    let groups = told(moodle.groups(&numbers).await);
    check_asked(groups.as_ref(), |group| numbers.contains(&(group.course, &group.id_number)));

    let among = [(10, 11), (11, 10)].map(|(holder, context)| role(holder, context));
    let assigned = told(moodle.account_roles(&among).await);
    check_asked(assigned.as_ref(), |found| among.contains(&found.role));

    accounts.is_some() && by_id.is_some() && courses.is_some() && now.is_some() && found.is_some() && groups.is_some()
}

fn course(id: i64, short_name: &str) -> Course {
    Course {
        id: CourseId(id),
        short_name: short_name.to_owned(),
        title: short_name.to_owned(),
        start: today(),
        manual_enrolment: true,
        group_mode: GroupMode::Separate,
    }
}

fn role(holder: i64, context: i64) -> AccountRole {
    AccountRole { role: RoleId(5), holder: AccountId(holder), context: AccountId(context) }
}

/// Changes everything. Whether all was answered.
async fn change(moodle: &MoodlePlatform) -> bool {
    let people = ["anne", "yves", "zoe"];
    let new = people.map(|name| NewAccount {
        email: email(name),
        first_name: name.to_owned(),
        last_name: "Test".to_owned(),
        language: Some("fr".to_owned()),
    });
    let made = answered(people.len(), moodle.create_accounts(&new, &|_| ()).await);
    let ids: Vec<AccountId> = made.iter().flatten().flatten().map(|made| made.id).collect();
    let different: BTreeSet<AccountId> = ids.iter().copied().collect();
    assert_eq!(different.len(), ids.len(), "two people have one account: {ids:?}");

    let (course, anne, bob) = (CourseId(2), AccountId(10), AccountId(11));
    let period = Period { start: Timestamp::EARLIEST, end: None };
    let enrol = |account| Enrol { course, account, role: RoleId(5), period, suspended: false };
    let enrolled = answered(2, moodle.enrol(&[enrol(anne), enrol(bob)], &|_| ()).await);
    let groups = [(course, "Claire".to_owned()), (CourseId(3), "Claire".to_owned())];
    let grouped = answered(2, moodle.create_groups(&groups, "B").await);
    let group = GroupId(7);
    let all = [
        answered(2, moodle.add_members(&[(group, anne), (group, bob)], &|_| ()).await),
        answered(2, moodle.assign_account_roles(&[role(10, 11), role(11, 10)], &|_| ()).await),
        answered(2, moodle.unassign_account_roles(&[role(10, 11), role(11, 10)], &|_| ()).await),
        answered(
            2,
            moodle.unassign_course_roles(&[(course, anne, RoleId(5)), (course, bob, RoleId(5))], &|_| ()).await,
        ),
        answered(2, moodle.remove_members(&[(group, anne), (group, bob)], &|_| ()).await),
        answered(2, moodle.unenrol(&[(course, anne), (course, bob)], &|_| ()).await),
        answered(2, moodle.delete_groups(&[group, GroupId(8)]).await),
    ];
    made.is_some() && enrolled.is_some() && grouped.is_some() && all.iter().all(Option::is_some)
}

async fn check(moodle: &MoodlePlatform) {
    if let Some(check) = told(moodle.check(&[]).await) {
        crate::check_worded(&check.messages, None);
    }
}

fn answered<T: Debug>(asked: usize, replies: Replies<T>) -> Option<Vec<Result<T, shop_core::platform::Problem>>> {
    let replies = told(replies)?;
    assert_eq!(replies.len(), asked, "each element has an answer of its own");
    replies.iter().filter_map(|reply| reply.as_ref().err()).for_each(|problem| quiet(&format!("{problem}")));
    Some(replies)
}

fn told<T>(reply: Reply<T>) -> Option<T> {
    reply.map_err(|error| quiet(&error.to_string())).ok()
}

fn quiet(error: &str) {
    check_told(error);
    assert!(!error.contains(TOKEN), "the token is told: {error}");
}
