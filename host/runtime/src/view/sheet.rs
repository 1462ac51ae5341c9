//! A report as people read it: course by course, person by person.

use std::collections::BTreeSet;

use shop_core::platform::CourseId;
use shop_core::sessions::plan::FactOutcome;
use shop_core::sessions::receipt::{Entry, Report};
use shop_core::sessions::session::Fact;
use shop_core::words::email::Email;
use shop_core::words::period::Period;

use super::{Argument, People, Person, Voice};

/// A report as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// By course.
    pub courses: Vec<Course>,
    /// Those who have an account, and no course yet.
    pub others: Vec<Other>,
    /// What failed.
    pub failures: Vec<Failed>,
    /// How many facts had each outcome, in words, in a sequence; or that there is nothing to do.
    pub summary: Vec<String>,
    /// How many facts have something else to be known.
    pub beside: Vec<String>,
}

/// What becomes of people in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// What it is called.
    pub name: String,
    /// The period of everybody who will be enrolled, if it is the same.
    pub period: Option<Period>,
    /// The order's group.
    pub group: Option<Group>,
    /// The people in it, as the order lists them.
    pub people: Vec<Participant>,
}

/// What becomes of the order's group in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// What becomes of it.
    pub became: Became,
}

/// What becomes of somebody in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub person: Person,
    /// What becomes of the account.
    pub account: Option<Became>,
    /// What the roles in the course are called.
    pub roles: Vec<String>,
    /// What becomes of the enrolment.
    pub enrolment: Became,
    /// For how long, if that is not everybody's.
    pub period: Option<Period>,
    /// What becomes of the membership in the group.
    pub group: Option<Became>,
    /// What becomes of the attachment to the operator.
    pub attached: Option<Became>,
}

/// What becomes of somebody who is in no course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Who.
    pub person: Person,
    /// What becomes of the account.
    pub account: Option<Became>,
    /// What becomes of the attachment to the operator.
    pub attached: Option<Became>,
}

/// What became, or will become, of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Became {
    /// For whoever marks it; none: it remains to be done.
    pub outcome: Option<FactOutcome>,
    /// In words.
    pub text: String,
}

/// Why something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Whom it concerns.
    pub people: Vec<Email>,
    /// Why.
    pub reason: String,
}

/// A report with what it takes to tell it.
struct Telling<'a> {
    report: &'a Report,
    /// As the order lists them.
    entries: Vec<(&'a Email, Vec<&'a Entry>)>,
    people: &'a People,
    voice: Voice<'a>,
}

impl Sheet {
    /// A report about an order of these people.
    pub fn of(report: &Report, people: &People, voice: Voice) -> Sheet {
        let mut entries: Vec<_> = report.people().into_iter().collect();
        entries.sort_by_key(|(email, _)| people.rank(email.as_str()));
        let telling = Telling { report, entries, people, voice };
        Sheet {
            courses: telling.courses().into_iter().map(|course| telling.course(course)).collect(),
            others: telling.others(),
            failures: telling.failures(),
            summary: telling.summary(),
            beside: telling.beside(),
        }
    }
}

impl Telling<'_> {
    fn courses(&self) -> BTreeSet<CourseId> {
        let course = |entry: &Entry| match entry.fact {
            Fact::Enrolment(course, _) | Fact::Group(course, _) => Some(course),
            _ => None,
        };
        self.report.entries.iter().filter_map(course).collect()
    }

    fn course(&self, course: CourseId) -> Course {
        let period = self.common_period(course);
        let participant = |(person, entries): &(&Email, Vec<&Entry>)| {
            let enrolment = entries.iter().find(|entry| enrolled_in(entry, course))?;
            let own = enrolment.enrolment.as_ref().filter(|_| period.is_none());
            Some(Participant {
                person: self.people.person(person.as_str(), self.voice),
                account: self.account(entries),
                roles: self.roles(enrolment),
                enrolment: self.enrolment(enrolment),
                period: own.map(|is| is.period),
                group: self.membership(entries, course),
                attached: self.attached(person, entries),
            })
        };
        Course {
            name: self.report.names.course(course),
            period,
            group: self.report.entries.iter().find_map(|entry| self.group(entry, course)),
            people: self.entries.iter().filter_map(participant).collect(),
        }
    }

    fn common_period(&self, course: CourseId) -> Option<Period> {
        let of_course = self.report.entries.iter().filter(|entry| enrolled_in(entry, course));
        let periods: Vec<Period> = of_course.filter_map(|entry| Some(entry.enrolment.as_ref()?.period)).collect();
        let first = *periods.first()?;
        periods.iter().all(|period| *period == first).then_some(first)
    }

    fn group(&self, entry: &Entry, course: CourseId) -> Option<Group> {
        let Fact::Group(of, order) = &entry.fact else { return None };
        let name = entry.name.clone().unwrap_or_else(|| order.to_string());
        (*of == course).then(|| Group { name, became: self.became(entry.outcome) })
    }

    fn others(&self) -> Vec<Other> {
        let is_outside = |entries: &[&Entry]| !entries.iter().any(|entry| matches!(entry.fact, Fact::Enrolment(..)));
        let other = |(person, entries): &(&Email, Vec<&Entry>)| Other {
            person: self.people.person(person.as_str(), self.voice),
            account: self.account(entries),
            attached: self.attached(person, entries),
        };
        self.entries.iter().filter(|(_, entries)| is_outside(entries)).map(other).collect()
    }

    fn became(&self, outcome: Option<FactOutcome>) -> Became {
        Became { outcome, text: self.voice.outcome(outcome) }
    }

    fn account(&self, entries: &[&Entry]) -> Option<Became> {
        let account = entries.iter().find(|entry| matches!(entry.fact, Fact::Account(_)))?;
        let text = match account.outcome {
            Some(FactOutcome::Found) => self.voice.word("account-found"),
            Some(FactOutcome::Made) => self.voice.tell("account", &[]),
            other => self.voice.outcome(other),
        };
        Some(Became { outcome: account.outcome, text })
    }

    fn roles(&self, enrolment: &Entry) -> Vec<String> {
        let roles = enrolment.enrolment.iter().flat_map(|is| &is.roles);
        roles.map(|role| self.report.names.role(*role)).collect()
    }

    fn enrolment(&self, entry: &Entry) -> Became {
        let became = self.became(entry.outcome);
        match entry.enrolment.as_ref().is_some_and(|is| is.suspended) {
            true => Became { text: format!("{}, {}", became.text, self.voice.word("enrolment-suspended")), ..became },
            false => became,
        }
    }

    fn membership(&self, entries: &[&Entry], course: CourseId) -> Option<Became> {
        let member = entries.iter().find(|entry| matches!(&entry.fact, Fact::Member(of, ..) if *of == course));
        member.map(|member| self.became(member.outcome))
    }

    /// An attachment has two halves: it is told as the one that is not like the first, if there is one. The operator has
    /// a half of everybody's, which is shown with the others; a former operator's are shown with that person.
    fn attached(&self, person: &Email, entries: &[&Entry]) -> Option<Became> {
        if self.people.is_operator(person.as_str()) {
            return None;
        }
        let halves = || entries.iter().filter(|entry| matches!(entry.fact, Fact::AccountRole { .. }));
        let to_operator = |half: &&&Entry| half.fact.people().iter().any(|who| self.people.is_operator(who.as_str()));
        let mut outcomes: Vec<_> = halves().filter(to_operator).map(|half| half.outcome).collect();
        if outcomes.is_empty() {
            outcomes = halves().map(|half| half.outcome).collect();
        }
        let first = outcomes.first()?;
        Some(self.became(*outcomes.iter().find(|outcome| *outcome != first).unwrap_or(first)))
    }

    fn failures(&self) -> Vec<Failed> {
        let reasons = self.report.reasons().into_iter();
        let failed = |(reason, concerned): (&str, BTreeSet<&Email>)| Failed {
            people: concerned.into_iter().cloned().collect(),
            reason: reason.to_owned(),
        };
        reasons.map(failed).collect()
    }

    fn summary(&self) -> Vec<String> {
        if self.report.is_in_place() {
            return vec![self.voice.word("summary-in-place")];
        }
        let remains = self.report.entries.iter().filter(|entry| entry.outcome.is_none()).count();
        self.counted(&[
            ("count-made", self.report.count(FactOutcome::Made)),
            ("count-changed", self.report.count(FactOutcome::Changed)),
            ("count-retracted", self.report.count(FactOutcome::Retracted)),
            ("count-failed", self.report.count(FactOutcome::Failed)),
            ("count-remains", remains),
            ("count-found", self.report.count(FactOutcome::Found)),
        ])
    }

    fn beside(&self) -> Vec<String> {
        self.counted(&[
            ("count-invitation-uncertain", self.report.count(FactOutcome::InvitationUncertain)),
            ("count-awaits-consent", self.report.count(FactOutcome::AwaitsConsent)),
            ("count-withheld", self.report.count(FactOutcome::Withheld)),
            ("count-over", self.report.count(FactOutcome::Over)),
        ])
    }

    /// Those that there are none of are left out.
    fn counted(&self, counts: &[(&str, usize)]) -> Vec<String> {
        let number = |count: usize| -> Argument { ("count", count.into()) };
        let some = counts.iter().filter(|(_, count)| *count > 0);
        some.map(|(id, count)| self.voice.tell(id, &[number(*count)])).collect()
    }
}

fn enrolled_in(entry: &Entry, course: CourseId) -> bool {
    matches!(entry.fact, Fact::Enrolment(of, _) if of == course)
}
