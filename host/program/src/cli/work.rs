//! Going on with what is unfinished, on the command line.

use std::time::Duration;

use owo_colors::OwoColorize;
use shop_core::words::period::Timestamp;
use shop_core::words::text::printable;
use shop_host::host::{Host, Resumed};
use shop_journal::Blocked;

use super::ending::Ending;
use super::told::Told;
use super::{Cli, Failure, failure, json, out, progress, render};
use shop_host::view::{Came, Outcome, Round, Voice};

/// Orders can come to wait through other processes too: so often is looked.
const LOOK: Duration = Duration::from_secs(2);

/// So often is deleted what was kept long enough.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// So many blocked orders are named.
const MOST: usize = 20;

pub(super) async fn run(cli: &Cli, once: bool) -> Result<u8, Failure> {
    let host = cli.host(cli.catalogues()?).await?;
    if once {
        let resumed = host.resume(&progress()).await?;
        let status = tell(cli, &host, &resumed.iter().collect::<Vec<_>>(), &Left::of(&host).await?);
        host.prune().await?;
        host.compact().await;
        return Ok(status);
    }
    let mut ending = Ending::new()?;
    // Whatever is being done when this ends is gone on with the next time.
    let status = tokio::select! {
        ended = for_ever(cli, &host) => ended?,
        () = ending.comes() => 0,
    };
    host.leave().await?;
    Ok(status)
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
    let voice = cli.staff_voice(host);
    let came = |of: &&Resumed| json::came(&of.order, &of.outcome, |outcome| Outcome::of(outcome, voice));
    let (next_try, blocked) = (left.next_try, left.blocked.clone());
    let round = Round { resumed: resumed.iter().map(came).collect(), next_try, blocked };
    match cli.json {
        true => json::print(&round),
        false => write(&round, voice),
    }
    let worst = resumed.iter().map(|of| failure::of_order(&of.outcome)).max().unwrap_or(0);
    worst.max(left.status())
}

fn write(round: &Round, voice: Voice) {
    round.resumed.iter().for_each(|of| line(of, voice));
    round.blocked.iter().take(MOST).for_each(|of| blocked(of, voice));
    if round.blocked.len() > MOST {
        out::line(voice.say("work-blocked-more", &[("number", (round.blocked.len() - MOST).into())]));
    }
    match round.next_try {
        Some(time) => out::line(voice.say("work-left", &[("time", time.to_the_second().into())])),
        None if round.resumed.is_empty() && round.blocked.is_empty() => out::line(voice.word("work-none")),
        None => {}
    }
}

fn blocked(of: &Blocked, voice: Voice) {
    let arguments = [("order", of.order.to_string().into()), ("reason", of.reason.as_str().into())];
    out::line(printable(&voice.say("work-blocked", &arguments)).yellow());
}

fn line(came: &Came<Outcome>, voice: Voice) {
    match came {
        Came::Done(outcome) => {
            let told = voice.tell("state", &[("order", outcome.order.to_string().into())]);
            out::line(format!("{told} {}", voice.state(outcome.state, None)));
        }
        Came::Failed(failure) => render::failed(failure),
    }
}
