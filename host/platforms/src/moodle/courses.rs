//! Courses, by their short names or their ids.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::CallError;
use super::fault;
use super::markup::{is_name, unescaped};
use super::{MoodlePlatform, probe};
use shop_core::platform::{Course, CourseId, GroupMode, PlatformError, Problem, Reply};
use shop_core::words::period::Timestamp;

const FIND: &str = "core_course_get_courses_by_field";

#[derive(Debug, Deserialize)]
struct Found {
    courses: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: i64,
    shortname: String,
    fullname: String,
    #[serde(default)]
    startdate: Option<i64>,
    #[serde(default)]
    groupmode: Option<u8>,
    #[serde(default)]
    enrollmentmethods: Option<Vec<String>>,
}

impl Entry {
    fn group_mode(&self) -> Option<GroupMode> {
        self.groupmode.map(|mode| match mode {
            1 => GroupMode::Separate,
            2 => GroupMode::Visible,
            _ => GroupMode::None,
        })
    }

    fn course(self) -> Reply<Course> {
        let unseen = || {
            let needed = "moodle/course:view for the role of the shop's account";
            let course = &self.shortname;
            let told = format!("{FIND}: Moodle does not tell when course {course} starts: it needs {needed}");
            PlatformError::Refused(fault::told(FIND, "courses-hidden", told, &["moodle/course:view"]))
        };
        let start = self.startdate.ok_or_else(unseen)?;
        let group_mode = self.group_mode().ok_or_else(unseen)?;
        // Where Moodle does not tell the methods, enrolling will.
        let manual_enrolment = self.enrollmentmethods.is_none_or(|methods| methods.iter().any(|name| name == "manual"));
        let start =
            Timestamp::new(start.into()).map_err(|error| refused("invalid-start", format!("{FIND}: {error}")))?;
        let id = CourseId(self.id);
        Ok(Course {
            id,
            short_name: self.shortname,
            title: unescaped(&self.fullname),
            start,
            manual_enrolment,
            group_mode,
        })
    }
}

/// Finds courses. Moodle takes one short name at a time, and ignores case.
pub(super) async fn find(moodle: &MoodlePlatform, short_names: &[String]) -> Reply<Vec<Course>> {
    let requests = short_names.iter().map(async |short_name| {
        let parameters = vec![("field".to_owned(), "shortname".to_owned()), ("value".to_owned(), short_name.clone())];
        let found: Found = moodle.client.call(FIND, &parameters).await?;
        let named = |course: &Entry| is_name(&course.shortname, short_name);
        let course = found.courses.into_iter().find(named);
        course.map(|course| Entry { shortname: short_name.clone(), ..course }.course()).transpose()
    });
    let mut courses = Vec::new();
    for course in futures_util::future::join_all(requests).await {
        courses.extend(course?);
    }
    Ok(courses)
}

/// Courses by their ids. One that Moodle does not show may be hidden, and only one that is gone is left out.
pub(super) async fn by_id(moodle: &MoodlePlatform, known: &[Course]) -> Reply<Vec<Course>> {
    let ids = known.iter().map(|course| course.id.0.to_string()).collect::<Vec<_>>().join(",");
    let parameters = vec![("field".to_owned(), "ids".to_owned()), ("value".to_owned(), ids)];
    let found: Found = moodle.client.call(FIND, &parameters).await?;
    let mut entries: BTreeMap<i64, Entry> = found.courses.into_iter().map(|entry| (entry.id, entry)).collect();
    let mut courses = Vec::new();
    for course in known {
        let Some(entry) = entries.remove(&course.id.0) else {
            if !probe::is_course_gone(moodle, course.id).await? {
                return Err(hidden(course));
            }
            continue;
        };
        let is_same = is_name(&entry.shortname, &course.short_name);
        let shortname = if is_same { course.short_name.clone() } else { unescaped(&entry.shortname) };
        courses.push(Entry { shortname, ..entry }.course()?);
    }
    Ok(courses)
}

fn hidden(course: &Course) -> PlatformError {
    let needed = "moodle/course:viewhiddencourses";
    let Course { short_name, id, .. } = course;
    let told = format!(
        "{FIND}: Moodle does not show the course {short_name} with the id {}, and has not deleted it: the role of the \
         shop's account needs {needed}",
        id.0
    );
    PlatformError::Refused(fault::told(FIND, "courses-hidden", told, &[needed]))
}

/// Whether the groups of a course see each other; none: that is not told.
pub(super) async fn group_mode(moodle: &MoodlePlatform, course: CourseId) -> Result<Option<GroupMode>, CallError> {
    let parameters = [("field", "id".to_owned()), ("value", course.0.to_string())];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let found: Found = moodle.client.call(FIND, &parameters).await?;
    Ok(found.courses.iter().find(|entry| entry.id == course.0).and_then(Entry::group_mode))
}

/// The short names of courses.
pub(super) async fn short_names(
    moodle: &MoodlePlatform,
    courses: &BTreeSet<CourseId>,
) -> Reply<BTreeMap<String, CourseId>> {
    let ids = courses.iter().map(|course| course.0.to_string()).collect::<Vec<_>>().join(",");
    let parameters = vec![("field".to_owned(), "ids".to_owned()), ("value".to_owned(), ids)];
    let found: Found = moodle.client.call(FIND, &parameters).await?;
    let named = found.courses.into_iter().map(|course| (unescaped(&course.shortname), CourseId(course.id)));
    Ok(named.filter(|(_, id)| courses.contains(id)).collect())
}

fn refused(code: &str, reason: String) -> PlatformError {
    PlatformError::Refused(Problem::new(code, reason))
}

/// What a function tells of a course; nothing, if the course is gone.
pub(super) async fn within<T: DeserializeOwned>(
    moodle: &MoodlePlatform,
    course: CourseId,
    function: &str,
    options: &[(&str, &str)],
) -> Result<Vec<T>, CallError> {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let asked = std::iter::once(("courseid".to_owned(), course.0.to_string())).chain(options).collect();
    match moodle.client.call(function, &asked).await {
        Err(CallError::Fault(fault)) if fault.may_lack_course() && probe::is_course_gone(moodle, course).await? => {
            Ok(Vec::new())
        }
        told => told,
    }
}
