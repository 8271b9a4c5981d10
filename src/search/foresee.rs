//! What a query will need, asked for before anything of it is there: shards that
//! only others would name cost a trip of their own.

use crate::text::Run;
use crate::text::fold::Folded;
use crate::text::line::bridge;
use crate::text::script::{Script, script};

use super::needs::Loaded;
use super::segment::Vocabulary;

/// Katakana in a row may be several words when they are as many.
const LEAST_COMPOUND_CHARS: usize = 6;
/// What starts no word.
const STARTS_NO_WORD: &str = "ーンッァィゥェォャュョヮヵヶっぁぃぅぇぉゃゅょん";

/// While shards are missing, asks also for those of the bridges and words that a
/// run may hold, and of the parts of an identifier.
pub(super) fn foresee(folded: &Folded, runs: &[Run], loaded: &Loaded) {
    if !loaded.misses() {
        return;
    }
    for run in runs {
        let text = &folded.text[run.range.clone()];
        for part in &run.parts {
            loaded.get(&folded.text[part.clone()]);
        }
        if run.is_japanese() {
            let mut katakana = 0;
            for (at, c) in text.char_indices() {
                let is_katakana = script(c) == Script::Katakana;
                katakana = if is_katakana { katakana + 1 } else { 0 };
                let row = text[at..].chars().take_while(|&c| script(c) == Script::Katakana);
                let within = katakana > 1 && katakana + row.count() <= LEAST_COMPOUND_CHARS;
                if within || STARTS_NO_WORD.chars().any(|other| other == c) {
                    continue;
                }
                loaded.prefixes_of(&text[at..], &mut |_, _| {});
                if let Some(bridge) = bridge(&text[..at], &text[at..]) {
                    loaded.get(&bridge);
                }
            }
        }
    }
}
