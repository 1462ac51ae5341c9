//! An order, as the API shows it and deliveries carry it.

use serde_json::Value;

use super::{ALL_METHODS, gmt, link, local, meta, own_link, tax_lines};
use crate::json::{Json, object};
use crate::money::{Amount, each, is_seen, shown};
use crate::shop::{Billing, Line, Meta, Order, Payment, Shop, Status, Via};

/// All fields of an order, in their order.
pub(crate) fn order(shop: &Shop, order: &Order) -> Json {
    let amount = order.amount();
    let body = head(shop, order, amount);
    let body = body.with([
        ("date_completed", order.completed.map(|date| local(shop, date)).into()),
        ("date_paid", order.paid.map(|date| local(shop, date)).into()),
        ("cart_hash", if order.via.is_buyer() { "fb9a3fb9ac8bc4c29ee71a3df783d4b8" } else { "" }.into()),
        ("number", order.id.to_string().into()),
        ("meta_data", meta(&order.meta)),
        ("line_items", order.lines.iter().map(|one| line(shop, one)).collect()),
        ("tax_lines", tax_lines(order.tax_line, amount.tax)),
        ("shipping_lines", object([])),
        ("fee_lines", object([])),
        ("coupon_lines", object([])),
        ("refunds", refunds(order)),
    ]);
    tail(shop, order, amount, body)
}

fn head(shop: &Shop, order: &Order, amount: Amount) -> Json {
    let (payment, title) = payment(order);
    object([
        ("id", order.id.into()),
        ("parent_id", 0_u64.into()),
        ("status", order.shown_status().into()),
        ("currency", "EUR".into()),
        ("version", "10.5.2".into()),
        ("prices_include_tax", true.into()),
        ("date_created", local(shop, order.created)),
        ("date_modified", local(shop, order.modified)),
        ("discount_total", "0.00".into()),
        ("discount_tax", "0.00".into()),
        ("shipping_total", "0.00".into()),
        ("shipping_tax", "0.00".into()),
        ("cart_tax", shown(amount.tax).into()),
        ("total", shown(amount.gross()).into()),
        ("total_tax", shown(amount.tax).into()),
        ("customer_id", order.customer.into()),
        ("order_key", (&order.key).into()),
        ("billing", billing(&order.billing)),
        ("shipping", shipping(order)),
        ("payment_method", payment.into()),
        ("payment_method_title", title.into()),
        ("transaction_id", (&order.transaction).into()),
        ("customer_ip_address", if order.via.is_buyer() { "127.0.0.1" } else { "" }.into()),
        ("customer_user_agent", if order.via.is_buyer() { "integration-test/1" } else { "" }.into()),
        ("created_via", order.via.as_str().into()),
        ("customer_note", (&order.note).into()),
    ])
}

fn tail(shop: &Shop, order: &Order, amount: Amount, body: Json) -> Json {
    let waits = [Status::Pending, Status::Failed, Status::CheckoutDraft].contains(&order.status);
    let is_editable = [Status::Pending, Status::OnHold, Status::AutoDraft].contains(&order.status);
    let is_sent = |line: &Line| shop.products.get(&line.product).is_some_and(|product| product.downloadable);
    let pay = format!("{}/checkout/order-pay/{}/?pay_for_order=true&key={}", shop.home, order.id, order.key);
    body.with([
        ("payment_url", pay.into()),
        ("is_editable", (is_editable && !order.trashed).into()),
        ("needs_payment", (waits && !order.trashed && is_seen(amount.gross())).into()),
        ("needs_processing", (!order.lines.iter().all(is_sent)).into()),
        ("date_created_gmt", gmt(order.created)),
        ("date_modified_gmt", gmt(order.modified)),
        ("date_completed_gmt", order.completed.map(gmt).into()),
        ("date_paid_gmt", order.paid.map(gmt).into()),
        ("currency_symbol", "\u{20ac}".into()),
        ("_links", links(shop, order)),
    ])
}

fn payment(order: &Order) -> (&'static str, &'static str) {
    match order.payment {
        Payment::Unknown => ("", ""),
        Payment::Card => ("testcard", "Card (test)"),
        // Nobody has chosen yet.
        Payment::Transfer if order.status == Status::CheckoutDraft => ("bacs", ""),
        Payment::Transfer => ("bacs", "Bank transfer"),
    }
}

fn billing(of: &Billing) -> Json {
    address(of).with([("email", (&of.email).into()), ("phone", (&of.phone).into())])
}

/// A checkout of blocks has the buyer's address for goods, too; others have none.
fn shipping(order: &Order) -> Json {
    let none = Billing::default();
    let of = if order.via == Via::Blocks { &order.billing } else { &none };
    address(of).with([("phone", (&of.phone).into())])
}

fn address(of: &Billing) -> Json {
    object([
        ("first_name", (&of.first_name).into()),
        ("last_name", (&of.last_name).into()),
        ("company", (&of.company).into()),
        ("address_1", (&of.address_1).into()),
        ("address_2", (&of.address_2).into()),
        ("city", (&of.city).into()),
        ("state", (&of.state).into()),
        ("postcode", (&of.postcode).into()),
        ("country", (&of.country).into()),
    ])
}

/// The newest comes first, and none has its lines here.
fn refunds(order: &Order) -> Json {
    let one = |refund: &crate::shop::Refund| {
        object([("id", refund.id.into()), ("reason", (&refund.reason).into()), ("total", shown(-refund.amount).into())])
    };
    order.refunds.iter().rev().map(one).collect()
}

fn links(shop: &Shop, order: &Order) -> Json {
    let all = format!("{}/wp-json/wc/v3/orders", shop.home);
    let own = format!("{all}/{}", order.id);
    let templates = [("embeddable", true.into()), ("href", format!("{own}/actions/email_templates").into())];
    let links = object([
        ("self", own_link(own, ALL_METHODS)),
        ("collection", link(all)),
        ("email_templates", Json::List(vec![object(templates)])),
    ]);
    match order.customer {
        0 => links,
        id => links.with([("customer", link(format!("{}/wp-json/wc/v3/customers/{id}", shop.home)))]),
    }
}

fn line(shop: &Shop, line: &Line) -> Json {
    item(shop, line, line.id, line.quantity, line.amount, line_meta(shop, line))
}

/// A line of an order or of a refund. All but its name is read from the product while it is there.
pub(super) fn item(shop: &Shop, of: &Line, id: u64, quantity: i64, amount: Amount, meta: Json) -> Json {
    let product = shop.products.get(&of.product);
    let variation = product.and_then(|product| product.variation.as_ref());
    let parent = variation.and_then(|variation| shop.products.get(&variation.parent));
    let (product_id, variation_id) = match (product, variation) {
        (None, _) => (0, 0),
        (Some(product), None) => (product.id, 0),
        (Some(product), Some(variation)) => (variation.parent, product.id),
    };
    let (net, tax) = (shown(amount.net), shown(amount.tax));
    let taxes = object([("id", 1_u64.into()), ("total", (&tax).into()), ("subtotal", (&tax).into())]);
    // A variation has no picture in other words than a product.
    let picture = if variation.is_some() { Json::Int(0) } else { "".into() };
    object([
        ("id", id.into()),
        ("name", (&of.name).into()),
        ("product_id", product_id.into()),
        ("variation_id", variation_id.into()),
        ("quantity", quantity.into()),
        ("tax_class", "".into()),
        ("subtotal", (&net).into()),
        ("subtotal_tax", (&tax).into()),
        ("total", (&net).into()),
        ("total_tax", (&tax).into()),
        ("taxes", Json::List(vec![taxes])),
        ("meta_data", meta),
        ("sku", product.map(|product| &product.sku).into()),
        ("global_unique_id", "".into()),
        ("price", Json::Float(each(amount.net, quantity))),
        ("image", object([("id", picture), ("src", "".into())])),
        ("parent_name", parent.map(|parent| &parent.name).into()),
    ])
}

fn line_meta(shop: &Shop, line: &Line) -> Json {
    let one = |meta: &Meta| {
        object([
            ("id", meta.id.into()),
            ("key", (&meta.key).into()),
            ("value", (&meta.value).into()),
            ("display_key", shop.shown_key(line, meta).into()),
            ("display_value", shown_value(&meta.value)),
        ])
    };
    line.meta.iter().map(one).collect()
}

/// A text as pages show it: without what looks like tags, and on one line.
fn shown_value(value: &Value) -> Json {
    let Value::String(text) = value else { return value.into() };
    let mut parts = text.split('<');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown += part.split_once('>').map_or("", |(_, rest)| rest);
    }
    shown.split_whitespace().collect::<Vec<_>>().join(" ").into()
}
