//! A shop to test in, orders for it in few words, and what came of them in few words.
//!
//! People are called by their address without its `@example.org`; the operator is `claire`, unless an order says otherwise.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use shop_host::email::Email;
use shop_host::file;
use shop_host::journal::RecordedLine;
use shop_host::order::OrderId;
use shop_host::period::{Period, Timestamp};
use shop_host::plan::Outcome as Done;
use shop_host::platform::embedded::{Census, Seed};
use shop_host::platform::{AccountState, Platform};
use shop_host::receipt::{Names, Report};
use shop_host::retries::Retries;
use shop_host::sandbox::Allocation;
use shop_host::session::Fact;
use shop_host::shop::{Outcome, Shop, ShopError};
use shop_host::state::LineState;
use shop_tests::{Given, World};

/// The products: reference, handler, parameters.
const PRODUCTS: &[(&str, &str, &str)] = &[
    ("SPOC", "setup-one-course-session", "coursename=SPOC&supervisor=teacher&duration=35"),
    ("LONG", "setup-one-course-session", "coursename=SPOC&supervisor=teacher&duration=70"),
    ("OPEN", "setup-one-course-session", "coursename=SPOC&supervisor=teacher"),
    ("CREATED", "setup-one-course-session", "coursename=SPOC&supervisor=teacher&duration=35&delegation=created"),
    ("NONE", "setup-one-course-session", "coursename=SPOC&supervisor=teacher&duration=35&delegation=none"),
    ("OTHER", "setup-one-course-session", "coursename=OTHER&supervisor=teacher&duration=35"),
    ("GUEST", "hostile", "coursename=SPOCM1"),
];

const PLATFORM: &str = r#"
    [[role]]
    short_name = "student"
    in_course = true
    in_account = true

    [[role]]
    short_name = "teacher"
    in_course = true
    in_account = true

    [[course]]
    short_name = "SPOC"
    title = "The course"
    start = "2026-06-01T00:00:00Z"

    [[course]]
    short_name = "OTHER"
    title = "Another course"
    start = "2026-06-01T00:00:00Z"

    [[course]]
    short_name = "SPOCM1"
    title = "The hostile handlers' course"
    start = "2026-06-01T00:00:00Z"

    [[course]]
    short_name = "SUPPORT"
    title = "Support"
    start = "2026-01-01T00:00:00Z"
"#;

/// The catalogue, with settings of the shop, in TOML.
pub(crate) fn catalogue(settings: &str) -> String {
    // Only where consent is what a test is about, it says so.
    let attach = if settings.contains("attach_existing") { "" } else { "attach_existing = \"always\"" };
    let mut toml = format!("[shop]\nparameters = \"customersupport=SUPPORT\"\n{attach}\n{settings}\n");
    for (reference, handler, parameters) in PRODUCTS {
        toml += &format!(
            "[[product]]\nreference = \"{reference}\"\ntitle = \"{reference}\"\nprice = \"10.00 EUR\"\n\
             handler = \"{handler}\"\nparameters = \"{parameters}\"\nmax_seats = 10000\n"
        );
    }
    toml
}

/// A shop whose platform has its courses and roles, and nobody.
pub(crate) async fn shop() -> World {
    shop_with("", "").await
}

/// The same shop before any handler is installed.
pub(crate) async fn shop_without_handlers() -> World {
    Given::catalogue(&catalogue("")).platform(PLATFORM).open().await
}

/// A shop with these settings, whose platform has this beside its courses and roles, both in TOML.
pub(crate) async fn shop_with(settings: &str, platform: &str) -> World {
    Given::catalogue(&catalogue(settings))
        .platform(&format!("{PLATFORM}\n{platform}"))
        .handler(shop_tests::setup_one_course_session())
        .open()
        .await
}

/// A number from the environment.
pub(crate) fn variable<T: FromStr>(name: &str, default: T) -> T {
    let read = |text: String| text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, found {text:?}"));
    std::env::var(name).map_or(default, read)
}

/// Adds to the platform what this TOML says.
pub(crate) async fn seed(world: &World, toml: &str) {
    let seed: Seed = shop_host::file::parse_toml(toml).unwrap();
    world.platform.seed(&seed).await.unwrap();
}

/// An account for the platform, in TOML.
pub(crate) fn account(name: &str) -> String {
    format!("[[account]]\nemail = \"{name}@example.org\"\nfirst_name = \"{name}\"\nlast_name = \"Test\"\n")
}

/// Somebody's address.
pub(crate) fn email(name: &str) -> Email {
    format!("{name}@example.org").parse().unwrap()
}

/// An order.
#[derive(Clone, Debug)]
pub(crate) struct Sale(Value);

/// A paid order of five seats of `SPOC`, who sits there as for [`Sale::line`].
pub(crate) fn sale(id: &str, seats: &[&str]) -> Sale {
    let order =
        json!({"id": id, "state": "paid", "time": "2026-12-01T00:00:00Z", "operator": person("claire"), "lines": []});
    Sale(order).line("SPOC", 5, seats)
}

impl Sale {
    /// One line more. A seat is `anne` (a learner), `tutor tess`, or `-` (vacant).
    pub(crate) fn line(mut self, product: &str, quantity: u32, seats: &[&str]) -> Self {
        let number = self.lines().len() + 1;
        self.lines().push(json!({"line": number, "product": product, "quantity": quantity, "seats": people(seats)}));
        self
    }

    /// Nothing is said of the seats of a line.
    pub(crate) fn silent(mut self, line: usize) -> Self {
        self.lines()[line - 1].as_object_mut().unwrap().remove("seats");
        self
    }

    /// Other people in the first line.
    pub(crate) fn seats(self, seats: &[&str]) -> Self {
        self.in_line(1, "seats", people(seats))
    }

    /// Another value of a field of a line.
    pub(crate) fn in_line(mut self, line: usize, field: &str, value: impl Into<Value>) -> Self {
        self.lines()[line - 1][field] = value.into();
        self
    }

    /// Another product in the first line.
    pub(crate) fn of(self, product: &str) -> Self {
        self.in_line(1, "product", product)
    }

    /// Another value of a field of the order.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// In another state.
    pub(crate) fn state(self, state: &str) -> Self {
        self.with("state", state)
    }

    /// Bought by somebody else.
    pub(crate) fn by(self, name: &str) -> Self {
        self.with("operator", person(name))
    }

    /// Who sits in a line.
    pub(crate) fn seats_of_line(mut self, line: usize) -> Value {
        self.lines()[line - 1]["seats"].take()
    }

    /// Without its last line.
    pub(crate) fn without_last_line(mut self) -> Self {
        self.lines().pop();
        self
    }

    /// Its id.
    pub(crate) fn id(&self) -> String {
        self.0["id"].as_str().unwrap().to_owned()
    }

    /// As the shop hands it over.
    pub(crate) fn json(&self) -> String {
        self.0.to_string()
    }

    fn lines(&mut self) -> &mut Vec<Value> {
        self.0["lines"].as_array_mut().unwrap()
    }
}

pub(crate) fn person(name: &str) -> Value {
    json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "Test"})
}

fn people(seats: &[&str]) -> Value {
    let seat = |seat: &&str| match seat.strip_prefix("tutor ") {
        Some(name) => json!({"role": "tutor", "occupant": person(name)}),
        None if *seat == "-" => json!({"role": "learner"}),
        None => json!({"role": "learner", "occupant": person(seat)}),
    };
    seats.iter().map(seat).collect()
}

/// What came of an order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    /// The state of its lines.
    pub(crate) state: LineState,
    /// By its receipt: what was done, or could not be; what was in place already is left out.
    pub(crate) steps: Vec<String>,
    /// By the platform: `- ` what is gone, `+ ` what is new.
    pub(crate) differs: Vec<String>,
}

/// Fulfils an order.
pub(crate) async fn effect(world: &World, order: &Sale) -> Effect {
    effect_in(&world.shop, world, order).await
}

/// Fulfils an order in another shop on the same platform.
pub(crate) async fn effect_in(shop: &Shop, world: &World, order: &Sale) -> Effect {
    let before = world.census().await;
    let outcome = fulfil_in(shop, order).await.unwrap_or_else(|error| panic!("{error}"));
    let after = world.census().await;
    Effect { state: outcome.state, steps: steps(&outcome), differs: difference(&before, &after) }
}

/// A shop on the same data, but with another way to the platform.
pub(crate) async fn shop_through(world: &World, platform: Arc<dyn Platform>) -> Shop {
    let folder: &Path = world.folder();
    let catalogue = file::read_catalogue(&folder.join("catalogue.toml")).unwrap();
    let shop = Shop::open(&world.data(), catalogue, platform, Allocation::OnDemand).await.unwrap();
    shop.with_retries(Retries::NONE).with_clock(shop_tests::today)
}

/// What fulfilling an order would do in this shop.
pub(crate) async fn preview_in(shop: &Shop, order: &Sale) -> Outcome {
    let order = shop_host::file::parse_order(&order.json()).unwrap_or_else(|fault| panic!("{fault}"));
    shop.preview(&order).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Fulfils an order in this shop.
pub(crate) async fn fulfil_in(shop: &Shop, order: &Sale) -> Result<Outcome, ShopError> {
    let order = shop_host::file::parse_order(&order.json()).unwrap_or_else(|fault| panic!("{fault}"));
    shop.fulfil(&order, &|_, _| ()).await
}

/// Fulfils an order of which nothing is expected but that it ends in this state.
pub(crate) async fn comes_to(world: &World, order: &Sale, state: LineState) {
    let outcome = world.fulfil(&order.json()).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.state, state, "{}\n{:#?}", shop_tests::findings(&outcome), steps(&outcome));
}

/// Fulfilled once more, an order changes nothing and asks for no change.
pub(crate) async fn is_in_place(world: &World, order: &Sale, told: &str) {
    world.requests.take();
    let before = world.census().await;
    let outcome = world.fulfil(&order.json()).await.unwrap();
    assert!(outcome.report.as_ref().unwrap().is_in_place(), "{told}: {:#?}", steps(&outcome));
    assert_eq!(changing_requests(world), [""; 0], "{told}");
    assert_eq!(difference(&before, &world.census().await), [""; 0], "{told}");
}

/// The requests that may have changed something on the platform since the last time that this was asked.
fn changing_requests(world: &World) -> Vec<&'static str> {
    const READS: &[&str] = &[
        "find_accounts",
        "accounts",
        "find_courses",
        "find_roles",
        "courses",
        "roles",
        "participations",
        "groups",
        "account_roles",
    ];
    world.requests.take().into_keys().filter(|method| !READS.contains(method)).collect()
}

/// What a receipt tells, but for what was in place.
pub(crate) fn steps(outcome: &Outcome) -> Vec<String> {
    outcome.report.iter().flat_map(report_steps).collect()
}

fn report_steps(report: &Report) -> impl Iterator<Item = String> {
    let is_there = |outcome| matches!(outcome, Some(Done::Found | Done::InvitationUncertain));
    report.entries.iter().filter(move |entry| !is_there(entry.outcome)).map(|entry| {
        let outcome = entry.outcome.map_or("remains".to_owned(), |outcome| format!("{outcome:?}").to_lowercase());
        format!("{outcome} {}", fact(&entry.fact, &report.names))
    })
}

fn fact(fact: &Fact, names: &Names) -> String {
    match fact {
        Fact::Account(who) => format!("account {}", name(who)),
        Fact::Enrolment(course, who) => format!("enrolment {} {}", names.course(*course), name(who)),
        Fact::CourseRole(course, who, role) => {
            format!("role {} {} {}", names.course(*course), name(who), names.role(*role))
        }
        Fact::Group(course, order) => format!("group {} {order}", names.course(*course)),
        Fact::Member(course, order, who) => format!("member {} {order} {}", names.course(*course), name(who)),
        Fact::AccountRole { role, holder, context } => {
            format!("attachment {} {} in {}", names.role(*role), name(holder), name(context))
        }
    }
}

fn name(email: impl Display) -> String {
    email.to_string().replace("@example.org", "")
}

/// Why something failed, fact by fact.
pub(crate) fn reasons(outcome: &Outcome) -> Vec<&str> {
    let entries = outcome.report.iter().flat_map(|report| &report.entries);
    entries.filter_map(|entry| Some(entry.problem.as_ref()?.reason.as_str())).collect()
}

/// What is different on the platform.
pub(crate) fn difference(before: &Census, after: &Census) -> Vec<String> {
    let (before, after) = (lines(before), lines(after));
    let gone = before.difference(&after).map(|line| format!("- {line}"));
    gone.chain(after.difference(&before).map(|line| format!("+ {line}"))).collect()
}

pub(crate) fn lines(census: &Census) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for it in &census.accounts {
        let state = if it.state == AccountState::Active { String::new() } else { format!(" {:?}", it.state) };
        lines.insert(format!("account {} ({} {}){state}", name(&it.username), it.first_name, it.last_name));
    }
    for it in &census.groups {
        lines.insert(format!("group {} {} ({})", it.course, it.id_number, it.name));
        lines.extend(it.members.iter().map(|who| format!("member {} {} {}", it.course, it.id_number, name(who))));
    }
    for it in &census.enrolments {
        let suspended = if it.suspended { ", suspended" } else { "" };
        let entered = if it.entered { ", entered" } else { "" };
        let roles = it.roles.join("+");
        let period = period(&it.period);
        lines.insert(format!("enrolment {} {} {roles} {period}{suspended}{entered}", it.course, name(&it.account)));
    }
    for it in &census.attachments {
        lines.insert(format!("attachment {} {} in {}", it.role, name(&it.holder), name(&it.context)));
    }
    for it in &census.invitations {
        let invitation = format!("invitation {}", name(&it.account));
        if !lines.insert(invitation.clone()) {
            lines.insert(format!("{invitation}, again"));
        }
    }
    lines
}

fn period(period: &Period) -> String {
    let day = |time: &Timestamp| time.to_string()[..10].to_owned();
    format!("{}..{}", day(&period.start), period.end.as_ref().map(day).unwrap_or_default())
}

/// Compares with lines of text, whose indentation does not count.
pub(crate) fn assert_lines(told: &str, found: &[String], expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();

    assert!(found == expected, "{told}: expected\n{}\nfound\n{}", expected.join("\n"), found.join("\n"));
}

/// What is recorded of an order, as text to be compared.
pub(crate) async fn recorded(world: &World, id: &str) -> String {
    let id = OrderId::try_from(id.to_owned()).unwrap();
    let journal = world.shop.journal();
    let claims = journal.claims(&id).await.unwrap();
    format!("{:#?}\n{claims:#?}", journal.order(&id).await.unwrap())
}

/// The lines of an order: number, state, and what is in place.
pub(crate) async fn lines_of(world: &World, id: &str) -> String {
    let id = OrderId::try_from(id.to_owned()).unwrap();
    let order = world.shop.journal().order(&id).await.unwrap().unwrap();
    let line = |(number, line): (&u32, &RecordedLine)| match line.in_place {
        Some(in_place) => format!("{number} {}/{in_place}", line.state),
        None => format!("{number} {}", line.state),
    };
    order.lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// How many claims the ledger has of an order.
pub(crate) async fn claims(world: &World, id: &str) -> usize {
    let id = OrderId::try_from(id.to_owned()).unwrap();
    world.shop.journal().claims(&id).await.unwrap().len()
}
