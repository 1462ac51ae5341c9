//! Going on with what is unfinished, on the command line.

use std::time::Duration;

use owo_colors::OwoColorize;
use shop_host::period::Timestamp;
use shop_host::shop::{Resumed, Shop};
use shop_host::text::printable;
use tokio::signal;

use super::words::Voice;
use super::{Cli, Failure, failure, json, out, progress};

/// Orders can come to wait through other processes too: so often is looked.
const LOOK: Duration = Duration::from_secs(2);

/// So often is deleted what was kept long enough.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn run(cli: &Cli, once: bool) -> Result<u8, Failure> {
    let shop = cli.shop(cli.catalogue()?).await?;
    if once {
        let resumed = shop.resume(&progress()).await?;
        let left = shop.journal().next_try().await?;
        let status = tell(cli, &shop, &resumed, left);
        shop.prune().await?;
        shop.compact().await;
        return Ok(status);
    }
    // Whatever is being done when this ends is gone on with the next time.
    tokio::select! {
        ended = for_ever(cli, &shop) => ended,
        _ = signal::ctrl_c() => Ok(0),
    }
}

/// What fails now may succeed the next time: it is told, and no order waits for it.
async fn for_ever(cli: &Cli, shop: &Shop) -> Result<u8, Failure> {
    let mut next_prune = Timestamp::now();
    loop {
        if let Err(error) = round(cli, shop).await {
            out::failure(&error.to_string());
        }
        if Timestamp::now() >= next_prune {
            next_prune = Timestamp::now().after(DAY);
            if let Err(error) = shop.prune().await {
                out::failure(&error.to_string());
            }
            shop.compact().await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn round(cli: &Cli, shop: &Shop) -> Result<(), Failure> {
    let resumed = shop.resume(&progress()).await?;
    if !resumed.is_empty() {
        tell(cli, shop, &resumed, shop.journal().next_try().await?);
    }
    Ok(())
}

/// Tells what came of each order. The status is the worst of theirs; 5, if any waits.
fn tell(cli: &Cli, shop: &Shop, resumed: &[Resumed], left: Option<Timestamp>) -> u8 {
    let voice = Voice::of_what_is(cli.language(&shop.catalogue().shop.language));
    if cli.json {
        json::print(&json::resumed(resumed, left, voice));
    } else {
        resumed.iter().for_each(|of| line(of, voice));
        match left {
            Some(time) => out::line(voice.say("work-left", &[("time", time.to_the_second().into())])),
            None if resumed.is_empty() => out::line(voice.word("work-none")),
            None => {}
        }
    }
    let worst = resumed.iter().map(|of| failure::of_order(&of.outcome)).max().unwrap_or(0);
    if worst == 0 && left.is_some() { 5 } else { worst }
}

fn line(resumed: &Resumed, voice: Voice) {
    let order = ("order", resumed.order.to_string().into());
    match &resumed.outcome {
        Ok(outcome) => {
            let state = voice.state(outcome.state, None);
            out::line(format!("{} {state}", voice.tell("state", &[order])));
        }
        Err(error) => out::line(printable(&format!("{}: {error}", resumed.order)).yellow()),
    }
}
