//! Real sites and judged queries, where `SAKUIN_SHARED` names the folder that
//! holds them.

mod pipeline;
mod relevance;
#[path = "../support/site.rs"]
mod site;
