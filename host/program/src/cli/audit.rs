//! The audit log, and erasing people, on the command line.

use shop_core::audit::Entry;
use shop_core::words::digest::Digest;
use shop_core::words::email::Typed;
use shop_journal::Erased;

use super::arguments::By;
use super::{Cli, Failure, json, out, tables};
use shop_host::view::audit::{with_names, within};
use shop_host::view::{Erasure, Voice};

pub(super) async fn erase(cli: &Cli, email: &Typed, by: &By) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    let erased = host.erase(email, &by.who).await?;
    let compacted = host.compact().await;
    if cli.json {
        json::print(&Erasure { erased, compacted });
        return Ok(0);
    }
    let arguments = [
        ("email", email.as_str().into()),
        ("rewritten", erased.rewritten.into()),
        ("recordings", erased.recordings.into()),
    ];
    let voice = cli.staff_voice(&host);
    out::line(match erased {
        Erased { rewritten: 0, recordings: 0 } => voice.say("erased-nobody", &arguments),
        _ => voice.say("erased", &arguments),
    });
    if !compacted {
        out::line(voice.word("erased-later"));
    }
    Ok(0)
}

pub(super) async fn list(cli: &Cli, order: Option<&str>, people: bool) -> Result<u8, Failure> {
    let journal = cli.records().await?;
    let order = order.map(|id| cli.order_id(id)).transpose()?;
    let mut entries = within(journal.audit(order.as_ref()).await?, &cli.scope());
    if people {
        entries = with_names(entries, &journal.pseudonyms().await?);
    }
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match (cli.json, entries.is_empty()) {
        (true, _) => json::print(&entries),
        (false, true) => out::line(voice.word("audit-none")),
        (false, false) => {
            let columns = ["when", "who", "what", "order", "details"];
            out::table(&tables::table(voice, &columns, entries.iter().map(row)));
        }
    }
    Ok(0)
}

fn row(entry: &Entry) -> Vec<comfy_table::Cell> {
    vec![
        tables::text(entry.at.to_the_second()),
        tables::text(&entry.who),
        tables::text(&entry.action),
        tables::text(entry.order.as_ref().map(ToString::to_string).unwrap_or_default()),
        tables::text(entry.details.to_string()),
    ]
}

pub(super) async fn check(cli: &Cli, noted: Option<Digest>) -> Result<u8, Failure> {
    let journal = cli.records().await?;
    let head = journal
        .check_audit(noted.map(|noted| noted.to_string()).as_deref())
        .await?
        .map_err(|broken| Failure::Machine(broken.to_string()))?;
    if cli.json {
        json::print(&head);
        return Ok(0);
    }
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    let arguments = [("entries", head.entries.to_string().into()), ("chain", head.chain.as_str().into())];
    out::line(voice.say("audit-sound", &arguments));
    Ok(0)
}
