//! Who asks, and what is permitted: a token in the header `Authorization: Bearer …`.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use shop_core::orders::scope::Scope;
use shop_core::words::author::by_token;
use shop_core::words::order::OrderId;
use shop_core::words::permission::Permission;
use shop_core::words::secret::Secret;
use shop_core::words::wording;
use shop_journal::Token;

use crate::Service;
use crate::problem::Problem;

/// Somebody who has shown a token.
pub(crate) struct Access {
    token: Token,
    secret: Secret,
    /// In the sequence in which they are preferred.
    languages: Vec<String>,
}

impl FromRequestParts<Service> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let shown = parts.headers.get(AUTHORIZATION).ok_or_else(Problem::no_token)?;
        let shown = shown.to_str().ok().and_then(|text| text.split_once(' '));
        let secret = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, secret)| secret.trim());
        let secret = Secret::sent(secret.ok_or_else(Problem::no_token)?);
        let token = service.host.tokens().shown(&secret).await?.ok_or_else(Problem::unknown_token)?;
        note_use(service, &token);
        let languages = parts.headers.get("accept-language").and_then(|value| value.to_str().ok()).map(languages);
        Ok(Access { token, secret, languages: languages.unwrap_or_default() })
    }
}

impl Access {
    /// Fails if something is not permitted.
    pub(crate) fn permits(&self, permission: Permission) -> Result<(), Problem> {
        match self.token.permissions.contains(&permission) {
            true => Ok(()),
            false => Err(Problem::not_permitted(permission)),
        }
    }

    /// How the audit log calls whoever has shown it.
    pub(crate) fn name(&self) -> String {
        by_token(self.token.id, &self.token.name)
    }

    /// What was shown: to see later whether it still counts.
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whose orders there are.
    pub(crate) fn scope(&self) -> Scope {
        self.token.shop.clone().into()
    }

    /// The order that a path names.
    pub(crate) fn order_at(&self, path: Result<Path<String>, PathRejection>) -> Result<OrderId, Problem> {
        let Path(id) = path.map_err(|rejected| Problem::no_id(&rejected.body_text()))?;
        // Clients take these for steps between paths.
        if matches!(&*id, "." | "..") {
            return Err(Problem::no_id(&"expected an order id other than . and .., which no path can have"));
        }
        self.order(id)
    }

    /// The order that is named.
    pub(crate) fn order(&self, id: String) -> Result<OrderId, Problem> {
        let id = OrderId::try_from(id).map_err(|error| Problem::no_id(&error))?;
        self.scope().id(id).map_err(|error| Problem::no_id(&error))
    }

    /// The language of what is told; without a wish that can be met, another one.
    pub(crate) fn language<'a>(&'a self, other: &'a str) -> &'a str {
        self.languages.first().map_or(other, |language| language)
    }
}

/// Notes it beside the request, which waits for no writer; one at a time, and not if that was noted a moment ago.
fn note_use(service: &Service, token: &Token) {
    if token.is_noted() {
        return;
    }
    let (Ok(place), host, token) = (service.noting.clone().try_acquire_owned(), service.host.clone(), token.clone())
    else {
        return;
    };
    service.tasks.spawn(async move {
        let _place = place;
        if let Err(error) = host.tokens().used(&token).await {
            tracing::debug!(token = token.id, %error, "the use of a token could not be noted");
        }
    });
}

/// Those of a header `Accept-Language` that there are texts in, the one that is preferred first.
fn languages(header: &str) -> Vec<String> {
    let known = wording::host().languages();
    let weighed = header.split(',').take(20).filter_map(|one| {
        let (tag, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
        let language = tag.trim().split('-').next()?.to_ascii_lowercase();
        (weight > 0.0 && known.contains(&language)).then_some((language, weight))
    });
    let mut weighed: Vec<(String, f32)> = weighed.collect();
    // A stable sort: of the same weight, the first one.
    weighed.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    weighed.into_iter().map(|(language, _)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_preferred_comes_first() {
        for (header, expected) in [
            ("fr", vec!["fr"]),
            ("de, fr-CH;q=0.5, en;q=0.9", vec!["en", "fr"]),
            ("en;q=0, fr", vec!["fr"]),
            ("*, xx;q=oops, FR-fr", vec!["fr"]),
            ("", vec![]),
        ] {
            assert_eq!(languages(header), expected, "{header}");
        }
    }
}
