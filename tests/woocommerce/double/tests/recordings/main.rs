//! The double does what the recorded shop did: each recorded step is done again, and answers and deliveries are compared.

mod receiver;
mod recording;
mod replay;

mod answers;
mod faults;
mod lives;
mod requests;
