//! Courses and their groups.

use std::collections::BTreeSet;

/// Manual enrolment in a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs)]
pub enum Manual {
    #[default]
    On,
    Off,
    /// The course has none.
    None,
}

/// A course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// What others name it by.
    pub short_name: String,
    /// What people know it by.
    pub full_name: String,
    /// Its id number; empty: none.
    pub id_number: String,
    /// When it starts, in seconds since 1970.
    pub start: i64,
    /// 0: none, 1: separate, 2: visible.
    pub group_mode: u8,
    /// Whether learners do not see it.
    pub hidden: bool,
    /// Manual enrolment in it.
    pub manual: Manual,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs)]
pub struct Group {
    pub course: i64,
    /// Unique in the course, whatever its case.
    pub name: String,
    /// Its id number; empty: none.
    pub id_number: String,
    pub members: BTreeSet<i64>,
    /// Who sees it.
    pub visibility: i64,
    /// What Moodle answers when it has just been made is not what it answers later.
    pub key: bool,
}
