//! The terms of one post, field by field.

use std::collections::BTreeMap;
use std::ops::Range;

use sakuin::format::postings::{HEADINGS, TAGS, TITLE};
use sakuin::format::text::Piece;
use sakuin::markdown::MarkKind;
use sakuin::text::fold::{Folded, native_normaliser};
use sakuin::text::line::bridge;
use sakuin::text::word::MAX_TERM_BYTES;
use sakuin::text::{Run, fold, runs};

use super::lattice;

/// What a term counts in one post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Occurrences in headings and text.
    pub tf: u32,
    /// The fields that hold it, as in [`sakuin::format::postings::Posting`].
    pub fields: u8,
}

/// All terms of one post, and its lengths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostTerms {
    /// Terms, in order.
    pub terms: BTreeMap<String, Counts>,
    /// Words in headings and text, without bridges.
    pub tokens: u32,
    /// Words in the title.
    pub title_tokens: u32,
}

/// The terms of a post with this title, tags, address and text.
pub fn post_terms(title: &str, tags: &[String], url: &str, text: &Piece) -> PostTerms {
    let mut post = PostTerms::default();
    post.title_tokens = post.add(title, TITLE);
    for tag in tags {
        post.add(tag, TAGS);
    }
    for word in address_words(url) {
        // What the title says, the address need not say again.
        post.terms.entry(word).or_insert(Counts { tf: 0, fields: TAGS });
    }
    for block in text.blocks() {
        let field = if block.kind == MarkKind::Heading { HEADINGS } else { 0 };
        post.tokens += post.add(&block.text, field);
    }
    post
}

impl PostTerms {
    /// Adds the terms of a stretch of text, and returns how many words it has.
    /// `field` 0 is text; headings count as text, too.
    fn add(&mut self, text: &str, field: u8) -> u32 {
        let folded = fold(text, native_normaliser);
        let mut words = 0;
        for unit in units(&folded) {
            words += u32::from(unit.is_word);
            let counts = self.terms.entry(unit.term).or_default();
            counts.fields |= field;
            counts.tf += u32::from(field == 0 || field == HEADINGS);
        }
        words
    }
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
    words.filter(move |_| latin).map(|word| cut(&word.to_ascii_lowercase()))
}

/// A term where it stands. Bridges, and identifiers that were cut, are no words
/// of their own.
struct Unit {
    term: String,
    is_word: bool,
}

fn units(folded: &Folded) -> Vec<Unit> {
    let text = folded.text.as_str();
    let mut units = Vec::new();
    // The last word with content, if nothing has come after it.
    let mut left: Option<&str> = None;
    for run in runs(folded) {
        if !run.joined {
            left = None;
        }
        if run.is_japanese() {
            let japanese = &text[run.range.clone()];
            for morpheme in lattice::segment(japanese) {
                let surface = &japanese[morpheme.range.clone()];
                let Some(term) = morpheme.term else {
                    left = None;
                    continue;
                };
                push_bridge(&mut units, left, surface);
                units.push(Unit { term: cut(term), is_word: true });
                left = Some(surface);
            }
            continue;
        }
        push_bridge(&mut units, left, &text[run.range.clone()]);
        for part in &run.parts {
            units.push(Unit { term: text[part.clone()].to_string(), is_word: true });
        }
        for name in names(&run) {
            units.push(Unit { term: cut(&text[name]), is_word: false });
        }
        if let Some(whole) = run.whole() {
            units.push(Unit { term: text[whole].to_string(), is_word: false });
        }
        left = Some(&text[run.range]);
    }
    units
}

/// The names in camel case that stand in a longer identifier, as `currentURI` in
/// `tab.currentURI`: parts with nothing between them.
fn names(run: &Run) -> Vec<Range<usize>> {
    let joined = run.parts.chunk_by(|left, right| left.end == right.start);
    let names = joined.filter(|parts| parts.len() > 1);
    let names = names.map(|parts| parts[0].start..parts[parts.len() - 1].end);
    names.filter(|name| Some(name) != run.whole().as_ref()).collect()
}

fn push_bridge(units: &mut Vec<Unit>, left: Option<&str>, right: &str) {
    if let Some(term) = left.and_then(|left| bridge(left, right)) {
        units.push(Unit { term, is_word: false });
    }
}

fn cut(term: &str) -> String {
    term[..term.floor_char_boundary(MAX_TERM_BYTES)].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_get_a_bridge_and_particles_break_it() {
        let post = post_terms("全文検索の速度 Rust入門", &[], "/", &Piece::default());
        let terms: Vec<&str> = post.terms.keys().map(String::as_str).collect();
        assert_eq!(terms, ["rust", "入\u{1}t", "入門", "全文", "検\u{1}文", "検索", "速度"]);
        assert_eq!(post.title_tokens, 5);
        assert!(post.terms.values().all(|counts| *counts == Counts { tf: 0, fields: TITLE }));
    }

    #[test]
    fn a_name_within_an_identifier_is_a_term() {
        let post = post_terms("tab.currentURI", &[], "/", &Piece::default());
        let terms: Vec<&str> = post.terms.keys().map(String::as_str).collect();
        assert_eq!(terms, ["current", "currenturi", "tab", "tab.currenturi", "uri"]);
    }

    #[test]
    fn words_of_the_address_count_as_tags() {
        let url = "https://example.org/2024/Character-Sets-in-rust.html?x=y";
        let post = post_terms("文字とRust", &[], url, &Piece::default());
        let tags = post.terms.iter().filter(|(_, counts)| counts.fields == TAGS);
        let words: Vec<&str> = tags.map(|(term, _)| term.as_str()).collect();
        assert_eq!(words, ["character", "in", "sets"]);
        assert_eq!(address_words("/%E6%96%87/").count() + address_words("/2024-01/").count(), 0);
    }
}
