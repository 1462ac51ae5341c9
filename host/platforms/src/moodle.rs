//! A Moodle, 4.2 to 5, reached over its REST web services. Nothing is installed there: core functions and a token suffice.
//!
//! # What Moodle does not tell
//!
//! No core function tells when an enrolment starts and ends, whether it is suspended, or which roles one account has in
//! another. Since each request to enrol states the whole enrolment, writing without knowing can cut somebody's right short.
//! So:
//!
//! - What the shop has asked for is remembered beside its journal (see `memory`): written down before the request
//!   as something that may be so, and again when the answer has come. An enrolment is told as it was asked for. If the
//!   answer was lost it is told as not certain, and therefore stated again.
//! - An enrolment that somebody else has made is told as the most that it may be: active, from ever and for ever, and not
//!   certain. An order that claims it then makes it so: nobody's right is shortened or lost, at the price that an
//!   enrolment which would have ended may not. The preview and the receipt show it. When the order is cancelled it stays.
//! - With custom reports of an administrator's (`enrolments_report` in the settings) the dates are read, to the minute,
//!   and that price is not paid; and if the report has the right column, enrolments by other methods are told apart, which are
//!   not the shop's to change. `shop-host platform check` says when there is none.
//! - Any role in an account may be assigned. Assigning one again is harmless; but when the shop takes it away in the end, it is
//!   gone, though somebody else may have given it before.
//! - What is remembered is about one site. Its address is the platform's identity.
//! - Who administers the site is not told either, but for the account that it was installed with: the others' addresses belong
//!   into the shop's list of protected ones.
//! - What the shop's account may not see is left out without a word. So where somebody is missing, it is looked whether the account
//!   sees at all, before anything follows from it (`sight`).
//!
//! # What is atomic
//!
//! Each request to change something is done wholly or not at all; when it fails, Moodle seldom says because of whom. So it is
//! divided until the bad element is alone (`batch`); but first it is looked whether what all have in common is bad, such as a
//! course that was deleted (`suspect`). Accounts, which cannot be made twice, are looked up after each failure.
//! A client that gives up does not stop the call. So nothing newer is asked about the people in it before it can no longer arrive
//! (`settle_seconds` in the settings); and user names are made so that a second one fails (`usernames`).

mod accounts;
mod batch;
mod check;
mod client;
mod courses;
mod enrolments;
mod error;
mod fault;
mod fields;
mod groups;
mod kept;
mod lanes;
mod languages;
mod markup;
mod members;
mod memory;
mod new_accounts;
mod participants;
mod probe;
mod report;
mod request_size;
mod requirements;
mod rest;
mod role_names;
mod roles;
mod settings;
mod sight;
mod suspect;
mod token;
mod usernames;
mod users;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::Deserialize;
use tokio::sync::Mutex;

use shop_core::platform::{
    Account, AccountId, AccountRole, AssignedRole, Course, CourseId, Enrol, Ensured, Group, GroupId, NewAccount,
    OnSettled, Participation, Platform, Replies, Reply, Role, RoleId,
};
use shop_core::words::email::Email;
use shop_store::Store;

pub use check::{CapabilityCheck, CourseCheck, FunctionCheck, NeededCourse, Needs, RoleCheck, SiteCheck, Verdict};
pub use client::ClientError;
pub use memory::{MemoryError, make_memory};
pub use settings::{MoodleSettings, UrlError, Usernames};
pub use token::{Token, TokenError, TokenSource};

use batch::Batch;
use client::Client;
use error::CallError;
use kept::Kept;
use memory::Memory;
use suspect::Suspect;

/// A Moodle.
#[derive(Debug)]
pub struct MoodlePlatform {
    settings: MoodleSettings,
    client: Client,
    memory: Memory,
    absent: accounts::Absent,
    sight: sight::Sight,
    roles: role_names::Roles,
    site: Mutex<Kept<Arc<Site>>>,
    /// How many variables the site was seen to read.
    reads: Mutex<Kept<variables::Reads>>,
    /// Known, if the site was seen to write times for the shop's account as they are read.
    tells_utc: Mutex<Kept<()>>,
    readings: report::Readings,
}

/// No way to the Moodle can be set up; it was not asked yet.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// No connection can be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// What is remembered of it cannot be used.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

fn way_to(settings: &MoodleSettings) -> Result<(Client, String), OpenError> {
    let client = Client::new(settings, settings.token.token()?)?;
    Ok((client, settings.site().map_err(ClientError::from)?))
}

/// What the site says of itself and of the token.
#[derive(Clone, Debug, Deserialize)]
struct Site {
    sitename: String,
    release: String,
    username: String,
    userid: i64,
    functions: Vec<Function>,
}

#[derive(Clone, Debug, Deserialize)]
struct Function {
    name: String,
}

impl MoodlePlatform {
    /// Sets up a way to a Moodle, which is not asked anything yet. What is remembered of it is in the file `memory`, which is
    /// made if it is not there.
    pub async fn open(settings: MoodleSettings, memory: &Path) -> Result<Self, OpenError> {
        let (client, site) = way_to(&settings)?;
        let memory = Memory::open(memory, site).await?;
        Ok(Self::of(settings, client, memory))
    }

    /// The same with what is remembered of it in the database of a server, which several hosts share: no one of them knows alone
    /// what was asked of the Moodle.
    pub fn shared(settings: MoodleSettings, memory: Store) -> Result<Self, OpenError> {
        let (client, site) = way_to(&settings)?;
        Ok(Self::of(settings, client, Memory::within(memory, site)))
    }

    fn of(settings: MoodleSettings, client: Client, memory: Memory) -> Self {
        MoodlePlatform {
            settings,
            client,
            memory,
            absent: accounts::Absent::default(),
            sight: sight::Sight::default(),
            roles: role_names::Roles::default(),
            site: Mutex::default(),
            reads: Mutex::default(),
            tells_utc: Mutex::default(),
            readings: report::Readings::default(),
        }
    }

    fn batch(&self, function: &'static str, list: &'static str, suspect: Suspect) -> Batch<'_> {
        Batch { moodle: self, function, list, suspect }
    }

    async fn site(&self) -> Result<Arc<Site>, CallError> {
        let (mut kept, now) = (self.site.lock().await, Instant::now());
        if let Some(site) = kept.get(now) {
            return Ok(site);
        }
        let site: Arc<Site> = Arc::new(self.client.call("core_webservice_get_site_info", &Vec::new()).await?);
        kept.keep(now, site.clone());
        Ok(site)
    }

    /// The short names of courses.
    async fn short_names(&self, courses: &BTreeSet<CourseId>) -> Reply<BTreeMap<String, CourseId>> {
        courses::short_names(self, courses).await
    }
}

#[async_trait]
impl Platform for MoodlePlatform {
    fn identity(&self) -> &str {
        self.memory.site()
    }

    async fn had_identity(&self, former: &str) -> Reply<()> {
        self.memory.was_at(former).await
    }

    fn settles_after(&self) -> Duration {
        self.settings.settles()
    }

    async fn find_accounts(&self, emails: &[Email], spelled: &[String]) -> Reply<Vec<Account>> {
        accounts::find(self, emails, spelled).await
    }

    async fn accounts(&self, ids: &[AccountId]) -> Reply<Vec<Account>> {
        accounts::by_id(self, ids).await
    }

    async fn find_courses(&self, short_names: &[String]) -> Reply<Vec<Course>> {
        courses::find(self, short_names).await
    }

    async fn find_roles(&self, short_names: &[String], courses: &[CourseId]) -> Reply<Vec<Role>> {
        role_names::find(self, short_names, courses).await
    }

    async fn courses(&self, known: &[Course]) -> Reply<Vec<Course>> {
        courses::by_id(self, known).await
    }

    async fn roles(&self, known: &[Role]) -> Reply<Vec<Role>> {
        Ok(role_names::now(self, known))
    }

    async fn see_participants(&self, courses: &[CourseId]) -> Reply<()> {
        for course in courses {
            sight::see_participants(self, *course, false).await?;
        }
        Ok(())
    }

    async fn participations(&self, of: &[(CourseId, AccountId)]) -> Reply<Vec<Participation>> {
        enrolments::find(self, of).await
    }

    async fn groups(&self, of: &[(CourseId, &str)]) -> Reply<Vec<Group>> {
        groups::find(self, of).await
    }

    async fn account_roles(&self, among: &[AccountRole]) -> Reply<Vec<AssignedRole>> {
        roles::find(self, among).await
    }

    async fn create_accounts(&self, accounts: &[NewAccount], on_settled: OnSettled<'_>) -> Replies<Ensured> {
        new_accounts::create(self, accounts, on_settled).await
    }

    async fn enrol(&self, enrolments: &[Enrol], on_settled: OnSettled<'_>) -> Replies {
        enrolments::enrol(self, enrolments, on_settled).await
    }

    async fn unassign_course_roles(
        &self,
        roles: &[(CourseId, AccountId, RoleId)],
        on_settled: OnSettled<'_>,
    ) -> Replies {
        roles::unassign_in_courses(self, roles, on_settled).await
    }

    async fn unenrol(&self, enrolments: &[(CourseId, AccountId)], on_settled: OnSettled<'_>) -> Replies {
        enrolments::end(self, enrolments, on_settled).await
    }

    async fn create_groups(&self, groups: &[(CourseId, String)], id_number: &str) -> Replies<GroupId> {
        groups::create(self, groups, id_number).await
    }

    async fn delete_groups(&self, groups: &[GroupId]) -> Replies {
        groups::delete(self, groups).await
    }

    async fn add_members(&self, members: &[(GroupId, AccountId)], on_settled: OnSettled<'_>) -> Replies {
        members::add(self, members, on_settled).await
    }

    async fn remove_members(&self, members: &[(GroupId, AccountId)], on_settled: OnSettled<'_>) -> Replies {
        members::remove(self, members, on_settled).await
    }

    async fn assign_account_roles(&self, roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies {
        roles::assign(self, roles, on_settled).await
    }

    async fn unassign_account_roles(&self, roles: &[AccountRole], on_settled: OnSettled<'_>) -> Replies {
        roles::unassign(self, roles, on_settled).await
    }
}
