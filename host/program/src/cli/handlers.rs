//! The handlers' versions on the command line.

use std::path::Path;
use std::sync::Arc;

use comfy_table::Cell;
use serde_json::{Value, json};
use shop_core::lines::manifest::{Kind, Manifest, Parameter};
use shop_core::words::text::printable;
use shop_host::handlers::{HandlerError, Handlers};
use shop_journal::{Event, Installed};
use shop_sandbox::Handler;

use super::activation::Desk;
use super::arguments::Handlers as Command;
use super::words::Voice;
use super::{Cli, Failure, forecast, json as output, out, tables};

pub(super) async fn run(cli: &Cli, command: &Command) -> Result<u8, Failure> {
    // Only an installation makes a shop where there is none.
    let handlers = match command {
        Command::Install { .. } => cli.make_handlers().await?,
        _ => cli.handlers().await?,
    };
    let voice = Voice::of_what_is(cli.language("en"));
    let desk = Desk { cli, handlers, voice };
    let handlers = &desk.handlers;
    match command {
        Command::List => list(cli, handlers, voice).await,
        Command::Inspect { handler } => inspect(cli, handlers, handler, voice).await,
        Command::Install { file, activate, anyway, by } => {
            let admitted = handlers.install(file, &by.who).await?;
            match (activate, admitted.new) {
                (true, _) => desk.activate(&admitted.handler, *anyway, &by.who).await,
                (false, true) => Ok(told(cli, voice, "handler-installed", &admitted.handler)),
                (false, false) => Ok(told(cli, voice, "handler-known", &admitted.handler)),
            }
        }
        Command::Preview { handler, last } => {
            let (_, new) = any(handlers, handler).await?;
            forecast::run(cli, handlers, &new, *last, voice).await
        }
        Command::Activate { handler, anyway, by } => {
            let digest = handlers.find(handler).await?.digest;
            desk.activate(&handlers.load(digest).await?, *anyway, &by.who).await
        }
        Command::Rollback { handler, by } => {
            // Its name will do; so will whatever names one of its versions.
            let name = match handlers.find(handler).await {
                Ok(installed) => installed.name,
                Err(HandlerError::Unknown(name)) => name,
                Err(error) => return Err(error.into()),
            };
            desk.rollback(&name, &by.who).await
        }
        Command::Remove { handler, by } => {
            let old = handlers.find(handler).await?;
            handlers.remove(&old, &by.who).await?;
            match cli.json {
                true => output::print(&json!({ "name": old.name, "version": old.version, "digest": old.digest })),
                false => out::line(voice.say("handler-removed", &[("handler", title(&old).into())])),
            }
            Ok(0)
        }
    }
}

fn title(of: &Installed) -> String {
    format!("{}@{}", of.name, of.version)
}

/// Says what became of a handler.
fn told(cli: &Cli, voice: Voice, text: &str, handler: &Handler) -> u8 {
    let Handler { digest, manifest, .. } = handler;
    match cli.json {
        true => output::print(&json!({ "name": manifest.name, "version": manifest.version, "digest": digest })),
        false => {
            let arguments = [("handler", handler.title().into()), ("digest", digest.short().into())];
            out::line(voice.say(text, &arguments));
        }
    }
    0
}

async fn list(cli: &Cli, handlers: &Handlers, voice: Voice<'_>) -> Result<u8, Failure> {
    let all = handlers.list().await?;
    let row = |of: &Installed| {
        vec![
            tables::text(&of.name),
            tables::text(of.version.to_string()),
            tables::text(if of.active { voice.word("handler-active") } else { String::new() }),
            tables::number(of.lines),
            tables::number(of.bytes),
            tables::text(of.contract.to_string()),
            tables::text(of.installed.to_the_minute()),
            tables::text(of.digest.short()),
        ]
    };
    let columns = ["name", "version", "state", "lines", "bytes", "contract", "installed", "digest"];
    match (cli.json, all.is_empty()) {
        (true, _) => output::print(&json!(all)),
        (false, true) => out::line(voice.word("handlers-none")),
        (false, false) => out::table(&tables::table(voice, &columns, all.iter().map(row))),
    }
    Ok(0)
}

/// An installed version, or a file that is not installed.
async fn any(handlers: &Handlers, handler: &str) -> Result<(Option<Installed>, Arc<Handler>), Failure> {
    match handlers.find(handler).await {
        Ok(installed) => {
            let handler = handlers.load(installed.digest).await?;
            Ok((Some(installed), handler))
        }
        Err(HandlerError::NotInstalled(_)) => Ok((None, handlers.examine(Path::new(handler)).await?)),
        Err(error) => Err(error.into()),
    }
}

async fn inspect(cli: &Cli, handlers: &Handlers, handler: &str, voice: Voice<'_>) -> Result<u8, Failure> {
    let (installed, handler) = any(handlers, handler).await?;
    let events = handlers.events(Some(&handler.manifest.name)).await?;
    if cli.json {
        output::print(&json!({
            "digest": handler.digest,
            "contract": handler.program.contract(),
            "manifest": manifest(&handler.manifest, voice),
            "installed": installed,
            "events": events,
        }));
        return Ok(0);
    }
    let texts = &handler.manifest.texts;
    out::title(&printable(&handler.title()));
    out::line(format!("  {}", texts.word(voice.language, "title", &[])));
    out::line(format!("  {}", texts.word(voice.language, "description", &[])));
    let arguments = [
        ("digest", handler.digest.to_string().into()),
        ("contract", handler.program.contract().to_string().into()),
        ("languages", texts.languages().join(", ").into()),
    ];
    out::line(format!("  {}", voice.say("handler-is", &arguments)));
    out::line("");
    let rows = handler.manifest.parameters.iter().map(|parameter| row(parameter, &handler, voice));
    out::table(&tables::table(voice, &["parameter", "kind", "default", "help"], rows));
    for field in &handler.manifest.fields {
        let label = texts.word(voice.language, &format!("field-{}", field.name), &[]);
        let id = if field.required { "field-required" } else { "field-optional" };
        out::line(voice.say(id, &[("field", field.name.as_str().into()), ("label", label.into())]));
    }
    trail(&events, voice);
    Ok(0)
}

fn manifest(manifest: &Manifest, voice: Voice) -> Value {
    let word = |id: &str| manifest.texts.word(voice.language, id, &[]);
    let mut value = json!(manifest);
    value["title"] = word("title").into();
    value["description"] = word("description").into();
    value["languages"] = manifest.texts.languages().into();
    for (place, parameter) in manifest.parameters.iter().enumerate() {
        value["parameters"][place]["label"] = word(&format!("parameter-{}", parameter.name)).into();
        value["parameters"][place]["help"] = word(&format!("parameter-{}.help", parameter.name)).into();
    }
    value
}

fn row(parameter: &Parameter, handler: &Handler, voice: Voice) -> Vec<Cell> {
    let kind = match &parameter.kind {
        Kind::Text => "text".to_owned(),
        Kind::Course => "course".to_owned(),
        Kind::Role => "role".to_owned(),
        Kind::Time => "time".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::End => "end".to_owned(),
        Kind::Flag => "flag".to_owned(),
        Kind::Choice(values) => values.join(" | "),
    };
    let default = match &parameter.default {
        Some(default) => default.clone(),
        None if parameter.required => voice.word("parameter-required"),
        None => String::new(),
    };
    let help = handler.manifest.texts.word(voice.language, &format!("parameter-{}.help", parameter.name), &[]);
    vec![tables::text(&parameter.name), tables::text(kind), tables::text(default), tables::text(help)]
}

/// What was done, when, by whom.
fn trail(events: &[Event], voice: Voice) {
    if !events.is_empty() {
        out::title(&voice.word("handler-trail"));
    }
    let row = |event: &Event| {
        let action = voice.word(&format!("action-{}", event.action.as_str()));
        vec![
            tables::text(event.at.to_the_minute()),
            tables::text(&event.who),
            tables::text(action),
            tables::text(event.from.map(|from| from.short()).unwrap_or_default()),
            tables::text(event.to.short()),
        ]
    };
    out::table(&tables::table(voice, &["time", "who", "action", "from", "to"], events.iter().map(row)));
}
