//! Applying a plan: its steps in an order in which each can succeed, one request for all steps of a kind, and all requests at
//! once that need nothing of each other.
//!
//! Much can happen while a plan is applied: making accounts takes long. So just before what could undo somebody else's work,
//! an enrolment that is stated anew, or anything that is taken away, it is looked again, and what remains to be done is planned
//! anew. So what somebody else does meanwhile counts as if it had been done before.

mod answers;
mod elements;
mod phases;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use futures_util::future::join_all;

use shop_core::platform::{CourseId, Platform, PlatformError, Problem};
use shop_core::sessions::plan::{Done, Grounds, Plan, Step};
use shop_core::sessions::session::Fact;
use shop_core::sessions::standing::Standing;
use shop_core::words::email::Email;
use shop_core::words::order::OrderId;
use shop_journal::{Journal, JournalError};

use phases::{AT_ONCE, Look, Phase, ROUNDS, Round};
use request::Request;

/// What became of a plan.
pub(crate) struct Applied {
    /// The plan, as it was in the end.
    pub plan: Plan,
    /// What the platform had when it was last looked at.
    pub standing: Standing,
    /// In the order of the plan's steps.
    pub steps: Vec<Done>,
    /// Why some remain.
    pub unavailable: Option<PlatformError>,
}

/// Applies a plan. Before requests are sent, the journal is told what was there before; `progress` hears how many of how many
/// steps are behind us.
pub(crate) async fn apply(
    mut grounds: Grounds,
    plan: Plan,
    standing: Standing,
    order: &OrderId,
    platform: &dyn Platform,
    journal: &Journal,
    progress: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Applied, JournalError> {
    // They are written down with the decision.
    grounds.notes(&plan.before_all());
    let mut run = Run {
        grounds,
        plan,
        standing,
        order,
        platform,
        journal,
        outside: BTreeSet::new(),
        barred: BTreeSet::new(),
        done: BTreeMap::new(),
        unseen: BTreeSet::new(),
        progress,
    };
    let unavailable = match run.rounds().await {
        Ok(()) => None,
        Err(Halt::Unavailable(error)) => Some(error),
        Err(Halt::Refused(problem)) => {
            run.gives_up(&problem);
            None
        }
        Err(Halt::Journal(error)) => return Err(error),
    };
    let Run { plan, standing, mut done, .. } = run;
    let steps = (0..plan.steps.len()).map(|place| done.remove(&place).unwrap_or(Done::Remains)).collect();
    Ok(Applied { plan, standing, steps, unavailable })
}

/// Why a plan was not applied to its end.
enum Halt {
    /// The platform does not answer.
    Unavailable(PlatformError),
    /// The platform will not be looked at.
    Refused(Problem),
    /// The journal fails.
    Journal(JournalError),
}

/// Of a look.
impl From<PlatformError> for Halt {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::Refused(problem) | PlatformError::Unreadable(problem) => Halt::Refused(problem),
            unavailable => Halt::Unavailable(unavailable),
        }
    }
}

impl From<JournalError> for Halt {
    fn from(error: JournalError) -> Self {
        Halt::Journal(error)
    }
}

struct Run<'a> {
    grounds: Grounds,
    plan: Plan,
    standing: Standing,
    order: &'a OrderId,
    platform: &'a dyn Platform,
    journal: &'a Journal,
    outside: BTreeSet<(CourseId, Email)>,
    /// Whose account the platform enrols nowhere.
    barred: BTreeSet<Email>,
    /// By the places of the plan's steps.
    done: BTreeMap<usize, Done>,
    /// What was not looked at since the last change.
    unseen: BTreeSet<Look>,
    progress: &'a (dyn Fn(usize, usize) + Send + Sync),
}

impl<'r> Run<'r> {
    async fn rounds(&mut self) -> Result<(), Halt> {
        for round in &ROUNDS {
            self.look(round).await?;
            for phases in AT_ONCE.into_iter().take_while(|phases| round.has(phases)) {
                self.ask(phases).await?;
                self.note_outside();
                (self.progress)(self.done.len(), self.plan.steps.len());
            }
        }
        Ok(())
    }

    /// Looks again at what a round is about to touch, and plans anew what is not settled.
    async fn look(&mut self, round: &Round) -> Result<(), Halt> {
        let touched = self.unsettled().filter(|(_, step)| (round.before)(&step.change));
        let touched: BTreeSet<Fact> = touched.map(|(_, step)| step.fact.clone()).collect();
        if touched.is_empty() || !self.unseen.contains(&round.look) {
            return Ok(());
        }
        match round.look {
            Look::People => self.standing.read_participations(self.platform, &touched).await?,
            Look::Groups => self.standing.read_groups(self.platform, &touched).await?,
        }
        let earlier = std::mem::take(&mut self.plan);
        self.plan = self.grounds.plan(&self.standing).after(earlier, |place| self.done.contains_key(&place));
        self.done = (0..).zip(std::mem::take(&mut self.done).into_values()).collect();
        self.unseen.remove(&round.look);
        let before = self.plan.before_all();
        self.journal.note(self.order, &before, None).await?;
        self.grounds.notes(&before);
        Ok(())
    }

    /// The steps of which nothing has become yet, with their places.
    fn unsettled(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.plan.steps.iter().enumerate().filter(|(place, _)| !self.done.contains_key(place))
    }

    /// Nothing more is tried.
    fn gives_up(&mut self, problem: &Problem) {
        let rest: Vec<usize> = self.unsettled().map(|(place, _)| place).collect();
        self.done.extend(rest.into_iter().map(|place| (place, Done::Untried(problem.clone()))));
    }

    /// Makes the requests of these phases, all at once.
    async fn ask(&mut self, phases: &[Phase]) -> Result<(), Halt> {
        let requests = phases.iter().map(|phase| self.request(*phase));
        let requests: Vec<Request> = requests.filter(|request| !request.places.is_empty()).collect();
        if requests.is_empty() {
            return Ok(());
        }
        self.note(&requests).await?;
        let on_settled = self.on_settled(&requests);
        let sent = requests.iter().map(|request| request.send(self.platform, self.order, &on_settled));
        let answers = join_all(sent).await;
        self.settle(&requests, answers).await
    }

    /// Tells, of the elements of requests, how many steps are behind us. Only an enrolment can have several elements.
    fn on_settled(&self, requests: &[Request]) -> impl Fn(usize) + Send + Sync + use<'r> {
        let (progress, before, all) = (self.progress, self.done.len(), self.plan.steps.len());
        let places: Vec<usize> = places(requests).collect();
        let (steps, elements) = (places.iter().collect::<BTreeSet<_>>().len(), places.len());
        let settled = AtomicUsize::new(0);
        move |more| {
            let settled = (settled.fetch_add(more, Relaxed) + more).min(elements);
            progress(before + settled * steps / elements.max(1), all);
        }
    }

    /// Writes down what was there before the steps of requests: from now on they may be the shop's work, and nothing is as it
    /// was seen.
    async fn note(&mut self, requests: &[Request]) -> Result<(), JournalError> {
        let before = self.plan.before_steps(&places(requests).collect::<Vec<_>>());
        self.journal.note(self.order, &before, self.about(requests).as_ref()).await?;
        self.grounds.notes(&before);
        self.unseen.extend([Look::People, Look::Groups]);
        Ok(())
    }

    /// About whom something may come late of requests; none, if nothing does on this platform.
    fn about<'s>(&'s self, requests: impl IntoIterator<Item = &'s Request>) -> Option<BTreeSet<&'s Email>> {
        let may_come_late = !self.platform.settles_after().is_zero();
        may_come_late.then(|| places(requests).flat_map(|place| self.plan.steps[place].fact.people()).collect())
    }
}

/// The places of the steps that requests are for, one for each of their elements.
fn places<'s>(requests: impl IntoIterator<Item = &'s Request>) -> impl Iterator<Item = usize> {
    requests.into_iter().flat_map(|request| request.places.iter().copied())
}
