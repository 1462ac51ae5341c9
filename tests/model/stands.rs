//! What an order is to be, and what that asks for.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{Claims, Name, State, Time};
use crate::model::orders::Line;

/// An order as it is handed over.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    pub(crate) id: Name,
    pub(crate) state: State,
    pub(crate) operator: Name,
    /// By line that has not ended: whom it names beside the operator, and what it claims when it is paid.
    pub(crate) lines: BTreeMap<u32, (BTreeSet<Name>, Claims)>,
}

/// What an order is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stands {
    pub(crate) state: State,
    pub(crate) operator: Name,
    /// Whom the shop named last.
    pub(crate) named: Option<Name>,
    pub(crate) time: Time,
    /// Those that have not ended, each with all who sit there.
    pub(crate) lines: BTreeMap<u32, Line>,
}

impl Stands {
    pub(crate) fn handed(&self, id: Name) -> Handed {
        let people = |line: &Line| line.seats.iter().flatten().map(|(who, _)| *who).collect::<BTreeSet<_>>();
        let lines = self.lines.iter();
        let lines = lines.map(|(number, line)| (*number, (people(line), line.claims(id, self.operator, self.time))));
        Handed { id, state: self.state, operator: self.operator, lines: lines.collect() }
    }
}
