//! Japanese words of a query, written in kanji and kana, in kana alone, or in
//! Latin letters.

use crate::text::kana::is_kana;
use crate::text::line::is_wide;

use super::expand::is_slip;
use super::order::sort_by_key;
use super::query::{End, FEW, Parser};
use super::romaji::{self, Kana};
use super::segment::{Cut, Segment, SegmentKind, Vocabulary, segment};

/// A longer run is a sentence, and its kana are not read as kanji.
const MAX_DOUBT_CHARS: usize = 10;

impl Parser<'_> {
    /// A Japanese run; `before` is the word run that it follows without a space.
    pub(super) fn japanese(&mut self, run: &str, before: Option<&str>, end: End) {
        let open = end != End::Closed;
        let kana = end == End::Alone && run.chars().count() > 1 && run.chars().all(is_kana);
        let mut segments = segment(run, open, Cut::Written, self.loaded);
        // Where terms are still to come, it is too early to take kana for others.
        if !self.loaded.misses() && (kana || self.in_doubt(run, &segments)) {
            segments = self.cut_read(run, open, Cut::Read);
        }
        // Words that only join others are sought where there is nothing else.
        let joins =
            |segment: &Segment| matches!(segment.kind, SegmentKind::Function | SegmentKind::Stray);
        let stray = segments.iter().any(|segment| segment.kind == SegmentKind::Stray);
        if (kana || stray) && segments.iter().all(joins) {
            segments = vec![Segment { range: 0..run.len(), kind: SegmentKind::Unknown }];
        }
        self.segments(run, &segments, before, open, kana);
    }

    /// Cuts kana, too, into what they may be read as. All of the run as one word
    /// comes before its parts, however rare the word is.
    fn cut_read(&self, run: &str, open: bool, cut: Cut) -> Vec<Segment> {
        let whole = cut == Cut::Read && run.chars().all(is_kana) && self.loaded.get(run).is_none();
        match whole && self.loaded.best_reading(run) > 0 {
            true => vec![Segment { range: 0..run.len(), kind: SegmentKind::Reading }],
            false => segment(run, open, cut, self.loaded),
        }
    }

    /// Whether kana of a run are cut so small, or so many of them are read as one
    /// word, that they may rather be a reading.
    fn in_doubt(&self, run: &str, segments: &[Segment]) -> bool {
        // In a sentence, kana are mostly what joins its words.
        if run.chars().count() > MAX_DOUBT_CHARS {
            return false;
        }
        let lacks =
            |segment: &Segment| matches!(segment.kind, SegmentKind::Unknown | SegmentKind::Stray);
        let kana = |segment: &Segment| run[segment.range.clone()].chars().all(is_kana);
        let small = |pair: &[Segment]| {
            let chars = (pair[1].range.end - pair[0].range.start) / 3;
            chars > 2 && pair[0].kind != SegmentKind::Function
        };
        segments.iter().any(lacks)
            || segments.chunk_by(|left, right| kana(left) && kana(right)).any(|row| {
                let all = row[0].range.start..row[row.len() - 1].range.end;
                row.len() > 1
                    && (row.windows(2).any(small) || self.loaded.best_reading(&run[all]) > 0)
            })
    }

    fn segments(
        &mut self,
        run: &str,
        segments: &[Segment],
        before: Option<&str>,
        open: bool,
        kana: bool,
    ) {
        // Words of the run before are neighbours, unless a particle ended it:
        // only a word run can stand there.
        let mut left = before.map(str::to_string);
        for (index, Segment { range, kind }) in segments.iter().enumerate() {
            let surface = &run[range.clone()];
            self.last_at = range.start;
            self.left.clone_from(&left);
            if matches!(kind, SegmentKind::Function | SegmentKind::Stray) {
                left = None;
                continue;
            }
            let open = open && index + 1 == segments.len();
            // What is read so may be a term itself.
            let (found, kana) = match *kind {
                SegmentKind::Term(found) => (Some(found), kana),
                _ => (self.loaded.get(surface), true),
            };
            let mut terms = match found {
                Some(found) => self.loaded.written(surface, found, kana),
                None => self.loaded.read(surface),
            };
            let mut completions =
                if open { self.loaded.completions(surface, &terms) } else { Vec::new() };
            if open && surface.chars().all(is_kana) {
                self.loaded.push_reading_completions(surface, "", &mut completions);
            }
            self.push_expansions(surface, &terms, &mut completions);
            sort_by_key(&mut terms, |term| u64::from(term.factor < 1.0));
            // A bridge stands between what posts hold, not what was typed.
            let shown = match kind {
                SegmentKind::Reading => terms.first().map_or(surface, |term| &term.text),
                _ => surface,
            };
            let shown = shown.to_string();
            self.bridge(left.as_deref(), &shown);
            self.needle(stem_needle(surface));
            self.push(surface, terms, completions);
            left = Some(shown);
        }
        self.before = left;
    }

    /// Takes a word that few posts hold as Japanese in Latin letters, where
    /// posts hold that. Returns whether it did.
    pub(super) fn romaji(&mut self, word: &str, before: Option<&str>, end: End) -> bool {
        if word.len() < 2 || self.loaded.get(word).is_some_and(|found| found.df >= FEW) {
            return false;
        }
        if self.loaded.misses() {
            return false;
        }
        let Some(Kana { mut text, tail }) = romaji::kana(word) else { return false };
        let open = end != End::Closed;
        if !tail.is_empty() && !open {
            return false;
        }
        let cut = if tail.is_empty() { Cut::Read } else { Cut::ReadBegun };
        let lacks = |text: &str, segments: &[Segment]| {
            segments.iter().any(|segment| {
                matches!(segment.kind, SegmentKind::Unknown | SegmentKind::Stray)
                    // As in run-time.
                    || text[segment.range.clone()].starts_with('ー')
            }) || segments.iter().all(|segment| segment.kind == SegmentKind::Function)
        };
        let mut segments = self.cut_read(&text, open, cut);
        if lacks(&text, &segments) {
            let mut best = 0;
            let short = text.clone();
            romaji::long_vowels(&short, &mut |way| {
                let df = match tail.is_empty() {
                    true => self.loaded.best_reading(way),
                    false => self.loaded.best_reading_completion(way),
                };
                if df > best {
                    (best, text) = (df, way.to_string());
                }
            });
            segments = self.cut_read(&text, open, cut);
            if lacks(&text, &segments) {
                return false;
            }
        }
        // Words in a row, as あも and い are in amoid, are less likely than a slip of
        // the keys; words of one kana are less likely than one of the first key.
        let short = |segment: &Segment| text[segment.range.clone()].chars().count() == 1;
        let first = word.chars().next().map_or(0, char::len_utf8);
        let prefix = if segments.iter().any(short) { "" } else { &word[..first] };
        if segments.len() > 1 && is_slip(word, prefix, self.loaded) {
            return false;
        }
        let Some(last) = segments.last().map(|last| last.range.clone()) else { return false };
        let mut begun = Vec::new();
        if !tail.is_empty() {
            self.loaded.push_reading_completions(&text[last], &tail, &mut begun);
            if begun.is_empty() {
                return false;
            }
        }
        let mut terms = self.loaded.stem_class(word);
        let mut completions = if open { self.loaded.completions(word, &terms) } else { Vec::new() };
        if segments.len() > 1 && !(terms.is_empty() && completions.is_empty()) {
            return false;
        }
        self.segments(&text, &segments, before, open && tail.is_empty(), true);
        let Some(slot) = self.query.slots.pop() else { return true };
        // What is written in Latin letters stands for itself, too.
        if segments.len() > 1 {
            terms.clear();
        }
        if tail.is_empty() {
            terms.extend(slot.terms);
            completions.extend(slot.completions);
        } else {
            completions.extend(begun);
        }
        self.push(word, terms, completions);
        true
    }
}

/// What to look for in the text for a word: an inflected one changes after its
/// last kanji.
pub(super) fn stem_needle(word: &str) -> String {
    let end = word.trim_end_matches(|c| matches!(c, 'ぁ'..='ん')).len();
    let has_kanji = word[..end].chars().any(|c| is_wide(c) && !matches!(c, 'ァ'..='ヺ' | 'ー'));
    if has_kanji { word[..end].to_string() } else { word.to_string() }
}
