//! What a message of the shop about an order comes to, by what was heard of the order before. The first line that fits decides:
//!
//! | the message is | what is known of the order | it comes to |
//! | --- | --- | --- |
//! | any | nothing | [`Admitted::News`] |
//! | the one by which it ended | that alone: it ended before anything else was heard of it | [`Admitted::Again`] |
//! | the last one again | it came to nothing, and the staff has decided nothing since | [`Admitted::News`]: it is tried anew |
//! | the last one again | it came to nothing, and the staff has changed the order since, or that waits | [`Conflict::Outdone`] |
//! | the last one again | it waits, or what the staff has made of it | [`Admitted::Waits`] |
//! | the last one again | it was decided on, or the staff has changed the order since | [`Admitted::Again`] |
//! | older than any that was heard, by its [revision](crate::orders::revision) | whatever | [`Conflict::Stale`] |
//! | of the same revision, with another content | the last one did not come to nothing | [`Conflict::RevisionReused`] |
//! | one that would have it uncancelled or unpaid | what waits, or else was decided on last, is cancelled or paid | [`Conflict::Cancelled`], [`Conflict::Unpaid`] |
//! | one that lacks a line, or has another product there | a line that is bought, by what waits, or else was decided on last | [`Conflict::LineMissing`], [`Conflict::Product`] |
//! | any other | whatever | [`Admitted::News`] |
//!
//! Whether it may name another operator is for [`hand_over`](crate::orders::hand_over) to say.

use crate::orders::conflict::{self, Conflict};
use crate::orders::recorded::{Fate, Recorded};
use crate::orders::revision::Last;
use crate::orders::said::{Ending, Said};
use crate::orders::waiting::Unfinished;
use crate::words::author::Author;

/// What a message of the shop comes to, if it contradicts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It says something new: whatever waits is superseded by it.
    News,
    /// It has come before, and it, or what the staff has made of it, waits: that is gone on with.
    Waits,
    /// It has come before, and was decided on: what was decided last, by whomever, is to be so.
    Again,
}

/// Holds a message against what is recorded of its order, and against what waits to be done about it; or against how the order
/// ended before anything else was heard of it.
pub fn admit(
    said: &Said,
    recorded: Option<&Recorded>,
    waits: Option<&Unfinished>,
    ended: Option<&Ending>,
) -> Result<Admitted, Conflict> {
    let Some(recorded) = recorded else { return ended.map_or(Ok(Admitted::News), |ended| after_end(said, ended)) };
    if recorded.is_handed(said) && !is_tried_anew(recorded, waits) {
        if recorded.fate != Fate::Counts {
            return Err(Conflict::Outdone);
        }
        return Ok(if waits.is_some() { Admitted::Waits } else { Admitted::Again });
    }
    Last::from(recorded).precedes(said)?;
    if let Some(last) = recorded.stands(waits) {
        conflict::may_become(last.state, recorded.was_paid(), said.state())?;
    }
    said.order().map_or(Ok(()), |order| conflict::check(order, recorded.bought_lines(waits)))?;
    Ok(Admitted::News)
}

fn after_end(said: &Said, ended: &Ending) -> Result<Admitted, Conflict> {
    if *said == Said::Ends(ended.clone()) {
        return Ok(Admitted::Again);
    }
    Last::from(ended).precedes(said)?;
    // Whatever it was before.
    conflict::may_become(ended.end.into(), true, said.state())?;
    Ok(Admitted::News)
}

/// A message that came to nothing is tried anew when it comes again: what speaks against it may have been put right. But it
/// undoes nothing that the staff has decided since, or that waits to be.
fn is_tried_anew(recorded: &Recorded, waits: Option<&Unfinished>) -> bool {
    let by_staff = |left: &Unfinished| left.author != Author::Shop && left.order != *recorded.latest();
    recorded.fate == Fate::Nothing && !waits.is_some_and(by_staff)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::orders::bought::Bought;
    use crate::orders::named::Named;
    use crate::orders::recorded::Changed;
    use crate::orders::waiting::Seq;
    use crate::words::order::Order;
    use crate::words::order::OrderState::{self, Cancelled, Paid, Placed, Suspended};

    fn order(revision: u32, state: OrderState, learner: &str) -> Order {
        let person = |name: &str| json!({"email": format!("{name}@example.org"), "first_name": name, "last_name": "T"});
        let seats = json!([{"role": "learner", "occupant": person(learner)}]);
        let order = json!({"id": "A", "revision": revision, "state": state, "time": "2026-12-01T00:00:00Z",
            "operator": person("claire"), "lines": [{"line": 1, "product": "P", "quantity": 1, "seats": seats}]});
        serde_json::from_value(order).unwrap()
    }

    fn unfinished(order: &Order, author: Author) -> Unfinished {
        Unfinished {
            seq: Seq(1),
            named: Named::Unknown,
            order: order.clone(),
            author,
            tries: 1,
            lost: 0,
            next_try: None,
            blocked: false,
            reason: None,
        }
    }

    /// What is known of an order whose last message is this one.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Known {
        /// Nothing of it was ever heard.
        Nothing,
        /// It waits, and is the first.
        FirstWaits,
        /// It was the first, and came to nothing.
        FirstCameToNothing,
        /// The staff has ended the order before it began.
        EndedBeforeItBegan,
        /// It was decided on.
        Decided,
        /// It waits, an earlier one was decided on.
        Waits,
        /// The same; and the staff has made something of it, which waits.
        StaffWaits,
        /// It came to nothing, an earlier one was decided on.
        CameToNothing,
        /// The same; and what was decided on is gone on with, which the staff had made.
        CameToNothingAsStaffWaits,
        /// It came to nothing, an earlier one was decided on; and the staff has made something of that since, which waits.
        StaffWaitsAfter,
        /// The same, and that was done.
        ChangedAfter,
        /// It was decided on, and then the staff has changed the order.
        Changed,
    }

    use Known::*;

    const ALL: [Known; 12] = [
        Nothing,
        FirstWaits,
        FirstCameToNothing,
        EndedBeforeItBegan,
        Decided,
        Waits,
        StaffWaits,
        CameToNothing,
        CameToNothingAsStaffWaits,
        StaffWaitsAfter,
        ChangedAfter,
        Changed,
    ];

    /// What is recorded, and what waits, if the shop's last message was this one.
    fn known(known: Known, last: &Order) -> (Option<Recorded>, Option<Unfinished>) {
        let earlier = order(0, if last.state == Placed { Placed } else { Paid }, "ann");
        // What was cancelled cannot become anything else.
        let by_staff = |state| Order { state: if last.state == Cancelled { Cancelled } else { state }, ..last.clone() };
        let recorded = |accepted, fate, latest: &Order| Recorded {
            order: latest.clone(),
            handed: last.clone(),
            handed_digest: Some(Said::from(last.clone()).digest()),
            named: Named::Unknown,
            fate,
            heard: last.revision,
            latest: latest.clone(),
            changed: (latest != last && *latest != earlier)
                .then(|| Changed { order: latest.clone(), by: "vera".to_owned() }),
            accepted,
            bought: Bought::by(
                &Order { state: if last.state == Placed { Placed } else { Paid }, ..last.clone() },
                [],
                &Bought::default(),
            ),
            lines: BTreeMap::new(),
        };
        let waits = unfinished(last, Author::Shop);
        let staff_waits = unfinished(&by_staff(Suspended), Author::Staff("vera".to_owned()));
        match known {
            Nothing => (None, None),
            FirstWaits => (Some(recorded(false, Fate::Counts, last)), Some(waits)),
            FirstCameToNothing => (Some(recorded(false, Fate::Nothing, last)), None),
            EndedBeforeItBegan => (Some(recorded(false, Fate::Counts, &by_staff(Cancelled))), None),
            Decided => (Some(recorded(true, Fate::Counts, last)), None),
            Waits => (Some(recorded(true, Fate::Counts, &earlier)), Some(waits)),
            StaffWaits => (Some(recorded(true, Fate::Counts, &earlier)), Some(staff_waits)),
            CameToNothing => (Some(recorded(true, Fate::Nothing, &earlier)), None),
            CameToNothingAsStaffWaits => (Some(recorded(true, Fate::Nothing, &by_staff(Suspended))), Some(staff_waits)),
            StaffWaitsAfter => (Some(recorded(true, Fate::Nothing, &earlier)), Some(staff_waits)),
            ChangedAfter => (Some(recorded(true, Fate::Outdone, &by_staff(Suspended))), None),
            Changed => (Some(recorded(true, Fate::Counts, &by_staff(Suspended))), None),
        }
    }

    fn told(known: Known, last: &Order, message: &Order) -> &'static str {
        let (recorded, waits) = self::known(known, last);
        word(admit(&Said::from(message.clone()), recorded.as_ref(), waits.as_ref(), None))
    }

    fn word(admitted: Result<Admitted, Conflict>) -> &'static str {
        match admitted {
            Ok(Admitted::News) => "news",
            Ok(Admitted::Waits) => "waits",
            Ok(Admitted::Again) => "again",
            Err(Conflict::Stale { .. }) => "stale",
            Err(Conflict::RevisionReused(_)) => "reused",
            Err(Conflict::Cancelled) => "cancelled",
            Err(Conflict::Unpaid) => "unpaid",
            Err(Conflict::Outdone) => "outdone",
            Err(Conflict::Product { .. }) => "product",
            Err(Conflict::LineMissing(_)) => "missing",
            Err(_) => "another conflict",
        }
    }

    /// Which message comes, and what it comes to by what is known, in the sequence of [`ALL`].
    #[test]
    fn what_a_message_comes_to() {
        let last = order(5, Paid, "bob");
        let mut other_product = order(6, Paid, "bob");
        other_product.lines[0].product = "Q".to_owned();
        let mut other_line = order(6, Paid, "bob");
        other_line.lines[0].line = 2;
        let table = [
            (
                "newer, of another product",
                other_product,
                "news product news cancelled product product product product product product product product",
            ),
            (
                "newer, without the line",
                other_line,
                "news missing news cancelled missing missing missing missing missing missing missing missing",
            ),
            ("the same", last.clone(), "news waits news again again waits waits news news outdone outdone again"),
            ("newer", order(6, Paid, "cat"), "news news news cancelled news news news news news news news news"),
            (
                "newer, of the same content",
                order(6, Paid, "bob"),
                "news news news cancelled news news news news news news news news",
            ),
            ("older", order(4, Paid, "cat"), "news stale stale stale stale stale stale stale stale stale stale stale"),
            (
                "not counted",
                order(0, Paid, "bob"),
                "news stale stale stale stale stale stale stale stale stale stale stale",
            ),
            (
                "of the same revision, with another content",
                order(5, Paid, "cat"),
                "news reused news reused reused reused reused news news news news reused",
            ),
            (
                "newer: suspended",
                order(6, Suspended, "bob"),
                "news news news cancelled news news news news news news news news",
            ),
            (
                "newer: cancelled",
                order(6, Cancelled, "bob"),
                "news news news news news news news news news news news news",
            ),
            (
                "newer: placed",
                order(6, Placed, "bob"),
                "news unpaid news cancelled unpaid unpaid unpaid unpaid unpaid unpaid unpaid unpaid",
            ),
            (
                "older: cancelled",
                order(4, Cancelled, "bob"),
                "news stale stale stale stale stale stale stale stale stale stale stale",
            ),
        ];
        for (which, message, expected) in table {
            let found = ALL.map(|known| told(known, &last, &message)).join(" ");
            assert_eq!(found, expected, "{which}");
        }
    }

    /// The same where the shop does not count, by what it said last: its sequence is all that there is.
    #[test]
    fn what_a_message_comes_to_where_none_is_counted() {
        let table = [
            (Placed, Paid, "news news news cancelled news news news news news news news news"),
            (Paid, Paid, "news news news cancelled news news news news news news news news"),
            (Paid, Placed, "news unpaid news cancelled unpaid unpaid unpaid unpaid unpaid unpaid unpaid unpaid"),
            (Suspended, Paid, "news news news cancelled news news news news news news news news"),
            (Suspended, Placed, "news unpaid news cancelled unpaid unpaid unpaid unpaid unpaid unpaid unpaid unpaid"),
            (
                Cancelled,
                Paid,
                "news cancelled news cancelled cancelled cancelled cancelled news cancelled cancelled cancelled cancelled",
            ),
            (Cancelled, Cancelled, "news waits news again again waits waits news news outdone outdone again"),
        ];
        for (said, says, expected) in table {
            let found = ALL.map(|known| told(known, &order(0, said, "bob"), &order(0, says, "cat"))).join(" ");
            assert_eq!(found, expected, "{said:?}, then {says:?}");
        }
    }

    /// What contradicted is heard all the same.
    #[test]
    fn what_is_older_than_a_contradiction_is_out_of_date() {
        let last = order(5, Paid, "bob");
        let (recorded, _) = known(Decided, &last);
        let recorded = Recorded { heard: 7, ..recorded.unwrap() };
        let admitted = |message: &Order| admit(&Said::from(message.clone()), Some(&recorded), None, None);
        assert_eq!(admitted(&order(6, Paid, "cat")), Err(Conflict::Stale { recorded: 7, found: 6 }));
        assert_eq!(admitted(&order(7, Paid, "cat")), Ok(Admitted::News), "put right under the same revision");
        assert_eq!(admitted(&last), Ok(Admitted::Again), "what was decided last is to be so");
    }

    /// That an order ended is all that is known of it.
    #[test]
    fn an_order_that_ended_before_it_was_heard_of() {
        let table = [
            (Cancelled, order(3, Cancelled, "bob"), "again"),
            (Cancelled, order(2, Paid, "bob"), "stale"),
            (Cancelled, order(3, Paid, "bob"), "reused"),
            (Cancelled, order(4, Paid, "bob"), "cancelled"),
            (Cancelled, order(4, Suspended, "bob"), "cancelled"),
            (Cancelled, order(4, Cancelled, "cat"), "news"),
            (Suspended, order(3, Suspended, "cat"), "again"),
            (Suspended, order(4, Cancelled, "bob"), "news"),
            (Suspended, order(4, Paid, "bob"), "news"),
            (Suspended, order(4, Placed, "bob"), "unpaid"),
        ];
        for (state, message, expected) in table {
            let Said::Ends(ended) = Said::from(order(3, state, "bob")) else { panic!("{state:?} is no end") };
            let found = word(admit(&Said::from(message.clone()), None, None, Some(&ended)));
            assert_eq!(found, expected, "{state:?}, then {message:?}");
        }
    }
}
