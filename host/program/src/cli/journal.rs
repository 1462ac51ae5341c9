//! Where the journal is, on the command line.

use std::path::Path;

use shop_host::Host;
use shop_host::view::{JournalMoved, Voice};

use super::{Cli, Failure, json, out};

pub(super) async fn copy(cli: &Cli, to: &str, password: Option<&Path>) -> Result<u8, Failure> {
    cli.has_records()?;
    let moved = JournalMoved::from(Host::move_journal(&cli.data, to, password).await?);
    if cli.json {
        json::print(&moved);
        return Ok(0);
    }
    let language = cli.shop_language();
    let told =
        [("server", (&*moved.server).into()), ("rows", moved.rows.to_string().into()), ("file", (&*moved.file).into())];
    out::line(Voice::of_what_is(cli.language(&language)).say("journal-moved", &told));
    Ok(0)
}
