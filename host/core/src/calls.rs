//! What a call of a handler is [given](snapshot), may [ask and declare](grants) and [use](limits), and what it
//! [answered](answer).

pub mod answer;
pub mod budget;
pub mod grants;
pub mod limits;
pub mod looked_up;
pub mod recording;
pub mod snapshot;
pub mod stopped;
