//! Custom reports on participants.

use super::Site;
use crate::release::Release;

/// How a custom report on participants tells the methods of enrolments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodColumn {
    /// Not at all.
    None,
    /// By the name that the method has in the course: up to 5.0.
    Name,
    /// By the name of the plugin: in later releases, and beside the other one in some before.
    Plugin,
}

/// A custom report on participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs)]
pub struct Report {
    pub id: i64,
    /// How it tells the methods.
    pub method: MethodColumn,
    /// What it calls the manual one.
    pub manual: &'static str,
    /// The courses that it is limited to; none: it has all.
    pub courses: Option<&'static [i64]>,
    /// Whether it is sorted by course, address and start. Else each page comes from a sequence of its own.
    pub sorted: bool,
    /// A column that is left out.
    pub without: Option<&'static str>,
    /// Whether the shop's account is in its audience.
    pub shown: bool,
}

impl Site {
    /// A custom report, with the columns that were recorded of the release.
    pub fn recorded_report(release: Release, id: i64) -> Report {
        let method = if release < Release::V5_1 { MethodColumn::Name } else { MethodColumn::None };
        Report { id, method, manual: "Manual enrolments", courses: None, sorted: false, without: None, shown: true }
    }
}
