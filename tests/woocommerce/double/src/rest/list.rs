//! The list of orders.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::pages::page;
use super::{Answer, Call};
use crate::bodies;
use crate::refusal::{Refusable, Refusal};
use crate::shop::{Order, STATUSES, Shop};

/// The orders that were asked for. Those in the trash are no part of `any`, not even of `any,trash`.
pub(crate) fn answer(shop: &Shop, call: &Call) -> Refusable<Answer> {
    let statuses = statuses(call)?;
    let after = date(shop, call, "modified_after")?;
    let before = date(shop, call, "modified_before")?;
    let included = call.list("include");
    let is_asked = |order: &&Order| {
        let is_any = statuses.contains(&"any") && !order.trashed;
        let of_status = is_any || !statuses.contains(&"any") && statuses.contains(&order.shown_status());
        let of_id = included.as_ref().is_none_or(|ids| ids.contains(&order.id.to_string().as_str()));
        // Strictly: one of the very second is left out.
        of_status
            && of_id
            && after.is_none_or(|date| order.modified > date)
            && before.is_none_or(|date| order.modified < date)
    };
    let mut orders: Vec<&Order> = shop.orders.values().filter(is_asked).collect();
    let by = one_of(call, "orderby", "date", &["date", "id", "include", "title", "slug", "modified"])?;
    match by {
        "modified" => orders.sort_by_key(|order| (order.modified, order.id)),
        "date" => orders.sort_by_key(|order| (order.created, order.id)),
        _ => {}
    }
    if one_of(call, "order", "desc", &["asc", "desc"])? == "desc" {
        orders.reverse();
    }
    page(shop, call, &orders, |order| bodies::order(shop, order))
}

fn statuses(call: &Call) -> Refusable<Vec<&str>> {
    let given = call.list("status").unwrap_or_else(|| vec!["any"]);
    let is_known =
        |name: &&str| ["any", "trash"].contains(name) || STATUSES.iter().any(|status| status.as_str() == *name);
    match given.iter().all(is_known) {
        true => Ok(given),
        false => Err(not_one_of(
            "status",
            &[
                "any",
                "trash",
                "auto-draft",
                "pending",
                "processing",
                "on-hold",
                "completed",
                "cancelled",
                "refunded",
                "failed",
                "checkout-draft",
            ],
        )),
    }
}

fn one_of<'a>(call: &'a Call, name: &str, default: &'static str, known: &[&str]) -> Refusable<&'a str> {
    let given = call.parameter(name).unwrap_or(default);
    if known.contains(&given) { Ok(given) } else { Err(not_one_of(name, known)) }
}

/// A value that a parameter cannot have.
pub(crate) fn not_one_of(name: &str, known: &[&str]) -> Refusal {
    let (last, others) = known.split_last().unwrap_or((&"", &[]));
    let told = format!("{name} is not one of {}, and {last}.", others.join(", "));
    Refusal::parameter(name, "rest_not_in_enum", &told)
}

/// A date: in the shop's time, unless it says its zone or the request says that all dates are in UTC.
fn date(shop: &Shop, call: &Call, name: &str) -> Refusable<Option<DateTime<Utc>>> {
    let Some(given) = call.parameter(name) else { return Ok(None) };
    if let Ok(date) = DateTime::parse_from_rfc3339(given) {
        return Ok(Some(date.to_utc()));
    }
    let date = NaiveDateTime::parse_from_str(given, "%Y-%m-%dT%H:%M:%S");
    let date = date.map_err(|_| Refusal::parameter(name, "rest_invalid_date", "Invalid date."))?;
    let offset = if call.is_set("dates_are_gmt") { 0 } else { shop.offset };
    Ok(Some(date.and_utc() - TimeDelta::seconds(offset.into())))
}
