//! A Moodle, checked, on the command line.

use std::sync::Arc;

use comfy_table::{Cell, Color};
use owo_colors::OwoColorize;
use shop_core::platform::{GroupMode, Platform};
use shop_host::host::{Granted, Host};
use shop_platforms::moodle::{MoodlePlatform, NeededCourse, Needs, Verdict};
use shop_sandbox::Allocation;

use super::failure::Told;
use super::{Cli, Failure, json, out, render, tables};
use shop_host::view::{Argument, Moved, Site, Voice};

async fn moodle(cli: &Cli) -> Result<MoodlePlatform, Failure> {
    cli.moodle().await?.ok_or_else(|| {
        Failure::Misused(Told::new("no-moodle", [("file", cli.moodle_file().display().to_string().into())]))
    })
}

/// The Moodle has another address.
pub(super) async fn moved(cli: &Cli, from: &str, who: &str) -> Result<u8, Failure> {
    // Nothing has moved where nothing is recorded.
    cli.records().await?;
    let moodle = moodle(cli).await?;
    // Written with a slash at the end or without.
    let from = from.trim_end_matches('/');
    let compared = Host::move_platform(&cli.data, &moodle, from, who).await?;
    let to = moodle.identity();
    match cli.json {
        true => json::print(&Moved { from: from.to_owned(), to: to.to_owned(), compared }),
        false => {
            let told: [Argument; 4] = [
                ("from", from.into()),
                ("to", to.into()),
                ("accounts", compared.accounts.into()),
                ("same", compared.same.into()),
            ];
            out::line(Voice::of_what_is(cli.language(&cli.shop_language())).say("platform-moved", &told));
        }
    }
    Ok(0)
}

pub(super) async fn check(cli: &Cli) -> Result<u8, Failure> {
    let moodle = Arc::new(moodle(cli).await?);
    let host = cli.host_on(cli.catalogues()?, moodle.clone(), Allocation::OnDemand).await?;
    let needs: Vec<Needs> = host.granted().await?.into_iter().map(needs).collect();
    let check = moodle.check(&needs).await?;
    let voice = cli.staff_voice(&host);
    let site = Site::of(check, voice);
    match cli.json {
        true => json::print(&site),
        false => tell(&site, voice),
    }
    Ok(if site.green { 0 } else { 8 })
}

fn needs(granted: Granted) -> Needs {
    let course = |course: shop_host::host::GrantedCourse| NeededCourse {
        parameter: course.parameter,
        short_name: course.short_name,
        required: course.required,
    };
    Needs { product: granted.product, courses: granted.courses.into_iter().map(course).collect(), roles: granted.roles }
}

fn verdict(verdict: Verdict, voice: Voice) -> Cell {
    let (word, colour) = match verdict {
        Verdict::Yes => ("verdict-yes", Color::Green),
        Verdict::No => ("verdict-no", Color::Red),
        Verdict::Unknown => ("verdict-unknown", Color::Yellow),
    };
    Cell::new(voice.word(word)).fg(colour)
}

fn known(is: bool) -> Verdict {
    if is { Verdict::Yes } else { Verdict::No }
}

fn tell(told: &Site, voice: Voice) {
    let check = &told.check;
    let site: [Argument; 4] = [
        ("name", check.name.as_str().into()),
        ("release", check.release.as_str().into()),
        ("url", check.url.as_str().into()),
        ("account", check.account.as_str().into()),
    ];
    out::title(&voice.say("moodle-site", &site));
    out::title(&voice.word("moodle-heading-functions"));
    let functions = check.functions.iter().map(|function| {
        let needed = tables::text(function.capabilities.join(", "));
        vec![tables::text(function.function), verdict(known(function.in_service), voice), needed]
    });
    out::table(&tables::table(voice, &["function", "in-service", "capabilities"], functions));
    out::title(&voice.word("moodle-heading-capabilities"));
    let capabilities = check.capabilities.iter().map(|one| vec![tables::text(one.capability), verdict(one.had, voice)]);
    out::table(&tables::table(voice, &["capability", "had"], capabilities));
    out::title(&voice.word("moodle-heading-roles"));
    let roles = check.roles.iter().map(|role| {
        let id = role.id.map(|id| id.to_string()).unwrap_or_default();
        vec![
            tables::text(&role.role),
            tables::number(id),
            verdict(role.in_courses, voice),
            verdict(role.in_accounts, voice),
        ]
    });
    out::table(&tables::table(voice, &["roles", "id", "in-courses", "in-accounts"], roles));
    out::title(&voice.word("moodle-heading-courses"));
    let courses = check.courses.iter().map(|course| {
        let groups = match course.group_mode {
            Some(GroupMode::Separate) => voice.word("groups-separate"),
            Some(GroupMode::Visible) => voice.word("groups-visible"),
            Some(GroupMode::None) => voice.word("groups-none"),
            None => String::new(),
        };
        vec![
            tables::text(&course.product),
            tables::text(&course.parameter),
            tables::text(&course.course),
            verdict(known(course.found), voice),
            verdict(course.manual_enrolment, voice),
            tables::text(groups),
        ]
    });
    let columns = ["product", "parameter", "course", "found", "manual-enrolment", "groups"];
    out::table(&tables::table(voice, &columns, courses));
    out::line("");
    render::messages(&told.messages, voice);
    match told.green {
        true => out::line(voice.word("moodle-green").green()),
        false => out::line(voice.word("moodle-red").yellow()),
    }
}
