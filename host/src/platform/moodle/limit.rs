//! How many variables the site reads of a request.
//!
//! The settings say so, and may be wrong. Then the site would leave out the rest of each large request, without a word. So
//! before the first request that has more variables than PHP reads if nobody tells it otherwise, one that changes nothing shows
//! whether the settings are right. Fewer than PHP's own default, no Moodle reads that was installed: its installation asks
//! for more.

use std::time::Instant;

use serde::Deserialize;

use super::MoodlePlatform;
use super::client::{ENVELOPE, Parameters};
use super::error::{CallError, is_at_rest};
use super::roles::NOBODY;
use crate::platform::Reply;

/// PHP's own default, less what may come to a request on the way.
const SAFE: usize = 900;

#[derive(Debug, Deserialize)]
struct Seen {
    id: i64,
}

/// The most variables of a request, of which so many would be needed if there were no limit.
pub(super) async fn variables(moodle: &MoodlePlatform, wanted: usize) -> Reply<usize> {
    let told = moodle.settings.variables();
    let is_safe = moodle.client.fitting(told) <= SAFE || wanted <= SAFE - ENVELOPE;
    if !is_safe && is_right(moodle).await? {
        return Ok(told);
    }
    // It may grow while this goes on, but not past what was tried.
    Ok(told.min(SAFE))
}

/// Whether the site reads as many variables as the settings say. It is tried once, and again when that is long ago.
pub(super) async fn is_right(moodle: &MoodlePlatform) -> Result<bool, CallError> {
    // Whoever comes at the same time waits for what is found.
    let (mut kept, now) = (moodle.reads_all.lock().await, Instant::now());
    if let Some(right) = kept.get(now) {
        return Ok(right);
    }
    let (right, result) = match look(moodle).await {
        Ok(right) => (right, Ok(right)),
        // Nobody knows what became of the request; the next ones are smaller in any case.
        Err(CallError::Unavailable(problem)) if !is_at_rest(&problem) => (false, Err(CallError::Unavailable(problem))),
        Err(error @ CallError::Unavailable(_)) => return Err(error),
        // Something on the way, such as a proxy, does not take it.
        Err(_) => (false, Ok(false)),
    };
    if !right {
        let max_input_vars = moodle.settings.max_input_vars;
        tracing::warn!(
            max_input_vars,
            "Moodle may read fewer variables than moodle.toml says: requests are kept smaller"
        );
    }
    kept.keep(now, right);
    result
}

/// Asks for the shop's own account, which the site always shows, behind as many others that it has not got.
async fn look(moodle: &MoodlePlatform) -> Result<bool, CallError> {
    let own = moodle.site().await?.userid;
    let others = moodle.settings.variables().saturating_sub(ENVELOPE + 2);
    let ids = (0..others as i64).map(|other| NOBODY.0 - other).chain([own]);
    let values = ids.enumerate().map(|(number, id)| (format!("values[{number}]"), id.to_string()));
    let asked: Parameters = std::iter::once(("field".to_owned(), "id".to_owned())).chain(values).collect();
    let seen: Vec<Seen> = moodle.client.call("core_user_get_users_by_field", &asked).await?;
    Ok(seen.iter().any(|seen| seen.id == own))
}
