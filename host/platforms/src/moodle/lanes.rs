//! How work is shared out among the requests that may be under way at once.
//!
//! Nearly all of the time of an order is the site's own, so much of one kind is not sent one request after the other, but in
//! several lanes side by side, of about the same length. What the site would do one after the other all the same, since it
//! changes the same row of its database, stays in one lane: it would only keep a turn from others.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use futures_util::future::join_all;
use shop_core::platform::{PlatformError, Reply};

/// So few elements are not divided further: a request of their own costs more than it saves.
const FEWEST: usize = 50;

/// Shares out elements, each with the row that the site changes for it; by their places, which stay in their sequence.
pub(super) fn lanes(rows: impl Iterator<Item = i64>, parallel: NonZeroUsize) -> Vec<Vec<usize>> {
    let mut by_row: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let mut elements = 0_usize;
    for (place, row) in rows.enumerate() {
        by_row.entry(row).or_default().push(place);
        elements += 1;
    }
    let mut together: Vec<Vec<usize>> = by_row.into_values().collect();
    together.sort_by_key(|places| Reverse(places.len()));
    // With more of them, the others would only be done sooner than the longest.
    let worth = elements.div_ceil(together.first().map_or(1, Vec::len));
    let mut lanes = vec![Vec::new(); worth.min(elements / FEWEST).clamp(1, parallel.get())];
    for places in together {
        if let Some(shortest) = lanes.iter_mut().min_by_key(|lane| lane.len()) {
            shortest.extend(places);
        }
    }
    lanes.retain(|lane| !lane.is_empty());
    lanes.iter_mut().for_each(|lane| lane.sort_unstable());
    lanes
}

/// What several requests at once came to, after all of them; or, if some came to nothing, what counts most of that.
pub(super) async fn at_once<T>(requests: impl Iterator<Item = impl Future<Output = Reply<T>>>) -> Reply<Vec<T>> {
    let mut failed = Vec::new();
    let answers = join_all(requests).await.into_iter();
    let answered = answers.filter_map(|answer| answer.map_err(|error| failed.push(error)).ok()).collect();
    PlatformError::foremost(failed).map_or(Ok(answered), Err)
}

/// Divides elements into so many parts of one size, or sizes that differ by one.
pub(super) fn parts(mut places: Vec<usize>, parts: usize) -> Vec<Vec<usize>> {
    let divided = (1..=parts).rev().map(|left| {
        let rest = places.split_off(places.len().div_ceil(left));
        std::mem::replace(&mut places, rest)
    });
    divided.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(rows: &[(i64, usize)], parallel: usize) -> Vec<usize> {
        let all = rows.iter().flat_map(|(row, elements)| std::iter::repeat_n(*row, *elements));
        lanes(all, parallel.try_into().unwrap()).iter().map(Vec::len).collect()
    }

    #[test]
    fn elements_are_shared_out_evenly_and_those_of_one_row_stay_together() {
        let people = |from: i64, count: i64| (from..from + count).map(|row| (row, 1)).collect::<Vec<_>>();
        let attached = [vec![(7, 100)], people(100, 100)].concat();
        for (rows, parallel, expected) in [
            (vec![], 4, vec![]),
            (people(0, 1), 4, vec![1]),
            (people(0, 99), 2, vec![99]),
            (people(0, 102), 1, vec![102]),
            (people(0, 102), 2, vec![51, 51]),
            (people(0, 102), 4, vec![51, 51]),
            (people(0, 502), 4, vec![126, 126, 125, 125]),
            (vec![(1, 500)], 4, vec![500]),
            (attached.clone(), 2, vec![100, 100]),
            (attached.clone(), 4, vec![100, 100]),
            ([attached, people(200, 90)].concat(), 4, vec![100, 95, 95]),
        ] {
            assert_eq!(sizes(&rows, parallel), expected, "{} rows, {parallel} at once", rows.len());
        }
    }

    #[test]
    fn each_element_is_in_one_lane_and_after_those_before_it() {
        let rows: Vec<i64> = (0..300).map(|place| place * 7 % 90).collect();
        let lanes = lanes(rows.iter().copied(), 4.try_into().unwrap());
        assert_eq!(lanes.len(), 4);
        assert!(lanes.iter().all(|lane| lane.is_sorted()));
        let mut all: Vec<usize> = lanes.concat();
        all.sort_unstable();
        assert_eq!(all, (0..300).collect::<Vec<_>>());
        for (place, row) in rows.iter().enumerate() {
            let lane = lanes.iter().find(|lane| lane.contains(&place)).unwrap();
            assert!(rows.iter().enumerate().filter(|(_, other)| *other == row).all(|(other, _)| lane.contains(&other)));
        }
    }

    #[test]
    fn parts_differ_by_one_at_most() {
        for (elements, count, expected) in
            [(0, 3, vec![]), (2, 3, vec![1, 1]), (101, 4, vec![26, 25, 25, 25]), (50, 4, vec![13, 13, 12, 12])]
        {
            let divided = parts((0..elements).collect(), count);
            assert_eq!(divided.iter().map(Vec::len).collect::<Vec<_>>(), expected);
            assert_eq!(divided.concat(), (0..elements).collect::<Vec<_>>());
        }
    }
}
