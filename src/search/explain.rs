//! What the score of a post is made of.

use crate::format::postings::{HEADINGS, TAGS, TITLE};
use crate::text::line::bridge_ends;

use super::Contribution;
use super::needs::Loaded;
use super::query::Query;
use super::rank::{Ranked, rank};
use super::weights::Weights;

/// What the score of a post is made of.
pub(super) fn explain(
    found: &Ranked,
    query: &Query,
    loaded: &Loaded,
    weights: &Weights,
) -> Option<Vec<Contribution>> {
    let parts = rank(query, loaded, weights, Some(found.post))?.parts;
    let mut contributions = Vec::new();
    let mut rest = f64::from(found.score);
    for (slot, &part) in query.slots.iter().zip(&parts) {
        let mut score = f64::from(part);
        rest -= score;
        for term in slot.terms.iter().chain(&slot.completions) {
            let (_, postings) = loaded.terms(term.term.shard)?;
            let list = postings.list(term.term.index);
            let Ok(at) = list.binary_search_by_key(&found.post, |posting| posting.post) else {
                continue;
            };
            let mut fields = Vec::new();
            for (bit, name) in [(TITLE, "title"), (HEADINGS, "headings"), (TAGS, "tags")] {
                if list[at].fields & bit != 0 {
                    fields.push(name);
                }
            }
            contributions.push(Contribution {
                term: match slot.is_bridge {
                    true => bridge_ends(&term.text),
                    false => term.text.clone(),
                },
                matched: term.matched,
                score: std::mem::take(&mut score),
                df: term.df,
                tf: list[at].tf.into(),
                fields,
            });
        }
    }
    for (matched, &part) in ["title", "tier"].into_iter().zip(&parts[query.slots.len()..]) {
        push_rest(matched, part.into(), &mut contributions);
        rest -= f64::from(part);
    }
    push_rest("text", rest, &mut contributions);
    Some(contributions)
}

/// Appends what is no term, unless it is only what rounding leaves.
fn push_rest(matched: &'static str, score: f64, contributions: &mut Vec<Contribution>) {
    if score.abs() > 0.001 {
        contributions.push(Contribution { matched, score, ..Contribution::default() });
    }
}
