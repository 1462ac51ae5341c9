//! What the manual tells an administrator to do, and what is told where it was not done.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use moodle_double::Meanwhile;
use moodle_double::site::{Enrolled, Group, Manual, MethodColumn, Outage, Release, Report, Site, User};
use shop_core::platform::CourseId;
use shop_platforms::moodle::MoodleSettings;

use crate::moodle::world::user;

pub(super) type Change = fn(&mut Site, &mut MoodleSettings);

/// When something is not as the manual says.
#[derive(Clone, Copy)]
pub(super) enum Wrong {
    /// From the first.
    First(Change),
    /// From after the first order on.
    Later(Change),
    /// From in the midst of it on, whenever that is.
    Amidst(Meanwhile),
}
use Wrong::{Amidst, First, Later};

/// What the manual says, word for word; where that is not so; and what is told then.
pub(super) struct Case(pub(super) &'static str, pub(super) Wrong, pub(super) &'static [&'static str]);

pub(super) const CASES: &[Case] = &[
    // 1 and 2
    Case(
        "*Enable web services*: yes",
        First(|site, _| site.outage = Some(Outage::NoRest)),
        &["switch on web services"],
    ),
    Case("enable **REST**", First(|site, _| site.outage = Some(Outage::NoRest)), &["the REST protocol among them"]),
    Case(
        "It must not have to change its password",
        First(|site, _| site.caller_must_change_password = true),
        &["forcepasswordchangenotice", "set one, without forcing a change"],
    ),
    Case(
        "somebody does once, and agrees to it",
        First(|site, _| site.policy_not_agreed = true),
        &["sitepolicynotagreed", "agree to the site's policy"],
    ),
    Case(
        "its **language is English",
        First(|site, settings| {
            with_report(site, settings, |_| ());
            site.caller_in_french = true;
        }),
        &["Give the account the language English and the time zone UTC"],
    ),
    Case(
        "its time zone UTC**",
        First(|site, settings| {
            with_report(site, settings, |_| ());
            site.caller_offset = 3600;
        }),
        &["Give the account the language English and the time zone UTC"],
    ),
    // 3
    Case(
        "`email` must be ticked in *Show user identity*",
        First(|site, _| site.email_shown = false),
        &["showuseridentity"],
    ),
    Case(
        "and not in *Hide user fields*",
        First(|site, _| site.email_shown = false),
        &["addresses-hidden", "hiddenuserfields"],
    ),
    Case("and *Last access*.", First(|site, _| site.last_access_shown = false), &["hiddenuserfields: lastaccess"]),
    Case(
        "Where *First access* is hidden, too",
        First(|site, _| (site.last_access_shown, site.first_access_shown) = (false, false)),
        &["hiddenuserfields: firstaccess"],
    ),
    Case(
        "let `shop` assign the roles that it hands out",
        First(|site, _| site.roles.get_mut(&5).unwrap().assignable = false),
        &["wsusercannotassign", "Allow role assignments"],
    ),
    Case(
        "tick **User** beside **Course**",
        First(|site, _| site.roles.get_mut(&5).unwrap().in_user = false),
        &["tick \"User\" among the context types", "tick “User”"],
    ),
    Case(
        "give `shop` to the shop's account",
        First(|site, _| site.capabilities.clear()),
        &["the account lacks webservice/rest:use"],
    ),
    // 4
    Case(
        "*Enabled* and *Authorised users only*",
        First(|site, _| site.closed_tokens = std::mem::take(&mut site.tokens)),
        &["accessexception", "its service is switched off", "not this account"],
    ),
    Case(
        "a new token is needed",
        First(|site, _| site.tokens.clear()),
        &["invalidtoken", "make a token for the shop's account"],
    ),
    // 5
    Case(
        "in the address of the role's page under Define roles",
        First(|_, settings| _ = settings.roles.remove("teacher")),
        &["write it into moodle.toml, under [roles], as teacher = ID"],
    ),
    Case(
        "stays below what does if the site reads less",
        First(|site, _| site.max_input_vars = 400),
        &["max_input_vars = 1000"],
    ),
    Case(
        "Only needed where the guest's account has another id than 1",
        First(|site, _| {
            let guest = site.users.remove(&1).unwrap();
            site.users.insert(4, guest);
        }),
        &["as known_account"],
    ),
    Case(
        "whose id is 2",
        First(|site, _| site.users.get_mut(&2).unwrap().email = "anne@example.org".to_owned()),
        &["account-protected"],
    ),
    Case(
        "**Enrolments** are manual ones",
        First(|site, _| site.courses.get_mut(&2).unwrap().manual = Manual::Off),
        &["Manual enrolments"],
    ),
    // 6
    Case("Recommended.", First(|_, _| ()), &["No report tells the dates of enrolments"]),
    Case(
        "*Plugin* of the enrolment method",
        First(|site, settings| with_report(site, settings, |report| report.method = MethodColumn::Name)),
        &["Add the column “Plugin”"],
    ),
    Case(
        "Sorting: switch it on",
        First(|site, settings| {
            with_report(site, settings, |_| ());
            for id in 1_000..1_040 {
                site.users.insert(id, user(&format!("there{id}")));
                site.enrolments.insert((5, id), Enrolled::default());
            }
        }),
        &["Switch sorting on"],
    ),
    Case(
        "**the support course among them**",
        First(|site, settings| {
            with_report(site, settings, |report| report.courses = Some(&[2]));
            site.users.insert(10, user("there"));
            site.enrolments.insert((5, 10), Enrolled::default());
        }),
        &["the support course among them"],
    ),
    Case(
        "Audience: add the shop's account",
        First(|site, settings| with_report(site, settings, |report| report.shown = false)),
        &["errorreportview", "add the shop's account to the audience"],
    ),
    Case(
        "*Force timezone*",
        First(|site, settings| {
            with_report(site, settings, |_| ());
            site.forced_offset = Some(-18_000);
        }),
        &["forces another time zone upon everybody (site administration, location)"],
    ),
    Case(
        "with the ids of the courses",
        First(|site, settings| {
            with_report(site, settings, |_| ());
            settings.enrolments_report = None;
            settings.course_reports = [(CourseId(2), 3)].into();
        }),
        &["under [course_reports], as 5 = its id"],
    ),
    // What happens on the Moodle
    Case(
        "the shop's staff is told, but only by what the shop remembers of where it was",
        Later(|site, _| site.groups.values_mut().for_each(|group| group.id_number.clear())),
        &["write A back there"],
    ),
    Case(
        "the role may see it",
        Later(|site, _| {
            site.courses.get_mut(&2).unwrap().hidden = true;
            site.capabilities.remove("moodle/course:viewhiddencourses");
        }),
        &["moodle/course:viewhiddencourses"],
    ),
    Case(
        "Let an administrator confirm them",
        First(|site, _| _ = site.users.insert(10, User { unconfirmed: true, ..user("anne") })),
        &["usernotconfirmed", "let an administrator confirm it"],
    ),
    Case(
        "are gone on with by their ids; the shop says so",
        Later(|site, _| {
            site.users.values_mut().filter(|user| user.first_name == "anne").for_each(|user| user.email.clear())
        }),
        &["account-nameless"],
    ),
    Case(
        "Have such addresses written in small letters",
        First(|site, _| {
            site.minds_case = true;
            site.users.insert(10, User { email: "Anne@example.org".to_owned(), ..user("anne") });
        }),
        &["invalidparameter", "have it written in small letters there"],
    ),
    // When something fails
    Case(
        "With *Debug messages* set to developer for a moment, it does",
        First(|site, _| {
            (site.minds_case, site.debugging) = (true, true);
            site.users.insert(10, User { email: "Anne@example.org".to_owned(), ..user("anne") });
        }),
        &["Email address already exists: anne@example.org"],
    ),
    Case(
        "a capability is missing: the message names it",
        First(|site, _| _ = site.capabilities.remove("moodle/course:managegroups")),
        &["nopermissions", "moodle/course:managegroups"],
    ),
    Case(
        "a capability is missing: the message names it",
        Amidst(|nth, site| {
            if comes(nth) {
                site.capabilities.remove("moodle/course:view");
            }
        }),
        &["requireloginerror", "errorcoursecontextnotvalid", "moodle/course:view"],
    ),
    Case(
        "The message names the capability",
        First(|site, _| _ = site.capabilities.remove("moodle/user:viewdetails")),
        &["accounts-unseen", "moodle/user:viewdetails"],
    ),
    Case(
        "The message names the capability",
        First(|site, _| _ = site.capabilities.remove("moodle/site:accessallgroups")),
        &["participants-unseen", "moodle/site:accessallgroups"],
    ),
    Case(
        "or it is the guest's",
        First(|site, settings| {
            let guest = User { email: "anne@example.org".to_owned(), ..site.users[&1].clone() };
            site.users.extend([(10, guest), (1, user("somebody"))]);
            settings.known_account = Some("somebody@example.org".parse().unwrap());
        }),
        &["guestsarenotallowed", "use the person's own address"],
    ),
    Case(
        "the course has no manual enrolment, or it is switched off",
        Amidst(|nth, site| {
            if comes(nth) {
                site.courses.values_mut().for_each(|course| course.manual = Manual::Off);
            }
        }),
        &["wsnoinstance", "switch manual enrolment on"],
    ),
    Case(
        "it was there, and has been deleted since",
        Amidst(|nth, site| {
            if comes(nth) {
                site.delete_course(2)
            }
        }),
        &["unknown-course"],
    ),
    Case(
        "it was there, and has been deleted since",
        Amidst(|nth, site| {
            if comes(nth) {
                site.groups.clear()
            }
        }),
        &["unknown-group"],
    ),
    Case(
        "two groups of a course cannot have one name",
        First(|site, _| {
            _ = site.groups.insert(7, Group { course: 2, name: "CLAIRE TEST – A".to_owned(), ..Group::default() })
        }),
        &["another group of the course is called", "write A back there"],
    ),
    Case(
        "make any group in the course and delete it",
        First(|site, _| {
            _ = site.ghosts.insert(
                70,
                Group { course: 2, name: "Ghost".to_owned(), id_number: "A".to_owned(), ..Group::default() },
            )
        }),
        &["idnumbertaken", "still lists a group that it does not have"],
    ),
    Case(
        "run the same command again later",
        First(|site, _| site.outage = Some(Outage::Maintenance)),
        &["sitemaintenance"],
    ),
    Case("run the same command again later", First(|site, _| site.outage = Some(Outage::Upgrade)), &["upgraderunning"]),
    Case(
        "run the same command again later",
        First(|site, _| site.outage = Some(Outage::Database)),
        &["dbconnectionfailed"],
    ),
    Case(
        "run the same command again later",
        First(|site, _| site.outage = Some(Outage::MaintenanceByCommand)),
        &["HTTP status 503"],
    ),
    Case(
        "web services, or REST, are switched off",
        First(|site, _| site.outage = Some(Outage::NoRest)),
        &["HTTP status 403"],
    ),
    Case(
        "the site has another address: put that into `moodle.toml`",
        First(|site, _| site.outage = Some(Outage::WrongHost)),
        &["HTTP status 303", "put the site's own address into moodle.toml"],
    ),
];

/// A report as the manual describes it, but for this.
pub(super) fn with_report(site: &mut Site, settings: &mut MoodleSettings, change: fn(&mut Report)) {
    let mut report = Report { method: MethodColumn::Plugin, ..Site::recorded_report(Release::V4_5, 3) };
    change(&mut report);
    site.report = Some(report);
    settings.enrolments_report = Some(3);
}

/// Before which request what comes in the midst of an order comes.
static NTH: AtomicUsize = AtomicUsize::new(0);

/// From now on, it comes before this one.
pub(super) fn come_before(nth: usize) {
    NTH.store(nth, SeqCst);
}

fn comes(nth: usize) -> bool {
    nth == NTH.load(SeqCst)
}
