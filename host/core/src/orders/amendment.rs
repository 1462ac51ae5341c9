//! What the shop's staff changes about a recorded order. An amendment makes the order that is then declared anew, like one
//! that the shop hands over: there is no second way in which anything changes.

use std::collections::BTreeSet;

use crate::lines::line::SeatRole;
use crate::orders::recorded::{Recorded, RecordedLine, RecordedSeat};
use crate::orders::said::{End, Ending};
use crate::sessions::accounts::{Accounts, Renamed};
use crate::words::email::Email;
use crate::words::name;
use crate::words::order::{Line, Order, OrderState, Person, Seat, Until};
use crate::words::period::Timestamp;
use crate::words::seat::SeatId;

/// What is to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// The order is interrupted: its enrolments are suspended.
    Suspend,
    /// A suspended order is in force again, as it was: paid, if anything of it ever was.
    Resume,
    /// The order ends, for good.
    Cancel,
    /// Somebody else is in charge of the order.
    HandOver(Person),
    /// A seat.
    Seat(SeatId, SeatAmendment),
}

/// What is to be changed about a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeatAmendment {
    /// Somebody takes it, who is there for this.
    Assign(Person, SeatRole),
    /// It is vacated.
    Release,
    /// Somebody else takes it.
    Reassign(Person),
    /// Somebody takes it, whoever sits there: in a vacant one as what is said here, else a learner; in the place of somebody else as that
    /// one was.
    Occupy(Person, Option<SeatRole>),
    /// Its occupant has this time at least, whatever the line's end.
    Extend(Timestamp),
}

/// An order cannot be amended like that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each message tells it")]
pub enum Unamendable {
    /// It was never accepted.
    #[error("it was never accepted: hand it over again once what speaks against it is put right")]
    NotAccepted,
    /// Nothing else was ever heard of it but that it ends.
    #[error("nothing was ever heard of it but that it is {}: it begins when the shop says that it is paid", word(*.0))]
    Unheard(OrderState),
    /// It is in a state in which this is not possible.
    #[error("it is {}: {do_first}", word(*state))]
    State { state: OrderState, do_first: &'static str },
    /// Who is to be in charge is so already.
    #[error("it is in the charge of {0} already: name somebody else")]
    InCharge(String),
    /// It has no such seat.
    #[error("it has no seat {0}")]
    NoSeat(SeatId),
    #[error("{occupant} sits in the seat {seat}: reassign it, or release it first")]
    Taken { seat: SeatId, occupant: String },
    /// Who takes somebody's place is there for the same.
    #[error("whoever sits in the seat {seat} is a {role}, and who takes the place is one, too: release the seat first")]
    OtherRole { seat: SeatId, role: String },
    /// It has that time already.
    #[error("the seat is extended until {0} already: name a later time")]
    NotLater(Timestamp),
    #[error("nobody sits in the seat {0}: assign it")]
    Vacant(SeatId),
}

fn word(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => "not paid",
        OrderState::Paid => "paid",
        OrderState::Suspended => "suspended",
        OrderState::Cancelled => "cancelled",
    }
}

impl Unamendable {
    /// Of an order that has ended before anything else was heard of it.
    pub fn unheard(ending: &Ending) -> Self {
        match ending.end {
            End::Suspended => Unamendable::Unheard(OrderState::Suspended),
            End::Cancelled => Unamendable::State { state: OrderState::Cancelled, do_first: FINAL },
        }
    }
}

/// What to do about what was cancelled.
const FINAL: &str = "that is final; sell again under a new id";

impl Amendment {
    /// The order as it is with the amendment.
    pub fn amend(&self, recorded: &Recorded) -> Result<Order, Unamendable> {
        let order = match self {
            // Whatever came of it.
            Amendment::Cancel => recorded.latest().clone(),
            _ => recorded.decided().ok_or(Unamendable::NotAccepted)?.clone(),
        };
        let cannot = |do_first| Err(Unamendable::State { state: order.state, do_first });
        match (self, order.state) {
            (Amendment::Cancel, _) => Ok(Order { state: OrderState::Cancelled, ..order }),
            (_, OrderState::Cancelled) => cannot(FINAL),
            (Amendment::Suspend, OrderState::Placed) => cannot("there is nothing to suspend yet"),
            (Amendment::Suspend, _) => Ok(Order { state: OrderState::Suspended, ..order }),
            (Amendment::Resume, OrderState::Placed) => cannot("it is fulfilled once it is paid"),
            (Amendment::Resume, OrderState::Suspended) if !recorded.was_paid() => {
                Ok(Order { state: OrderState::Placed, ..order })
            }
            (Amendment::Resume, _) => Ok(Order { state: OrderState::Paid, ..order }),
            (Amendment::Seat(..) | Amendment::HandOver(_), OrderState::Suspended) => cannot("resume it first"),
            (Amendment::HandOver(to), _) => hand_over(order, to),
            (Amendment::Seat(seat, change), _) => change.amend(order, seat, recorded),
        }
    }
}

fn hand_over(order: Order, to: &Person) -> Result<Order, Unamendable> {
    let found = Email::folded(&to.email);
    match Email::folded(&order.operator.email) == found {
        true => Err(Unamendable::InCharge(found)),
        false => Ok(Order { operator: to.clone(), ..order }),
    }
}

impl SeatAmendment {
    fn amend(&self, mut order: Order, id: &SeatId, recorded: &Recorded) -> Result<Order, Unamendable> {
        let has = |line: &RecordedLine| line.seats.iter().any(|seat| seat.id == *id);
        let of = recorded.lines.iter().find(|(_, line)| has(line));
        let line = of.and_then(|(number, known)| Some((order.lines.iter_mut().find(|l| l.line == *number)?, known)));
        let Some((line, known)) = line else { return Err(Unamendable::NoSeat(id.clone())) };
        let seats = line.seats.insert(named(line, &known.seats));
        let Some(seat) = seats.iter_mut().find(|seat| seat.id.as_ref() == Some(id)) else {
            return Err(Unamendable::NoSeat(id.clone()));
        };
        self.change(seat, id)?;
        Ok(order)
    }

    fn change(&self, seat: &mut Seat, id: &SeatId) -> Result<(), Unamendable> {
        match (self, &seat.occupant) {
            (SeatAmendment::Occupy(person, role), None) => {
                return SeatAmendment::Assign(person.clone(), role.unwrap_or(SeatRole::Learner)).change(seat, id);
            }
            (SeatAmendment::Occupy(person, role), Some(_)) => {
                if role.is_some_and(|role| role.as_str() != seat.role) {
                    return Err(Unamendable::OtherRole { seat: id.clone(), role: seat.role.clone() });
                }
                return SeatAmendment::Reassign(person.clone()).change(seat, id);
            }
            (SeatAmendment::Assign(..), Some(occupant)) => {
                let (seat, occupant) = (id.clone(), Email::folded(&occupant.email));
                return Err(Unamendable::Taken { seat, occupant });
            }
            (SeatAmendment::Assign(person, role), None) => {
                *seat = Seat {
                    id: Some(id.clone()),
                    role: role.as_str().to_owned(),
                    until: None,
                    occupant: Some(person.clone()),
                };
            }
            (_, None) => return Err(Unamendable::Vacant(id.clone())),
            // Whoever sits there next is not given the extension of somebody else.
            (SeatAmendment::Release, Some(_)) => (seat.occupant, seat.until) = (None, None),
            (SeatAmendment::Reassign(person), Some(before)) => {
                // Of the same name, it is the same person, whose address was mistyped.
                let same = name::is_same(&person.name(), &before.name());
                seat.until = seat.until.filter(|_| same);
                seat.occupant = Some(person.clone());
            }
            (SeatAmendment::Extend(until), Some(_)) => match seat.extended() {
                Some(already) if already >= *until => return Err(Unamendable::NotLater(already)),
                _ => seat.until = Some(Until::Time(*until)),
            },
        }
        Ok(())
    }
}

/// An order as the staff has changed it.
#[derive(Clone, Debug)]
pub struct ByStaff {
    /// As it became.
    pub changed: Order,
    /// By whom.
    pub by: String,
    /// As the shop had handed it over; none, if that is not known any more: then whoever sits there by the staff's order counts as
    /// seated by it.
    pub handed: Option<Order>,
}

impl ByStaff {
    /// Whether an order takes it back: that it is suspended, who is in charge, who was seated, or who was taken out. Another address
    /// of the same account takes back nothing.
    pub fn is_undone_by(&self, order: &Order, accounts: &Accounts) -> bool {
        let emails =
            |order: &Order| order.people().filter_map(|person| person.email.parse().ok()).collect::<Vec<Email>>();
        // Who has an address in both is known by the newer one.
        let known =
            [self.handed.as_ref(), Some(&self.changed)].map(|order| order.map(emails).unwrap_or_default()).concat();
        undoes(order, self, &accounts.renamed(&known, &emails(order)))
    }
}

fn undoes(order: &Order, by_staff: &ByStaff, renamed: &Renamed) -> bool {
    let (changed, handed) = (&by_staff.changed, by_staff.handed.as_ref());
    let known_as = |email: String| renamed.get(email.as_str()).map_or(email, |known| known.clone().into());
    let suspends = |order: &Order| order.state == OrderState::Suspended;
    let ends = order.state == OrderState::Cancelled;
    let resumed = suspends(changed) && !handed.is_some_and(suspends) && !suspends(order) && !ends;
    let operator = |order: &Order| Email::folded(&order.operator.email);
    let by_staff = handed.is_some_and(|handed| operator(handed) != operator(changed));
    let taken_back = by_staff && known_as(operator(order)) != operator(changed);
    let lines = changed.lines.iter().filter_map(|line| Some((sitting(changed, line.line)?, line.line)));
    resumed
        || taken_back
        || lines.into_iter().any(|(is, line)| {
            let was = handed.and_then(|handed| sitting(handed, line)).unwrap_or_default();
            // Who loses a place with the end of a line is told of that.
            let Some(becomes) = sitting(order, line) else { return false };
            let becomes = becomes.into_iter().map(|(email, role, until)| (known_as(email), role, until)).collect();
            !(&is - &was).is_subset(&becomes) || handed.is_some() && !(&was - &is).is_disjoint(&becomes)
        })
}

/// Who sits in a line, as what and until when; none, if it has ended, or there is no such line.
fn sitting(order: &Order, line: u32) -> Option<BTreeSet<(String, &str, Option<Timestamp>)>> {
    let line = order.lines.iter().find(|of| of.line == line && !of.ends())?;
    let taken = line.listed().iter().filter_map(|seat| Some((seat, seat.occupant.as_ref()?)));
    Some(taken.map(|(seat, person)| (Email::folded(&person.email), seat.role.as_str(), seat.extended())).collect())
}

/// A line's list of seats in which each entry names its seat, so that changing one moves nobody. Seats that nobody has
/// taken yet are in it too.
fn named(line: &Line, seats: &[RecordedSeat]) -> Vec<Seat> {
    let entry = |seat: &RecordedSeat| {
        let sits = |entry: &&Seat| {
            let person = entry.occupant.as_ref().map(|person| Email::folded(&person.email));
            person.is_some() && person == seat.occupant
        };
        let entry = line.listed().iter().find(sits);
        Seat {
            id: Some(seat.id.clone()),
            role: seat.role.as_str().to_owned(),
            until: entry.and_then(|entry| entry.until),
            occupant: entry.and_then(|entry| entry.occupant.clone()),
        }
    };
    seats.iter().map(entry).collect()
}
