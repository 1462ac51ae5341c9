//! What the host checks of an order before any handler sees it, by the manifest and by rules that hold for all handlers.

use std::collections::{HashMap, HashSet};

use crate::lines::bargain::{Bargain, Parameters};
use crate::lines::line::{CheckedSeat, LineOrder, SeatRole, Stage};
use crate::lines::manifest::{Field, Manifest};
use crate::lines::participant;
use crate::lines::seating::{self, Placed};
use crate::orders::recorded::RecordedSeat;
use crate::words::email::Email;
use crate::words::message::{Level, Message, Subject};
use crate::words::order::{Line, Order, OrderId, Person, Seat};
use crate::words::seat::SeatId;
use crate::words::text;

/// A line that has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// People with errors are left out of it.
    pub line: LineOrder,
    /// Its parameters.
    pub parameters: Parameters,
    /// What the host says of it, parameters included.
    pub messages: Vec<Message>,
}

/// Checks a product as it stands in the catalogue.
pub fn product(bargain: &Bargain, manifest: &Manifest) -> Checked {
    let parameters = Parameters::new(&bargain.parameters, "", manifest);
    let line = LineOrder {
        // An order that is none: no seats, no people, and so nothing that could be declared.
        order: OrderId::offered(),
        line: 1,
        stage: Stage::Offered,
        time: bargain.time,
        product: bargain.product.clone(),
        parameters: parameters.encoded(),
        operator: None,
        seats: Vec::new(),
    };
    let messages = parameters.messages.clone();
    Checked { line, parameters, messages }
}

/// Checks a line of an order. `seats` tells who sat where when it was last recorded.
pub fn line(
    order: &Order,
    line: &Line,
    stage: Stage,
    bargain: &Bargain,
    manifest: &Manifest,
    seats: &[RecordedSeat],
) -> Checked {
    let parameters = Parameters::new(&bargain.parameters, line.parameters.as_deref().unwrap_or_default(), manifest);
    let (operator, mut messages) = participant::check(&order.operator, &manifest.fields, operator_subject);
    messages.extend(parameters.messages.iter().cloned());
    messages.extend(quantity(line, bargain));
    // Those who have no seat are checked all the same, so that all that is wrong is told.
    let listed = u32::try_from(line.listed().len()).unwrap_or(u32::MAX);
    let (placed, placing) = seating::place(&order.id, line, line.quantity.max(listed).min(bargain.max_seats), seats);
    messages.extend(placing);
    messages.extend(twice(&placed));
    let mut seats: Vec<CheckedSeat> =
        placed.iter().map(|placed| seat(placed, &manifest.fields, &mut messages)).collect();
    let occupants = placed.iter().filter_map(|placed| placed.entry?.occupant.as_ref());
    participant::in_moderation(&mut messages, std::iter::once(&order.operator).chain(occupants), &manifest.fields);
    seats.truncate(line.quantity as usize);
    vacate_faulty(&mut seats, &messages);
    let checked = LineOrder {
        order: order.id.clone(),
        line: line.line,
        stage,
        time: bargain.time,
        product: bargain.product.clone(),
        parameters: parameters.encoded(),
        operator,
        seats,
    };
    Checked { line: checked, parameters, messages }
}

/// What is wrong with the operator of an order that has no seats, and so no handler that asks for more.
pub fn faults_of_operator(order: &Order) -> Vec<Message> {
    let (_, mut messages) = participant::check(&order.operator, &[], operator_subject);
    messages.retain(Message::is_error);
    messages
}

/// Checks what people supply beside the usual, for a line that was checked by another manifest.
pub fn fields(line: &LineOrder, fields: &[Field]) -> Vec<Message> {
    let operator =
        line.operator.iter().flat_map(|operator| participant::check_extra(&operator.extra, fields, &operator_subject));
    let occupants = line.seats.iter().filter_map(|seat| Some((seat, seat.occupant.as_ref()?)));
    let occupants = occupants.flat_map(|(seat, occupant)| {
        let subject = |field: &str| Subject::Seat(seat.id.clone(), field.to_owned());
        participant::check_extra(&occupant.extra, fields, &subject)
    });
    operator.chain(occupants).collect()
}

fn operator_subject(field: &str) -> Subject {
    Subject::Operator(field.to_owned())
}

fn quantity(line: &Line, bargain: &Bargain) -> Vec<Message> {
    let message = |key| Message::error(Subject::Order, key).with("seats", line.quantity);
    let mut messages = Vec::new();
    if line.quantity > bargain.max_seats {
        messages.push(message("quantity-too-large").with("allowed", bargain.max_seats));
    }
    let listed = line.listed();
    if listed.len() > line.quantity as usize {
        let occupants = listed.iter().filter(|seat| seat.occupant.is_some()).count();
        messages.push(message("seats-too-many").with("listed", listed.len()).with("occupants", occupants));
    }
    messages
}

/// Nobody sits in two seats of a line, however the address is typed: so no learner is tutor of the same line, either.
fn twice(placed: &[Placed]) -> Vec<Message> {
    let occupant = |placed: &Placed| {
        placed.entry.and_then(|seat| seat.occupant.as_ref().map(|o| (o.email.clone(), seat.role.clone())))
    };
    let mut first: HashMap<String, (SeatId, String)> = HashMap::new();
    let mut messages = Vec::new();
    for seat in placed {
        let Some((typed, role)) = occupant(seat) else {
            continue;
        };
        let folded = Email::folded(&typed);
        if folded.is_empty() {
            continue;
        }
        match first.get(&folded) {
            Some((id, other)) => {
                let key = if *other == role { "person-twice" } else { "person-learner-and-tutor" };
                let subject = Subject::Seat(seat.id.clone(), "email".to_owned());
                let email = text::excerpt(&folded);
                messages.push(Message::error(subject, key).with("email", email).with("seat", id.as_str()));
            }
            None => {
                first.insert(folded, (seat.id.clone(), role));
            }
        }
    }
    messages
}

fn seat(placed: &Placed, fields: &[Field], messages: &mut Vec<Message>) -> CheckedSeat {
    let subject = |field: &str| Subject::Seat(placed.id.clone(), field.to_owned());
    let role = match placed.entry.map_or("learner", |seat| seat.role.as_str()) {
        "learner" => SeatRole::Learner,
        "tutor" => SeatRole::Tutor,
        unknown => {
            let found = text::excerpt(unknown);
            messages.push(Message::error(subject("role"), "seat-role-unknown").with("found", found));
            SeatRole::Learner
        }
    };
    let person: Option<&Person> = placed.entry.and_then(|seat| seat.occupant.as_ref());
    let occupant = person.and_then(|person| {
        let (participant, said) = participant::check(person, fields, subject);
        messages.extend(said);
        participant
    });
    let until = placed.entry.and_then(Seat::extended);
    CheckedSeat { number: placed.number, id: placed.id.clone(), role, until, occupant }
}

/// Vacates the seats about which there is an error.
pub fn vacate_faulty(seats: &mut [CheckedSeat], messages: &[Message]) {
    let faulty: HashSet<&SeatId> = messages
        .iter()
        .filter(|message| message.level == Level::Error)
        .filter_map(|message| match &message.subject {
            Subject::Seat(id, _) => Some(id),
            _ => None,
        })
        .collect();
    for seat in seats.iter_mut().filter(|seat| faulty.contains(&seat.id)) {
        seat.occupant = None;
    }
}
