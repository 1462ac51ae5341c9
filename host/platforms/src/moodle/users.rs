//! Accounts as Moodle tells of them: there they are called users.

use serde::Deserialize;

use shop_core::platform::{Account, AccountId, AccountState};
use shop_core::words::email::Email;

pub(super) const FIND: &str = "core_user_get_users_by_field";

/// The guest's account. Every Moodle has it from its installation on, and nobody can delete it; but who teaches can be seen by
/// everybody, so that no other account would do. That it is told of by its id is by Moodle's source, and was not tried on a live site.
pub(super) const GUEST: i64 = 1;

/// The address that the guest's account has, unless somebody changes it.
const GUESTS_ADDRESS: &str = "root@localhost";

/// The account that a site was installed with: its first administrator's. Of the others Moodle tells nobody: they are known by the
/// shop's list of protected addresses, and in no other way.
const ADMINISTRATOR: i64 = 2;

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) email: Option<String>,
    // Moodle 4.2 does not tell them.
    #[serde(default)]
    firstname: String,
    #[serde(default)]
    lastname: String,
    #[serde(default)]
    suspended: bool,
    /// Told of the shop's own account; of others only with moodle/user:viewalldetails.
    #[serde(default)]
    pub(super) username: Option<String>,
    /// Told as the user name is.
    #[serde(default)]
    confirmed: Option<bool>,
}

impl User {
    /// In the place of the address of an account that is deleted, Moodle puts an MD5 sum.
    pub(super) fn is_deleted(&self) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.email.as_ref().is_some_and(|email| email.len() == 32 && email.bytes().all(is_digit))
    }

    /// Whether it is everybody's. Its user name cannot be changed; where that is not told, the id and the address tell.
    fn is_guest(&self) -> bool {
        let by_what_is_told = || self.id == GUEST || self.email.as_deref() == Some(GUESTS_ADDRESS);
        self.username.as_ref().map_or_else(by_what_is_told, |name| name == "guest")
    }

    /// The account; none, if Moodle hides its address. `own` is the shop's, if it is among those that were told of.
    pub(super) fn account(self, own: Option<i64>) -> Option<Account> {
        let state = match () {
            () if own == Some(self.id) => AccountState::Own,
            () if self.is_guest() => AccountState::Guest,
            () if self.suspended => AccountState::Suspended,
            () if self.confirmed == Some(false) => AccountState::Unconfirmed,
            () => AccountState::Active,
        };
        Some(Account {
            id: AccountId(self.id),
            email: self.email?.parse().unwrap_or_else(|_| Email::nameless(self.id)),
            first_name: self.firstname,
            last_name: self.lastname,
            state,
            administrator: self.id == ADMINISTRATOR,
        })
    }
}
