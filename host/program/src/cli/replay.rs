//! Making the recorded calls for an order again.

use serde_json::{Value, json};
use shop_host::handlers::{HandlerError, Handlers};
use shop_host::host::HostError;
use shop_journal::RecordingAt;

use super::failure::Told;
use super::words::Voice;
use super::{Cli, Failure, json as output, out, tables};

/// What came of a call that was made again.
enum Again {
    /// The same.
    Same,
    /// Another answer.
    Differs(Value),
    /// Its handler is no longer there.
    Gone,
    /// What was recorded cannot be read.
    Damaged(String),
}

impl Again {
    fn as_str(&self) -> &'static str {
        match self {
            Again::Same => "same",
            Again::Differs(_) => "differs",
            Again::Gone => "gone",
            Again::Damaged(_) => "damaged",
        }
    }
}

pub(super) async fn run(cli: &Cli, id: &str) -> Result<u8, Failure> {
    let handlers = cli.handlers().await?;
    let records = handlers.records();
    let order = Cli::order_id(id)?;
    let mut calls = Vec::new();
    for id in records.recordings_of(&order).await? {
        if let Some(recorded) = records.recording(id).await? {
            let again = again(&handlers, &recorded).await?;
            calls.push((recorded, again));
        }
    }
    if calls.is_empty() {
        return Err(Failure::Misused(Told::new("no-calls", [("order", order.to_string().into())])));
    }
    match cli.json {
        true => output::print(&calls.iter().map(value).collect()),
        false => tell(&calls, Voice::of_what_is(cli.language("en"))),
    }
    Ok(if calls.iter().all(|(_, again)| matches!(again, Again::Same)) { 0 } else { 1 })
}

async fn again(handlers: &Handlers, recorded: &RecordingAt) -> Result<Again, Failure> {
    let recording = match &recorded.recording {
        Ok(recording) => recording,
        Err(damaged) => return Ok(Again::Damaged(damaged.to_string())),
    };
    let handler = match handlers.load(recorded.handler).await {
        Ok(handler) => handler,
        Err(HandlerError::Lost(_)) => return Ok(Again::Gone),
        Err(error) => return Err(error.into()),
    };
    // As they are written: bit for bit.
    let again = handler.replay(recording).await.map_err(HostError::from)?;
    let (was, is) = (json!(recording.answer), json!(again));
    Ok(if was == is { Again::Same } else { Again::Differs(is) })
}

fn value((recorded, again): &(RecordingAt, Again)) -> Value {
    json!({
        "order": recorded.order,
        "line": recorded.line,
        "at": recorded.at,
        "replay": again.as_str(),
        "recording": recorded.recording.as_ref().ok(),
        "answer": match again {
            Again::Differs(answer) => Some(answer),
            _ => None,
        },
        "damaged": match again {
            Again::Damaged(reason) => Some(reason),
            _ => None,
        },
    })
}

fn tell(calls: &[(RecordingAt, Again)], voice: Voice) {
    let row = |(recorded, again): &(RecordingAt, Again)| {
        let answer = recorded.recording.as_ref().ok().and_then(|recording| recording.answer.as_ref().ok());
        let facts = answer.map(|answer| answer.declared.session.claims().len().to_string()).unwrap_or_default();
        vec![
            tables::text(recorded.at.to_the_minute()),
            tables::number(recorded.line),
            tables::text(recorded.handler.short()),
            tables::number(facts),
            tables::text(voice.word(&format!("replay-{}", again.as_str()))),
        ]
    };
    let rows = calls.iter().map(row);
    out::table(&tables::table(voice, &["time", "line", "handler", "facts", "replay"], rows));
}
