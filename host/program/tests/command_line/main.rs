//! The program as its users meet it: exit statuses, what it says and where, on good input and on bad.

mod activation;
mod answers;
mod backup;
mod connect;
mod data;
mod disk;
mod files;
mod journals;
mod kills;
mod life;
mod machine;
mod moodle;
mod old_journals;
mod output;
mod private;
mod schema;
mod serves;
mod shop;
mod shops;
mod staff;
mod storm;
mod versions;
