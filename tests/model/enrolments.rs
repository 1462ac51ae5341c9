//! Of the reference model's rules, those on enrolments.

use std::collections::BTreeSet;

use crate::model::facts::{Before, Enrolment, Fact, Name};
use crate::model::rules::{Model, Reach};

impl Model {
    pub(crate) fn enrol(&mut self, concerned: &BTreeSet<Fact>, reach: Reach) {
        for fact in concerned.iter().filter(|fact| self.has_place(**fact)).copied().collect::<Vec<_>>() {
            if let Fact::Enrolled(course, person) = fact {
                let was = self.enrolments.get(&(course, person)).cloned();
                match self.enrolment(course, person, was.clone()) {
                    Some(is) => {
                        // Rule 2, also of roles that another order claims.
                        let had = was.map(|was| was.roles).unwrap_or_default();
                        for role in is.roles.difference(&had) {
                            self.before.entry(Fact::Role(course, person, role)).or_insert(Before::Absent);
                        }
                        self.enrolments.insert((course, person), is);
                    }
                    // Those who leave do so last.
                    None if reach.end => self.unenrol(course, person),
                    None => {}
                }
            }
        }
    }

    /// What becomes of an enrolment: rules 3 to 6.
    fn enrolment(&self, course: Name, person: Name, was: Option<Enrolment>) -> Option<Enrolment> {
        let fact = Fact::Enrolled(course, person);
        let (active, suspended) = (self.spans(fact, false), self.spans(fact, true));
        let before = match self.before.get(&fact) {
            Some(Before::Enrolled(span, suspended)) => Some((*span, *suspended)),
            _ => None,
        };
        let (span, is_suspended, roles_of_suspended) = match (active, suspended, before) {
            (Some(active), _, Some((before, false))) => (active.union(before), false, false),
            (Some(active), ..) => (active, false, false),
            (None, Some(_), Some((before, false))) => (before, false, false),
            (None, Some(suspended), _) => (suspended, true, true),
            (None, None, Some((before, suspended))) => (before, suspended, suspended),
            // Rule 5: the leaver, who is kept after having entered.
            (None, None, None) => {
                return was.filter(|was| was.entered).map(|was| Enrolment { suspended: true, ..was });
            }
        };
        if was.is_none() && active.is_none() {
            return None;
        }
        let wanted = |role: &Name| {
            let fact = Fact::Role(course, person, role);
            self.is_in_force(fact) || roles_of_suspended && self.is_claimed(fact)
        };
        let held = was.iter().flat_map(|was| was.roles.iter().copied());
        let mut roles: BTreeSet<Name> = held.chain(self.roles.there().filter(wanted)).collect();
        // Rule 10.
        if roles.is_empty() {
            return was;
        }
        let goes =
            |role: &Name| !wanted(role) && self.before.get(&Fact::Role(course, person, role)) == Some(&Before::Absent);
        roles.retain(|role| !goes(role));
        let is_suspended = is_suspended || active.is_none() && was.as_ref().is_some_and(|was| was.suspended);
        let entered = was.is_some_and(|was| was.entered);
        Some(Enrolment { span, suspended: is_suspended, roles, entered })
    }

    /// Rule 5: nobody claims the enrolment any longer, but the person has entered. Of those who left earlier, it is as
    /// suspended as it was then.
    pub(crate) fn is_kept(&self, course: Name, person: Name, concerned: &BTreeSet<Fact>) -> bool {
        let fact = Fact::Enrolled(course, person);
        let leaves = match concerned.contains(&fact) && self.before.contains_key(&fact) {
            true => !self.is_claimed(fact) && self.before.get(&fact) == Some(&Before::Absent),
            false => self.enrolments.get(&(course, person)).is_some_and(|it| it.suspended),
        };
        leaves && self.enrolments.get(&(course, person)).is_some_and(|it| it.entered)
    }

    /// Somebody is no longer in the course, and so in none of its groups.
    pub(crate) fn unenrol(&mut self, course: Name, person: Name) {
        self.enrolments.remove(&(course, person));
        for ((of, _), group) in &mut self.groups {
            if *of == course {
                group.members.remove(person);
            }
        }
    }
}
