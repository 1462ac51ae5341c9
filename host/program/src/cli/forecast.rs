//! What another version of a handler would have made of the last lines, for people and for programs.

use std::sync::Arc;

use owo_colors::OwoColorize;
use shop_core::words::text::printable;
use shop_host::forecast::Line;
use shop_host::handlers::Handlers;
use shop_host::view::forecast::{Change, changes, untold};
use shop_host::view::{Forecast, Version, Voice};
use shop_sandbox::Handler;

use super::{Cli, Failure, json, out};

pub(super) async fn run(
    cli: &Cli,
    handlers: &Handlers,
    new: &Arc<Handler>,
    last: u32,
    voice: Voice<'_>,
) -> Result<u8, Failure> {
    let sold = cli.catalogues_if_any()?.unwrap_or_default();
    let mut lines = Vec::new();
    handlers.forecast(new, last, &sold, |line| lines.push(line)).await?;
    let forecast = Forecast::of(Version::from(&**new), lines);
    match cli.json {
        true => json::print(&forecast),
        false => tell(&forecast, voice),
    }
    Ok(match () {
        () if forecast.lines.iter().any(|line| line.effect.is_worse()) => 3,
        () if forecast.lines.iter().any(|line| line.effect.is_untold()) => 10,
        () => 0,
    })
}

fn tell(forecast: &Forecast, voice: Voice) {
    let arguments = [("handler", forecast.handler.title().into()), ("count", forecast.lines.len().into())];
    out::title(&voice.say("forecast-heading", &arguments));
    for (effect, text) in forecast.summary.told(voice) {
        out::line(format!("  {}", tinted(effect, text)));
    }
    if let Some(fuel) = forecast.fuel(voice) {
        out::line(format!("  {fuel}"));
    }
    forecast.differing().into_iter().for_each(|of| line(of, &forecast.handler, voice));
}

fn tinted(effect: &str, text: String) -> String {
    match effect {
        "stopped" | "rejected" => text.red().to_string(),
        "same" | "accepted" => text.green().to_string(),
        _ => text.yellow().to_string(),
    }
}

fn line(line: &Line, new: &Version, voice: Voice) {
    out::title(&voice.effect(line));
    untold(line, new, voice).iter().for_each(|text| out::line(format!("  {}", printable(text))));
    for change in changes(line, voice) {
        match change {
            Change::More(text) => out::line(format!("  + {}", printable(&text)).green()),
            Change::Other(text) => out::line(format!("  ~ {}", printable(&text)).yellow()),
            Change::Less(text) => out::line(format!("  - {}", printable(&text)).red()),
        }
    }
}
