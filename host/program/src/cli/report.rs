//! A report for people: course by course, person by person.

use owo_colors::OwoColorize;
use shop_core::words::email::Email;
use shop_core::words::text::printable;
use shop_host::view::sheet::{Course, Failed, Other, Participant};
use shop_host::view::{Sheet, Voice};

use super::out;
use super::tables::{self, became};

/// Writes a report.
pub(super) fn report(sheet: &Sheet, voice: Voice) {
    sheet.courses.iter().for_each(|of| course(of, voice));
    others(&sheet.others, voice);
    sheet.failures.iter().for_each(failed);
    out::line(format!("\n{}", sheet.summary.join(", ")));
    sheet.beside.iter().for_each(out::line);
}

fn course(course: &Course, voice: Voice) {
    let mut parts = vec![voice.say("heading-course", &[("course", course.name.as_str().into())])];
    parts.extend(course.period.map(|period| voice.period(period)));
    parts.extend(course.group.as_ref().map(|group| {
        let arguments = [("group", group.name.as_str().into()), ("outcome", group.became.text.as_str().into())];
        voice.say("heading-group", &arguments)
    }));
    out::title(&parts.join(" · "));
    let columns = ["person", "account", "roles", "enrolment", "period", "group", "attached"];
    let row = |one: &Participant| {
        let roles: Vec<String> = one.roles.iter().map(|role| printable(role)).collect();
        vec![
            tables::text(tables::person(&one.person)),
            became(one.account.as_ref()),
            tables::text(roles.join(", ")),
            became(Some(&one.enrolment)),
            tables::text(one.period.map(|period| voice.period(period)).unwrap_or_default()),
            became(one.group.as_ref()),
            became(one.attached.as_ref()),
        ]
    };
    out::table(&tables::table(voice, &columns, course.people.iter().map(row)));
}

fn others(others: &[Other], voice: Voice) {
    if !others.is_empty() {
        out::line("");
    }
    let row = |one: &Other| {
        let person = tables::text(tables::person(&one.person));
        vec![person, became(one.account.as_ref()), became(one.attached.as_ref())]
    };
    out::table(&tables::table(voice, &["person", "account", "attached"], others.iter().map(row)));
}

fn failed(failed: &Failed) {
    let who: Vec<_> = failed.people.iter().map(Email::as_str).collect();
    out::line(format!("  {} {}", printable(&who.join(", ")).red(), printable(&failed.reason)));
}
