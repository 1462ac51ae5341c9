//! What is sent of one enrolment or one role, and to which function.

use super::client::Parameters;
use shop_core::platform::{AccountRole, Enrol};
use shop_core::words::period::{Period, Timestamp};

/// What is sent of one element of a list; first, what must not be lost.
pub(super) type Fields = Vec<(&'static str, String)>;

pub(super) const ENROL: &str = "enrol_manual_enrol_users";
pub(super) const ASSIGN: &str = "core_role_assign_roles";

/// From ever and for ever.
pub(super) const ALWAYS: Period = Period { start: Timestamp::EARLIEST, end: None };

/// The whole enrolment: what is left out, Moodle sets to nothing.
pub(super) fn of_enrolment(enrol: &Enrol) -> Fields {
    let end = enrol.period.end.map_or(0, Timestamp::seconds);
    vec![
        ("roleid", enrol.role.0.to_string()),
        ("userid", enrol.account.0.to_string()),
        ("courseid", enrol.course.0.to_string()),
        ("timestart", enrol.period.start.seconds().to_string()),
        ("timeend", end.to_string()),
        ("suspend", u8::from(enrol.suspended).to_string()),
    ]
}

pub(super) fn of_account_role(role: &AccountRole) -> Fields {
    vec![
        ("roleid", role.role.0.to_string()),
        ("userid", role.holder.0.to_string()),
        ("contextlevel", "user".to_owned()),
        ("instanceid", role.context.0.to_string()),
    ]
}

/// A list as its function takes it.
pub(super) fn listed<'a>(list: &str, elements: impl Iterator<Item = &'a Fields>) -> Parameters {
    let of_element = |(number, fields): (usize, &'a Fields)| {
        let named = move |(field, value): &(&str, String)| (format!("{list}[{number}][{field}]"), value.clone());
        fields.iter().map(named)
    };
    elements.enumerate().flat_map(of_element).collect()
}
