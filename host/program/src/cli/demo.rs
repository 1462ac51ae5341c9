//! The demonstration: one order, from the preview to the cancellation, with the very commands that anyone can type.

use std::path::{Path, PathBuf};
use std::time::Duration;

use shop_core::words::period::Timestamp;
use shop_folder as folder;
use shop_folder::file;

use owo_colors::OwoColorize;

use super::failure::Told;
use super::{Cli, Failure, out, platform};

const CATALOGUE: &str = include_str!("../../demo/catalogue.toml");
const PLATFORM: &str = include_str!("../../demo/platform.toml");
const ORDER: &str = include_str!("../../demo/order.json");

/// When the order was paid, and when the course starts, in the files as they are kept: on another day than the demonstration's.
const KEPT: [&str; 2] = ["2026-11-20T10:00:00+01:00", "2027-01-11T09:00:00+01:00"];

/// How long after the order the course starts.
const BEFORE: Duration = Duration::from_secs(52 * 24 * 3600);

/// Marks a folder that a demonstration made, and that the next one may therefore clear.
const MARK: &str = "made-by-shop-host-demo";

/// What the demonstration calls its folder, if none is given.
const FOLDER: &str = "shop-demo";

const COMPONENT: &str = "setup-one-course-session.wasm";

/// A step of the demonstration: what it shows, and the command that does it.
type Act = (&'static str, &'static [&'static str]);

const ACTS: &[Act] = &[
    ("The handler is installed, and serves from now on.", &["handlers", "install", COMPONENT, "--activate"]),
    ("The merchant checks the catalogue.", &["check", "catalogue.toml"]),
    ("The customer looks at what the order would do.", &["preview", "order.json"]),
    ("The order is paid: fulfil it.", &["fulfil", "order.json"]),
    ("The shop sends it again: nothing is left to do.", &["fulfil", "order.json"]),
    (
        "Jeanne had an account before: it waits until she agrees to Claire's charge over it, and now she does.",
        &["people", "attach", "jeanne.roux@martin-sa.example", "--to", "claire.martin@martin-sa.example"],
    ),
    ("Sofia does not come, Hugo takes her seat.", &["fulfil", "order-replaced.json"]),
    ("The order is cancelled: what it made is taken away, what was there stays.", &["fulfil", "order-cancelled.json"]),
    ("What is recorded.", &["orders", "show", "2026-0142"]),
];

pub(super) async fn run(cli: &Cli, handler: Option<&Path>) -> Result<u8, Failure> {
    // The default of --data is for shops: a demonstration must not end up among a shop's data.
    let folder = if cli.data == Path::new("shop-data") { PathBuf::from(FOLDER) } else { cli.data.clone() };
    prepare(&folder)?;
    let component = folder.join(COMPONENT);
    match handler {
        Some(handler) => _ = std::fs::copy(handler, &component).map_err(|error| io(handler, &error))?,
        None => {
            _ = shop_build::component(
                &plugin(),
                &shop_build::Options { output: Some(component), ..Default::default() },
            )?
        }
    }
    let stage = cli.for_demo(&folder);
    let seed = file::read_toml(&folder.join("platform.toml"))?;
    platform::plant(&stage, &seed).await?;
    if cli.language.is_none() {
        out::note("The reports are in the order's language, French: `--language en` has them in English.");
    }
    for (shows, command) in ACTS {
        let command: Vec<String> = command.iter().map(|word| in_folder(word, &folder)).collect();
        stage.narrate(&format!("\n# {shows}").bold().to_string());
        stage.narrate(&format!("$ shop-host --data {} {}", folder.display(), command.join(" ")));
        let status = stage.again(&command).await?;
        if status != 0 {
            return Ok(status);
        }
    }
    stage.narrate(&format!(
        "\nThe data are in {0}: look around with `shop-host --data {0} …`, for instance",
        folder.display()
    ));
    stage.narrate("`orders list` and `platform show`; `cargo run -- …` stands for `shop-host …` in a checkout.");
    Ok(0)
}

impl Cli {
    /// Says something between the commands' results; beside them, where programs read those.
    fn narrate(&self, text: &str) {
        if self.json { out::note(text) } else { out::line(text) }
    }
}

/// Files are those of the folder; other words stay.
fn in_folder(word: &str, folder: &Path) -> String {
    match [".json", ".toml", ".wasm"].iter().any(|kind| word.ends_with(kind)) {
        true => folder.join(word).display().to_string(),
        false => word.to_owned(),
    }
}

/// Where this project keeps the handler; only a program that was built in a checkout has it.
fn plugin() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin")
}

fn prepare(folder: &Path) -> Result<(), Failure> {
    let mark = folder.join(MARK);
    if mark.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| io(folder, &error))?;
    } else if folder.exists() {
        let folder = [("folder", folder.display().to_string().into())];
        return Err(Failure::Misused(Told::new("no-demo-folder", folder)));
    }
    folder::make(folder).map_err(|error| io(folder, &error))?;
    let now = Timestamp::now();
    let [platform, order] = [PLATFORM, ORDER].map(|text| of_today(text, now));
    let replaced = order.replace("sofia.costa", "hugo.blanc").replace("Sofia", "Hugo").replace("Costa", "Blanc");
    let cancelled = replaced.replace("\"paid\"", "\"cancelled\"");
    for (name, text) in [
        (MARK, ""),
        ("catalogue.toml", CATALOGUE),
        ("platform.toml", &platform),
        ("order.json", &order),
        ("order-replaced.json", &replaced),
        ("order-cancelled.json", &cancelled),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| io(&path, &error))?;
    }
    Ok(())
}

/// The text of a file, as if it had been written now: what it tells of is not over yet.
fn of_today(text: &str, now: Timestamp) -> String {
    let [paid, starts] = KEPT;
    text.replace(paid, &now.to_string()).replace(starts, &now.after(BEFORE).to_string())
}

fn io(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Machine(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_of_the_day_on_which_they_are_written() {
        let now = Timestamp::new(1_900_000_000).unwrap();
        let [platform, order] = [PLATFORM, ORDER].map(|text| of_today(text, now));
        assert!(order.contains("\"time\": \"2030-03-17T17:46:40Z\""), "{order}");
        assert!(platform.contains("start = \"2030-05-08T17:46:40Z\""), "{platform}");
        assert!(!order.contains("2026-11") && !platform.contains("2027-"));
    }
}
