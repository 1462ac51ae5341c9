//! Which learning platform the journal's ids are of.

use serde_json::json;

use super::audit::append;
use super::{Journal, JournalError, Records, email_of};
use shop_core::audit::Action;
use shop_core::platform::AccountId;
use shop_core::words::email::Email;
use shop_store::{Tx, query};

impl Records {
    /// The platform that the ids are of; none, if no order was received yet.
    pub async fn platform(&self) -> Result<Option<String>, JournalError> {
        Ok(query("SELECT identity FROM platform").first(self.store()).await?)
    }

    /// Some of the accounts that the shop has acted on, with the addresses that they had.
    pub async fn some_accounts(&self, most: u32) -> Result<Vec<(Email, AccountId)>, JournalError> {
        let sql = "SELECT email, id FROM accounts
            WHERE id IN (SELECT DISTINCT id FROM accounts ORDER BY id DESC LIMIT $1)";
        let rows: Vec<(String, i64)> = query(sql).bind(most).pairs(self.store()).await?;
        rows.into_iter().map(|(email, id)| Ok((email_of(email)?, AccountId(id)))).collect()
    }
}

impl Journal {
    /// Fails if the ids are another platform's than this one's. Whoever is about to act on them asks first.
    pub async fn check_platform(&self, identity: &str) -> Result<(), JournalError> {
        match self.platform().await? {
            Some(recorded) if recorded != identity => {
                Err(JournalError::OtherPlatform { recorded, found: identity.to_owned() })
            }
            Some(_) => Ok(()),
            // From before this was noted: they are of the first one that comes.
            None => {
                let sql = "INSERT INTO platform (\"only\", identity) SELECT 0, $1 WHERE EXISTS (SELECT 1 FROM accounts)
                    ON CONFLICT DO NOTHING";
                query(sql).bind(identity).execute(self.store()).await?;
                Ok(())
            }
        }
    }

    /// Notes that the platform has another identity from now on, if it had the first one until now.
    pub async fn move_platform(&self, from: &str, to: &str, who: &str) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "UPDATE platform SET identity = $2 WHERE identity = $1";
        if query(sql).bind(from).bind(to).execute(&mut tx).await? == 0 {
            return Ok(());
        }
        append(&mut tx, who, Action::Moved, None, &json!({ "from": from, "to": to })).await?;
        Ok(tx.commit("moved").await?)
    }
}

/// Notes the platform that the ids are of, if none is noted yet.
pub(super) async fn bind(tx: &mut Tx, identity: &str) -> Result<(), JournalError> {
    let sql = "INSERT INTO platform (\"only\", identity) VALUES (0, $1) ON CONFLICT DO NOTHING";
    query(sql).bind(identity).execute(&mut *tx).await?;
    // Another host may have begun at another one at this moment.
    let recorded: String = query("SELECT identity FROM platform").one(tx).await?;
    match recorded == identity {
        true => Ok(()),
        false => Err(JournalError::OtherPlatform { recorded, found: identity.to_owned() }),
    }
}
