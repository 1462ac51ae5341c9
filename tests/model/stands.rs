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
    /// Those of them that are new, or had ended before: whatever they were sold with before.
    pub(crate) anew: BTreeSet<u32>,
}

/// What an order is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stands {
    pub(crate) state: State,
    pub(crate) operator: Name,
    /// Whom the shop named last.
    pub(crate) named: Option<Name>,
    /// Those that have not ended, each with all who sit there, and when it was first paid, if it was.
    pub(crate) lines: BTreeMap<u32, (Line, Option<Time>)>,
    /// Those of them that are new, or had ended before, as long as they are not decided on.
    pub(crate) anew: BTreeSet<u32>,
}

impl Stands {
    /// The same if nobody has paid for it: it came to nothing.
    pub(crate) fn unpaid(&self) -> Stands {
        let lines = self.lines.iter().map(|(number, (line, _))| (*number, (line.clone(), None)));
        Stands { lines: lines.collect(), ..self.clone() }
    }

    pub(crate) fn handed(&self, id: Name) -> Handed {
        let people = |line: &Line| line.seats.iter().flatten().map(|(who, _)| *who).collect::<BTreeSet<_>>();
        let lines = self.lines.iter().map(|(number, (line, paid))| {
            // Of what is not paid, nothing depends on the time.
            (*number, (people(line), line.claims(id, self.operator, paid.unwrap_or_default())))
        });
        Handed { id, state: self.state, operator: self.operator, lines: lines.collect(), anew: self.anew.clone() }
    }
}
