//! Real sites and judged queries, where `SAKUIN_SHARED` names the folder that
//! holds them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod pipeline;
mod relevance;
#[path = "../support/site.rs"]
mod site;
