//! How the platform changes: one transaction per request, element by element judged before anything is written.
//!
//! A request goes to SQLite as one JSON array, so that the number of statements does not depend on the number of elements.

use std::collections::HashSet;

use serde::Serialize;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteRow, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, FromRow, Sqlite, Type};

use shop_core::platform::{Problem, Replies, Reply};
use shop_store::database;

use super::unavailable::{damaged, unavailable};
use shop_core::platform::Refusal;

/// A kind of change, as statements over the elements `?1`.
pub(super) struct Write {
    /// Answers for each element, in their order, with the code of its [`Refusal`], or with null.
    pub(super) judge: &'static str,
    /// Change what the elements that were not refused say.
    pub(super) apply: &'static [&'static str],
}

impl Write {
    /// Judges all elements and applies those that are not refused.
    pub(super) async fn run<T: Serialize>(&self, mut change: Change, elements: &[T]) -> Replies {
        let verdicts: Vec<(Option<Refused>,)> = change.rows(self.judge, elements).await?;
        let accepted: Vec<&T> =
            elements.iter().zip(&verdicts).filter(|(_, (refusal,))| refusal.is_none()).map(|(e, _)| e).collect();
        for statement in self.apply {
            change.apply(statement, &accepted).await?;
        }
        change.commit().await?;
        Ok(verdicts
            .into_iter()
            .map(|(refusal,)| refusal.map_or(Ok(()), |Refused(refusal)| Err(refusal.into())))
            .collect())
    }
}

/// A transaction that nobody else writes beside; dropped before it is committed, nothing of it remains.
pub(super) struct Change(pub(super) database::Write);

impl Change {
    /// What a statement over the elements answers.
    pub(super) async fn rows<T, R>(&mut self, sql: &'static str, elements: &[T]) -> Reply<Vec<R>>
    where
        T: Serialize,
        R: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let rows = sqlx::query_as(sql).bind(json(elements)?).fetch_all(&mut *self.0).await;
        rows.map_err(unavailable)
    }

    /// Does what a statement over the elements says.
    pub(super) async fn apply<T: Serialize>(&mut self, sql: &'static str, elements: &[T]) -> Reply<()> {
        sqlx::query(sql).bind(json(elements)?).execute(&mut *self.0).await.map_err(unavailable)?;
        Ok(())
    }

    /// Makes it last.
    pub(super) async fn commit(self) -> Reply<()> {
        self.0.commit().await.map_err(unavailable)
    }
}

/// A refusal, by the code with which a statement answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) Refusal);

impl Type<Sqlite> for Refused {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }
}

impl<'r> Decode<'r, Sqlite> for Refused {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let code = <&str as Decode<Sqlite>>::decode(value)?;
        Refusal::of_code(code)
            .map(Refused)
            .ok_or_else(|| format!("expected the code of a refusal, found {code:?}").into())
    }
}

/// What a statement binds.
pub(super) fn json<T: Serialize + ?Sized>(elements: &T) -> Reply<String> {
    serde_json::to_string(elements).map_err(damaged)
}

/// Of an element that is to be found or made: its refusal, or the id of what is there, or neither.
pub(super) type Found = (Option<Refused>, Option<i64>);

/// What became of elements that were looked up, made where missing and possible, and looked up again: their ids, and
/// whether the element made it; `why_not` tells of each why it would be missing still. Where several elements are the same,
/// the first made it.
pub(super) fn ensured(
    before: Vec<Found>,
    after: Vec<Found>,
    why_not: impl Iterator<Item = Refusal>,
) -> impl Iterator<Item = Result<(i64, bool), Problem>> {
    let mut made = HashSet::new();
    before.into_iter().zip(after).zip(why_not).map(move |(pair, why_not)| match pair {
        ((Some(Refused(refusal)), _), _) => Err(refusal.into()),
        ((None, Some(id)), _) => Ok((id, false)),
        ((None, None), (_, Some(id))) => Ok((id, made.insert(id))),
        ((None, None), (_, None)) => Err(why_not.into()),
    })
}
