//! On which condition something is done about an order: it is still as its `ETag` told, by the header `If-Match` (RFC 9110, 13.1.1).

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use shop_core::words::digest::Digest;
use shop_host::host::{Provided, Tag};

use crate::problem::Problem;

/// What the header says. What is no tag of ours is one that nothing has. Fails on a condition that would not be looked at.
pub(crate) fn provided(headers: &HeaderMap) -> Result<Provided, Problem> {
    if headers.contains_key(IF_NONE_MATCH) {
        let detail = "expected If-Match or no condition, found If-None-Match, which is not looked at here";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "condition-unknown", detail));
    }
    Ok(read(headers))
}

fn read(headers: &HeaderMap) -> Provided {
    let mut said = headers.get_all(IF_MATCH).iter().peekable();
    if said.peek().is_none() {
        return Provided::Anyhow;
    }
    let said: Vec<&str> = said.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim).collect();
    match said.as_slice() {
        ["*"] => Provided::Known,
        tags => Provided::Is(tags.iter().filter_map(|text| tag(text)).collect()),
    }
}

/// Fails if there is no condition, where two people could undo what each other does without seeing it.
pub(crate) fn needs(provided: &Provided) -> Result<(), Problem> {
    match provided {
        Provided::Known | Provided::Is(_) | Provided::AsOf(_) => Ok(()),
        Provided::Anyhow => {
            let detail = "expected the header If-Match with the ETag that GET /v1/orders/{id} has told of the seat's order, so that nothing is \
                          undone that somebody else has changed since; or with * to do it whatever that is";
            Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match-missing", detail))
        }
    }
}

/// The tag of what is told in a language. It is another text in another language, and stands for the same.
pub(crate) fn etag(tag: Tag, language: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{}-{language}\"", tag.0)).ok()
}

fn tag(text: &str) -> Option<Tag> {
    // A weak one, which begins with W/, stands for less.
    let (digest, _) = text.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
    digest.parse::<Digest>().ok().map(Tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tags_of_ours_match() {
        let tag = Tag(Digest::of(b"it"));
        let own = etag(tag, "fr").unwrap().to_str().unwrap().to_owned();
        let is = |tags: &[Tag]| Provided::Is(tags.to_vec());
        for (said, expected) in [
            (vec![], Provided::Anyhow),
            (vec!["*"], Provided::Known),
            (vec![" * "], Provided::Known),
            (vec![&own], is(&[tag])),
            (vec![&own.replace("fr", "en")], is(&[tag])),
            (vec!["\"x\"", &own], is(&[tag])),
            (vec![&format!("\"a,b\", {own}")], is(&[tag])),
            (vec![&format!("W/{own}")], is(&[])),
            (vec![own.trim_matches('"')], is(&[])),
            (vec![&own.to_uppercase()], is(&[])),
            (vec!["*, \"x\""], is(&[])),
            (vec![""], is(&[])),
        ] {
            let mut headers = HeaderMap::new();
            said.iter().for_each(|value| _ = headers.append(IF_MATCH, HeaderValue::from_str(value).unwrap()));
            assert_eq!(read(&headers), expected, "{said:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(read(&headers), is(&[]));
    }
}
