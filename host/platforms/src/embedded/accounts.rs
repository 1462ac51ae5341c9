//! Accounts and roles in accounts.

use shop_core::platform::{AccountId, Ensured, NewAccount, Replies};

use super::EmbeddedPlatform;
use super::change::{Found, Write, ensured};
use super::look_ups::look_ups;
use shop_core::platform::Refusal;

look_ups!(
    FIND,
    BY_ID,
    "SELECT json_object('id', id, 'email', email, 'first_name', first_name, 'last_name', last_name,
                        'state', state, 'administrator', json(iif(administrator, 'true', 'false')))
     FROM accounts",
    by "email",
    in order of "email, id"
);

look_ups!(
    FIND_ROLES,
    ROLES_BY_ID,
    "SELECT json_object('id', id, 'short_name', short_name,
                        'in_course', json(iif(in_course, 'true', 'false')),
                        'in_account', json(iif(in_account, 'true', 'false')))
     FROM roles",
    by "short_name",
    in order of "id"
);

pub(super) const ASSIGNED: &str = "
    SELECT json_object('role', role, 'holder', holder, 'context', context)
    FROM account_roles
    WHERE (role, holder, context) IN
          (SELECT value->>'role', value->>'holder', value->>'context' FROM json_each(?1))
    ORDER BY role, holder, context";

pub(super) const ASSIGN: Write = Write {
    judge: "
    SELECT CASE
        WHEN role.id IS NULL THEN 'unknown-role'
        WHEN holder.id IS NULL OR context.id IS NULL THEN 'unknown-account'
        WHEN 'deleted' IN (holder.state, context.state) THEN 'deleted-account'
        WHEN NOT role.in_account THEN 'role-not-assignable'
    END
    FROM json_each(?1) AS element
    LEFT JOIN roles AS role ON role.id = element.value->>'role'
    LEFT JOIN accounts AS holder ON holder.id = element.value->>'holder'
    LEFT JOIN accounts AS context ON context.id = element.value->>'context'
    ORDER BY element.key",
    apply: &["
    INSERT INTO account_roles (role, holder, context)
    SELECT value->>'role', value->>'holder', value->>'context' FROM json_each(?1) WHERE true
    ON CONFLICT DO NOTHING"],
};

/// What a deleted account still has can be taken away.
pub(super) const UNASSIGN: Write = Write {
    judge: "
    SELECT CASE
        WHEN role.id IS NULL THEN 'unknown-role'
        WHEN holder.id IS NULL OR context.id IS NULL THEN 'unknown-account'
    END
    FROM json_each(?1) AS element
    LEFT JOIN roles AS role ON role.id = element.value->>'role'
    LEFT JOIN accounts AS holder ON holder.id = element.value->>'holder'
    LEFT JOIN accounts AS context ON context.id = element.value->>'context'
    ORDER BY element.key",
    apply: &["
    DELETE FROM account_roles
    WHERE (role, holder, context) IN
          (SELECT value->>'role', value->>'holder', value->>'context' FROM json_each(?1))"],
};

/// Of each address: the refusal, or the one active account, or neither where there is none. A deleted account does not
/// stand in the way of a living one.
const LOOK_UP: &str = "
    SELECT CASE
        WHEN count(*) FILTER (WHERE account.state <> 'deleted') > 1 THEN 'ambiguous-account'
        WHEN count(*) FILTER (WHERE account.state = 'suspended') = 1 THEN 'suspended-account'
        WHEN count(account.id) > 0 AND count(*) FILTER (WHERE account.state = 'active') = 0 THEN 'deleted-account'
    END,
    max(account.id) FILTER (WHERE account.state = 'active')
    FROM json_each(?1) AS element
    LEFT JOIN accounts AS account ON account.email = element.value->>'email'
    GROUP BY element.key ORDER BY element.key";

/// The address is the username; where that is the username of an account whose holder has another address by now, one that
/// is made from it. Of an address that comes twice in one request, the first element makes the account.
const MAKE: &str = "
    INSERT INTO accounts (username, email, first_name, last_name, language, state, administrator)
    SELECT wanted.email ||
               iif(EXISTS (SELECT 1 FROM accounts WHERE username = wanted.email),
                   '.' || (SELECT count(*) FROM accounts WHERE substr(username, 1, length(wanted.email)) = wanted.email),
                   ''),
           wanted.email, wanted.first_name, wanted.last_name, wanted.language, 'active', 0
    FROM (SELECT min(key) AS key, value->>'email' AS email, value->>'first_name' AS first_name,
                 value->>'last_name' AS last_name, value->>'language' AS language
          FROM json_each(?1) GROUP BY value->>'email') AS wanted
    ORDER BY wanted.key
    ON CONFLICT (username) DO NOTHING";

const INVITE: &str = "
    INSERT INTO invitations (account, email, language, queued_at)
    SELECT id, email, language, strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
    FROM accounts WHERE email IN (SELECT value->>'email' FROM json_each(?1))";

/// Makes the accounts that are missing and queues an invitation for each.
pub(super) async fn create(platform: &EmbeddedPlatform, wanted: &[NewAccount]) -> Replies<Ensured> {
    let mut change = platform.begin().await?;
    let before: Vec<Found> = change.rows(LOOK_UP, wanted).await?;
    let is_missing =
        |(account, found): &(&NewAccount, &Found)| **found == (None, None) && Refusal::of_account(account).is_none();
    let missing: Vec<&NewAccount> = wanted.iter().zip(&before).filter(is_missing).map(|(account, _)| account).collect();
    change.apply(MAKE, &missing).await?;
    change.apply(INVITE, &missing).await?;
    let after: Vec<Found> = change.rows(LOOK_UP, wanted).await?;
    change.commit().await?;
    let why_not = |account| Refusal::of_account(account).unwrap_or(Refusal::UsernameTaken);
    Ok(ensured(before, after, wanted.iter().map(why_not))
        .map(|reply| reply.map(|(id, created)| Ensured { id: AccountId(id), created }))
        .collect())
}
