//! A refund, as the API shows it.

use super::order::item;
use super::{gmt, link, local, own_link, tax_lines};
use crate::json::{Json, object};
use crate::money::shown;
use crate::shop::{Order, Refund, RefundedLine, Shop};

/// All fields of a refund.
pub(crate) fn refund(shop: &Shop, order: &Order, refund: &Refund) -> Json {
    let up = format!("{}/wp-json/wc/v3/orders/{}", shop.home, order.id);
    let tax = refund.lines.iter().map(|line| -line.amount.tax).sum();
    let kind = if refund.is_last { "full" } else { "partial" };
    let kind = object([("id", refund.meta.into()), ("key", "_refund_type".into()), ("value", kind.into())]);
    object([
        ("id", refund.id.into()),
        ("date_created", local(shop, refund.created)),
        ("date_created_gmt", gmt(refund.created)),
        ("amount", shown(refund.amount).into()),
        ("reason", (&refund.reason).into()),
        ("refunded_by", 1_u64.into()),
        ("refunded_payment", false.into()),
        ("meta_data", Json::List(vec![kind])),
        ("line_items", refund.lines.iter().filter_map(|one| line(shop, order, one)).collect()),
        ("shipping_lines", object([])),
        ("tax_lines", if refund.lines.is_empty() { object([]) } else { tax_lines(refund.tax_line, tax) }),
        ("fee_lines", object([])),
        (
            "_links",
            object([
                ("self", own_link(format!("{up}/refunds/{}", refund.id), &["GET", "DELETE"])),
                ("collection", link(format!("{up}/refunds"))),
                ("up", link(up)),
            ]),
        ),
    ])
}

/// The lines are negative, and their only link to those of the order is a text in the meta.
fn line(shop: &Shop, order: &Order, refunded: &RefundedLine) -> Option<Json> {
    let of = order.line(refunded.line)?;
    let id = refunded.line.to_string();
    let meta = object([
        ("id", refunded.meta.into()),
        ("key", "_refunded_item_id".into()),
        ("value", (&id).into()),
        ("display_key", "_refunded_item_id".into()),
        ("display_value", id.into()),
    ]);
    let meta = Json::List(vec![meta]);
    Some(item(shop, of, refunded.id, -refunded.quantity, refunded.amount.negative(), meta))
}
