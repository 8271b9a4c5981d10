//! What a word of a query stands for: itself, the other words of its stem, its
//! other spellings, what is read so, and what it may become while it is typed.

use crate::format::lexicon::is_word;
use crate::text::kana::{hiragana, is_kana};

use super::inflection::base_forms;
use super::needs::Loaded;
use super::order::sort_by_key;
use super::romaji;
use super::segment::{Found, TermId, Vocabulary};
use super::vocabulary::long_or_short;

/// The most completions of an unfinished word, the most frequent first.
const MAX_COMPLETIONS: usize = 48;
/// The most terms that a word stands for by its reading or as a variant.
const MAX_LINKS: usize = 8;
/// How much of the evidence of such a term counts for the word.
pub(super) const LINK_FACTOR: f32 = 0.8;
/// How much of an inflected or derived form's evidence counts for a word.
const STEM_FACTOR: f32 = 0.8;
/// What English words end in besides their stem, longer endings before those that
/// they end in.
const ENDINGS: [&str; 8] = ["", "ings", "ing", "ers", "er", "ed", "es", "s"];

/// A term that stands for a slot.
#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) text: String,
    pub(super) term: TermId,
    pub(super) df: u32,
    pub(super) factor: f32,
    pub(super) matched: &'static str,
}

impl Loaded {
    /// The terms of a word that the lexicon holds as it is written.
    pub(super) fn written(&self, surface: &str, found: Found, kana: bool) -> Vec<Alternative> {
        let mut terms = vec![self.alternative(surface, found)];
        let mut base = surface.to_string();
        base_forms(surface, &mut |form| {
            if self.get(form) == Some(found) {
                base = form.to_string();
            }
        });
        let is_kana = surface.chars().all(is_kana);
        let mut links = Vec::new();
        // Of a word in kana all that is read so would be too much, unless that
        // is what was typed.
        match is_kana {
            true if kana => {
                self.readings(&base, &mut |term, df| links.push((term.to_string(), df)));
            }
            true if !surface.starts_with(is_katakana) => {}
            _ => {
                self.aliases(&base, &mut |term, df| links.push((term.to_string(), df)));
                let other = long_or_short(&base);
                if let Some(found) = self.get(&other) {
                    links.push((other, found.df));
                }
            }
        }
        self.push_links(links, if kana { "reading" } else { "variant" }, &mut terms);
        terms
    }

    /// The terms that are read as `surface`.
    pub(super) fn read(&self, surface: &str) -> Vec<Alternative> {
        let mut terms = Vec::new();
        let mut links = Vec::new();
        self.readings(surface, &mut |term, df| links.push((term.to_string(), df)));
        self.push_links(links, "reading", &mut terms);
        terms
    }

    /// Appends the most frequent of `links`, terms and their df.
    pub(super) fn push_links(
        &self,
        mut links: Vec<(String, u32)>,
        matched: &'static str,
        terms: &mut Vec<Alternative>,
    ) {
        sort_by_key(&mut links, |(_, df)| u64::from(!df));
        links.truncate(MAX_LINKS);
        for (text, _) in links {
            let Some(found) = self.get(&text) else { continue };
            if terms.iter().all(|term| term.term != found.term) {
                let alternative = self.alternative(&text, found);
                terms.push(Alternative { factor: LINK_FACTOR, matched, ..alternative });
            }
        }
    }

    pub(super) fn alternative(&self, surface: &str, found: Found) -> Alternative {
        let Found { term, df } = found;
        Alternative { text: surface.to_string(), term, df, factor: 1.0, matched: "exact" }
    }

    /// A Latin word, and the words of its stem.
    pub(super) fn stem_class(&self, word: &str) -> Vec<Alternative> {
        let Some(found) = self.get(word) else { return self.unseen_form(word) };
        let mut terms = vec![self.alternative(word, found)];
        let Some(stem) = self.stem(word, found.term) else { return terms };
        // All words of a stem share all but its last letter with it.
        let common = &stem[..stem.floor_char_boundary(stem.len().saturating_sub(1))];
        if common.len() < 2 {
            return terms;
        }
        self.starting_with(common, &mut |text, other| {
            if text != word && self.stem(text, other.term).as_ref() == Some(&stem) {
                let alternative = self.alternative(text, other);
                terms.push(Alternative { factor: STEM_FACTOR, matched: "stem", ..alternative });
            }
        });
        terms
    }

    /// The terms of the stem of a Latin word that the lexicon lacks: those whose
    /// stem is the word without an ending of English, but for one letter.
    pub(super) fn unseen_form(&self, word: &str) -> Vec<Alternative> {
        let mut terms = Vec::new();
        for ending in ENDINGS {
            if self.misses() {
                break;
            }
            let Some(base) = word.strip_suffix(ending).filter(|base| base.len() > 2) else {
                continue;
            };
            // Before an ending, y is i: queries, query.
            let common = base.strip_suffix('i').unwrap_or(base);
            self.starting_with(common, &mut |text, other| {
                let stem = self.stem(text, other.term).unwrap_or_default();
                if stem.len() + 1 >= base.len() && base.starts_with(&stem) {
                    let alternative = self.alternative(text, other);
                    terms.push(Alternative { factor: STEM_FACTOR, matched: "stem", ..alternative });
                }
            });
            if !terms.is_empty() {
                break;
            }
        }
        terms
    }

    /// Terms that start with `prefix`, the most frequent first, without those
    /// that stand for the word already.
    pub(super) fn completions(&self, prefix: &str, terms: &[Alternative]) -> Vec<Alternative> {
        // One Latin letter is the start of everything.
        if prefix.len() < 2 {
            return Vec::new();
        }
        let mut completions = Vec::new();
        self.starting_with(prefix, &mut |text, found| {
            if is_word(text) && !terms.iter().any(|term| term.term == found.term) {
                let alternative = self.alternative(text, found);
                completions.push(Alternative { matched: "prefix", ..alternative });
            }
        });
        // They ascend: of those as frequent the first comes first.
        sort_by_key(&mut completions, |term: &Alternative| u64::from(!term.df));
        completions.truncate(MAX_COMPLETIONS);
        completions
    }

    /// Appends the most frequent terms whose reading goes on after `kana`, with
    /// a syllable that `tail` begins.
    pub(super) fn push_reading_completions(
        &self,
        kana: &str,
        tail: &str,
        completions: &mut Vec<Alternative>,
    ) {
        let mut links = Vec::new();
        self.reading_completions(kana, &mut |more, term, df| {
            let next = more.chars().next().map(|c| hiragana(c.encode_utf8(&mut [0; 4])));
            let next = next.and_then(|next| next.chars().next());
            if tail.is_empty() || next.is_some_and(|next| romaji::begins(tail, next)) {
                links.push((term.to_string(), df));
            }
        });
        self.push_links(links, "reading", completions);
    }
}

fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ')
}
