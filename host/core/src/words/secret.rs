//! What only its holder knows, and shows to be let in.

use std::fmt;

use crate::words::digest::Digest;

/// A secret, which stands in no log. Of a token, it is shown once, when it is made; what is kept of it is its digest. 256 random bits need
/// no slow digest, and nobody learns anything of them from how long it takes to look one up.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// By this a token is known wherever it turns up, so that one that got into a file or a log can be found there.
const BEGINNING: &str = "shophost_";

impl Secret {
    /// A token's, of random bytes.
    pub fn of(bytes: [u8; 32]) -> Secret {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Secret(format!("{BEGINNING}{digits}"))
    }

    /// One as it was sent or written, whatever that is.
    pub fn sent(text: &str) -> Secret {
        Secret(text.to_owned())
    }

    /// To be shown to its holder.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

/// It stands in no log.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_told_by_the_way() {
        let secret = Secret::of([7; 32]);
        assert_eq!(secret.reveal(), format!("shophost_{}", "07".repeat(32)));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.digest(), Secret::sent(secret.reveal()).digest());
    }
}
