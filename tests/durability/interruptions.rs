//! Whatever goes wrong at whichever request: handed over again, the order ends as if nothing had.

use shop_core::orders::state::LineState::{
    self, Blocked, Cancelled, Fulfilled, Incomplete, Rejected, Suspended, Waiting,
};
use shop_core::platform::{Enrol, Platform};
use shop_core::sessions::plan::FactOutcome;
use shop_harness::World;
use shop_host::host::{Host, HostError};
use shop_platforms::embedded::Census;

use crate::fixtures::faults::{self, Fault, Faulty};
use crate::fixtures::shop::*;

/// The life of an order in which every kind of request occurs, each stage with the state that it ends in.
pub(crate) fn life() -> Vec<(Sale, LineState)> {
    let order = sale("A", &["anne", "bob", "tutor tess"]).line("OTHER", 5, &["anne"]);
    let changed = order.clone().seats(&["tutor anne", "carl"]).in_line(1, "parameters", "endtime=2027-03-31");
    vec![
        (order, Fulfilled),
        (changed.clone(), Fulfilled),
        (changed.clone().state("suspended"), Suspended),
        (changed.state("cancelled"), Cancelled),
    ]
}

/// Tess has an enrolment of her own that is to be restored; Bob, once he is enrolled, enters the course.
async fn open() -> World {
    let tess = "\n[[enrolment]]\ncourse = \"SPOC\"\nemail = \"tess@example.org\"\nrole = \"student\"\n";
    shop_with("", &(account("tess") + tess)).await
}

async fn bob_enters(world: &World) {
    // Not before he is enrolled.
    _ = world.by_hand().enter_course("SPOC", &email("bob"));
}

/// A stage: what there is before it, the order, its state, and what there is afterwards when nothing goes wrong; and when
/// the order is then cancelled.
struct Stage {
    before: World,
    order: Sale,
    state: LineState,
    after: Census,
    cancelled: Census,
}

async fn stages() -> Vec<Stage> {
    let world = open().await;
    let mut stages = Vec::new();
    for (order, state) in life() {
        let before = world.copy().await;
        comes_to(&world, &order, state).await;
        let after = world.census().await;
        bob_enters(&world).await;
        let ended = world.copy().await;
        comes_to(&ended, &order.clone().state("cancelled"), Cancelled).await;
        stages.push(Stage { before, order, state, after, cancelled: ended.census().await });
    }
    stages
}

/// Lives through a stage with a fault at the nth request. False if it has not so many.
async fn disturbed(stage: &Stage, fault: Fault) -> bool {
    let told = format!("{fault:?} of {}", stage.state);
    let world = stage.before.copy().await;
    let faulty = faults::faulty(world.platform.clone(), fault);
    let host = host_through(&world, faulty.clone()).await;
    let struck = attempt(&host, &faulty, &world, &stage.order).await;
    comes_to(&world, &stage.order, stage.state).await;
    assert_eq!(difference(&stage.after, &world.census().await), [""; 0], "{told}");
    bob_enters(&world).await;
    comes_to(&world, &stage.order.clone().state("cancelled"), Cancelled).await;
    assert_eq!(difference(&stage.cancelled, &world.census().await), [""; 0], "{told}, then cancelled");
    struck
}

/// Tries to fulfil an order; whether the fault struck.
async fn attempt(host: &Host, faulty: &Faulty, world: &World, order: &Sale) -> bool {
    tokio::select! {
        outcome = fulfil_in(host, order) => {
            if faulty.by.struck() {
                let left = match outcome {
                    Ok(outcome) => {
                        let until = outcome.until.expect("it is tried again");
                        assert_eq!(until.blocked, outcome.state != Waiting, "{}", outcome.state);
                        outcome.state
                    }
                    Err(HostError::Platform(_)) => Blocked,
                    Err(error) => panic!("{error}"),
                };
                assert!(faulty.by.leaves().contains(&left), "{left}");
                assert!(lines_of(world, "A").await.split(", ").all(|line| line.contains(&format!(" {left}"))));
            }
        }
        // As if the process had been killed: nothing after this point is done.
        () = faulty.by.hangs.notified() => {}
    }
    faulty.by.struck()
}

/// Every request of every stage in turn; each kind of fault is a test, so that they run side by side.
async fn everywhere(fault: fn(usize) -> Fault) {
    for stage in &stages().await {
        let mut nth = 1;
        while disturbed(stage, fault(nth)).await {
            nth += 1;
        }
        assert!(nth > 2, "a stage makes requests");
    }
}

#[tokio::test]
async fn a_request_that_fails() {
    everywhere(Fault::Before).await;
}

#[tokio::test]
async fn a_request_whose_answer_is_lost() {
    everywhere(Fault::After).await;
}

#[tokio::test]
async fn a_request_that_is_refused() {
    everywhere(Fault::Forbids).await;
}

/// Killed after one request is killed before the next.
#[tokio::test]
async fn a_process_that_is_killed() {
    everywhere(Fault::Hangs).await;
}

/// Refuses the first element of each request of a kind, then no longer.
async fn refused(method: &'static str, order: &Sale, state: LineState, world: &World) -> Vec<String> {
    let faulty = faults::faulty(world.platform.clone(), Fault::Refuses(method));
    let host = host_through(world, faulty.clone()).await;
    let outcome = fulfil_in(&host, order).await.unwrap();
    assert_eq!(outcome.state, Incomplete, "{method}");
    assert!(outcome.until.as_ref().is_some_and(|until| until.blocked), "{method}: somebody must act");
    let report = outcome.report.as_ref().unwrap();
    for entry in report.entries.iter().filter(|entry| entry.outcome == Some(FactOutcome::Failed)) {
        assert!(entry.problem.is_some(), "{method}: {entry:?}");
    }
    assert!(lines_of(world, "A").await.split(", ").all(|line| line.contains(" incomplete")), "{method}");
    faulty.by.becomes(None);
    assert_eq!(fulfil_in(&host, order).await.unwrap().state, state, "{method}");
    steps(&outcome).into_iter().filter(|step| step.starts_with("failed")).collect()
}

#[tokio::test]
async fn what_the_platform_refuses_is_told_with_the_person_and_done_once_it_no_longer_does() {
    let stages = stages().await;
    let (paid, changed, cancelled) = (&stages[0], &stages[1], &stages[3]);
    for (method, stage, failed) in [
        (
            "create_accounts",
            paid,
            "failed account anne
            failed enrolment SPOC anne
            failed enrolment OTHER anne
            failed member SPOC A anne
            failed member OTHER A anne
            failed attachment student anne in claire
            failed attachment teacher claire in anne",
        ),
        (
            "enrol",
            paid,
            // Tess has an account, and so is enrolled by a request before.
            "failed enrolment SPOC anne
            failed enrolment SPOC tess
            failed member SPOC A anne",
        ),
        (
            "create_groups",
            paid,
            "failed group SPOC A
            failed member SPOC A anne
            failed member SPOC A bob
            failed member SPOC A claire
            failed member SPOC A tess",
        ),
        ("add_members", paid, "failed member SPOC A anne"),
        ("assign_account_roles", paid, "failed attachment student anne in claire"),
        ("unassign_course_roles", changed, "failed role SPOC anne student"),
        ("remove_members", changed, "failed member SPOC A tess"),
        ("unassign_account_roles", changed, "failed attachment student bob in claire"),
        ("unenrol", cancelled, "failed enrolment SPOC anne"),
        ("delete_groups", cancelled, "failed group OTHER A"),
    ] {
        let world = stage.before.copy().await;
        let told = refused(method, &stage.order, stage.state, &world).await;
        assert_lines(method, &told, failed);
        assert_eq!(difference(&stage.after, &world.census().await), [""; 0], "{method}");
    }
}

#[tokio::test]
async fn an_answer_that_tells_of_a_part_of_a_request_is_taken_for_none() {
    let stages = stages().await;
    let (paid, changed, cancelled) = (&stages[0], &stages[1], &stages[3]);
    for (stage, methods) in [
        (paid, &["create_accounts", "enrol", "create_groups", "add_members", "assign_account_roles"][..]),
        (changed, &["unassign_course_roles", "remove_members", "unassign_account_roles"]),
        (cancelled, &["unenrol", "delete_groups"]),
    ] {
        for method in methods {
            let world = stage.before.copy().await;
            let faulty = faults::faulty(world.platform.clone(), Fault::Drops(method));
            let host = host_through(&world, faulty.clone()).await;
            let outcome = fulfil_in(&host, &stage.order).await.unwrap();
            assert_eq!(outcome.state, Waiting, "{method}");
            let told = outcome.until.unwrap().reason;
            assert!(told.starts_with("it answered ") && told.ends_with(" elements of a request"), "{method}: {told}");
            comes_to(&world, &stage.order, stage.state).await;
            assert_eq!(difference(&stage.after, &world.census().await), [""; 0], "{method}");
        }
    }
}

/// Anne's account is not made, and Claire's is.
#[tokio::test]
async fn an_answer_to_a_part_of_a_request_does_not_tell_whose_account_is_whose() {
    let world = shop().await;
    let faulty = faults::faulty(world.platform.clone(), Fault::Drops("create_accounts"));
    let host = host_through(&world, faulty.clone()).await;
    assert_eq!(fulfil_in(&host, &sale("A", &["anne"])).await.unwrap().state, Waiting);
    comes_to(&world, &sale("B", &["anne"]).by("zoe"), Fulfilled).await;
    let census = lines(&world.census().await);
    assert!(census.contains("enrolment SPOC anne student 2026-12-01..2027-01-05"), "{census:#?}");
}

#[tokio::test]
async fn what_the_platform_refused_and_an_administrator_made_is_not_the_shops() {
    for (method, product, attached) in
        [("create_accounts", "CREATED", 0), ("create_accounts", "SPOC", 2), ("enrol", "SPOC", 2)]
    {
        let world = shop().await;
        let order = sale("A", &["anne"]).of(product);
        let faulty = faults::faulty(world.platform.clone(), Fault::Refuses(method));
        let host = host_through(&world, faulty).await;
        assert_eq!(fulfil_in(&host, &order).await.unwrap().state, Incomplete, "{method}");
        enrol_by_hand(&world, "anne").await;
        stays_as_it_is_by_hand(&world, &order, method).await;
        assert_eq!(world.census().await.attachments.len(), attached, "{method}, {product}: her account was found");
    }
}

/// Wherever the shop was interrupted, an administrator helps out by hand, and it goes on.
#[tokio::test]
async fn what_an_administrator_did_while_the_shop_could_not_is_not_the_shops() {
    for fault in [Fault::Before, Fault::After, Fault::Forbids, Fault::Hangs] {
        for nth in 1.. {
            let (world, order) = (shop().await, sale("A", &["anne"]));
            let faulty = faults::faulty(world.platform.clone(), fault(nth));
            let host = host_through(&world, faulty.clone()).await;
            if !attempt(&host, &faulty, &world, &order).await {
                assert!(nth > 8, "it makes requests");
                break;
            }
            if !lines(&world.census().await).iter().any(|line| line.starts_with("enrolment SPOC anne")) {
                enrol_by_hand(&world, "anne").await;
                stays_as_it_is_by_hand(&world, &order, &format!("{:?}", fault(nth))).await;
            }
        }
    }
}

/// For ever, from an hour before the shop would.
async fn enrol_by_hand(world: &World, name: &str) {
    if world.platform.find_accounts(&[email(name)], &[]).await.unwrap().is_empty() {
        seed(world, &account(name)).await;
    }
    let start = "2026-11-30T23:00:00Z";
    seed(world, &format!("[[enrolment]]\ncourse = \"SPOC\"\nemail = \"{name}@example.org\"\nrole = \"student\"\nstart = \"{start}\"\n"))
        .await;
}

const BY_HAND: &str = "enrolment SPOC anne student 2026-11-30..";

/// Anne's enrolment is neither cut short when the order is fulfilled, nor taken away when it is cancelled.
async fn stays_as_it_is_by_hand(world: &World, order: &Sale, told: &str) {
    comes_to(world, order, Fulfilled).await;
    assert!(lines(&world.census().await).contains(BY_HAND), "{told}: {:#?}", lines(&world.census().await));
    let ended = world.copy().await;
    comes_to(&ended, &order.clone().state("cancelled"), Cancelled).await;
    assert!(lines(&ended.census().await).contains(BY_HAND), "{told}, then cancelled");
    assert_eq!(ended.census().await.groups, [], "{told}: what the shop made is gone");
}

#[tokio::test]
async fn a_change_can_overtake_one_that_was_interrupted() {
    for fault in [Fault::Hangs(9), Fault::Hangs(11), Fault::Before(12), Fault::After(8)] {
        for state in ["suspended", "cancelled", "paid"] {
            let overtakes = sale("A", &["bob"]).state(state);
            let (world, straight) = (shop().await, shop().await);
            comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
            comes_to(&straight, &sale("A", &["anne"]), Fulfilled).await;
            let faulty = faults::faulty(world.platform.clone(), fault);
            let host = host_through(&world, faulty.clone()).await;
            assert!(attempt(&host, &faulty, &world, &sale("A", &["bob"])).await, "{fault:?}");
            comes_to(&straight, &sale("A", &["bob"]), Fulfilled).await;
            for world in [&world, &straight] {
                world.fulfil(&overtakes.json()).await.unwrap();
                world.fulfil(&sale("A", &["bob"]).state("cancelled").json()).await.unwrap();
            }
            let left = difference(&straight.census().await, &world.census().await);
            assert!(
                left.iter().all(|line| line.contains("account bob") || line.contains("invitation bob")),
                "{fault:?}, {state}: {left:#?}"
            );
        }
    }
}

/// Who was not enrolled while their account was suspended is not enrolled afterwards. The attempt comes to nothing; what the
/// earlier one may have put in place is still told.
#[tokio::test]
async fn a_rejected_attempt_does_not_hide_an_earlier_one_that_was_interrupted() {
    // By then, what is there has been looked up, and the accounts and the group are made.
    const ENROL: usize = 8;
    for (fault, told) in
        [(Fault::Before(ENROL), "waiting"), (Fault::Hangs(ENROL), "applying"), (Fault::Refuses("enrol"), "incomplete")]
    {
        let (world, order) = (shop().await, sale("A", &["anne", "bob"]));
        let faulty = faults::faulty(world.platform.clone(), fault);
        let host = host_through(&world, faulty.clone()).await;
        attempt(&host, &faulty, &world, &order).await;
        assert_eq!(lines_of(&world, "A").await, format!("1 {told}/{told}"));
        world.by_hand().set_suspended(&email("anne"), true).unwrap();
        let census = world.census().await;
        assert!(!lines(&census).iter().any(|line| line.starts_with("enrolment SPOC anne")), "{told}");
        comes_to(&world, &order, Rejected).await;
        assert_eq!(lines_of(&world, "A").await, format!("1 rejected/{told}"));
        assert_eq!(world.census().await, census, "{told}");
        comes_to(&world, &sale("A", &["-", "bob"]), Fulfilled).await;
        assert_eq!(lines_of(&world, "A").await, "1 fulfilled/fulfilled");
        comes_to(&world, &sale("A", &["-", "bob"]).state("cancelled"), Cancelled).await;
        assert_eq!(lines_of(&world, "A").await, "1 cancelled");
    }
}

/// Anne's enrolment is asked for, nothing comes of it, and then this comes.
async fn asked_in_vain(then: &Sale, state: LineState) -> World {
    const ENROL: usize = 8;
    let world = shop().await;
    let faulty = faults::faulty(world.platform.clone(), Fault::Before(ENROL));
    let host = host_through(&world, faulty.clone()).await;
    assert!(attempt(&host, &faulty, &world, &sale("A", &["anne"])).await);
    comes_to(&world, then, state).await;
    world
}

#[tokio::test]
async fn what_is_made_after_an_interruption_is_the_shops_whatever_is_done_to_it() {
    let order = sale("A", &["anne"]);
    let world = asked_in_vain(&order, Fulfilled).await;
    world.by_hand().set_suspended(&email("anne"), true).unwrap();
    comes_to(&world, &order, Fulfilled).await;
    let course = world.platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
    let anne = world.platform.find_accounts(&[email("anne")], &[]).await.unwrap()[0].id;
    let now = world.platform.participations(&[(course, anne)]).await.unwrap().remove(0);
    let period = now.enrolment.unwrap().period;
    let suspended = Enrol { course, account: anne, role: now.roles[0], period, suspended: true };
    world.platform.enrol(&[suspended], &|_| ()).await.unwrap();
    comes_to(&world, &order.state("cancelled"), Cancelled).await;
    assert_eq!(world.census().await.enrolments, []);
}

#[tokio::test]
async fn who_was_not_enrolled_when_the_order_was_suspended_has_no_place_to_keep() {
    let world = asked_in_vain(&sale("A", &["anne"]).state("suspended"), Suspended).await;
    world.by_hand().set_suspended(&email("anne"), true).unwrap();
    comes_to(&world, &sale("A", &["anne"]), Rejected).await;
}
