//! Of the reference model's rules, those on courses and roles that are renamed, deleted and made again.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::called::Sold;
use crate::model::facts::{Claims, Fact, Name, State};
use crate::model::rules::Model;
use crate::model::stands::Handed;

impl Model {
    /// Whether there is where to put it.
    pub(crate) fn has_place(&self, fact: Fact) -> bool {
        fact.course().is_none_or(|course| self.courses.is_there(course))
            && fact.role().is_none_or(|role| self.roles.is_there(role))
    }

    /// A course is deleted, with all that is in it.
    pub(crate) fn delete_course(&mut self, course: Name) {
        self.courses.becomes(course, None);
        self.enrolments.retain(|(of, _), _| *of != course);
        self.groups.retain(|(of, _), _| *of != course);
    }

    /// A role is deleted: nobody has it any longer.
    pub(crate) fn delete_role(&mut self, role: Name) {
        self.roles.becomes(role, None);
        self.enrolments.values_mut().for_each(|it| _ = it.roles.remove(role));
        self.attachments.retain(|(of, ..)| *of != role);
    }

    /// Rule 10: what an order that is handed over means by the names of courses and roles, and what it is sold with. None: it is
    /// rejected.
    pub(crate) fn meant(&self, handed: &Handed) -> Option<(Handed, BTreeMap<u32, Sold>)> {
        let (mut meant, mut sold) = (handed.clone(), BTreeMap::new());
        for (line, (people, claims)) in &mut meant.lines {
            let of_line = self.sold(handed, *line, people, claims)?;
            *claims = of_line.claims(claims).filter(|(fact, _)| self.has_place(*fact)).collect();
            sold.insert(*line, of_line);
        }
        Some((meant, sold))
    }

    fn sold(&self, handed: &Handed, line: u32, people: &BTreeSet<Name>, claims: &Claims) -> Option<Sold> {
        let before = self.orders.get(handed.id).filter(|_| !handed.anew.contains(&line));
        let before = before.and_then(|order| order.sold.get(&line)).cloned().unwrap_or_default();
        let is_paid = before.seated.is_some();
        let (mut courses, mut roles) = (before.courses, before.roles);
        for name in claims.keys().filter_map(|fact| fact.course()) {
            let course = courses.get(name).copied().or_else(|| self.courses.thing(name))?;
            courses.insert(name, course);
            if name != "SUPPORT" && !is_paid && !self.courses.is_there(course) {
                return None;
            }
        }
        // Also those that nobody in the line has.
        for name in ["student", "teacher"] {
            let role = roles.get(name).copied().or_else(|| self.roles.thing(name))?;
            roles.insert(name, role);
            if !is_paid && !self.roles.is_there(role) {
                return None;
            }
        }
        let sold = Sold { courses, roles, seated: (handed.state == State::Paid).then(|| people.clone()) };
        let sits = |who: &Name| before.seated.as_ref().is_some_and(|seated| seated.contains(who));
        people.iter().all(|who| sits(who) || !self.lacks(&sold, claims, who)).then_some(sold)
    }

    /// Whether something is gone that somebody would have by these claims. Of the support course nobody lacks anything.
    fn lacks(&self, sold: &Sold, claims: &Claims, who: Name) -> bool {
        let is_spared = |fact: Fact| fact.course().is_some_and(|course| self.is_support(sold, course));
        sold.claims(claims).any(|(fact, _)| fact.is_about(who) && !self.has_place(fact) && !is_spared(fact))
    }

    fn is_support(&self, sold: &Sold, course: Name) -> bool {
        sold.courses.get("SUPPORT") == Some(&course) && !self.courses.is_there(course)
    }
}
