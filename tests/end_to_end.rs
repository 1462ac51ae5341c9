//! End to end: through the real component, in the real sandbox, with the journal and the embedded platform.

mod accepted;
mod arbitrary;
mod changed_accounts;
mod changes;
mod component;
mod conflicts;
mod differences;
mod faults;
mod findings;
mod fixtures;
mod golden;
mod hostile_components;
mod hostile_handlers;
mod interruptions;
mod moodle_interruptions;
mod moodle_life;
mod moodle_requests;
mod moodle_world;
mod orders_together;
mod scale;
mod shop_fixtures;
mod stages;
mod versions;
mod what_was_there;
mod wording;
