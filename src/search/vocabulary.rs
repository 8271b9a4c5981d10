//! Looking words up in what is loaded of the lexicon.

use crate::format::lexicon::{Lexicon, is_word};
use crate::text::kana::{hiragana, katakana};
use crate::text::line::ALIAS;
use crate::text::word::MAX_TERM_BYTES;

use super::inflection::base_forms;
use super::needs::Loaded;
use super::segment::{Found, TermId, Vocabulary};

impl Vocabulary for Loaded {
    fn posts(&self) -> u32 {
        self.directory.lengths.len() as u32
    }

    fn prefixes_of(&self, text: &str, each: &mut dyn FnMut(usize, Found)) {
        // Prefixes of one text may lie in several shards; each is asked once.
        let mut asked = None;
        for (at, c) in text.char_indices().take(MAX_TERM_BYTES / 3) {
            let shard = self.directory.term_shard(&text[..at + c.len_utf8()]);
            let Some(shard) = shard.filter(|_| shard != asked) else { continue };
            asked = Some(shard);
            let Some((lexicon, _)) = self.terms(shard) else { continue };
            lexicon.prefixes_of(text, &mut |bytes, index| {
                each(bytes, Found { term: TermId { shard, index }, df: lexicon.dfs()[index] });
            });
        }
    }

    fn get(&self, text: &str) -> Option<Found> {
        let shard = self.directory.term_shard(text)?;
        let (lexicon, _) = self.terms(shard)?;
        let index = lexicon.get(text)?;
        Some(Found { term: TermId { shard, index }, df: lexicon.dfs()[index] })
    }

    fn best_completion(&self, prefix: &str) -> u32 {
        let mut best = 0;
        self.starting_with(prefix, &mut |text, found| {
            if text.len() > prefix.len() && is_word(text) {
                best = best.max(found.df);
            }
        });
        best
    }

    fn best_reading(&self, kana: &str) -> u32 {
        let mut best = 0;
        self.readings(kana, &mut |_, df| best = best.max(df));
        best
    }

    fn best_reading_completion(&self, kana: &str) -> u32 {
        let mut best = 0;
        self.reading_completions(kana, &mut |_, _, df| best = best.max(df));
        best
    }
}

/// A word with a long vowel at its end without it, any other with it.
pub(super) fn long_or_short(word: &str) -> String {
    match word.strip_suffix('ー') {
        Some(short) => short.to_string(),
        None => word.to_string() + "ー",
    }
}

impl Loaded {
    /// The stem of a Latin term.
    pub(super) fn stem(&self, text: &str, term: TermId) -> Option<String> {
        self.terms(term.shard)?.0.stem(text, term.index)
    }

    /// Calls `each` with every term and alias that starts with `prefix`, in
    /// order.
    pub(super) fn starting_with(&self, prefix: &str, each: &mut dyn FnMut(&str, Found)) {
        self.walk(prefix, &|shard| Some(self.terms(shard)?.0), each);
    }

    /// The same for who looks through so many that their postings are not
    /// wanted: what is missing is the whole vocabulary, in one file.
    pub(super) fn all_starting_with(&self, prefix: &str, each: &mut dyn FnMut(&str, Found)) {
        self.walk(prefix, &|shard| self.lexicon(shard), each);
    }

    fn walk<'a>(
        &'a self,
        prefix: &str,
        lexicon: &dyn Fn(usize) -> Option<&'a Lexicon>,
        each: &mut dyn FnMut(&str, Found),
    ) {
        let first = self.directory.term_shard(prefix).unwrap_or(0);
        for shard in first..self.directory.terms.len() {
            let first_term = self.directory.terms[shard].first_term.as_str();
            if first_term > prefix && !first_term.starts_with(prefix) {
                return;
            }
            let Some(lexicon) = lexicon(shard) else { continue };
            lexicon.starting_with(prefix, &mut |text, index| {
                each(text, Found { term: TermId { shard, index }, df: lexicon.dfs()[index] });
            });
        }
    }

    /// Calls `each` with the terms that `word` is another way to write of, and
    /// their document frequency.
    pub(super) fn aliases(&self, word: &str, each: &mut dyn FnMut(&str, u32)) {
        let mut key = word.to_string();
        key.push(ALIAS);
        self.starting_with(&key, &mut |text, found| each(&text[key.len()..], found.df));
    }

    /// Calls `each` with the terms that kana may stand for, inflected or not, in
    /// the other kana, with a long vowel at the end or without; and their
    /// document frequency. Not with the term that is just `kana`.
    pub(super) fn readings(&self, kana: &str, each: &mut dyn FnMut(&str, u32)) {
        let hiragana = hiragana(kana);
        for way in [katakana(kana), hiragana.clone()] {
            let other = long_or_short(&way);
            for way in [way, other] {
                if way != kana
                    && let Some(found) = self.get(&way)
                {
                    each(&way, found.df);
                }
            }
        }
        self.aliases(&hiragana, each);
        if hiragana != kana {
            self.aliases(kana, each);
        }
        base_forms(&hiragana, &mut |form| self.aliases(form, each));
    }

    /// Calls `each` with the kana that go on after `kana` in the reading of a
    /// term, the term, and its document frequency.
    pub(super) fn reading_completions(&self, kana: &str, each: &mut dyn FnMut(&str, &str, u32)) {
        let prefix = hiragana(kana);
        self.starting_with(&prefix, &mut |text, found| {
            let mut halves = text[prefix.len()..].splitn(2, ALIAS);
            if let (Some(more), Some(term)) = (halves.next(), halves.next())
                && !more.is_empty()
            {
                each(more, term, found.df);
            }
        });
        for way in [katakana(kana), prefix] {
            if way != kana {
                self.starting_with(&way, &mut |text, found| {
                    if text.len() > way.len() && is_word(text) {
                        each(&text[way.len()..], text, found.df);
                    }
                });
            }
        }
    }
}
