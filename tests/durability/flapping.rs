//! A platform that fails as often as it likes, in all the ways that platforms and networks have: orders that are handed over
//! until they are settled end as if nothing had happened.
//!
//! What goes wrong follows from a seed alone, which every failure tells. `SHOP_CASES` sets how many seeds are tried, and
//! `SHOP_SEED` the first.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use shop_core::orders::state::LineState::{self, Cancelled, Fulfilled, Incomplete, Placed, Suspended, Waiting};
use shop_core::platform::{PlatformError, Reply};
use shop_harness::World;
use shop_host::host::{Host, HostError, Outcome};
use shop_platforms::embedded::Census;
use tokio::time::sleep;

use crate::fixtures::disturbed::{Answer, Disturbed, Disturbs, Passage, Post, down};
use crate::fixtures::shop::*;

/// By default; some 20 seconds.
const CASES: u64 = 20;

/// Before an order that waits is handed over again.
const PAUSE: Duration = Duration::from_micros(300);

/// How long a platform takes that is slow, as far as a test can wait.
const SLOW: Duration = Duration::from_millis(2);

/// More often, an order is not handed over: it should have been settled long since.
const PATIENCE: usize = 5_000;

/// How long a request that was given up can be on its way: longer than any test takes. Who is told to wait for it need not, but
/// is taken to have waited.
pub(crate) const SETTLES: Duration = Duration::from_secs(3600);

/// What goes wrong with requests, by a seed.
pub(crate) struct Flapping(Mutex<Weather>);

struct Weather {
    random: StdRng,
    /// How likely something goes wrong with a request.
    faults: f64,
    /// How many more requests find it down.
    down: usize,
    /// The first element of each request by this method is refused for good.
    refuses: Option<&'static str>,
    /// What went wrong.
    log: Vec<String>,
}

impl Flapping {
    pub(crate) fn new(seed: u64, refuses: Option<&'static str>) -> Self {
        Flapping(Mutex::new(Weather::new(seed, refuses)))
    }

    /// What goes wrong from now on follows from another seed.
    pub(crate) fn becomes(&self, seed: u64) {
        let mut weather = self.0.lock().unwrap();
        *weather = Weather::new(seed, weather.refuses);
    }

    /// Any of these, by the seed.
    fn choose(&self, among: usize) -> usize {
        self.0.lock().unwrap().random.random_range(0..among)
    }

    pub(crate) fn log(&self) -> String {
        self.0.lock().unwrap().log.join("\n")
    }
}

#[async_trait]
impl Disturbs for Flapping {
    async fn passage(&self, method: &'static str, elements: usize) -> Reply<Passage> {
        self.0.lock().unwrap().passage(method, elements)
    }
}

impl Weather {
    fn new(seed: u64, refuses: Option<&'static str>) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let faults = random.random_range(0.05..0.4);
        Weather { random, faults, down: 0, refuses, log: Vec::new() }
    }

    fn passage(&mut self, method: &'static str, elements: usize) -> Reply<Passage> {
        let mut passage = Passage::free(elements);
        if self.refuses == Some(method) {
            passage = Passage { elements: elements.min(1)..elements, answer: Answer::Refusal, ..passage };
        }
        if self.down > 0 {
            self.down -= 1;
            return Err(down());
        }
        if !self.random.random_bool(self.faults) {
            return Ok(passage);
        }
        let (told, fate) = match self.random.random_range(0..10) {
            0 => ("fails before", Err(down())),
            1 => ("is down", self.goes_down()),
            2 => ("fails after", Ok(Passage { answer: Answer::Lost, ..passage })),
            3 => ("does it twice", Ok(Passage { times: 2, ..passage })),
            4 => ("does a part and fails", Ok(Passage { answer: Answer::Lost, ..self.part(passage) })),
            5 => ("does a part and answers that", Ok(self.part(passage))),
            6 if elements > 0 => ("comes late", Ok(self.late(passage))),
            7 if elements > 0 => ("comes late in part", {
                let part = self.part(passage);
                Ok(self.late(part))
            }),
            6..9 => ("is slow", Ok(Passage { slow: SLOW, ..passage })),
            _ => ("answers late", Ok(Passage { late: SLOW, ..passage })),
        };
        self.log.push(format!("{method} of {elements} {told}"));
        fate
    }

    fn late(&mut self, passage: Passage) -> Passage {
        Passage { answer: Answer::Late(self.random.random_range(1..40)), ..passage }
    }

    fn goes_down(&mut self) -> Reply<Passage> {
        self.down = self.random.random_range(1..6);
        Err(down())
    }

    /// Of what is refused, none is a part: that is answered for good.
    fn part(&mut self, passage: Passage) -> Passage {
        let Passage { elements, .. } = &passage;
        let start = match passage.answer {
            Answer::Refusal => elements.start,
            _ => self.random.random_range(elements.start..=elements.end),
        };
        let end = self.random.random_range(start..=elements.end);
        Passage { elements: start..end, ..passage }
    }
}

/// An order as it comes, and the state that it ends in.
pub(crate) type Stage = (Sale, LineState);

/// The life of orders that share people, round by round: what comes in one round is in flight at once. Every kind of
/// request occurs.
pub(crate) fn life() -> Vec<Vec<Stage>> {
    let a = sale("A", &["anne", "bob", "tutor tess"]).line("OTHER", 5, &["anne"]);
    let changed = a.clone().seats(&["tutor anne", "carl"]).in_line(1, "parameters", "endtime=2027-03-31");
    let b = sale("B", &["anne", "tess"]).of("LONG").by("zoe").with("time", "2026-12-10T00:00:00Z");
    let moved = b.clone().seats(&["carl", "tutor tess", "claire"]);
    let c = sale("C", &["zoe", "tutor carl"]).of("NONE");
    vec![
        vec![(a, Fulfilled), (b.clone(), Fulfilled), (c.clone().state("placed"), Placed)],
        vec![(changed.clone(), Fulfilled), (c.clone(), Fulfilled)],
        vec![(changed.clone().state("suspended"), Suspended), (moved.clone(), Fulfilled)],
        vec![
            (changed, Fulfilled),
            (moved.clone().state("suspended"), Suspended),
            (c.clone().state("cancelled"), Cancelled),
        ],
        vec![(moved, Fulfilled), (c.state("cancelled"), Cancelled)],
    ]
}

/// All that is in force at the end of the life, cancelled.
pub(crate) fn ends() -> Vec<Stage> {
    let mut last = life();
    let (changed, moved) = (last[3][0].0.clone(), last.remove(4)[0].0.clone());
    [changed, moved].map(|order| (order.state("cancelled"), Cancelled)).to_vec()
}

/// Tess has an enrolment of her own that is to be restored; Bob, once he is enrolled, enters the course.
async fn open() -> World {
    let tess = "\n[[enrolment]]\ncourse = \"SPOC\"\nemail = \"tess@example.org\"\nrole = \"student\"\n";
    shop_with("", &(account("tess") + tess)).await
}

async fn bob_enters(world: &World) {
    // Not before he is enrolled, and no longer once he is not.
    _ = world.by_hand().enter_course("SPOC", &email("bob"));
}

/// What there is at the end of each round when nothing goes wrong, and once all is cancelled.
async fn undisturbed(world: &World) -> Vec<Census> {
    let mut ends_of_rounds = Vec::new();
    for round in life().into_iter().chain([ends()]) {
        for (order, state) in round {
            comes_to(world, &order, state).await;
        }
        ends_of_rounds.push(world.census().await);
        bob_enters(world).await;
    }
    ends_of_rounds
}

/// What an attempt came to, if it could come to anything. Who is to wait for requests that may still arrive has waited then.
pub(crate) fn settled(outcome: Result<Outcome, HostError>, post: &Post, told: &str) -> Option<Outcome> {
    let until = outcome.as_ref().ok().and_then(|outcome| outcome.until.as_ref());
    post.settle(until.is_some_and(|until| until.reason.contains("nothing newer is asked")));
    match outcome {
        Err(HostError::Platform(PlatformError::Unavailable(_))) => None,
        Ok(outcome) if outcome.state == Waiting => {
            assert!(outcome.until.is_some(), "{told}: waiting is told why");
            None
        }
        outcome => Some(outcome.unwrap_or_else(|error| panic!("{told}: {error}"))),
    }
}

/// Hands over the orders of a round, whichever by the seed, each until it is settled.
pub(crate) async fn settle(host: &Host, platform: &Disturbed<Flapping>, mut round: Vec<Stage>, told: &str) {
    let Disturbed { by, post, .. } = platform;
    for _ in 0..PATIENCE {
        if round.is_empty() {
            return;
        }
        let turn = by.choose(round.len());
        let (order, state) = &round[turn];
        if let Some(outcome) = settled(fulfil_in(host, order).await, post, told) {
            assert_eq!(outcome.state, *state, "{told}: order {}\n{}", order.id(), by.log());
            round.remove(turn);
        } else {
            sleep(PAUSE).await;
        }
    }
    panic!("{told}: {} orders are not settled\n{}", round.len(), by.log());
}

pub(crate) fn seeds() -> impl Iterator<Item = (u64, String)> {
    let first = variable("SHOP_SEED", 1);
    (first..first + variable("SHOP_CASES", CASES)).map(|seed| (seed, format!("SHOP_SEED={seed} SHOP_CASES=1")))
}

#[tokio::test]
async fn whatever_a_flapping_platform_does_orders_end_as_if_it_had_not() {
    let before = open().await;
    let expected = undisturbed(&before.copy().await).await;
    for (seed, told) in seeds() {
        let world = before.copy().await;
        let flapping = Disturbed::by_post(world.platform.clone(), Flapping::new(seed, None), Post::new(SETTLES));
        let host = host_through(&world, flapping.clone()).await;
        for (number, (round, expected)) in life().into_iter().chain([ends()]).zip(&expected).enumerate() {
            let told = format!("{told}, round {}", number + 1);
            settle(&host, &flapping, round, &told).await;
            let found = difference(expected, &world.census().await);
            assert!(found.is_empty(), "{told}: {found:#?}\n{}", flapping.by.log());
            bob_enters(&world).await;
        }
    }
}

/// The first order of all, and what the platform refuses of it for good.
#[tokio::test]
async fn what_will_not_go_away_by_itself_is_told_at_once_however_the_platform_flaps() {
    const REFUSED: &[&str] = &["create_accounts", "enrol", "create_groups", "add_members", "assign_account_roles"];
    let before = open().await;
    for (seed, told) in seeds() {
        let world = before.copy().await;
        let refused = REFUSED[usize::try_from(seed).unwrap() % REFUSED.len()];
        let told = format!("{told}, {refused}");
        let by = Flapping::new(seed, Some(refused));
        let flapping = Disturbed::by_post(world.platform.clone(), by, Post::new(SETTLES));
        let host = host_through(&world, flapping.clone()).await;
        let (order, _) = life().remove(0).remove(0);
        let first = first_settled(&host, &order, &flapping.post, &told).await;
        assert_eq!(first.state, Incomplete, "{told}\n{}", flapping.by.log());
        let reasons = reasons(&first);
        assert!(reasons.contains(&"the platform does not like it"), "{told}: {reasons:#?}");
    }
}

/// Hands an order over until it comes to something.
pub(crate) async fn first_settled(host: &Host, order: &Sale, post: &Post, told: &str) -> Outcome {
    for _ in 0..PATIENCE {
        if let Some(outcome) = settled(fulfil_in(host, order).await, post, told) {
            return outcome;
        }
        sleep(PAUSE).await;
    }
    panic!("{told}: it is not settled");
}
