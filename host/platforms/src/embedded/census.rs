//! All that is on the platform about people, to compare: "the platform is as it was".

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::{Sqlite, Transaction};

use shop_core::platform::{AccountState, Reply};
use shop_core::words::email::Email;
use shop_core::words::period::Period;

use super::EmbeddedPlatform;
use super::unavailable::{damaged, unavailable};

/// The platform's content without ids and without times of writing, in readable names, everything sorted. An account is named
/// by its username: its address, with a number behind a colon for the second and further ones that share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Census {
    /// By username.
    pub accounts: Vec<AccountEntry>,
    /// By course and id number.
    pub groups: Vec<GroupEntry>,
    /// By course and account.
    pub enrolments: Vec<EnrolmentEntry>,
    /// By role, holder and context.
    pub attachments: Vec<AttachmentEntry>,
    /// By account.
    pub invitations: Vec<InvitationEntry>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountEntry {
    /// Unique.
    pub username: String,
    /// Not necessarily unique.
    pub email: Email,
    /// The holder's first name.
    pub first_name: String,
    /// The holder's last name.
    pub last_name: String,
    /// The holder's language, if known.
    pub language: Option<String>,
    /// Whether it can be used.
    pub state: AccountState,
    /// Whether the holder administers the platform.
    pub administrator: bool,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupEntry {
    /// The course's short name.
    pub course: String,
    /// Unique in the course.
    pub id_number: String,
    /// Unique in the course, whatever its case.
    pub name: String,
    /// The accounts in it.
    pub members: Vec<String>,
}

/// An enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolmentEntry {
    /// The course's short name.
    pub course: String,
    /// Who is enrolled.
    pub account: String,
    /// The short names of the roles in the course.
    pub roles: Vec<String>,
    /// For how long.
    pub period: Period,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether the person has been in the course.
    pub entered: bool,
}

/// A role in an account: one half of an attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttachmentEntry {
    /// The role's short name.
    pub role: String,
    /// Who has it.
    pub holder: String,
    /// In whose account.
    pub context: String,
}

/// An invitation in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationEntry {
    /// Whose account was made.
    pub account: String,
    /// Where the invitation goes.
    pub email: Email,
    /// In which language, if known.
    pub language: Option<String>,
}

const ACCOUNTS: &str = "
    SELECT json_object('username', username, 'email', email, 'first_name', first_name, 'last_name', last_name,
                       'language', language, 'state', state, 'administrator', json(iif(administrator, 'true', 'false')))
    FROM accounts ORDER BY username";

const GROUPS: &str = "
    SELECT json_object('course', course.short_name, 'id_number', id_number, 'name', name, 'members',
        (SELECT json_group_array(username ORDER BY username)
         FROM group_members JOIN accounts ON accounts.id = account WHERE course_group = course_groups.id))
    FROM course_groups JOIN courses AS course ON course.id = course
    ORDER BY course.short_name, id_number";

const ENROLMENTS: &str = "
    SELECT json_object('course', course.short_name, 'account', account.username, 'roles',
        (SELECT json_group_array(short_name ORDER BY short_name)
         FROM course_roles AS has JOIN roles ON roles.id = has.role
         WHERE has.course = enrolments.course AND has.account = enrolments.account),
        'period', json_object('start', enrolments.starts, 'end', enrolments.ends),
        'suspended', json(iif(suspended, 'true', 'false')), 'entered', json(iif(entered, 'true', 'false')))
    FROM enrolments
    JOIN courses AS course ON course.id = enrolments.course
    JOIN accounts AS account ON account.id = enrolments.account
    ORDER BY course.short_name, account.username";

const ATTACHMENTS: &str = "
    SELECT json_object('role', role.short_name, 'holder', holder.username, 'context', context.username)
    FROM account_roles
    JOIN roles AS role ON role.id = account_roles.role
    JOIN accounts AS holder ON holder.id = account_roles.holder
    JOIN accounts AS context ON context.id = account_roles.context
    ORDER BY role.short_name, holder.username, context.username";

const INVITATIONS: &str = "
    SELECT json_object('account', account.username, 'email', invitations.email, 'language', invitations.language)
    FROM invitations JOIN accounts AS account ON account.id = invitations.account
    ORDER BY account.username";

impl EmbeddedPlatform {
    /// All that is on the platform at one moment.
    pub async fn census(&self) -> Reply<Census> {
        let mut moment = self.database.begin_read().await.map_err(unavailable)?;
        Ok(Census {
            accounts: all(&mut moment, ACCOUNTS).await?,
            groups: all(&mut moment, GROUPS).await?,
            enrolments: all(&mut moment, ENROLMENTS).await?,
            attachments: all(&mut moment, ATTACHMENTS).await?,
            invitations: all(&mut moment, INVITATIONS).await?,
        })
    }
}

async fn all<T: DeserializeOwned>(moment: &mut Transaction<'_, Sqlite>, sql: &'static str) -> Reply<Vec<T>> {
    let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut **moment).await.map_err(unavailable)?;
    rows.iter().map(|row| serde_json::from_str(row).map_err(damaged)).collect()
}
