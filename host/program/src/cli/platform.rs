//! The embedded learning platform on the command line.

use std::path::Path;

use shop_core::platform::AccountState;
use shop_folder::file;
use shop_platforms::embedded::{Census, Seed, SeedError};

use super::{Cli, Failure, json, out, tables};
use shop_host::view::{Argument, Voice};

pub(super) async fn seed(cli: &Cli, path: &Path) -> Result<u8, Failure> {
    let seed: Seed = file::read_toml(path)?;
    plant(cli, &seed).await.map_err(|failure| match failure {
        Failure::Usage(problem) => Failure::Usage(format!("{}: {problem}", path.display())),
        other => other,
    })?;
    show(cli).await
}

pub(super) async fn plant(cli: &Cli, seed: &Seed) -> Result<(), Failure> {
    cli.make_platform().await?.seed(seed).await.map_err(|error| match error {
        SeedError::Impossible { .. } => Failure::Usage(error.to_string()),
        SeedError::Platform(error) => error.into(),
    })
}

pub(super) async fn show(cli: &Cli) -> Result<u8, Failure> {
    let census = cli.platform().await?.census().await?;
    match cli.json {
        true => json::print(&census),
        false => tell(&census, Voice::of_what_is(cli.language("en"))),
    }
    Ok(0)
}

fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "account-active",
        AccountState::Suspended => "account-suspended-there",
        AccountState::Deleted => "account-deleted-there",
        AccountState::Unconfirmed => "account-unconfirmed-there",
        AccountState::Own => "account-own-there",
        AccountState::Guest => "account-guest-there",
    }
}

fn tell(census: &Census, voice: Voice) {
    let accounts = census.accounts.iter().map(|account| {
        let name = format!("{} {}", account.first_name, account.last_name);
        vec![account.username.clone(), name, voice.word(state(account.state))]
    });
    section(voice, "platform-accounts", &["account", "name", "state"], accounts);
    let groups = census
        .groups
        .iter()
        .map(|group| vec![group.course.clone(), group.id_number.clone(), group.name.clone(), group.members.join("\n")]);
    section(voice, "platform-groups", &["course", "id-number", "group", "members"], groups);
    let enrolments = census.enrolments.iter().map(|enrolment| {
        let suspended = if enrolment.suspended { voice.word("enrolment-suspended") } else { String::new() };
        let (roles, period) = (enrolment.roles.join(", "), voice.period(enrolment.period));
        vec![enrolment.course.clone(), enrolment.account.clone(), roles, period, suspended]
    });
    section(voice, "platform-enrolments", &["course", "account", "roles", "period", "state"], enrolments);
    let attachments = census.attachments.iter();
    let attachments = attachments.map(|half| vec![half.holder.clone(), half.role.clone(), half.context.clone()]);
    section(voice, "platform-attachments", &["account", "roles", "in-account"], attachments);
    let invitations = census.invitations.iter();
    let invitations = invitations.map(|sent| vec![sent.email.to_string(), sent.language.clone().unwrap_or_default()]);
    section(voice, "platform-invitations", &["email", "language"], invitations);
}

fn section(voice: Voice, title: &str, columns: &[&str], rows: impl ExactSizeIterator<Item = Vec<String>>) {
    let count: Argument = ("count", rows.len().into());
    out::title(&voice.say(title, &[count]));
    let cells = |row: Vec<String>| row.iter().map(tables::text).collect();
    out::table(&tables::table(voice, columns, rows.map(cells)));
}
