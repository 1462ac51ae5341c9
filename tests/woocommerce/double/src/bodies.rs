//! What the shop has, as the API shows it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::json::{Json, object};
use crate::money::{RATE, shown};
use crate::shop::{Meta, Note, Shop, Webhook};

mod order;
mod product;
mod refund;

pub(crate) use order::order;
pub(crate) use product::product;
pub(crate) use refund::refund;

/// A date in the shop's time.
fn local(shop: &Shop, date: DateTime<Utc>) -> Json {
    gmt(date + TimeDelta::seconds(shop.offset.into()))
}

/// A date in UTC, which nothing in it says.
fn gmt(date: DateTime<Utc>) -> Json {
    date.format("%Y-%m-%dT%H:%M:%S").to_string().into()
}

fn meta(meta: &[Meta]) -> Json {
    let one =
        |meta: &Meta| object([("id", meta.id.into()), ("key", (&meta.key).into()), ("value", (&meta.value).into())]);
    meta.iter().map(one).collect()
}

/// The single tax of all lines.
fn tax_lines(id: u64, tax: i64) -> Json {
    let line = object([
        ("id", id.into()),
        ("rate_code", "FR-TVA-1".into()),
        ("rate_id", 1_u64.into()),
        ("label", "TVA".into()),
        ("compound", false.into()),
        ("tax_total", shown(tax).into()),
        ("shipping_tax_total", "0.00".into()),
        ("rate_percent", RATE.into()),
        ("meta_data", object([])),
    ]);
    Json::List(vec![line])
}

/// A link in a list of one, as links are.
fn link(href: String) -> Json {
    Json::List(vec![object([("href", href.into())])])
}

/// A link to the thing itself, which says what may be done with it.
fn own_link(href: String, allowed: &[&str]) -> Json {
    let allowed = allowed.iter().map(|method| Json::from(*method)).collect();
    Json::List(vec![object([("href", href.into()), ("targetHints", object([("allow", allowed)]))])])
}

const ALL_METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A webhook: without its secret, and without how often it failed.
pub(crate) fn webhook(shop: &Shop, webhook: &Webhook) -> Json {
    let (resource, event) = webhook.resource_and_event();
    let all = format!("{}/wp-json/wc/v3/webhooks", shop.home);
    object([
        ("id", webhook.id.into()),
        ("name", (&webhook.name).into()),
        ("status", webhook.status.as_str().into()),
        ("topic", (&webhook.topic).into()),
        ("resource", resource.into()),
        ("event", event.into()),
        ("hooks", webhook.hooks().into_iter().map(Json::from).collect()),
        ("delivery_url", (&webhook.delivery_url).into()),
        ("date_created", local(shop, webhook.created)),
        ("date_created_gmt", gmt(webhook.created)),
        ("date_modified", webhook.modified.map(|date| local(shop, date)).into()),
        ("date_modified_gmt", webhook.modified.map(gmt).into()),
        (
            "_links",
            object([("self", own_link(format!("{all}/{}", webhook.id), ALL_METHODS)), ("collection", link(all))]),
        ),
    ])
}

/// A note at an order.
pub(crate) fn note(shop: &Shop, order: u64, note: &Note) -> Json {
    let up = format!("{}/wp-json/wc/v3/orders/{order}", shop.home);
    object([
        ("id", note.id.into()),
        ("author", "WooCommerce".into()),
        ("date_created", local(shop, note.created)),
        ("date_created_gmt", gmt(note.created)),
        ("note", (&note.text).into()),
        ("customer_note", note.to_customer.into()),
        (
            "_links",
            object([
                ("self", own_link(format!("{up}/notes/{}", note.id), &["GET", "DELETE"])),
                ("collection", link(format!("{up}/notes"))),
                ("up", link(up)),
            ]),
        ),
    ])
}
