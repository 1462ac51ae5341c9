//! The rules that the host works by, in words of their own: pure functions.
//!
//! Nothing here waits, reads a file, asks a database or runs a handler: what the host needs from the outside comes in as
//! values, or through the one port, [`platform::Platform`]. So each rule is tested in milliseconds, and whoever writes a
//! handler's kit, a platform or a service needs no more than this crate.
//!
//! The [`words`] are what everything is made of. A message of the shop becomes an order by the rules of [`orders`]; each of
//! its lines is checked by the rules of [`lines`], and its handler called by those of [`calls`]; what the handlers declare
//! is compared with what is in place by the rules of [`sessions`]. The [`audit`] log's chain shows who did what.

pub mod audit;
pub mod calls;
pub mod lines;
pub mod orders;
pub mod platform;
pub mod sessions;
pub mod words;
