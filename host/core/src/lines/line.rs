//! A line of an order, checked: what its handler is given, and what is recorded of the call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lines::participant::Participant;
use crate::words::order::OrderId;
use crate::words::period::Timestamp;
use crate::words::seat::SeatId;

/// How far the purchase has got, for a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
