//! A report for people: course by course, person by person.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::Cell;
use owo_colors::OwoColorize;
use shop_core::platform::CourseId;
use shop_core::sessions::plan::Outcome;
use shop_core::sessions::receipt::{Entry, Report};
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::order::Order;
use shop_core::words::period::Period;
use shop_core::words::text::printable;
use shop_host::host::LineOutcome;

use super::out;
use super::tables::{self, tinted};
use super::words::{Argument, Voice};

/// What the order calls its people, by folded address, and in which order it does.
#[derive(Default)]
pub(super) struct Roster {
    operator: String,
    names: BTreeMap<String, (usize, String)>,
}

impl Roster {
    pub(super) fn of(order: &Order) -> Roster {
        let mut roster = Roster { operator: Email::folded(&order.operator.email), names: BTreeMap::new() };
        for person in order.people() {
            roster.add(&Email::folded(&person.email), &person.name());
        }
        roster
    }

    /// With those who sit in the lines although the order does not list them: they stay.
    pub(super) fn with(mut self, lines: &[LineOutcome]) -> Roster {
        let seats = lines.iter().flat_map(|line| &line.seats);
        for person in seats.filter_map(|seat| seat.occupant.as_ref()) {
            self.add(person.email.as_str(), &person.name());
        }
        self
    }

    fn add(&mut self, email: &str, name: &str) {
        let rank = self.names.len();
        self.names.entry(email.to_owned()).or_insert_with(|| (rank, printable(name)));
    }

    /// People as the order lists them; those who left it come last.
    fn rank(&self, email: &str) -> usize {
        self.names.get(email).map_or(usize::MAX, |(rank, _)| *rank)
    }

    /// Somebody's name and address.
    pub(super) fn person(&self, email: &str, voice: Voice) -> String {
        match self.names.get(email) {
            Some((_, name)) if email == self.operator => {
                tables::person(&voice.say("person-operator", &[("name", name.as_str().into())]), email)
            }
            Some((_, name)) => tables::person(name, email),
            None => printable(email),
        }
    }
}

/// A report with what it takes to tell it.
struct Telling<'a> {
    report: &'a Report,
    people: Vec<(&'a Email, Vec<&'a Entry>)>,
    roster: &'a Roster,
    voice: Voice<'a>,
}

/// Tells a report.
pub(super) fn report(report: &Report, roster: &Roster, voice: Voice) {
    let mut people: Vec<_> = report.people().into_iter().collect();
    people.sort_by_key(|(email, _)| roster.rank(email.as_str()));
    let telling = Telling { report, people, roster, voice };
    for course in telling.courses() {
        telling.course(course);
    }
    telling.without_course();
    telling.failures();
    telling.summary();
}

impl Telling<'_> {
    fn courses(&self) -> BTreeSet<CourseId> {
        let course = |entry: &Entry| match entry.fact {
            Fact::Enrolment(course, _) | Fact::Group(course, _) => Some(course),
            _ => None,
        };
        self.report.entries.iter().filter_map(course).collect()
    }

    fn course(&self, course: CourseId) {
        let period = self.common_period(course);
        let mut parts = vec![self.voice.say("heading-course", &[("course", self.report.names.course(course).into())])];
        parts.extend(period.map(|period| self.voice.period(period)));
        parts.extend(self.report.entries.iter().find_map(|entry| self.group(entry, course)));
        out::title(&parts.join(" · "));
        let columns = ["person", "account", "roles", "enrolment", "period", "group", "attached"];
        let row = |(person, entries): &(&Email, Vec<&Entry>)| {
            let enrolment = entries.iter().find(|entry| enrolled_in(entry, course))?;
            let own = enrolment.enrolment.as_ref().filter(|_| period.is_none());
            Some(vec![
                tables::text(self.roster.person(person.as_str(), self.voice)),
                self.account(entries),
                tables::text(self.roles(enrolment)),
                self.enrolment(enrolment),
                Cell::new(own.map(|is| self.voice.period(is.period)).unwrap_or_default()),
                self.membership(entries, course),
                self.attached(person, entries),
            ])
        };
        out::table(&tables::table(self.voice, &columns, self.people.iter().filter_map(row)));
    }

    /// The period of everybody who will be enrolled, if it is the same.
    fn common_period(&self, course: CourseId) -> Option<Period> {
        let of_course = self.report.entries.iter().filter(|entry| enrolled_in(entry, course));
        let periods: Vec<Period> = of_course.filter_map(|entry| Some(entry.enrolment.as_ref()?.period)).collect();
        let first = *periods.first()?;
        periods.iter().all(|period| *period == first).then_some(first)
    }

    fn group(&self, entry: &Entry, course: CourseId) -> Option<String> {
        let Fact::Group(of, order) = &entry.fact else { return None };
        let name = entry.name.clone().unwrap_or_else(|| order.to_string());
        let arguments = [("group", name.into()), ("outcome", self.voice.outcome(entry.outcome).into())];
        (*of == course).then(|| self.voice.say("heading-group", &arguments))
    }

    /// Those who have an account, and no course yet.
    fn without_course(&self) {
        let outside = self
            .people
            .iter()
            .filter(|(_, entries)| !entries.iter().any(|entry| matches!(entry.fact, Fact::Enrolment(..))));
        let row = |(person, entries): &(&Email, Vec<&Entry>)| {
            let name = tables::text(self.roster.person(person.as_str(), self.voice));
            vec![name, self.account(entries), self.attached(person, entries)]
        };
        let table = tables::table(self.voice, &["person", "account", "attached"], outside.map(row));
        if table.row_count() > 0 {
            out::line("");
        }
        out::table(&table);
    }

    fn account(&self, entries: &[&Entry]) -> Cell {
        let Some(account) = entries.iter().find(|entry| matches!(entry.fact, Fact::Account(_))) else {
            return Cell::new("");
        };
        let text = match account.outcome {
            Some(Outcome::Found) => self.voice.word("account-found"),
            Some(Outcome::Made) => self.voice.tell("account", &[]),
            other => self.voice.outcome(other),
        };
        tinted(account.outcome, text)
    }

    fn roles(&self, enrolment: &Entry) -> String {
        let roles = enrolment.enrolment.iter().flat_map(|is| &is.roles);
        roles.map(|role| printable(&self.report.names.role(*role))).collect::<Vec<_>>().join(", ")
    }

    fn enrolment(&self, entry: &Entry) -> Cell {
        let mut text = self.voice.outcome(entry.outcome);
        if entry.enrolment.as_ref().is_some_and(|is| is.suspended) {
            text = format!("{text}, {}", self.voice.word("enrolment-suspended"));
        }
        tinted(entry.outcome, text)
    }

    fn membership(&self, entries: &[&Entry], course: CourseId) -> Cell {
        let member = entries.iter().find(|entry| matches!(&entry.fact, Fact::Member(of, ..) if *of == course));
        member.map_or(Cell::new(""), |member| tinted(member.outcome, self.voice.outcome(member.outcome)))
    }

    /// An attachment has two halves: it is told as the one that is not like the first, if there is one. The operator has
    /// a half of everybody's, which is shown with the others; a former operator's are shown with that person.
    fn attached(&self, person: &Email, entries: &[&Entry]) -> Cell {
        if person.as_str() == self.roster.operator {
            return Cell::new("");
        }
        let halves = || entries.iter().filter(|entry| matches!(entry.fact, Fact::AccountRole { .. }));
        let to_operator = |half: &&&Entry| half.fact.people().iter().any(|who| who.as_str() == self.roster.operator);
        let mut outcomes: Vec<_> = halves().filter(to_operator).map(|half| half.outcome).collect();
        if outcomes.is_empty() {
            outcomes = halves().map(|half| half.outcome).collect();
        }
        let Some(first) = outcomes.first() else { return Cell::new("") };
        let outcome = *outcomes.iter().find(|outcome| *outcome != first).unwrap_or(first);
        tinted(outcome, self.voice.outcome(outcome))
    }

    fn failures(&self) {
        for (reason, concerned) in self.report.reasons() {
            let who: Vec<_> = concerned.into_iter().map(Email::as_str).collect();
            out::line(format!("  {} {}", printable(&who.join(", ")).red(), printable(reason)));
        }
    }

    /// How many facts had each outcome; those that none had are left out.
    fn summary(&self) {
        let remains = self.report.entries.iter().filter(|entry| entry.outcome.is_none()).count();
        let count = |outcome| self.report.count(outcome);
        let beside = [
            ("count-invitation-uncertain", count(Outcome::InvitationUncertain)),
            ("count-awaits-consent", count(Outcome::AwaitsConsent)),
            ("count-withheld", count(Outcome::Withheld)),
            ("count-over", count(Outcome::Over)),
        ];
        let counts = [
            ("count-made", count(Outcome::Made)),
            ("count-changed", count(Outcome::Changed)),
            ("count-retracted", count(Outcome::Retracted)),
            ("count-failed", count(Outcome::Failed)),
            ("count-remains", remains),
            ("count-found", count(Outcome::Found)),
        ];
        let told = |counts: &[(&str, usize)]| -> Vec<String> {
            let some = counts.iter().filter(|(_, count)| *count > 0);
            some.map(|(id, count)| self.voice.tell(id, &[number(*count)])).collect()
        };
        let parts = match self.report.is_in_place() {
            true => vec![self.voice.word("summary-in-place")],
            false => told(&counts),
        };
        out::line(format!("\n{}", parts.join(", ")));
        told(&beside).into_iter().for_each(out::line);
    }
}

fn number(count: usize) -> Argument<'static> {
    ("count", count.into())
}

fn enrolled_in(entry: &Entry, course: CourseId) -> bool {
    matches!(entry.fact, Fact::Enrolment(of, _) if of == course)
}
