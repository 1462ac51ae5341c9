//! What the host checks of an order before any handler sees it, by the manifest and by rules that hold for all handlers.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::bargain::{Bargain, Parameters};
use crate::email::Email;
use crate::journal::RecordedSeat;
use crate::manifest::{Field, Manifest};
use crate::message::{Level, Message, Subject};
use crate::order::{Line, Order, OrderId, Person, Seat};
use crate::participant::{self, Participant};
use crate::period::Timestamp;
use crate::seat::SeatId;
use crate::seating::{self, Placed};
use crate::text;

/// How far the purchase has got, for a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Only the product exists.
    Offered,
    /// Ordered, not paid.
    Placed,
    /// Paid.
    Paid,
}

/// What the person in a seat is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeatRole {
    /// Takes the course.
    Learner,
    /// Accompanies the learners.
    Tutor,
}

impl SeatRole {
    /// As it is written in orders.
    pub fn as_str(self) -> &'static str {
        match self {
            SeatRole::Learner => "learner",
            SeatRole::Tutor => "tutor",
        }
    }
}

/// A seat, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedSeat {
    /// Its number in the line.
    pub number: u32,
    /// Its id.
    pub id: SeatId,
    /// What its occupant is there for.
    pub role: SeatRole,
    /// Until when its occupant has access at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who sits there; none: it is vacant.
    pub occupant: Option<Participant>,
}

/// A line, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOrder {
    /// The order's id; empty where there is only a product.
    #[serde(deserialize_with = "OrderId::or_offered")]
    pub order: OrderId,
    /// The line's number.
    pub line: u32,
    /// How far the purchase has got.
    pub stage: Stage,
    /// When the line was first paid; before that, when it is asked for.
    pub time: Timestamp,
    /// The product's reference.
    pub product: String,
    /// The parameters, URL-encoded.
    pub parameters: String,
    /// Who bought; none at stage offered, or if there is an error about them.
    pub operator: Option<Participant>,
    /// Every seat.
    pub seats: Vec<CheckedSeat>,
}

impl LineOrder {
    /// The line as its handler gets it. Without an operator there is no session, but what the handler says of the
    /// parameters is still worth telling: so it is asked what a merchant asks.
    pub fn for_handler(&self) -> LineOrder {
        match self.operator {
            Some(_) => self.clone(),
            None => LineOrder { order: OrderId::offered(), stage: Stage::Offered, seats: Vec::new(), ..self.clone() },
        }
    }

    /// Everybody whom the line names, the operator first, each once.
    pub fn people(&self) -> impl Iterator<Item = &Participant> {
        let operator = self.operator.as_ref();
        let others = self.seats.iter().filter_map(|seat| seat.occupant.as_ref());
        operator.into_iter().chain(others.filter(move |other| operator.is_none_or(|o| o.email != other.email)))
    }
}

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
