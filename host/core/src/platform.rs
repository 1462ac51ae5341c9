//! The learning platform, as the host sees it: what it looks up, reads and changes there, always in batches.
//!
//! No method is called once per person: each takes all that there is to ask or to do of its kind, so the number of requests
//! does not grow with the seats. Every change is idempotent: made again, it finds what it wanted already there. So a
//! plan that was interrupted anywhere can simply be applied again.

pub mod names;
mod problem;
mod refusal;

use std::time::Duration;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::email::Email;
use crate::words::period::{Period, Timestamp};

pub use problem::{ElementField, OwnWords, PlatformError, Problem};
pub use refusal::Refusal;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    )+};
}

ids! {
    /// The platform's id of an account.
    AccountId
    /// The platform's id of a course.
    CourseId
    /// The platform's id of a role.
    RoleId
    /// The platform's id of a group.
    GroupId
}

/// An account that the platform has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its address; if the platform has none that is valid, one that stands in for it.
    pub email: Email,
    /// The holder's first name.
    pub first_name: String,
    /// The holder's last name.
    pub last_name: String,
    /// Whether it can be used.
    pub state: AccountState,
    /// Whether the holder administers the platform: such an account is never attached.
    pub administrator: bool,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It can.
    Active,
    /// An administrator has suspended it.
    Suspended,
    /// It was deleted, and the platform remembers so.
    Deleted,
    /// Its holder has not confirmed it yet; before, the platform enrols nobody.
    Unconfirmed,
    /// It is the shop's own, by which it works there.
    Own,
    /// It is everybody's who does not log in.
    Guest,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// What parameters name it by.
    pub short_name: String,
    /// What people know it by.
    pub title: String,
    /// When it starts.
    pub start: Timestamp,
    /// Whether people can be enrolled in it.
    pub manual_enrolment: bool,
    /// Whether its groups see each other.
    pub group_mode: GroupMode,
}

/// Whether the groups of a course see each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GroupMode {
    /// The course ignores groups.
    None,
    /// They do.
    Visible,
    /// They don't.
    Separate,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// What parameters name it by.
    pub short_name: String,
    /// Whether it may be assigned in a course.
    pub in_course: bool,
    /// Whether it may be assigned in another person's account.
    pub in_account: bool,
}

/// What the platform has of somebody in a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct Participation {
    pub course: CourseId,
    pub account: AccountId,
    /// The enrolment that the shop can change; none, if the person is in the course in other ways only.
    pub enrolment: Option<Enrolment>,
    /// Whether the person is known to be in the course in another way too, which is not the shop's to change, such as a
    /// self-enrolment. Then roles and memberships outlast the enrolment.
    pub otherwise: bool,
    /// The person's roles in the course.
    pub roles: Vec<RoleId>,
    /// Whether the person has been in the course, or may have been: then there may be work that must not be lost.
    pub entered: bool,
    /// Whether the person was surely seen on the platform: then they have got in.
    pub seen: bool,
}

/// An enrolment, as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// For how long.
    pub period: Period,
    /// Whether it is suspended.
    pub suspended: bool,
    /// How `period` and `suspended` are known. If they are guessed, they are the most that there may be, and who wants the
    /// enrolment to be so states it again.
    pub known: Known,
}

/// How it is known that something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// It may be so or not: the platform does not tell, and was not asked for it, or has not answered.
    Guessed,
    /// The platform has answered that it is so. Whether others have changed it since, it does not tell.
    Answered,
    /// The platform tells.
    Seen,
}

/// What the platform has of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct Group {
    pub id: GroupId,
    pub course: CourseId,
    /// Its id number, by which it was asked for.
    pub id_number: String,
    /// Whether somebody has given it another id number since.
    #[serde(default)]
    pub renumbered: bool,
    pub name: String,
    /// All members.
    pub members: Vec<AccountId>,
}

/// A role of one person in another's account: one half of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountRole {
    /// Which role.
    pub role: RoleId,
    /// Who has it.
    pub holder: AccountId,
    /// In whose account.
    pub context: AccountId,
}

/// A role in an account that is assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignedRole {
    /// Which.
    pub role: AccountRole,
    /// How it is known to be. If it is guessed, it may be: who wants it assigns it again, who does not takes it away.
    pub known: Known,
}

/// An account to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// Its address.
    pub email: Email,
    /// The holder's first name.
    pub first_name: String,
    /// The holder's last name.
    pub last_name: String,
    /// The holder's language, if known.
    pub language: Option<String>,
}

/// An enrolment as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names tell it")]
pub struct Enrol {
    pub course: CourseId,
    pub account: AccountId,
    /// With which role; roles that the person has already stay.
    pub role: RoleId,
    pub period: Period,
    /// Whether it is suspended.
    pub suspended: bool,
}

/// An account after [`Platform::create_accounts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ensured {
    /// Its id.
    pub id: AccountId,
    /// Whether this request made it, or found it there.
    pub created: bool,
}

/// The answer to a request.
pub type Reply<T> = Result<T, PlatformError>;
/// The answer to a request that changes something: what became of each element, in the order of the elements.
pub type Replies<T = ()> = Reply<Vec<Result<T, Problem>>>;

/// Is called, while a request is under way, with how many more of its elements are settled; the others are when its answer
/// comes.
pub type OnSettled<'a> = &'a (dyn Fn(usize) + Send + Sync);

/// A learning platform. See the module's words on batches and idempotence.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Which platform this is: ids mean something on that one only. Reached again, it has the same identity.
    fn identity(&self) -> &str;

    /// This platform had another identity before: what is remembered by that is about this one.
    async fn had_identity(&self, former: &str) -> Reply<()>;

    /// How long after a request was given up it may still be carried out, if its answer was lost. Zero: when nobody waits for
    /// it any more, it is done or never will be.
    fn settles_after(&self) -> Duration;

    /// All accounts that have one of these addresses, compared as [`Email`]s, whatever their state; several can share one. A
    /// platform that minds case looks for them in these other spellings too, in which orders have them.
    async fn find_accounts(&self, emails: &[Email], spelled: &[String]) -> Reply<Vec<Account>>;

    /// The accounts with these ids, whatever their state; those that the platform no longer knows are left out.
    async fn accounts(&self, ids: &[AccountId]) -> Reply<Vec<Account>>;

    /// The courses with these short names, compared exactly.
    async fn find_courses(&self, short_names: &[String]) -> Reply<Vec<Course>>;

    /// The roles with these short names, compared exactly. A platform that tells of roles only who has them looks for them in
    /// these courses, and nowhere else.
    async fn find_roles(&self, short_names: &[String], courses: &[CourseId]) -> Reply<Vec<Role>>;

    /// These courses as they are now, whatever they are called by now. Those that are gone are left out; those that are there and
    /// cannot be seen are an error.
    async fn courses(&self, known: &[Course]) -> Reply<Vec<Course>>;

    /// These roles as they are now, whatever they are called by now. Those that are gone are left out; where the platform cannot
    /// tell, they are as they were.
    async fn roles(&self, known: &[Role]) -> Reply<Vec<Role>>;

    /// Makes sure that it would be told who is in these courses. A platform that leaves nobody out has nothing to look at.
    async fn see_participants(&self, courses: &[CourseId]) -> Reply<()>;

    /// Those of these who are in these courses, in whichever way.
    async fn participations(&self, of: &[(CourseId, AccountId)]) -> Reply<Vec<Participation>>;

    /// The groups with these id numbers in these courses, where there are such.
    async fn groups(&self, of: &[(CourseId, &str)]) -> Reply<Vec<Group>>;

    /// Those of these roles in accounts that are assigned, or may be.
    async fn account_roles(&self, among: &[AccountRole]) -> Reply<Vec<AssignedRole>>;

    /// Makes accounts, each where there is none with its address, and invites the holders of those made. One active account
    /// is found and left as it is. A suspended one, or several, are a problem; so is a deleted one, if the platform remembers
    /// it and no other has the address.
    async fn create_accounts(&self, accounts: &[NewAccount], on_settled: OnSettled<'_>) -> Replies<Ensured>;

    /// Enrols, or changes the enrolment that there is. Each element states the whole enrolment.
    async fn enrol(&self, enrolments: &[Enrol], on_settled: OnSettled<'_>) -> Replies;

    /// Takes away a role in a course; the enrolment and other roles stay.
    async fn unassign_course_roles(
        &self,
        roles: &[(CourseId, AccountId, RoleId)],
        on_settled: OnSettled<'_>,
    ) -> Replies;

    /// Ends enrolments, with the person's roles and group memberships in the course.
    async fn unenrol(&self, enrolments: &[(CourseId, AccountId)], on_settled: OnSettled<'_>) -> Replies;

    /// Makes sure that the course has a group with this id number; a new one gets this name.
    async fn create_groups(&self, groups: &[(CourseId, String)], id_number: &str) -> Replies<GroupId>;

    /// Deletes groups; one that is gone already is no problem.
    async fn delete_groups(&self, groups: &[GroupId]) -> Replies;

    /// Adds members; they must be enrolled in the group's course.
    async fn add_members(&self, members: &[(GroupId, AccountId)], on_settled: OnSettled<'_>) -> Replies;

    /// Removes members; a group that is gone has none, so that is no problem.
    async fn remove_members(&self, members: &[(GroupId, AccountId)], on_settled: OnSettled<'_>) -> Replies;

    /// Assigns roles in accounts.
    async fn assign_account_roles(&self, roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies;

    /// Takes away roles in accounts.
    async fn unassign_account_roles(&self, roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies;
}
