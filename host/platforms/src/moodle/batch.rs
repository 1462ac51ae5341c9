//! Many elements in as few requests as the site takes.
//!
//! Past `max_input_vars`, PHP leaves out the rest of a request and tells nobody: half of the people enrolled, or the last one
//! for ever. So each request has fewer variables than that, counted from what its elements really have.
//!
//! What there is to change is shared out among as many requests as may be under way at once ([`lanes`]).
//!
//! A request to change something is done wholly or not at all. If one element is bad, the request is divided until that
//! one is alone; the others are done. What is wrong with a whole course or role is not tried for each of its people.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use futures_util::future::join_all;
use tokio::sync::Mutex;

use super::client::{ENVELOPE, Nothing, Parameters};
use super::error::CallError;
use super::fault::Fault;
use super::fields::{Fields, listed};
use super::lanes::{at_once, lanes};
use super::suspect::{Shared, Suspect};
use super::{MoodlePlatform, variables};
use shop_core::platform::{OnSettled, PlatformError, Problem, Replies, Reply};

/// One element of a list in a request.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// What others have in common with it that the site may not like: its course or group, and its role.
    pub(super) shared: Shared,
    /// Which of its rows the site changes for it besides, and keeps to the request until that is over: elements that have it in
    /// common gain nothing from requests of their own, and would wait for each other there.
    pub(super) row: i64,
    pub(super) fields: Fields,
}

/// A function that takes a list of elements.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) moodle: &'a MoodlePlatform,
    pub(super) function: &'static str,
    /// What the list is called.
    pub(super) list: &'static str,
    /// What is suspected first when elements that have it in common come to nothing.
    pub(super) suspect: Suspect,
}

/// What is made of an element's fault.
pub(super) type Judge = fn(Fault) -> Result<(), Problem>;

/// A fault is a problem.
pub(super) fn faulty(fault: Fault) -> Result<(), Problem> {
    Err(fault.into())
}

impl Batch<'_> {
    /// Sends all elements; `judge` says what is made of a bad one's fault.
    ///
    /// If the site refuses to go on, what was done until then is done: only the rest is refused.
    pub(super) async fn send(&self, elements: &[Element], judge: Judge, on_settled: OnSettled<'_>) -> Replies {
        let most = variables::most(self.moodle, elements.iter().map(|element| element.fields.len()).sum()).await?;
        let causes = Mutex::default();
        let sending = Sending { batch: self, elements, most, causes: &causes, judge, on_settled };
        let rows = elements.iter().map(|element| element.row);
        let lanes = lanes(rows, self.moodle.settings.parallel).into_iter().map(|lane| sending.send(lane));
        let mut settled: Settled = at_once(lanes).await?.into_iter().flatten().collect();
        let missing = || Problem::new("not-sent", "an element of a request was not sent: please report this");
        let reply = |place| settled.remove(&place).ok_or_else(|| PlatformError::Unavailable(missing()));
        (0..elements.len()).map(reply).collect()
    }
}

/// What became of elements, by their places.
type Settled = BTreeMap<usize, Result<(), Problem>>;

/// Elements on their way.
struct Sending<'a> {
    batch: &'a Batch<'a>,
    elements: &'a [Element],
    /// The most variables of a request.
    most: usize,
    causes: &'a Mutex<Causes>,
    judge: Judge,
    on_settled: OnSettled<'a>,
}

impl Sending<'_> {
    /// Sends some elements, one request after the other.
    async fn send(&self, lane: Vec<usize>) -> Reply<Settled> {
        let mut settled = Settled::new();
        match self.send_into(&mut settled, &lane).await {
            Err(PlatformError::Refused(problem)) => {
                lane.iter().for_each(|place| _ = settled.entry(*place).or_insert_with(|| Err(problem.clone())));
            }
            sent => sent?,
        }
        Ok(settled)
    }

    async fn send_into(&self, settled: &mut Settled, lane: &[usize]) -> Reply<()> {
        let Batch { moodle, function, .. } = *self.batch;
        let mut waiting = VecDeque::from([lane.to_vec()]);
        while let Some(places) = waiting.pop_front() {
            let (places, rest) = self.cut(places);
            if !rest.is_empty() {
                waiting.push_front(rest);
            }
            if places.is_empty() {
                continue;
            }
            let mut settle = |places: &[usize], reply: &dyn Fn() -> Result<(), Problem>| {
                settled.extend(places.iter().map(|place| (*place, reply())));
                (self.on_settled)(places.len());
            };
            match moodle.client.call::<Nothing>(function, &self.listed(&places)).await {
                Ok(()) => settle(&places, &|| Ok(())),
                Err(CallError::Fault(fault)) => match self.part(&places, &fault).await? {
                    Part::Again(parts) => parts.into_iter().rev().for_each(|part| waiting.push_front(part)),
                    Part::Faulty(fault) => settle(&places, &|| (self.judge)(fault.clone())),
                },
                Err(CallError::TooLarge(_)) if places.len() > 1 => {
                    halves(&places).into_iter().rev().for_each(|half| waiting.push_front(half));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn part(&self, places: &[usize], fault: &Fault) -> Reply<Part> {
        if is_uniform(places, self.elements) {
            let shared = self.elements[places[0]].shared;
            // Whoever comes at the same time waits for what is found.
            let mut causes = self.causes.lock().await;
            if let Entry::Vacant(unknown) = causes.entry(shared) {
                unknown.insert(self.batch.suspect.whole(self.batch.moodle, fault, shared).await?);
            }
            if let Some(Some(whole)) = causes.get(&shared) {
                return Ok(Part::Faulty(whole.clone()));
            }
        }
        Ok(divide(places, self.elements, fault).map_or_else(|| Part::Faulty(fault.clone()), Part::Again))
    }

    /// As many as one request takes, and the rest.
    fn cut(&self, mut places: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
        let sizes = places.iter().map(|place| self.elements[*place].fields.len());
        let fit = fitting(self.batch.moodle.client.fitting(self.most), sizes);
        let rest = places.split_off(fit.min(places.len()));
        (places, rest)
    }

    fn listed(&self, places: &[usize]) -> Parameters {
        listed(self.batch.list, places.iter().map(|place| &self.elements[*place].fields))
    }
}

/// What was found out so far about what elements have in common.
type Causes = BTreeMap<Shared, Option<Fault>>;

/// What becomes of a request that came to nothing.
enum Part {
    /// These parts of it are tried again.
    Again(Vec<Vec<usize>>),
    /// This is wrong with each of its elements.
    Faulty(Fault),
}

fn is_uniform(places: &[usize], elements: &[Element]) -> bool {
    places.windows(2).all(|pair| elements[pair[0]].shared == elements[pair[1]].shared)
}

/// How many of elements of these sizes fit into one request; at least one.
pub(super) fn fitting(variables: usize, sizes: impl Iterator<Item = usize>) -> usize {
    let room = variables.saturating_sub(ENVELOPE);
    let sums = sizes.scan(0, |sum, size| {
        *sum += size;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= room).count().max(1)
}

/// How to split a request that failed. None: it is not split, since every element has this fault.
fn divide(places: &[usize], elements: &[Element], fault: &Fault) -> Option<Vec<Vec<usize>>> {
    let mut by_shared: BTreeMap<Shared, Vec<usize>> = BTreeMap::new();
    for place in places {
        by_shared.entry(elements[*place].shared).or_default().push(*place);
    }
    match (by_shared.len(), places.len()) {
        (2.., _) => Some(by_shared.into_values().collect()),
        (_, 2..) if !fault.is_shared() => Some(halves(places)),
        _ => None,
    }
}

pub(super) fn halves(places: &[usize]) -> Vec<Vec<usize>> {
    let (first, second) = places.split_at(places.len() / 2);
    vec![first.to_vec(), second.to_vec()]
}

/// Asks for all of these, in as few requests as the site takes, and several of them at once.
pub(super) async fn ask<T, V>(
    moodle: &MoodlePlatform,
    function: &'static str,
    before: &[(&str, &str)],
    (list, values): (&str, &[V]),
) -> Reply<Vec<T>>
where
    T: serde::de::DeserializeOwned,
    V: ToString,
{
    let client = &moodle.client;
    let most = client.fitting(variables::most(moodle, before.len() + values.len()).await?);
    let room = most.saturating_sub(ENVELOPE + before.len()).max(1);
    let request = |values: &&[V]| {
        let fixed = before.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let listed = values.iter().enumerate().map(|(number, value)| (format!("{list}[{number}]"), value.to_string()));
        let parameters: Parameters = fixed.chain(listed).collect();
        async move { client.call::<Vec<T>>(function, &parameters).await }
    };
    let (mut found, mut waiting) = (Vec::new(), values.chunks(room).collect::<Vec<_>>());
    while !waiting.is_empty() {
        let answers = join_all(waiting.iter().map(request)).await;
        let mut again = Vec::new();
        for (values, answer) in waiting.into_iter().zip(answers) {
            match answer {
                Err(CallError::TooLarge(_)) if values.len() > 1 => {
                    let (first, second) = values.split_at(values.len() / 2);
                    again.extend([first, second]);
                }
                answer => found.extend(answer?),
            }
        }
        waiting = again;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_never_has_more_variables_than_the_site_reads() {
        for (variables, sizes, fit) in [
            (900, vec![5; 250], 179),
            (900, vec![6; 250], 149),
            (900, vec![4; 1000], 224),
            (900, vec![2; 1000], 448),
            (900, vec![1; 1000], 897),
            (900, vec![6, 5, 6, 882], 3),
            (900, vec![897], 1),
            (90, vec![6; 20], 14),
            // One that does not fit at all is for the site to refuse.
            (10, vec![20, 1], 1),
        ] {
            assert_eq!(fitting(variables, sizes.iter().copied()), fit, "{variables} {:?}", &sizes[..1]);
        }
    }

    fn element(course: i64, role: i64) -> Element {
        Element { shared: (course, role), row: 0, fields: Vec::new() }
    }

    #[test]
    fn a_request_is_divided_until_the_bad_one_is_alone() {
        let elements = [element(1, 5), element(2, 5), element(1, 5), element(1, 4)];
        let fault = |code: &str| Fault {
            function: String::new(),
            code: code.to_owned(),
            message: String::new(),
            debug: None,
            cause: None,
        };
        for (code, places, parts) in [
            ("invalidparameter", vec![0, 1, 2, 3], Some(vec![vec![3], vec![0, 2], vec![1]])),
            ("invalidparameter", vec![0, 2], Some(vec![vec![0], vec![2]])),
            ("invalidparameter", vec![2], None),
            ("wsnoinstance", vec![0, 1], Some(vec![vec![0], vec![1]])),
            ("wsnoinstance", vec![0, 2], None),
        ] {
            assert_eq!(divide(&places, &elements, &fault(code)), parts, "{code} {places:?}");
        }
    }
}
