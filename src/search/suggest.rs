//! Suggestions: how a query that is being typed may go on, and what one that
//! finds nothing may have meant.

use crate::text::line::bridge;
use crate::text::{Normaliser, fold, runs};

use super::Suggestion;
use super::needs::Loaded;
use super::order::sort_by_key;
use super::query::{Query, slots_while_typed};
use super::segment::Vocabulary;
use super::snippet::find;

/// The ways that `text` may go on, those that most posts hold first, at most
/// `limit`; 0 gives all.
pub(super) fn suggest(
    text: &str,
    limit: usize,
    normalise: Normaliser,
    loaded: &Loaded,
) -> Vec<Suggestion> {
    let folded = fold(text, normalise);
    let mut suggestions: Vec<Suggestion> = Vec::new();
    let Some(last) = runs(&folded).pop().filter(|run| run.range.end == folded.text.len()) else {
        return suggestions;
    };
    // What was typed before the last word stays as it is.
    let (tail, slots, left) = slots_while_typed(&folded, &last, loaded);
    let head = &text[..folded.original(tail..folded.text.len()).start];
    let Some(slot) = slots.last() else { return suggestions };
    for term in slot.terms.iter().chain(&slot.completions) {
        if matches!(term.matched, "typo" | "part") {
            continue;
        }
        // Of what may follow a word, only what does.
        let mut posts = term.df;
        if let Some(bridge) = left.as_ref().and_then(|left| bridge(left, &term.text)) {
            match loaded.get(&bridge) {
                Some(found) => posts = posts.min(found.df),
                None => continue,
            }
        }
        let text = head.to_string() + &term.text;
        if suggestions.iter().all(|other| other.text != text) {
            suggestions.push(Suggestion { text, posts });
        }
    }
    sort_by_key(&mut suggestions, |suggestion| u64::from(!suggestion.posts));
    if limit > 0 {
        suggestions.truncate(limit);
    }
    suggestions
}

/// The query with each mistyped word as it was likely meant; none where there
/// is no such word.
pub(super) fn meant(text: &str, query: &Query, normalise: Normaliser) -> Option<String> {
    let folded = fold(text, normalise);
    let mut meant = String::new();
    let mut at = 0;
    for slot in &query.slots {
        let Some(term) = slot.completions.first().filter(|term| term.matched == "typo") else {
            continue;
        };
        let start = find(&folded.text, &slot.typed, at)?;
        let original = folded.original(start..start + slot.typed.len());
        let from = folded.original(at..start).start;
        meant.push_str(&text[from..original.start]);
        meant.push_str(&term.text);
        at = start + slot.typed.len();
    }
    if at == 0 {
        return None;
    }
    meant.push_str(&text[folded.original(at..folded.text.len()).start..]);
    Some(meant)
}
