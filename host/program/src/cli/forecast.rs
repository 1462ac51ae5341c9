//! What another version of a handler would have made of the last lines, for people and for programs.

use std::sync::Arc;

use owo_colors::OwoColorize;
use serde_json::json;
use shop_core::calls::recording::Unasked;
use shop_core::platform::names::Names;
use shop_core::sessions::session::{Fact, Terms};
use shop_core::words::email::Email;
use shop_core::words::text::printable;
use shop_host::forecast::{Changes, Effect, FactChange, Line};
use shop_host::handlers::Handlers;
use shop_sandbox::Handler;

use super::words::{Argument, Voice};
use super::{Cli, Failure, json as output, out};

/// The effects, the gravest first.
const EFFECTS: [&str; 9] =
    ["stopped", "rejected", "accepted", "session", "messages", "unasked", "gone", "damaged", "same"];

pub(super) async fn run(
    cli: &Cli,
    handlers: &Handlers,
    new: &Arc<Handler>,
    last: u32,
    voice: Voice<'_>,
) -> Result<u8, Failure> {
    let defaults = cli.catalogue_if_any()?.map(|catalogue| catalogue.shop.parameters).unwrap_or_default();
    let mut lines = Vec::new();
    handlers.forecast(new, last, &defaults, |line| lines.push(line)).await?;
    let counts = EFFECTS.map(|effect| lines.iter().filter(|line| line.effect.as_str() == effect).count());
    let fuel = lines.iter().filter_map(|line| line.fuel).fold((0, 0), |(was, would), (a, b)| (was + a, would + b));
    let status = match () {
        () if lines.iter().any(|line| line.effect.is_worse()) => 3,
        () if lines.iter().any(|line| line.effect.is_untold()) => 10,
        () => 0,
    };
    if cli.json {
        let summary: serde_json::Map<_, _> =
            EFFECTS.iter().zip(counts).map(|(effect, count)| ((*effect).to_owned(), json!(count))).collect();
        let handler = json!({ "name": new.manifest.name, "version": new.manifest.version, "digest": new.digest });
        let fuel = json!({ "was": fuel.0, "would_be": fuel.1 });
        output::print(&json!({ "handler": handler, "summary": summary, "fuel": fuel, "lines": lines }));
        return Ok(status);
    }
    let arguments = [("handler", new.title().into()), ("count", lines.len().into())];
    out::title(&voice.say("forecast-heading", &arguments));
    for (effect, count) in EFFECTS.iter().zip(counts).filter(|(_, count)| *count > 0) {
        let text = voice.say(&format!("forecast-{effect}"), &[("count", count.into())]);
        out::line(format!("  {}", tinted(effect, text)));
    }
    if fuel.0 > 0 {
        out::line(format!(
            "  {}",
            voice.say("forecast-fuel", &[change(fuel), ("was", fuel.0.into()), ("would", fuel.1.into())])
        ));
    }
    // The gravest come first; of each kind, the newest.
    let rank = |line: &&Line| EFFECTS.iter().position(|effect| *effect == line.effect.as_str());
    let mut telling: Vec<&Line> = lines.iter().filter(|line| line.effect != Effect::Same).collect();
    telling.sort_by_key(rank);
    telling.into_iter().for_each(|line| tell(line, new, voice));
    Ok(status)
}

/// In per cent, with a sign.
fn change((was, would): (u64, u64)) -> Argument<'static> {
    let percent = (would as f64 / was as f64 - 1.0) * 100.0;
    ("change", format!("{percent:+.1} %").into())
}

fn tinted(effect: &str, text: String) -> String {
    match effect {
        "stopped" | "rejected" => text.red().to_string(),
        "same" | "accepted" => text.green().to_string(),
        _ => text.yellow().to_string(),
    }
}

fn tell(line: &Line, new: &Handler, voice: Voice) {
    out::title(&voice.of_line(line));
    untold(line, new, voice).iter().for_each(|text| out::line(format!("  {}", printable(text))));
    let Some(changes) = line.effect.changes() else { return };
    for change in &changes.facts {
        fact(change, &changes.names, voice);
    }
    said(changes);
}

/// Why it cannot be told what would differ, and what would tell.
pub(super) fn untold(line: &Line, new: &Handler, voice: Voice) -> Vec<String> {
    match &line.effect {
        Effect::Unasked { unasked } => {
            let ask = [("order", line.order.to_string().into()), ("handler", new.title().into())];
            let names = unasked.iter().map(|unasked| match unasked {
                Unasked::Course(name) => ("untold-course", name),
                Unasked::Role(name) => ("untold-role", name),
                Unasked::Field(name) => ("untold-field", name),
            });
            let names = names.map(|(id, name)| voice.say(id, &[("name", name.as_str().into())]));
            names.chain([voice.say("untold-ask", &ask)]).collect()
        }
        Effect::Gone => vec![voice.say("untold-gone", &[("digest", line.handler.to_string().into())])],
        Effect::Damaged { reason } => vec![voice.say("untold-damaged", &[("reason", reason.as_str().into())])],
        _ => Vec::new(),
    }
}

fn said(changes: &Changes) {
    changes.unsaid.iter().for_each(|text| out::line(format!("  - {}", printable(text)).red()));
    changes.said.iter().for_each(|text| out::line(format!("  + {}", printable(text)).green()));
}

fn fact(change: &FactChange, names: &Names, voice: Voice) {
    let text = printable(&voice.fact(&change.fact, names));
    let terms = |terms: &Terms| match terms {
        Terms::Plain => String::new(),
        Terms::For(period) => format!(" {}", voice.period(*period)),
        Terms::Named(name) => format!(" “{}”", printable(name)),
    };
    match (&change.was, &change.would_be) {
        (Some(was), Some(would)) => out::line(format!("  ~ {text}{} ⇒{}", terms(was), terms(would)).yellow()),
        (Some(was), None) => out::line(format!("  - {text}{}", terms(was)).red()),
        (None, Some(would)) => out::line(format!("  + {text}{}", terms(would)).green()),
        (None, None) => {}
    }
}

impl Voice<'_> {
    /// What would become of a line, in a few words.
    pub(super) fn of_line(self, line: &Line) -> String {
        let word = self.word(&format!("effect-{}", line.effect.as_str()));
        let arguments = [
            ("order", line.order.to_string().into()),
            ("line", line.line.into()),
            ("time", line.at.to_the_minute().into()),
            ("effect", word.into()),
        ];
        self.say("forecast-line", &arguments)
    }

    /// A fact, in a few words.
    fn fact(self, fact: &Fact, names: &Names) -> String {
        let email = |email: &Email| ("email", email.as_str().into());
        let course = |id| ("course", names.course(id).into());
        let role = |id| ("role", names.role(id).into());
        match fact {
            Fact::Account(of) => self.say("fact-account", &[email(of)]),
            Fact::Enrolment(of, who) => self.say("fact-enrolment", &[course(*of), email(who)]),
            Fact::CourseRole(of, who, is) => self.say("fact-course-role", &[course(*of), email(who), role(*is)]),
            Fact::Group(of, _) => self.say("fact-group", &[course(*of)]),
            Fact::Member(of, _, who) => self.say("fact-member", &[course(*of), email(who)]),
            Fact::AccountRole { role: is, holder, context } => {
                self.say("fact-account-role", &[email(holder), role(*is), ("context", context.as_str().into())])
            }
        }
    }
}
