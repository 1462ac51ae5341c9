//! Who may use the API, on the command line.

use std::collections::BTreeSet;
use std::time::Duration;

use shop_core::orders::scope::Scope;
use shop_core::words::period::Timestamp;
use shop_core::words::permission::Permission;
use shop_host::Tokens;
use shop_host::view::Voice;
use shop_host::view::token::{Made, Revoked};
use shop_journal::{NewToken, Token};

use super::arguments::{By, NewlyMade, Tokens as Command};
use super::failure::Told;
use super::{Cli, Failure, json, out, tables};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn run(cli: &Cli, command: &Command) -> Result<u8, Failure> {
    match command {
        Command::Make(new) => make(cli, new).await,
        Command::List => list(cli).await,
        Command::Revoke { id, by } => revoke(cli, *id, by).await,
    }
}

async fn make(cli: &Cli, new: &NewlyMade) -> Result<u8, Failure> {
    cli.has_records()?;
    let permissions: BTreeSet<Permission> = new.permissions.iter().copied().collect();
    let expires = new.days.map(|days| Timestamp::now().after(DAY * days));
    let new_token = NewToken { name: &new.name, shop: cli.shop.as_ref(), permissions: &permissions, expires };
    let (token, secret) = Tokens::open(&cli.data).await?.make(new_token, &new.by.who).await?;
    let made = Made { secret: secret.reveal().to_owned(), token };
    match cli.json {
        true => json::print(&made),
        false => {
            let language = cli.shop_language();
            let voice = Voice::of_what_is(cli.language(&language));
            out::line(voice.say("token-made", &[("name", made.token.name.as_str().into())]));
            out::line(&made.secret);
        }
    }
    Ok(0)
}

/// Those of the shop that the command is about, or all.
async fn tokens(cli: &Cli) -> Result<Vec<Token>, Failure> {
    let mut tokens = cli.records().await?.tokens().await?;
    let scope = cli.scope();
    tokens.retain(|token| scope == Scope::All || scope == Scope::from(token.shop.clone()));
    Ok(tokens)
}

async fn list(cli: &Cli) -> Result<u8, Failure> {
    let tokens = tokens(cli).await?;
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match (cli.json, tokens.is_empty()) {
        (true, _) => json::print(&tokens),
        (false, true) => out::line(voice.word("tokens-none")),
        (false, false) => {
            let columns = ["number", "name", "shop", "permissions", "made", "expires", "used"];
            out::table(&tables::table(voice, &columns, tokens.iter().map(row)));
        }
    }
    Ok(0)
}

fn row(token: &Token) -> Vec<comfy_table::Cell> {
    let time = |time: Option<Timestamp>| time.map(Timestamp::to_the_minute).unwrap_or_default();
    let permissions: Vec<&str> = token.permissions.iter().map(|permission| permission.as_str()).collect();
    vec![
        tables::number(token.id.to_string()),
        tables::text(&token.name),
        tables::text(token.shop.as_ref().map(ToString::to_string).unwrap_or_default()),
        tables::text(permissions.join(" ")),
        tables::text(time(Some(token.made))),
        tables::text(time(token.expires)),
        tables::text(time(token.used)),
    ]
}

async fn revoke(cli: &Cli, id: i64, by: &By) -> Result<u8, Failure> {
    let unknown = || Failure::Misused(Told::new("no-token", [("number", id.to_string().into())]));
    if tokens(cli).await?.iter().all(|token| token.id != id) {
        return Err(unknown());
    }
    if !Tokens::open(&cli.data).await?.revoke(id, &by.who).await? {
        return Err(unknown());
    }
    match cli.json {
        true => json::print(&Revoked { revoked: id }),
        false => {
            let language = cli.shop_language();
            let number = [("number", id.to_string().into())];
            out::line(Voice::of_what_is(cli.language(&language)).say("token-revoked", &number));
        }
    }
    Ok(0)
}
