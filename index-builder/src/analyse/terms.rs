//! The terms of one post, field by field.

use std::ops::Range;

use sakuin::format::postings::{HEADINGS, TAGS, TITLE};
use sakuin::format::text::Piece;
use sakuin::markdown::MarkKind;
use sakuin::text::fold::{Folded, native_normaliser};
use sakuin::text::line::bridge;
use sakuin::text::word::MAX_TERM_BYTES;
use sakuin::text::{Run, fold, runs};

use super::compound::{is_compound, is_katakana};
use super::lattice::{Lattice, Morpheme};
use crate::partial::{Counts, Partial};

/// The lengths of a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Words in headings and text, without bridges.
    pub tokens: u32,
    /// Words in the title.
    pub title_tokens: u32,
}

/// Counts the terms of a post with this title, tags, address and text in
/// `partial`, and returns its lengths. `lattice` may know other posts.
pub fn count_terms(
    title: &str,
    tags: &[String],
    url: &str,
    text: &Piece,
    lattice: &mut Lattice,
    partial: &mut Partial,
) -> Lengths {
    let title_tokens = count(title, TITLE, lattice, partial);
    for tag in tags {
        count(tag, TAGS, lattice, partial);
    }
    for word in address_words(url) {
        // What the title says, the address need not say again.
        partial.add_new(&word, Counts { tf: 0, fields: TAGS });
    }
    let mut tokens = 0;
    for block in text.blocks() {
        let field = if block.kind == MarkKind::Heading { HEADINGS } else { 0 };
        tokens += count(&block.text, field, lattice, partial);
    }
    Lengths { tokens, title_tokens }
}

/// Counts the terms of a stretch of text, and returns how many words it has.
/// `field` 0 is text; headings count as text, too.
fn count(text: &str, field: u8, lattice: &mut Lattice, partial: &mut Partial) -> u32 {
    let folded = fold(text, native_normaliser);
    let counts = Counts { tf: u32::from(field == 0 || field == HEADINGS), fields: field };
    let mut words = 0;
    each_term(&folded, lattice, |term, is_word| {
        words += u32::from(is_word);
        partial.add(term, counts);
    });
    words
}

/// The English words of an address's last part, which count as tags: a post
/// titled 文字セット may well live at `/character-sets/`.
fn address_words(url: &str) -> impl Iterator<Item = String> {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".html").unwrap_or(name);
    // Escapes are letters of other scripts.
    let latin = !name.contains('%');
    let is_word = |word: &&str| word.len() > 1 && word.bytes().any(|b| b.is_ascii_alphabetic());
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_word);
    words.filter(move |_| latin).map(|word| cut(&word.to_ascii_lowercase()).to_string())
}

/// Calls `each` for every term where it stands, and whether it is a word.
/// Bridges, and identifiers that were cut, are no words of their own.
fn each_term(folded: &Folded, lattice: &mut Lattice, mut each: impl FnMut(&str, bool)) {
    let text = folded.text.as_str();
    // The last word with content, if nothing has come after it.
    let mut left: Option<&str> = None;
    for run in runs(folded) {
        if !run.joined {
            left = None;
        }
        if run.is_japanese() {
            let japanese = &text[run.range.clone()];
            let morphemes = lattice.segment(japanese);
            for words in morphemes.chunk_by(|left, right| is_loan(left) && is_loan(right)) {
                let whole = words[0].range.start..words[words.len() - 1].range.end;
                let words_of_one = if is_compound(&japanese[whole]) { words.len() } else { 1 };
                for words in words.chunks(words_of_one) {
                    let Some(term) = words[0].term else {
                        left = None;
                        continue;
                    };
                    let surface = &japanese[words[0].range.start..words[words.len() - 1].range.end];
                    each_bridge(left, surface, &mut each);
                    each(cut(if words.len() > 1 { surface } else { term }), true);
                    left = Some(surface);
                }
            }
            continue;
        }
        each_bridge(left, &text[run.range.clone()], &mut each);
        for part in &run.parts {
            each(&text[part.clone()], true);
        }
        for name in names(&run) {
            each(cut(&text[name]), false);
        }
        if let Some(whole) = run.whole() {
            each(&text[whole], false);
        }
        left = Some(&text[run.range]);
    }
}

/// Whether a word is one of katakana. Some in a row are one term, which is cut when
/// the words of all posts are known: `compound.rs`.
fn is_loan(morpheme: &Morpheme) -> bool {
    morpheme.term.is_some_and(|term| term.chars().all(is_katakana))
}

/// The names in camel case that stand in a longer identifier, as `currentURI` in
/// `tab.currentURI`: parts with nothing between them.
fn names(run: &Run) -> Vec<Range<usize>> {
    let joined = run.parts.chunk_by(|left, right| left.end == right.start);
    let names = joined.filter(|parts| parts.len() > 1);
    let names = names.map(|parts| parts[0].start..parts[parts.len() - 1].end);
    names.filter(|name| Some(name) != run.whole().as_ref()).collect()
}

fn each_bridge(left: Option<&str>, right: &str, each: &mut impl FnMut(&str, bool)) {
    if let Some(term) = left.and_then(|left| bridge(left, right)) {
        each(&term, false);
    }
}

fn cut(term: &str) -> &str {
    &term[..term.floor_char_boundary(MAX_TERM_BYTES)]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What a post with this title and address, and no text, counts.
    fn counted(title: &str, url: &str) -> (BTreeMap<String, Counts>, Lengths) {
        let mut partial = Partial::default();
        let mut lattice = Lattice::default();
        let lengths = count_terms(title, &[], url, &Piece::default(), &mut lattice, &mut partial);
        let counted = partial.counted().map(|(term, counts)| (term.to_string(), counts));
        (counted.collect(), lengths)
    }

    fn terms(title: &str) -> Vec<String> {
        counted(title, "/").0.into_keys().collect()
    }

    #[test]
    fn neighbours_get_a_bridge_and_particles_break_it() {
        let title = "全文検索の速度 Rust入門";
        let expected = ["rust", "入\u{1}t", "入門", "全文", "検\u{1}文", "検索", "速度"];
        assert_eq!(terms(title), expected);
        let (counted, lengths) = counted(title, "/");
        assert_eq!(lengths, Lengths { tokens: 0, title_tokens: 5 });
        assert!(counted.values().all(|counts| *counts == Counts { tf: 0, fields: TITLE }));
    }

    #[test]
    fn a_name_within_an_identifier_is_a_term() {
        let expected = ["current", "currenturi", "tab", "tab.currenturi", "uri"];
        assert_eq!(terms("tab.currentURI"), expected);
    }

    #[test]
    fn words_of_the_address_count_as_tags() {
        let url = "https://example.org/2024/Character-Sets-in-rust.html?x=y";
        let (counted, _) = counted("文字とRust", url);
        let tags = counted.iter().filter(|(_, counts)| counts.fields == TAGS);
        let words: Vec<&str> = tags.map(|(term, _)| term.as_str()).collect();
        assert_eq!(words, ["character", "in", "sets"]);
        assert_eq!(address_words("/%E6%96%87/").count() + address_words("/2024-01/").count(), 0);
    }
}
