//! What is kept of the answers to requests that were made at once.

use std::collections::{BTreeMap, BTreeSet};

use super::request::{Answer, Request};
use super::{Halt, Run};
use shop_core::platform::{ElementField, Ensured, PlatformError, Problem, Replies, RoleId};
use shop_core::sessions::plan::{Change, Done, Step};
use shop_core::sessions::session::Fact;
use shop_journal::JournalError;

impl Run<'_> {
    /// Keeps what became of the elements of requests, by their steps. What one request has done is done, whatever became of the
    /// others.
    pub(super) async fn settle(&mut self, requests: &[Request], answers: Vec<Replies<Answer>>) -> Result<(), Halt> {
        let (mut failed, mut lost) = (Vec::new(), Vec::new());
        for (request, answer) in requests.iter().zip(answers) {
            match answer {
                Ok(replies) => self.settle_one(request, replies).await?,
                Err(PlatformError::Refused(problem) | PlatformError::Unreadable(problem)) => {
                    let refused = request.places.iter().map(|_| Err(problem.clone()));
                    self.settle_one(request, refused.collect()).await?;
                }
                Err(unavailable) => {
                    lost.extend(matches!(unavailable, PlatformError::Lost(_)).then_some(request));
                    failed.push(unavailable);
                }
            }
        }
        let Some(unavailable) = PlatformError::foremost(failed) else { return Ok(()) };
        if !lost.is_empty() && lost.len() < requests.len() {
            // Nothing comes late any more of what was answered.
            self.journal.note(self.order, &[], self.about(lost).as_ref()).await?;
        }
        Err(Halt::Unavailable(unavailable))
    }

    async fn settle_one(
        &mut self,
        request: &Request,
        replies: Vec<Result<Answer, Problem>>,
    ) -> Result<(), JournalError> {
        let mut by_step: BTreeMap<usize, Vec<Result<(), Problem>>> = BTreeMap::new();
        let (mut accounts, mut made) = (Vec::new(), Vec::new());
        for (place, reply) in request.places.iter().zip(replies) {
            match reply {
                Ok(Answer::Account(ensured)) => accounts.push((*place, ensured)),
                Ok(Answer::Group(group)) => made.push((*place, group)),
                _ => {}
            }
            by_step.entry(*place).or_default().push(reply.map(drop));
        }
        for (place, group) in made {
            if let Step { fact: Fact::Group(course, order), change: Change::CreateGroup(name) } =
                &self.plan.steps[place]
            {
                self.standing.has_group_now(*course, order, group, name);
            }
        }
        let plan = &self.plan;
        self.done.extend(by_step.into_iter().map(|(place, replies)| (place, became(&plan.steps[place], &replies))));
        if accounts.is_empty() { Ok(()) } else { self.keep_accounts(&accounts).await }
    }

    /// These people have accounts now. Of those who had one after all, the shop has made nothing, and perhaps does not attach it.
    async fn keep_accounts(&mut self, accounts: &[(usize, Ensured)]) -> Result<(), JournalError> {
        let (mut known, mut found, mut turned_out) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (place, Ensured { id, created }) in accounts {
            let fact = &self.plan.steps[*place].fact;
            let Fact::Account(email) = fact else { continue };
            self.grounds.begins_anew(email);
            self.standing.has_account_now(email, *id);
            known.push((email, *id));
            if !created {
                self.done.insert(*place, Done::Found);
                found.push(fact);
                turned_out.extend(self.grounds.turns_out_found(email));
            }
        }
        self.journal.act_on(self.order, &known, &found).await?;
        let withheld = self.unsettled().filter(|(_, step)| turned_out.contains(&step.fact));
        let withheld =
            withheld.filter_map(|(place, step)| Some((place, self.grounds.attachments.withheld(&step.fact)?)));
        let withheld: Vec<_> = withheld.map(|(place, why)| (place, Done::Withheld(why))).collect();
        self.done.extend(withheld);
        Ok(())
    }

    /// Who was to be enrolled, was not, and is not in the course in another way either; and of whom it is the account that the
    /// platform does not take.
    pub(super) fn note_outside(&mut self) {
        let barred = self.done.iter().filter_map(|(place, done)| match (&self.plan.steps[*place].fact, done) {
            (Fact::Enrolment(_, email), Done::No(problem)) if problem.field == Some(ElementField::Account) => {
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
