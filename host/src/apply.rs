//! Applying a plan: its steps in an order in which each can succeed, one request for all steps of a kind.

mod elements;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::email::Email;
use crate::journal::{Journal, JournalError};
use crate::order::OrderId;
use crate::plan::{Change, Plan, Step};
use crate::platform::{
    AccountId, CourseId, Ensured, GroupId, NewAccount, OnSettled, Platform, PlatformError, Problem, Replies, RoleId,
};
use crate::session::Fact;
use crate::standing::Standing;

use elements::misplaced;

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is done.
    Yes,
    /// It was there already, though it was not when the plan was made.
    Found,
    /// The platform will not do it.
    No(Problem),
    /// The enrolment is made, but not with all of its roles.
    Partly {
        /// The roles that it has been given.
        given: Vec<RoleId>,
        /// Why it has not been given the others.
        problem: Problem,
    },
    /// The platform did not answer: it was not tried, or nobody knows what became of it.
    Remains,
}

/// What became of a plan.
pub struct Applied {
    /// In the order of the plan's steps.
    pub steps: Vec<Done>,
    /// Why some remain.
    pub unavailable: Option<Problem>,
}

/// Applies a plan. Before each request, the journal is told what was there before; `progress` hears how many steps are
/// behind us.
pub async fn apply(
    plan: &Plan,
    order: &OrderId,
    standing: &Standing,
    platform: &dyn Platform,
    journal: &Journal,
    progress: &(dyn Fn(usize) + Send + Sync),
) -> Result<Applied, JournalError> {
    let mut run = Run {
        plan,
        order,
        platform,
        journal,
        accounts: BTreeMap::new(),
        groups: BTreeMap::new(),
        outside: BTreeSet::new(),
        standing,
        done: BTreeMap::new(),
        progress,
    };
    let mut unavailable = None;
    for phase in PHASES {
        match run.phase(*phase).await {
            Ok(()) => progress(run.done.len()),
            Err(Halt::Unavailable(problem)) => {
                unavailable = Some(problem);
                break;
            }
            Err(Halt::Journal(error)) => return Err(error),
        }
    }
    let steps = (0..plan.steps.len()).map(|place| run.done.remove(&place).unwrap_or(Done::Remains)).collect();
    Ok(Applied { steps, unavailable })
}

/// Why a plan was not applied to its end.
enum Halt {
    /// The platform does not answer.
    Unavailable(Problem),
    /// The journal fails.
    Journal(JournalError),
}

impl From<JournalError> for Halt {
    fn from(error: JournalError) -> Self {
        Halt::Journal(error)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Accounts,
    Enrolments,
    Groups,
    Members,
    AccountRoles,
    DropAccountRoles,
    DropMembers,
    DropCourseRoles,
    DropEnrolments,
    DropGroups,
}

/// First what gives, then what takes away: somebody who changes seats never stands outside in between.
const PHASES: &[Phase] = &[
    Phase::Accounts,
    Phase::Enrolments,
    Phase::Groups,
    Phase::Members,
    Phase::AccountRoles,
    Phase::DropAccountRoles,
    Phase::DropMembers,
    Phase::DropCourseRoles,
    Phase::DropEnrolments,
    Phase::DropGroups,
];

fn phase_of(step: &Step) -> Phase {
    match step.change {
        Change::CreateAccount(_) => Phase::Accounts,
        Change::Enrol { .. } => Phase::Enrolments,
        Change::CreateGroup(_) => Phase::Groups,
        Change::AddMember => Phase::Members,
        Change::AssignAccountRole => Phase::AccountRoles,
        Change::UnassignAccountRole => Phase::DropAccountRoles,
        Change::RemoveMember => Phase::DropMembers,
        Change::UnassignCourseRole => Phase::DropCourseRoles,
        Change::Unenrol => Phase::DropEnrolments,
        Change::DeleteGroup => Phase::DropGroups,
    }
}

struct Run<'a> {
    plan: &'a Plan,
    order: &'a OrderId,
    platform: &'a dyn Platform,
    journal: &'a Journal,
    standing: &'a Standing,
    accounts: BTreeMap<Email, AccountId>,
    groups: BTreeMap<CourseId, GroupId>,
    outside: BTreeSet<(CourseId, &'a Email)>,
    done: BTreeMap<usize, Done>,
    progress: &'a (dyn Fn(usize) + Send + Sync),
}

/// Elements of one request, each with the step that it belongs to.
type Elements<T> = (Vec<usize>, Vec<T>);
/// The elements that a step comes to.
type Put<'r, T> = fn(&Run<'r>, &Step) -> Result<Vec<T>, Problem>;
/// The request for all elements of a kind.
type Request<T> =
    for<'b> fn(&'b dyn Platform, &'b [T], OnSettled<'b>) -> Pin<Box<dyn Future<Output = Replies> + Send + 'b>>;

impl<'r> Run<'r> {
    async fn phase(&mut self, phase: Phase) -> Result<(), Halt> {
        match phase {
            Phase::Accounts => self.accounts().await,
            Phase::Enrolments => {
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
                self.request(phase, Run::account_role, |platform, all, on_settled| {
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
        let (progress, before) = (self.progress, self.done.len());
        let (steps, elements) = (places.iter().collect::<BTreeSet<_>>().len(), places.len());
        let settled = AtomicUsize::new(0);
        move |more| {
            let settled = (settled.fetch_add(more, Relaxed) + more).min(elements);
            progress(before + settled * steps / elements.max(1));
        }
    }

    /// Writes down what was there before the steps of a request: from now on they may be the shop's work.
    async fn note(&self, places: &[usize]) -> Result<(), JournalError> {
        self.journal.note(self.order, &self.plan.before_steps(places)).await
    }

    /// The elements of a phase's request. A step that cannot be put is settled at once.
    fn elements<T>(&mut self, phase: Phase, put: Put<'r, T>) -> Elements<T> {
        let (mut places, mut elements) = (Vec::new(), Vec::new());
        for (place, step) in self.plan.steps.iter().enumerate().filter(|(_, step)| phase_of(step) == phase) {
            match put(self, step) {
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
        let mut found = Vec::new();
        if let Ok(replies) = &replies {
            for ((place, account), reply) in places.iter().zip(&elements).zip(replies) {
                let Ok(Ensured { id, created }) = reply else {
                    continue;
                };
                self.accounts.insert(account.email.clone(), *id);
                if !created {
                    found.push(*place);
                }
            }
        }
        let accounts: Vec<_> = self.accounts.iter().map(|(email, id)| (email, *id)).collect();
        self.journal.act_on(self.order, &accounts).await?;
        self.settle(&places, replies)?;
        self.done.extend(found.into_iter().map(|place| (place, Done::Found)));
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
            let made =
                elements.iter().zip(replies).filter_map(|((course, _), reply)| Some((*course, *reply.as_ref().ok()?)));
            self.groups.extend(made);
        }
        self.settle(&places, replies)
    }

    /// Keeps what became of a request's elements, by their steps.
    fn settle<T>(&mut self, places: &[usize], replies: Replies<T>) -> Result<(), Halt> {
        let replies = match replies {
            Ok(replies) => replies.into_iter().map(|reply| reply.map(drop)).collect::<Vec<_>>(),
            Err(PlatformError::Unavailable(problem)) => return Err(Halt::Unavailable(problem)),
            Err(PlatformError::Refused(problem)) => places.iter().map(|_| Err(problem.clone())).collect(),
        };
        let mut by_step: BTreeMap<usize, Vec<Result<(), Problem>>> = BTreeMap::new();
        for (place, reply) in places.iter().zip(replies) {
            by_step.entry(*place).or_default().push(reply);
        }
        let plan = self.plan;
        self.done.extend(by_step.into_iter().map(|(place, replies)| (place, became(&plan.steps[place], &replies))));
        Ok(())
    }

    /// Who was to be enrolled, was not, and is not in the course in another way either.
    fn note_outside(&mut self) {
        let (plan, standing) = (self.plan, self.standing);
        let failed = self.done.iter().filter(|(_, done)| matches!(done, Done::No(_)));
        self.outside = failed
            .filter_map(|(place, _)| match &plan.steps[*place] {
                Step { fact: Fact::Enrolment(course, email), change: Change::Enrol { .. } } => Some((*course, email)),
                _ => None,
            })
            .filter(|(course, email)| !standing.is_in(*course, email))
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
