//! A platform with a flaw, such as the host cannot guard against, or a host with one: that the model notices it shows that the
//! model looks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::test_runner::TestError;
use shop_core::platform::{Platform, Reply};
use shop_harness::World;

use crate::durability::flapping::SETTLES;
use crate::fixtures::disturbed::{Answer, Disturbed, Disturbs, Passage, Post};
use crate::model;
use crate::model::called::ROLES;
use crate::model::facts::Name;
use crate::model::orders::Draft;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// The platform denies that requests can arrive late. They do, and so nobody is kept in quarantine.
    Denies,
    /// Every tenth request to the platform is answered as if it had been done, and comes to nothing.
    Forgets,
    /// The platform answers what there was before the last operation.
    Lags,
    /// The platform knows no role any more that is called otherwise by now.
    LosesRoles,
    /// The host lets whom the shop has named all along take back what the staff has decided.
    TakesBack,
    /// The host takes whom a message names that ends an order for whom the shop has named last.
    HearsTooMuch,
}

impl Flaw {
    /// How requests come to it that were given up.
    pub(crate) fn post(self) -> Arc<Post> {
        match self {
            Flaw::Denies => Post::denied(SETTLES),
            _ => Post::new(SETTLES),
        }
    }

    /// This platform with the flaw.
    pub(crate) fn in_platform(self, inner: Arc<dyn Platform>) -> Arc<Flawed> {
        let (changes, earlier, named) = (AtomicUsize::new(0), Mutex::default(), Mutex::default());
        Disturbed::platform(inner, Spoils { flaw: self, changes, earlier, named })
    }
}

pub(crate) type Flawed = Disturbed<Spoils>;

pub(crate) struct Spoils {
    flaw: Flaw,
    changes: AtomicUsize,
    /// The world before this operation, and before the last; or as it would be without what is denied.
    earlier: Mutex<VecDeque<World>>,
    /// By order, whom a message has named that ended it.
    named: Mutex<BTreeMap<Name, Name>>,
}

impl Spoils {
    /// Another operation begins.
    pub(crate) async fn goes_on(&self, world: &World) {
        let kept = match self.flaw {
            Flaw::Lags => 2,
            Flaw::LosesRoles => 1,
            _ => return,
        };
        let now = world.copy().await;
        if self.flaw == Flaw::LosesRoles {
            for (.., later) in ROLES {
                // Most are not called so.
                _ = now.by_hand().delete_role(later);
            }
        }
        let mut earlier = self.earlier.lock().unwrap();
        earlier.push_back(now);
        if earlier.len() > kept {
            earlier.pop_front();
        }
    }

    /// Whether whom a message names that came to something is in charge, whatever the staff has decided.
    pub(crate) fn hands_back(&self, message: &Draft) -> bool {
        let mut named = self.named.lock().unwrap();
        match self.flaw {
            Flaw::TakesBack => !message.state().ends(),
            Flaw::HearsTooMuch if message.state().ends() => {
                named.extend(message.names_beside().map(|who| (message.id, who)));
                false
            }
            Flaw::HearsTooMuch => named.remove(message.id).is_some_and(|who| who != message.operator),
            _ => false,
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

    fn reads(&self, method: &'static str) -> Option<Arc<dyn Platform>> {
        let earlier = self.earlier.lock().unwrap();
        if self.flaw == Flaw::LosesRoles && method != "roles" {
            return None;
        }
        earlier.front().map(|world| world.platform.clone() as Arc<dyn Platform>)
    }
}

#[test]
fn the_model_notices_what_is_wrong() {
    let platforms = [Flaw::Denies, Flaw::Forgets, Flaw::Lags, Flaw::LosesRoles];
    for flaw in platforms.into_iter().chain([Flaw::TakesBack, Flaw::HearsTooMuch]) {
        match model::lives(200, 1, 0, flaw) {
            Err(TestError::Fail(why, _)) if why.message().contains("the model says") => {}
            lived => panic!("{flaw:?}: {lived:?}"),
        }
    }
}
