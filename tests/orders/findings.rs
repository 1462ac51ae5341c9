//! Orders that are rejected: what is told of each. All of it is told at once, and nothing is changed.

use serde_json::{Value, json};
use shop_core::orders::state::LineState;
use shop_core::words::order::OrderId;
use shop_harness::World;

use crate::orders::cases::{Case, case, ledger, told, world};

/// Faults of the product. A merchant who checks the catalogue is told the same.
fn of_the_product() -> Vec<Case> {
    let parameter = |about, more: &str| case(about).and(more);
    let times = "coursename=SPOCM1&supervisor=teacher&starttime=2099-06-01";
    vec![
        case("no course").parameters("supervisor=teacher").finds(["error parameter coursename: parameter-missing"]),
        case("an empty course")
            .parameters("coursename=&supervisor=teacher")
            .finds(["error parameter coursename: parameter-missing"]),
        case("an unknown course")
            .parameters("coursename=NOPE&supervisor=teacher")
            .finds(["error parameter coursename: course-unknown"]),
        case("a course in other capitals")
            .parameters("coursename=spocm1&supervisor=teacher")
            .finds(["error parameter coursename: course-unknown"]),
        case("a course that takes nobody")
            .parameters("coursename=CLOSED&supervisor=teacher")
            .finds(["error parameter coursename: course-closed"]),
        case("an unknown support course")
            .and("customersupport=NOPE")
            .finds(["error parameter customersupport: course-unknown"]),
        case("a support course that takes nobody")
            .and("customersupport=CLOSED")
            .finds(["error parameter customersupport: course-closed"]),
        parameter("an unknown role", "learner=phantom").finds(["error parameter learner: role-unknown"]),
        parameter("a role that the shop does not allow", "learner=manager")
            .finds(["error parameter learner: role-not-allowed"]),
        parameter("a role that is none in courses", "learner=observer")
            .finds(["error parameter learner: role-not-in-course"]),
        parameter("a role that is none in accounts", "learner=marker")
            .finds(["error parameter learner: role-not-in-account"]),
        parameter("a flag that is none", "autoenrolsupervisor=yes")
            .finds(["error parameter autoenrolsupervisor: parameter-not-allowed"]),
        parameter("a choice that is none", "delegation=some")
            .finds(["error parameter delegation: parameter-not-allowed"]),
        parameter("what is no UTF-8", "learner=%FF%FE").finds(["error parameter learner: parameter-malformed"]),
        parameter("a control character", "learner=stu%00dent").finds(["error parameter learner: parameter-malformed"]),
        parameter("a percent sign that encodes nothing", "learner=%zz%")
            .finds(["error parameter learner: role-not-allowed"]),
        parameter("a value of 2,000 characters", &format!("learner={}", "x".repeat(2000)))
            .finds(["error parameter learner: parameter-malformed"]),
        case("the first of two values counts")
            .parameters("coursename=NOPE&coursename=SPOCM1&supervisor=teacher")
            .finds(["error parameter coursename: course-unknown", "warning parameter coursename: parameter-repeated"]),
        parameter("a start that is no time", "starttime=soon").finds(["error parameter starttime: start-unreadable"]),
        parameter("a start after a start", "starttime=%2B30D").finds(["error parameter starttime: start-unreadable"]),
        parameter("milliseconds", "endtime=4070908800000").finds(["error parameter endtime: end-unreadable"]),
        parameter("a local time", "endtime=2099-06-01T09:00:00").finds(["error parameter endtime: end-unreadable"]),
        parameter("an impossible date", "endtime=2099-02-29").finds(["error parameter endtime: end-unreadable"]),
        parameter("a month after the start", "endtime=%2B1M").finds(["error parameter endtime: end-unreadable"]),
        parameter("a duration that is none", "duration=five").finds(["error parameter duration: duration-unreadable"]),
        case("an end before the start")
            .parameters(format!("{times}&endtime=2099-05-31"))
            .finds(["error parameter endtime: end-before-start"]),
        case("an end at the start, written with another offset")
            .parameters(format!("{times}&endtime=2099-06-01T02:00:00%2B02:00"))
            .finds(["error parameter endtime: end-before-start"]),
        case("no time after the start")
            .parameters(format!("{times}&endtime=%2B0D"))
            .finds(["error parameter endtime: end-before-start"]),
        parameter("an end in the past", "endtime=2020-01-01")
            .finds(["error parameter endtime: end-before-start", "error parameter endtime: end-past"]),
        case("all at once")
            .parameters("coursename=CLOSED&learner=manager&endtime=never&duration=x&delegation=some&lerner=x&lerner=y")
            .finds([
                "error parameter coursename: course-closed",
                "error parameter delegation: parameter-not-allowed",
                "error parameter duration: duration-unreadable",
                "error parameter endtime: end-unreadable",
                "error parameter learner: role-not-allowed",
                "warning parameter lerner: parameter-repeated",
                "warning parameter lerner: parameter-unknown",
            ]),
        case("a handler that is not installed").handler("missing").finds(["error order: handler-unusable"]),
    ]
}

/// Faults of the order.
fn of_the_order() -> Vec<Case> {
    vec![
        case("an unknown product").line("product", "NOPE").finds(["error order: product-unknown"]),
        case("more seats than can be sold").line("quantity", 6).finds(["error order: quantity-too-large"]),
        case("4294967295 seats").line("quantity", u32::MAX).finds(["error order: quantity-too-large"]),
        case("more occupants than seats").line("quantity", 2).finds(["error order: seats-too-many"]),
        case("more occupants than seats, and more seats than can be sold")
            .line("quantity", 6)
            .line("seats", vec![json!({"role": "learner"}); 7])
            .finds(["error order: quantity-too-large", "error order: seats-too-many"]),
        case("somebody at fault who has no seat")
            .line("quantity", 2)
            .occupant(3, "email", "@")
            .finds(["error order: seats-too-many", "error seat 3 email: email-at"]),
        case("somebody twice who has no seat")
            .line("quantity", 2)
            .occupant(3, "email", case("somebody twice who has no seat").email(2))
            .finds(["error order: seats-too-many", "error seat 3 email: person-twice"]),
        case("a seat for nobody known").seat(1, "role", "boss").finds(["error seat 1 role: seat-role-unknown"]),
        case("a seat of another order").seat(2, "id", case("elsewhere").id(2)).finds(["error seat ? id: seat-unknown"]),
        case("a seat beyond the quantity")
            .seat(2, "id", case("a seat beyond the quantity").id(4))
            .finds(["error seat 4 id: seat-unknown"]),
        case("one seat for two")
            .seat(1, "id", case("one seat for two").id(3))
            .seat(2, "id", case("one seat for two").id(3))
            .finds(["error seat 3 id: seat-twice"]),
        case("a course of the line's own")
            .line("parameters", "coursename=SUPPORT")
            .finds(["error parameter coursename: parameter-not-for-lines"]),
        case("a role of the line's own")
            .line("parameters", "learner=teacher")
            .finds(["error parameter learner: parameter-not-for-lines"]),
        case("a role of the line's own, and a wrong one of the product's")
            .and("learner=manager")
            .line("parameters", "learner=student")
            .finds(["error parameter learner: parameter-not-for-lines", "error parameter learner: role-not-allowed"]),
        case("an end of the line's own that is none")
            .line("parameters", "endtime=never")
            .finds(["error parameter endtime: end-unreadable"]),
    ]
}

/// Faults of people.
fn of_people() -> Vec<Case> {
    let email = |about, email: &str| case(about).occupant(2, "email", email);
    let first_name = |about, name: &str| case(about).occupant(2, "first_name", name);
    let twice = |about, first: &str, second: &str| {
        case(about).occupant(2, "email", first).occupant(3, "email", second).finds(["error seat 3 email: person-twice"])
    };
    let own = |about, number| case(about).email(number);
    vec![
        email("no address", "").finds(["error seat 2 email: email-missing"]),
        email("what is no address", "anne.example.org").finds(["error seat 2 email: email-at"]),
        email("an address of megabytes", &"a".repeat(2 << 20)).finds(["error seat 2 email: email-too-long"]),
        email("an invisible character in an address", "an\u{2060}ne@x.example")
            .finds(["error seat 2 email: email-invisible"]),
        email("an invisible character in a domain", "anne@x\u{ad}y.example")
            .finds(["error seat 2 email: email-invisible"]),
        email("two dots in an address", "an..ne@x.example").finds(["error seat 2 email: email-dots"]),
        email("a dot at the end of the name", "anne.@x.example").finds(["error seat 2 email: email-dots"]),
        email("65 characters before the @", &format!("{}@x.example", "a".repeat(65)))
            .finds(["error seat 2 email: email-local-too-long"]),
        email("an intranet's address", "anne@intranet").finds(["error seat 2 email: email-dotless"]),
        email("a computer's number", "anne@192.0.2.1").finds(["error seat 2 email: email-number"]),
        email("no domain", "anne@exam_ple.org").finds(["error seat 2 email: email-domain"]),
        email("an address longer than platforms have room for", &format!("anne@{}x.example", "a.".repeat(48)))
            .finds(["error seat 2 email: email-too-long"]),
        email("an address with letters that mail does not take", "ren\u{e9}@x.example")
            .finds(["error seat 2 email: email-character"]),
        email("two without an address", "")
            .occupant(3, "email", " ")
            .finds(["error seat 2 email: email-missing", "error seat 3 email: email-missing"]),
        twice("somebody twice", "anne@x.example", "anne@x.example"),
        twice("somebody twice, by capitals", "anne@x.example", "Anne@X.Example"),
        twice("somebody twice, by spaces", "anne@x.example", " anne@x.example\t"),
        twice("somebody twice, by invisible characters", "anne@x.example", "\u{200b}anne@x.example\u{feff}"),
        twice(
            "somebody twice, by the domain's Unicode form",
            "anne@b\u{e9}b\u{e9}.example",
            "anne@be\u{301}be\u{301}.example",
        ),
        twice("somebody twice, by the domain in ASCII", "anne@b\u{e9}b\u{e9}.example", "anne@xn--bb-bjab.example"),
        twice(
            "somebody twice, by the Unicode form of what is no address",
            "ren\u{e9}@x.example",
            "rene\u{301}@x.example",
        )
        .finds([
            "error seat 2 email: email-character",
            "error seat 3 email: email-character",
            "error seat 3 email: person-twice",
        ]),
        email("a tutor who learns", &own("a tutor who learns", 1))
            .finds(["error seat 2 email: person-learner-and-tutor"]),
        case("no name")
            .occupant(2, "first_name", " ")
            .occupant(2, "last_name", "\u{200b}\u{a0}")
            .finds(["error seat 2 last-name: name-missing"]),
        case("a name that shows nothing")
            .occupant(2, "first_name", "\u{3164}\u{115f}")
            .occupant(2, "last_name", "\u{2800}")
            .finds(["error seat 2 last-name: name-missing"]),
        first_name("101 characters of one who has no other", &"é".repeat(101))
            .occupant(2, "last_name", "")
            .finds(["error seat 2 first-name: name-too-long"]),
        first_name("101 characters", &"é".repeat(101)).finds(["error seat 2 first-name: name-too-long"]),
        first_name("300 characters", &"x".repeat(300)).finds(["error seat 2 first-name: name-too-long"]),
        first_name("a control character in a name", "An\u{7}ne").finds(["error seat 2 first-name: name-unprintable"]),
        first_name("a line break in a name", "Anne\nMarie").finds(["error seat 2 first-name: name-unprintable"]),
        first_name("a name that turns the text around", "\u{202e}enna")
            .finds(["error seat 2 first-name: name-unprintable"]),
        first_name("HTML", "<b>Anne</b>").finds(["error seat 2 first-name: name-markup"]),
        email("a suspended account", "suspended@known.example").finds(["error seat 2 email: account-suspended"]),
        email("a deleted account", "Deleted@known.example").finds(["error seat 2 email: account-deleted"]),
        email("two accounts", "twins@known.example").finds(["error seat 2 email: account-ambiguous"]),
        case("an operator without an address").operator("email", "claire").finds(["error operator email: email-at"]),
        case("an operator without a name")
            .operator("first_name", "")
            .operator("last_name", "")
            .finds(["error operator last-name: name-missing"]),
        case("an operator whose account is suspended")
            .operator("email", "suspended@known.example")
            .finds(["error operator email: account-suspended"]),
        case("an operator whose account is deleted")
            .operator("email", "deleted@known.example")
            .finds(["error operator email: account-deleted"]),
        case("an operator with two accounts")
            .operator("email", "twins@known.example")
            .finds(["error operator email: account-ambiguous"]),
        case("an operator who learns on a suspended account")
            .operator("email", "suspended@known.example")
            .occupant(2, "email", "suspended@known.example")
            .finds(["error operator email: account-suspended", "error seat 2 email: account-suspended"]),
    ]
}

/// One subject's fault hides no other's: what the host finds by itself, on the platform, and what the handler finds.
fn together() -> Vec<Case> {
    vec![
        case("host, platform and handler")
            .parameters("coursename=SHARED&learner=manager&endtime=never")
            .seat(1, "role", "boss")
            .occupant(2, "email", "suspended@known.example")
            .occupant(3, "first_name", "<b>")
            .finds([
                "error parameter endtime: end-unreadable",
                "error parameter learner: role-not-allowed",
                "error seat 1 role: seat-role-unknown",
                "error seat 2 email: account-suspended",
                "error seat 3 first-name: name-markup",
                "warning parameter coursename: groups-not-separate",
            ]),
        case("an operator at fault, and others")
            .and("endtime=never")
            .operator("email", "claire")
            .occupant(2, "email", "suspended@known.example")
            .occupant(3, "last_name", "<i>")
            .finds([
                "error operator email: email-at",
                "error parameter endtime: end-unreadable",
                "error seat 2 email: account-suspended",
                "error seat 3 last-name: name-markup",
            ]),
        case("an operator with a fault on the platform, and others")
            .and("endtime=never")
            .operator("email", "suspended@known.example")
            .occupant(2, "email", "twins@known.example")
            .finds([
                "error operator email: account-suspended",
                "error parameter endtime: end-unreadable",
                "error seat 2 email: account-ambiguous",
            ]),
        case("several faults of one person")
            .occupant(2, "email", "@")
            .occupant(2, "first_name", "")
            .occupant(2, "last_name", "\u{1b}")
            .occupant(2, "language", "?")
            .finds([
                "error seat 2 email: email-at",
                "error seat 2 last-name: name-unprintable",
                "warning seat 2 language: language-unknown",
            ]),
    ]
}

#[tokio::test]
async fn faults_of_the_product() {
    rejected(of_the_product()).await;
}

#[tokio::test]
async fn faults_of_the_order() {
    rejected(of_the_order()).await;
}

#[tokio::test]
async fn faults_of_people() {
    rejected(of_people()).await;
}

#[tokio::test]
async fn faults_of_all_kinds_together() {
    rejected(together()).await;
}

/// Fulfils each case's order, after a good one so that there is something to spoil.
async fn rejected(mut cases: Vec<Case>) {
    cases.push(case("a good one"));
    let world = world(&cases).await;
    let good = cases.pop().expect("the good one");
    let outcome = world.fulfil(&good.order.to_string()).await.unwrap();
    assert_eq!(outcome.state, LineState::Fulfilled);
    let before = (world.census().await, ledger(&world).await);
    let failures: Vec<String> = {
        let mut failures = Vec::new();
        for case in &cases {
            failures.extend(differs(case, &world).await);
            assert_eq!((world.census().await, ledger(&world).await), before, "{}: left traces", case.about);
        }
        failures
    };
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is told otherwise than it should be: in a preview, which also leaves no order behind, and when it counts.
async fn differs(case: &Case, world: &World) -> Option<String> {
    let order = case.order.to_string();
    let id = OrderId::try_from(case.about.to_owned()).unwrap();
    let preview = world.preview(&order).await.unwrap();
    assert!(world.host.journal().order(&id).await.unwrap().is_none(), "{}: a preview is recorded", case.about);
    let outcome = world.fulfil(&order).await.unwrap();
    assert_eq!(outcome.lines[0].messages, preview.lines[0].messages, "{}", case.about);
    let found = told(case, &outcome.lines[0].messages);
    let recorded = world.host.journal().order(&id).await.unwrap().expect("a rejected order is recorded");
    assert_eq!(recorded.lines[&1].reason.messages, outcome.lines[0].messages, "{}", case.about);
    let states = [outcome.state, preview.state, recorded.lines[&1].state];
    let as_it_should = states == [LineState::Rejected; 3] && outcome.report.is_none() && found == case.findings;
    (!as_it_should).then(|| format!("{}: {states:?}, found {found:#?}, expected {:#?}", case.about, case.findings))
}

#[tokio::test]
async fn a_merchant_who_checks_the_catalogue_is_told_the_same() {
    let cases = of_the_product();
    let world = world(&cases).await;
    for (case, check) in cases.iter().zip(world.check().await) {
        assert_eq!(told(case, &check.messages), case.findings, "{}", case.about);
    }
    assert!(world.requests.take().keys().all(|method| method.starts_with("find")));
}

/// Of several lines, one that is faulty rejects all; each tells its own.
#[tokio::test]
async fn a_faulty_line_rejects_its_whole_order() {
    let mut twofold = case("two lines").occupant(2, "last_name", "<i>");
    let mut second: Value = case("the other line").order["lines"][0].clone();
    second["line"] = json!(2);
    twofold.order["lines"].as_array_mut().unwrap().push(second);
    let world = world(&[case("two lines"), case("the other line")]).await;
    let before = world.census().await;
    let outcome = world.fulfil(&twofold.order.to_string()).await.unwrap();
    assert_eq!(outcome.state, LineState::Rejected);
    assert_eq!(told(&twofold, &outcome.lines[0].messages), ["error seat 2 last-name: name-markup"]);
    assert_eq!(told(&twofold, &outcome.lines[1].messages), [""; 0]);
    assert!(outcome.lines.iter().flat_map(|line| &line.messages).all(|message| message.key != "session-ready"));
    assert_eq!(world.census().await, before);
}
