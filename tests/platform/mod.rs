//! What others do on the learning platform.

pub(crate) mod at_once;
pub(crate) mod meanwhile;
pub(crate) mod stranger;
pub(crate) mod what_was_there;
