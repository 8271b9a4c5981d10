//! Text before any dictionary: folding, scripts and words.
//!
//! The builder cuts posts and the browser cuts queries with these functions and
//! no others, so that both see the same words.

pub mod fold;
pub mod kana;
pub mod line;
pub mod script;
pub mod word;

pub use fold::{Folded, Normaliser, fold};
pub use script::{Script, script};
pub use word::{Run, runs};
