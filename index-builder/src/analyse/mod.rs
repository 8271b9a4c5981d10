//! Analysis: the text of posts to terms.

pub mod alias;
pub mod compound;
mod dictionary;
pub mod lattice;
pub mod site_words;
pub mod stem;
pub mod terms;
mod trie;

pub use site_words::SiteWords;
pub use terms::{Lengths, count_terms};
