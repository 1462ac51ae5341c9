//! Web shops that are connected, on the command line.

use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

use comfy_table::{Cell, Color};
use owo_colors::OwoColorize;
use schemars::JsonSchema;
use serde::Serialize;
use shop_connections::check::{Check, CheckError, WebhookState, check};
use shop_connections::made::{Connected, NewWooCommerce, connect};
use shop_connections::settings::{ConnectionSettings, connections, files};
use shop_connections::woocommerce::WooCommerce;
use shop_connections::{Connection, ConnectionName, Note};
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::scope::Scope;
use shop_core::words::period::Timestamp;
use shop_core::words::secret::Secret;
use shop_core::words::shop::ShopName;
use shop_folder::file::{self, FileError};
use shop_host::view::{Argument, Voice};

use super::arguments::{Connect, NewlyConnected};
use super::failure::Told;
use super::{Cli, Failure, json, out, tables};

/// Keys have some 90 characters.
const MOST_BYTES: u64 = 4_096;

/// The webhooks of a web shop, put right.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Mended {
    /// What the connection is called.
    name: String,
    /// Where they send to.
    deliveries: String,
    /// What was made there to be sent; the others send, too.
    made: Vec<&'static str>,
}

pub(super) async fn run(cli: &Cli, command: &Connect) -> Result<u8, Failure> {
    match command {
        Connect::Woocommerce(new) => woocommerce(cli, new).await,
        Connect::Check { name } => check_all(cli, name.as_ref()).await,
        Connect::Webhooks { name } => webhooks(cli, name.as_ref()).await,
    }
}

/// All web shops that are connected, each with a catalogue.
pub(super) fn open(cli: &Cli, catalogues: &Catalogues) -> Result<Vec<Connection>, Failure> {
    let all = connections(&cli.data).map_err(|error| Failure::Usage(error.to_string()))?;
    all.iter().try_for_each(|it| sold(catalogues, it.sells_for.as_ref(), &it.name))?;
    Ok(all)
}

fn sold(catalogues: &Catalogues, shop: Option<&ShopName>, name: &ConnectionName) -> Result<(), Failure> {
    let shown = shop.map(ToString::to_string).unwrap_or_default();
    let told = || format!("the connection {name} sells for the shop {shown:?}, of which there is no catalogue");
    catalogues.shop(shop).map(|_| ()).ok_or_else(|| Failure::Usage(told()))
}

async fn woocommerce(cli: &Cli, new: &NewlyConnected) -> Result<u8, Failure> {
    sold(&cli.catalogues()?, cli.shop.as_ref(), &new.name)?;
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    let keys = keys(new.keys.as_deref(), voice)?;
    let new = NewWooCommerce {
        name: new.name.clone(),
        shop: cli.shop.as_ref(),
        begins: new.begins.unwrap_or_else(Timestamp::now),
        url: &new.url,
        address: &new.deliveries,
        keys,
        keys_in_address: new.keys_in_address,
    };
    let made = connect(&cli.data, &new).await?;
    match cli.json {
        true => json::print(&made),
        false => tell_made(&made, voice),
    }
    Ok(0)
}

/// The consumer key and the consumer secret: as soon as both are there, nobody waits for more.
fn keys(from: Option<&Path>, voice: Voice) -> Result<Secret, Failure> {
    let path = from.unwrap_or(Path::new("/dev/stdin"));
    let io = |error| Failure::File(FileError::Io { path: path.to_owned(), error });
    let source: Box<dyn Read> = match from {
        Some(path) => {
            if let Some(exposed) = shop_folder::exposed(path) {
                out::warning(&exposed.to_string());
            }
            Box::new(file::open(path).map_err(io)?)
        }
        None => {
            if std::io::stdin().is_terminal() {
                out::note(&voice.word("connect-keys"));
            }
            Box::new(std::io::stdin())
        }
    };
    let mut source = BufReader::new(source.take(MOST_BYTES));
    let mut text = String::new();
    while text.split_whitespace().count() < 2 && source.read_line(&mut text).map_err(io)? > 0 {}
    Ok(Secret::sent(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn tell_made(made: &Connected, voice: Voice) {
    let told: [Argument; 3] = [
        ("url", made.url.as_str().into()),
        ("name", made.name.as_str().into()),
        ("begins", made.begins.to_the_minute().into()),
    ];
    out::line(voice.say("connect-made", &told));
    out::line(voice.say("connect-files", &[("files", made.files.join(", ").into())]));
    tell_webhooks(&made.deliveries, &made.webhooks, voice);
    out::line(voice.word("connect-next"));
}

fn tell_webhooks(deliveries: &str, made: &[&str], voice: Voice) {
    let to = ("deliveries", deliveries.into());
    match made.is_empty() {
        true => out::line(voice.say("connect-webhooks-there", &[to])),
        false => out::line(voice.say("connect-webhooks", &[to, ("topics", made.join(", ").into())])),
    }
}

/// The settings of the web shops that the command is about.
fn named(
    cli: &Cli,
    name: Option<&ConnectionName>,
) -> Result<Vec<(ConnectionName, PathBuf, ConnectionSettings)>, Failure> {
    let all = files(&cli.data).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut found = Vec::new();
    for (of, path) in all.into_iter().filter(|(of, _)| name.is_none_or(|name| name == of)) {
        let settings: ConnectionSettings = file::read_toml(&path)?;
        if cli.scope() == Scope::All || cli.shop == settings.shop {
            found.push((of, path, settings));
        }
    }
    match name.filter(|_| found.is_empty()) {
        Some(name) => Err(Failure::Misused(Told::new("no-connection", [("name", name.to_string().into())]))),
        None => Ok(found),
    }
}

async fn check_all(cli: &Cli, name: Option<&ConnectionName>) -> Result<u8, Failure> {
    let catalogues = cli.catalogues()?;
    // What the service would not begin with.
    open(cli, &catalogues)?;
    // As long as nothing is recorded, nothing was heard.
    let records = if cli.has_records().is_ok() { Some(cli.records().await?) } else { None };
    let mut checks = Vec::new();
    for (name, path, settings) in named(cli, name)? {
        let folder = path.parent().unwrap_or(Path::new(""));
        let catalogue = catalogues.shop(settings.shop.as_ref()).cloned().unwrap_or_default();
        let checked = check(&name, &settings, folder, &catalogue, records.as_ref()).await;
        checks.push(checked.map_err(|error| match error {
            CheckError::Unusable(error) => Failure::Usage(format!("{}: {error}", path.display())),
            CheckError::Journal(error) => error.into(),
            CheckError::Known { .. } => Failure::Machine(error.to_string()),
        })?);
    }
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match (cli.json, checks.is_empty()) {
        (true, _) => json::print(&checks),
        (false, true) => out::line(voice.word("connect-none")),
        (false, false) => checks.iter().for_each(|check| tell(check, voice)),
    }
    Ok(if checks.iter().all(|check| check.green) { 0 } else { 8 })
}

async fn webhooks(cli: &Cli, name: Option<&ConnectionName>) -> Result<u8, Failure> {
    let mut mended = Vec::new();
    for (name, path, settings) in named(cli, name)? {
        let woo = &settings.woocommerce;
        let unfit = |error| Failure::Usage(format!("{}: {error}", path.display()));
        let shop = WooCommerce::new(woo, path.parent().unwrap_or(Path::new(""))).map_err(unfit)?;
        let failed = |error| Failure::WebShop { url: woo.url.clone(), error };
        let made = shop.make_webhooks().await.map_err(failed)?;
        mended.push(Mended { name: name.to_string(), deliveries: woo.deliveries.clone(), made });
    }
    let language = cli.shop_language();
    let voice = Voice::of_what_is(cli.language(&language));
    match (cli.json, mended.is_empty()) {
        (true, _) => json::print(&mended),
        (false, true) => out::line(voice.word("connect-none")),
        (false, false) => mended.iter().for_each(|it| tell_webhooks(&it.deliveries, &it.made, voice)),
    }
    Ok(0)
}

fn tell(check: &Check, voice: Voice) {
    out::title(&voice.say("connect-shop", &[("name", check.name.as_str().into()), ("url", check.url.as_str().into())]));
    match &check.problem {
        Some(problem) => out::line(voice.say("connect-silent", &[("reason", problem.as_str().into())]).red()),
        None => out::line(voice.word("connect-answers")),
    }
    let webhooks = check.webhooks.iter().map(|webhook| vec![tables::text(webhook.topic), state(webhook.state, voice)]);
    out::table(&tables::table(voice, &["webhook", "state"], webhooks));
    let products = check.products.iter().map(|sold| {
        let name = sold.name.as_deref().unwrap_or_default();
        vec![tables::text(&sold.sku), tables::text(&sold.product), found(sold.found, voice), tables::text(name)]
    });
    out::table(&tables::table(voice, &["sku", "product", "in-web-shop", "name"], products));
    let orders = check.orders.iter().map(|noted| {
        let notes: Vec<String> = noted.notes.iter().map(|note| told(note, voice)).collect();
        vec![tables::text(&noted.order), tables::text(notes.join("\n"))]
    });
    out::table(&tables::table(voice, &["order", "details"], orders));
    let count = |number: u64| [("count", number.into())];
    out::line(voice.say("connect-to-read", &count(check.to_read.unsigned_abs())));
    if check.in_vain > 0 {
        out::line(voice.say("connect-in-vain", &count(check.in_vain.unsigned_abs())));
    }
    if check.products.is_empty() {
        out::line(voice.word("check-nothing"));
    }
    if check.paid_before > 0 {
        out::line(voice.say("connect-paid-before", &count(check.paid_before)));
    }
    match check.green {
        true => out::line(voice.word("connect-green").green()),
        false => out::line(voice.word("connect-red").yellow()),
    }
}

fn state(state: WebhookState, voice: Voice) -> Cell {
    let (word, colour) = match state {
        WebhookState::Active => ("webhook-active", Color::Green),
        WebhookState::Off => ("webhook-off", Color::Red),
        WebhookState::Missing => ("webhook-missing", Color::Red),
        WebhookState::Unknown => ("verdict-unknown", Color::Yellow),
    };
    Cell::new(voice.word(word)).fg(colour)
}

fn found(found: Option<bool>, voice: Voice) -> Cell {
    let (word, colour) = match found {
        Some(true) => ("verdict-yes", Color::Green),
        Some(false) => ("verdict-no", Color::Red),
        None => ("verdict-unknown", Color::Yellow),
    };
    Cell::new(voice.word(word)).fg(colour)
}

fn told(note: &Note, voice: Voice) -> String {
    match note {
        Note::StateUnknown(state) => voice.say("connect-state-unknown", &[("state", state.as_str().into())]),
        Note::PaidBefore => voice.say("connect-paid-before", &[("count", 1_u64.into())]),
        Note::Unseated(count) => voice.say("connect-unseated", &[("count", u64::from(*count).into())]),
        Note::Gone => voice.word("connect-gone"),
        Note::Contradicts(why) => voice.say("connect-contradicts", &[("reason", why.as_str().into())]),
    }
}
