//! The program with a Moodle in place of the embedded platform.

use moodle_double::MoodleDouble;
use moodle_double::site::{Course, Expiry, Outage, Release, Role, Site, User};

use crate::shop::{Folder, ORDER};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// What the demo's embedded platform has, on a Moodle.
fn site() -> Site {
    let mut site = Site::new(Release::V4_5, TOKEN);
    for (id, short_name) in [(5, "student"), (9, "teacher")] {
        let short_name = short_name.to_owned();
        site.roles.insert(id, Role { short_name, in_course: true, in_user: true, assignable: true });
    }
    for (id, short_name, full_name, start, group_mode) in [
        (2, "SPOCM1", "SPOC d'appropriation de MOODLE sur 5 semaines", 1_799_654_400, 1),
        (3, "SUPPORT", "Espace d'aide aux clients", 1_767_222_000, 0),
    ] {
        let (short_name, full_name) = (short_name.to_owned(), full_name.to_owned());
        site.courses.insert(id, Course { short_name, full_name, start, group_mode, ..Course::default() });
    }
    for (id, first_name, last_name) in [(10, "Jeanne", "Roux"), (11, "Paul", "Leroy")] {
        let email = format!("{first_name}.{last_name}@martin-sa.example");
        let username = email.to_lowercase();
        let [first_name, last_name] = [first_name, last_name].map(str::to_owned);
        site.users.insert(id, User { username, email, first_name, last_name, ..User::default() });
    }
    site
}

/// The demo's shop, with its embedded platform, and the settings of a Moodle that takes its place.
fn folder(double: &MoodleDouble) -> Folder {
    let folder = Folder::new();
    let url = double.url();
    let settings = "token = { file = \"token\" }\nknown_account = \"jeanne.roux@martin-sa.example\"\n\n[roles]\nstudent = 5\nteacher = 9\n";
    folder.write("shop/moodle.toml", format!("url = \"{url}\"\npause_seconds = 0\n{settings}"));
    folder.write("shop/token", format!("{TOKEN}\n"));
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_is_the_same_on_a_moodle() {
    let double = MoodleDouble::start(site()).await;
    let (embedded, moodle) = (Folder::new(), folder(&double));
    let replaced = ORDER.replace("sofia.costa", "hugo.blanc").replace("Sofia", "Hugo").replace("Costa", "Blanc");
    for folder in [&embedded, &moodle] {
        folder.write("replaced.json", &replaced);
        folder.write("cancelled.json", replaced.replace("\"paid\"", "\"cancelled\""));
    }
    for words in [
        "check shop/catalogue.toml",
        "preview order.json",
        "fulfil order.json",
        "fulfil order.json",
        "fulfil replaced.json",
        "--language en fulfil replaced.json",
        "fulfil cancelled.json",
    ] {
        let [here, there] = [&embedded, &moodle].map(|folder| folder.run(words).has(0, &[], &[]));
        assert_eq!(there.out, here.out, "{words}");
    }
    let site = double.site();
    assert!(site.enrolments.is_empty() && site.groups.is_empty() && site.user_roles.is_empty());
    assert_eq!(site.users.values().filter(|user| user.invited).count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moodle_is_checked() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    folder.run("platform check").has(
        0,
        &["WS lab, Moodle 4.5.6", "enrol/manual:unenrol", "séparés", "Aucun rapport", "peut travailler"],
        &[],
    );
    double.site().capabilities.remove("enrol/manual:unenrol");
    folder.run("--language en platform check").has(
        8,
        &["Give the role of the shop’s account these capabilities: enrol/manual:unenrol.", "cannot work"],
        &[],
    );
    let check = folder.run("--json platform check").has(8, &[], &[]).json();
    assert_eq!(check["green"], false);
    assert_eq!(check["roles"][0]["in_courses"], "yes");
    assert_eq!(check["messages"][0]["key"], "moodle-report-none");
    let lacking = check["capabilities"].as_array().unwrap().iter().filter(|one| one["had"] == "no");
    assert_eq!(lacking.map(|one| one["capability"].as_str().unwrap()).collect::<Vec<_>>(), ["enrol/manual:unenrol"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_the_shop_from_its_moodle_is_told_without_the_token() {
    let double = MoodleDouble::start(site()).await;
    let settings = format!("url = \"{}\"\npause_seconds = 0\n", double.url());
    let roles = "[roles]\nstudent = 5\n";
    for (settings, token, outage, status, err) in [
        (settings.clone(), TOKEN, None, 1, "MOODLE_TOKEN, which is not set"),
        (
            "url = \"http://moodle.example\"\ntoken = { file = \"token\" }\n".to_owned(),
            TOKEN,
            None,
            1,
            "expected https://",
        ),
        ("url = 5\n".to_owned(), TOKEN, None, 2, "url"),
        (format!("{settings}token = {{ file = \"absent\" }}\n"), TOKEN, None, 1, "absent"),
        (format!("{settings}token = {{ file = \"token\" }}\n"), "no token!", None, 1, "letters and digits"),
        (format!("{settings}token = {{ file = \"token\" }}\n"), "ffffffffffffffff", None, 8, "invalidtoken"),
        (format!("{settings}token = {{ file = \"token\" }}\n"), TOKEN, Some(Outage::Maintenance), 5, "maintenance"),
        (
            format!("{settings}token = {{ file = \"token\" }}\n"),
            TOKEN,
            Some(Outage::WrongHost),
            8,
            "https://moodle.example",
        ),
        (format!("{settings}token = {{ file = \"token\" }}\n{roles}"), TOKEN, None, 8, "as teacher = ID"),
    ] {
        let folder = Folder::new();
        folder.write("shop/moodle.toml", &settings);
        folder.write("shop/token", token);
        double.site().outage = outage;
        let ran = folder.run("fulfil order.json").has(status, &[], &[err]);
        assert!(!format!("{ran:?}").contains(token), "{ran:?}");
    }
    double.site().outage = None;
    Folder::new().run("platform check").has(2, &[], &["moodle.toml: there are no settings of a Moodle"]);
}

/// For programs: the code, the function, and the capability that is missing.
#[tokio::test(flavor = "multi_thread")]
async fn what_moodle_refuses_is_told_in_json_too() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    double.site().capabilities.remove("moodle/course:managegroups");
    let told = folder.run("--json preview order.json").has(8, &[], &["managegroups"]).json();
    assert_eq!(told["problem"]["code"], "nopermissions", "{told}");
    assert_eq!(told["problem"]["said"]["function"], "core_group_get_course_groups", "{told}");
    assert_eq!(told["problem"]["said"]["permissions"], serde_json::json!(["moodle/course:managegroups"]), "{told}");
    double.site().capabilities.insert("moodle/course:managegroups".to_owned());
    double.site().capabilities.remove("moodle/user:create");
    let told = folder.run("--json fulfil order.json").has(8, &[], &[]).json();
    let entries = told["report"]["entries"].as_array().unwrap();
    let problem = entries.iter().find(|entry| entry["fact"]["account"].is_string() && entry["outcome"] == "failed");
    assert_eq!(problem.unwrap()["problem"]["said"]["permissions"][0], "moodle/user:create", "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_stay_on_the_moodle_that_they_were_set_up_on_even_when_it_moves() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    folder.run("fulfil order.json").has(0, &[], &[]);
    let (before, there) = (double.url(), double.site().clone());
    let moved = MoodleDouble::start(there).await;
    let settings = String::from_utf8(std::fs::read(folder.path("shop/moodle.toml")).unwrap()).unwrap();
    folder.write("shop/moodle.toml", settings.replace(&before, &moved.url()));
    folder.write("cancelled.json", ORDER.replace("\"paid\"", "\"cancelled\""));
    let told = format!("run `shop-host platform moved --from {before}`");
    folder.run("fulfil cancelled.json").has(1, &[], &[&told]);
    folder.run("platform moved --from https://moodle.example").has(
        6,
        &[],
        &["were not set up on https://moodle.example"],
    );
    folder.run(&format!("--language en platform moved --from {before}/ --by ada")).has(
        0,
        &["is about", "acted on: 7; of these with the same address: 7"],
        &[],
    );
    // Again, it changes nothing more.
    let again = folder.run(&format!("--json platform moved --from {before}")).has(0, &[], &[]).json();
    assert_eq!(again["compared"], serde_json::json!({"accounts": 7, "same": 7}));
    folder.run("audit list").has(0, &["ada       moved"], &[]);
    folder.run("fulfil cancelled.json").has(0, &[], &[]);
    assert!(moved.site().enrolments.is_empty() && !double.site().enrolments.is_empty());
    // The embedded platform takes over again as little as another Moodle does.
    folder.remove("shop/moodle.toml");
    folder.run("fulfil order.json").has(1, &[], &["set up on the learning platform http", "embedded-"]);
}

/// Beside it stands nothing that only follows from it; programs get it all.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_failed_the_cause_is_told_and_not_what_follows_from_it() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    double.site().capabilities.remove("moodle/user:create");
    let told = folder.run("--language en fulfil order.json").has(8, &["[nopermissions]", "moodle/user:create"], &[]);
    for follows in ["there is no account with the address", "only who is enrolled", "nobody is attached"] {
        assert!(!told.out.contains(follows), "{follows}: {}", told.out);
    }
    let told = folder.run("--json orders show 2026-0142").has(0, &[], &[]).json().to_string();
    assert!(told.contains("\"code\":\"account-missing\"") && told.contains("\"follows\":true"), "{told}");
    double.site().capabilities.insert("moodle/user:create".to_owned());
    folder.run("fulfil order.json").has(0, &[], &[]);
}

/// A first order at a wrong address is no order there.
#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_address_is_put_right() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    let settings = String::from_utf8(std::fs::read(folder.path("shop/moodle.toml")).unwrap()).unwrap();
    for (path, status, told) in [("/beside", 8, "check the url"), ("/login/index.php", 1, "found one of its pages")] {
        folder.write("shop/moodle.toml", settings.replace(&double.url(), &format!("{}{path}", double.url())));
        folder.run("fulfil order.json").has(status, &[], &[told]);
    }
    folder.write("shop/moodle.toml", &settings);
    folder.run("fulfil order.json").has(0, &[], &[]);
}

/// What is over, in words and in JSON.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_moodle_has_ended_after_its_time_is_told_as_over() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    double.site().courses.get_mut(&2).unwrap().start = 1_700_000_000;
    folder.write("ended.json", ORDER.replace("\"time\": \"2026", "\"time\": \"2024"));
    folder.run("fulfil ended.json").has(0, &[], &[]);
    {
        let mut site = double.site();
        (site.expiry, site.now) = (Expiry::Unenrol, 4_000_000_000);
        site.run_tasks();
    }
    let told = folder.run("--json orders verify").has(10, &[], &[]).json();
    let over =
        told[0]["report"]["entries"].as_array().unwrap().iter().filter(|entry| entry["outcome"] == "over").count();
    assert!(over > 5, "{told}");
    for (language, word) in [("en", "their time has run out"), ("fr", "leur temps est passé")] {
        folder.run(&format!("--language {language} orders repair")).has(10, &[], &[]);
        folder.run(&format!("--language {language} preview ended.json")).has(0, &[word], &[]);
    }
}

/// In words, in JSON and by the exit status.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_moodle_does_not_tell_is_not_said_to_be_there() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    folder.run("fulfil order.json").has(0, &[], &[]);
    folder.run("orders verify").has(10, &["pour autant que la plateforme de formation le dise", "--restate"], &[]);
    folder.run("--language en orders verify").has(10, &["as far as the learning platform tells", "--restate"], &[]);
    folder.run("orders repair").has(10, &["pour autant"], &[]);
    let found = folder.run("--json orders verify").has(10, &[], &[]).json();
    assert!(found[0]["as_recorded"].is_null(), "{found}");
    let untold = found[0]["report"]["entries"].as_array().unwrap().iter().filter(|entry| entry["untold"] == true);
    assert!(untold.count() > 10, "{found}");
    double.site().enrolments.values_mut().for_each(|enrolment| enrolment.suspended = true);
    double.site().user_roles.clear();
    folder.run("orders repair --restate --preview").has(9, &["rien n’est modifié"], &[]);
    assert!(double.site().user_roles.is_empty());
    folder.run("orders repair --restate").has(0, &["Reçu"], &[]);
    assert!(double.site().enrolments.values().all(|enrolment| !enrolment.suspended));
    assert!(!double.site().user_roles.is_empty());
    // Something that is otherwise counts more: the enrolment in the support course, which is never over.
    let enrolled = *double.site().enrolments.keys().next_back().unwrap();
    double.site().unenrol(enrolled.0, enrolled.1);
    let found = folder.run("--json orders verify").has(9, &[], &[]).json();
    assert_eq!(found[0]["as_recorded"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_be_done_where_a_moodle_is_not_readable_as_it_should_be() {
    let double = MoodleDouble::start(site()).await;
    let folder = folder(&double);
    folder.run("fulfil order.json").has(0, &[], &[]);
    let enrolled = double.site().enrolments.clone();
    double.site().capabilities.remove("moodle/user:viewdetails");
    let told = ["not readable as it should be", "moodle/user:viewdetails"];
    let kept = folder.run("--json fulfil order.json").has(8, &[], &told).json();
    assert_eq!((&kept["order"], &kept["state"]), (&"2026-0142".into(), &"blocked".into()), "{kept}");
    assert!(kept["next_try"].is_string(), "{kept}");
    let all = folder.run("--json fulfil order.json order.json").has(8, &[], &[]).json();
    for (of, is) in [("order", "2026-0142"), ("state", "blocked")] {
        assert!(all.as_array().unwrap().iter().all(|one| one[of] == is && one["next_try"].is_string()), "{all:#}");
    }
    folder.run("--language en fulfil order.json").has(8, &["The next try is due at"], &told);
    folder.run("--language en fulfil order.json order.json").has(8, &["The next try is due at"], &["2026-0142: "]);
    folder.run("orders cancel 2026-0142").has(8, &[], &told);
    folder.run("orders list --state blocked").has(0, &["2026-0142"], &[]);
    let problem = folder.run("--json preview order.json").has(8, &[], &told).json();
    assert_eq!(problem["problem"]["code"], "accounts-unseen", "{problem}");
    assert_eq!(problem["problem"]["said"]["permissions"], serde_json::json!(["moodle/user:viewdetails"]), "{problem}");
    assert_eq!(double.site().enrolments, enrolled);
    double.site().capabilities.insert("moodle/user:viewdetails".to_owned());
    folder.run("orders retry 2026-0142").has(0, &[], &[]);
    assert!(double.site().enrolments.is_empty());
}
