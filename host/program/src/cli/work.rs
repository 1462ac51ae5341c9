//! Going on with what is unfinished, on the command line.

use std::time::Duration;

use owo_colors::OwoColorize;
use shop_core::words::period::Timestamp;
use shop_core::words::text::printable;
use shop_host::host::{Host, Resumed};
use shop_journal::Blocked;
use tokio::signal;

use super::told::Told;
use super::words::Voice;
use super::{Cli, Failure, failure, json, out, progress};

/// Orders can come to wait through other processes too: so often is looked.
const LOOK: Duration = Duration::from_secs(2);

/// So often is deleted what was kept long enough.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// So many blocked orders are named.
const MOST: usize = 20;

pub(super) async fn run(cli: &Cli, once: bool) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogue()?).await?;
    if once {
        let resumed = host.resume(&progress()).await?;
        let status = tell(cli, &host, &resumed.iter().collect::<Vec<_>>(), &Left::of(&host).await?);
        host.prune().await?;
        host.compact().await;
        return Ok(status);
    }
    // Whatever is being done when this ends is gone on with the next time.
    tokio::select! {
        ended = for_ever(cli, &host) => ended,
        _ = signal::ctrl_c() => Ok(0),
    }
}

/// What fails now may succeed the next time: it is told, and no order waits for it.
async fn for_ever(cli: &Cli, host: &Host) -> Result<u8, Failure> {
    let (mut next_prune, mut told) = (Timestamp::now(), Told::default());
    loop {
        let failure = round(cli, host, &mut told).await.err().map(|failure| failure.worded("en"));
        if told.is_new_failure(failure.as_deref())
            && let Some(text) = failure
        {
            out::failure(&text);
        }
        if Timestamp::now() >= next_prune {
            next_prune = Timestamp::now().after(DAY);
            if let Err(error) = host.prune().await {
                out::failure(&failure::told(&error));
            }
            host.compact().await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn round(cli: &Cli, host: &Host, told: &mut Told) -> Result<(), Failure> {
    let resumed = host.resume(&progress()).await?;
    let (news, left) = (told.news(&resumed), Left::of(host).await?);
    if told.are_others(&left.blocked) || !news.is_empty() {
        tell(cli, host, &news, &left);
    }
    Ok(())
}

/// What remains to be done.
struct Left {
    next_try: Option<Timestamp>,
    blocked: Vec<Blocked>,
}

impl Left {
    async fn of(host: &Host) -> Result<Left, Failure> {
        Ok(Left { next_try: host.journal().next_try().await?, blocked: host.journal().blocked().await? })
    }

    fn status(&self) -> u8 {
        match self {
            Left { blocked, .. } if !blocked.is_empty() => 8,
            Left { next_try: Some(_), .. } => 5,
            Left { .. } => 0,
        }
    }
}

/// Tells what came of each order. The status is the worst of theirs; 5, if any waits, and 8, if somebody must act.
fn tell(cli: &Cli, host: &Host, resumed: &[&Resumed], left: &Left) -> u8 {
    let voice = Voice::of_what_is(cli.language(&host.catalogue().shop.language));
    if cli.json {
        json::print(&json::resumed(resumed, left.next_try, &left.blocked, voice));
    } else {
        resumed.iter().for_each(|of| line(of, voice));
        left.blocked.iter().take(MOST).for_each(|of| blocked(of, voice));
        if left.blocked.len() > MOST {
            out::line(voice.say("work-blocked-more", &[("number", (left.blocked.len() - MOST).into())]));
        }
        match left.next_try {
            Some(time) => out::line(voice.say("work-left", &[("time", time.to_the_second().into())])),
            None if resumed.is_empty() && left.blocked.is_empty() => out::line(voice.word("work-none")),
            None => {}
        }
    }
    let worst = resumed.iter().map(|of| failure::of_order(&of.outcome)).max().unwrap_or(0);
    worst.max(left.status())
}

fn blocked(of: &Blocked, voice: Voice) {
    let arguments = [("order", of.order.to_string().into()), ("reason", of.reason.as_str().into())];
    out::line(printable(&voice.say("work-blocked", &arguments)).yellow());
}

fn line(resumed: &Resumed, voice: Voice) {
    let order = ("order", resumed.order.to_string().into());
    match &resumed.outcome {
        Ok(outcome) => {
            let state = voice.state(outcome.state, None);
            out::line(format!("{} {state}", voice.tell("state", &[order])));
        }
        Err(error) => out::line(printable(&format!("{}: {}", resumed.order, failure::told(error))).yellow()),
    }
}
