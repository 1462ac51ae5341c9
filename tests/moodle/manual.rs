//! The manual on Moodle, sentence by sentence: what it tells an administrator to do is what the shop tells as well, of a site where it
//! was not done; and whatever it says that the shop tells, the shop tells.

mod cases;

use std::collections::BTreeSet;

use moodle_double::site::Report;
use shop_core::platform::Problem;
use shop_host::host::HostError;

use crate::fixtures::shop::*;
use crate::moodle::check::needs;
use crate::moodle::world::{MoodleWorld, site};
use cases::Wrong::{Amidst, First, Later};
use cases::{CASES, Case, Wrong, come_before, with_report};

/// The manual, each sentence in one line.
fn manual() -> String {
    include_str!("../../docs/moodle.md").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All that is told of an order, and by the check, on such a site.
async fn told(wrong: Wrong) -> String {
    let order = sale("A", &["anne"]);
    let mut world = MoodleWorld::new().await;
    match wrong {
        First(change) => {
            change(&mut world.double.site(), &mut world.settings);
            of_order(&world, &order).await + &of_check(&world).await
        }
        Later(change) => {
            of_order(&world, &order).await;
            change(&mut world.double.site(), &mut world.settings);
            of_order(&world, &order).await + &of_check(&world).await
        }
        Amidst(change) => {
            let mut told = String::new();
            for nth in 1..20 {
                let world = world.copy().await;
                come_before(nth);
                world.double.meanwhile(Some(change));
                told += &of_order(&world, &order).await;
            }
            told
        }
    }
}

async fn of_order(world: &MoodleWorld, order: &Sale) -> String {
    let of_problem = |problem: &Problem| {
        let said = problem.said.iter().filter_map(|said| said.code.clone()).collect::<String>();
        format!("{} {said} {}\n", problem.code, problem.reason)
    };
    match fulfil_in(&*world.host().await, order).await {
        Err(HostError::Platform(error)) => of_problem(error.problem()),
        Err(error) => panic!("{error}"),
        Ok(outcome) => {
            let problems =
                outcome.report.iter().flat_map(|report| &report.entries).filter_map(|entry| entry.problem.as_ref());
            let waits = outcome.until.iter().map(|until| until.reason.clone());
            problems.map(of_problem).chain(waits).collect::<String>() + &shop_harness::findings(&outcome)
        }
    }
}

async fn of_check(world: &MoodleWorld) -> String {
    match world.platform().await.check(&needs()).await {
        Ok(check) => check.messages.iter().map(|message| message.worded("en", None) + "\n").collect(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_the_manual_tells_to_do_is_told_where_it_was_not_done() {
    let manual = manual();
    let mut codes = BTreeSet::new();
    for Case(says, wrong, expected) in CASES {
        assert!(manual.contains(says), "the manual does not say {says:?} any more");
        let told = told(*wrong).await;
        for part in *expected {
            assert!(told.contains(part), "{says:?}: expected {part:?} in what is told:\n{told}");
        }
        codes.extend(expected.iter().copied());
    }
    // The table of what means what is about nothing that nobody is ever told.
    let (_, table) = manual.split_once("## When something fails").unwrap();
    let (table, _) = table.split_once("## ").unwrap();
    let first_cells = table.split(" | | ").filter_map(|row| row.split(" | ").next());
    let tokens = first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    let unknown: Vec<String> = tokens.filter(|token| !codes.contains(&**token)).collect();
    assert_eq!(unknown, [""; 0], "nothing provokes these");
}

/// The first cells of the manual's table of capabilities, and the functions of its service.
#[tokio::test]
async fn each_capability_and_function_of_the_manual_is_named_where_it_is_missing() {
    let manual = include_str!("../../docs/moodle.md");
    let capabilities: Vec<&str> = manual
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name)
        .filter(|name| name.contains('/'))
        .collect();
    let functions: Vec<&str> = manual
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.split_whitespace().next())
        .filter(|name| name.starts_with("core_") || name.starts_with("enrol_"))
        .collect();
    assert!(capabilities.len() >= 12 && functions.len() >= 17, "{capabilities:?}, {functions:?}");
    for capability in capabilities {
        // Without it, less is told, and nothing is wrong.
        if capability == "moodle/user:viewalldetails" {
            continue;
        }
        let world = MoodleWorld::without_handler(site()).await;
        world.double.site().capabilities.remove(capability);
        world.double.site().courses.values_mut().for_each(|course| course.hidden = capability.contains("hidden"));
        let told = of_check(&world).await;
        assert!(told.contains(capability), "{capability}: {told}");
    }
    for function in functions {
        let mut world = MoodleWorld::without_handler(site()).await;
        with_report(&mut world.double.site(), &mut world.settings, |_| ());
        world.double.site().functions.remove(function);
        let told = of_check(&world).await;
        let is_named = told.contains(&format!("Add these functions to the service: {function}."));
        // Without this one, nothing is told of any.
        assert!(
            is_named || (function == "core_webservice_get_site_info" && told.contains("has not got this function")),
            "{function}: {told}"
        );
    }
}

/// With their usual headings, as the manual lists them.
#[tokio::test]
async fn each_column_of_the_report_is_named_where_it_is_missing() {
    let manual = manual();
    for column in ["Course short name", "Email address", "Time started", "Time ended", "Status"] {
        assert!(manual.contains(&format!("*{column}*")), "{column}");
        let mut world = MoodleWorld::without_handler(site()).await;
        with_report(&mut world.double.site(), &mut world.settings, |_| ());
        let report = world.double.site().report.unwrap();
        world.double.site().report = Some(Report { without: Some(column), ..report });
        let told = of_check(&world).await;
        assert!(told.contains(&format!("expected a column \"{column}\"")), "{told}");
    }
}
