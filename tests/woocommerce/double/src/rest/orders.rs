//! Orders, their refunds and their notes.

use serde_json::Value;

use super::changes::{change, make};
use super::list;
use super::pages::page;
use super::{Answer, Call, id, text};
use crate::bodies;
use crate::money::{Amount, read};
use crate::refusal::{Refusable, Refusal};
use crate::shop::{Note, Order, Refund, Shop};

pub(crate) fn answer(shop: &mut Shop, call: &Call, path: &[&str]) -> Refusable<Answer> {
    let method = call.method.as_str();
    let Some((first, rest)) = path.split_first() else {
        return match method {
            "GET" => list::answer(shop, call),
            "POST" => {
                let made = make(shop, &call.body)?;
                let place = format!("{}/wp-json/wc/v3/orders/{made}", shop.home);
                Ok(shown(shop, made)?.with_header("Location", &place).made())
            }
            _ => Err(Refusal::no_route()),
        };
    };
    let order = id(first)?;
    find(shop, order)?;
    match (method, rest) {
        ("GET", []) => shown(shop, order),
        ("PUT" | "POST" | "PATCH", []) => {
            change(shop, order, &call.body)?;
            shown(shop, order)
        }
        ("DELETE", []) => remove(shop, call, order),
        ("GET", ["refunds"]) => {
            let found = find(shop, order)?;
            let all: Vec<&Refund> = found.refunds.iter().rev().collect();
            page(shop, call, &all, |refund| bodies::refund(shop, found, refund))
        }
        ("POST", ["refunds"]) => refund(shop, order, &call.body),
        ("DELETE", ["refunds", refund]) => delete_refund(shop, order, id(refund)?),
        ("GET", ["notes"]) => notes(shop, call, order),
        ("POST", ["notes"]) => note(shop, order, &call.body),
        _ => Err(Refusal::no_route()),
    }
}

fn find(shop: &Shop, id: u64) -> Refusable<&Order> {
    shop.orders.get(&id).ok_or_else(Refusal::no_order)
}

fn shown(shop: &Shop, id: u64) -> Refusable<Answer> {
    Ok(Answer::of(200, bodies::order(shop, find(shop, id)?)))
}

impl Answer {
    /// Of something that was just made.
    pub(super) fn made(self) -> Answer {
        Answer { status: 201, ..self }
    }
}

/// To the trash, or for good. The answer is the order as it was.
fn remove(shop: &mut Shop, call: &Call, id: u64) -> Refusable<Answer> {
    let before = shown(shop, id)?;
    match call.is_set("force") {
        true => shop.delete(id),
        // As WooCommerce says; it was not recorded.
        false if find(shop, id)?.trashed => {
            return Err(Refusal::new(410, "woocommerce_rest_already_trashed", "The order has already been deleted."));
        }
        false => shop.trash(id),
    }
    Ok(before)
}

fn refund(shop: &mut Shop, order: u64, body: &Value) -> Refusable<Answer> {
    let amount = text(body, "amount").and_then(read).ok_or_else(Refusal::refund)?;
    let found = find(shop, order)?;
    if amount <= 0 || amount > found.refundable() {
        return Err(Refusal::refund());
    }
    let line = |line: &Value| {
        let net = line["refund_total"].as_f64().map(|net| (net * 1e6).round() as i64).unwrap_or_default();
        let tax = line["refund_tax"][0]["refund_total"].as_f64().map(|tax| (tax * 1e6).round() as i64);
        let id = line["id"].as_u64().filter(|id| found.line(*id).is_some())?;
        Some((id, line["quantity"].as_i64()?, Amount { net, tax: tax.unwrap_or_default() }))
    };
    let lines: Vec<_> = body["line_items"].as_array().into_iter().flatten().filter_map(line).collect();
    let made = shop.refund(order, amount, text(body, "reason").unwrap_or_default(), &lines);
    let found = find(shop, order)?;
    let refund = found.refunds.iter().find(|refund| refund.id == made).ok_or_else(Refusal::no_order)?;
    // The shop does not fill in the number of the order.
    let place = format!("{}/wp-json/wc/v3/orders/(?P<order_id>[\\d]+)/refunds/{made}", shop.home);
    Ok(Answer::of(201, bodies::refund(shop, found, refund)).with_header("Location", &place))
}

fn delete_refund(shop: &mut Shop, order: u64, id: u64) -> Refusable<Answer> {
    let found = find(shop, order)?;
    let refund = found.refunds.iter().find(|refund| refund.id == id);
    // As WooCommerce says; it was not recorded.
    let missing = || Refusal::new(404, "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.");
    let answer = Answer::of(200, bodies::refund(shop, found, refund.ok_or_else(missing)?));
    shop.delete_refund(order, id);
    Ok(answer)
}

fn notes(shop: &Shop, call: &Call, order: u64) -> Refusable<Answer> {
    let is_asked = |note: &&Note| match call.parameter("type") {
        Some("customer") => note.to_customer,
        Some("internal") => !note.to_customer,
        _ => true,
    };
    let notes: Vec<&Note> = find(shop, order)?.notes.iter().rev().filter(is_asked).collect();
    // They come without pages.
    Ok(Answer::of(200, notes.into_iter().map(|note| bodies::note(shop, order, note)).collect()))
}

fn note(shop: &mut Shop, order: u64, body: &Value) -> Refusable<Answer> {
    let missing = || Refusal::new(400, "rest_missing_callback_param", "Missing parameter(s): note");
    let text = text(body, "note").ok_or_else(missing)?;
    let id = shop.add_note(order, text, body["customer_note"].as_bool().unwrap_or_default());
    let made = find(shop, order)?.notes.iter().find(|note| note.id == id).ok_or_else(Refusal::no_order)?;
    let place = format!("{}/wp-json/wc/v3/orders/{order}/notes/{id}", shop.home);
    Ok(Answer::of(201, bodies::note(shop, order, made)).with_header("Location", &place))
}
