//! Whether the service is there, and whether it can do its work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use shop_core::words::period::Timestamp;

use crate::Service;
use crate::problem::Problem;

/// It answers: that is all.
pub(crate) async fn is_alive() -> Json<Value> {
    Json(json!({ "alive": true }))
}

/// Whoever asks does not wait for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the journal can be read, without which nothing is accepted; and since when the order waits that has waited longest beyond
/// its time.
pub(crate) async fn is_ready(State(service): State<Service>) -> Result<Json<Value>, Problem> {
    let asked = tokio::time::timeout(PATIENCE, async { Ok::<_, Problem>(service.host.journal().next_try().await?) });
    let unready =
        || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "journal-slow", "the journal does not answer in time");
    let next_try = asked.await.map_err(|_| unready())??;
    let overdue = next_try.map(|time| (Timestamp::now().seconds() - time.seconds()).max(0));
    Ok(Json(json!({ "ready": true, "overdue_seconds": overdue.unwrap_or(0) })))
}
