//! Analysis: the text of posts to terms.

mod dictionary;
pub mod lattice;
