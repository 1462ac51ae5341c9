//! What the API makes of an order, and of what is sent to change one.

use serde_json::Value;

use super::list::not_one_of;
use super::text;
use crate::money::read;
use crate::refusal::Refusable;
use crate::shop::{Billing, Kind, NewOrder, Payment, STATUSES, Shop, Status, Storage, Via};

/// Makes an order; gives its id. Lines of products that there are not are left out.
pub(crate) fn make(shop: &mut Shop, body: &Value) -> Refusable<u64> {
    let status = status(body)?;
    let mut new = NewOrder { via: Via::Api, ..NewOrder::default() };
    new.payment = match text(body, "payment_method") {
        Some("bacs") => Payment::Transfer,
        Some(_) => Payment::Card,
        None => Payment::Unknown,
    };
    new.customer = body["customer_id"].as_u64().unwrap_or_default();
    fill(&mut new.billing, &body["billing"]);
    text(body, "customer_note").unwrap_or_default().clone_into(&mut new.note);
    new.paid = body["set_paid"] == true || status.as_ref().is_some_and(Status::is_paid);
    let lines = body["line_items"].as_array().cloned().unwrap_or_default();
    Ok(shop.place_with(&new, |shop, id| lines.iter().for_each(|line| put_line(shop, id, line))))
}

/// Changes an order, which is told once, whatever was sent.
pub(crate) fn change(shop: &mut Shop, id: u64, body: &Value) -> Refusable<()> {
    let status = status(body)?;
    for line in body["line_items"].as_array().into_iter().flatten() {
        put_line(shop, id, line);
    }
    for meta in body["meta_data"].as_array().into_iter().flatten() {
        if let Some(key) = text(meta, "key") {
            shop.put_meta(id, key, meta["value"].clone());
        }
    }
    let order = shop.order_mut(id);
    fill(&mut order.billing, &body["billing"]);
    let is_noted = text(body, "customer_note").map(|note| note.clone_into(&mut order.note)).is_some();
    match status {
        Some(status) if order.status != status => shop.set_status(id, status),
        _ if is_noted || shop.storage == Storage::Hpos => shop.written(id, Kind::Post),
        _ => shop.written(id, Kind::Beside),
    }
    Ok(())
}

fn status(body: &Value) -> Refusable<Option<Status>> {
    let Some(name) = text(body, "status") else { return Ok(None) };
    let names: Vec<&str> = STATUSES.iter().map(Status::as_str).collect();
    match names.contains(&name) {
        true => Ok(Some(Status::named(name))),
        false => Err(not_one_of("status", &names)),
    }
}

/// A line without an id is a new one, one with the quantity 0 goes.
fn put_line(shop: &mut Shop, id: u64, sent: &Value) {
    let quantity = sent["quantity"].as_i64();
    let meta = sent["meta_data"].as_array().into_iter().flatten();
    let meta: Vec<_> = meta.filter_map(|meta| Some((text(meta, "key")?.to_owned(), meta["value"].clone()))).collect();
    match sent["id"].as_u64() {
        Some(line) if shop.orders.get(&id).is_some_and(|order| order.line(line).is_some()) => {
            meta.into_iter().for_each(|(key, value)| shop.write_line_meta(id, line, &key, value));
            if let Some(quantity) = quantity {
                shop.put_quantity(id, line, quantity, text(sent, "total").and_then(read));
            }
        }
        Some(_) => {}
        None => {
            let product = sent["variation_id"].as_u64().filter(|id| *id > 0).or(sent["product_id"].as_u64());
            if let Some(product) = product.filter(|product| shop.products.contains_key(product)) {
                shop.put_line(id, product, quantity.unwrap_or(1), &meta);
            }
        }
    }
}

fn fill(billing: &mut Billing, sent: &Value) {
    let fields = [
        ("first_name", &mut billing.first_name),
        ("last_name", &mut billing.last_name),
        ("company", &mut billing.company),
        ("address_1", &mut billing.address_1),
        ("address_2", &mut billing.address_2),
        ("city", &mut billing.city),
        ("state", &mut billing.state),
        ("postcode", &mut billing.postcode),
        ("country", &mut billing.country),
        ("email", &mut billing.email),
        ("phone", &mut billing.phone),
    ];
    for (name, field) in fields {
        if let Some(value) = text(sent, name) {
            value.clone_into(field);
        }
    }
}
