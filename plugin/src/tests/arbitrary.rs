//! Whatever the input, the call ends in an answer: the fake panics at whatever would stop it in a real host.

use proptest::prelude::*;

use super::fake::{Fake, order};
use crate::contract::{Level, Message, Stage, Value};
use crate::describe;
use crate::fulfil;

/// Values that get past the first check more often than arbitrary text.
fn value() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        "SPOCM1",
        "LATE",
        "VISIBLE",
        "HELP",
        "student",
        "teacher",
        "0",
        "1",
        "all",
        "created",
        "none",
        "+30D",
        "%2B12H",
        "2026-06-30",
        "2026-06-30T12:00:00+01:00",
        "253402300799",
        "18446744073709551615",
    ];
    prop_oneof![
        4 => prop::sample::select(KNOWN).prop_map(str::to_owned),
        1 => "[-+ 0-9:TZDH]{0,25}",
        1 => ".{0,20}",
        1 => any::<u64>().prop_map(|number| number.to_string()),
        1 => "[\\x00-\\x7F]{900,1200}",
    ]
}

fn parameters() -> impl Strategy<Value = String> {
    let names: Vec<_> = describe().parameters.into_iter().map(|parameter| parameter.name).collect();
    let pair = (prop::sample::select(names), value());
    // A good beginning, so that not all are rejected at once.
    let beginning = prop::sample::select(&["", "coursename=SPOCM1", "coursename=LATE&customersupport=HELP"][..]);
    let encoded = (beginning, prop::collection::vec(pair, 0..6)).prop_map(|(beginning, pairs)| {
        let pairs = pairs.into_iter().map(|(name, value)| format!("&{name}={value}"));
        beginning.to_owned() + &pairs.collect::<String>()
    });
    prop_oneof![9 => encoded, 1 => ".*"]
}

fn seats() -> impl Strategy<Value = String> {
    let seat = prop::sample::select(&["learner:", "tutor:", "learner:olga", "learner:lea", "tutor:tom"][..]);
    prop::collection::vec(seat, 0..6).prop_map(|seats| seats.join(" "))
}

fn is_within_limits(message: &Message) -> bool {
    message.arguments.iter().all(|(_, value)| !matches!(value, Value::Text(text) if text.len() > 1024))
}

proptest! {
    #[test]
    fn nothing_stops_the_call(
        parameters in parameters(),
        time in prop_oneof![Just(super::fake::NOW), any::<u64>()],
        stage in prop::sample::select(&[Stage::Offered, Stage::Placed, Stage::Paid][..]),
        seats in seats(),
        id in ".*",
        first_name in ".*",
    ) {
        let mut order = order(stage, &parameters, &seats);
        order.time = time;
        order.id = id;
        if let Some(operator) = &mut order.operator {
            operator.first_name = first_name;
        }
        let mut fake = Fake::serving(&order);
        let result = fulfil(&mut fake, &order);
        prop_assert!(stage != Stage::Offered || fake.declared().is_empty());

        let rejected = result.is_err();
        prop_assert!(!rejected || fake.declared().is_empty(), "declared, and rejected");
        let messages = result.unwrap_or_else(|findings| findings);
        prop_assert_eq!(rejected, messages.iter().any(|message| message.level == Level::Error));
        prop_assert!(messages.iter().all(is_within_limits));

        let mut again = Fake::serving(&order);
        prop_assert_eq!(fulfil(&mut again, &order).unwrap_or_else(|findings| findings), messages);
        prop_assert_eq!(again.declared(), fake.declared());
    }
}
