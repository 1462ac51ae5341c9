//! Several orders about the same people: each can come and go, and the others stay whole.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shop_core::orders::state::LineState::{Cancelled, Fulfilled, Suspended};
use shop_core::platform::{Enrol, Platform};
use shop_core::words::order::OrderId;
use shop_harness::World;
use tokio::runtime::Runtime;

use crate::fixtures::shop::*;

#[tokio::test]
async fn two_orders_of_one_operator_have_two_groups() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    comes_to(&world, &sale("B", &["bob"]), Fulfilled).await;
    let groups = world.census().await.groups;
    let groups: Vec<_> = groups.iter().map(|group| (group.id_number.as_str(), group.members.len())).collect();
    assert_eq!(groups, [("A", 2), ("B", 2)]);
}

fn short() -> Sale {
    sale("A", &["anne"])
}

fn long() -> Sale {
    sale("B", &["anne"]).of("LONG").with("time", "2026-12-10T00:00:00Z")
}

/// Anne's enrolment in the course.
async fn enrolment(world: &World) -> String {
    let census = world.census().await;
    let lines = lines(&census);
    lines.into_iter().find(|line| line.starts_with("enrolment SPOC anne")).unwrap_or_default()
}

#[tokio::test]
async fn a_right_is_the_union_of_its_orders_whichever_goes_first() {
    const SHORT: &str = "enrolment SPOC anne student 2026-12-01..2027-01-05";
    const LONG: &str = "enrolment SPOC anne student 2026-12-10..2027-02-18";
    const BOTH: &str = "enrolment SPOC anne student 2026-12-01..2027-02-18";
    for (first, second, left) in [(short(), long(), LONG), (long(), short(), SHORT)] {
        let world = shop().await;
        let nobody = world.census().await;
        comes_to(&world, &second, Fulfilled).await;
        let alone = world.census().await;
        for (state, gone) in [("suspended", Suspended), ("cancelled", Cancelled)] {
            comes_to(&world, &first, Fulfilled).await;
            assert_eq!(enrolment(&world).await, BOTH);
            comes_to(&world, &first.clone().state(state), gone).await;
            assert_eq!(enrolment(&world).await, left);
            is_in_place(&world, &second, "the one that is left").await;
        }
        assert_eq!(difference(&alone, &world.census().await), [""; 0]);
        comes_to(&world, &second.state("cancelled"), Cancelled).await;
        let after = world.census().await;
        assert!(difference(&nobody, &after).iter().all(|line| line.contains("account") || line.contains("invitation")));
    }
}

#[tokio::test]
async fn a_right_is_suspended_when_all_its_orders_are() {
    let world = shop().await;
    for order in [short(), long()] {
        comes_to(&world, &order, Fulfilled).await;
    }
    for order in [short(), long()] {
        comes_to(&world, &order.state("suspended"), Suspended).await;
    }
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-02-18, suspended");
    comes_to(&world, &long(), Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-10..2027-02-18");
}

#[tokio::test]
async fn a_suspended_orders_role_does_not_live_on_in_the_enrolment_of_another() {
    let world = shop().await;
    let tutor = sale("A", &["tutor anne"]);
    comes_to(&world, &tutor, Fulfilled).await;
    comes_to(&world, &sale("B", &["anne"]), Fulfilled).await;
    let effect = effect(&world, &tutor.clone().state("suspended")).await;
    assert_lines("suspended", &effect.steps, "retracted role SPOC anne teacher");
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05");
    comes_to(&world, &tutor, Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student+teacher 2026-12-01..2027-01-05");
}

/// Orders of different operators for Anne, as learner and as tutor.
const ORDERS: [(&str, &str, &str); 3] =
    [("A", "anne", "claire"), ("B", "tutor anne", "zoe"), ("C", "tutor anne", "claire")];

/// What becomes of each order.
const LIVES: &[&[&str]] = &[
    &["paid"],
    &["paid", "suspended"],
    &["paid", "suspended", "paid"],
    &["paid", "cancelled"],
    &["paid", "suspended", "cancelled"],
];

/// Lives through the orders' lives, mixed as told: each element says whose turn it is.
async fn live(lives: &[&[&str]; 3], turns: &[usize]) -> BTreeSet<String> {
    let world = shop().await;
    let mut lived = [0; 3];
    // Whoever has no turn left lives on in the end.
    for turn in turns.iter().copied().chain((0..3).flat_map(|order| [order; 3])) {
        let Some(state) = lives[turn].get(lived[turn]) else { continue };
        lived[turn] += 1;
        let (id, anne, operator) = ORDERS[turn];
        world.fulfil(&sale(id, &[anne]).by(operator).state(state).json()).await.unwrap();
    }
    lines(&world.census().await).into_iter().filter(|line| line.starts_with("enrolment")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 32, ..ProptestConfig::default() })]
    #[test]
    fn what_somebody_has_does_not_depend_on_the_sequence_in_which_orders_came(
        lives in prop::array::uniform3(prop::sample::select(LIVES)),
        turns in prop::collection::vec(0..3_usize, 0..9),
    ) {
        let runtime = Runtime::new().unwrap();
        let mixed = runtime.block_on(live(&lives, &turns));
        prop_assert_eq!(mixed, runtime.block_on(live(&lives, &[])));
    }
}

#[tokio::test]
async fn only_orders_in_force_give_roles_while_there_is_one() {
    let (tutor, learner) = (|| sale("A", &["tutor anne"]), || sale("B", &["anne"]).by("zoe"));
    let world = shop().await;
    comes_to(&world, &tutor(), Fulfilled).await;
    comes_to(&world, &tutor().state("suspended"), Suspended).await;
    let paid = effect(&world, &learner()).await;
    assert!(paid.steps.contains(&"retracted role SPOC anne teacher".to_owned()), "{:#?}", paid.steps);
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-01..2027-01-05");
    comes_to(&world, &learner().state("cancelled"), Cancelled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne teacher 2026-12-01..2027-01-05, suspended");
    comes_to(&world, &tutor(), Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne teacher 2026-12-01..2027-01-05");
}

#[tokio::test]
async fn two_operators_share_a_learner() {
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne"]), Fulfilled).await;
    let alone = world.census().await;
    comes_to(&world, &sale("B", &["anne"]).by("zoe"), Fulfilled).await;
    let attached = world.census().await.attachments.len();
    assert_eq!(attached, 4, "Anne is attached to both");
    comes_to(&world, &sale("B", &["anne"]).by("zoe").state("cancelled"), Cancelled).await;
    let left = difference(&alone, &world.census().await);
    assert_lines("what is left of Zoe", &left, "+ account zoe (zoe Test)\n+ invitation zoe");
}

#[tokio::test]
async fn a_leaver_who_was_kept_comes_back_with_another_order_and_leaves_it_as_before() {
    let world = shop().await;
    comes_to(&world, &short(), Fulfilled).await;
    world.by_hand().enter_course("SPOC", &email("anne")).unwrap();
    comes_to(&world, &short().state("cancelled"), Cancelled).await;
    let kept = world.census().await;
    comes_to(&world, &long(), Fulfilled).await;
    assert_eq!(enrolment(&world).await, "enrolment SPOC anne student 2026-12-10..2027-02-18, entered");
    comes_to(&world, &long().state("cancelled"), Cancelled).await;
    let left = difference(&kept, &world.census().await);
    assert_lines("the first one's group", &left, "- group SPOC A (claire Test – A)\n- member SPOC A anne");
}

/// The groups and their members.
async fn groups(world: &World) -> Vec<String> {
    let lines = lines(&world.census().await).into_iter();
    lines.filter(|line| line.starts_with("group") || line.starts_with("member")).collect()
}

async fn enter(world: &World, people: &[&str]) {
    for name in people {
        world.by_hand().enter_course("SPOC", &email(name)).unwrap();
    }
}

/// Groups keep customers apart: who is kept for the sake of their work stays in that of the order that they have left, until
/// another order lets them in again.
#[tokio::test]
async fn who_is_let_in_again_by_another_order_leaves_the_group_of_the_first() {
    let first = || sale("A", &["anne", "bob"]);
    let of_zoe = |id, who| sale(id, &[who]).by("zoe");
    const OF_ZOE: &str = "group SPOC B (zoe Test – B)\nmember SPOC B anne\nmember SPOC B zoe";
    for (told, now, state, kept, then) in [
        (
            "she was dropped",
            first().seats(&["-", "bob"]),
            Fulfilled,
            "group SPOC A (claire Test – A)\nmember SPOC A anne\nmember SPOC A bob\nmember SPOC A claire",
            "group SPOC A (claire Test – A)\nmember SPOC A bob\nmember SPOC A claire",
        ),
        (
            "the order was cancelled",
            first().state("cancelled"),
            Cancelled,
            "group SPOC A (claire Test – A)\nmember SPOC A anne\nmember SPOC A bob",
            "group SPOC A (claire Test – A)\nmember SPOC A bob",
        ),
    ] {
        let world = shop().await;
        comes_to(&world, &first(), Fulfilled).await;
        enter(&world, &["anne", "bob"]).await;
        comes_to(&world, &now, state).await;
        assert_lines(told, &groups(&world).await, kept);
        is_in_place(&world, &now, told).await;
        assert_lines(told, &groups(&world).await, kept);

        let effect = effect(&world, &of_zoe("B", "anne")).await;
        let of_first = |step: &&String| step.contains(" SPOC A");
        assert_eq!(effect.steps.iter().find(of_first), None, "{told}: another customer's order is not told of");
        let (of_b, of_a): (Vec<String>, Vec<String>) =
            groups(&world).await.into_iter().partition(|line| line.contains(" SPOC B"));
        assert_lines(told, &of_a, then);
        assert_lines(told, &of_b, OF_ZOE);
        is_in_place(&world, &of_zoe("B", "anne"), told).await;
        is_in_place(&world, &now, told).await;
        comes_to(&world, &of_zoe("B", "anne").state("cancelled"), Cancelled).await;
        comes_to(&world, &first().state("cancelled"), Cancelled).await;
        comes_to(&world, &of_zoe("C", "bob"), Fulfilled).await;
        let of_a: Vec<String> = groups(&world).await.into_iter().filter(|line| line.contains(" SPOC A")).collect();
        assert_eq!(of_a, [""; 0], "{told}: the group goes with its last member");
    }
}

/// It need not be an order that lets somebody in again, nor by the address that they had.
#[tokio::test]
async fn who_is_let_in_again_by_an_administrator_leaves_the_group_when_the_order_is_looked_at() {
    let id = OrderId::try_from("A".to_owned()).unwrap();
    let world = shop().await;
    comes_to(&world, &sale("A", &["anne", "bob"]), Fulfilled).await;
    enter(&world, &["anne"]).await;
    let dropped = sale("A", &["-", "bob"]);
    comes_to(&world, &dropped, Fulfilled).await;
    assert_eq!(steps(&world.host.verify(&id).await.unwrap()), [""; 0]);
    let course = world.platform.find_courses(&["SPOC".to_owned()]).await.unwrap()[0].id;
    let account = world.platform.find_accounts(&[email("anne")], &[]).await.unwrap()[0].id;
    let there = world.platform.participations(&[(course, account)]).await.unwrap().remove(0);
    let period = there.enrolment.unwrap().period;
    let again = Enrol { course, account, role: there.roles[0], period, suspended: false };
    world.platform.enrol(&[again], &|_| ()).await.unwrap();
    world.by_hand().change_address(&email("anne"), &email("annie")).unwrap();
    assert_eq!(steps(&world.host.verify(&id).await.unwrap()), ["retracted member SPOC A annie"]);
    world.host.repair(&id, "test", &|_, _| ()).await.unwrap();
    assert_lines(
        "repaired",
        &groups(&world).await,
        "group SPOC A (claire Test – A)\nmember SPOC A bob\nmember SPOC A claire",
    );
    is_in_place(&world, &dropped, "repaired").await;
}
