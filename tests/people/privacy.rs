//! Erasing people from all that is recorded.

use std::future::poll_fn;
use std::path::Path;
use std::task::Poll;

use moodle_double::site::User;
use serde_json::json;
use shop_core::orders::amendment::{Amendment, SeatAmendment};
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Rejected, Suspended, Waiting};
use shop_core::words::email::{Email, Typed};
use shop_core::words::seat::SeatId;
use shop_harness::World;
use shop_host::host::{Host, HostError};
use shop_journal::Erased;

use crate::fixtures::faults::{Fault, faulty};
use crate::fixtures::shop::*;
use crate::moodle::world::{self, MoodleWorld};

/// Erases somebody, and has the journal's file written anew.
pub(super) async fn erase(host: &Host, name: &str) -> Erased {
    let erased = host.erase(&email(name), "vera").await.unwrap_or_else(|error| panic!("{error}"));
    assert!(host.compact().await, "nobody reads in the file");
    erased
}

pub(super) async fn amend(world: &World, amendment: Amendment) {
    world.host.amend(&id("A"), &amendment, "vera", &|_, _| ()).await.unwrap();
}

/// The files of the shop's own data that hold a text, however it is written. The learning platform's file is not the
/// shop's.
pub(super) fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("platform.") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(name);
        }
    }
    found
}

#[tokio::test]
async fn a_person_is_erased_from_everything_that_the_shop_has() {
    let world = shop_with("", &account("quirin")).await;
    let order = sale("A", &["quirin", "bob"]);
    comes_to(&world, &order, Fulfilled).await;
    comes_to(&world, &sale("B", &["quirin", "quirin"]), Rejected).await;
    let quirin = email("quirin");
    let needed = world.host.erase(&quirin, "vera").await.unwrap_err();
    assert!(matches!(&needed, HostError::InUse { orders, .. } if *orders == [id("A")]), "{needed}");
    amend(&world, Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release)).await;
    let platform = world.census().await;
    let erased = erase(&world.host, "quirin").await;
    assert!(erased.rewritten > 0 && erased.recordings > 0, "{erased:?}");
    assert_eq!(files_with(&world.data(), "quirin"), [""; 0]);
    assert_ne!(files_with(&world.data(), "bob"), [""; 0], "others stay");
    assert_eq!(world.census().await, platform, "the account is not the shop's");
    assert_eq!(erase(&world.host, "quirin").await, Erased::default(), "once more");
    world.host.journal().check_audit(None).await.unwrap().unwrap();
}

/// Handlers call groups as they like.
#[tokio::test]
async fn whoever_is_erased_goes_from_what_groups_were_called() {
    for (called, after) in
        [("TEST, Quirin (A)", true), ("Session Quirin", true), ("quirin.test", true), ("Session 1", false)]
    {
        let world = shop().await;
        comes_to(&world, &sale("A", &["quirin", "bob"]), Fulfilled).await;
        amend(&world, Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release)).await;
        let mut journal = direct(&world).await;
        for sql in [
            "UPDATE claims SET terms = json_object('named', ?) WHERE terms ->> '$.named' IS NOT NULL",
            "UPDATE plans SET steps = json_replace(steps, '$[#-1]', json_object('change', json_object('create-group', ?)))",
        ] {
            assert!(sqlx::query(sql).bind(called).execute(&mut journal).await.unwrap().rows_affected() > 0);
        }
        drop(journal);
        assert_ne!(files_with(&world.data(), &called.to_lowercase()), [""; 0], "or this shows nothing");
        erase(&world.host, "quirin").await;
        assert_eq!(files_with(&world.data(), &called.to_lowercase()).is_empty(), after, "{called}");
        assert_eq!(files_with(&world.data(), "quirin"), [""; 0], "{called}");
        assert!(world.host.verify(&id("A")).await.unwrap().report.unwrap().is_in_place(), "{called}");
    }
}

/// A Moodle told that a user name was taken, which is made from the person's name and address.
#[tokio::test]
async fn why_something_about_an_erased_person_failed_is_forgotten() {
    let mut site = world::site();
    // Their ends are made from the address.
    for (id, end) in [(10, "304028"), (11, "304028d9aba3"), (12, "304028d9aba3771ec9")] {
        let other = world::user(&format!("other{id}"));
        site.users.insert(id, User { username: format!("quirin.test.{end}"), ..other });
    }
    let world = MoodleWorld::with(site).await;
    let host = world.host().await;
    let order = sale("A", &["quirin", "bob"]);
    let told = fulfil_in(&host, &order).await.unwrap();
    assert!(reasons(&told).iter().any(|reason| reason.contains("quirin.test.")), "{:#?}", reasons(&told));
    fulfil_in(&host, &order.seats(&["-", "bob"])).await.unwrap();
    erase(&host, "quirin").await;
    assert_eq!(files_with(&world.folder.path().join("data"), "quirin"), [""; 0]);
}

#[tokio::test]
async fn the_order_goes_on_without_whom_was_erased() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["quirin", "bob"]), Fulfilled).await;
    amend(&world, Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release)).await;
    erase(&world.host, "quirin").await;
    let verified = world.host.verify(&id("A")).await.unwrap();
    assert!(verified.report.unwrap().is_in_place());
    amend(&world, Amendment::Suspend).await;
    amend(&world, Amendment::Resume).await;
    comes_to(&world, &sale("A", &["-", "bob", "carl"]), Fulfilled).await;
    comes_to(&world, &sale("A", &["-", "bob", "carl"]).state("cancelled"), Cancelled).await;
}

/// The shop's list still has her; its last message, come again, is known by its digest.
#[tokio::test]
async fn the_shops_message_come_again_does_not_bring_back_whom_was_erased() {
    for revision in [0, 3] {
        let world = shop().await;
        let message = sale("A", &["quirin", "bob"]).with("revision", revision);
        comes_to(&world, &message, Fulfilled).await;
        amend(&world, Amendment::Seat(SeatId::derive("A", 1, 1), SeatAmendment::Release)).await;
        erase(&world.host, "quirin").await;
        is_in_place(&world, &message, "the same message").await;
        assert_eq!(files_with(&world.data(), "quirin"), [""; 0], "revision {revision}");
        let end = message.with("revision", revision * 2).state("cancelled");
        comes_to(&world, &end, Cancelled).await;
        for name in ["quirin", "bob", "claire"] {
            erase(&world.host, name).await;
        }
        comes_to(&world, &end, Cancelled).await;
        for name in ["quirin", "bob", "claire"] {
            assert_eq!(files_with(&world.data(), name), [""; 0], "{name}, revision {revision}");
        }
    }
}

/// Otherwise nobody would know any more what is to be taken away.
#[tokio::test]
async fn nobody_is_erased_from_whom_something_is_still_to_be_taken_away() {
    let left = [sale("A", &["bob"]), sale("A", &["quirin"]).state("cancelled")];
    for (fault, order) in [Fault::Down, Fault::Refuses("unenrol"), Fault::Hangs(5)]
        .into_iter()
        .flat_map(|fault| left.clone().map(|order| (fault, order)))
    {
        let world = shop().await;
        comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
        let faulty = faulty(world.platform.clone(), fault);
        let host = host_through(&world, faulty.clone()).await;
        tokio::select! {
            _ = fulfil_in(&host, &order) => {}
            () = faulty.by.hangs.notified() => {}
        }
        drop(host);
        let needed = world.host.erase(&email("quirin"), "vera").await.err();
        assert!(matches!(needed, Some(HostError::InUse { .. })), "{fault:?}: {needed:?}");
        world.host.resume(&|_, _| ()).await.unwrap();
        world.fulfil(&order.json()).await.unwrap();
        erase(&world.host, "quirin").await;
        let platform = lines(&world.census().await);
        assert!(!platform.iter().any(|line| line.starts_with("enrolment SPOC quirin")), "{fault:?}: {platform:#?}");
    }
    let world = shop().await;
    comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
    comes_to(&world, &sale("A", &["bob"]).state("suspended"), Suspended).await;
    let needed = world.host.erase(&email("quirin"), "vera").await.err();
    assert!(matches!(needed, Some(HostError::InUse { .. })), "the change waits: {needed:?}");
}

/// An address that was changed on the platform is one more of the person's, and both go.
#[tokio::test]
async fn all_addresses_of_a_person_are_erased_at_once() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
    world.by_hand().change_address(&email("quirin"), &email("quirina")).unwrap();
    comes_to(&world, &sale("A", &["quirin", "bob"]), Fulfilled).await;
    let needed = world.host.erase(&email("quirina"), "vera").await.unwrap_err();
    assert!(matches!(needed, HostError::InUse { .. }), "by either address: {needed}");
    amend(&world, Amendment::Cancel).await;
    erase(&world.host, "quirina").await;
    for name in ["quirin@", "quirina@"] {
        assert_eq!(files_with(&world.data(), name), [""; 0]);
    }
}

#[tokio::test]
async fn an_address_is_erased_however_it_was_typed() {
    let world = shop().await;
    let typed = sale("A", &["quirin"]).json().replace("quirin@example.org", "  QuiRin@Exämple.org ");
    assert_eq!(world.fulfil(&typed).await.unwrap().state, Fulfilled);
    amend(&world, Amendment::Cancel).await;
    let quirin: Email = "quirin@exämple.org".parse().unwrap();
    world.host.erase(&quirin, "vera").await.unwrap();
    assert!(world.host.compact().await, "nobody reads in the file");
    assert_eq!(files_with(&world.data(), "quirin"), [""; 0]);
}

/// In a field for something else, or among other addresses: of an order that was refused, too.
#[tokio::test]
async fn an_address_is_erased_wherever_it_was_typed() {
    let world = shop().await;
    let mut operator = person("claire");
    operator["extra"] = json!({"manager": "Ask Quirin@example.org."});
    comes_to(&world, &sale("A", &["anne"]).with("operator", operator), Fulfilled).await;
    let both = sale("B", &["bob"]).json().replace("bob@example.org", "bob@example.org, quirin@example.org");
    assert_eq!(world.fulfil(&both).await.unwrap().state, Rejected);
    let needed = world.host.erase(&email("quirin"), "vera").await.unwrap_err();
    assert!(matches!(&needed, HostError::InUse { orders, .. } if *orders == [id("A")]), "{needed}");
    amend(&world, Amendment::Cancel).await;
    assert!(erase(&world.host, "quirin").await.rewritten > 0);
    assert_eq!(files_with(&world.data(), "quirin"), [""; 0]);
}

/// An order that comes to nothing for it is recorded all the same, whatever becomes of it then.
#[tokio::test]
async fn what_was_typed_for_an_address_is_erased_though_it_is_none() {
    let long = format!("quirin {}", "x".repeat(100_000));
    for typed in [
        "Quirin at Example",
        "quirin",
        " quirin@@example.org",
        "quirin@éxample..org",
        "quirin b@c\u{a0}\u{fe0f}",
        &long,
    ] {
        let world = shop().await;
        let order = sale("A", &["anne", "quirin"]);
        let mistyped = order.json().replace("quirin@example.org", typed);
        comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
        assert_eq!(world.fulfil(&mistyped).await.unwrap().state, Rejected, "{typed}");
        comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
        assert_eq!(world.fulfil(&mistyped).await.unwrap().state, Rejected, "{typed}");
        let down = host_through(&world, faulty(world.platform.clone(), Fault::Down)).await;
        let waits = shop_folder::file::parse_order(&mistyped.replace("anne", "zoe")).unwrap();
        assert_eq!(down.fulfil(&waits, &|_, _| ()).await.unwrap().state, Waiting, "{typed}");
        drop(down);
        let who = || typed.to_uppercase().parse::<Typed>().unwrap();
        let needed = world.host.erase(who(), "vera").await.unwrap_err();
        assert!(matches!(needed, HostError::InUse { .. }), "{typed}: {needed}");
        let longest = sqlx::query_scalar::<_, i64>("SELECT max(length(email)) FROM orders_people");
        let longest = longest.fetch_one(&mut direct(&world).await).await.unwrap();
        assert!(longest < 2_000, "{longest}: a key stays short");
        amend(&world, Amendment::Cancel).await;
        assert!(world.host.erase(who(), "vera").await.unwrap().rewritten > 0, "{typed}");
        assert!(world.host.compact().await, "nobody reads in the file");
        assert_eq!(files_with(&world.data(), "quirin"), [""; 0], "{typed}");
        assert_eq!(world.host.erase(who(), "vera").await.unwrap(), Erased::default(), "{typed}: once more");
    }
}

/// Wherever a program ends that erases somebody: whoever works at orders next ends that first, so nobody is half erased, and
/// nothing is told of it before it is so.
#[tokio::test]
async fn an_erasure_that_is_interrupted_anywhere_is_gone_on_with() {
    let new = shop().await;
    for number in 0..25 {
        let order = sale(&format!("A{number}"), &["quirin"]);
        comes_to(&new, &order, Fulfilled).await;
        comes_to(&new, &order.state("cancelled"), Cancelled).await;
    }
    let is_told = |world: &World| {
        let journal = world.host.journal().clone();
        async move { journal.audit(None).await.unwrap().iter().any(|entry| entry.action == "erased") }
    };
    let mut left = 0;
    for steps in (1..).step_by(20) {
        let world = new.copy().await;
        let ended = {
            let quirin = email("quirin");
            let mut erasure = std::pin::pin!(world.host.erase(&quirin, "vera"));
            let mut ended = false;
            for _ in 0..steps {
                ended = poll_fn(|context| Poll::Ready(erasure.as_mut().poll(context).is_ready())).await;
                if ended {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_micros(500)).await;
            }
            ended
        };
        let next = world.another_host().await;
        let told_before = is_told(&world).await;
        let begun: i64 =
            sqlx::query_scalar("SELECT count(*) FROM erasures").fetch_one(&mut direct(&world).await).await.unwrap();
        left += begun;
        // The database may have ended it though nobody waited for its answer.
        assert!(told_before || !ended, "after {steps} steps");
        assert!(!told_before || begun == 0, "told while it is not done, after {steps} steps");
        next.resume(&|_, _| ()).await.unwrap();
        let told = is_told(&world).await;
        assert!(told || (!told_before && begun == 0), "after {steps} steps");
        assert!(next.compact().await, "nobody reads in the file");
        if told {
            assert_eq!(files_with(&world.data(), "quirin"), [""; 0], "after {steps} steps");
        }
        next.journal().check_audit(None).await.unwrap().unwrap();
        if ended {
            break;
        }
    }
    assert!(left > 1, "it is interrupted where it was begun");
}

/// What is erased is erased, whoever reads meanwhile; only the file is written anew later.
#[tokio::test]
async fn somebody_who_reads_the_journal_does_not_make_an_erasure_fail() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["quirin"]), Fulfilled).await;
    amend(&world, Amendment::Cancel).await;
    let mut reader = direct(&world).await;
    sqlx::raw_sql("BEGIN; SELECT count(*) FROM orders").execute(&mut reader).await.unwrap();
    assert!(world.host.erase(&email("quirin"), "vera").await.unwrap().rewritten > 0);
    assert!(!world.host.compact().await, "it remains to be done");
    drop(reader);
    assert!(world.host.compact().await);
    assert_eq!(files_with(&world.data(), "quirin"), [""; 0]);
}
