//! End to end: through the real component, in the real sandbox, with the journal and a learning platform: the embedded one, or a
//! double of Moodle. What each folder is about stands at the head of its `mod.rs`.

mod durability;
mod fixtures;
mod growth;
mod hostile;
mod model;
mod moodle;
mod orders;
mod people;
mod platform;
mod service;
mod stores;
mod versions;
mod woocommerce;
