//! How much an order may hold.

use std::collections::BTreeMap;

use super::{Line, Order, Person, Seat};

/// So many fields a person can have in a file beside the usual. A handler can ask for 64.
pub(super) const MOST_FIELDS: usize = 1_000;

/// So many bytes the parameters of a line can have in a file. A handler can have 64 parameters of 1,024 bytes.
pub(super) const MOST_PARAMETERS: usize = 256 << 10;

/// More than anybody needs stands in an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected at most {most} {what}, found {found}")]
pub struct Overladen {
    field: String,
    what: &'static str,
    most: usize,
    found: usize,
}

impl Overladen {
    /// What there is too much of in what is said of a person beside the usual.
    pub fn extra(extra: &BTreeMap<String, String>) -> Option<Overladen> {
        Self::if_more("extra".to_owned(), "fields", MOST_FIELDS, extra.len())
    }

    fn fields(person: &Person, whose: &str) -> Option<Overladen> {
        Self::if_more(format!("{whose}.extra"), "fields", MOST_FIELDS, person.extra.len())
    }

    fn if_more(field: String, what: &'static str, most: usize, found: usize) -> Option<Overladen> {
        (found > most).then_some(Overladen { field, what, most, found })
    }
}

impl Order {
    /// What there is too much of, if anything is. Only of what comes is that asked, not of what is recorded.
    pub fn overladen(&self) -> Option<Overladen> {
        let of_line = |(number, line): (usize, &Line)| {
            let parameters = line.parameters.as_ref().map_or(0, String::len);
            let of_seat = |(seat, of): (usize, &Seat)| {
                Overladen::fields(of.occupant.as_ref()?, &format!("lines[{number}].seats[{seat}].occupant"))
            };
            Overladen::if_more(format!("lines[{number}].parameters"), "bytes", MOST_PARAMETERS, parameters)
                .or_else(|| line.listed().iter().enumerate().find_map(of_seat))
        };
        Overladen::fields(&self.operator, "operator").or_else(|| self.lines.iter().enumerate().find_map(of_line))
    }
}
