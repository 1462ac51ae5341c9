//! What all requests to other machines have in common: whom they trust, how long they wait, and how much they take in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use rustls_platform_verifier::BuilderVerifierExt;

/// A machine that is there takes a connection in this time.
const CONNECT: Duration = Duration::from_secs(10);

/// This machine cannot make secure connections.
#[derive(Debug, thiserror::Error)]
#[error("no secure connections can be made: {0}")]
pub struct TlsError(String);

/// A client for requests to one place, each of which may take so long. It trusts whom this machine trusts, and goes nowhere else if
/// it is sent on: what it carries would go along.
pub fn client(to: &Url, timeout: Duration) -> Result<Client, TlsError> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls()?)
        .connect_timeout(CONNECT)
        .timeout(timeout)
        .redirect(Policy::none())
        .user_agent(concat!("shop-host/", env!("CARGO_PKG_VERSION")));
    let builder = if is_this_machine(to) { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| TlsError(error.to_string()))
}

fn tls() -> Result<rustls::ClientConfig, TlsError> {
    let failed = |error: rustls::Error| TlsError(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(failed)?.with_platform_verifier().map_err(failed)?.with_no_client_auth())
}

/// An answer did not arrive as it should.
#[derive(Debug)]
pub enum BodyError {
    /// It broke off.
    Lost(reqwest::Error),
    /// It has more bytes than anybody has a use for.
    TooLarge,
}

/// The whole body, unless that has more bytes than this.
pub async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Lost)? {
        if body.len() + chunk.len() > most {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why no answer came, without the address, in which there may be a secret: the cause that all others come from stands last.
pub fn why(error: reqwest::Error) -> String {
    let error = error.without_url();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    let last = causes.last().map(ToString::to_string).unwrap_or_default();
    format!("{error}: {last}")
}

/// What can be shown of an address: not with which name and password somebody would sign in, nor what stands behind the path.
/// It need not be a sound one.
pub fn shown(url: &str) -> String {
    let (before, rest) = url.rsplit_once('@').unwrap_or(("", url));
    let is_start = |scheme: &&str| before.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let user = match (before.is_empty(), ["https:", "http:"].into_iter().find(is_start)) {
        (true, _) => String::new(),
        (false, None) => "[…]@".to_owned(),
        (false, Some(scheme)) => format!("{scheme}//[…]@"),
    };
    let path = rest.find(['?', '#']).map_or(rest, |end| &rest[..end]);
    let behind = if path.len() < rest.len() { "[…]" } else { "" };
    format!("{user}{path}{behind}")
}

/// Whether requests to this address stay on this machine.
pub fn is_this_machine(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
