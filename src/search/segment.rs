//! Cutting a Japanese run of a query: the index's own vocabulary is the
//! dictionary, and the cheapest path through it wins.
//!
//! A term costs the logarithm of how rare it is, so that frequent words and few
//! of them are preferred, as in a unigram language model. What the lexicon
//! lacks can be passed over, at a price.

use std::ops::Range;

use crate::text::kana::is_kana;
use crate::text::script::{Script, script};

use super::inflection::base_forms;

/// A term of the index: the number of its shard, and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TermId {
    pub(super) shard: usize,
    pub(super) index: usize,
}

/// A term that was found, and the posts that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) term: TermId,
    pub(super) df: u32,
}

/// What segmentation asks of the lexicon.
pub(super) trait Vocabulary {
    /// How many posts there are.
    fn posts(&self) -> u32;
    /// Calls `each` with the bytes of every prefix of `text` that is a term.
    fn prefixes_of(&self, text: &str, each: &mut dyn FnMut(usize, Found));
    /// The term that is just `text`.
    fn get(&self, text: &str) -> Option<Found>;
    /// The highest document frequency of a term that starts with `prefix` and
    /// is longer, 0 when there is none.
    fn best_completion(&self, prefix: &str) -> u32;
    /// The highest document frequency of what `kana` may stand for: a term that
    /// is read so, or is the same in the other kana. 0 when there is none.
    fn best_reading(&self, kana: &str) -> u32;
    /// The same of what `kana` is only the start of.
    fn best_reading_completion(&self, kana: &str) -> u32;
}

/// A piece of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// Where it stands in the run.
    pub(super) range: Range<usize>,
    pub(super) kind: SegmentKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SegmentKind {
    /// A term, as it stands or in its base form.
    Term(Found),
    /// The start of terms, at the end of the query.
    Prefix,
    /// Kana that terms are read as.
    Reading,
    /// A word that the index does not hold.
    Unknown,
    /// What joins words: particles, auxiliaries.
    Function,
    /// A kana that nothing explains.
    Stray,
}

/// What a run of a query may be cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Terms as they are written.
    Written,
    /// Also kana that terms are read as.
    Read,
    /// The same, and the end is only the start of a word.
    ReadBegun,
}

/// Particles, auxiliaries, and what only asks; longest first where one starts another.
const FUNCTION_WORDS: &[&str] = &[
    "について",
    "における",
    "において",
    "ください",
    "ましょう",
    "でしょう",
    "ければ",
    "ている",
    "ました",
    "ません",
    "でした",
    "なかっ",
    "という",
    "された",
    "および",
    "ながら",
    "なら",
    "だけ",
    "けど",
    "ので",
    "とは",
    "には",
    "では",
    "から",
    "まで",
    "より",
    "など",
    "って",
    "です",
    "ます",
    "する",
    "した",
    "して",
    "ない",
    "たい",
    "いる",
    "ある",
    "だっ",
    "こと",
    "もの",
    "ため",
    "よう",
    "どちら",
    "どこ",
    "どの",
    "誰",
    "れる",
    "られ",
    "何",
    "は",
    "が",
    "を",
    "に",
    "で",
    "と",
    "の",
    "も",
    "へ",
    "や",
    "か",
    "ね",
    "よ",
    "な",
    "た",
    "だ",
    "て",
    "し",
    "さ",
    "れ",
    "う",
    "い",
    "る",
    "ん",
];

/// So many at the end of the list inflect the word before, and follow no particle.
const BOUND_WORDS: usize = 7;

const FUNCTION_COST: f32 = 2.0;
/// What one of these costs all the same after another kana.
const BOUND_COST: f32 = 5.0;
const HIRAGANA_COST: f32 = 7.0;
const KANJI_COST: f32 = 14.0;
const KATAKANA_COST: (f32, f32) = (16.0, 1.5);
const INFLECTION_COST: f32 = 0.5;
const PREFIX_COST: f32 = 1.0;
/// A reading is told from another less by how frequent it is than by how long:
/// half of a word's cost, and this.
const READING_COST: f32 = 4.0;
/// All kana that stand in a row are rather one word than particles and more.
const WHOLE_READING_GAIN: f32 = 2.0;
/// Two kana that are a term are rather a part of a longer reading.
const SHORT_KANA_COST: f32 = 3.0;
/// The longest reading of a word, in characters.
const MAX_READING_CHARS: usize = 12;
/// The longest surface of an inflected word, in characters.
const MAX_INFLECTED_CHARS: usize = 6;

struct Step {
    cost: f32,
    from: usize,
    kind: SegmentKind,
}

/// Cuts `run`. When `open`, it ends the query, and its last piece may be the
/// start of a word that is still being typed.
pub(super) fn segment(
    run: &str,
    open: bool,
    cut: Cut,
    vocabulary: &dyn Vocabulary,
) -> Vec<Segment> {
    let mut steps: Vec<Option<Step>> = (0..=run.len()).map(|_| None).collect();
    for (at, first) in run.char_indices() {
        let base = match (at, &steps[at]) {
            (0, _) => 0.0,
            (_, Some(step)) => step.cost,
            (_, None) => continue,
        };
        let rest = &run[at..];
        let after_kana = cut != Cut::Written
            && (steps[at].as_ref()).is_some_and(|step| {
                step.kind == SegmentKind::Function && at - step.from == first.len_utf8()
            });
        let mut offer = |bytes: usize, cost: f32, kind: SegmentKind| {
            if cut == Cut::ReadBegun && at + bytes == run.len() && kind != SegmentKind::Prefix {
                return;
            }
            let place = &mut steps[at + bytes];
            if place.as_ref().is_none_or(|step| base + cost < step.cost) {
                *place = Some(Step { cost: base + cost, from: at, kind });
            }
        };
        vocabulary.prefixes_of(rest, &mut |bytes, found| {
            let mut cost = word_cost(found.df, vocabulary.posts());
            if cut != Cut::Written && bytes <= 6 && rest[..bytes].chars().all(is_kana) {
                cost += SHORT_KANA_COST;
            }
            offer(bytes, cost, SegmentKind::Term(found));
        });
        offer_inflected(rest, vocabulary, &mut offer);
        for (index, word) in FUNCTION_WORDS.iter().enumerate() {
            if rest.starts_with(word) {
                let is_bound = index + BOUND_WORDS >= FUNCTION_WORDS.len();
                let cost = if is_bound && after_kana { BOUND_COST } else { FUNCTION_COST };
                offer(word.len(), cost, SegmentKind::Function);
            }
        }
        offer_unknown(rest, first, &mut offer);
        if cut != Cut::Written {
            let begins = !run[..at].ends_with(is_kana);
            offer_readings(rest, begins, vocabulary, &mut offer);
        }
        if open {
            let mut df = vocabulary.best_completion(rest);
            if cut != Cut::Written && rest.chars().all(is_kana) {
                df = df.max(vocabulary.best_reading_completion(rest));
            }
            if df > 0 {
                offer(
                    rest.len(),
                    word_cost(df, vocabulary.posts()) + PREFIX_COST,
                    SegmentKind::Prefix,
                );
            }
        }
    }
    path(run, steps)
}

/// The cost of a word that `df` of `posts` posts hold: at least 2.
fn word_cost(df: u32, posts: u32) -> f32 {
    libm::logf(8.0 * posts as f32 / df as f32)
}

fn offer_inflected(
    rest: &str,
    vocabulary: &dyn Vocabulary,
    offer: &mut dyn FnMut(usize, f32, SegmentKind),
) {
    for (at, c) in rest.char_indices().take(MAX_INFLECTED_CHARS) {
        if script(c) == Script::Katakana {
            return;
        }
        let bytes = at + c.len_utf8();
        base_forms(&rest[..bytes], &mut |form| {
            if let Some(found) = vocabulary.get(form) {
                let cost = word_cost(found.df, vocabulary.posts()) + INFLECTION_COST;
                offer(bytes, cost, SegmentKind::Term(found));
            }
        });
    }
}

fn offer_readings(
    rest: &str,
    begins: bool,
    vocabulary: &dyn Vocabulary,
    offer: &mut dyn FnMut(usize, f32, SegmentKind),
) {
    for (index, (at, c)) in rest.char_indices().take(MAX_READING_CHARS).enumerate() {
        let bytes = at + c.len_utf8();
        let df = if index == 0 { 0 } else { vocabulary.best_reading(&rest[..bytes]) };
        if df > 0 {
            let mut cost = word_cost(df, vocabulary.posts()) / 2.0 + READING_COST;
            let is_whole = begins && !rest[bytes..].starts_with(is_kana);
            if is_whole && vocabulary.get(&rest[..bytes]).is_none() {
                cost -= WHOLE_READING_GAIN;
            }
            offer(bytes, cost, SegmentKind::Reading);
        }
    }
}

fn offer_unknown(rest: &str, first: char, offer: &mut dyn FnMut(usize, f32, SegmentKind)) {
    match script(first) {
        Script::Hiragana => offer(first.len_utf8(), HIRAGANA_COST, SegmentKind::Stray),
        Script::Katakana => {
            let bytes = rest.find(|c| script(c) != Script::Katakana).unwrap_or(rest.len());
            let cost = KATAKANA_COST.0 + KATAKANA_COST.1 * (bytes / 3) as f32;
            offer(bytes, cost, SegmentKind::Unknown);
        }
        _ => offer(first.len_utf8(), KANJI_COST, SegmentKind::Unknown),
    }
}

fn path(run: &str, mut steps: Vec<Option<Step>>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut end = run.len();
    // Where the end can only be the start of a word, it may not be reached.
    if steps[end].is_none() && end > 0 {
        return vec![Segment { range: 0..end, kind: SegmentKind::Unknown }];
    }
    while let Some(Step { from, kind, .. }) = steps[end].take() {
        match segments.last_mut() {
            // Unknown kanji in a row are one unknown word.
            Some(next) if kind == SegmentKind::Unknown && next.kind == kind => {
                next.range.start = from
            }
            _ => segments.push(Segment { range: from..end, kind }),
        }
        end = from;
    }
    segments.reverse();
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Words(BTreeMap<&'static str, u32>);

    impl Words {
        fn found(&self, text: &str) -> Option<Found> {
            let index = self.0.keys().position(|word| *word == text)?;
            Some(Found { term: TermId { shard: 0, index }, df: self.0[text] })
        }
    }

    impl Vocabulary for Words {
        fn posts(&self) -> u32 {
            100
        }
        fn prefixes_of(&self, text: &str, each: &mut dyn FnMut(usize, Found)) {
            for word in self.0.keys().filter(|word| text.starts_with(**word)) {
                each(word.len(), self.found(word).unwrap());
            }
        }
        fn get(&self, text: &str) -> Option<Found> {
            self.found(text)
        }
        fn best_reading(&self, kana: &str) -> u32 {
            if kana == "けんさく" { 30 } else { 0 }
        }
        fn best_reading_completion(&self, kana: &str) -> u32 {
            if "けんさく".starts_with(kana) { 30 } else { 0 }
        }
        fn best_completion(&self, prefix: &str) -> u32 {
            let longer =
                self.0.iter().filter(|(w, _)| w.starts_with(prefix) && w.len() > prefix.len());
            longer.map(|(_, &df)| df).max().unwrap_or(0)
        }
    }

    fn cut(run: &str) -> Vec<String> {
        cut_as(run, Cut::Written)
    }

    fn cut_as(run: &str, cut: Cut) -> Vec<String> {
        let words = [
            ("全文", 9),
            ("検索", 30),
            ("検証", 5),
            ("京都", 8),
            ("東京", 9),
            ("都", 3),
            ("走る", 4),
        ];
        let words = Words(words.into_iter().chain([("エンジン", 12), ("速い", 10)]).collect());
        let show = |segment: Segment| match segment.kind {
            SegmentKind::Function => format!("({})", &run[segment.range]),
            SegmentKind::Stray => format!("~{}", &run[segment.range]),
            SegmentKind::Reading => format!("[{}]", &run[segment.range]),
            SegmentKind::Unknown => format!("?{}", &run[segment.range]),
            SegmentKind::Prefix => format!("{}…", &run[segment.range]),
            SegmentKind::Term(_) => run[segment.range].to_string(),
        };
        segment(run, true, cut, &words).into_iter().map(show).collect()
    }

    #[test]
    fn queries_are_cut_as_the_index_was() {
        assert_eq!(cut("全文検索エンジン"), ["全文", "検索", "エンジン"]);
        assert_eq!(cut("東京都"), ["東京", "都"]);
        assert_eq!(cut("京都を走った"), ["京都", "(を)", "走っ", "(た)"]);
        assert_eq!(cut("速く走る"), ["速く", "走る"]);
        assert_eq!(cut("全文検"), ["全文", "検…"]);
        assert_eq!(cut("エン"), ["エン…"]);
        assert_eq!(cut("鷹揚な検索"), ["?鷹揚", "(な)", "検索"]);
        assert_eq!(cut("かな"), ["(か)", "(な)"]);
        assert_eq!(cut("けが"), ["~け", "(が)"]);
    }

    #[test]
    fn kana_are_cut_into_readings() {
        assert_eq!(cut_as("けんさくエンジン", Cut::Read), ["[けんさく]", "エンジン"]);
        assert_eq!(cut_as("全文けんさ", Cut::Read), ["全文", "けんさ…"]);
        assert_eq!(cut_as("けんさ", Cut::ReadBegun), ["けんさ…"]);
        assert_eq!(cut_as("ほげ", Cut::ReadBegun), ["?ほげ"]);
    }
}
