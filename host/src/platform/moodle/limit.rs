//! How many variables the site reads of a request.
//!
//! The settings say so, and a site may be set otherwise since. Then it would leave out the rest of each large request, without
//! a word. So before the first request that is larger than what every site reads, one that changes nothing shows whether
//! the settings are right.

use serde::Deserialize;

use super::MoodlePlatform;
use super::client::{ENVELOPE, Parameters};
use super::error::CallError;
use super::roles::NOBODY;
use crate::platform::Reply;

/// PHP's own default, less what may come to a request on the way.
const SAFE: usize = 900;

#[derive(Debug, Deserialize)]
struct Seen {
    id: i64,
}

/// The most variables of each request about something that would take so many.
pub(super) async fn variables(moodle: &MoodlePlatform, wanted: usize) -> Reply<usize> {
    let told = moodle.settings.variables();
    if told <= SAFE || wanted <= SAFE - ENVELOPE || is_right(moodle).await? {
        return Ok(told);
    }
    Ok(SAFE)
}

/// Whether the site reads as many variables as the settings say: it is asked for the shop's own account, which it always
/// shows, behind as many others that it has not got.
pub(super) async fn is_right(moodle: &MoodlePlatform) -> Result<bool, CallError> {
    let look = async || {
        let own = moodle.site().await?.userid;
        let others = moodle.settings.variables().saturating_sub(ENVELOPE + 2);
        let ids = (0..others as i64).map(|other| NOBODY.0 - other).chain([own]);
        let values = ids.enumerate().map(|(number, id)| (format!("values[{number}]"), id.to_string()));
        let asked: Parameters = std::iter::once(("field".to_owned(), "id".to_owned())).chain(values).collect();
        let seen: Vec<Seen> = moodle.client.call("core_user_get_users_by_field", &asked).await?;
        let right = seen.iter().any(|seen| seen.id == own);
        if !right {
            let max_input_vars = moodle.settings.max_input_vars;
            tracing::warn!(
                max_input_vars,
                "Moodle reads fewer variables than moodle.toml says: requests are kept smaller"
            );
        }
        Ok::<_, CallError>(right)
    };
    moodle.reads_all.get_or_try_init(look).await.copied()
}
