//! From the text of a query to the terms it is about.

use std::ops::Range;

use crate::text::fold::Folded;
use crate::text::line::bridge;
use crate::text::{Normaliser, Run, fold, runs};

use super::alternatives::{Alternative, LINK_FACTOR};
use super::expand::{Expansion, expand};
use super::foresee::foresee;
use super::japanese::stem_needle;
use super::language;
use super::narrow::Narrowing;
use super::needs::Loaded;
use super::segment::Vocabulary;

/// Longer queries are cut: a bound for time.
pub(super) const MAX_QUERY_CHARS: usize = 1000;
/// The most words of a query that count; bits of a mask.
pub(super) const MAX_SLOTS: usize = 64;
/// Of the words that the index lacks so many are looked for in the whole lexicon:
/// a bound for time.
const MAX_EXPANDED: usize = 4;
/// A Latin word in fewer posts may be Japanese.
pub(super) const FEW: u32 = 3;

/// A query, ready to be ranked.
#[derive(Debug, Default)]
pub(super) struct Query {
    /// Words and bridges.
    pub(super) slots: Vec<Slot>,
    /// What to mark in the text, folded, with its weight.
    pub(super) needles: Vec<Needle>,
    /// Words with nothing between them, joined, as posts hold them in a row.
    pub(super) phrases: Vec<String>,
    /// What else a post must be.
    pub(super) narrowing: Option<Narrowing>,
}

impl Query {
    /// How many words it has, at least 1.
    pub(super) fn words(&self) -> f32 {
        self.slots.iter().filter(|slot| !slot.is_bridge).count().max(1) as f32
    }
}

/// One thing that a post may hold.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) is_bridge: bool,
    /// Whether another slot may stand in its place.
    pub(super) choice: bool,
    /// The word as it was typed, folded.
    pub(super) typed: String,
    /// The terms that are this word; none when the index lacks it.
    pub(super) terms: Vec<Alternative>,
    /// The terms that it may become while it is typed.
    pub(super) completions: Vec<Alternative>,
}

/// Text to mark.
#[derive(Debug)]
pub(super) struct Needle {
    pub(super) text: String,
    /// The slot it stands for.
    pub(super) slot: usize,
}

/// Reads a query against the vocabulary that is loaded. Shards that are not are
/// noted as missing, and the answer is then of no use.
pub(super) fn parse(text: &str, normalise: Normaliser, loaded: &Loaded) -> Query {
    let end = text.char_indices().nth(MAX_QUERY_CHARS).map_or(text.len(), |(at, _)| at);
    let request = language::read(&text[..end]);
    let mut parser = Parser::new(loaded);
    let last = request.words.len().saturating_sub(1);
    for (index, words) in request.words.iter().enumerate() {
        let first = parser.query.slots.len();
        parser.words(&fold(&words.text, normalise), request.open && index == last, last == 0);
        if words.choice > 0 {
            parser.query.slots[first..].iter_mut().for_each(|slot| slot.choice = true);
        }
    }
    let mut query = parser.query;
    query.slots.truncate(MAX_SLOTS);
    query.needles.retain(|needle| needle.slot < MAX_SLOTS);
    query.narrowing = Narrowing::of(request, normalise, loaded);
    query
}

/// The slots of words that a post must hold, or must not.
pub(super) fn slots(text: &str, normalise: Normaliser, loaded: &Loaded) -> Vec<Slot> {
    let mut parser = Parser::new(loaded);
    parser.words(&fold(text, normalise), false, false);
    parser.query.slots.truncate(MAX_SLOTS);
    parser.query.slots
}

/// The slots of `last`, the last run of a query that is being typed, and where
/// the last word of it starts; and the word that this stands right after.
pub(super) fn slots_while_typed(
    folded: &Folded,
    last: &Run,
    loaded: &Loaded,
) -> (usize, Vec<Slot>, Option<String>) {
    let mut parser = Parser::new(loaded);
    let start = match last.parts.last() {
        None => {
            let end = if last.range.start == 0 { End::Alone } else { End::Open };
            parser.japanese(&folded.text[last.range.clone()], None, end);
            last.range.start + parser.last_at
        }
        Some(part) => {
            let range = part.start..last.range.end;
            let run = Run { range: range.clone(), joined: false, parts: vec![range.clone()] };
            parser.word(folded, &run, None, End::Alone);
            range.start
        }
    };
    (start, parser.query.slots, parser.left)
}

/// What follows a run of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Something: the word is whole.
    Closed,
    /// Nothing: the word may go on.
    Open,
    /// Nothing, and nothing came before either.
    Alone,
}

pub(super) struct Parser<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) query: Query,
    /// Where the last word of a Japanese run starts in it.
    pub(super) last_at: usize,
    /// The word that this stands right after.
    pub(super) left: Option<String>,
    /// The last word of the run before, if nothing has come after it.
    pub(super) before: Option<String>,
    /// Words that were looked for where they may only be meant.
    expanded: usize,
}

impl<'a> Parser<'a> {
    fn new(loaded: &'a Loaded) -> Parser<'a> {
        Parser {
            loaded,
            query: Query::default(),
            last_at: 0,
            left: None,
            before: None,
            expanded: 0,
        }
    }

    /// Words in a row. When `open`, the last may go on; when `alone`, they are
    /// the whole query.
    fn words(&mut self, folded: &Folded, open: bool, alone: bool) {
        let runs = runs(folded);
        let text = folded.text.as_str();
        for (index, run) in runs.iter().enumerate() {
            if self.query.slots.len() >= MAX_SLOTS {
                break;
            }
            let before = self.before.take().filter(|_| run.joined);
            let mut joined = before.as_deref();
            // The last word, unless something follows it.
            let open = open && index + 1 == runs.len();
            let end = |at: usize, alone: bool| match (open && at == text.len(), alone) {
                (false, _) => End::Closed,
                (true, true) => End::Alone,
                (true, false) => End::Open,
            };
            let alone = alone && runs.len() == 1;
            let Range { start, end: at } = run.range;
            if run.is_japanese() {
                self.japanese(&text[start..at], joined, end(at, alone));
                continue;
            }
            // A hyphen is a long vowel of romaji, as in `ko-hi-`; the last is in no run.
            let at = at + usize::from(text[at..].starts_with('-'));
            let word = &text[start..at];
            if word.contains('-') && self.romaji(word, joined, end(at, alone)) {
                continue;
            }
            let names = self.names(text, run.clone());
            for name in &names {
                let end = end(name.range.end, alone && names.len() == 1);
                self.word(folded, name, joined.take(), end);
            }
        }
        foresee(folded, &runs, self.loaded);
    }

    /// A path such as `std::vector` and `user.name`, cut into its names: what stands
    /// behind a plus or an apostrophe, or is a digit, is of the name before, as in
    /// `c++17`, `v8.1` and `don't`. A path as a whole is what a bridge is to words.
    fn names(&mut self, text: &str, mut run: Run) -> Vec<Run> {
        let path = run.range.clone();
        let mut names = Vec::new();
        let mut at = 1;
        while at < run.parts.len() {
            let gap = run.parts[at - 1].end..run.parts[at].start;
            if !starts_name(&text[gap.clone()], &text[gap.end..]) {
                at += 1;
                continue;
            }
            let parts = run.parts.split_off(at);
            let rest = Run { range: gap.end..path.end, joined: false, parts };
            run.range.end = gap.start;
            names.push(std::mem::replace(&mut run, rest));
            at = 1;
        }
        names.push(run);
        let whole = &text[path];
        if let Some(found) = (names.len() > 1).then(|| self.loaded.get(whole)).flatten() {
            self.needle(whole.to_string());
            self.push_bridge(vec![self.loaded.alternative(whole, found)]);
        }
        names
    }

    fn word(&mut self, folded: &Folded, run: &Run, before: Option<&str>, end: End) {
        let open = end != End::Closed;
        let text = &folded.text[run.range.clone()];
        let found = run.whole().and_then(|whole| self.loaded.get(&folded.text[whole]));
        self.before = Some(text.to_string());
        if let Some(found) = found {
            self.bridge(before, text);
            let terms = vec![self.loaded.alternative(text, found)];
            let completions = if open { self.loaded.completions(text, &terms) } else { Vec::new() };
            self.needle(text.to_string());
            self.push(text, terms, completions);
            return;
        }
        if self.romaji(text, before, end) {
            return;
        }
        self.bridge(before, text);
        for (index, part) in run.parts.iter().enumerate() {
            let word = &folded.text[part.clone()];
            let terms = self.loaded.stem_class(word);
            let ends = open && index + 1 == run.parts.len() && part.end == run.range.end;
            let mut completions =
                if ends { self.loaded.completions(word, &terms) } else { Vec::new() };
            self.push_expansions(word, &terms, &mut completions);
            for form in &terms {
                self.needle(form.text.clone());
            }
            if terms.is_empty() {
                self.needle(word.to_string());
            }
            self.push(word, terms, completions);
        }
    }

    pub(super) fn push(
        &mut self,
        typed: &str,
        terms: Vec<Alternative>,
        completions: Vec<Alternative>,
    ) {
        for other in terms.iter().chain(&completions).filter(|term| term.matched != "exact") {
            self.needle(stem_needle(&other.text));
        }
        let typed = typed.to_string();
        self.query.slots.push(Slot { is_bridge: false, choice: false, typed, terms, completions });
    }

    pub(super) fn bridge(&mut self, left: Option<&str>, right: &str) {
        let Some(left) = left else { return };
        let Some(text) = bridge(left, right) else { return };
        match self.query.phrases.last_mut().filter(|phrase| phrase.ends_with(left)) {
            Some(phrase) => phrase.push_str(right),
            None => self.query.phrases.push(left.to_string() + right),
        }
        let mut terms = Vec::new();
        if let Some(found) = self.loaded.get(&text) {
            terms.push(Alternative { matched: "bridge", ..self.loaded.alternative(&text, found) });
        }
        self.push_bridge(terms);
    }

    fn push_bridge(&mut self, terms: Vec<Alternative>) {
        self.query.slots.push(Slot {
            is_bridge: true,
            choice: false,
            typed: String::new(),
            terms,
            completions: Vec::new(),
        });
    }

    pub(super) fn needle(&mut self, text: String) {
        self.query.needles.push(Needle { text, slot: self.query.slots.len() });
    }
}

impl Parser<'_> {
    /// Appends what a word may stand for that the index lacks, and does not go on
    /// to a word of more than a few posts.
    pub(super) fn push_expansions(
        &mut self,
        word: &str,
        terms: &[Alternative],
        completions: &mut Vec<Alternative>,
    ) {
        let posts: u32 = completions.iter().chain(terms).map(|term| term.df).sum();
        // What the word itself needs comes first: without it each word is lacking.
        let known = terms.iter().any(|term| term.matched != "stem") || posts >= FEW;
        if known || self.expanded == MAX_EXPANDED || self.loaded.misses() {
            return;
        }
        self.expanded += 1;
        for (index, Expansion { text, found, matched }) in
            expand(word, self.loaded).into_iter().enumerate()
        {
            let factor = if index == 0 { 1.0 } else { LINK_FACTOR / (index + 1) as f32 };
            completions.push(Alternative {
                factor,
                matched,
                ..self.loaded.alternative(&text, found)
            });
        }
    }
}

/// Whether `part` of a path starts a name behind this gap.
fn starts_name(gap: &str, part: &str) -> bool {
    let joins = gap.bytes().all(|byte| b"_+#'".contains(&byte));
    !joins && !part.as_bytes()[0].is_ascii_digit()
}
