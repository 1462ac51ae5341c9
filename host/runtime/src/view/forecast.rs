//! What another version of a handler would have made of the last lines.

use schemars::JsonSchema;
use serde::Serialize;
use shop_core::calls::recording::Unasked;
use shop_core::platform::names::Names;
use shop_core::sessions::session::{Fact, Terms};
use shop_core::words::email::Email;

use super::{Argument, Version, Voice};
use crate::forecast::{Changes, Effect, FactChange, Line};

/// What another version of a handler would have made of the last lines.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Forecast {
    /// Which version.
    pub handler: Version,
    /// How many lines there are of each effect.
    pub summary: Summary,
    /// What the calls took then, and would take.
    pub fuel: Fuel,
    /// Line by line, the newest first.
    pub lines: Vec<Line>,
}

/// How many lines there are of each effect, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs)]
pub struct Summary {
    pub stopped: usize,
    pub rejected: usize,
    pub accepted: usize,
    pub session: usize,
    pub messages: usize,
    pub unasked: usize,
    pub gone: usize,
    pub damaged: usize,
    pub same: usize,
}

/// What calls took then, and would take: computing steps, as wasmtime counts fuel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs)]
pub struct Fuel {
    pub was: u64,
    pub would_be: u64,
}

/// A change of what would be set up or said, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It would be there too.
    More(String),
    /// It would be otherwise.
    Other(String),
    /// It would not be there any more.
    Less(String),
}

impl Forecast {
    /// A forecast for a version.
    pub fn of(handler: Version, lines: Vec<Line>) -> Forecast {
        let add = |Fuel { was, would_be }, (then, now)| Fuel { was: was + then, would_be: would_be + now };
        let fuel = lines.iter().filter_map(|line| line.fuel).fold(Fuel::default(), add);
        Forecast { handler, summary: Summary::of(&lines), fuel, lines }
    }

    /// What would differ, the gravest first; of each kind, the newest.
    pub fn differing(&self) -> Vec<&Line> {
        let mut lines: Vec<&Line> = self.lines.iter().filter(|line| line.effect != Effect::Same).collect();
        lines.sort_by_key(|line| EFFECTS.iter().position(|effect| *effect == line.effect.as_str()));
        lines
    }

    /// How much more or less the calls would take; none if nobody knows what they took.
    pub fn fuel(&self, voice: Voice) -> Option<String> {
        let Fuel { was, would_be } = self.fuel;
        let percent = (would_be as f64 / was as f64 - 1.0) * 100.0;
        let change: Argument = ("change", format!("{percent:+.1} %").into());
        (was > 0).then(|| voice.say("forecast-fuel", &[change, ("was", was.into()), ("would", would_be.into())]))
    }
}

/// The effects, the gravest first.
const EFFECTS: [&str; 9] =
    ["stopped", "rejected", "accepted", "session", "messages", "unasked", "gone", "damaged", "same"];

impl Summary {
    fn of(lines: &[Line]) -> Summary {
        let count = |effect| lines.iter().filter(|line| line.effect.as_str() == effect).count();
        let [stopped, rejected, accepted, session, messages, unasked, gone, damaged, same] = EFFECTS.map(count);
        Summary { stopped, rejected, accepted, session, messages, unasked, gone, damaged, same }
    }

    /// The effects of which there are lines, in words.
    pub fn told(&self, voice: Voice) -> Vec<(&'static str, String)> {
        let Summary { stopped, rejected, accepted, session, messages, unasked, gone, damaged, same } = *self;
        let counts = [stopped, rejected, accepted, session, messages, unasked, gone, damaged, same];
        let some = EFFECTS.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        let told = |(effect, count): (&'static str, usize)| {
            (effect, voice.say(&format!("forecast-{effect}"), &[("count", count.into())]))
        };
        some.map(told).collect()
    }
}

/// Why it cannot be told what would differ of a line, and what would tell.
pub fn untold(line: &Line, new: &Version, voice: Voice) -> Vec<String> {
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

/// What would change of a line: the facts, then what is said.
pub fn changes(line: &Line, voice: Voice) -> Vec<Change> {
    let Some(Changes { facts, unsaid, said, names }) = line.effect.changes() else { return Vec::new() };
    let facts = facts.iter().filter_map(|change| fact(change, names, voice));
    let unsaid = unsaid.iter().cloned().map(Change::Less);
    facts.chain(unsaid).chain(said.iter().cloned().map(Change::More)).collect()
}

fn fact(change: &FactChange, names: &Names, voice: Voice) -> Option<Change> {
    let text = voice.fact(&change.fact, names);
    let terms = |terms: &Terms| match terms {
        Terms::Plain => String::new(),
        Terms::For(period) => format!(" {}", voice.period(*period)),
        Terms::Named(name) => format!(" “{name}”"),
    };
    match (&change.was, &change.would_be) {
        (Some(was), Some(would)) => Some(Change::Other(format!("{text}{} ⇒{}", terms(was), terms(would)))),
        (Some(was), None) => Some(Change::Less(format!("{text}{}", terms(was)))),
        (None, Some(would)) => Some(Change::More(format!("{text}{}", terms(would)))),
        (None, None) => None,
    }
}

impl Voice<'_> {
    /// What would become of a line, in a few words.
    pub fn effect(self, line: &Line) -> String {
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
