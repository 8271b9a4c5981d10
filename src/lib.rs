//! Sakuin: search and offline reading for static blogs, first for Japanese and
//! mixed text.
//!
//! Data flows one way, and a module imports only what comes before it:
//!
//! `text` → `markdown` → `format` → `search` → `render` → `wasm`
//!
//! The builder (`sakuin-builder`) encodes with the definitions that the browser
//! decodes with. Only `wasm` names JavaScript.

pub mod format;
pub mod markdown;
pub mod render;
pub mod search;
pub mod text;
#[cfg(target_arch = "wasm32")]
mod wasm;
