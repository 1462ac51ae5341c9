//! Applying a plan: its steps in an order in which each can succeed, one request for all steps of a kind.
//!
//! Much can happen while a plan is applied: making accounts takes long. So just before what could undo somebody else's work,
//! an enrolment that is stated anew, or anything that is taken away, it is looked again, and what remains to be done is planned
//! anew. So what somebody else does meanwhile counts as if it had been done before.

mod elements;
mod phases;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::email::Email;
use crate::journal::{Journal, JournalError};
use crate::order::OrderId;
use crate::plan::{Change, Done, Grounds, Plan, Step};
use crate::platform::{
    CourseId, Ensured, Field, NewAccount, OnSettled, Platform, PlatformError, Problem, Replies, RoleId,
};
use crate::session::Fact;
use crate::standing::Standing;

use elements::misplaced;
use phases::{Look, PHASES, Phase, ROUNDS, Round};

/// What became of a plan.
pub struct Applied {
    /// The plan, as it was in the end.
    pub plan: Plan,
    /// What the platform had when it was last looked at.
    pub standing: Standing,
    /// In the order of the plan's steps.
    pub steps: Vec<Done>,
    /// Why some remain.
    pub unavailable: Option<PlatformError>,
}

/// Applies a plan. Before each request, the journal is told what was there before; `progress` hears how many of how many
/// steps are behind us.
pub async fn apply(
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

/// Elements of one request, each with the step that it belongs to.
type Elements<T> = (Vec<usize>, Vec<T>);
/// The elements that a step comes to.
type Put<'r, T> = fn(&Run<'r>, &Step) -> Result<Vec<T>, Problem>;
/// The request for all elements of a kind.
type Request<T> =
    for<'b> fn(&'b dyn Platform, &'b [T], OnSettled<'b>) -> Pin<Box<dyn Future<Output = Replies> + Send + 'b>>;

impl<'r> Run<'r> {
    async fn rounds(&mut self) -> Result<(), Halt> {
        for round in &ROUNDS {
            self.look(round).await?;
            for phase in PHASES.into_iter().take_while(|phase| *phase <= round.to) {
                self.phase(phase).await?;
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

    async fn phase(&mut self, phase: Phase) -> Result<(), Halt> {
        match phase {
            Phase::Accounts => self.accounts().await,
            Phase::FirstEnrolments | Phase::Enrolments => {
                self.request(phase, Run::enrols, |platform, all, on_settled| platform.enrol(all, on_settled)).await?;
                self.note_outside();
                Ok(())
            }
            Phase::Groups => self.groups().await,
            Phase::Members => {
                self.request(phase, Run::new_member, |platform, all, on_settled| platform.add_members(all, on_settled))
                    .await
            }
            Phase::AccountRoles => {
                self.request(phase, Run::new_account_role, |platform, all, on_settled| {
                    platform.assign_account_roles(all, on_settled)
                })
                .await
            }
            Phase::DropAccountRoles => {
                self.request(phase, Run::account_role, |platform, all, on_settled| {
                    platform.unassign_account_roles(all, on_settled)
                })
                .await
            }
            Phase::DropMembers => {
                self.request(phase, Run::member, |platform, all, on_settled| platform.remove_members(all, on_settled))
                    .await
            }
            Phase::DropCourseRoles => {
                self.request(phase, Run::course_role, |platform, all, on_settled| {
                    platform.unassign_course_roles(all, on_settled)
                })
                .await
            }
            Phase::DropEnrolments => {
                self.request(phase, Run::enrolment, |platform, all, on_settled| platform.unenrol(all, on_settled)).await
            }
            Phase::DropGroups => {
                self.request(phase, Run::dropped_group, |platform, all, _| platform.delete_groups(all)).await
            }
        }
    }

    /// Makes the one request of a phase, if it has any step.
    async fn request<T>(&mut self, phase: Phase, put: Put<'r, T>, send: Request<T>) -> Result<(), Halt> {
        let (places, elements) = self.elements(phase, put);
        if elements.is_empty() {
            return Ok(());
        }
        self.note(&places).await?;
        let replies = to_each(&elements, asked(send(self.platform, &elements, &self.on_settled(&places))).await);
        self.settle(&places, replies)
    }

    /// Tells, of the elements of a request, how many steps are behind us. Only an enrolment can have several elements.
    fn on_settled(&self, places: &[usize]) -> impl Fn(usize) + Send + Sync + use<'r> {
        let (progress, before, all) = (self.progress, self.done.len(), self.plan.steps.len());
        let (steps, elements) = (places.iter().collect::<BTreeSet<_>>().len(), places.len());
        let settled = AtomicUsize::new(0);
        move |more| {
            let settled = (settled.fetch_add(more, Relaxed) + more).min(elements);
            progress(before + settled * steps / elements.max(1), all);
        }
    }

    /// Writes down what was there before the steps of a request: from now on they may be the shop's work, and nothing is as it
    /// was seen.
    async fn note(&mut self, places: &[usize]) -> Result<(), JournalError> {
        let before = self.plan.before_steps(places);
        let about = places.iter().flat_map(|place| self.plan.steps[*place].fact.people()).collect();
        let may_come_late = !self.platform.settles_after().is_zero();
        self.journal.note(self.order, &before, may_come_late.then_some(&about)).await?;
        self.grounds.notes(&before);
        self.unseen.extend([Look::People, Look::Groups]);
        Ok(())
    }

    /// The elements of a phase's request. A step that cannot be put is settled at once.
    fn elements<T>(&mut self, phase: Phase, put: Put<'r, T>) -> Elements<T> {
        let of_phase = self.unsettled().filter(|(_, step)| phase.has(step, &self.standing));
        let put: Vec<_> = of_phase.map(|(place, step)| (place, put(self, step))).collect();
        let (mut places, mut elements) = (Vec::new(), Vec::new());
        for (place, of_step) in put {
            match of_step {
                Ok(of_step) => {
                    places.extend(of_step.iter().map(|_| place));
                    elements.extend(of_step);
                }
                Err(problem) => {
                    self.done.insert(place, Done::No(problem));
                }
            }
        }
        (places, elements)
    }

    async fn accounts(&mut self) -> Result<(), Halt> {
        let (places, elements): Elements<NewAccount> = self.elements(Phase::Accounts, |_, step| match &step.change {
            Change::CreateAccount(account) => Ok(vec![account.clone()]),
            _ => Err(misplaced(&step.fact)),
        });
        if elements.is_empty() {
            return Ok(());
        }
        self.note(&places).await?;
        let replies =
            to_each(&elements, asked(self.platform.create_accounts(&elements, &self.on_settled(&places))).await);
        let (mut known, mut found, mut turned_out) = (Vec::new(), Vec::new(), BTreeSet::new());
        if let Ok(replies) = &replies {
            for ((place, account), reply) in places.iter().zip(&elements).zip(replies) {
                let Ok(Ensured { id, created }) = reply else {
                    continue;
                };
                self.grounds.begins_anew(&account.email);
                self.standing.has_account_now(&account.email, *id);
                known.push((&account.email, *id));
                if !created {
                    found.push(*place);
                    turned_out.extend(self.grounds.turns_out_found(&account.email));
                }
            }
        }
        let of_others: Vec<&Fact> = found.iter().map(|place| &self.plan.steps[*place].fact).collect();
        self.journal.act_on(self.order, &known, &of_others).await?;
        self.settle(&places, replies)?;
        self.done.extend(found.into_iter().map(|place| (place, Done::Found)));
        let withheld = self.unsettled().filter(|(_, step)| turned_out.contains(&step.fact));
        let withheld =
            withheld.filter_map(|(place, step)| Some((place, self.grounds.attachments.withheld(&step.fact)?)));
        let withheld: Vec<_> = withheld.map(|(place, why)| (place, Done::Withheld(why))).collect();
        self.done.extend(withheld);
        Ok(())
    }

    async fn groups(&mut self) -> Result<(), Halt> {
        let (places, elements) = self.elements(Phase::Groups, |_, step| match (&step.fact, &step.change) {
            (Fact::Group(course, _), Change::CreateGroup(name)) => Ok(vec![(*course, name.clone())]),
            _ => Err(misplaced(&step.fact)),
        });
        if elements.is_empty() {
            return Ok(());
        }
        self.note(&places).await?;
        let replies = to_each(&elements, asked(self.platform.create_groups(&elements, self.order.as_str())).await);
        if let Ok(replies) = &replies {
            for ((course, name), reply) in elements.iter().zip(replies) {
                if let Ok(group) = reply {
                    self.standing.has_group_now(*course, self.order, *group, name);
                }
            }
        }
        self.settle(&places, replies)
    }

    /// Keeps what became of a request's elements, by their steps.
    fn settle<T>(&mut self, places: &[usize], replies: Replies<T>) -> Result<(), Halt> {
        let replies = match replies {
            Ok(replies) => replies.into_iter().map(|reply| reply.map(drop)).collect::<Vec<_>>(),
            Err(PlatformError::Refused(problem) | PlatformError::Unreadable(problem)) => {
                places.iter().map(|_| Err(problem.clone())).collect()
            }
            Err(unavailable) => return Err(Halt::Unavailable(unavailable)),
        };
        let mut by_step: BTreeMap<usize, Vec<Result<(), Problem>>> = BTreeMap::new();
        for (place, reply) in places.iter().zip(replies) {
            by_step.entry(*place).or_default().push(reply);
        }
        let plan = &self.plan;
        self.done.extend(by_step.into_iter().map(|(place, replies)| (place, became(&plan.steps[place], &replies))));
        Ok(())
    }

    /// Who was to be enrolled, was not, and is not in the course in another way either; and of whom it is the account that the
    /// platform does not take.
    fn note_outside(&mut self) {
        let barred = self.done.iter().filter_map(|(place, done)| match (&self.plan.steps[*place].fact, done) {
            (Fact::Enrolment(_, email), Done::No(problem)) if problem.field == Some(Field::Account) => {
                Some(email.clone())
            }
            _ => None,
        });
        self.barred = barred.collect();
        let failed = self.done.iter().filter(|(_, done)| matches!(done, Done::No(_)));
        self.outside = failed
            .filter_map(|(place, _)| match &self.plan.steps[*place] {
                Step { fact: Fact::Enrolment(course, email), change: Change::Enrol { .. } } => Some((*course, email)),
                _ => None,
            })
            .filter(|(course, email)| !self.standing.is_in(*course, email))
            .map(|(course, email)| (course, email.clone()))
            .collect();
    }
}

/// Between these two events, nobody here knows whether the platform has done it.
async fn asked<T>(request: impl Future<Output = Replies<T>>) -> Replies<T> {
    tracing::trace!("asks");
    let replies = request.await;
    tracing::trace!("answered");
    replies
}

/// The replies, if there is one to each element. Otherwise nobody knows which is whose.
fn to_each<E, T>(elements: &[E], replies: Replies<T>) -> Replies<T> {
    match replies {
        Ok(replies) if replies.len() != elements.len() => {
            let told = format!("it answered {} of {} elements of a request", replies.len(), elements.len());
            Err(PlatformError::Unavailable(Problem::new("answers", told)))
        }
        replies => replies,
    }
}

/// What became of a step, by the replies to its elements. Only an enrolment with several roles has several.
fn became(step: &Step, replies: &[Result<(), Problem>]) -> Done {
    let Some(problem) = replies.iter().find_map(|reply| reply.clone().err()) else {
        return Done::Yes;
    };
    let given: Vec<RoleId> = match &step.change {
        Change::Enrol { roles, .. } => {
            roles.iter().zip(replies).filter(|(_, reply)| reply.is_ok()).map(|(role, _)| *role).collect()
        }
        _ => Vec::new(),
    };
    if given.is_empty() { Done::No(problem) } else { Done::Partly { given, problem } }
}
