//! The JSON Schemas of the files that are read and of the answers that are given.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, schema_for};
use shop_build::Built;
use shop_connections::check::Check;
use shop_connections::made::Connected;
use shop_connections::settings::ConnectionSettings;
use shop_core::audit::{Entry, Head};
use shop_core::lines::catalogue::Catalogue;
use shop_core::orders::event::Event;
use shop_core::orders::said::Said;
use shop_host::view::backup::Restored;
use shop_host::view::order::{Listed, Shown};
use shop_host::view::serving::Serving;
use shop_host::view::token::{Made, Revoked};
use shop_host::view::{
    Activation, Backup, Came, Consent, Drift, Erasure, Forecast, Inspection, JournalMoved, Moved, Outcome, Product,
    Replay, Round, Site, Version,
};
use shop_journal::{Installed, Token};
use shop_platforms::embedded::{Census, Seed};
use shop_platforms::moodle::MoodleSettings;

use super::arguments::Schema;
use super::connect::Mended;
use super::failure::Told;
use super::{Failure, json};

/// What a command answers, by its words.
type Answer = (&'static str, fn() -> schemars::Schema);

/// What each command answers. The demonstration answers what its commands do.
const ANSWERS: [Answer; 47] = [
    ("audit check", answer::<Head>),
    ("audit list", answer::<Vec<Entry>>),
    ("backup", answer::<Backup>),
    ("build", answer::<Built>),
    ("check", answer::<Vec<Product>>),
    ("connect check", answer::<Vec<Check>>),
    ("connect webhooks", answer::<Vec<Mended>>),
    ("connect woocommerce", answer::<Connected>),
    ("events", answer::<Vec<Event>>),
    ("fulfil", answer::<Fulfilled>),
    ("handlers activate", answer::<Activation>),
    ("handlers inspect", answer::<Inspection>),
    ("handlers install", answer::<Installation>),
    ("handlers list", answer::<Vec<Installed>>),
    ("handlers preview", answer::<Forecast>),
    ("handlers remove", answer::<Version>),
    ("handlers rollback", answer::<Activation>),
    ("journal copy", answer::<JournalMoved>),
    ("orders cancel", answer::<Outcome>),
    ("orders hand-over", answer::<Outcome>),
    ("orders list", answer::<Vec<Listed>>),
    ("orders repair", answer::<Vec<Came<Drift>>>),
    ("orders replay", answer::<Vec<Replay>>),
    ("orders resume", answer::<Outcome>),
    ("orders retry", answer::<Outcome>),
    ("orders show", answer::<Shown>),
    ("orders suspend", answer::<Outcome>),
    ("orders upgrade", answer::<Outcome>),
    ("orders verify", answer::<Vec<Came<Drift>>>),
    ("people attach", answer::<Consent>),
    ("people detach", answer::<Consent>),
    ("people erase", answer::<Erasure>),
    ("platform check", answer::<Site>),
    ("platform moved", answer::<Moved>),
    ("platform seed", answer::<Census>),
    ("platform show", answer::<Census>),
    ("preview", answer::<Outcome>),
    ("restore", answer::<Restored>),
    ("seats assign", answer::<Outcome>),
    ("seats extend", answer::<Outcome>),
    ("seats reassign", answer::<Outcome>),
    ("seats release", answer::<Outcome>),
    ("serve", answer::<Serving>),
    ("tokens list", answer::<Vec<Token>>),
    ("tokens make", answer::<Made>),
    ("tokens revoke", answer::<Revoked>),
    ("work", answer::<Round>),
];

/// What came of one order, or of each of several.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only tells its schema")]
enum Fulfilled {
    One(Box<Outcome>),
    Several(Vec<Came<Outcome>>),
}

/// A version that was installed; and what speaks against it, if it was to serve at once.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only tells its schema")]
enum Installation {
    Activated(Activation),
    Installed(Version),
}

pub(super) fn run(kind: &Schema) -> Result<u8, Failure> {
    json::print(&match kind {
        Schema::Order => schema_for!(Said),
        Schema::Catalogue => schema_for!(Catalogue),
        Schema::Platform => schema_for!(Seed),
        Schema::Moodle => schema_for!(MoodleSettings),
        Schema::Connection => schema_for!(ConnectionSettings),
        Schema::Answer { command } => answer_of(&command.join(" "))?,
    });
    Ok(0)
}

fn answer_of(command: &str) -> Result<schemars::Schema, Failure> {
    let Some((_, schema)) = ANSWERS.iter().find(|(name, _)| *name == command) else {
        let all = ANSWERS.map(|(name, _)| name).join(", ");
        return Err(Failure::Misused(Told::new("no-answer", [("command", command.into()), ("commands", all.into())])));
    };
    let mut schema = schema();
    schema.insert("title".to_owned(), format!("shop-host --json {command}").into());
    schema.insert("description".to_owned(), "The answer of this command; or what ended it before it had one.".into());
    Ok(schema)
}

fn answer<T: JsonSchema>() -> schemars::Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Came<T>>()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use serde_json::json;

    use super::*;
    use crate::cli::arguments::Cli;

    fn leaves(command: &clap::Command, before: &str) -> Vec<String> {
        let of = |sub: &clap::Command| {
            let name = format!("{before} {}", sub.get_name()).trim().to_owned();
            if sub.has_subcommands() { leaves(sub, &name) } else { vec![name] }
        };
        command.get_subcommands().flat_map(of).collect()
    }

    #[test]
    fn every_command_tells_what_it_answers() {
        let mut commands = leaves(&Cli::command(), "");
        commands.retain(|name| name != "demo" && !name.starts_with("schema "));
        commands.sort();
        assert_eq!(commands, ANSWERS.map(|(name, _)| name.to_owned()));
    }

    /// Two types of one name would be told apart by a number, which says nothing.
    #[test]
    fn every_type_of_an_answer_has_a_name_of_its_own() {
        for (command, schema) in ANSWERS {
            let schema = json!(schema());
            let names = schema["$defs"].as_object().into_iter().flatten().map(|(name, _)| name);
            let numbered: Vec<_> = names.filter(|name| name.ends_with(|c: char| c.is_ascii_digit())).collect();
            assert!(numbered.is_empty(), "{command}: {numbered:?}");
        }
    }
}
