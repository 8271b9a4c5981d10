//! Stems of Latin words, by Snowball.

use rust_stemmers::{Algorithm, Stemmer};

/// The stem of a term: of an English word by Porter's second algorithm
/// (M. Porter: *The English (Porter2) stemming algorithm*, Snowball); none for
/// what is no word of ASCII letters.
pub fn stem(term: &str) -> Option<String> {
    let word = term.len() > 2 && term.bytes().all(|byte| byte.is_ascii_lowercase());
    word.then(|| Stemmer::create(Algorithm::English).stem(term).into_owned())
}
