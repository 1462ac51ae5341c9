//! What is told of what was done, would be done or is recorded: one model, whoever reads it.
//!
//! A view is made of what the host has found out, by a [`Voice`] that words it in the reader's language. It decides what is
//! told and how that is arranged; the command line's tables, its JSON and whatever else shows it only write it down. What
//! people are shown beside that, such as who is called how, stands in fields that JSON leaves out, or is a method: programs
//! make it out by themselves.

pub mod activation;
pub mod audit;
pub mod backup;
pub mod came;
pub mod consent;
pub mod drift;
pub mod erasure;
pub mod forecast;
pub mod handler;
pub mod message;
pub mod moved;
pub mod order;
pub mod outcome;
pub mod people;
pub mod product;
pub mod replay;
pub mod round;
pub mod serving;
pub mod sheet;
pub mod site;
pub mod token;
pub mod version;
pub mod voice;

pub use activation::Activation;
pub use backup::Backup;
pub use came::{Came, Failure, Kept};
pub use consent::Consent;
pub use drift::Drift;
pub use erasure::Erasure;
pub use forecast::Forecast;
pub use handler::Inspection;
pub use message::Message;
pub use moved::{JournalMoved, Moved};
pub use order::Order;
pub use outcome::Outcome;
pub use people::{People, Person};
pub use product::Product;
pub use replay::Replay;
pub use round::Round;
pub use sheet::Sheet;
pub use site::Site;
pub use version::Version;
pub use voice::{Argument, Voice};
