//! What an order's messages come to: what is said ([`said`]) and left unsaid ([`unsaid`]), what of it is admitted
//! ([`admit`]) and what speaks against it ([`conflict`]), what is recorded ([`recorded`]) and what waits ([`waiting`]), and what was bought and is
//! not accepted yet ([`bought`]).

pub mod admit;
pub mod amendment;
pub mod bought;
pub mod conflict;
pub mod event;
pub mod hand_over;
pub mod named;
pub mod recorded;
pub mod retries;
pub mod revision;
pub mod said;
pub mod scope;
pub mod set_aside;
pub mod state;
pub mod successor;
pub mod unsaid;
pub mod waiting;
