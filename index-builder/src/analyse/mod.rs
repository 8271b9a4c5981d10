//! Analysis: the text of posts to terms.

pub mod alias;
mod dictionary;
pub mod lattice;
pub mod stem;
pub mod terms;

pub use terms::{Lengths, count_terms};
