//! A request that was given up arrives after a newer one. Nothing that is newer is undone by it, on either platform.

use std::sync::Arc;
use std::time::Duration;

use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Waiting};
use shop_core::words::order::OrderId;
use shop_host::host::Host;

use crate::fixtures::disturbed::Post;
use crate::fixtures::faults::{Fault, Faulty, faulty_by_post};
use crate::fixtures::on_both::{On, settled};
use crate::fixtures::shop::*;

/// How long a request that was given up can be on its way, until a test has it arrive.
const HOUR: Duration = Duration::from_secs(3600);

/// A shop whose requests by a method are given up, and arrive late.
struct Late {
    on: On,
    host: Arc<Host>,
    platform: Arc<Faulty>,
    post: Arc<Post>,
}

impl Late {
    async fn on(before: &On) -> Late {
        let (on, post) = (before.copy().await, Post::new(HOUR));
        let platform = faulty_by_post(on.platform().await, None, &post);
        Late { host: on.host(platform.clone()).await, on, platform, post }
    }

    /// Hands an order over, of which a request by this method is given up.
    async fn loses(&self, method: &'static str, order: &Sale) {
        self.platform.by.becomes(Some(Fault::Loses(method)));
        let outcome = fulfil_in(&self.host, order).await.unwrap();
        assert_eq!(outcome.state, Waiting, "{method}: {:#?}", steps(&outcome));
        assert!(self.platform.by.struck(), "{method}");
        self.platform.by.becomes(None);
    }
}

/// What is in place before, the method by which a request is lost, of which order, and what comes then.
type Case = (Vec<Sale>, &'static str, Sale, Sale);

fn cases() -> Vec<Case> {
    let a = |seats: &[&str]| sale("A", seats);
    let b = |seats: &[&str]| sale("B", seats).of("LONG").by("zoe");
    vec![
        (vec![], "create_accounts", a(&["anne"]), b(&["anne"])),
        // Anne is to have the half year of the other order, not the month of this one.
        (vec![], "enrol", a(&["anne"]), b(&["anne"])),
        (vec![], "enrol", a(&["anne"]), a(&["anne"]).state("cancelled")),
        (vec![], "create_groups", a(&["anne"]), a(&["anne"]).state("cancelled")),
        (vec![], "add_members", a(&["anne"]), a(&["bob"])),
        (vec![], "assign_account_roles", a(&["anne"]), a(&["anne"]).state("cancelled")),
        (vec![a(&["anne"])], "unenrol", a(&["anne"]).state("cancelled"), b(&["anne"])),
        (vec![a(&["anne"])], "unenrol", a(&["bob"]), a(&["bob", "anne"])),
        (vec![a(&["anne"])], "unassign_course_roles", a(&["tutor anne"]), a(&["anne"])),
        (vec![a(&["anne"]), b(&["anne"])], "remove_members", a(&["bob"]), a(&["bob", "anne"])),
        (vec![a(&["anne"])], "unassign_account_roles", a(&["bob"]), a(&["bob", "anne"])),
        (vec![a(&["anne"])], "delete_groups", a(&["anne"]).state("cancelled"), a(&["anne"]).state("cancelled")),
    ]
}

#[tokio::test]
async fn what_arrives_late_undoes_nothing_that_is_newer() {
    for before in On::both(None).await {
        for (earlier, method, first, newer) in cases() {
            let told = format!("{method} of {}, then {}", first.json(), newer.json());
            let straight = Late::on(&before).await;
            let late = Late::on(&before).await;
            for order in &earlier {
                settled(&late.host, order).await;
            }
            for order in earlier.iter().chain([&first, &newer]) {
                settled(&straight.host, order).await;
            }
            late.loses(method, &first).await;
            let waits = fulfil_in(&late.host, &newer).await.unwrap();
            assert_eq!(waits.state, Waiting, "{told}");
            let until = waits.until.unwrap();
            assert!(until.reason.contains("nothing newer is asked"), "{told}: {}", until.reason);
            late.post.settle(true);
            let outcome = settled(&late.host, &newer).await;
            assert!(matches!(outcome.state, Fulfilled | Cancelled), "{told}");
            // What the order of the lost request still wants is done too.
            if newer.id() != first.id() {
                settled(&late.host, &first).await;
            }
            let difference = difference(&straight.on.census().await, &late.on.census().await);
            let left: Vec<_> = difference.iter().filter(|line| !is_of_an_account(line)).collect();
            assert!(left.is_empty(), "{told}: {left:#?}");
            let again = settled(&late.host, &newer).await;
            assert!(again.report.unwrap().is_in_place(), "{told}");
        }
    }
}

/// Who was to get an account by an order that was overtaken may have none.
fn is_of_an_account(line: &str) -> bool {
    line.contains(" account ") || line.contains(" invitation ")
}

/// Nobody else waits, and previews, which change nothing, do not either.
#[tokio::test]
async fn only_the_people_of_the_lost_request_are_held() {
    for before in On::both(None).await {
        let late = Late::on(&before).await;
        late.loses("enrol", &sale("A", &["anne"])).await;
        let others = sale("C", &["carl"]).by("zoe");
        assert_eq!(fulfil_in(&late.host, &others).await.unwrap().state, Fulfilled);
        for (order, expected) in [("A", &["", "anne@example.org", "claire@example.org"][..]), ("C", &[])] {
            let held = late.host.journal().held_of(&OrderId::try_from(order.to_owned()).unwrap()).await.unwrap();
            let people = held.iter().map(|held| held.person.as_ref().map_or("", |person| person.as_str()));
            assert_eq!(people.collect::<Vec<_>>(), expected, "{order}");
            assert!(held.iter().all(|held| held.until.is_some()), "{order}: {held:?}");
        }
        for held in [sale("B", &["anne"]).by("zoe"), sale("A", &["carl"]), sale("A", &["anne"]).state("cancelled")] {
            let outcome = fulfil_in(&late.host, &held).await.unwrap();
            let until = outcome.until.unwrap().next_try.unwrap();
            let now = shop_core::words::period::Timestamp::now().seconds();
            assert!((3500..3700).contains(&(until.seconds() - now)), "an hour from now: {until}");
            let order = shop_folder::file::parse_order(&held.json()).unwrap();
            let preview = late.host.preview(&order).await.unwrap();
            let told = preview.messages.iter().find(|message| message.key.ends_with("-held")).unwrap();
            assert!(told.worded("en", None).contains(&until.to_the_second()[..13]), "{}", told.worded("en", None));
        }
    }
}

/// Bob has an account, so he is enrolled while Anne's and Claire's are made.
#[tokio::test]
async fn of_requests_at_once_the_people_of_those_that_were_answered_are_not_held() {
    for before in On::both(None).await {
        for (method, lost) in [
            ("enrol", &["", "bob@example.org"][..]),
            ("create_accounts", &["", "anne@example.org", "claire@example.org"]),
        ] {
            let late = Late::on(&before).await;
            late.loses(method, &sale("A", &["anne", "bob"])).await;
            let held = late.host.journal().held_of(&OrderId::try_from("A".to_owned()).unwrap()).await.unwrap();
            let people = held.iter().map(|held| held.person.as_ref().map_or("", |person| person.as_str()));
            assert_eq!(people.collect::<Vec<_>>(), lost, "{method}");
        }
    }
}

/// Whom a request was about is known after a crash too, also if it was answered just then.
#[tokio::test]
async fn a_host_that_is_killed_while_it_waits_for_an_answer_holds_the_same_people() {
    for before in On::both(None).await {
        for nth in 1.. {
            let killed = Late::on(&before).await;
            killed.platform.by.becomes(Some(Fault::Hangs(nth)));
            let order = sale("A", &["anne"]);
            tokio::select! {
                _ = fulfil_in(&killed.host, &order) => {}
                () = killed.platform.by.hangs.notified() => {}
            }
            if !killed.platform.by.struck() {
                assert!(nth > 8, "it makes requests");
                break;
            }
            // A group is nobody's but the order's.
            let is_about_people = !matches!(killed.platform.by.last_change(), None | Some("create_groups"));
            killed.platform.by.becomes(None);
            let host = killed.on.host(killed.platform.clone()).await;
            let outcome = fulfil_in(&host, &sale("B", &["anne"]).by("zoe")).await.unwrap();
            assert_eq!(outcome.state, if is_about_people { Waiting } else { Fulfilled }, "request {nth}");
            killed.post.settle(true);
            assert_eq!(settled(&host, &order).await.state, Fulfilled, "request {nth}");
        }
    }
}
