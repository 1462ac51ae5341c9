//! The words in which everything is told.

use shop_core::orders::state::LineState;
use shop_core::sessions::plan::FactOutcome;
use shop_core::words::message::{Audience, Level, Message, Subject, Value};
use shop_core::words::period::Period;
use shop_core::words::wording;
use shop_sandbox::Handler;

/// How something is told.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// In whose language.
    pub language: &'a str,
    /// Of what would be done, rather than of what was.
    pub preview: bool,
}

/// An argument of a text.
pub type Argument<'a> = (&'a str, Value);

impl<'a> Voice<'a> {
    /// Of what was done.
    pub fn of_what_is(language: &'a str) -> Self {
        Voice { language, preview: false }
    }

    /// A text of the host's own.
    pub fn say(self, id: &str, arguments: &[Argument]) -> String {
        let arguments: Vec<_> = arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        wording::host().word(self.language, id, &arguments)
    }

    /// A text without arguments.
    pub fn word(self, id: &str) -> String {
        self.say(id, &[])
    }

    /// A text that differs between what would be and what was done.
    pub fn tell(self, id: &str, arguments: &[Argument]) -> String {
        let tense = if self.preview { "planned" } else { "done" };
        self.say(&format!("{tense}-{id}"), arguments)
    }

    /// How grave a message is.
    pub fn level(self, level: Level) -> String {
        self.word(match level {
            Level::Error => "level-error",
            Level::Warning => "level-warning",
            Level::Notice => "level-notice",
        })
    }

    /// Whom a message is for.
    pub fn audience(self, audience: Audience) -> String {
        self.word(match audience {
            Audience::Public => "audience-public",
            Audience::Operator => "audience-operator",
            Audience::Sales => "audience-sales",
        })
    }

    /// What a message is about; nothing for the order as a whole, which goes without saying.
    pub fn subject(self, subject: &Subject) -> Option<String> {
        let text = |text: &str| Value::from(text);
        match subject {
            Subject::Order => None,
            Subject::Parameter(name) => Some(self.say("subject-parameter", &[("parameter", text(name))])),
            Subject::Operator(field) => Some(self.say("subject-operator", &[("field", text(field))])),
            Subject::Seat(id, field) => {
                Some(self.say("subject-seat", &[("seat", text(id.as_str())), ("field", text(field))]))
            }
        }
    }

    /// What is said, by the host or by a handler with its texts.
    pub fn message(self, message: &Message, handler: Option<&Handler>) -> String {
        message.worded(self.language, handler.map(|handler| &handler.manifest.texts))
    }

    /// What became of a fact; none: it remains to be done.
    pub fn outcome(self, outcome: Option<FactOutcome>) -> String {
        let id = match outcome {
            Some(FactOutcome::Found) => "found",
            Some(FactOutcome::InvitationUncertain) => "invitation-uncertain",
            Some(FactOutcome::Made) => "made",
            Some(FactOutcome::Changed) => "changed",
            Some(FactOutcome::Retracted) => "retracted",
            Some(FactOutcome::Failed) => "failed",
            Some(FactOutcome::AwaitsConsent) => "awaits-consent",
            Some(FactOutcome::Withheld) => "withheld",
            Some(FactOutcome::Over) => "over",
            None => "remains",
        };
        self.tell(id, &[])
    }

    /// From when until when.
    pub fn period(self, period: Period) -> String {
        let start = ("start", period.start.to_the_minute().into());
        match period.end {
            Some(end) => self.say("period-closed", &[start, ("end", end.as_end().into())]),
            None => self.say("period-open", &[start]),
        }
    }

    /// The state of a line, and how far what is in place of it is another.
    pub fn state(self, state: LineState, in_place: Option<LineState>) -> String {
        let word = self.word(&format!("state-{state}"));
        match in_place.filter(|in_place| *in_place != state) {
            Some(in_place) => {
                let in_place = self.word(&format!("in-place-{in_place}"));
                self.say("state-in-place", &[("state", word.into()), ("in_place", in_place.into())])
            }
            None => word,
        }
    }
}
