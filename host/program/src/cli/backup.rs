//! Backups on the command line.

use std::collections::BTreeSet;
use std::path::Path;

use owo_colors::OwoColorize;
use shop_host::backup::{self, Item, Made, Restored};

use super::{Cli, Failure, json, out};
use shop_host::view::{self, Backup, Voice};

pub(super) async fn make(cli: &Cli, file: &Path, who: &str) -> Result<u8, Failure> {
    let made = backup::make(&cli.data, file, who).await?;
    let voice = Voice::of_what_is(cli.language("en"));
    if cli.json {
        json::print(&Backup::from(&made));
        return Ok(0);
    }
    let Made { manifest, items, damaged, bytes, held } = &made;
    let arguments = [
        ("file", file.display().to_string().into()),
        ("time", manifest.time.to_the_second().into()),
        ("bytes", bytes.to_string().into()),
        ("held", held.as_micros().to_string().into()),
    ];
    out::line(voice.say("backup-made", &arguments));
    has(items, voice);
    for item in damaged {
        out::line(voice.say("backup-damaged", &[("name", item.to_string().into())]).yellow());
    }
    Ok(0)
}

pub(super) async fn restore(cli: &Cli, file: &Path) -> Result<u8, Failure> {
    let restored = backup::restore(file, &cli.data).await?;
    let voice = Voice::of_what_is(cli.language("en"));
    if cli.json {
        json::print(&view::backup::Restored::from(&restored));
        return Ok(0);
    }
    let Restored { manifest, items } = restored;
    let arguments = [
        ("folder", cli.data.display().to_string().into()),
        ("time", manifest.time.to_the_second().into()),
        ("by", manifest.by.as_str().into()),
    ];
    out::line(voice.say("backup-restored", &arguments));
    has(&items, voice);
    Ok(0)
}

/// Says what is in a backup.
fn has(items: &BTreeSet<Item>, voice: Voice) {
    let is_in = |item| if items.contains(&item) { "yes" } else { "no" };
    let components = items.iter().filter(|item| matches!(item, Item::Component(_))).count();
    let arguments = [
        ("platform", is_in(Item::Platform).into()),
        ("catalogue", is_in(Item::Catalogue).into()),
        ("components", components.into()),
    ];
    out::line(voice.say("backup-has", &arguments));
}
