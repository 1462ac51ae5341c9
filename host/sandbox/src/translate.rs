//! Between the contract's types and the host's own.

use std::collections::HashSet;

use super::contract::exports::shop::product_handler::handler as exported;
use super::contract::shop::product_handler::{courses, types as wit, user_lookup};
use shop_core::calls::snapshot::Origin;
use shop_core::lines::line::{CheckedSeat, LineOrder, SeatRole, Stage};
use shop_core::lines::manifest::{Field, Kind, Manifest, ManifestError, Parameter};
use shop_core::lines::participant::Participant;
use shop_core::platform::{Course, GroupMode, Role};
use shop_core::words::message::{Audience, Level, Message, Source, Subject, Value};
use shop_core::words::period::Timestamp;
use shop_core::words::seat::SeatId;
use shop_core::words::wording::Texts;

pub(super) fn order(line: &LineOrder) -> wit::Order {
    wit::Order {
        id: line.order.to_string(),
        line: line.line,
        stage: match line.stage {
            Stage::Offered => wit::Stage::Offered,
            Stage::Placed => wit::Stage::Placed,
            Stage::Paid => wit::Stage::Paid,
        },
        time: seconds(line.time),
        product: line.product.clone(),
        parameters: line.parameters.clone(),
        operator: line.operator.as_ref().map(person),
        quantity: line.seats.len() as u32,
        seats: line.seats.iter().map(seat).collect(),
    }
}

/// A timestamp is never before 1970.
fn seconds(time: Timestamp) -> u64 {
    time.seconds().unsigned_abs()
}

fn seat(seat: &CheckedSeat) -> wit::Seat {
    wit::Seat {
        id: seat.id.to_string(),
        role: match seat.role {
            SeatRole::Learner => wit::SeatRole::Learner,
            SeatRole::Tutor => wit::SeatRole::Tutor,
        },
        occupant: seat.occupant.as_ref().map(person),
    }
}

fn person(person: &Participant) -> wit::Person {
    wit::Person {
        email: person.email.to_string(),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        language: person.language.clone(),
        extra: person.extra.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
    }
}

pub(super) fn account_info(id: u32, origin: Origin) -> user_lookup::AccountInfo {
    user_lookup::AccountInfo {
        account: wit::Account { id },
        origin: match origin {
            Origin::Found => user_lookup::Origin::Found,
            Origin::Made => user_lookup::Origin::Made,
        },
    }
}

pub(super) fn course_info(id: u32, course: &Course) -> courses::CourseInfo {
    courses::CourseInfo {
        course: wit::Course { id },
        title: course.title.clone(),
        start: seconds(course.start),
        manual_enrolment: course.manual_enrolment,
        group_mode: match course.group_mode {
            GroupMode::None => courses::GroupMode::None,
            GroupMode::Visible => courses::GroupMode::Visible,
            GroupMode::Separate => courses::GroupMode::Separate,
        },
    }
}

pub(super) fn role_info(id: u32, role: &Role) -> courses::RoleInfo {
    courses::RoleInfo { role: wit::Role { id }, in_course: role.in_course, in_account: role.in_account }
}

pub(super) fn manifest(manifest: exported::Manifest) -> Result<Manifest, ManifestError> {
    let texts = Texts::new(manifest.translations.iter().map(|t| (t.language.as_str(), t.ftl.as_str())))?;
    let parameters = manifest.parameters.into_iter().map(parameter).collect();
    let fields = manifest.fields.into_iter().map(|field| Field { name: field.name, required: field.required });
    Manifest::new(manifest.name, &manifest.version, parameters, fields.collect(), texts)
}

fn parameter(parameter: exported::Parameter) -> Parameter {
    let kind = match parameter.kind {
        exported::ParameterKind::Text => Kind::Text,
        exported::ParameterKind::Course => Kind::Course,
        exported::ParameterKind::Role => Kind::Role,
        exported::ParameterKind::Time => Kind::Time,
        exported::ParameterKind::Duration => Kind::Duration,
        exported::ParameterKind::End => Kind::End,
        exported::ParameterKind::Flag => Kind::Flag,
        exported::ParameterKind::Choice(values) => Kind::Choice(values),
    };
    Parameter { name: parameter.name, kind, required: parameter.required, default: parameter.default }
}

/// The messages of a result; each must have a text, and be about what there is.
pub(super) fn messages(said: Vec<wit::Message>, line: &LineOrder, manifest: &Manifest) -> Result<Vec<Message>, String> {
    let seats: HashSet<&SeatId> = line.seats.iter().map(|seat| &seat.id).collect();
    said.into_iter()
        .map(|message| match manifest.texts.has(&message.key) {
            true => translate_message(message, &seats),
            false => Err(format!("it said {:?}, for which its manifest has no text", message.key)),
        })
        .collect()
}

fn translate_message(said: wit::Message, seats: &HashSet<&SeatId>) -> Result<Message, String> {
    let arguments = said.arguments.into_iter().map(|(name, value)| Ok((name, self::value(value)?)));
    Ok(Message {
        source: Source::Handler,
        level: match said.level {
            wit::Level::Error => Level::Error,
            wit::Level::Warning => Level::Warning,
            wit::Level::Notice => Level::Notice,
        },
        audience: match said.audience {
            wit::Audience::Public => Audience::Public,
            wit::Audience::Operator => Audience::Operator,
            wit::Audience::Sales => Audience::Sales,
        },
        subject: match said.subject {
            wit::Subject::Order => Subject::Order,
            wit::Subject::Parameter(name) => Subject::Parameter(name),
            wit::Subject::Operator(field) => Subject::Operator(field),
            wit::Subject::Seat((id, field)) => Subject::Seat(seat_of(&id, seats)?, field),
        },
        key: said.key,
        arguments: arguments.collect::<Result<_, String>>()?,
    })
}

fn seat_of(id: &str, seats: &HashSet<&SeatId>) -> Result<SeatId, String> {
    let id: SeatId = id.parse().map_err(|error| format!("it said something of a seat: {error}"))?;
    match seats.contains(&id) {
        true => Ok(id),
        false => Err(format!("it said something of the seat {id}, which the order does not have")),
    }
}

fn value(value: wit::Value) -> Result<Value, String> {
    Ok(match value {
        wit::Value::Text(text) => Value::Text(text),
        wit::Value::Number(number) => Value::Number(number),
        wit::Value::Time(seconds) => {
            Value::Time(Timestamp::new(seconds.into()).map_err(|error| format!("a message has a time: {error}"))?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_can_only_be_about_a_seat_of_the_order() {
        let (own, other) = (SeatId::derive("A", 1, 1), SeatId::derive("B", 1, 1));
        let seats = HashSet::from([&own]);
        assert_eq!(seat_of(own.as_str(), &seats), Ok(own.clone()));
        assert!(seat_of(other.as_str(), &seats).is_err());
        assert!(seat_of("first", &seats).is_err());
    }
}
