//! A request to the platform: elements of one kind, each for a step of the plan.

use shop_core::platform::{
    AccountId, AccountRole, CourseId, Enrol, Ensured, GroupId, NewAccount, OnSettled, Platform, PlatformError, Problem,
    Replies, RoleId,
};
use shop_core::words::order::OrderId;

/// All that is asked of the platform for a phase.
pub(super) struct Request {
    /// The places of the steps in the plan, one for each element.
    pub(super) places: Vec<usize>,
    pub(super) asks: Asks,
}

/// What is asked, element by element.
pub(super) enum Asks {
    CreateAccounts(Vec<NewAccount>),
    Enrol(Vec<Enrol>),
    UnassignCourseRoles(Vec<(CourseId, AccountId, RoleId)>),
    Unenrol(Vec<(CourseId, AccountId)>),
    CreateGroups(Vec<(CourseId, String)>),
    DeleteGroups(Vec<GroupId>),
    AddMembers(Vec<(GroupId, AccountId)>),
    RemoveMembers(Vec<(GroupId, AccountId)>),
    AssignAccountRoles(Vec<AccountRole>),
    UnassignAccountRoles(Vec<AccountRole>),
}

/// What the platform answers of an element.
pub(super) enum Answer {
    Done,
    Account(Ensured),
    Group(GroupId),
}

impl Request {
    /// Between these two events, nobody here knows whether the platform has done it.
    pub(super) async fn send(
        &self,
        platform: &dyn Platform,
        order: &OrderId,
        on_settled: OnSettled<'_>,
    ) -> Replies<Answer> {
        tracing::trace!("asks");
        let replies = self.asks.of(platform, order, on_settled).await;
        tracing::trace!("answered");
        self.to_each(replies)
    }

    /// The replies, if there is one to each element. Otherwise nobody knows which is whose.
    fn to_each(&self, replies: Replies<Answer>) -> Replies<Answer> {
        let elements = self.places.len();
        match replies {
            Ok(replies) if replies.len() != elements => {
                let told = format!("it answered {} of {elements} elements of a request", replies.len());
                Err(PlatformError::Unavailable(Problem::new("answers", told)))
            }
            replies => replies,
        }
    }
}

impl Asks {
    async fn of(&self, platform: &dyn Platform, order: &OrderId, on_settled: OnSettled<'_>) -> Replies<Answer> {
        let done = |()| Answer::Done;
        match self {
            Asks::CreateAccounts(all) => answers(platform.create_accounts(all, on_settled).await, Answer::Account),
            Asks::Enrol(all) => answers(platform.enrol(all, on_settled).await, done),
            Asks::UnassignCourseRoles(all) => answers(platform.unassign_course_roles(all, on_settled).await, done),
            Asks::Unenrol(all) => answers(platform.unenrol(all, on_settled).await, done),
            Asks::CreateGroups(all) => answers(platform.create_groups(all, order.as_str()).await, Answer::Group),
            Asks::DeleteGroups(all) => answers(platform.delete_groups(all).await, done),
            Asks::AddMembers(all) => answers(platform.add_members(all, on_settled).await, done),
            Asks::RemoveMembers(all) => answers(platform.remove_members(all, on_settled).await, done),
            Asks::AssignAccountRoles(all) => answers(platform.assign_account_roles(all, on_settled).await, done),
            Asks::UnassignAccountRoles(all) => answers(platform.unassign_account_roles(all, on_settled).await, done),
        }
    }
}

fn answers<T>(replies: Replies<T>, answer: impl Fn(T) -> Answer) -> Replies<Answer> {
    replies.map(|replies| replies.into_iter().map(|reply| reply.map(&answer)).collect())
}
