//! Hits put in order anew by their text: how much of a long query stands in it
//! letter by letter.
//!
//! The index says which words a post holds, not how they stand. The text of the
//! hits that are shown is fetched for their snippets, and tells more: the part of
//! the query's trigrams that it holds. A trigram is three letters with nothing
//! between them but what is no letter, one of them Japanese, so that it speaks of
//! inflection, of particles and of the order of words.

use std::ops::Range;

use crate::text::script::{Script, script};
use crate::text::{Normaliser, fold};

use super::Tier;
use super::folded::FoldedPiece;
use super::needs::Loaded;
use super::query::{MAX_QUERY_CHARS, Query};
use super::rank::{Ranking, TIER_PARTS, round, sort};
use super::snippet::{find, holds};

/// Hits trade places with those of their block, which is as large as the smallest
/// page: whatever page is asked for, the list is the same, and it takes no text
/// that the page does not show.
const BLOCK: usize = 5;

/// Shorter queries are names and not sentences: all hits hold them alike.
const MIN_TRIGRAMS: usize = 8;

/// Puts the blocks of `page` in order. None while text is missing.
pub(super) fn rerank(
    ranking: &mut Ranking,
    page: Range<usize>,
    text: &str,
    query: &Query,
    loaded: &Loaded,
    normalise: Normaliser,
    passage: f32,
) -> Option<()> {
    let trigrams = trigrams_of(text, normalise);
    let long = trigrams.len() >= MIN_TRIGRAMS;
    if !long && query.phrases.is_empty() {
        return Some(());
    }
    let start = page.start / BLOCK * BLOCK;
    let end = page.end.next_multiple_of(BLOCK).min(ranking.posts.len());
    let mut complete = true;
    let weight = ranking.weight;
    let tier_part = |tier: Tier| TIER_PARTS[tier as usize] * weight;
    // No hit's score is above those of the block before.
    let mut ceiling = f32::MAX;
    for block in ranking.posts[start..end].chunks_mut(BLOCK) {
        for hit in block.iter_mut() {
            // Its post comes on the same trip.
            let (Some(post), Some(text)) = (loaded.post(hit.post), loaded.text(hit.post)) else {
                complete = false;
                continue;
            };
            let mut score = hit.score;
            if hit.tier <= Tier::Phrase {
                let was = hit.tier;
                let title = fold(&post.title, normalise).text;
                let in_title = |phrase: &String| find(&title, phrase, 0).is_some();
                let mut tags = String::new();
                for tag in &post.tags {
                    tags.push_str(&fold(tag, normalise).text);
                    tags.push('\n');
                }
                let stands = |phrase: &String| {
                    in_title(phrase)
                        || find(&tags, phrase, 0).is_some()
                        || holds(&text, phrase, normalise)
                };
                // The words and the bridge may stand there, but apart.
                if was == Tier::Title && !query.phrases.iter().all(in_title) {
                    hit.tier = Tier::Phrase;
                }
                if hit.tier == Tier::Phrase && !query.phrases.iter().all(stands) {
                    hit.tier = Tier::All;
                }
                score -= tier_part(was) - tier_part(hit.tier);
            }
            if long {
                score *= 1.0 + passage * part_held(&trigrams, &text, normalise);
            }
            hit.score = round(score).clamp(0.0, ceiling);
        }
        sort(block);
        ceiling = block.last().map_or(ceiling, |hit| hit.score);
    }
    complete.then_some(())
}

/// The trigrams of a query, ascending.
fn trigrams_of(query: &str, normalise: Normaliser) -> Vec<u64> {
    let end = query.char_indices().nth(MAX_QUERY_CHARS).map_or(query.len(), |(at, _)| at);
    let mut trigrams = Vec::new();
    each_trigram(&fold(&query[..end], normalise).text, &mut |trigram| {
        if let Err(at) = trigrams.binary_search(&trigram) {
            trigrams.insert(at, trigram);
        }
    });
    trigrams
}

/// The part of a query's trigrams that a text holds, 0 to 1.
fn part_held(query: &[u64], text: &[&FoldedPiece], normalise: Normaliser) -> f32 {
    let mut held = vec![false; query.len()];
    for block in text.iter().flat_map(|piece| piece.folded(normalise)) {
        each_trigram(&block.text, &mut |trigram| {
            if let Ok(at) = query.binary_search(&trigram) {
                held[at] = true;
            }
        });
    }
    held.iter().filter(|&&held| held).count() as f32 / held.len() as f32
}

/// Calls `each` with every trigram of a folded text.
fn each_trigram(text: &str, each: &mut dyn FnMut(u64)) {
    let (mut trigram, mut since_japanese, mut letters) = (0, 3, 0);
    for c in text.chars() {
        let script = script(c);
        if script == Script::Other {
            continue;
        }
        // A character takes 21 bits.
        trigram = (trigram << 21 | u64::from(u32::from(c))) & ((1 << 63) - 1);
        since_japanese = if script.is_japanese() { 0 } else { since_japanese + 1 };
        letters += 1;
        if letters >= 3 && since_japanese < 3 {
            each(trigram);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::text::Piece;
    use crate::text::fold::native_normaliser;

    fn part(query: &str, text: &str) -> f32 {
        let mark = crate::markdown::Mark {
            kind: crate::markdown::MarkKind::Prose,
            opens_block: true,
            range: 0..text.len(),
        };
        let piece = Piece { text: text.to_string(), marks: vec![mark], ..Piece::default() };
        part_held(
            &trigrams_of(query, native_normaliser),
            &[&FoldedPiece::new(piece)],
            native_normaliser,
        )
    }

    #[test]
    fn a_text_holds_the_part_of_a_query_that_stands_in_a_row() {
        assert_eq!(part("索引を作る", "「索引」を、作る"), 1.0);
        assert_eq!(part("索引を作る", "作るのは索引を"), 1.0 / 3.0);
        assert_eq!(part("Rustで", "rustで"), 1.0);
    }

    #[test]
    fn latin_letters_alone_are_no_trigram() {
        assert!(trigrams_of("how do I build an index", native_normaliser).is_empty());
        assert!(trigrams_of("索引", native_normaliser).is_empty());
    }
}
