//! The handlers' versions in the journal: what is installed, what serves, and who decided so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit::append;
use super::{Journal, JournalError, Records, digest, timestamp};
use shop_core::audit;
use shop_core::words::digest::Digest;
use shop_core::words::period::Timestamp;
use shop_store::{On, Row, Tx, query};

/// A version that is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Installed {
    /// What identifies it.
    pub digest: Digest,
    /// The handler's name.
    pub name: String,
    /// Its version.
    pub version: semver::Version,
    /// The version of the contract that it was built for.
    pub contract: semver::Version,
    /// The component's size.
    pub bytes: u64,
    /// When it was installed.
    pub installed: Timestamp,
    /// Whether it serves new lines.
    pub active: bool,
    /// How many lines that are not cancelled keep to it.
    pub lines: u64,
}

/// What was done to a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandlerAction {
    /// A version was added.
    Installed,
    /// A version began to serve.
    Activated,
    /// The same, although something spoke against it, or nobody could find out what does.
    ActivatedAnyway,
    /// The version before began to serve again.
    RolledBack,
    /// A version was taken away.
    Removed,
}

impl HandlerAction {
    /// As it is written in the journal and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            HandlerAction::Installed => "installed",
            HandlerAction::Activated => "activated",
            HandlerAction::ActivatedAnyway => "activated-anyway",
            HandlerAction::RolledBack => "rolled-back",
            HandlerAction::Removed => "removed",
        }
    }
}

/// An entry of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HandlerEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    pub action: HandlerAction,
    /// Of which handler.
    pub name: String,
    /// What served before, if that changed.
    pub from: Option<Digest>,
    /// What the action was about.
    pub to: Digest,
}

/// What came of letting a version serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    /// It serves.
    Done,
    /// It is not installed.
    NotInstalled,
    /// Another version serves than the one that was expected to.
    Meanwhile,
}

/// What came of taking a version away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Nothing needs it any more.
    Whole,
    /// It is gone, but for the recordings of its calls: to make them again takes its component.
    Recorded,
    /// It serves, and stays.
    Active,
    /// This many lines that are not cancelled keep to it, and it stays.
    Pinned(u64),
}

impl Records {
    /// All installed versions: by name, and of each name the newest first.
    pub async fn handlers(&self) -> Result<Vec<Installed>, JournalError> {
        let rows = query("SELECT * FROM handlers").rows(self.store()).await?;
        let pins = self.pins().await?;
        let mut all = rows.iter().map(|row| installed(row, &pins)).collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| a.name.cmp(&b.name).then(b.version.cmp(&a.version)));
        Ok(all)
    }

    async fn pins(&self) -> Result<BTreeMap<String, u64>, JournalError> {
        let sql = "SELECT json_extract(bargain, '$.handler') AS digest, count(*) AS lines FROM lines
            WHERE bargain IS NOT NULL AND state <> 'cancelled' GROUP BY digest";
        Ok(query(sql).pairs(self.store()).await?.into_iter().collect())
    }

    /// The version that serves new lines.
    pub async fn active_handler(&self, name: &str) -> Result<Option<Digest>, JournalError> {
        let sql = "SELECT digest FROM handlers WHERE name = $1 AND active";
        let found: Option<String> = query(sql).bind(name).first(self.store()).await?;
        found.as_deref().map(digest).transpose()
    }

    /// Whether a version is installed.
    pub async fn is_installed(&self, version: Digest) -> Result<bool, JournalError> {
        is_installed(self.store(), version).await
    }

    /// The name of the handler that this is, or was, a version of.
    pub async fn handler_name(&self, version: Digest) -> Result<Option<String>, JournalError> {
        let sql = "SELECT name FROM handler_events WHERE to_digest = $1 LIMIT 1";
        Ok(query(sql).bind(version.to_string()).first(self.store()).await?)
    }

    /// A component, if hosts on several machines have the journal in common.
    pub async fn component(&self, of: Digest) -> Result<Option<Vec<u8>>, JournalError> {
        let sql = "SELECT bytes FROM components WHERE digest = $1";
        Ok(query(sql).bind(of.to_string()).first(self.store()).await?)
    }

    /// The versions that were ever installed and whose components are not here.
    pub async fn lacks_components(&self) -> Result<Vec<Digest>, JournalError> {
        let sql =
            "SELECT DISTINCT to_digest FROM handler_events WHERE to_digest NOT IN (SELECT digest FROM components)";
        let found: Vec<String> = query(sql).all(self.store()).await?;
        found.iter().map(|text| digest(text)).collect()
    }

    /// The versions that serve new lines.
    pub async fn active_handlers(&self) -> Result<Vec<Digest>, JournalError> {
        let found: Vec<String> = query("SELECT digest FROM handlers WHERE active").all(self.store()).await?;
        found.iter().map(|text| digest(text)).collect()
    }

    /// The audit trail of a handler, or of all, the oldest first.
    pub async fn handler_events(&self, name: Option<&str>) -> Result<Vec<HandlerEvent>, JournalError> {
        let sql = "SELECT * FROM handler_events WHERE $1 IS NULL OR name = $1 ORDER BY id";
        let rows = query(sql).bind(name).rows(self.store()).await?;
        rows.iter().map(event).collect()
    }
}

impl Journal {
    /// Records a version, unless it is there. Another component with its name and version is an error: that one's
    /// digest is returned. `component`: its bytes.
    pub async fn install_handler(
        &self,
        new: &Installed,
        component: &[u8],
        who: &str,
    ) -> Result<Option<Digest>, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "SELECT digest FROM handlers WHERE name = $1 AND version = $2";
        let found: Option<String> = query(sql).bind(&new.name).bind(new.version.to_string()).first(&mut tx).await?;
        if self.is_shared() && found.as_deref().is_none_or(|found| found == new.digest.to_string()) {
            share(&mut tx, new.digest, component).await?;
        }
        if let Some(found) = found.as_deref().map(digest).transpose()? {
            if self.is_shared() {
                tx.commit("component").await?;
            }
            return Ok(Some(found).filter(|found| *found != new.digest));
        }
        let bytes = i64::try_from(new.bytes).unwrap_or(i64::MAX);
        query(
            "INSERT INTO handlers (digest, name, version, contract, bytes, installed) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.digest.to_string())
        .bind(&new.name)
        .bind(new.version.to_string())
        .bind(new.contract.to_string())
        .bind(bytes)
        .bind(new.installed.seconds())
        .execute(&mut tx)
        .await?;
        note(&mut tx, who, HandlerAction::Installed, &new.name, None, new.digest).await?;
        tx.commit("handlers").await?;
        Ok(None)
    }

    /// Lets hosts on other machines have a component, unless nothing that is installed or recorded needs it.
    pub async fn share_component(&self, of: Digest, component: &[u8]) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "SELECT EXISTS (SELECT 1 FROM handlers WHERE digest = $1)
            OR EXISTS (SELECT 1 FROM recordings WHERE digest = $1)";
        if query(sql).bind(of.to_string()).one(&mut tx).await? {
            share(&mut tx, of, component).await?;
        }
        Ok(tx.commit("component").await?)
    }

    /// Lets an installed version serve new lines from now on. `expected`: the one that must serve until now; any, if none.
    pub async fn activate_handler(
        &self,
        name: &str,
        to: Digest,
        action: HandlerAction,
        expected: Option<Digest>,
        who: &str,
    ) -> Result<Switched, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "SELECT digest FROM handlers WHERE name = $1 AND active";
        let from: Option<String> = query(sql).bind(name).first(&mut tx).await?;
        let from = from.as_deref().map(digest).transpose()?;
        if expected.is_some() && expected != from {
            return Ok(Switched::Meanwhile);
        }
        if from == Some(to) {
            return Ok(Switched::Done);
        }
        query("UPDATE handlers SET active = FALSE WHERE name = $1 AND active").bind(name).execute(&mut tx).await?;
        let sql = "UPDATE handlers SET active = TRUE WHERE name = $1 AND digest = $2";
        let done = query(sql).bind(name).bind(to.to_string()).execute(&mut tx).await?;
        if done == 0 {
            return Ok(Switched::NotInstalled);
        }
        note(&mut tx, who, action, name, from, to).await?;
        tx.commit("handlers").await?;
        Ok(Switched::Done)
    }

    /// Forgets a version, unless something needs it. What is recorded of it is looked at in the same transaction: a call that
    /// is under way is not recorded afterwards.
    pub async fn remove_handler(&self, old: &Installed, who: &str) -> Result<Removal, JournalError> {
        let mut tx = self.begin_tx().await?;
        let digest = old.digest.to_string();
        let sql = "SELECT count(*) FROM lines WHERE json_extract(bargain, '$.handler') = $1 AND state <> 'cancelled'";
        let lines: i64 = query(sql).bind(&digest).one(&mut tx).await?;
        if lines > 0 {
            return Ok(Removal::Pinned(lines.unsigned_abs()));
        }
        let sql = "DELETE FROM handlers WHERE digest = $1 AND NOT active";
        if query(sql).bind(&digest).execute(&mut tx).await? == 0 {
            return Ok(Removal::Active);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM recordings WHERE digest = $1)";
        let recorded: bool = query(sql).bind(&digest).one(&mut tx).await?;
        if !recorded {
            query("DELETE FROM components WHERE digest = $1").bind(&digest).execute(&mut tx).await?;
        }
        note(&mut tx, who, HandlerAction::Removed, &old.name, None, old.digest).await?;
        tx.commit("handlers").await?;
        Ok(if recorded { Removal::Recorded } else { Removal::Whole })
    }
}

async fn share(tx: &mut Tx, of: Digest, component: &[u8]) -> Result<(), JournalError> {
    let sql = "INSERT INTO components (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
    query(sql).bind(of.to_string()).bind(component).execute(tx).await?;
    Ok(())
}

/// Whether a version is installed.
pub(super) async fn is_installed(on: impl Into<On<'_>>, version: Digest) -> Result<bool, JournalError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM handlers WHERE digest = $1)";
    Ok(query(sql).bind(version.to_string()).one(on).await?)
}

async fn note(
    tx: &mut Tx,
    who: &str,
    action: HandlerAction,
    name: &str,
    from: Option<Digest>,
    to: Digest,
) -> Result<(), JournalError> {
    let sql =
        "INSERT INTO handler_events (at, who, action, name, from_digest, to_digest) VALUES ($1, $2, $3, $4, $5, $6)";
    query(sql)
        .bind(Timestamp::now().seconds())
        .bind(who)
        .bind(action.as_str())
        .bind(name)
        .bind(from.map(|digest| digest.to_string()))
        .bind(to.to_string())
        .execute(&mut *tx)
        .await?;
    let details = json!({ "action": action, "name": name, "from": from, "to": to });
    append(tx, who, audit::Action::Handler, None, &details).await
}

fn installed(row: &Row, pins: &BTreeMap<String, u64>) -> Result<Installed, JournalError> {
    let version = |text: &str| semver::Version::parse(text).map_err(|error| JournalError::Content(error.to_string()));
    Ok(Installed {
        digest: digest(row.get("digest")?)?,
        name: row.get("name")?,
        version: version(row.get("version")?)?,
        contract: version(row.get("contract")?)?,
        bytes: row.get::<i64>("bytes")?.unsigned_abs(),
        installed: timestamp(row.get("installed")?)?,
        active: row.get("active")?,
        lines: pins.get(row.get::<&str>("digest")?).copied().unwrap_or(0),
    })
}

fn event(row: &Row) -> Result<HandlerEvent, JournalError> {
    let from: Option<&str> = row.get("from_digest")?;
    let action: &str = row.get("action")?;
    Ok(HandlerEvent {
        at: timestamp(row.get("at")?)?,
        who: row.get("who")?,
        action: super::from_json(&format!("{action:?}"))?,
        name: row.get("name")?,
        from: from.map(digest).transpose()?,
        to: digest(row.get("to_digest")?)?,
    })
}
