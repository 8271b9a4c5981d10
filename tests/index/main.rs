//! Whole indexes: golden files, damage, a naive scan, determinism, secrets.

mod canary;
mod damage;
mod golden;
mod scan;
#[path = "../support/site.rs"]
mod site;
