//! Erasing people from the journal. What they had is kept under a pseudonym that nobody can resolve any more; recorded calls
//! that name them are deleted, since a call that is not as it was made proves nothing.
//!
//! It is done order by order, by the index of people, in transactions that are short. Until it is done it stands in
//! `erasures`, and whoever interrupts it: it is gone on with before anything else.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde_json::json;

use super::accounts::rename;
use super::audit::{append, name_people};
use super::lines::tell;
use super::people::ERASED;
use super::prune::COMPACT_LATER;
use super::pseudonyms::{Erasing, Pseudonyms};
use super::{Journal, JournalError, email_of, from_json, recordings, to_json};
use shop_core::audit::Action;
use shop_core::sessions::session::Terms;
use shop_core::words::email::Typed;
use shop_core::words::order::Order;
use shop_store::{Tx, query};

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Erased {
    /// Orders, lines, seats and plans that named somebody, and no longer do.
    pub rewritten: u64,
    /// Recorded calls that named somebody, and are gone.
    pub recordings: u64,
}

/// The statements about texts, each from its table, what names the order there, and its column.
macro_rules! texts {
    ($($table:literal $order:literal $column:literal),+) => {[$((
        concat!("SELECT DISTINCT ", $column, " FROM ", $table, " WHERE ", $order, " = $1 AND ", $column, " IS NOT NULL"),
        concat!("UPDATE ", $table, " SET ", $column, " = $3 WHERE ", $order, " = $1 AND ", $column, " = $2"),
    )),+]};
}

/// The texts in which people stand: what finds those of an order, and what puts another one for one of them.
const TEXTS: [(&str, &str); 6] = texts![
    "lines" "order_id" "reason",
    "orders" "id" "body",
    "orders" "id" "handed",
    "orders" "id" "changed",
    "plans" "order_id" "steps",
    "plans" "order_id" "receipt"
];

/// From so many orders people are erased in a transaction.
const PIECE: u32 = 20;

/// People who are being erased.
struct Erasure {
    id: i64,
    who: String,
    people: Arc<Pseudonyms>,
}

impl Journal {
    /// Erases people, each by all of their addresses. Nobody else may work at orders meanwhile.
    pub async fn erase(&self, people: impl IntoIterator<Item = Vec<Typed>>, who: &str) -> Result<Erased, JournalError> {
        let people: Vec<Typed> = people.into_iter().flatten().collect();
        let known = self.is_anybody_known(&people).await?;
        if known {
            self.begin_erasing(&people, who).await?;
        }
        self.go_on_erasing().await
    }

    /// Whether an erasure was begun and has not come to its end.
    pub async fn is_erasing(&self) -> Result<bool, JournalError> {
        Ok(query("SELECT EXISTS (SELECT 1 FROM erasures)").one(self.store()).await?)
    }

    /// Ends what was interrupted. Nothing may be begun that concerns people who are half erased.
    pub async fn go_on_erasing(&self) -> Result<Erased, JournalError> {
        let mut erased = Erased::default();
        while let Some(Erasure { id, who, people }) = self.erasure().await? {
            let emails = to_json(&people.known().collect::<Vec<_>>())?;
            while self.erase_from_some(&people, &emails, &mut erased).await? {}
            let mut tx = self.begin_tx().await?;
            rename(&mut tx, people.addresses()).await?;
            for sql in [
                "DELETE FROM consents WHERE operator IN
                    (SELECT id FROM accounts WHERE email IN (SELECT atom FROM json_each($1)))",
                "DELETE FROM consents WHERE person IN
                    (SELECT id FROM accounts WHERE email IN (SELECT atom FROM json_each($1)))",
                "DELETE FROM formerly_in_charge WHERE account IN
                    (SELECT id FROM accounts WHERE email IN (SELECT atom FROM json_each($1)))",
                "DELETE FROM accounts WHERE email IN (SELECT atom FROM json_each($1))",
                "DELETE FROM order_accounts WHERE email IN (SELECT atom FROM json_each($1))",
                "DELETE FROM consents WHERE operator_email IN (SELECT atom FROM json_each($1))",
                "DELETE FROM consents WHERE person_email IN (SELECT atom FROM json_each($1))",
                "DELETE FROM pseudonyms WHERE email IN (SELECT atom FROM json_each($1))",
            ] {
                query(sql).bind(&emails).execute(&mut tx).await?;
            }
            let names = people.names().map(|address| address.as_str().trim_end_matches(ERASED));
            let names: Vec<&str> = names.collect();
            append(&mut tx, &who, Action::Erased, None, &json!({ "people": names })).await?;
            query("DELETE FROM erasures WHERE id = $1").bind(id).execute(&mut tx).await?;
            tx.commit("erased").await?;
        }
        Ok(erased)
    }

    /// Whether anything is recorded of anybody by one of these addresses.
    pub async fn is_anybody_known(&self, people: &[Typed]) -> Result<bool, JournalError> {
        let known = "WITH people AS (SELECT atom AS email FROM json_each($1))
            SELECT EXISTS (SELECT 1 FROM people JOIN orders_people USING (email))
                OR EXISTS (SELECT 1 FROM people JOIN facts_people USING (email))
                OR EXISTS (SELECT 1 FROM people JOIN accounts USING (email))
                OR EXISTS (SELECT 1 FROM people JOIN order_accounts USING (email))
                OR EXISTS (SELECT 1 FROM people JOIN consents ON email = operator_email)
                OR EXISTS (SELECT 1 FROM people JOIN consents ON email = person_email)
                OR EXISTS (SELECT 1 FROM people JOIN pseudonyms USING (email))";
        Ok(query(known).bind(to_json(&people)?).one(self.store()).await?)
    }

    async fn begin_erasing(&self, people: &[Typed], who: &str) -> Result<(), JournalError> {
        let emails: Vec<&str> = people.iter().map(Typed::as_str).collect();
        let orders = self.orders_naming(&to_json(&emails)?).await?;
        let mut tx = self.begin_tx().await?;
        let mut erasing = Erasing::default();
        for (email, name) in name_people(&mut tx, &emails).await? {
            erasing.put(email_of(format!("{name}{ERASED}"))?, Typed::folded(email));
        }
        let erasing = blocking(move || {
            let orders = orders.iter().map(|text| from_json(text)).collect::<Result<Vec<Order>, _>>()?;
            erasing.name(&orders);
            Ok(erasing)
        });
        let sql = "INSERT INTO erasures (who, people) VALUES ($1, $2)";
        query(sql).bind(who).bind(to_json(&erasing.await?)?).execute(&mut tx).await?;
        query(COMPACT_LATER).execute(&mut tx).await?;
        Ok(tx.commit("erasing").await?)
    }

    /// All forms of the orders that name somebody.
    async fn orders_naming(&self, emails: &str) -> Result<Vec<String>, JournalError> {
        let sql = "WITH named AS (SELECT DISTINCT order_id FROM orders_people
                WHERE email IN (SELECT atom FROM json_each($1)))
            SELECT body FROM named JOIN orders ON id = order_id
            UNION SELECT handed FROM named JOIN orders ON id = order_id
            UNION SELECT changed FROM named JOIN orders ON id = order_id WHERE changed IS NOT NULL";
        Ok(query(sql).bind(emails).all(self.store()).await?)
    }

    async fn erasure(&self) -> Result<Option<Erasure>, JournalError> {
        let sql = "SELECT id, who, people FROM erasures ORDER BY id LIMIT 1";
        let Some(row) = query(sql).row(self.store()).await? else { return Ok(None) };
        let people = Arc::new(Pseudonyms::new(from_json(row.get("people")?)?));
        Ok(Some(Erasure { id: row.get("id")?, who: row.get("who")?, people }))
    }

    /// Erases people from some of the orders that have them; false, if no order has.
    async fn erase_from_some(
        &self,
        people: &Arc<Pseudonyms>,
        emails: &str,
        erased: &mut Erased,
    ) -> Result<bool, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql =
            "SELECT DISTINCT order_id FROM orders_people WHERE email IN (SELECT atom FROM json_each($1)) LIMIT $2";
        let orders: Vec<String> = query(sql).bind(emails).bind(PIECE).all(&mut tx).await?;
        let any = !orders.is_empty();
        for order in &orders {
            erased.rewritten += rewrite(&mut tx, order, people).await?;
            erased.recordings += forget_recordings(&mut tx, order, people).await?;
        }
        let orders = to_json(&orders)?;
        let sql = "SELECT DISTINCT email FROM orders_people WHERE order_id IN (SELECT atom FROM json_each($1))";
        let mut named: Vec<String> = query(sql).bind(&orders).all(&mut tx).await?;
        // What is no address can have one, or a name, in it.
        named.retain(|text| people.is_known_by(text));
        // Those by which the orders were found go, too, whatever they are known by: else this would never end.
        let sql = "DELETE FROM orders_people WHERE order_id IN (SELECT atom FROM json_each($1))
            AND (email IN (SELECT atom FROM json_each($2)) OR email IN (SELECT atom FROM json_each($3)))";
        query(sql).bind(&orders).bind(to_json(&named)?).bind(emails).execute(&mut tx).await?;
        tx.commit("erased-some").await?;
        Ok(any)
    }
}

/// Puts pseudonyms into an order with all that is recorded of it, and forgets what was said about its lines: that can have
/// names, rightly typed or not.
async fn rewrite(tx: &mut Tx, order: &str, people: &Arc<Pseudonyms>) -> Result<u64, JournalError> {
    // Whoever has read it before, and is to write on the strength of that, reads it again.
    query("UPDATE orders SET rewritten = rewritten + 1 WHERE id = $1").bind(order).execute(&mut *tx).await?;
    let mut rewritten = 0;
    for (find, replace) in TEXTS {
        // What is the same text is rewritten in the same way.
        let texts: Vec<String> = query(find).bind(order).all(&mut *tx).await?;
        let people = people.clone();
        let changed = blocking(move || {
            let changed = texts.into_iter().map(|text| Ok(people.rewritten(&text)?.map(|new| (text, new))));
            changed.filter_map(Result::transpose).collect::<Result<Vec<_>, JournalError>>()
        });
        for (text, new) in changed.await? {
            rewritten += query(replace).bind(order).bind(text).bind(new).execute(&mut *tx).await?;
        }
    }
    let lines = query("SELECT line, reason FROM lines WHERE order_id = $1").bind(order).pairs(&mut *tx).await?;
    rewritten += lines.len() as u64;
    tell(tx, order, lines, |reason| {
        reason.messages.clear();
        reason.stopped = None;
    })
    .await?;
    rewritten += rename_groups(tx, order, people).await?;
    let sql = "UPDATE seats SET occupant = (SELECT value ->> 1 FROM json_each($2) WHERE value ->> 0 = occupant)
        WHERE order_id = $1 AND occupant IN (SELECT value ->> 0 FROM json_each($2))";
    let pairs = to_json(&people.addresses().iter().collect::<Vec<_>>())?;
    rewritten += query(sql).bind(order).bind(pairs).execute(&mut *tx).await?;
    Ok(rewritten)
}

/// What a group is to be called if it must be made again is then the order's id: a name it must have.
async fn rename_groups(tx: &mut Tx, order: &str, people: &Pseudonyms) -> Result<u64, JournalError> {
    let sql = "SELECT DISTINCT terms FROM claims WHERE order_id = $1 AND terms LIKE '{\"named\":%'";
    let all: Vec<String> = query(sql).bind(order).all(&mut *tx).await?;
    let mut renamed = 0;
    for terms in all {
        if people.are_in(&from_json(&terms)?) {
            let sql = "UPDATE claims SET terms = $3 WHERE order_id = $1 AND terms = $2";
            let named = to_json(&Terms::Named(order.to_owned()))?;
            renamed += query(sql).bind(order).bind(terms).bind(named).execute(&mut *tx).await?;
        }
    }
    Ok(renamed)
}

async fn forget_recordings(tx: &mut Tx, order: &str, people: &Arc<Pseudonyms>) -> Result<u64, JournalError> {
    let sql = "SELECT id, body FROM recordings WHERE order_id = $1";
    let rows = query(sql).bind(order).rows(&mut *tx).await?;
    let people = people.clone();
    let naming = blocking(move || {
        // Nobody can see whether a damaged one names somebody.
        let naming = rows.iter().filter(|row| recordings::read(row).map_or(true, |call| people.are_in(&call)));
        Ok(naming.map(|row| row.get("id")).collect::<Result<BTreeSet<i64>, _>>()?)
    });
    let naming = naming.await?;
    let sql = "DELETE FROM recordings WHERE id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))";
    Ok(query(sql).bind(to_json(&naming)?).execute(tx).await?)
}

/// Reads and writes JSON, megabytes of it, where nobody else waits for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| JournalError::Content(error.to_string()))?
}
