//! Finding out whether the reports on enrolments tell what they should.

use std::collections::BTreeSet;

use super::super::participants::{self, First, Participant};
use super::super::report;
use super::examination::{Examination, message};
use shop_core::platform::{AccountId, Course, CourseId, PlatformError, Reply};
use shop_core::words::message::Level;

/// So many people of a course are looked for in its report: those who have come last.
const SOME: usize = 100;

impl Examination<'_> {
    pub(super) async fn reports(&mut self, found: &[Course]) -> Reply<()> {
        let settings = &self.moodle.settings;
        let all: BTreeSet<i64> =
            settings.enrolments_report.iter().chain(settings.course_reports.values()).copied().collect();
        if all.is_empty() {
            self.messages.push(message(Level::Warning, "moodle-report-none"));
        }
        let mut sound = BTreeSet::new();
        for report in &all {
            if self.is_sound(*report).await? {
                sound.insert(*report);
            }
        }
        for course in found {
            match settings.report(course.id) {
                Some(report) if sound.contains(&report) => self.people(course).await?,
                None if !all.is_empty() => {
                    let none = message(Level::Warning, "moodle-report-course-none");
                    self.messages
                        .push(none.with("course", course.short_name.as_str()).with("id", course.id.0.to_string()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether dates can be read from it.
    async fn is_sound(&mut self, report: i64) -> Reply<bool> {
        let told = match report::examine(self.moodle, report).await {
            Ok(told) => told,
            Err(PlatformError::Refused(problem)) => {
                let unreadable = message(Level::Error, "moodle-report-unreadable");
                self.messages.push(unreadable.with("reason", problem.reason));
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        for (is_so, key) in
            [(told.tells_methods, "moodle-report-methods"), (told.has_sequence, "moodle-report-unsorted")]
        {
            if !is_so {
                self.messages.push(message(Level::Warning, key).with("report", report.to_string()));
            }
        }
        Ok(true)
    }

    /// Whether a course's report tells of those who are in the course.
    async fn people(&mut self, course: &Course) -> Reply<()> {
        if !self.in_service.contains("core_enrol_get_enrolled_users") {
            return Ok(());
        }
        // That they cannot be listed is told of the course.
        let Ok(listed) = participants::some(self.moodle, course.id, First::Newest, SOME).await else { return Ok(()) };
        let place = |participant: &Participant| (course.id, AccountId(participant.id));
        let there: BTreeSet<(CourseId, AccountId)> = listed.iter().map(place).collect();
        let told = match report::enrolments(self.moodle, &there, &|_, _| true).await {
            Err(PlatformError::Refused(_)) => return Ok(()),
            told => told?,
        };
        let missing = there.iter().filter(|place| !told.contains_key(place)).count();
        if missing > 0 {
            let lacks = message(Level::Error, "moodle-report-lacks").with("course", course.short_name.as_str());
            self.messages.push(lacks.with("missing", missing).with("people", there.len()));
        }
        Ok(())
    }
}
