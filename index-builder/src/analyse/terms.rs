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
    let tf = u32::from(field == 0 || field == HEADINGS);
    // A title with `reverse_iterator` is not about `reverse`.
    let field_of_part = match field {
        TITLE => HEADINGS,
        HEADINGS => 0,
        field => field,
    };
    let mut words = 0;
    each_term(&folded, lattice, |term, kind| {
        words += u32::from(matches!(kind, Kind::Word | Kind::Part));
        let fields = if kind == Kind::Part { field_of_part } else { field };
        partial.add(term, Counts { tf, fields });
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

/// What a term is where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// A word within an identifier.
    Part,
    /// A bridge, or an identifier that was cut: no word of its own.
    Whole,
}

/// Calls `each` for every term where it stands.
fn each_term(folded: &Folded, lattice: &mut Lattice, mut each: impl FnMut(&str, Kind)) {
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
                    each(cut(if words.len() > 1 { surface } else { term }), Kind::Word);
                    left = Some(surface);
                }
            }
            continue;
        }
        each_bridge(left, &text[run.range.clone()], &mut each);
        for (index, part) in run.parts.iter().enumerate() {
            let begins = index > 0 && in_identifier(&text[run.parts[index - 1].end..part.start]);
            let next = run.parts.get(index + 1);
            let ends = next.is_some_and(|next| in_identifier(&text[part.end..next.start]));
            let kind = if begins || ends { Kind::Part } else { Kind::Word };
            each(&text[part.clone()], kind);
        }
        for name in names(&run) {
            each(cut(&text[name]), Kind::Whole);
        }
        if let Some(whole) = run.whole() {
            each(&text[whole], Kind::Whole);
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

/// Whether what stands between two parts makes one identifier of them, as camel case
/// does, with nothing, and no row of words or a path.
fn in_identifier(gap: &str) -> bool {
    gap.is_empty() || gap == "_"
}

fn each_bridge(left: Option<&str>, right: &str, each: &mut impl FnMut(&str, Kind)) {
    if let Some(term) = left.and_then(|left| bridge(left, right)) {
        each(&term, Kind::Whole);
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
    fn a_word_within_an_identifier_stands_one_field_lower() {
        let (counted, lengths) = counted("reverse_iterator node.js run-time XmlFileReader", "/");
        let in_title = counted.iter().filter(|(_, counts)| counts.fields == TITLE);
        let in_title: Vec<&str> = in_title.map(|(term, _)| term.as_str()).collect();
        let whole = ["js", "node", "node.js", "reverse_iterator", "run", "run-time", "time"];
        assert_eq!(in_title, [&whole[..], &["xmlfilereader"]].concat());
        let lower = Counts { tf: 0, fields: HEADINGS };
        for part in ["file", "iterator", "reader", "reverse", "xml"] {
            assert_eq!(counted[part], lower, "{part}");
        }
        assert_eq!(lengths.title_tokens, 9);
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
