//! Of the reference model's rules, those on courses that are renamed, deleted and made again.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::facts::{Claims, Fact, Name};
use crate::model::rules::{Handed, Model, State};

/// The courses that there can be: by what they are known here, what they are called first, and what they may be called later.
pub(crate) const COURSES: [(Name, Name, Name); 4] = [
    ("SPOC", "SPOC", "SPOC-2027"),
    ("OTHER", "OTHER", "OTHER-2027"),
    ("SUPPORT", "SUPPORT", "HELP"),
    ("SPOC II", "SPOC", "SPOC-2028"),
];

/// What a line was sold with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sold {
    /// The courses, by what they were called.
    courses: BTreeMap<Name, Name>,
    /// Who sits there, if it is paid.
    seated: Option<BTreeSet<Name>>,
}

impl Model {
    /// What a course is called now.
    pub(crate) fn called(&self, course: Name) -> Name {
        self.courses.get(course).copied().flatten().unwrap_or("no course")
    }

    /// Which course is called so now.
    pub(crate) fn course_called(&self, name: Name) -> Option<Name> {
        self.courses.iter().find(|(_, called)| **called == Some(name)).map(|(course, _)| *course)
    }

    fn is_there(&self, course: Name) -> bool {
        self.courses.get(course).is_some_and(Option::is_some)
    }

    /// Whether there is where to put it.
    pub(crate) fn has_place(&self, fact: Fact) -> bool {
        fact.course().is_none_or(|course| self.is_there(course))
    }

    /// A course is deleted, with all that is in it.
    pub(crate) fn delete(&mut self, course: Name) {
        self.courses.insert(course, None);
        self.enrolments.retain(|(of, _), _| *of != course);
        self.groups.retain(|(of, _), _| *of != course);
    }

    /// Rule 10: what an order that is handed over means by the names of courses, and what it is sold with. None: it is
    /// rejected.
    pub(crate) fn meant(&self, handed: &Handed) -> Option<(Handed, BTreeMap<u32, Sold>)> {
        let (mut meant, mut sold) = (handed.clone(), BTreeMap::new());
        for (line, (people, claims)) in &mut meant.lines {
            let of_line = self.sold(handed, *line, people, claims)?;
            *claims = self.left(claims, &of_line);
            sold.insert(*line, of_line);
        }
        Some((meant, sold))
    }

    fn sold(&self, handed: &Handed, line: u32, people: &BTreeSet<Name>, claims: &Claims) -> Option<Sold> {
        let before = self.orders.get(handed.id).and_then(|order| order.sold.get(&line)).cloned().unwrap_or_default();
        let mut courses = before.courses;
        for name in claims.keys().filter_map(|fact| fact.course()) {
            let course = courses.get(name).copied().or_else(|| self.course_called(name))?;
            courses.insert(name, course);
            let sits = |who: &Name| before.seated.as_ref().is_some_and(|seated| seated.contains(who));
            if name != "SUPPORT" && !self.is_there(course) && !(before.seated.is_some() && people.iter().all(sits)) {
                return None;
            }
        }
        Some(Sold { courses, seated: (handed.state == State::Paid).then(|| people.clone()) })
    }

    /// What a line claims, by the names of courses, of what is still there.
    fn left(&self, claims: &Claims, sold: &Sold) -> Claims {
        let meant = claims.iter().map(|(fact, span)| {
            let course = fact.course().and_then(|name| sold.courses.get(name));
            (course.map_or(*fact, |course| fact.in_course(course)), *span)
        });
        meant.filter(|(fact, _)| self.has_place(*fact)).collect()
    }
}
