//! The answers of receivers, and what they change.
