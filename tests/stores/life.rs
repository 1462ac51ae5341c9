//! What must hold of orders and people holds with their journal in PostgreSQL, too: this program's own tests of that, once more.

use std::process::Command;

use super::server::server;
use crate::fixtures::shop::variable;

/// What the tests are about that run again.
const AGAIN: &[&str] = &["orders::", "people::", "durability::crashes::"];
/// The model's, of random lives of orders at several hosts.
const MODEL: &str = "model::the_platform_is_always_as_the_model_says";

/// Those of them that look into SQLite's file, or go on with a copy of it.
const OF_SQLITE_ONLY: &[&str] = &[
    "a_course_that_was_deleted_takes_away_only_what_depended_on_it",
    "in_a_course_that_was_deleted_nothing_is_asked_for_other_orders_either",
    "a_message_about_an_order_that_is_worked_at_is_taken_in_at_once",
    "an_amendment_that_was_overtaken_is_told_as_that",
    "an_older_journal_knows_the_accounts_of_its_orders",
    "orders_with_a_person_in_common_are_worked_at_one_after_another_as_they_came",
    "the_address_of_a_deleted_account_is_free_for_other_orders",
    "nobody_gets_power_over_an_account_that_an_order_of_somebody_else_made_or_none",
    "what_attaches_two_people_is_taken_away_though_both_have_other_addresses",
    "the_last_message_counts_whoever_waits_for_the_order",
    "what_was_accepted_is_done_without_whoever_accepted_it",
    "what_somebody_was_at_who_is_gone_is_gone_on_with_at_once",
    "what_was_paused_for_too_long_writes_nothing_more",
    "who_is_known_by_another_address_is_not_worked_at_twice",
    "whom_an_earlier_version_has_passed_over_goes_when_the_time_has_come",
    "what_was_typed_for_an_address_is_erased_though_it_is_none",
    "a_log_that_was_tampered_with_is_noticed",
    "a_person_is_erased_from_everything_that_the_shop_has",
    "an_erasure_that_is_interrupted_anywhere_is_gone_on_with",
    "plans_that_were_interrupted_are_pruned_once_a_newer_one_is_there",
    "somebody_who_reads_the_journal_does_not_make_an_erasure_fail",
    "what_was_kept_long_enough_is_pruned_and_nothing_else",
    "whoever_is_erased_goes_from_what_groups_were_called",
    "whom_another_order_needed_is_erased_after_that_one",
];

#[tokio::test(flavor = "multi_thread")]
async fn orders_live_as_well_in_postgresql() {
    let skipped = OF_SQLITE_ONLY.iter().flat_map(|test| ["--skip", test]);
    hold_again(|tests| _ = tests.args(AGAIN).args(skipped)).await;
}

/// Fewer cases than in a file, since each makes a database.
#[tokio::test(flavor = "multi_thread")]
async fn the_platform_is_as_the_model_says_with_the_journal_in_postgresql() {
    let cases = variable("SHOP_CASES", 20_u32).to_string();
    hold_again(|tests| _ = tests.args(["--exact", MODEL]).env("PROPTEST_CASES", cases)).await;
}

async fn hold_again(which: impl FnOnce(&mut Command)) {
    let Some(server) = server().await else { return };
    let program = std::env::current_exe().unwrap();
    let mut again = Command::new(program);
    which(&mut again);
    server.serves(&mut again);
    let done = tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap();
    let (told, also) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(
        done.status.success() && told.contains("test result: ok. ") && !told.contains("ok. 0 passed"),
        "{told}\n{also}"
    );
}
