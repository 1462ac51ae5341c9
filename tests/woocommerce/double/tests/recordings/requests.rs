//! What the REST API answers.
