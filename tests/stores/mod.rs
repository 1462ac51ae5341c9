//! The journal in a file of SQLite's, or in a PostgreSQL server: the same in both.

mod alone;
mod commits;
mod copy;
mod cut;
mod differential;
mod encrypted;
mod hosts;
mod life;
mod refusals;
mod schemas;
pub(crate) mod server;
