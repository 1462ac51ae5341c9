//! The handlers' versions on the command line.

use std::path::Path;
use std::sync::Arc;

use shop_core::words::text::printable;
use shop_host::handlers::{HandlerError, Handlers};
use shop_host::view::handler::Parameter;
use shop_host::view::{Inspection, Version, Voice};
use shop_journal::{HandlerEvent, Installed};
use shop_sandbox::Handler;

use super::activation::Desk;
use super::arguments::Handlers as Command;
use super::{Cli, Failure, forecast, json, out, tables};

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
                (false, true) => Ok(told(cli, voice, "handler-installed", &(&*admitted.handler).into())),
                (false, false) => Ok(told(cli, voice, "handler-known", &(&*admitted.handler).into())),
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
            Ok(told(cli, voice, "handler-removed", &Version::from(&old)))
        }
    }
}

/// Says what became of a handler.
fn told(cli: &Cli, voice: Voice, text: &str, version: &Version) -> u8 {
    match cli.json {
        true => json::print(version),
        false => {
            let arguments = [("handler", version.title().into()), ("digest", version.digest.short().into())];
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
        (true, _) => json::print(&all),
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
    let told = Inspection::of(&handler, installed, events, voice);
    match cli.json {
        true => json::print(&told),
        false => tell(&told, voice),
    }
    Ok(0)
}

fn tell(told: &Inspection, voice: Voice) {
    let manifest = &told.manifest;
    out::title(&printable(&told.version().title()));
    out::line(format!("  {}", manifest.title));
    out::line(format!("  {}", manifest.description));
    let arguments = [
        ("digest", told.digest.to_string().into()),
        ("contract", told.contract.to_string().into()),
        ("languages", manifest.languages.join(", ").into()),
    ];
    out::line(format!("  {}", voice.say("handler-is", &arguments)));
    out::line("");
    let row = |parameter: &Parameter| {
        let (kind, default) = (parameter.kind(), parameter.default(voice));
        vec![
            tables::text(&parameter.parameter.name),
            tables::text(kind),
            tables::text(default),
            tables::text(&parameter.help),
        ]
    };
    let columns = ["parameter", "kind", "default", "help"];
    out::table(&tables::table(voice, &columns, manifest.parameters.iter().map(row)));
    manifest.fields.iter().for_each(|field| out::line(field.told(voice)));
    trail(&told.events, voice);
}

/// What was done, when, by whom.
fn trail(events: &[HandlerEvent], voice: Voice) {
    if !events.is_empty() {
        out::title(&voice.word("handler-trail"));
    }
    let row = |event: &HandlerEvent| {
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
