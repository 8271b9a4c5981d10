//! Compounds of loan words that the dictionary lacks, cut into words that the
//! site itself writes alone.
//!
//! The dictionary knows neither ビルドステップ nor リッチエディット, and the lattice
//! keeps what it does not know whole. But a site that writes of ビルド and ステップ
//! says what the compound is made of. So its postings go to its parts and to the
//! bridges between them, as if it had been written with a space: ステップ finds it,
//! and ビルドステップ finds ビルド ステップ.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use sakuin::format::postings::Posting;
use sakuin::text::line::bridge;

use super::dictionary::DICTIONARY;
use super::lattice::STARTS_NO_WORD;

/// The characters of a compound. Shorter words are one word, longer ones no word.
const CHARS: Range<usize> = 5..25;
/// So many posts at least hold a part alone, and as many as hold the compound.
const LEAST_POSTS: u32 = 3;
/// A part of two letters must be a word of the dictionary, in so many posts: メモ of
/// メモアプリ, but no ラリ of ライブラリ. It does not come last: whoever types
/// ショートカットキー would be offered all that begins with キー.
const LEAST_POSTS_OF_TWO: u32 = 10;

/// The compounds among the terms, each with its parts; of the terms the posts that
/// hold them are given.
pub fn compounds<'a>(terms: impl Iterator<Item = (&'a str, u32)>) -> BTreeMap<String, Vec<String>> {
    let katakana = terms.filter(|(term, _)| term.chars().all(is_katakana));
    let dfs: HashMap<&str, u32> = katakana.collect();
    let mut terms: Vec<&str> = dfs.keys().copied().filter(|term| may_be_compound(term)).collect();
    // Shorter ones first: no part of a compound is a compound.
    terms.sort_unstable_by_key(|term| (term.len(), *term));
    let mut compounds = BTreeMap::new();
    for term in terms {
        if let Some(parts) = parts(term, &dfs, &compounds) {
            compounds.insert(term.to_string(), parts);
        }
    }
    compounds
}

/// Where the postings of a compound go: its parts, and the bridges between them.
pub fn heirs(parts: &[String]) -> impl Iterator<Item = String> {
    let bridges = parts.windows(2).filter_map(|pair| bridge(&pair[0], &pair[1]));
    bridges.chain(parts.iter().cloned())
}

fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー')
}

fn may_be_compound(term: &str) -> bool {
    CHARS.contains(&term.chars().count()) && !is_known(term)
}

/// A way to cut the start of a compound.
#[derive(Clone, Copy)]
struct Cut {
    parts: usize,
    /// The posts of the rarest part.
    least: u32,
    /// Where the last part starts.
    start: usize,
}

/// The words that a compound is made of: as few as can be, and of as few the most
/// frequent.
fn parts(
    term: &str,
    dfs: &HashMap<&str, u32>,
    compounds: &BTreeMap<String, Vec<String>>,
) -> Option<Vec<String>> {
    // A katakana takes three bytes.
    let chars = term.len() / 3;
    let posts = dfs[term];
    let slice = |range: Range<usize>| &term[3 * range.start..3 * range.end];
    let mut cuts: Vec<Option<Cut>> = vec![None; chars + 1];
    cuts[0] = Some(Cut { parts: 0, least: u32::MAX, start: 0 });
    for end in 2..=chars {
        for start in 0..end - 1 {
            let Some(before) = cuts[start] else { continue };
            let part = slice(start..end);
            let df = dfs.get(part).copied().unwrap_or(0);
            let is_cut = end - start == chars || compounds.contains_key(part);
            let is_short_end = end == chars && end - start == 2;
            if is_cut || is_short_end || df < posts || !is_part(part, df) {
                continue;
            }
            let cut = Cut { parts: before.parts + 1, least: before.least.min(df), start };
            let is_better =
                cuts[end].is_none_or(|other| (cut.parts, other.least) < (other.parts, cut.least));
            if is_better {
                cuts[end] = Some(cut);
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = chars;
    while end > 0 {
        let start = cuts[end]?.start;
        parts.push(slice(start..end).to_string());
        end = start;
    }
    parts.reverse();
    Some(parts)
}

/// Whether a term of `df` posts may be a part of a compound.
fn is_part(term: &str, df: u32) -> bool {
    let is_word = match term.len() / 3 {
        2 => df >= LEAST_POSTS_OF_TWO && is_known(term),
        _ => df >= LEAST_POSTS,
    };
    is_word && !term.starts_with(|c| STARTS_NO_WORD.contains(c))
}

/// Whether the dictionary has `term`.
fn is_known(term: &str) -> bool {
    let mut known = false;
    DICTIONARY.prefixes(term, |bytes, _| known |= bytes == term.len());
    known
}

/// Makes one posting of all those of one post, in a list of several terms'.
pub fn join(list: &mut Vec<Posting>) {
    list.sort_by_key(|posting| posting.post);
    list.dedup_by(|later, kept| {
        let same = later.post == kept.post;
        if same {
            kept.tf = kept.tf.saturating_add(later.tf);
            kept.fields |= later.fields;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use sakuin::format::postings::MAX_TF;

    use super::*;

    #[test]
    fn a_compound_is_cut_into_words_of_the_site() {
        let terms = [
            ("ビルド", 9),
            ("ステップ", 4),
            ("メモ", 12),
            ("ビルドステップ", 3),
            ("メモビルド", 1),
            ("ビルドメモ", 1),
            ("メモビルドステップ", 1),
        ];
        let found: Vec<_> = compounds(terms.into_iter()).into_iter().collect();
        let expected = [
            ("ビルドステップ", vec!["ビルド", "ステップ"]),
            ("メモビルド", vec!["メモ", "ビルド"]),
            // Those of a compound are cut to the end.
            ("メモビルドステップ", vec!["メモ", "ビルド", "ステップ"]),
        ];
        let owned = |parts: &[&str]| parts.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected.map(|(term, parts)| (term.to_string(), owned(&parts))));
    }

    #[test]
    fn what_is_no_compound_stays() {
        for terms in [
            // A part in too few posts, in fewer than the whole, and one that is no word.
            [("ビルド", 2), ("ステップ", 4), ("ビルドステップ", 1)],
            [("ビルド", 5), ("ステップ", 5), ("ビルドステップ", 6)],
            [("モジュ", 90), ("ラー", 90), ("モジュラー", 1)],
            // A word of the dictionary.
            [("トランス", 9), ("ポート", 9), ("トランスポート", 1)],
        ] {
            assert!(compounds(terms.into_iter()).is_empty(), "{terms:?}");
        }
    }

    #[test]
    fn its_postings_go_to_its_parts() {
        let parts = ["メモ", "ビルド"].map(str::to_string);
        assert_eq!(heirs(&parts).collect::<Vec<_>>(), ["ビ\u{1}モ", "メモ", "ビルド"]);
        let posting = |post, tf, fields| Posting { post, tf, fields };
        let mut list = vec![posting(3, 1, 0), posting(1, 2, 1), posting(3, MAX_TF, 4)];
        join(&mut list);
        assert_eq!(list, [posting(1, 2, 1), posting(3, MAX_TF, 4)]);
    }
}
