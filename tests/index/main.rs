//! Whole indexes: golden files, damage, a naive scan, determinism, secrets.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod canary;
mod damage;
mod golden;
#[path = "../support/queries.rs"]
mod queries;
mod random;
mod scan;
#[path = "../support/site.rs"]
mod site;
