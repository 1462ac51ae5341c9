//! What a line was bought with: it stays, whatever the catalogue says later.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lines::catalogue::{Price, Product, Settings};
use crate::lines::line::Stage;
use crate::lines::manifest::{Kind, Manifest};
use crate::lines::sold::Sold;
use crate::words::digest::Digest;
use crate::words::message::{Audience, Level, Message, Subject};
use crate::words::period::Timestamp;
use crate::words::text::{self, is_unprintable};

/// What a line was bought with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bargain {
    /// The product's reference.
    pub product: String,
    /// The product's title.
    pub title: String,
    /// The price of one seat.
    pub price: Price,
    /// The product's parameters with the shop's defaults, URL-encoded.
    pub parameters: String,
    /// How many seats the line may have.
    pub max_seats: u32,
    /// The handler's component.
    pub handler: Digest,
    /// When it was paid for the first time: its handler's "now", ever after. While it is only placed, when it was ordered.
    pub time: Timestamp,
    /// Whether it was ever paid.
    pub paid: bool,
    /// What its parameters name.
    #[serde(default)]
    pub sold: Sold,
}

impl Bargain {
    /// The bargain that the catalogue offers now.
    pub fn offered(
        product: &Product,
        settings: &Settings,
        handler: Digest,
        manifest: &Manifest,
        time: Timestamp,
    ) -> Self {
        let mut parameters = pairs(&product.parameters);
        let defaults = pairs(&settings.parameters).into_iter().filter(|(key, _)| manifest.parameter(key).is_some());
        let missing = left(defaults, &parameters, manifest);
        parameters.extend(missing);
        Bargain {
            product: product.reference.clone(),
            title: product.title.clone(),
            price: product.price,
            parameters: encode(&parameters),
            max_seats: product.max_seats,
            handler,
            time,
            paid: false,
            sold: Sold::default(),
        }
    }

    /// The same bargain in a message of this time: what is not paid is bound to no time yet, and the first message that
    /// pays for it binds it.
    pub fn at(self, stage: Stage, time: Timestamp) -> Self {
        match self.paid {
            true => self,
            false => Bargain { time, paid: stage == Stage::Paid, ..self },
        }
    }
}

/// A line's parameters as its handler gets them, and what the host says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    /// What the host says of them.
    pub messages: Vec<Message>,
    /// How often each of these things was said.
    said: BTreeMap<String, usize>,
}

/// So often the same thing is said of one parameter after the other; of how many more it is true, is counted.
const MOST_TOLD: usize = 100;

impl Parameters {
    /// Reads the bargain's parameters with those agreed for the line put over them, and checks them by the manifest.
    pub fn new(bargain: &str, line: &str, manifest: &Manifest) -> Self {
        let mut parameters = Parameters::default();
        for (key, value) in pairs(line) {
            match manifest.parameter(&key).map(|parameter| &parameter.kind) {
                None | Some(Kind::Time | Kind::Duration | Kind::End) => parameters.add(key, value),
                Some(_) => parameters.say(told(Level::Error, &key, "parameter-not-for-lines")),
            }
        }
        let agreed: Vec<_> = parameters.values.clone().into_iter().collect();
        for (key, value) in left(pairs(bargain).into_iter(), &agreed, manifest) {
            parameters.add(key, value);
        }
        parameters.check(manifest);
        parameters
    }

    /// Reads the parameters that were recorded for a handler with the manifest `old` as one with the manifest `new` would
    /// have got them. What the shop has for all products is left out of what is recorded where `old` did not know it.
    pub fn with_defaults(recorded: &str, defaults: &str, old: &Manifest, new: &Manifest) -> Self {
        let recorded = pairs(recorded);
        let unknown = |key: &str| old.parameter(key).is_none() && new.parameter(key).is_some();
        let defaults = pairs(defaults).into_iter().filter(|(key, _)| unknown(key));
        let defaults = left(defaults, &recorded, new);
        Parameters::new(&encode(&[recorded, defaults].concat()), "", new)
    }

    fn add(&mut self, key: String, value: String) {
        match self.values.entry(key) {
            Entry::Vacant(free) => _ = free.insert(value),
            Entry::Occupied(first) => {
                let message = told(Level::Warning, first.key(), "parameter-repeated");
                self.say(message);
            }
        }
    }

    fn say(&mut self, message: Message) {
        let said = self.said.entry(message.key.clone()).or_default();
        *said += 1;
        if *said <= MOST_TOLD {
            self.messages.push(message);
        }
    }

    fn check(&mut self, manifest: &Manifest) {
        for (key, value) in self.values.clone() {
            match manifest.parameter(&key) {
                None => self.say(told(Level::Warning, &key, "parameter-unknown")),
                Some(_) if value.chars().any(|c| is_unprintable(c) || c == '\u{fffd}') || value.len() > MAX_VALUE => {
                    self.say(told(Level::Error, &key, "parameter-malformed"));
                }
                Some(parameter) if !value.is_empty() && !parameter.kind.allows(&value) => {
                    let allowed = match &parameter.kind {
                        Kind::Choice(values) => values.join(", "),
                        _ => "0, 1".to_owned(),
                    };
                    let message = told(Level::Error, &key, "parameter-not-allowed");
                    self.say(message.with("found", text::spelled(&value)).with("allowed", allowed));
                }
                Some(_) => {}
            }
        }
        for parameter in manifest.parameters.iter().filter(|parameter| parameter.required) {
            if self.values.get(&parameter.name).is_none_or(String::is_empty) {
                self.say(told(Level::Error, &parameter.name, "parameter-missing"));
            }
        }
        let more: usize = self.said.values().map(|said| said.saturating_sub(MOST_TOLD)).sum();
        if more > 0 {
            let message = Message::warning("parameters-more");
            self.messages.push(message.with("count", more));
        }
    }

    /// URL-encoded, as the handler gets them.
    pub fn encoded(&self) -> String {
        encode(&self.values.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>())
    }

    /// The parameters of a kind of which nothing is said, so that the manifest's default stands, and these defaults.
    pub fn by_default<'a>(
        &'a self,
        manifest: &'a Manifest,
        kind: &'a Kind,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.granted(manifest, kind).filter(|(name, _)| self.values.get(*name).is_none_or(String::is_empty))
    }

    /// The parameters of a kind and their values, defaults included: what an order grants of that kind.
    pub fn granted<'a>(&'a self, manifest: &'a Manifest, kind: &'a Kind) -> impl Iterator<Item = (&'a str, &'a str)> {
        manifest.parameters.iter().filter(move |parameter| parameter.kind == *kind).filter_map(|parameter| {
            let given = self.values.get(&parameter.name).filter(|value| !value.is_empty());
            let value = given.or(parameter.default.as_ref())?;
            Some((parameter.name.as_str(), value.as_str()))
        })
    }
}

fn told(level: Level, parameter: &str, key: &str) -> Message {
    let shown = text::excerpt(parameter);
    let subject = Subject::Parameter(shown.clone());
    Message::host(level, Audience::Sales, subject, key).with("parameter", shown)
}

/// What a more specific place leaves of a more general one's parameters: not those that it has itself, and no end if it
/// says anything of one.
fn left(general: impl Iterator<Item = Pair>, specific: &[Pair], manifest: &Manifest) -> Vec<Pair> {
    let is_end = |key: &str| manifest.parameter(key).is_some_and(|parameter| parameter.kind == Kind::End);
    let ends = specific.iter().any(|(key, _)| is_end(key));
    let goes = |(key, _): &Pair| specific.iter().any(|(own, _)| own == key) || (ends && is_end(key));
    general.filter(|pair| !goes(pair)).collect()
}

/// A key and its value.
type Pair = (String, String);

/// No value of a parameter is longer, in bytes.
const MAX_VALUE: usize = 1024;

/// Like a browser's form, URL-decoding takes anything: what is not UTF-8 becomes `�`, which is refused afterwards.
fn pairs(encoded: &str) -> Vec<Pair> {
    serde_urlencoded::from_str(encoded).unwrap_or_default()
}

fn encode(pairs: &[Pair]) -> String {
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}
