//! Work like that of setup-one-course-session, as an Extism plugin: an order and what was looked up come in as JSON, the
//! session goes out as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is handed in.
#[derive(Serialize, Deserialize)]
pub struct Input {
    /// The order's id.
    pub order: String,
    /// When it was bought.
    pub time: u64,
    /// The parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// Who bought.
    pub operator: Person,
    /// Who sits where.
    pub seats: Vec<Seat>,
    /// The ids of accounts that exist.
    pub accounts: BTreeMap<String, u64>,
    /// The ids of courses.
    pub courses: BTreeMap<String, u64>,
    /// The ids of roles.
    pub roles: BTreeMap<String, u64>,
}

/// A person.
#[derive(Serialize, Deserialize)]
pub struct Person {
    /// By which the person is identified.
    pub email: String,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their language.
    pub language: Option<String>,
}

/// A seat.
#[derive(Serialize, Deserialize)]
pub struct Seat {
    /// Its id.
    pub id: String,
    /// Whether it is a tutor's.
    pub tutor: bool,
    /// Who sits there.
    pub occupant: Option<Person>,
}

/// What must be true.
#[derive(Default, Serialize, Deserialize)]
pub struct Session {
    /// Accounts to make sure of.
    pub accounts: Vec<String>,
    /// The group's name.
    pub group: String,
    /// Its members.
    pub members: Vec<String>,
    /// Enrolments: course, person, role, start, end.
    pub enrolments: Vec<(u64, String, u64, u64, Option<u64>)>,
    /// Who is attached to the operator.
    pub attached: Vec<String>,
    /// How many existed.
    pub found: usize,
}

/// Sets up a session.
pub fn fulfil(input: &Input) -> Option<Session> {
    let course = *input.courses.get(input.parameters.get("coursename")?)?;
    let support = input.parameters.get("customersupport").and_then(|name| input.courses.get(name));
    let learner = *input.roles.get("student")?;
    let supervisor = *input.roles.get(input.parameters.get("supervisor")?)?;
    let days: u64 = input.parameters.get("duration")?.parse().ok()?;
    let (start, end) = (input.time, Some(input.time + days * 86_400));
    let mut session = Session { group: format!("{} – {}", input.operator.last_name, input.order), ..Session::default() };
    let operator = &input.operator.email;
    let people = input.seats.iter().filter_map(|seat| Some((seat.occupant.as_ref()?, seat.tutor)));
    for (person, tutor) in people {
        let role = if tutor { supervisor } else { learner };
        session.enrolments.push((course, person.email.clone(), role, start, end));
        session.accounts.push(person.email.clone());
        session.members.push(person.email.clone());
        session.attached.push(person.email.clone());
        session.found += usize::from(input.accounts.contains_key(&person.email));
    }
    session.accounts.push(operator.clone());
    session.members.push(operator.clone());
    session.enrolments.push((course, operator.clone(), supervisor, start, end));
    session.enrolments.extend(support.map(|support| (*support, operator.clone(), learner, start, None)));
    Some(session)
}

#[cfg(target_arch = "wasm32")]
mod plugin {
    use extism_pdk::{FnResult, Json, plugin_fn};

    #[plugin_fn]
    pub fn fulfil(Json(input): Json<super::Input>) -> FnResult<Json<super::Session>> {
        Ok(Json(super::fulfil(&input).unwrap_or_default()))
    }
}
