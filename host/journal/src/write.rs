//! Writing the journal: each function is one transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::accounts::{act_as, act_as_only, act_on, follow};
use super::attempt::{Basis, Begun, Ended, Intent};
use super::audit::{Handed, append_for, name_people, pseudonymous};
use super::consents::keep_charge;
use super::events::{came_to, happened, invited, seat_id};
use super::late_requests::{answered, ask, lost};
use super::lines::{accept, as_in_place, attempted, drop_attempts, states, tell};
use super::people::{forget_facts, index_facts};
use super::platform::bind;
use super::recordings::record;
use super::unfinished::{counts, end, go_back, wait, waiting};
use super::{Journal, JournalError, from_json, keys, to_json};
use shop_core::audit::Action;
use shop_core::calls::recording::Written;
use shop_core::orders::event::{Failed, Happened, Place};
use shop_core::orders::hand_over::HandOver;
use shop_core::orders::state::{LineState, Reason};
use shop_core::orders::waiting::{Deferred, Seq};
use shop_core::platform::names::Names;
use shop_core::sessions::ledger::Before;
use shop_core::sessions::plan::{FactOutcome, Step};
use shop_core::sessions::receipt::Report;
use shop_core::sessions::session::Fact;
use shop_core::words::author::{Acting, Author};
use shop_core::words::email::Email;
use shop_core::words::order::{Order, OrderId};
use shop_core::words::period::Timestamp;
use shop_store::{Tx, query};

impl Journal {
    /// Records that an attempt came to nothing. Nothing else of what is recorded changes. `until`: when it is tried again,
    /// if it is; else, if the shop's message is what it was at, that came to nothing.
    pub async fn fail(
        &self,
        order: &Order,
        basis: Basis,
        attempts: &[(u32, LineState, Reason)],
        by: Acting<'_>,
        calls: &[(u32, Written)],
        until: Option<&Deferred>,
    ) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        if waiting(&mut tx, &order.id).await? != basis.waits() {
            return Err(JournalError::Superseded(order.id.clone()));
        }
        if until.is_none() && basis.message().is_some() && *by.author == Author::Shop {
            // One that was decided on before, and is tried again in vain, was not for nothing.
            let sql = "UPDATE orders SET void = 1 WHERE id = $1 AND (NOT accepted OR changed IS NOT NULL)";
            query(sql).bind(order.id.as_str()).execute(&mut tx).await?;
        }
        let before = states(&mut tx, &order.id).await?;
        match by.author {
            // Whoever of the staff asked for it is told, and the order is as well as before.
            Author::Staff(_) if until.is_none() => as_in_place(&mut tx, &order.id).await?,
            _ => attempted(&mut tx, &order.id, attempts).await?,
        }
        record(&mut tx, &order.id, calls).await?;
        // While the platform stays away, each try would say the same.
        let same =
            |(line, state, _): &(u32, LineState, Reason)| before.get(line).is_some_and(|was| was == state.as_str());
        if until.is_none() || !attempts.iter().all(same) {
            let lines: BTreeMap<u32, LineState> = attempts.iter().map(|(line, state, _)| (*line, *state)).collect();
            append_for(&mut tx, by, Action::CameToNothing, &order.id, json!({ "lines": lines })).await?;
        }
        if let Some(seq) = basis.message() {
            end(&mut tx, seq, until).await?;
            if until.is_none() {
                let lines = attempts.iter().map(|(line, state, _)| Failed { line: *line, state: *state }).collect();
                happened(&mut tx, &order.id, &[Happened::OrderFailed { lines }]).await?;
                let sql = "UPDATE orders SET bought = NULL WHERE id = $1";
                query(sql).bind(order.id.as_str()).execute(&mut tx).await?;
                go_back(&mut tx, order).await?;
            }
        }
        Ok(tx.commit("came-to-nothing").await?)
    }

    /// Records that an order was ended, or interrupted, before it was ever accepted: it is just that from now on.
    pub async fn end_unbegun(
        &self,
        order: &Order,
        state: LineState,
        seq: Seq,
        by: Acting<'_>,
    ) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let id = order.id.as_str();
        if waiting(&mut tx, &order.id).await? != Some(seq) {
            return Err(JournalError::Superseded(order.id.clone()));
        }
        decide(&mut tx, order, by.author, seq).await?;
        let sql = "UPDATE orders SET state = $1 WHERE id = $2";
        query(sql).bind(order.state.as_str()).bind(id).execute(&mut tx).await?;
        query("DELETE FROM lines WHERE order_id = $1").bind(id).execute(&mut tx).await?;
        let sql = "INSERT INTO lines (order_id, line, state, reason)
            SELECT $1, CAST(atom AS BIGINT), $2, '{\"messages\":[]}' FROM json_each($3)";
        let lines: Vec<u32> = order.lines.iter().map(|line| line.line).collect();
        query(sql).bind(id).bind(state.as_str()).bind(to_json(&lines)?).execute(&mut tx).await?;
        append_for(&mut tx, by, Action::Decided, &order.id, json!({ "state": order.state })).await?;
        end(&mut tx, seq, None).await?;
        came_to(&mut tx, &order.id, state, false).await?;
        Ok(tx.commit("ended-unbegun").await?)
    }

    /// Records a change that is decided.
    pub async fn begin(&self, intent: &Intent<'_>) -> Result<Begun, JournalError> {
        let mut tx = self.begin_tx().await?;
        let id = intent.order.id.as_str();
        let waits = waiting(&mut tx, &intent.order.id).await?;
        if waits != intent.basis.waits() {
            return Err(JournalError::Superseded(intent.order.id.clone()));
        }
        let seq = match waits {
            Some(seq) => seq,
            None => wait(&mut tx, intent.wanted, intent.by.author, None, 1).await?,
        };
        decide(&mut tx, intent.wanted, intent.by.author, seq).await?;
        let sql = "UPDATE orders SET revision = $2, state = $3, accepted = TRUE, body = $4,
                bought = CASE WHEN $5 THEN NULL ELSE bought END WHERE id = $1";
        let statement = query(sql).bind(id).bind(intent.order.revision).bind(intent.order.state.as_str());
        statement.bind(to_json(intent.order)?).bind(intent.lines.is_some()).execute(&mut tx).await?;
        let kept = match intent.hand_over {
            Some(hand_over) => keep_charge(&mut tx, &intent.order.id, hand_over).await?,
            None => BTreeSet::new(),
        };
        bind(&mut tx, intent.platform).await?;
        follow(&mut tx, intent.moved).await?;
        act_on(&mut tx, &intent.accounts).await?;
        if intent.lines.is_some() {
            act_as_only(&mut tx, &intent.order.id, intent.named).await?;
        }
        act_as(&mut tx, &intent.order.id, &intent.own).await?;
        if intent.cancelled || intent.lines.is_some() {
            query("UPDATE claims SET held = FALSE WHERE order_id = $1").bind(id).execute(&mut tx).await?;
        }
        drop_attempts(&mut tx, &intent.order.id).await?;
        let mut handed = Vec::new();
        match &intent.lines {
            Some(lines) => {
                for line in lines {
                    let of_line = accept(&mut tx, &intent.order.id, line).await?;
                    happened(&mut tx, &intent.order.id, &handed_over(line.line, &of_line)?).await?;
                    handed.extend(of_line);
                }
            }
            None => {
                let sql = "UPDATE lines SET state = 'applying', in_place = 'applying'
                    WHERE order_id = $1 AND NOT (ended AND in_place IS NULL)";
                query(sql).bind(id).execute(&mut tx).await?;
            }
        }
        note(&mut tx, &intent.order.id, &intent.plan.before_all()).await?;
        name(&mut tx, intent.names).await?;
        let plan = match same_plan(&mut tx, intent).await? {
            Some(plan) => plan,
            None => {
                record(&mut tx, &intent.order.id, intent.calls).await?;
                let seats = pseudonymous(&mut tx, &handed).await?;
                let mut details =
                    json!({ "state": intent.order.state, "seats": seats, "steps": intent.plan.steps.len() });
                if let Some(HandOver { from, to, .. }) = intent.hand_over {
                    let people = kept.iter().map(|(_, person)| person.as_str());
                    let people: Vec<&str> = people.chain([from.as_str(), to.as_str()]).collect();
                    let names = name_people(&mut tx, &people).await?;
                    details["operator"] = json!({ "from": names.get(from.as_str()), "to": names.get(to.as_str()) });
                    let kept = kept.iter().map(|(of, person)| json!({ "order": of, "person": names.get(person) }));
                    details["keeps"] = kept.collect();
                }
                append_for(&mut tx, intent.by, Action::Decided, &intent.order.id, details).await?;
                open(&mut tx, intent).await?
            }
        };
        tx.commit("begun").await?;
        Ok(Begun { plan, seq })
    }

    /// Notes what was there before some facts; and whom the request is about that is sent next, if one is.
    pub async fn note(
        &self,
        order: &OrderId,
        before: &[(&Fact, &Before)],
        asks_about: Option<&BTreeSet<&Email>>,
    ) -> Result<(), JournalError> {
        if before.is_empty() && asks_about.is_none() {
            // Whoever was paused asks for nothing more.
            return self.check_ticket().await;
        }
        let mut tx = self.begin_tx().await?;
        note(&mut tx, order, before).await?;
        if let Some(people) = asks_about {
            ask(&mut tx, order, people).await?;
        }
        Ok(tx.commit("noted").await?)
    }

    /// Records what became of a plan.
    pub async fn finish(&self, order: &OrderId, begun: Begun, ended: &Ended<'_>) -> Result<(), JournalError> {
        let mut tx = self.begin_tx().await?;
        let complete = !matches!(ended.state, LineState::Waiting | LineState::Incomplete);
        let sql = "SELECT receipt FROM plans WHERE id = $1";
        let told: Option<String> = query(sql).bind(begun.plan).one(&mut tx).await?;
        let told: Option<Report> = told.as_deref().map(from_json).transpose()?;
        query("UPDATE plans SET closed = $1, receipt = $2 WHERE id = $3")
            .bind(Timestamp::now().seconds())
            .bind(to_json(ended.receipt)?)
            .bind(begun.plan)
            .execute(&mut tx)
            .await?;
        // Those that were interrupted, too.
        let sql = "UPDATE plans SET outdated = coalesce(closed, opened)
            WHERE order_id = $1 AND id < $2 AND outdated IS NULL";
        query(sql).bind(order.as_str()).bind(begun.plan).execute(&mut tx).await?;
        // Of a line that has ended, something is in place until all of it is taken away. With its order, it is cancelled.
        let sql = "UPDATE lines SET
                state = CASE WHEN ended AND ($3 OR in_place IS NULL) AND $2 <> 'cancelled' THEN 'ended' ELSE $2 END,
                in_place = CASE WHEN NOT (ended AND ($3 OR in_place IS NULL)) THEN nullif($2, 'cancelled') END
            WHERE order_id = $1 RETURNING line, reason";
        let lines = query(sql).bind(order.as_str()).bind(ended.state.as_str()).bind(complete).pairs(&mut tx).await?;
        let stopped = ended.until.filter(|until| !until.blocked).map(|until| &until.reason);
        tell(&mut tx, order.as_str(), lines, |reason| reason.stopped = stopped.cloned()).await?;
        let sql = "UPDATE provenance SET before = $2 WHERE fact IN (SELECT atom FROM json_each($1))";
        query(sql).bind(keys(&ended.made)?).bind(to_json(&Before::Absent)?).execute(&mut tx).await?;
        let sql = "DELETE FROM provenance WHERE fact IN (SELECT atom FROM json_each($1))";
        let not_made: Vec<&Fact> = ended.not_made.iter().collect();
        query(sql).bind(keys(&not_made)?).execute(&mut tx).await?;
        forget_facts(&mut tx, &ended.not_made).await?;
        if complete {
            forget(&mut tx, order, ended).await?;
        }
        match ended.lost {
            Some(settles) => lost(&mut tx, order, settles).await?,
            None => answered(&mut tx, order).await?,
        }
        if told.as_ref() != Some(ended.receipt) {
            let details = json!({ "state": ended.state, "facts": ended.receipt.counts() });
            append_for(&mut tx, ended.by, Action::CarriedOut, order, details).await?;
        }
        invited(&mut tx, order, ended.receipt).await?;
        if complete {
            let has_changed =
                !ended.receipt.is_in_place() || is_half_done(&mut tx, order, begun, told.as_ref()).await?;
            came_to(&mut tx, order, ended.state, has_changed).await?;
        }
        end(&mut tx, begun.seq, ended.until).await?;
        Ok(tx.commit("finished").await?)
    }
}

/// Whether the last try at an order was interrupted, or left something undone: then it may have done what this one has found. `told`:
/// what this plan's last try told.
async fn is_half_done(tx: &mut Tx, order: &OrderId, begun: Begun, told: Option<&Report>) -> Result<bool, JournalError> {
    let is_half = |report: &Report| {
        let mut outcomes = report.entries.iter().map(|entry| entry.outcome);
        outcomes.any(|outcome| outcome.is_none_or(|outcome| outcome == FactOutcome::Failed))
    };
    if let Some(told) = told {
        return Ok(is_half(told));
    }
    let sql = "SELECT steps, receipt FROM plans WHERE order_id = $1 AND id < $2 ORDER BY id DESC LIMIT 1";
    let Some(last) = query(sql).bind(order.as_str()).bind(begun.plan).row(tx).await? else { return Ok(false) };
    Ok(match last.get::<Option<&str>>("receipt")? {
        Some(receipt) => is_half(&from_json(receipt)?),
        None => last.get::<&str>("steps")? != "[]",
    })
}

/// The seats that somebody leaves, and those that somebody takes.
fn handed_over(line: u32, handed: &[Handed]) -> Result<Vec<Happened>, JournalError> {
    let mut all = Vec::new();
    for seat in handed {
        let place = Place { line, seat: seat_id(seat.seat.clone())? };
        all.extend(seat.from.is_some().then(|| Happened::SeatFreed(place.clone())));
        all.extend(seat.to.is_some().then_some(Happened::SeatTaken(place)));
    }
    Ok(all)
}

async fn open(tx: &mut Tx, intent: &Intent<'_>) -> Result<i64, JournalError> {
    let sql = "INSERT INTO plans (order_id, opened, steps) VALUES ($1, $2, $3) RETURNING id";
    let statement = query(sql).bind(intent.order.id.as_str()).bind(Timestamp::now().seconds());
    Ok(statement.bind(to_json(&intent.plan.steps)?).one(tx).await?)
}

/// The order's last plan, if it is just this one, which is tried again: then there is nothing new to tell of it.
async fn same_plan(tx: &mut Tx, intent: &Intent<'_>) -> Result<Option<i64>, JournalError> {
    if !intent.again {
        return Ok(None);
    }
    let sql = "SELECT id, steps FROM plans WHERE order_id = $1 ORDER BY id DESC LIMIT 1";
    let last = query(sql).bind(intent.order.id.as_str()).row(tx).await?;
    let Some(last) = last else { return Ok(None) };
    let steps: Vec<Step> = from_json(last.get("steps")?)?;
    Ok((steps == intent.plan.steps).then_some(last.get("id")?))
}

/// Notes what an order is to be from now on, and who of the staff made it so, if it is not what the shop handed over last.
async fn decide(tx: &mut Tx, wanted: &Order, author: &Author, seq: Seq) -> Result<(), JournalError> {
    counts(tx, seq).await?;
    let id = wanted.id.as_str();
    let row = query("SELECT handed, changed FROM orders WHERE id = $1").bind(id).only(&mut *tx).await?;
    let (handed, changed): (Order, Option<&str>) = (from_json(row.get("handed")?)?, row.get("changed")?);
    if *wanted == handed {
        let sql = "UPDATE orders SET changed = NULL, changed_by = NULL, void = 0 WHERE id = $1";
        query(sql).bind(id).execute(tx).await?;
    } else if changed.map(from_json::<Order>).transpose()?.as_ref() != Some(wanted) {
        let sql = "UPDATE orders SET changed = $2, changed_by = $3, void = CASE WHEN void <> 0 AND $3 IS NOT NULL THEN 2 ELSE void END WHERE id = $1";
        query(sql).bind(id).bind(to_json(wanted)?).bind(author.who()).execute(tx).await?;
    }
    Ok(())
}

/// Who made an account last has made it.
async fn note(tx: &mut Tx, order: &OrderId, before: &[(&Fact, &Before)]) -> Result<(), JournalError> {
    index_facts(tx, before.iter().map(|(fact, _)| *fact)).await?;
    let before = before.iter().map(|(fact, before)| Ok((to_json(fact)?, to_json(before)?)));
    let before = before.collect::<Result<Vec<_>, JournalError>>()?;
    let sql = "INSERT INTO provenance (fact, before, order_id)
        SELECT value ->> 0, value ->> 1, $2 FROM json_each($1) WHERE TRUE
        ON CONFLICT (fact) DO UPDATE SET before = excluded.before, order_id = excluded.order_id";
    query(sql).bind(to_json(&before)?).bind(order.as_str()).execute(&mut *tx).await?;
    Ok(())
}

async fn name(tx: &mut Tx, names: &Names) -> Result<(), JournalError> {
    let courses = names.courses.iter().map(|(id, name)| ("course", id.0, name));
    let names: Vec<_> = courses.chain(names.roles.iter().map(|(id, name)| ("role", id.0, name))).collect();
    let sql =
        "INSERT INTO names (kind, id, name) SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), value ->> 2 FROM json_each($1) WHERE TRUE
        ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name WHERE names.name <> excluded.name";
    query(sql).bind(to_json(&names)?).execute(&mut *tx).await?;
    Ok(())
}

/// Claims that were given up are gone once what they made is taken away, or is left to somebody who is kept; where no claim
/// is left, so is what was there before. Only an account stays, and who made it stays known.
async fn forget(tx: &mut Tx, order: &OrderId, ended: &Ended<'_>) -> Result<(), JournalError> {
    let sql = "UPDATE claims SET kept = fact IN (SELECT atom FROM json_each($2)) WHERE order_id = $1 AND NOT held";
    query(sql).bind(order.as_str()).bind(keys(&ended.kept)?).execute(&mut *tx).await?;
    let given_up = "DELETE FROM claims WHERE order_id = $1 AND NOT held AND NOT kept RETURNING fact";
    let mut facts: Vec<String> = query(given_up).bind(order.as_str()).all(&mut *tx).await?;
    let left = "DELETE FROM claims WHERE fact IN (SELECT atom FROM json_each($1)) AND kept RETURNING fact";
    facts.extend(query(left).bind(keys(&ended.left)?).all(&mut *tx).await?);
    let sql = "DELETE FROM provenance WHERE fact IN (SELECT atom FROM json_each($1)) AND fact NOT LIKE '{\"account\":%'
        AND NOT EXISTS (SELECT 1 FROM claims WHERE claims.fact = provenance.fact)";
    query(sql).bind(to_json(&facts)?).execute(&mut *tx).await?;
    let facts = facts.iter().map(|fact| from_json(fact)).collect::<Result<Vec<Fact>, _>>()?;
    forget_facts(tx, &facts).await
}
