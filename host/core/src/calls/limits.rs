//! What a call may use.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::message::Message;

/// What one call may use. Nothing is called without.
///
/// The contract's reference, in `wit/`, tells vendors the same numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Computing steps, as wasmtime counts fuel: the same on every machine.
    pub fuel: u64,
    /// A backstop, far beyond what the fuel takes: when it ends a call, this machine is at fault.
    pub time: Duration,
    /// Bytes of all linear memories together.
    pub memory: u64,
    /// Elements of all tables together.
    pub table: u64,
    /// Instances of core modules.
    pub instances: u64,
    /// Linear memories.
    pub memories: u64,
    /// Tables.
    pub tables: u64,
    /// Calls of imports.
    pub host_calls: u64,
    /// Elements of all lists handed to imports: what is declared, and asked.
    pub facts: u64,
    /// Bytes handed to the host, by imports and in the result. No more than this is ever copied at once.
    pub bytes: u64,
    /// Messages in a result.
    pub messages: u64,
    /// Bytes of all texts of these messages.
    pub message_bytes: u64,
    /// What it takes to word these messages, about the bytes that come of it; see [`Texts::weight`](crate::words::wording::Texts).
    pub wording: u64,
    /// Arguments of each message.
    pub arguments: u64,
    /// Bytes of each text handed to the host.
    pub text: u64,
    /// Parameters in a manifest.
    pub parameters: u64,
    /// Values of each choice in a manifest.
    pub choices: u64,
    /// Fields in a manifest.
    pub fields: u64,
    /// Translations in a manifest.
    pub translations: u64,
    /// Bytes of each translation.
    pub translation: u64,
    /// Texts, attributes, variants and placeables of all translations.
    pub texts: u64,
}

impl Limits {
    /// For `fulfil`, in proportion to the seats.
    pub fn for_seats(seats: usize) -> Self {
        let each = seats as u64;
        Limits {
            fuel: 20_000_000 + 100_000 * each,
            time: Duration::from_secs(60) + Duration::from_millis(10 * each),
            memory: (16 << 20) + (16 << 10) * each,
            table: 10_000,
            instances: 10,
            memories: 2,
            tables: 10,
            host_calls: 1_000 + 8 * each,
            facts: 1_000 + 32 * each,
            bytes: (1 << 20) + (4 << 10) * each,
            messages: 100 + 4 * each,
            message_bytes: (64 << 10) + (1 << 10) * each,
            wording: (256 << 10) + (4 << 10) * each,
            arguments: 32,
            text: 1024,
            parameters: 64,
            choices: 64,
            fields: 64,
            translations: 50,
            translation: 65_536,
            texts: 40_000,
        }
    }

    /// For `describe`: what a line without seats has, and as much to hand over as its translations may take.
    pub fn describe() -> Self {
        Limits { bytes: 4 << 20, ..Self::for_seats(0) }
    }
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Limit {
    Fuel,
    Stack,
    Memory,
    Table,
    Instances,
    Memories,
    Tables,
    HostCalls,
    Facts,
    Bytes,
    Messages,
    MessageBytes,
    Wording,
    Arguments,
    Text,
    Parameters,
    Choices,
    Fields,
    Translations,
    Translation,
    Texts,
    /// What earlier hosts gave a call of the clock's time, in milliseconds. Nothing exceeds it any more; what was recorded of
    /// it is read.
    Time,
}

impl Limit {
    /// The id of the text that tells that it was exceeded.
    fn key(self) -> &'static str {
        match self {
            Limit::Fuel => "exceeded-fuel",
            Limit::Stack => "exceeded-stack",
            Limit::Memory => "exceeded-memory",
            Limit::Table => "exceeded-table",
            Limit::Instances => "exceeded-instances",
            Limit::Memories => "exceeded-memories",
            Limit::Tables => "exceeded-tables",
            Limit::HostCalls => "exceeded-host-calls",
            Limit::Facts => "exceeded-facts",
            Limit::Bytes => "exceeded-bytes",
            Limit::Messages => "exceeded-messages",
            Limit::MessageBytes => "exceeded-message-bytes",
            Limit::Wording => "exceeded-wording",
            Limit::Arguments => "exceeded-arguments",
            Limit::Text => "exceeded-text",
            Limit::Parameters => "exceeded-parameters",
            Limit::Choices => "exceeded-choices",
            Limit::Fields => "exceeded-fields",
            Limit::Translations => "exceeded-translations",
            Limit::Translation => "exceeded-translation",
            Limit::Texts => "exceeded-texts",
            Limit::Time => "exceeded-time",
        }
    }
}

/// A call used more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exceeded {
    /// Of what.
    pub limit: Limit,
    /// What it used or wanted. Of what has no end (fuel, stack) or was not looked at any further: what it had when it was
    /// stopped, which is the limit.
    pub used: u64,
    /// The limit.
    pub allowed: u64,
}

impl Exceeded {
    /// A limit that was used up.
    pub fn all_of(limit: Limit, allowed: u64) -> Self {
        Exceeded { limit, used: allowed, allowed }
    }

    /// An error if more was used than allowed.
    pub fn check(limit: Limit, used: u64, allowed: u64) -> Result<(), Self> {
        if used > allowed { Err(Exceeded { limit, used, allowed }) } else { Ok(()) }
    }

    /// It, to be told to the shop's staff.
    pub fn message(&self) -> Message {
        Message::fault(self.limit.key()).with("used", self.used).with("allowed", self.allowed)
    }
}

/// In English, for logs.
impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().worded("en", None))
    }
}

impl std::error::Error for Exceeded {}
