//! What a call may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::exports::shop::product_handler::handler as exported;
use super::contract::shop::product_handler::types as wit;

/// What one call may use. Nothing is called without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Computing steps, as wasmtime counts fuel: the same on every machine.
    pub fuel: u64,
    /// A backstop, far beyond what the fuel takes.
    pub time: Duration,
    /// Linear memory, in bytes.
    pub memory: usize,
    /// Elements of each table.
    pub table: usize,
    /// Calls of imports.
    pub host_calls: u64,
    /// Elements of all lists handed to imports.
    pub facts: u64,
    /// Messages in a result.
    pub messages: usize,
    /// The length of each text handed to the host, in bytes.
    pub text: usize,
    /// The length of each translation in a manifest, in bytes.
    pub translation: usize,
}

impl Limits {
    /// For `fulfil`, in proportion to the seats. The contract's reference tells vendors the same numbers.
    pub fn for_seats(seats: usize) -> Self {
        let each = seats as u64;
        Limits {
            fuel: 20_000_000 + 100_000 * each,
            time: Duration::from_secs(10) + Duration::from_millis(10) * u32::try_from(seats).unwrap_or(u32::MAX),
            memory: (16 << 20) + seats * (16 << 10),
            table: 10_000,
            host_calls: 1_000 + 8 * each,
            facts: 1_000 + 32 * each,
            messages: 100 + seats * 4,
            text: 1024,
            translation: 65_536,
        }
    }

    /// For `describe`.
    pub fn describe() -> Self {
        Self::for_seats(0)
    }

    /// Checks the messages of a result.
    pub(super) fn check_messages(&self, messages: &[wit::Message]) -> Result<(), Exceeded> {
        if messages.len() > self.messages {
            return Err(Exceeded::Messages { used: messages.len(), allowed: self.messages });
        }
        messages.iter().flat_map(texts).try_for_each(|text| self.check_text(text))
    }

    /// Checks the texts of a manifest.
    pub(super) fn check_manifest(&self, manifest: &exported::Manifest) -> Result<(), Exceeded> {
        self.check_text(&manifest.name)?;
        self.check_text(&manifest.version)?;
        for parameter in &manifest.parameters {
            self.check_text(&parameter.name)?;
            parameter.default.iter().try_for_each(|default| self.check_text(default))?;
            if let exported::ParameterKind::Choice(values) = &parameter.kind {
                values.iter().try_for_each(|value| self.check_text(value))?;
            }
        }
        manifest.fields.iter().try_for_each(|field| self.check_text(&field.name))?;
        for translation in &manifest.translations {
            self.check_text(&translation.language)?;
            let used = translation.ftl.len();
            if used > self.translation {
                return Err(Exceeded::Text { used, allowed: self.translation });
            }
        }
        Ok(())
    }

    /// Checks a text.
    pub(super) fn check_text(&self, text: &str) -> Result<(), Exceeded> {
        if text.len() > self.text { Err(Exceeded::Text { used: text.len(), allowed: self.text }) } else { Ok(()) }
    }
}

fn texts(message: &wit::Message) -> Vec<&str> {
    let mut texts = vec![message.key.as_str()];
    match &message.subject {
        wit::Subject::Order => {}
        wit::Subject::Parameter(name) | wit::Subject::Operator(name) => texts.push(name),
        wit::Subject::Seat((id, field)) => texts.extend([id.as_str(), field]),
    }
    for (name, value) in &message.arguments {
        texts.push(name);
        if let wit::Value::Text(text) = value {
            texts.push(text);
        }
    }
    texts
}

/// A call used more than it may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exceeded {
    /// Too much computing.
    #[error("the handler computed too long: it may use {allowed} units of fuel for a line of this size")]
    Fuel {
        /// The limit.
        allowed: u64,
    },
    /// Too much time.
    #[error("the handler ran too long: it may take {allowed:?} for a line of this size")]
    Time {
        /// The limit.
        allowed: Duration,
    },
    /// Too deep recursion.
    #[error("the handler overflowed its stack")]
    Stack,
    /// Too much memory.
    #[error("the handler wanted {used} bytes of memory: it may have {allowed} for a line of this size")]
    Memory {
        /// What it wanted.
        used: usize,
        /// The limit.
        allowed: usize,
    },
    /// Too large a table.
    #[error("the handler wanted a table of {used} elements: it may have {allowed}")]
    Table {
        /// What it wanted.
        used: usize,
        /// The limit.
        allowed: usize,
    },
    /// Too many calls of imports.
    #[error("the handler called imports more than {allowed} times, the limit for a line of this size")]
    HostCalls {
        /// The limit.
        allowed: u64,
    },
    /// Too long lists.
    #[error("the handler handed more than {allowed} list elements to imports, the limit for a line of this size")]
    Facts {
        /// The limit.
        allowed: u64,
    },
    /// Too many messages.
    #[error("the handler returned {used} messages: it may return {allowed} for a line of this size")]
    Messages {
        /// What it returned.
        used: usize,
        /// The limit.
        allowed: usize,
    },
    /// Too long a text.
    #[error("the handler handed over a text of {used} bytes: {allowed} are allowed")]
    Text {
        /// Its length.
        used: usize,
        /// The limit.
        allowed: usize,
    },
}

/// What a call took: the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Computing steps, as wasmtime counts fuel.
    pub fuel: u64,
    /// The most linear memory that it had, in bytes.
    pub memory: usize,
    /// Calls of imports.
    pub host_calls: u64,
    /// Elements of lists handed to imports.
    pub facts: u64,
}
