//! Who is in a course: that can be more people than one answer could hold, and Moodle looks up several things of each.
//!
//! Moodle lists people by the ids of their accounts, the highest first, from wherever it is asked to. An order is mostly about
//! people who have come lately, whom the first answer has. Others are looked for as in a dictionary: an answer settles of
//! everybody between its first and its last one whether they are there. So of a large course a few pages are read, and never
//! more than it has.
//!
//! While that goes on, people come and go, and those below them move. Nobody is missed for it, since each conclusion is from one
//! answer; but somebody can slip from one page to another unseen. Then all is read again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::MoodlePlatform;
use super::courses;
use super::error::CallError;
use super::fault;
use shop_core::platform::{AccountId, CourseId};

pub(super) const LIST: &str = "core_enrol_get_enrolled_users";

/// The most people of a page, and of one when few are looked for.
const PAGE: usize = 1000;
const SMALL: usize = 100;

/// How often a list is read that changes meanwhile.
const TRIES: usize = 3;

/// No list has so many pages.
const ENDLESS: usize = 1 << 24;

/// Somebody who is enrolled, in whichever way.
#[derive(Debug, Deserialize)]
pub(super) struct Participant {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) roles: Vec<HeldRole>,
    /// Not told where the site hides when people were last there.
    #[serde(default)]
    pub(super) lastcourseaccess: Option<i64>,
    /// When the person first came to the site. Not told where the site hides that.
    #[serde(default)]
    pub(super) firstaccess: Option<i64>,
}

/// A role that somebody has in a course.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct HeldRole {
    pub(super) roleid: i64,
    pub(super) shortname: String,
}

/// Whose accounts come first in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Newest,
    Oldest,
}

/// Those of these who are in a course, and others; somebody at least, if anybody is.
pub(super) async fn among(
    moodle: &MoodlePlatform,
    course: CourseId,
    asked: &BTreeSet<AccountId>,
) -> Result<Vec<Participant>, CallError> {
    for _ in 0..TRIES {
        let mut search = Search::new(asked);
        loop {
            match search.next() {
                Next::Page(number) => {
                    let page = page(moodle, course, First::Newest, search.begin(number), search.size).await?;
                    search.read(number, page)?;
                }
                Next::Done => return Ok(search.found.into_values().collect()),
                Next::Moved => break,
            }
        }
    }
    Err(moves())
}

/// Everybody in a course.
pub(super) async fn everybody(moodle: &MoodlePlatform, course: CourseId) -> Result<Vec<Participant>, CallError> {
    let nobody = BTreeSet::new();
    for _ in 0..TRIES {
        let mut search = Search { size: PAGE, ..Search::new(&nobody) };
        for number in 0..ENDLESS {
            let page = page(moodle, course, First::Newest, search.begin(number), search.size).await?;
            search.read(number, page)?;
            if !search.is_whole() {
                break;
            }
            if search.pages.get(&number).is_some_and(|span| span.lowest == i64::MIN) {
                return Ok(search.found.into_values().collect());
            }
        }
    }
    Err(moves())
}

/// Some people of a course.
pub(super) async fn some(
    moodle: &MoodlePlatform,
    course: CourseId,
    first: First,
    most: usize,
) -> Result<Vec<Participant>, CallError> {
    page(moodle, course, first, 0, most).await
}

fn moves() -> CallError {
    let told = format!("{LIST}: people left the course each time that its list was read: it is tried again later");
    CallError::Unavailable(fault::told(LIST, "list-moves", told, &[]))
}

/// What was found out about whom.
struct Search {
    /// How many people a page has; the last one of each is the first one of the next.
    size: usize,
    /// Of whom it is not known whether they are there.
    open: BTreeSet<i64>,
    pages: BTreeMap<usize, Span>,
    found: BTreeMap<i64, Participant>,
}

/// The ids of whom a page settles: there is nobody above the first page, and nobody below the last one.
#[derive(Clone, Copy, Debug)]
struct Span {
    highest: i64,
    lowest: i64,
}

/// What is to be read next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Page(usize),
    Done,
    /// Somebody would have to be between two pages that have nobody between them.
    Moved,
}

impl Search {
    fn new(asked: &BTreeSet<AccountId>) -> Search {
        Search {
            size: (asked.len() * 2).clamp(SMALL, PAGE),
            open: asked.iter().map(|account| account.0).collect(),
            pages: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// Where a page begins in the list.
    fn begin(&self, number: usize) -> usize {
        number * (self.size - 1)
    }

    /// The page that halves what is left for whoever has the highest id of those who are looked for; as long as no page is known
    /// to be below, it is twice as far each time.
    fn next(&self) -> Next {
        let Some(wanted) = self.open.last() else { return Next::Done };
        let before = self.pages.iter().rev().find(|(_, span)| span.lowest > *wanted).map(|(number, _)| *number);
        let behind = self.pages.iter().find(|(_, span)| span.highest < *wanted).map(|(number, _)| *number);
        match (before, behind) {
            (None, None) => Next::Page(0),
            (Some(before), None) if before < ENDLESS => Next::Page(2 * before + 1),
            (Some(before), Some(behind)) if behind > before + 1 => Next::Page(before + (behind - before) / 2),
            _ => Next::Moved,
        }
    }

    fn read(&mut self, number: usize, page: Vec<Participant>) -> Result<(), CallError> {
        let (is_first, is_last) = (number == 0, page.len() < self.size);
        let is_all = is_first && is_last;
        if !is_all && !page.is_sorted_by(|one, next| one.id > next.id) {
            let told = format!("{LIST}: expected participants by their ids, the highest first, found another sequence");
            return Err(CallError::Refused(fault::told(LIST, "list-unsorted", told, &[])));
        }
        let id = |one: Option<&Participant>| one.map_or(i64::MIN, |one| one.id);
        let highest = if is_first { i64::MAX } else { id(page.first()) };
        let lowest = if is_last { i64::MIN } else { id(page.last()) };
        self.open.retain(|id| !(lowest..=highest).contains(id));
        self.pages.insert(number, Span { highest, lowest });
        self.found.extend(page.into_iter().map(|one| (one.id, one)));
        Ok(())
    }

    /// Whether each page begins with somebody whom the page before had, or who comes before: then nobody was passed over.
    fn is_whole(&self) -> bool {
        self.pages.values().is_sorted_by(|one, next| one.lowest <= next.highest)
    }
}

async fn page(
    moodle: &MoodlePlatform,
    course: CourseId,
    first: First,
    from: usize,
    most: usize,
) -> Result<Vec<Participant>, CallError> {
    let (from, most) = (from.to_string(), most.to_string());
    let direction = if first == First::Newest { "DESC" } else { "ASC" };
    let options = [
        ("options[0][name]", "userfields"),
        ("options[0][value]", "id,roles,firstaccess,lastcourseaccess"),
        ("options[1][name]", "sortby"),
        ("options[1][value]", "id"),
        ("options[2][name]", "sortdirection"),
        ("options[2][value]", direction),
        ("options[3][name]", "limitfrom"),
        ("options[3][value]", &from),
        ("options[4][name]", "limitnumber"),
        ("options[4][value]", &most),
    ];
    courses::within(moodle, course, LIST, &options).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64) -> Participant {
        Participant { id, roles: Vec::new(), lastcourseaccess: None, firstaccess: None }
    }

    /// Reads from a list that `now` says how it is at each request; how many pages that took, and who was found.
    fn search(asked: &[i64], now: impl Fn(usize) -> Vec<i64>) -> (Option<Vec<i64>>, usize) {
        let asked: BTreeSet<AccountId> = asked.iter().copied().map(AccountId).collect();
        let mut search = Search::new(&asked);
        for read in 0.. {
            match search.next() {
                Next::Page(number) => {
                    let list = now(read);
                    let page = list.into_iter().skip(search.begin(number)).take(search.size).map(person);
                    search.read(number, page.collect()).unwrap();
                }
                Next::Done => {
                    let there = asked.iter().map(|id| id.0).filter(|id| search.found.contains_key(id));
                    return (Some(there.collect()), read);
                }
                Next::Moved => return (None, read),
            }
        }
        unreachable!()
    }

    #[test]
    fn whoever_is_there_is_found_in_a_few_pages_wherever_it_is() {
        // Every other id, as of a course of 20,000 people.
        let list = |_| (1..=20_000).rev().map(|id| id * 2).collect();
        for (asked, found, pages) in [
            (&[40_000][..], &[40_000][..], 1),
            (&[40_000, 39_999], &[40_000], 1),
            (&[50_000], &[], 1),
            (&[2], &[2], 16),
            (&[1], &[], 16),
            (&[20_000, 40_000], &[20_000, 40_000], 14),
            (&[], &[], 0),
        ] {
            let (there, read) = search(asked, list);
            assert_eq!(there.as_deref(), Some(found), "{asked:?}");
            assert!(read <= pages, "{asked:?}: {read} pages");
        }
        let all: Vec<i64> = (1..=20_000).step_by(20).map(|id| id * 2).collect();
        let (there, read) = search(&all, list);
        assert_eq!(there, Some(all));
        assert!(read <= 26, "never more than there are, and some that look for the end: {read}");
    }

    #[test]
    fn whoever_slips_from_one_page_to_another_unseen_is_looked_for_again() {
        let list: Vec<i64> = (1..=1_000).rev().collect();
        // 901 is the last one of the first page, and the first one of the second; then two leave before it.
        assert_eq!(search(&[900], |_| list.clone()), (Some(vec![900]), 2));
        let moved = |read| list.iter().copied().skip(if read == 0 { 0 } else { 2 }).collect();
        assert_eq!(search(&[900], moved), (None, 2));
    }
}
