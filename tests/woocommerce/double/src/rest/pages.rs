//! Lists in pages.

use super::{Answer, Call};
use crate::json::Json;
use crate::refusal::{Refusable, Refusal};
use crate::shop::Shop;

/// A page of a list, with the headers that say how many there are and where the others are.
pub(crate) fn page<T>(shop: &Shop, call: &Call, all: &[T], shown: impl Fn(&T) -> Json) -> Refusable<Answer> {
    let size = number(call, "per_page", 10, 100)?;
    let page = number(call, "page", 1, usize::MAX)?;
    let pages = all.len().div_ceil(size);
    let first = (page - 1).saturating_mul(size).min(all.len());
    let body = all[first..].iter().take(size).map(shown).collect();
    let mut answer = Answer::of(200, body)
        .with_header("X-WP-Total", &all.len().to_string())
        .with_header("X-WP-TotalPages", &pages.to_string());
    if page > 1 && pages > 0 {
        answer = answer.with_header("Link", &link(shop, call, (page - 1).min(pages), "prev"));
    }
    if page < pages {
        answer = answer.with_header("Link", &link(shop, call, page + 1, "next"));
    }
    Ok(answer)
}

fn link(shop: &Shop, call: &Call, page: usize, relation: &str) -> String {
    let mut query = call.query.clone();
    query.retain(|(name, _)| name != "page");
    query.push(("page".to_owned(), page.to_string()));
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    format!("<{}/wp-json/wc/v3/{}?{query}>; rel=\"{relation}\"", shop.home, call.path.join("/"))
}

fn number(call: &Call, name: &str, default: usize, most: usize) -> Refusable<usize> {
    let Some(given) = call.parameter(name) else { return Ok(default) };
    let told = match most {
        usize::MAX => format!("{name} must be greater than or equal to 1"),
        most => format!("{name} must be between 1 (inclusive) and {most} (inclusive)"),
    };
    let number = given.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Refusal::parameter(name, "rest_out_of_bounds", &told))
}
