//! A description of what is on the platform before the shop comes.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use shop_core::platform::{GroupMode, PlatformError};
use shop_core::words::email::Email;
use shop_core::words::object;
use shop_core::words::period::Timestamp;

use super::EmbeddedPlatform;
use super::change::Refused;
use shop_core::platform::Refusal;

/// What is on the platform before the shop comes, as a TOML file describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The roles.
    #[serde(default, deserialize_with = "object::list")]
    pub role: Vec<RoleSeed>,
    /// The courses.
    #[serde(default, deserialize_with = "object::list")]
    pub course: Vec<CourseSeed>,
    /// The accounts. Several may have one address, under different names.
    #[serde(default, deserialize_with = "object::list")]
    pub account: Vec<AccountSeed>,
    /// The enrolments, one entry for each role.
    #[serde(default, deserialize_with = "object::list")]
    pub enrolment: Vec<EnrolmentSeed>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleSeed {
    /// Unique.
    pub short_name: String,
    /// Whether it may be assigned in a course.
    #[serde(default)]
    pub in_course: bool,
    /// Whether it may be assigned in another person's account.
    #[serde(default)]
    pub in_account: bool,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CourseSeed {
    /// Unique.
    pub short_name: String,
    /// What people know it by.
    pub title: String,
    /// When it starts, as text: `start = "2027-01-11T09:00:00+01:00"`.
    pub start: Timestamp,
    /// Whether people can be enrolled in it.
    #[serde(default = "yes")]
    pub manual_enrolment: bool,
    /// Whether its groups see each other.
    #[serde(default = "separate")]
    pub group_mode: GroupMode,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountSeed {
    /// The address.
    pub email: Email,
    /// The holder's first name.
    pub first_name: String,
    /// The holder's last name.
    pub last_name: String,
    /// Whether an administrator has suspended it.
    #[serde(default)]
    pub suspended: bool,
    /// Whether it was deleted.
    #[serde(default)]
    pub deleted: bool,
    /// Whether the holder administers the platform.
    #[serde(default)]
    pub administrator: bool,
    /// The holder's language, if known.
    pub language: Option<String>,
}

/// An enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentSeed {
    /// The course's short name.
    pub course: String,
    /// The address of who is enrolled.
    pub email: Email,
    /// The role's short name.
    pub role: String,
    /// Since when; if absent, since ever.
    pub start: Option<Timestamp>,
    /// Until when; if absent, for ever.
    pub end: Option<Timestamp>,
    /// Whether it is suspended.
    #[serde(default)]
    pub suspended: bool,
    /// Whether the person has been in the course.
    #[serde(default)]
    pub entered: bool,
}

fn yes() -> bool {
    true
}

fn separate() -> GroupMode {
    GroupMode::Separate
}

/// A description that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// An entry says what cannot be.
    #[error("{entry}: {reason}")]
    Impossible {
        /// Which.
        entry: String,
        /// Why not.
        reason: &'static str,
    },
    /// The platform did not work.
    #[error(transparent)]
    Platform(#[from] PlatformError),
}

const ROLES: &str = "
    INSERT INTO roles (short_name, in_course, in_account)
    SELECT value->>'short_name', value->>'in_course', value->>'in_account' FROM json_each(?1) WHERE true ORDER BY key
    ON CONFLICT (short_name) DO NOTHING";

const COURSES: &str = "
    INSERT INTO courses (short_name, title, starts, group_mode, manual_enrolment)
    SELECT value->>'short_name', value->>'title', value->>'start', value->>'group_mode', value->>'manual_enrolment'
    FROM json_each(?1) WHERE true ORDER BY key
    ON CONFLICT (short_name) DO NOTHING";

/// Only those whose address and names no account has. The nth with an address has `address:n` as its username, which is
/// no address, so that it stands in nobody's way.
const ACCOUNTS: &str = "
    WITH missing AS (
        SELECT value, key, value->>'email' AS email,
            row_number() OVER (PARTITION BY value->>'email' ORDER BY key)
                + (SELECT count(*) FROM accounts WHERE accounts.email = value->>'email') AS nth
        FROM json_each(?1)
        WHERE NOT EXISTS (SELECT 1 FROM accounts
            WHERE accounts.email = value->>'email'
              AND first_name = value->>'first_name' AND last_name = value->>'last_name'))
    INSERT INTO accounts (username, email, first_name, last_name, language, state, administrator)
    SELECT iif(nth = 1, email, format('%s:%d', email, nth)), email,
        value->>'first_name', value->>'last_name', value->>'language',
        CASE WHEN value->>'deleted' THEN 'deleted' WHEN value->>'suspended' THEN 'suspended' ELSE 'active' END,
        value->>'administrator'
    FROM missing ORDER BY key";

const JUDGE_ENROLMENTS: &str = "
    SELECT CASE
        WHEN course.id IS NULL THEN 'unknown-course'
        WHEN role.id IS NULL THEN 'unknown-role'
        WHEN NOT role.in_course THEN 'role-not-assignable'
        WHEN (SELECT count(*) FROM accounts WHERE email = value->>'email') = 0 THEN 'unknown-account'
        WHEN (SELECT count(*) FROM accounts WHERE email = value->>'email') > 1 THEN 'ambiguous-account'
        WHEN value->>'end' < value->>'start' THEN 'end-before-start'
    END
    FROM json_each(?1) AS element
    LEFT JOIN courses AS course ON course.short_name = element.value->>'course'
    LEFT JOIN roles AS role ON role.short_name = element.value->>'role'
    ORDER BY element.key";

const ENROLMENTS: &str = "
    INSERT INTO enrolments (course, account, starts, ends, suspended, entered)
    SELECT course.id, account.id, coalesce(value->>'start', '1970-01-01T00:00:00Z'), value->>'end',
        value->>'suspended', value->>'entered'
    FROM json_each(?1) AS element
    JOIN courses AS course ON course.short_name = element.value->>'course'
    JOIN accounts AS account ON account.email = element.value->>'email'
    WHERE true ORDER BY element.key
    ON CONFLICT (course, account) DO NOTHING";

const COURSE_ROLES: &str = "
    INSERT INTO course_roles (course, account, role)
    SELECT course.id, account.id, role.id
    FROM json_each(?1) AS element
    JOIN courses AS course ON course.short_name = element.value->>'course'
    JOIN accounts AS account ON account.email = element.value->>'email'
    JOIN roles AS role ON role.short_name = element.value->>'role'
    WHERE true
    ON CONFLICT DO NOTHING";

impl EmbeddedPlatform {
    /// Adds what is described and not there, all of it or nothing. What is there stays as it is: a role or a course with
    /// this short name, an account with this address and these names, an enrolment of this account in this course.
    pub async fn seed(&self, seed: &Seed) -> Result<(), SeedError> {
        check_names(seed)?;
        let mut change = self.begin().await?;
        change.apply(ROLES, &seed.role).await?;
        change.apply(COURSES, &seed.course).await?;
        change.apply(ACCOUNTS, &seed.account).await?;
        let verdicts: Vec<(Option<Refused>,)> = change.rows(JUDGE_ENROLMENTS, &seed.enrolment).await?;
        for (enrolment, (refusal,)) in seed.enrolment.iter().zip(verdicts) {
            if let Some(Refused(refusal)) = refusal {
                return Err(impossible(enrolment, refusal));
            }
        }
        change.apply(ENROLMENTS, &seed.enrolment).await?;
        change.apply(COURSE_ROLES, &seed.enrolment).await?;
        Ok(change.commit().await?)
    }
}

fn check_names(seed: &Seed) -> Result<(), SeedError> {
    let invalid = |account: &AccountSeed| Refusal::of_names(&account.first_name, &account.last_name);
    match seed.account.iter().find_map(|account| Some((account, invalid(account)?))) {
        Some((account, refusal)) => Err(impossible(account, refusal)),
        None => Ok(()),
    }
}

fn impossible(entry: &impl fmt::Display, refusal: Refusal) -> SeedError {
    SeedError::Impossible { entry: entry.to_string(), reason: refusal.code_and_reason().1 }
}

impl fmt::Display for AccountSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the account {}", self.email)
    }
}

impl fmt::Display for EnrolmentSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the enrolment of {} as {} in {}", self.email, self.role, self.course)
    }
}
