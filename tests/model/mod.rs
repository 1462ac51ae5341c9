//! The shop against the reference model, whose rules stand in [`crate::model::rules`]: orders that share people come, change,
//! are suspended, resumed and cancelled, pass to others, come again, come twice or together on two hosts, and are interrupted or
//! meet a platform that flaps, while people and administrators do what they like there. After each of these the whole platform is
//! as the model says.
//!
//! Where the shop may do one thing or another, there are several models, and what is then found tells which are right:
//!
//! - Of two orders that come at once, either may be first.
//! - An order that is overtaken after an interruption, by its next version or by another order, may have been accepted or
//!   not, and have got so far or further. It matters to accounts, which stay, and to those who leave after they have entered.
//!
//! What the rules do not say does not happen: that an administrator enrols somebody by hand where an order claims the
//! enrolment, deletes a role that somebody has in a course, or does anything between an interruption and the next attempt; that
//! two versions of one order come at once; and that an order is overtaken of which the platform has refused a part, or while an
//! account is suspended.
//!
//! `PROPTEST_CASES` sets how many lives are tried, and `SHOP_SEED` with which seed.

pub(crate) mod called;
pub(crate) mod census;
pub(crate) mod courses;
pub(crate) mod enrolments;
pub(crate) mod facts;
pub(crate) mod flaws;
pub(crate) mod life;
pub(crate) mod messages;
pub(crate) mod orders;
pub(crate) mod platform;
pub(crate) mod rules;
pub(crate) mod stands;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestError, TestRunner};
use tokio::runtime::Runtime;

use crate::fixtures::faults::Fault;
use crate::fixtures::shop::*;
use crate::model::facts::Name;
use crate::model::flaws::Flaw;
use crate::model::life::{Life, Wrong};
use crate::model::orders::{Beside, Change, Contradiction, Line, beside, change, contradiction, line, person};
use crate::model::platform::{Foreign, Whim, enrols_by_hand, whim};

/// By default; some 30 seconds.
const CASES: u32 = 80;

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    /// An order comes.
    Comes(usize, Change),
    /// It comes to both hosts at once.
    Twice(usize, Change),
    /// Two come at once.
    Together(usize, Change, usize, Change),
    /// It is interrupted, and comes again.
    Interrupted(usize, Change, Fault, Meanwhile),
    /// It comes until it is settled, while the platform flaps by a seed.
    Flaps(usize, Change, u64),
    /// It is suspended, with what is not looked at, and goes on.
    Pauses(usize, Beside),
    /// The staff puts somebody in charge of it.
    HandedOver(usize, Name),
    /// It comes while the platform is down, which then refuses to be looked at for so many tries; and a message comes then that
    /// contradicts it.
    Blocked(usize, Change, usize, Contradiction),
    /// A message comes that contradicts it.
    Contradicted(usize, Contradiction),
    /// Something else happens on the platform.
    Foreign(Whim),
}

/// What happens between an interruption and the next attempt.
#[derive(Clone, Debug)]
pub(crate) enum Meanwhile {
    Nothing,
    /// The order itself changes once more.
    Changes(Change),
    /// Another order comes.
    Comes(usize, Change),
    /// A message comes that contradicts it.
    Contradicted(Contradiction),
}

fn meanwhile() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        1 => Just(Meanwhile::Nothing),
        2 => change().prop_map(Meanwhile::Changes),
        2 => contradiction().prop_map(Meanwhile::Contradicted),
        2 => (0..3_usize, change()).prop_map(|(order, change)| Meanwhile::Comes(order, change)),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let kinds: Vec<fn(usize) -> Fault> = vec![Fault::Before, Fault::After, Fault::Forbids, Fault::Hangs];
    prop_oneof![
        2 => (select(kinds), 1..18_usize).prop_map(|(kind, nth)| kind(nth)),
        1 => (1..9_usize).prop_map(Fault::Late),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let order = || 0..3_usize;
    prop_oneof![
        6 => (order(), change()).prop_map(|(order, change)| Operation::Comes(order, change)),
        1 => (order(), change()).prop_map(|(order, change)| Operation::Twice(order, change)),
        1 => (order(), change(), order(), change())
            .prop_map(|(one, first, two, second)| Operation::Together(one, first, two, second)),
        3 => (order(), change(), fault(), meanwhile())
            .prop_map(|(order, change, fault, meanwhile)| Operation::Interrupted(order, change, fault, meanwhile)),
        2 => (order(), change(), any::<u64>()).prop_map(|(order, change, seed)| Operation::Flaps(order, change, seed)),
        1 => (order(), change(), 1..3_usize, contradiction())
            .prop_map(|(order, change, tries, otherwise)| Operation::Blocked(order, change, tries, otherwise)),
        1 => (order(), contradiction()).prop_map(|(order, otherwise)| Operation::Contradicted(order, otherwise)),
        1 => (order(), beside()).prop_map(|(order, beside)| Operation::Pauses(order, beside)),
        2 => (order(), person()).prop_map(|(order, to)| Operation::HandedOver(order, to)),
        6 => whim().prop_map(Operation::Foreign),
    ]
}

/// The courses before the first order.
pub(crate) const THERE: [&str; 3] = ["SPOC", "OTHER", "SUPPORT"];

/// The platform gives what is made later no id that something had which was deleted.
const LAST: &str = "[[course]]\nshort_name = \"LAST\"\ntitle = \"Last\"\nstart = \"2026-01-01T00:00:00Z\"\n";

/// Who has had an account since before the first order.
pub(crate) const KNOWN: [&str; 2] = ["bob", "tess"];

async fn live(life: &mut Life, operations: &[Operation], settles: bool) -> Result<(), Wrong> {
    for operation in operations {
        life.goes_on(operation).await?;
    }
    life.end(settles).await
}

type Lives = (Vec<Line>, Vec<Operation>, Vec<Operation>, bool);

/// Tries so many lives on a platform, and shortens one that is not as the model says as often as this.
pub(crate) fn lives(cases: u32, seed: u64, shorten: u32, flaw: Flaw) -> Result<(), TestError<Lives>> {
    let runtime = Runtime::new().unwrap();
    let before = runtime.block_on(shop_in_files(&(KNOWN.map(account).concat() + LAST)));
    let config = ProptestConfig {
        cases,
        max_shrink_iters: variable("PROPTEST_MAX_SHRINK_ITERS", shorten),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let by_hand = prop::collection::vec(enrols_by_hand(&KNOWN).prop_map(Operation::Foreign), 0..4);
    let lives = (prop::collection::vec(line(), 3), by_hand, prop::collection::vec(operation(), 1..24), any::<bool>());
    TestRunner::new(config).run(&lives, |(lines, by_hand, operations, settles)| {
        let lived = runtime.block_on(async {
            let mut life = Life::begin(&before, lines, flaw).await;
            live(&mut life, &[by_hand, operations].concat(), settles).await
        });
        lived.map_err(TestCaseError::fail)
    })
}

/// What is bought again comes to nothing, and the ending that it was to supersede is gone on with, however far that was.
#[test]
fn an_ending_is_interrupted_and_what_is_bought_instead_comes_to_nothing() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let before = shop_in_files(&(KNOWN.map(account).concat() + LAST)).await;
        for nth in 1..18 {
            let mut life = Life::begin(&before, vec![Line::of_learner("anne"); 3], Flaw::None).await;
            let bought_again = Meanwhile::Changes(Change::Ends(0));
            let interrupted = Operation::Interrupted(2, Change::Ends(0), Fault::Hangs(nth), bought_again);
            let lived = async {
                life.goes_on(&Operation::Comes(2, Change::Nothing)).await?;
                life.is_done(Foreign::RenamesRole("teacher", "trainer")).await?;
                life.goes_on(&interrupted).await?;
                life.end(false).await
            };
            lived.await.unwrap_or_else(|wrong: Wrong| panic!("at request {nth}: {wrong}"));
        }
    });
}

#[test]
fn the_platform_is_always_as_the_model_says() {
    let seed = variable("SHOP_SEED", 1);
    match lives(variable("PROPTEST_CASES", CASES), seed, 2_000, Flaw::None) {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("SHOP_SEED={seed}: it is not as the model says\n{why}"),
        Err(TestError::Abort(why)) => panic!("SHOP_SEED={seed}: {why}"),
    }
}
