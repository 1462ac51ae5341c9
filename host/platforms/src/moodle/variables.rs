//! How many variables the site reads of a request.
//!
//! The settings say so, and may be wrong. Then the site would leave out the rest of each large request, without a word. So
//! before the first request that is not a small one, one that changes nothing shows whether as many arrive as were sent; if not,
//! smaller ones do, until one arrives whole.

use std::time::Instant;

use super::MoodlePlatform;
use super::client::{ENVELOPE, Parameters};
use super::error::{CallError, is_at_rest};
use super::probe::NOBODY;
use super::request_size::LEAST;
use super::sight::{self, Witness};
use super::users::{FIND, GUEST};
use shop_core::platform::Reply;

/// So many variables every site reads.
const FEW: usize = 100;

/// What PHP reads if nobody tells it otherwise, less what may come to a request on the way.
const USUAL: usize = 900;

/// The most variables of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reads {
    variables: usize,
    /// Whether so many were seen to arrive.
    seen: bool,
}

/// How many variables one request may have. `wanted`: how many it would have without a limit.
pub(super) async fn most(moodle: &MoodlePlatform, wanted: usize) -> Reply<usize> {
    let told = moodle.settings.variables();
    if wanted + ENVELOPE <= FEW || moodle.client.fitting(told) <= FEW {
        // It may grow while this goes on, but not past what every site reads.
        return Ok(told.min(FEW));
    }
    Ok(seen(moodle).await?)
}

/// Whether the site reads as many variables as the settings say.
pub(super) async fn is_right(moodle: &MoodlePlatform) -> Result<bool, CallError> {
    Ok(seen(moodle).await? == moodle.settings.variables())
}

/// How many were seen to arrive, of those that the settings say. It is tried once, and again when that is long ago.
async fn seen(moodle: &MoodlePlatform) -> Result<usize, CallError> {
    // Whoever comes at the same time waits for what is found.
    let mut kept = moodle.reads.lock().await;
    let told = moodle.settings.variables();
    let mut reads = kept.get(Instant::now()).unwrap_or(Reads { variables: told, seen: told <= LEAST });
    while !reads.seen {
        let smaller = Reads { variables: smaller(reads.variables), seen: reads.variables <= LEAST * 2 };
        reads = match arrive(moodle, reads.variables).await {
            Ok(true) => Reads { seen: true, ..reads },
            // Or something on the way, such as a proxy, does not take it.
            Ok(false) | Err(CallError::Refused(_) | CallError::TooLarge(_) | CallError::Fault(_)) => smaller,
            Err(CallError::Unavailable(problem) | CallError::Lost(problem)) if !is_at_rest(&problem) => {
                // Nobody knows what became of the request: the next ones are smaller in any case.
                kept.keep(Instant::now(), smaller);
                return Err(CallError::Unavailable(problem));
            }
            Err(error) => return Err(error),
        };
        kept.keep(Instant::now(), reads);
    }
    if reads.variables < told {
        let (max_input_vars, variables) = (moodle.settings.max_input_vars, reads.variables);
        tracing::warn!(max_input_vars, variables, "Moodle reads fewer variables than moodle.toml says");
    }
    Ok(reads.variables)
}

fn smaller(variables: usize) -> usize {
    if variables > USUAL { USUAL } else { (variables / 2).max(LEAST) }
}

/// Whether so many variables arrive: asks for an account that the site shows, behind as many others that it has not got.
async fn arrive(moodle: &MoodlePlatform, variables: usize) -> Result<bool, CallError> {
    let arrives = async |last| behind_others(moodle, variables, last).await;
    // Where the guest cannot be seen, its own account can.
    Ok(arrives(GUEST).await? || (sight::guest(moodle).await?.is_none() && arrives(moodle.site().await?.userid).await?))
}

async fn behind_others(moodle: &MoodlePlatform, variables: usize, last: i64) -> Result<bool, CallError> {
    let others = variables.saturating_sub(ENVELOPE + 2);
    let ids = (0..others as i64).map(|other| NOBODY.0 - other).chain([last]);
    let values = ids.enumerate().map(|(number, id)| (format!("values[{number}]"), id.to_string()));
    let asked: Parameters = std::iter::once(("field".to_owned(), "id".to_owned())).chain(values).collect();
    let seen: Vec<Witness> = moodle.client.call(FIND, &asked).await?;
    moodle.sight.told_of(&seen);
    Ok(seen.iter().any(|seen| seen.id == last))
}
