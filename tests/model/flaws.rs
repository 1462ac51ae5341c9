//! A platform with a flaw, such as the host cannot guard against: that the model notices it shows that the model looks.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::test_runner::TestError;
use shop_harness::World;
use shop_host::platform::{Platform, Reply};

use crate::durability::flapping::SETTLES;
use crate::fixtures::disturbed::{Answer, Disturbed, Disturbs, Passage, Post};
use crate::model;

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// It denies that requests can arrive late. They do, and so nobody is kept in quarantine.
    Denies,
    /// Every tenth request is answered as if it had been done, and comes to nothing.
    Forgets,
    /// It answers what there was before the last operation.
    Lags,
}

impl Flaw {
    /// How requests come to it that were given up.
    pub(crate) fn post(self) -> Arc<Post> {
        match self {
            Flaw::Denies => Post::denied(SETTLES),
            Flaw::None | Flaw::Forgets | Flaw::Lags => Post::new(SETTLES),
        }
    }

    /// This platform with the flaw.
    pub(crate) fn in_platform(self, inner: Arc<dyn Platform>) -> Arc<Flawed> {
        Disturbed::platform(inner, Spoils { flaw: self, changes: AtomicUsize::new(0), earlier: Mutex::default() })
    }
}

pub(crate) type Flawed = Disturbed<Spoils>;

pub(crate) struct Spoils {
    flaw: Flaw,
    changes: AtomicUsize,
    /// The world before this operation, and before the last.
    earlier: Mutex<VecDeque<World>>,
}

impl Spoils {
    /// Another operation begins.
    pub(crate) async fn goes_on(&self, world: &World) {
        if self.flaw == Flaw::Lags {
            let now = world.copy().await;
            let mut earlier = self.earlier.lock().unwrap();
            earlier.push_back(now);
            if earlier.len() > 2 {
                earlier.pop_front();
            }
        }
    }
}

#[async_trait]
impl Disturbs for Spoils {
    async fn passage(&self, _: &'static str, elements: usize) -> Reply<Passage> {
        let free = Passage::free(elements);
        if self.flaw != Flaw::Forgets || elements == 0 || self.changes.fetch_add(1, SeqCst) % 10 < 9 {
            return Ok(free);
        }
        Ok(Passage { elements: 0..0, answer: Answer::Pretence(elements), ..free })
    }

    fn reads(&self) -> Option<Arc<dyn Platform>> {
        let earlier = self.earlier.lock().unwrap();
        earlier.front().map(|world| world.platform.clone() as Arc<dyn Platform>)
    }
}

#[test]
fn the_model_notices_what_is_wrong_with_a_platform() {
    for flaw in [Flaw::Denies, Flaw::Forgets, Flaw::Lags] {
        match model::lives(200, 1, 0, flaw) {
            Err(TestError::Fail(why, _)) if why.message().contains("the model says") => {}
            lived => panic!("{flaw:?}: {lived:?}"),
        }
    }
}
