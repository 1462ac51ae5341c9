//! Orders of which something remains to be done: for each the message that waits, with its number.

use schemars::JsonSchema;

use super::as_of::{AsOf, check_as_of};
use super::audit::name_people;
use super::events::{happened, waits};
use super::people::index_order;
use super::recorded::{named, order};
use super::{Journal, JournalError, Records, from_json, order_id, timestamp, to_json};
use shop_core::orders::bought::Bought;
use shop_core::orders::event::Happened;
use shop_core::orders::said::Said;
use shop_core::orders::state::LineState;
use shop_core::orders::waiting::{Deferred, Seq, Unfinished};
use shop_core::words::author::Author;
use shop_core::words::digest::Digest;
use shop_core::words::email::Email;
use shop_core::words::order::{Order, OrderId, OrderState, Person};
use shop_core::words::period::Timestamp;
use shop_store::{On, Row, Tx, query};

/// What is to be done about an order.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// As it is to be.
    pub order: &'a Order,
    /// Who made it so.
    pub author: &'a Author,
    /// If a message of the shop that was never heard before makes it so: what is remembered of that, as it came.
    pub news: Option<News<'a>>,
    /// Whether somebody says so now: the shop may say the same again and again.
    pub is_anew: bool,
    /// What it buys that is not accepted yet.
    pub bought: &'a Bought,
    /// As of when that was decided.
    pub as_of: &'a AsOf,
}

/// What is remembered of a message of the shop, as it came.
#[derive(Clone, Copy)]
pub struct News<'a> {
    /// By this the same message is known that comes again, whatever it leaves unsaid.
    pub digest: Digest,
    /// Whom it names as the operator, if that is somebody else than the shop has named before.
    pub operator: Option<&'a Person>,
}

impl<'a> News<'a> {
    /// Of a message that means this order. Whom it names, and does not mean, was named before.
    pub fn of(said: &'a Said, meant: &Order) -> News<'a> {
        let named = said.order().map(|order| &order.operator);
        let is_meant = |person: &&Person| Email::folded(&person.email) == Email::folded(&meant.operator.email);
        News { digest: said.digest(), operator: named.filter(is_meant) }
    }
}

/// On which condition an order that waits is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On none.
    Now,
    /// Its time has come.
    Due(Clock),
    /// Nobody has tried it since it was left after so many tries.
    LeftAfter(u32),
    /// It is this message.
    Received(Seq),
}

/// What time it is, and the latest time for which a next try is ever noted: later ones were noted by a clock that was wrong,
/// or was set back since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Now.
    pub now: Timestamp,
    /// The latest.
    pub horizon: Timestamp,
}

/// An order for which somebody must act.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Blocked {
    /// Which.
    pub order: OrderId,
    /// When it is tried again all the same; none: only when somebody says so.
    pub next_try: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

/// An order whose time has come.
#[derive(Clone, Debug)]
pub struct Due {
    /// Which.
    pub order: OrderId,
    /// How often in a row the program never came back from a try.
    pub lost: u32,
    next_try: i64,
    seq: Seq,
}

impl When {
    fn holds(self, left: &Unfinished) -> bool {
        match self {
            When::Now => true,
            When::Due(clock) => left.next_try.is_some_and(|time| time <= clock.now || time > clock.horizon),
            When::LeftAfter(tries) => left.tries == tries,
            When::Received(seq) => left.seq == seq,
        }
    }
}

impl Records {
    /// What remains to be done about an order.
    pub async fn unfinished(&self, id: &OrderId) -> Result<Option<Unfinished>, JournalError> {
        unfinished(self.store(), id).await
    }

    /// The orders whose time has come, the first of them; those that come after one in this sequence.
    pub async fn due(&self, clock: Clock, after: Option<&Due>) -> Result<Vec<Due>, JournalError> {
        let sql = "SELECT order_id, next_try, seq, lost FROM unfinished
            WHERE (next_try <= $1 OR next_try > $2) AND (next_try, seq) > ($3, $4)
            ORDER BY next_try, seq LIMIT 100";
        let (time, seq) = after.map_or((-1, 0), |after| (after.next_try, after.seq.0));
        let statement = query(sql).bind(clock.now.seconds()).bind(clock.horizon.seconds()).bind(time).bind(seq);
        let due = |row: &Row| {
            let (next_try, seq) = (row.get("next_try")?, Seq(row.get("seq")?));
            Ok(Due { order: order_id(row.get("order_id")?)?, lost: row.get("lost")?, next_try, seq })
        };
        statement.rows(self.store()).await?.iter().map(due).collect()
    }

    /// When the next order is to be tried again; none if nothing is.
    pub async fn next_try(&self) -> Result<Option<Timestamp>, JournalError> {
        let seconds: Option<i64> = query("SELECT min(next_try) FROM unfinished").one(self.store()).await?;
        seconds.map(timestamp).transpose()
    }

    /// The orders for which somebody must act, the first that came before the others.
    pub async fn blocked(&self) -> Result<Vec<Blocked>, JournalError> {
        let sql = "SELECT order_id, next_try, reason FROM unfinished WHERE blocked ORDER BY seq";
        let blocked = |row: &Row| {
            Ok(Blocked {
                order: order_id(row.get("order_id")?)?,
                next_try: row.get::<Option<i64>>("next_try")?.map(timestamp).transpose()?,
                reason: row.get::<Option<String>>("reason")?.unwrap_or_default(),
            })
        };
        query(sql).rows(self.store()).await?.iter().map(blocked).collect()
    }
}

impl Journal {
    /// Notes that something is to be done about an order, before anything is. It supersedes what waited before. Fails if more
    /// was heard of the order meanwhile, or decided.
    pub async fn receive(&self, message: &Received<'_>) -> Result<Seq, JournalError> {
        let mut tx = self.begin_tx().await?;
        check_as_of(&mut tx, &message.order.id, message.as_of).await?;
        let mut named = None;
        if let Some(News { digest, operator }) = message.news {
            hear(&mut tx, message.order, digest).await?;
            named = pseudonym(&mut tx, operator).await?;
        }
        let seq = wait(&mut tx, message.order, message.author, named, 0).await?;
        let sql = "UPDATE orders SET bought = $2 WHERE id = $1";
        let bought = (!message.bought.is_empty()).then(|| to_json(message.bought)).transpose()?;
        query(sql).bind(message.order.id.as_str()).bind(bought).execute(&mut tx).await?;
        if message.is_anew {
            let (revision, state) = (message.order.revision, message.order.state);
            let accepted = Happened::OrderAccepted { revision, state, by: message.author.into() };
            happened(&mut tx, &message.order.id, &[accepted]).await?;
        }
        tx.commit("received").await?;
        Ok(seq)
    }

    /// Notes that a message about an order was heard that contradicts what is recorded: older ones are out of date all the same.
    pub async fn hear_in_vain(&self, id: &OrderId, revision: u32) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        for sql in [
            "UPDATE orders SET heard = $2 WHERE id = $1 AND heard < $2",
            "UPDATE endings SET revision = $2 WHERE order_id = $1 AND revision < $2",
        ] {
            query(sql).bind(id.as_str()).bind(revision).execute(&mut tx).await?;
        }
        Ok(tx.commit("heard").await?)
    }

    /// Begins a try at what waits to be done about an order; none if nothing waits, or the condition does not hold. Tries are
    /// counted here, so that those from which the program never came back are counted too. Until it is known what came of
    /// it, others that are due come first.
    pub async fn dispatch(&self, id: &OrderId, when: When) -> Result<Option<Unfinished>, JournalError> {
        let mut tx = self.begin_tx().await?;
        let Some(mut left) = unfinished(&mut tx, id).await?.filter(|left| when.holds(left)) else { return Ok(None) };
        left.tries = left.tries.saturating_add(1);
        left.lost = left.lost.saturating_add(1);
        let sql = "UPDATE unfinished SET tries = $2, lost = $3, next_try = $4 WHERE seq = $1";
        let statement = query(sql).bind(left.seq.0).bind(left.tries).bind(left.lost);
        statement.bind(Timestamp::now().seconds()).execute(&mut tx).await?;
        tx.commit("dispatched").await?;
        Ok(Some(left))
    }

    /// Notes that a try at an order never came to an end, though the program has, and when the next one is due. That counts
    /// as if the program had gone down.
    pub async fn fell(&self, id: &OrderId, next_try: impl FnOnce(u32) -> Timestamp) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let Some(left) = unfinished(&mut tx, id).await? else { return Ok(()) };
        let next_try = next_try(left.tries).seconds();
        let sql = "UPDATE unfinished SET next_try = $2 WHERE seq = $1";
        query(sql).bind(left.seq.0).bind(next_try).execute(&mut tx).await?;
        Ok(tx.commit("fell").await?)
    }

    /// Notes that an order could not be worked at, and when that is to be tried again. What has taken its place stays.
    pub async fn defer(&self, seq: Seq, until: &Deferred) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        defer(&mut tx, seq, until).await?;
        Ok(tx.commit("deferred").await?)
    }

    /// Notes that nothing remains to be done about a message.
    pub async fn settle(&self, seq: Seq) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        counts(&mut tx, seq).await?;
        // What waits with a suspension is bought all the same.
        let sql = "UPDATE orders SET bought = NULL WHERE state IN ('placed', 'paid')
            AND id = (SELECT order_id FROM unfinished WHERE seq = $1)";
        query(sql).bind(seq.0).execute(&mut tx).await?;
        end(&mut tx, seq, None).await?;
        Ok(tx.commit("settled").await?)
    }
}

fn read(row: &Row) -> Result<Unfinished, JournalError> {
    Ok(Unfinished {
        seq: Seq(row.get("seq")?),
        order: from_json(row.get("body")?)?,
        author: Author::from(row.get::<Option<String>>("who")?),
        named: named(row)?,
        tries: row.get("tries")?,
        lost: row.get("lost")?,
        next_try: row.get::<Option<i64>>("next_try")?.map(timestamp).transpose()?,
        blocked: row.get("blocked")?,
        reason: row.get("reason")?,
    })
}

pub(super) async fn unfinished(on: impl Into<On<'_>>, id: &OrderId) -> Result<Option<Unfinished>, JournalError> {
    let sql =
        "SELECT *, (SELECT email FROM pseudonyms WHERE name = operator) AS named FROM unfinished WHERE order_id = $1";
    let row = query(sql).bind(id.as_str()).row(on).await?;
    row.as_ref().map(read).transpose()
}

/// The number of what waits to be done about an order.
pub(super) async fn waiting(tx: &mut Tx, id: &OrderId) -> Result<Option<Seq>, JournalError> {
    let sql = "SELECT seq FROM unfinished WHERE order_id = $1";
    Ok(query(sql).bind(id.as_str()).first(tx).await?.map(Seq))
}

/// Notes what the shop has handed over, whatever comes of it. An order that nobody has accepted yet is told of, too.
async fn hear(tx: &mut Tx, order: &Order, digest: Digest) -> Result<(), JournalError> {
    let (id, state) = (order.id.as_str(), order.state.as_str());
    let sql = "INSERT INTO orders (id, folded, revision, state, accepted, body, handed, handed_digest, heard)
        VALUES ($1, $2, $3, $4, FALSE, $5, $5, $6, $3)
        ON CONFLICT (id) DO UPDATE SET changed = coalesce(orders.changed, orders.handed), handed = $5, handed_digest = $6, void = 0,
            heard = CASE WHEN orders.heard < $3 THEN $3 ELSE orders.heard END";
    let statement = query(sql).bind(id).bind(order.id.folded()).bind(order.revision).bind(state);
    statement.bind(to_json(order)?).bind(digest.to_string()).execute(&mut *tx).await?;
    index_order(tx, order).await?;
    query("DELETE FROM endings WHERE order_id = $1").bind(id).execute(&mut *tx).await?;
    let sql = "UPDATE orders SET revision = $2, state = $3, body = handed, changed = NULL, changed_by = NULL
        WHERE id = $1 AND NOT accepted";
    query(sql).bind(id).bind(order.revision).bind(state).execute(&mut *tx).await?;
    // There is nothing to tell of one that is to end before it began.
    if matches!(order.state, OrderState::Placed | OrderState::Paid) {
        let sql = "INSERT INTO lines (order_id, line, state, reason)
            SELECT $1, CAST(atom AS BIGINT), 'applying', '{\"messages\":[]}' FROM json_each($2)
            WHERE NOT (SELECT accepted FROM orders WHERE id = $1)
            ON CONFLICT (order_id, line) DO UPDATE SET state = 'applying'";
        let lines: Vec<u32> = order.lines.iter().map(|line| line.line).collect();
        query(sql).bind(id).bind(to_json(&lines)?).execute(tx).await?;
    }
    Ok(())
}

/// Notes what is to be done about an order, in the place of what waited before. `named`: the pseudonym of the operator whom a
/// new message names. `tries`: 1 if the first begins now, else 0.
pub(super) async fn wait(
    tx: &mut Tx,
    order: &Order,
    author: &Author,
    named: Option<String>,
    tries: u32,
) -> Result<Seq, JournalError> {
    index_order(tx, order).await?;
    // Whatever is made of a message that waits, whom that named was named.
    let sql = "DELETE FROM unfinished WHERE order_id = $1 RETURNING operator";
    let before: Option<Option<String>> = query(sql).bind(order.id.as_str()).first(&mut *tx).await?;
    let sql = "INSERT INTO unfinished (order_id, body, who, tries, lost, next_try, blocked, operator)
        VALUES ($1, $2, $3, $4, $4, $5, FALSE, $6) RETURNING seq";
    let statement = query(sql).bind(order.id.as_str()).bind(to_json(order)?).bind(author.who()).bind(tries);
    Ok(Seq(statement.bind(Timestamp::now().seconds()).bind(named.or(before.flatten())).one(tx).await?))
}

/// What stands for the operator whom a message names. What is no address is nobody's.
async fn pseudonym(tx: &mut Tx, operator: Option<&Person>) -> Result<Option<String>, JournalError> {
    let Some(email) = operator.and_then(|person| person.email.parse::<Email>().ok()) else { return Ok(None) };
    Ok(name_people(tx, &[email.as_str()]).await?.remove(email.as_str()))
}

/// What a message says counts from now on: of the operator whom it names, it is no news any more.
pub(super) async fn counts(tx: &mut Tx, seq: Seq) -> Result<(), JournalError> {
    let sql = "UPDATE orders SET operator = unfinished.operator FROM unfinished
        WHERE unfinished.seq = $1 AND orders.id = unfinished.order_id AND unfinished.operator IS NOT NULL";
    query(sql).bind(seq.0).execute(tx).await?;
    Ok(())
}

/// Ends the work at a message, for now or for good.
pub(super) async fn end(tx: &mut Tx, seq: Seq, until: Option<&Deferred>) -> Result<(), JournalError> {
    match until {
        Some(until) => defer(tx, seq, until).await,
        None => {
            let sql = "DELETE FROM unfinished WHERE seq = $1 RETURNING order_id";
            let order: Option<String> = query(sql).bind(seq.0).first(&mut *tx).await?;
            let sql = "UPDATE orders SET people_kept = TRUE,
                    ended = CASE WHEN NOT accepted OR state = 'cancelled' THEN coalesce(ended, $2) END
                WHERE id = $1";
            query(sql).bind(order).bind(Timestamp::now().seconds()).execute(tx).await?;
            Ok(())
        }
    }
}

/// What was rejected leaves all as it was: what was decided before it, and is not in place yet, waits again.
pub(super) async fn go_back(tx: &mut Tx, rejected: &Order) -> Result<(), JournalError> {
    let Some(recorded) = order(tx, &rejected.id).await?.filter(|recorded| recorded.accepted) else { return Ok(()) };
    let under_way = [LineState::Applying, LineState::Waiting, LineState::Incomplete];
    let is_in_place =
        !recorded.lines.values().any(|line| line.in_place.is_some_and(|state| under_way.contains(&state)));
    match recorded.decided().filter(|decided| !is_in_place && *decided != rejected) {
        Some(decided) => wait(tx, decided, &recorded.author(), None, 0).await.map(drop),
        None => Ok(()),
    }
}

async fn defer(tx: &mut Tx, seq: Seq, until: &Deferred) -> Result<(), JournalError> {
    waits(tx, seq, until).await?;
    // One that was set aside for what it did to the program has not done better since.
    let sql =
        "UPDATE unfinished SET tries = $2, lost = CASE WHEN $3 IS NULL THEN lost ELSE 0 END, next_try = $3, blocked = $4, reason = $5
        WHERE seq = $1";
    query(sql)
        .bind(seq.0)
        .bind(until.tries)
        .bind(until.next_try.map(Timestamp::seconds))
        .bind(until.blocked)
        .bind(&until.reason)
        .execute(tx)
        .await?;
    Ok(())
}
