//! The signature of what a WooCommerce sends: HMAC-SHA256 of the bytes of the body, in base64. Printed anew, a body is another.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shop_core::words::secret::Secret;

use crate::shop::Unverified;

/// Checks it, in the same time wherever it is wrong.
pub(super) fn check(secret: &Secret, sent: &[u8], body: &[u8]) -> Result<(), Unverified> {
    let sent = STANDARD.decode(sent).map_err(|_| Unverified)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).map_err(|_| Unverified)?;
    mac.update(body);
    mac.verify_slice(&sent).map_err(|_| Unverified)
}
