//! All that the handler can say: one line each in the table, with level, audience, key and arguments. The words are in
//! `texts/`.

use crate::contract::{Audience, Level, Message, Subject, Timestamp, Value};
use crate::times::last_day;

macro_rules! messages {
    ($($(#[$doc:meta])* $level:ident $audience:ident $key:literal $name:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            $(#[$doc])*
            pub(crate) fn $name($($argument: $type),*) -> Message {
                let arguments = [$((stringify!($argument), $argument.value())),*];
                message(Level::$level, Audience::$audience, $key, &arguments)
            }
        )*

        /// Each message once.
        #[cfg(test)]
        pub(crate) fn samples() -> Vec<Message> {
            vec![$($name($(<$type as Argument>::SAMPLE),*)),*]
        }
    };
}

messages! {
    // Faults of the product.

    /// No course is given.
    Error Sales "course-missing" course_missing();
    /// There is no such course.
    Error Sales "course-unknown" course_unknown(course: &str);
    /// The course has no manual enrolment.
    Error Sales "course-closed" course_closed(course: &str);
    /// There is no such role, or handlers may not assign it.
    Error Sales "role-unknown" role_unknown(role: &str);
    /// The role cannot be assigned in a course.
    Error Sales "role-not-in-course" role_not_in_course(role: &str);
    /// The role cannot be assigned in another person's account, which attachments need.
    Error Sales "role-not-in-account" role_not_in_account(role: &str);
    /// The start cannot be read.
    Error Sales "start-unreadable" start_unreadable(value: &str);
    /// The end cannot be read.
    Error Sales "end-unreadable" end_unreadable(value: &str);
    /// The duration cannot be read.
    Error Sales "duration-unreadable" duration_unreadable(value: &str);
    /// Not a flag.
    Error Sales "flag-unreadable" flag_unreadable(value: &str);
    /// Not a choice of delegation.
    Error Sales "delegation-unreadable" delegation_unreadable(value: &str);
    /// The end is not after the start.
    Error Sales "end-before-start" end_before_start(start: Timestamp, end: Ending);
    /// The end is not after the purchase.
    Error Sales "end-past" end_past(end: Ending, now: Timestamp);

    // What somebody should look at, or know.

    /// The end is given, and a duration too.
    Warning Sales "duration-ignored" duration_ignored();
    /// The support course is the session's.
    Warning Sales "support-is-course" support_is_course(course: &str);
    /// Groups of the course are not separate.
    Warning Sales "groups-not-separate" groups_not_separate(course: &str);
    /// No supervisor's role is given.
    Notice Sales "supervisor-defaulted" supervisor_defaulted(role: &str);

    // The order cannot be fulfilled.

    /// An order that stands has no operator.
    Error Sales "operator-missing" operator_missing();
    /// For those who cannot see what is wrong with the product.
    Error Public "order-rejected" order_rejected();

    // It can.

    /// Stage offered.
    Notice Sales "product-ready" product_ready(course: &str, learner: &str, tutor: &str, supervisor: &str, delegation: &str);
    /// Stage placed.
    Notice Public "session-planned" session_planned();
    /// Stage placed.
    Notice Operator "seats-planned" seats_planned(course: &str, learners: usize, tutors: usize);
    /// Stage placed.
    Notice Sales "setup-planned" setup_planned(course: &str);
    /// Stage paid.
    Notice Public "session-ready" session_ready();
    /// Stage paid.
    Notice Operator "seats-ready" seats_ready(course: &str, learners: usize, tutors: usize);
    /// Stage paid.
    Notice Sales "setup-ready" setup_ready(course: &str);

    // Both of the order that is placed and of the one that is paid.

    /// Seats are still vacant.
    Notice Operator "seats-vacant" seats_vacant(vacant: usize);
    /// The period ends within a day.
    Notice Operator "period-limited" period_limited(start: Timestamp, end: Timestamp);
    /// The period ends with a day.
    Notice Operator "period-days" period_days(start: Timestamp, last: &str);
    /// The period has no end.
    Notice Operator "period-open" period_open(start: Timestamp);
    /// There is a support course.
    Notice Operator "support-course" support_course(course: &str, start: Timestamp);
    /// Where the accounts come from, and whose are to be attached: the host leaves out those that are protected.
    Notice Sales "accounts" accounts(found: usize, created: usize, delegation: &str);
}

fn message(level: Level, audience: Audience, key: &str, arguments: &[(&str, Value)]) -> Message {
    let named = |(name, value): &(&str, Value)| ((*name).to_owned(), value.clone());
    let arguments = arguments.iter().map(named).collect();
    Message { level, audience, subject: Subject::Order, key: key.to_owned(), arguments }
}

impl Message {
    /// The message, about this parameter of the product instead of the order as a whole.
    pub(crate) fn at(self, parameter: &str) -> Self {
        Message { subject: Subject::Parameter(parameter.to_owned()), ..self }
    }
}

/// What an argument of a message is made of: a text, a number (`usize`) or a time (`u64`).
trait Argument {
    #[cfg(test)]
    const SAMPLE: Self;

    fn value(self) -> Value;
}

impl Argument for &str {
    #[cfg(test)]
    const SAMPLE: Self = "sample";

    fn value(self) -> Value {
        Value::Text(clip(self, 200))
    }
}

impl Argument for usize {
    #[cfg(test)]
    const SAMPLE: Self = 2;

    fn value(self) -> Value {
        Value::Number(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl Argument for Timestamp {
    #[cfg(test)]
    const SAMPLE: Self = 1_800_000_000;

    fn value(self) -> Value {
        Value::Time(self)
    }
}

/// An end: midnight is that of the day which ends then, as whoever typed the day means it.
pub(crate) struct Ending(pub(crate) Timestamp);

impl Argument for Ending {
    #[cfg(test)]
    const SAMPLE: Self = Ending(<Timestamp as Argument>::SAMPLE);

    fn value(self) -> Value {
        match last_day(self.0) {
            Some(day) => Value::Text(format!("{day} 24:00 UTC")),
            None => self.0.value(),
        }
    }
}

/// The text, fit for people and within the contract's limits: of at most `most` characters, with a visible mark in
/// place of each that cannot be shown.
pub(crate) fn clip(text: &str, most: usize) -> String {
    let mut clipped = String::new();
    for (number, character) in text.chars().enumerate() {
        if number == most {
            clipped.pop();
            clipped.push('…');
            break;
        }
        clipped.push(if is_unprintable(character) { char::REPLACEMENT_CHARACTER } else { character });
    }
    clipped
}

/// Control characters, and those with which a text can reorder its surroundings and pretend to be another.
fn is_unprintable(character: char) -> bool {
    let reorders = matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    reorders || character.is_control()
}
