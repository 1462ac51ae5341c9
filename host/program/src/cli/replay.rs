//! Making the recorded calls for an order again.

use serde_json::json;
use shop_host::handlers::{HandlerError, Handlers};
use shop_host::host::HostError;
use shop_host::view::replay::Again;
use shop_host::view::{Replay, Voice};
use shop_journal::RecordingAt;

use super::failure::Told;
use super::{Cli, Failure, json as output, out, tables};

pub(super) async fn run(cli: &Cli, id: &str) -> Result<u8, Failure> {
    let handlers = cli.handlers().await?;
    let records = handlers.records();
    let order = cli.order_id(id)?;
    let mut calls = Vec::new();
    for id in records.recordings_of(&order).await? {
        if let Some(recorded) = records.recording(id).await? {
            calls.push(replay(&handlers, recorded).await?);
        }
    }
    if calls.is_empty() {
        return Err(Failure::Misused(Told::new("no-calls", [("order", order.to_string().into())])));
    }
    match cli.json {
        true => output::print(&calls),
        false => tell(&calls, Voice::of_what_is(cli.language("en"))),
    }
    Ok(if calls.iter().all(|call| call.replay == Again::Same) { 0 } else { 1 })
}

async fn replay(handlers: &Handlers, recorded: RecordingAt) -> Result<Replay, Failure> {
    let RecordingAt { order, line, at, handler, recording, .. } = recorded;
    let told = |replay| Replay { order, line, at, handler, replay, recording: None, answer: None, damaged: None };
    let recording = match recording {
        Ok(recording) => recording,
        Err(damaged) => return Ok(Replay { damaged: Some(damaged.to_string()), ..told(Again::Damaged) }),
    };
    let again = match handlers.load(handler).await {
        Ok(handler) => handler.replay(&recording).await.map_err(HostError::from)?,
        Err(HandlerError::Lost(_)) => return Ok(Replay { recording: Some(recording), ..told(Again::Gone) }),
        Err(error) => return Err(error.into()),
    };
    // As they are written: bit for bit.
    Ok(match json!(recording.answer) == json!(again) {
        true => Replay { recording: Some(recording), ..told(Again::Same) },
        false => Replay { recording: Some(recording), answer: Some(again), ..told(Again::Differs) },
    })
}

fn tell(calls: &[Replay], voice: Voice) {
    let row = |call: &Replay| {
        vec![
            tables::text(call.at.to_the_minute()),
            tables::number(call.line),
            tables::text(call.handler.short()),
            tables::number(call.facts().map(|facts| facts.to_string()).unwrap_or_default()),
            tables::text(voice.word(&format!("replay-{}", call.replay.as_str()))),
        ]
    };
    out::table(&tables::table(voice, &["time", "line", "handler", "facts", "replay"], calls.iter().map(row)));
}
