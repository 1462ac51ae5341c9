//! Orders that are fulfilled although something about them is unusual: what is told, and what comes of it.

use shop_core::orders::state::LineState;
use shop_core::words::message::{Audience, Message, Value};
use shop_harness::World;
use shop_host::host::Outcome;
use shop_platforms::embedded::{AccountEntry, AttachmentEntry, Census, EnrolmentEntry};

use crate::orders::cases::{Case, case, told, world};

/// Fulfils a case's order; what is told is as the case has it.
pub(crate) async fn fulfilled(case: &Case, world: &World) -> Outcome {
    let outcome = world.fulfil(&case.order.to_string()).await.unwrap();
    assert_eq!(told(case, &outcome.lines[0].messages), case.findings, "{}", case.about);
    assert_eq!(outcome.state, LineState::Fulfilled, "{}", case.about);
    outcome
}

async fn fulfilled_alone(case: Case) -> (Case, World) {
    let world = world(std::slice::from_ref(&case)).await;
    fulfilled(&case, &world).await;
    (case, world)
}

fn enrolment<'a>(census: &'a Census, course: &str, email: &str) -> Option<&'a EnrolmentEntry> {
    census.enrolments.iter().find(|entry| entry.course == course && entry.account == email)
}

fn account<'a>(census: &'a Census, email: &str) -> &'a AccountEntry {
    census.accounts.iter().find(|account| account.username == email).unwrap_or_else(|| panic!("no account of {email}"))
}

fn attached<'a>(census: &'a Census, email: &str) -> Vec<&'a AttachmentEntry> {
    census.attachments.iter().filter(|entry| entry.holder == email || entry.context == email).collect()
}

/// The order is of 2026-11-20T09:00Z, the course starts on 2027-01-11T08:00Z.
#[tokio::test]
async fn access_has_the_period_that_was_meant() {
    let start = "2027-01-11T08:00:00Z";
    let period = |about, more: &str, period: &str| (case(about).and(more), period.to_owned());
    let cases = vec![
        period("from the course's start, for ever", "", &format!("{start}..")),
        period("never before the course's start", "starttime=2026-12-01", &format!("{start}..")),
        period("from a date", "starttime=2027-02-01", "2027-02-01T00:00:00Z.."),
        period("from Unix seconds", "starttime=1801440000", "2027-02-01T00:00:00Z.."),
        period("from a time with an offset", "starttime=2027-02-01T09:00:00%2B02:00", "2027-02-01T07:00:00Z.."),
        period("with a plus sign as it is typed", "starttime=2027-02-01T09:00:00+02:00", "2027-02-01T07:00:00Z.."),
        period("until the end of a date", "endtime=2027-02-01", &format!("{start}..2027-02-02T00:00:00Z")),
        period("for one day", "starttime=2027-02-01&endtime=2027-02-01", "2027-02-01T00:00:00Z..2027-02-02T00:00:00Z"),
        period(
            "until a time with an offset",
            "endtime=2027-02-01T00:00:00-05:00",
            &format!("{start}..2027-02-01T05:00:00Z"),
        ),
        period("30 days", "endtime=%2B30D", &format!("{start}..2027-02-10T08:00:00Z")),
        period("12 hours, with a plus sign as it is typed", "endtime=+12H", &format!("{start}..2027-01-11T20:00:00Z")),
        period(
            "30 days from a start",
            "starttime=2027-02-01&endtime=%2B30D",
            "2027-02-01T00:00:00Z..2027-03-03T00:00:00Z",
        ),
        period("35 days", "duration=35", &format!("{start}..2027-02-15T08:00:00Z")),
        (
            case("an end and a duration")
                .and("endtime=2027-03-01&duration=35")
                .finds(["warning parameter duration: duration-ignored"]),
            format!("{start}..2027-03-02T00:00:00Z"),
        ),
        (
            case("an end of the line's own").and("endtime=2027-03-01").line("parameters", "endtime=2027-08-31"),
            format!("{start}..2027-09-01T00:00:00Z"),
        ),
        (
            case("a duration of the line's own").and("endtime=2027-06-30").line("parameters", "duration=365"),
            format!("{start}..2028-01-11T08:00:00Z"),
        ),
        (
            case("an end of the line's own instead of a duration")
                .and("duration=35")
                .line("parameters", "endtime=2027-08-31"),
            format!("{start}..2027-09-01T00:00:00Z"),
        ),
        (
            case("a start of the line's own").and("duration=35").line("parameters", "starttime=2027-02-01"),
            "2027-02-01T00:00:00Z..2027-03-08T00:00:00Z".to_owned(),
        ),
        (
            case("no end for this line, instead of a duration").and("duration=35").line("parameters", "endtime="),
            format!("{start}.."),
        ),
        (case("no end for this line").and("endtime=2027-03-01").line("parameters", "endtime="), format!("{start}..")),
    ];
    let (cases, periods): (Vec<Case>, Vec<String>) = cases.into_iter().unzip();
    let world = world(&cases).await;
    for (case, expected) in cases.iter().zip(periods) {
        fulfilled(case, &world).await;
        let census = world.census().await;
        for number in 0..=3 {
            let period = enrolment(&census, "SPOCM1", &case.email(number)).unwrap().period;
            let end = period.end.map(|end| end.to_string()).unwrap_or_default();
            assert_eq!(format!("{}..{end}", period.start), expected, "{}", case.about);
        }
    }
}

#[tokio::test]
async fn what_can_be_ignored_is_only_warned_of() {
    let cases = [
        case("empty pairs").parameters("&&coursename=SPOCM1&supervisor=teacher&learner=&"),
        case("an unknown parameter").and("lerner=x").finds(["warning parameter lerner: parameter-unknown"]),
        case("an unknown parameter, badly encoded").and("%zz=%FF").finds(["warning parameter %zz: parameter-unknown"]),
        case("a repeated parameter")
            .and("supervisor=manager")
            .finds(["warning parameter supervisor: parameter-repeated"]),
        case("an unknown parameter of the line's own")
            .line("parameters", "endtime=2027-08-31&colour=red")
            .finds(["warning parameter colour: parameter-unknown"]),
        case("a support course that is the course itself")
            .and("customersupport=SPOCM1&endtime=2027-02-01")
            .finds(["warning parameter customersupport: support-is-course"]),
        case("a course whose groups see each other")
            .parameters("coursename=SHARED&supervisor=teacher")
            .finds(["warning parameter coursename: groups-not-separate"]),
        case("fields that nobody asks for")
            .operator("extra", serde_json::json!({"vat": "FR1"}))
            .occupant(2, "extra", serde_json::json!({"shoe-size": "41"}))
            .finds(["warning operator vat: field-unknown", "warning seat 2 shoe-size: field-unknown"]),
        case("a line without seats that was never bought")
            .line("quantity", 0)
            .line("product", "UNHEARD-OF")
            .finds(["warning order: line-never-bought"]),
        case("languages").occupant(2, "language", "fr-CA").occupant(3, "language", "ar").operator("language", "pt_BR"),
    ];
    let world = world(&cases).await;
    for case in &cases {
        fulfilled(case, &world).await;
    }
}

#[tokio::test]
async fn names_are_taken_as_they_are_typed() {
    let world = world(&[case("names")]).await;
    let hundred = "é".repeat(100);
    let names = [
        "Seán \"Jack\" O'Neil",
        "D’Arcy; DROP TABLE accounts;--",
        "Zoë 👩‍🏫",
        "عمر",
        "שרה\u{200f} כהן",
        "Ng",
        "A&amp;B",
        "{ $email }",
        "%s%n\\",
        &hundred,
        "  Anne  ",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let email = format!("learner{number}@x.example");
        let case = case("names").order("id", email.as_str()).occupant(2, "email", email.as_str());
        let case = case.occupant(2, "first_name", name).occupant(2, "last_name", name);
        fulfilled(&case, &world).await;
        let census = world.census().await;
        let account = account(&census, &email);
        assert_eq!((account.first_name.as_str(), account.last_name.as_str()), (name.trim(), name.trim()));
    }
}

#[tokio::test]
async fn an_operator_with_a_long_name_has_a_group_all_the_same() {
    let long = "ж".repeat(100);
    let case = case("a long name").operator("first_name", long.as_str()).operator("last_name", long.as_str());
    let (_, world) = fulfilled_alone(case).await;
    assert_eq!(world.census().await.groups[0].members.len(), 4);
}

#[tokio::test]
async fn vacant_seats_are_no_fault() {
    let mut nobody = case("nobody yet").line("quantity", 5);
    nobody.order["lines"][0]["seats"] = serde_json::json!([]);
    let named = case("a seat without an occupant").seat(2, "occupant", serde_json::Value::Null);
    let world = world(&[case("nobody yet"), case("a seat without an occupant")]).await;
    let outcome = fulfilled(&nobody, &world).await;
    assert_eq!(outcome.lines[0].seats.len(), 5);
    assert!(outcome.lines[0].seats.iter().all(|seat| seat.occupant.is_none()));
    let outcome = fulfilled(&named, &world).await;
    let taken: Vec<bool> = outcome.lines[0].seats.iter().map(|seat| seat.occupant.is_some()).collect();
    assert_eq!(taken, [true, false, true]);
}

#[tokio::test]
async fn an_occupant_takes_the_seat_that_is_named() {
    let id = case("seats by name").id(3).to_lowercase().replace('-', " ");
    let case = case("seats by name").seat(1, "id", id);
    let world = world(&[case]).await;
    let case =
        crate::orders::cases::case("seats by name").seat(1, "id", crate::orders::cases::case("seats by name").id(3));
    let outcome = fulfilled(&case, &world).await;
    let third = outcome.lines[0].seats.iter().find(|seat| seat.number == 3).unwrap();
    assert_eq!(third.occupant.as_ref().unwrap().email.as_str(), case.email(1));
}

/// The customer is in the course for both reasons, once, and is never attached to himself.
#[tokio::test]
async fn an_operator_may_learn_or_tutor_as_well() {
    for (seat, roles) in [(2, &["student", "teacher"][..]), (1, &["teacher"])] {
        let case = case("one of us");
        let email = case.email(0).to_uppercase();
        let case = case.occupant(seat, "first_name", "Claire").occupant(seat, "last_name", "MARTIN");
        let (case, world) = fulfilled_alone(case.occupant(seat, "email", email)).await;
        let census = world.census().await;
        assert_eq!(enrolment(&census, "SPOCM1", &case.email(0)).unwrap().roles, roles);
        assert_eq!(census.groups[0].members.len(), 3);
        assert!(census.attachments.iter().all(|entry| entry.holder != entry.context));
        assert_eq!(attached(&census, &case.email(0)).len(), 4);
    }
}

#[tokio::test]
async fn an_existing_account_is_used_as_it_is() {
    let (_, world) = fulfilled_alone(
        case("an old acquaintance")
            .occupant(2, "email", " Jeanne@Known.example")
            .occupant(2, "first_name", "JEANNE")
            .occupant(2, "last_name", "roux ")
            .occupant(2, "language", "fr")
            .occupant(3, "email", "loic@known.example")
            .occupant(3, "first_name", "Loi\u{308}c")
            .occupant(3, "last_name", "Le Gall"),
    )
    .await;
    let census = world.census().await;
    let jeanne = account(&census, "jeanne@known.example");
    assert_eq!((jeanne.first_name.as_str(), jeanne.last_name.as_str()), ("Jeanne", "Roux"));
    assert_eq!(jeanne.language, None);
    assert!(enrolment(&census, "SPOCM1", "jeanne@known.example").is_some());
    assert_eq!(attached(&census, "jeanne@known.example").len(), 2);
    assert!(census.invitations.iter().all(|invitation| invitation.account != "jeanne@known.example"));
}

/// The staff is told both names: the address may be somebody else's. The buyer is not told whose account it is.
#[tokio::test]
async fn another_name_is_told_to_the_staff_alone() {
    let case = case("a namesake")
        .operator("email", "loic@known.example")
        .occupant(2, "email", "jeanne@known.example")
        .finds(["warning operator first-name: name-differs", "warning seat 2 first-name: name-differs"]);
    let world = world(std::slice::from_ref(&case)).await;
    let outcome = fulfilled(&case, &world).await;
    let said: Vec<&Message> = outcome.lines[0].messages.iter().filter(|m| m.key == "name-differs").collect();
    assert!(said.iter().all(|message| message.audience == Audience::Sales));
    let names = |message: &Message| message.arguments[1..].iter().map(|(_, name)| name.clone()).collect::<Vec<Value>>();
    assert_eq!(names(said[0]), [Value::from("Claire Martin"), Value::from("Loïc Le Gall")]);
    assert_eq!(names(said[1]), [Value::from("Amina Haddad"), Value::from("Jeanne Roux")]);
    assert_eq!(account(&world.census().await, "jeanne@known.example").first_name, "Jeanne");
}

/// Nobody gets a hold on an administrator's account by buying it a seat; nor on one that the shop protects, which need not
/// exist before.
#[tokio::test]
async fn protected_accounts_are_enrolled_but_not_attached() {
    let of = |about, email: &str, first: &str, last: &str| {
        let case =
            case(about).occupant(2, "email", email).occupant(2, "first_name", first).occupant(2, "last_name", last);
        case.finds(["warning seat 2 email: account-protected"])
    };
    let cases = [
        of("an administrator", "admin@known.example", "Ada", "Min"),
        of("a protected address", "Boss@known.example", "Big", "Boss"),
        of("a protected address without an account", "chief@new.example", "Chief", "Officer"),
    ];
    let world = world(&cases).await;
    for case in &cases {
        let email = case.email(2).to_lowercase();
        fulfilled(case, &world).await;
        let census = world.census().await;
        assert!(enrolment(&census, "SPOCM1", &email).is_some(), "{email}");
        assert!(attached(&census, &email).is_empty(), "{email}");
        assert_eq!(attached(&census, &case.email(3)).len(), 2, "the others are attached");
        fulfilled(case, &world).await;
        assert_eq!(world.census().await, census, "a second time changes nothing");
    }
}

#[tokio::test]
async fn nobody_is_attached_to_a_protected_operator() {
    let case = case("a protected operator")
        .operator("email", "boss@known.example")
        .operator("first_name", "Big")
        .operator("last_name", "Boss")
        .finds(["warning operator email: operator-protected"]);
    let (case, world) = fulfilled_alone(case).await;
    let census = world.census().await;
    assert!(census.attachments.is_empty());
    assert!(enrolment(&census, "SPOCM1", &case.email(2)).is_some());
}

/// What an administrator did on the platform afterwards is not ours to undo, nor a reason to throw anybody out.
#[tokio::test]
async fn whoever_has_a_place_keeps_it_when_the_account_is_suspended_later() {
    let (mut case, world) = fulfilled_alone(case("a suspension")).await;
    world.by_hand().set_suspended(&case.email(2).parse().unwrap(), true).unwrap();
    let before = world.census().await;
    case = case.finds(["warning seat 2 email: account-suspended-kept"]);
    fulfilled(&case, &world).await;
    assert_eq!(world.census().await, before);
    let tutor = case.order["lines"][0]["seats"][0].take();
    case.order["lines"][0]["seats"][0] = serde_json::json!({"role": "tutor"});
    case = case.finds(["warning order: places-lost", "warning seat 2 email: account-suspended-kept"]);
    fulfilled(&case, &world).await;
    assert!(enrolment(&world.census().await, "SPOCM1", &case.email(2)).is_some());
    assert!(enrolment(&world.census().await, "SPOCM1", tutor["occupant"]["email"].as_str().unwrap()).is_none());
}
