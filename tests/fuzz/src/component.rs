//! Components. The first look at one refuses it or lets it pass, and says why in a few words.

use shop_sandbox::first_look;

use crate::check_told;

pub(super) fn look(bytes: &[u8]) -> bool {
    match first_look(bytes) {
        Ok(()) => true,
        Err(error) => {
            check_told(&error.to_string());
            false
        }
    }
}
