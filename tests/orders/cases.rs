//! What the tests of findings have in common: a platform, and a good order that each case spoils in one way.
//!
//! The cases share one world: each has an order, a product and people of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shop_core::words::message::{Level, Message, Subject};
use shop_core::words::order::OrderId;
use shop_core::words::seat::SeatId;
use shop_harness::{Given, World, setup_one_course_session};

/// One thing of each kind that an order can come upon.
const PLATFORM: &str = r#"
    role = [
        { short_name = "student", in_course = true, in_account = true },
        { short_name = "teacher", in_course = true, in_account = true },
        { short_name = "manager", in_course = true, in_account = true },
        { short_name = "marker", in_course = true },
        { short_name = "observer", in_account = true },
    ]
    course = [
        { short_name = "SPOCM1", title = "Moodle", start = "2027-01-11T09:00:00+01:00" },
        { short_name = "SUPPORT", title = "Aide", start = "2026-01-01T00:00:00Z", group_mode = "none" },
        { short_name = "CLOSED", title = "Fermé", start = "2026-01-01T00:00:00Z", manual_enrolment = false },
        { short_name = "SHARED", title = "Partagé", start = "2026-01-01T00:00:00Z", group_mode = "visible" },
    ]
    account = [
        { email = "jeanne@known.example", first_name = "Jeanne", last_name = "Roux" },
        { email = "loic@known.example", first_name = "Loïc", last_name = "Le Gall" },
        { email = "suspended@known.example", first_name = "A", last_name = "B", suspended = true },
        { email = "deleted@known.example", first_name = "A", last_name = "B", deleted = true },
        { email = "twins@known.example", first_name = "A", last_name = "B" },
        { email = "twins@known.example", first_name = "C", last_name = "D" },
        { email = "twins@known.example", first_name = "E", last_name = "F", deleted = true },
        { email = "admin@known.example", first_name = "Ada", last_name = "Min", administrator = true },
        { email = "boss@known.example", first_name = "Big", last_name = "Boss" },
    ]
"#;

/// `phantom` is a role that the shop allows and the platform does not have.
const SHOP: &str = r#"
    [shop]
    roles = ["student", "teacher", "marker", "observer", "phantom"]
    protected = ["boss@known.example", "chief@new.example"]
    attach_existing = "always"
"#;

/// What every product has, unless a case says otherwise.
pub(crate) const PARAMETERS: &str = "coursename=SPOCM1&supervisor=teacher";

/// A good order with something changed, and what must be told of it.
pub(crate) struct Case {
    /// What is changed, for people.
    pub(crate) about: &'static str,
    /// The product's parameters.
    pub(crate) parameters: String,
    /// The product's handler.
    pub(crate) handler: &'static str,
    /// The order.
    pub(crate) order: Value,
    /// The errors and warnings, as [`told`] writes them.
    pub(crate) findings: Vec<String>,
}

/// A paid order of three seats, for a tutor and two learners: nothing is wrong with it yet.
pub(crate) fn case(about: &'static str) -> Case {
    let person = |first: &str, last: &str| {
        let domain = about.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        json!({"email": format!("{}@{domain:x}.example", first.to_lowercase()), "first_name": first, "last_name": last})
    };
    let seat = |role: &str, first: &str, last: &str| json!({"role": role, "occupant": person(first, last)});
    let order = json!({
        "id": about,
        "state": "paid",
        "time": "2026-11-20T10:00:00+01:00",
        "operator": person("Claire", "Martin"),
        "lines": [{
            "line": 1,
            "product": about,
            "quantity": 3,
            "seats": [seat("tutor", "Marc", "Petit"), seat("learner", "Amina", "Haddad"), seat("learner", "Sofia", "Costa")],
        }],
    });
    Case { about, parameters: PARAMETERS.to_owned(), handler: "setup-one-course-session", order, findings: Vec::new() }
}

impl Case {
    /// Other parameters of the product.
    pub(crate) fn parameters(mut self, parameters: impl Into<String>) -> Self {
        self.parameters = parameters.into();
        self
    }

    /// More parameters of the product.
    pub(crate) fn and(self, parameters: &str) -> Self {
        let all = format!("{}&{parameters}", self.parameters);
        self.parameters(all)
    }

    /// Another handler.
    pub(crate) fn handler(mut self, name: &'static str) -> Self {
        self.handler = name;
        self
    }

    /// A field of the order.
    pub(crate) fn order(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.order[field] = value.into();
        self
    }

    /// A field of the operator.
    pub(crate) fn operator(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.order["operator"][field] = value.into();
        self
    }

    /// A field of the line.
    pub(crate) fn line(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.order["lines"][0][field] = value.into();
        self
    }

    /// A field of a seat, by its number.
    pub(crate) fn seat(mut self, number: usize, field: &str, value: impl Into<Value>) -> Self {
        self.order["lines"][0]["seats"][number - 1][field] = value.into();
        self
    }

    /// A field of a seat's occupant.
    pub(crate) fn occupant(mut self, number: usize, field: &str, value: impl Into<Value>) -> Self {
        self.order["lines"][0]["seats"][number - 1]["occupant"][field] = value.into();
        self
    }

    /// The address of a person of the order: the operator's, or an occupant's by the number of the seat.
    pub(crate) fn email(&self, number: usize) -> String {
        let person = match number {
            0 => &self.order["operator"],
            number => &self.order["lines"][0]["seats"][number - 1]["occupant"],
        };
        person["email"].as_str().expect("a person with an address").to_owned()
    }

    /// The id of a seat of the line.
    pub(crate) fn id(&self, number: u32) -> String {
        SeatId::derive(self.about, 1, number).to_string()
    }

    /// What must be told.
    pub(crate) fn finds<const N: usize>(mut self, findings: [&str; N]) -> Self {
        self.findings = findings.map(String::from).to_vec();
        self.findings.sort();
        self
    }
}

/// A world in which all the cases' products are sold.
pub(crate) async fn world(cases: &[Case]) -> World {
    let quoted = |text: &str| Value::from(text).to_string();
    let products = cases.iter().map(|case| {
        format!(
            "[[product]]\nreference = {0}\ntitle = {0}\nprice = \"10.00 EUR\"\nhandler = {1}\nparameters = {2}\nmax_seats = 5\n",
            quoted(case.about),
            quoted(case.handler),
            quoted(&case.parameters),
        )
    });
    let catalogue = products.fold(SHOP.to_owned(), |catalogue, product| catalogue + &product);
    let given = Given::catalogue(&catalogue).platform(PLATFORM).handler(setup_one_course_session());
    given.open().await
}

/// Errors and warnings, sorted: level, subject, key. Left out is `order-rejected`, with which the handler tells those who
/// cannot see the rest that there is something; and what is said of the shop's own settings.
pub(crate) fn told(case: &Case, messages: &[Message]) -> Vec<String> {
    let of_case = |message: &&Message| !["order-rejected", "attach-existing-always"].contains(&&*message.key);
    let findings = messages.iter().filter(|m| m.level != Level::Notice).filter(of_case);
    let mut told: Vec<String> = findings
        .map(|message| {
            let level = if message.is_error() { "error" } else { "warning" };
            format!("{level} {}: {}", subject(case, &message.subject), message.key)
        })
        .collect();
    told.sort();
    told
}

fn subject(case: &Case, subject: &Subject) -> String {
    match subject {
        Subject::Order => "order".to_owned(),
        Subject::Parameter(name) => format!("parameter {name}"),
        Subject::Operator(field) => format!("operator {field}"),
        Subject::Seat(id, field) => match (1..=9).find(|number| case.id(*number) == id.as_str()) {
            Some(number) => format!("seat {number} {field}"),
            None => format!("seat ? {field}"),
        },
    }
}

/// The ledger: what each order claims.
pub(crate) async fn ledger(world: &World) -> BTreeMap<OrderId, Vec<String>> {
    let journal = world.host.journal();
    let mut ledger = BTreeMap::new();
    for order in journal.order_ids().await.expect("the orders") {
        let claims = journal.claims(&order).await.expect("the claims");
        let mut claims: Vec<String> = claims.iter().map(|claim| format!("{claim:?}")).collect();
        claims.sort();
        if !claims.is_empty() {
            ledger.insert(order, claims);
        }
    }
    ledger
}
