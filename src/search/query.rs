//! From the text of a query to the terms it is about.

use crate::text::fold::Folded;
use crate::text::line::{bridge, is_wide};
use crate::text::{Normaliser, Run, fold, runs};

use super::needs::Loaded;
use super::order::sort_by_key;
use super::segment::{Found, Segment, SegmentKind, TermId, Vocabulary, segment};

/// Longer queries are cut: a bound for time.
pub(super) const MAX_QUERY_CHARS: usize = 1000;
/// The most words of a query that count; bits of a mask.
pub(super) const MAX_SLOTS: usize = 64;
/// The most completions of an unfinished word, the most frequent first.
const MAX_COMPLETIONS: usize = 48;
/// How much of an inflected or derived form's evidence counts for a word.
const STEM_FACTOR: f32 = 0.8;

/// A query, ready to be ranked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Query {
    /// Words and bridges.
    pub(super) slots: Vec<Slot>,
    /// What to mark in the text, folded, with its weight.
    pub(super) needles: Vec<Needle>,
}

/// One thing that a post may hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) is_bridge: bool,
    /// The terms that are this word; none when the index lacks it.
    pub(super) terms: Vec<Alternative>,
    /// The terms that it may become while it is typed.
    pub(super) completions: Vec<Alternative>,
}

/// A term that stands for a slot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alternative {
    pub(super) text: String,
    pub(super) term: TermId,
    pub(super) df: u32,
    pub(super) factor: f32,
    pub(super) matched: &'static str,
}

/// Text to mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) text: String,
    /// The slot it stands for.
    pub(super) slot: usize,
}

/// Reads a query against the vocabulary that is loaded. Shards that are not are
/// noted as missing, and the answer is then of no use.
pub(super) fn parse(text: &str, normalise: Normaliser, loaded: &Loaded) -> Query {
    let end = text.char_indices().nth(MAX_QUERY_CHARS).map_or(text.len(), |(at, _)| at);
    let folded = fold(&text[..end], normalise);
    let mut parser = Parser { loaded, query: Query::default() };
    let runs = runs(&folded);
    for (index, run) in runs.iter().enumerate() {
        // The last word, unless something follows it.
        let open = index + 1 == runs.len() && run.range.end == folded.text.len();
        let joined = run.joined.then(|| &folded.text[runs[index - 1].range.clone()]);
        match run.is_japanese() {
            true => parser.japanese(&folded.text[run.range.clone()], joined, open),
            false => parser.word(&folded, run, joined, open),
        }
    }
    parser.query.slots.truncate(MAX_SLOTS);
    parser.query.needles.retain(|needle| needle.slot < MAX_SLOTS);
    parser.query
}

struct Parser<'a> {
    loaded: &'a Loaded,
    query: Query,
}

impl Parser<'_> {
    fn japanese(&mut self, run: &str, before: Option<&str>, open: bool) {
        let segments = segment(run, open, self.loaded);
        // Words of the run before are neighbours, unless a particle ended it:
        // only a word run can stand there.
        let mut left = before;
        let last = segments.len().saturating_sub(1);
        for (index, Segment { range, kind }) in segments.into_iter().enumerate() {
            let surface = &run[range];
            if kind == SegmentKind::Function {
                left = None;
                continue;
            }
            self.bridge(left, surface);
            let terms = match kind {
                SegmentKind::Term(found) => vec![self.alternative(surface, found)],
                _ => Vec::new(),
            };
            let completions = match open && index == last {
                true => self.completions(surface, &terms),
                false => Vec::new(),
            };
            self.needle(stem_needle(surface));
            self.push(terms, completions);
            left = Some(surface);
        }
    }

    fn word(&mut self, folded: &Folded, run: &Run, before: Option<&str>, open: bool) {
        let text = &folded.text[run.range.clone()];
        self.bridge(before, text);
        let whole = run.whole().and_then(|whole| {
            let whole = &folded.text[whole];
            self.loaded.get(whole).map(|found| (whole, found))
        });
        if let Some((whole, found)) = whole {
            let terms = vec![self.alternative(whole, found)];
            let completions = if open { self.completions(whole, &terms) } else { Vec::new() };
            self.needle(whole.to_string());
            self.push(terms, completions);
            return;
        }
        for (index, part) in run.parts.iter().enumerate() {
            let word = &folded.text[part.clone()];
            let terms = self.stem_class(word);
            let completions =
                match open && index + 1 == run.parts.len() && part.end == run.range.end {
                    true => self.completions(word, &terms),
                    false => Vec::new(),
                };
            for form in &terms {
                self.needle(form.text.clone());
            }
            if terms.is_empty() {
                self.needle(word.to_string());
            }
            self.push(terms, completions);
        }
    }

    fn push(&mut self, terms: Vec<Alternative>, completions: Vec<Alternative>) {
        let slot = self.query.slots.len();
        for completion in &completions {
            self.query.needles.push(Needle { text: stem_needle(&completion.text), slot });
        }
        self.query.slots.push(Slot { is_bridge: false, terms, completions });
    }

    fn bridge(&mut self, left: Option<&str>, right: &str) {
        let Some(text) = left.and_then(|left| bridge(left, right)) else { return };
        let mut terms = Vec::new();
        if let Some(found) = self.loaded.get(&text) {
            terms.push(Alternative { matched: "bridge", ..self.alternative(&text, found) });
        }
        self.query.slots.push(Slot { is_bridge: true, terms, completions: Vec::new() });
    }

    fn needle(&mut self, text: String) {
        self.query.needles.push(Needle { text, slot: self.query.slots.len() });
    }

    fn alternative(&self, surface: &str, found: Found) -> Alternative {
        let Found { term, df } = found;
        Alternative { text: surface.to_string(), term, df, factor: 1.0, matched: "exact" }
    }

    /// A Latin word, and the words of its stem.
    fn stem_class(&self, word: &str) -> Vec<Alternative> {
        let Some(found) = self.loaded.get(word) else { return Vec::new() };
        let mut terms = vec![self.alternative(word, found)];
        let Some(stem) = self.loaded.stem(word, found.term) else { return terms };
        // All words of a stem share all but its last letter with it.
        let common = &stem[..stem.floor_char_boundary(stem.len().saturating_sub(1))];
        if common.len() < 2 {
            return terms;
        }
        self.loaded.starting_with(common, &mut |text, other| {
            if text != word && self.loaded.stem(text, other.term).as_ref() == Some(&stem) {
                let alternative = self.alternative(text, other);
                terms.push(Alternative { factor: STEM_FACTOR, matched: "stem", ..alternative });
            }
        });
        terms
    }

    /// Terms that start with `prefix`, the most frequent first, without those
    /// that stand for the word already.
    fn completions(&self, prefix: &str, terms: &[Alternative]) -> Vec<Alternative> {
        // One Latin letter is the start of everything.
        if prefix.len() < 2 {
            return Vec::new();
        }
        let mut completions = Vec::new();
        self.loaded.starting_with(prefix, &mut |text, found| {
            if !terms.iter().any(|term| term.term == found.term) {
                let alternative = self.alternative(text, found);
                completions.push(Alternative { matched: "prefix", ..alternative });
            }
        });
        // They ascend: of those as frequent the first comes first.
        sort_by_key(&mut completions, |term: &Alternative| u64::from(!term.df));
        completions.truncate(MAX_COMPLETIONS);
        completions
    }
}

/// What to look for in the text for a word: an inflected one changes after its
/// last kanji.
fn stem_needle(word: &str) -> String {
    let end = word.trim_end_matches(|c| matches!(c, 'ぁ'..='ん')).len();
    let has_kanji = word[..end].chars().any(|c| is_wide(c) && !matches!(c, 'ァ'..='ヺ' | 'ー'));
    if has_kanji { word[..end].to_string() } else { word.to_string() }
}

impl Vocabulary for Loaded {
    fn posts(&self) -> u32 {
        self.directory.lengths.len() as u32
    }

    fn prefixes_of(&self, text: &str, each: &mut dyn FnMut(usize, Found)) {
        // Prefixes of one text may lie in several shards; each is asked once.
        let mut asked = None;
        for (at, c) in text.char_indices().take(crate::text::word::MAX_TERM_BYTES / 3) {
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
            if text.len() > prefix.len() {
                best = best.max(found.df);
            }
        });
        best
    }
}

impl Loaded {
    fn stem(&self, text: &str, term: TermId) -> Option<String> {
        self.terms(term.shard)?.0.stem(text, term.index)
    }

    /// Calls `each` with every term that starts with `prefix`, in order.
    fn starting_with(&self, prefix: &str, each: &mut dyn FnMut(&str, Found)) {
        let first = self.directory.term_shard(prefix).unwrap_or(0);
        for shard in first..self.directory.terms.len() {
            let first_term = self.directory.terms[shard].first_term.as_str();
            if first_term > prefix && !first_term.starts_with(prefix) {
                return;
            }
            let Some((lexicon, _)) = self.terms(shard) else { continue };
            lexicon.starting_with(prefix, &mut |text, index| {
                each(text, Found { term: TermId { shard, index }, df: lexicon.dfs()[index] });
            });
        }
    }
}
