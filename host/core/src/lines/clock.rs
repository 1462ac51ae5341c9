//! What the host's clock says of a line. Handlers have none, and so cannot tell that what they declare is over already, or
//! far away.
//!
//! The instant is an argument: what is said of a line must be the same whenever that is computed again.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::lines::line::CheckedSeat;
use crate::lines::occupants::Occupants;
use crate::sessions::session::{Fact, Session, Terms};
use crate::words::email::Email;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::period::{Period, Timestamp};

/// Who means a day farther away than a year is rarer than who has mistyped it.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// So many latecomers are told one by one; a line may have thousands.
const NAMED: usize = 20;

/// Warns of enrolments that are over, or begin more than a year from `now`; and of those who take a seat after the end.
/// `occupants` are those who sat there before; none, if the line is new, and so all seats are taken now.
pub fn tell(
    session: &Session,
    seats: &[CheckedSeat],
    occupants: Option<&Occupants<'_>>,
    now: Timestamp,
) -> Vec<Message> {
    let ends = |period: &Period| period.end.filter(|end| *end <= now);
    let over = each(session, ends, Timestamp::max);
    let far = each(session, |period| Some(period.start).filter(|start| *start > now.after(FAR)), Timestamp::min);
    let mut messages = Vec::new();
    if let Some(end) = over.values().max() {
        messages.push(
            warning(Subject::Order, "period-over")
                .with("people", over.len())
                .with("end", format!("{} UTC", end.as_end())),
        );
    }
    if let Some(start) = far.values().min() {
        messages.push(warning(Subject::Order, "period-far").with("people", far.len()).with("start", *start));
    }
    let Some(occupants) = occupants else { return messages };
    let late = seats.iter().filter_map(|seat| {
        let email = &seat.occupant.as_ref()?.email;
        let end = over.get(email).filter(|_| !occupants.sat(email))?;
        let subject = Subject::Seat(seat.id.clone(), "email".to_owned());
        Some(warning(subject, "seated-late").with("email", email.as_str()).with("end", format!("{} UTC", end.as_end())))
    });
    messages.extend(late.take(NAMED));
    messages
}

/// The instant that `of` finds in the periods for which each person is enrolled; of several, the one that `which` chooses.
fn each(
    session: &Session,
    of: impl Fn(&Period) -> Option<Timestamp>,
    which: fn(Timestamp, Timestamp) -> Timestamp,
) -> BTreeMap<&Email, Timestamp> {
    let mut found: BTreeMap<&Email, Timestamp> = BTreeMap::new();
    for (fact, terms) in session.claims() {
        let (Fact::Enrolment(_, email), Terms::For(period)) = (fact, terms) else { continue };
        let Some(instant) = of(period) else { continue };
        found.entry(email).and_modify(|other| *other = which(*other, instant)).or_insert(instant);
    }
    found
}

fn warning(subject: Subject, key: &str) -> Message {
    Message::host(Level::Warning, Audience::Operator, subject, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::line::SeatRole;
    use crate::lines::participant::Participant;
    use crate::orders::recorded::RecordedSeat;
    use crate::platform::{CourseId, RoleId};
    use crate::sessions::accounts::Accounts;
    use crate::words::order::OrderId;
    use crate::words::seat::SeatId;

    fn day(day: i128) -> Timestamp {
        Timestamp::new(day * 86_400).unwrap()
    }

    fn email(name: &str) -> Email {
        format!("{name}@example.org").parse().unwrap()
    }

    fn seat(number: u32, name: &str) -> CheckedSeat {
        let occupant = Participant {
            email: email(name),
            first_name: name.to_owned(),
            last_name: "Test".to_owned(),
            language: None,
            extra: BTreeMap::new(),
        };
        let id = SeatId::derive("A", 1, number);
        CheckedSeat { number, id, role: SeatRole::Learner, until: None, occupant: Some(occupant) }
    }

    fn recorded(seat: CheckedSeat) -> RecordedSeat {
        let occupant = seat.occupant.map(|occupant| occupant.email.to_string());
        RecordedSeat { number: seat.number, id: seat.id, role: seat.role, occupant }
    }

    /// What is told on day 1000 of anne and bob, who are enrolled from and until these days; bob is extended until the
    /// last one, if there is one.
    fn told(start: i128, end: Option<i128>, until: Option<i128>, before: Option<&[&str]>) -> Vec<String> {
        let mut session = Session::default();
        let order = OrderId::try_from("A".to_owned()).unwrap();
        for name in ["anne", "bob"] {
            let period = Period { start: day(start), end: end.map(day) };
            session.enrol(CourseId(1), &email(name), RoleId(1), period);
            session.member(CourseId(1), &order, &email(name));
        }
        if let Some(until) = until {
            session.extend(&order, &email("bob"), day(until));
        }
        // An enrolment that does not end, beside: as in a support course.
        session.enrol(CourseId(2), &email("anne"), RoleId(1), Period { start: day(start), end: None });
        let before = before.map(|names| names.iter().map(|name| recorded(seat(9, name))).collect::<Vec<_>>());
        let (seats, accounts) = ([seat(1, "anne"), seat(2, "bob")], Accounts::default());
        let occupants = before.as_deref().map(|before| Occupants::between(before, &seats, &accounts));
        let messages = tell(&session, &seats, occupants.as_ref(), day(1000));
        let argument = |message: &Message| format!("{:?}", message.arguments[0].1);
        messages.iter().map(|message| format!("{} {}", message.key, argument(message))).collect()
    }

    #[test]
    fn what_is_over_or_far_away_is_told_with_how_many_it_concerns() {
        let nothing: [&str; 0] = [];
        assert_eq!(told(990, None, None, None), nothing, "no end");
        assert_eq!(told(990, Some(1001), None, None), nothing, "not yet");
        assert_eq!(told(990, Some(1000), None, None), ["period-over Number(2)"], "just now");
        assert_eq!(told(0, Some(1), None, None), ["period-over Number(2)"], "a date that was left empty");
        assert_eq!(told(990, Some(1000), Some(1001), None), ["period-over Number(1)"], "bob has more time");
        assert_eq!(told(1365, None, None, None), nothing, "in a year");
        assert_eq!(told(1366, Some(1400), None, None), ["period-far Number(2)"], "later");
    }

    #[test]
    fn who_comes_after_the_end_is_told_by_name() {
        let over = "period-over Number(2)";
        let late = |name: &str| format!("seated-late Text(\"{name}@example.org\")");
        assert_eq!(told(990, Some(1000), None, Some(&["anne", "bob"])), [over], "both have sat there before");
        assert_eq!(told(990, Some(1000), None, Some(&["anne"])), [over.to_owned(), late("bob")]);
        assert_eq!(told(990, Some(1000), None, Some(&[])), [over.to_owned(), late("anne"), late("bob")]);
        assert_eq!(told(990, Some(1001), None, Some(&["anne"])), [""; 0], "not too late");
    }
}
