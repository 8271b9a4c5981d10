//! Compounds of loan words that the dictionary lacks, cut into words that the
//! site itself writes alone.
//!
//! The dictionary knows neither ビルドステップ nor リッチエディット, and the lattice
//! keeps what it does not know whole. But a site that writes of ビルド and ステップ
//! says what the compound is made of. So its postings go to its parts and to the
//! bridges between them, as if it had been written with a space: ステップ finds it,
//! and ビルドステップ finds ビルド ステップ.
//!
//! What the lattice does cut is cut anew in the same way, since it takes ワークスペース
//! for ワークス and ペース, which no query is cut into. And a row of kanji that it cuts
//! in most places, but not in all, is cut in all: 非同期.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;
use sakuin::format::postings::Posting;
use sakuin::text::line::bridge;
use sakuin::text::script::{Script, script};

use super::SiteWords;
use super::alias::sound;
use super::dictionary::DICTIONARY;
use super::lattice::{Lattice, STARTS_NO_WORD};

/// The characters of a compound. Shorter words are one word, longer ones no word.
const CHARS: Range<usize> = 5..25;
/// So many posts at least hold a part alone, and as many as hold the compound.
const LEAST_POSTS: u32 = 3;
/// A part of two letters must be a word of the dictionary, in so many posts: メモ of
/// メモアプリ, but no ラリ of ライブラリ. It does not come last: whoever types
/// ショートカットキー would be offered all that begins with キー.
const LEAST_POSTS_OF_TWO: u32 = 10;

/// So many times the posts that hold a row of kanji whole hold it cut.
const MOSTLY: u32 = 2;

/// What a part costs, where the lattice cuts a compound: one that the site writes
/// alone, one that only the dictionary has, what two letters cost besides, and one
/// that nobody knows, for itself and for each letter.
const SITE_COST: u32 = 20;
const KNOWN_COST: u32 = 36;
const SHORT_COST: u32 = 30;
const UNKNOWN_COST: (u32, u32) = (50, 4);
/// What the compound costs that is left whole, for itself and for each letter.
const WHOLE_COST: (u32, u32) = (50, 5);

/// The compounds among the terms, each with its parts; of the terms the posts that
/// hold them are given. Words of the site's own are cut as these say.
pub fn compounds<'a>(
    terms: impl Iterator<Item = (&'a str, u32)>,
    site: &Arc<SiteWords>,
) -> BTreeMap<String, Vec<String>> {
    let dfs: HashMap<&str, u32> = terms.collect();
    let may_be = |term: &&str| {
        (may_be_compound(term) || is_row_of_kanji(term)) && site.parts(term).is_none()
    };
    let mut terms: Vec<&str> = dfs.keys().copied().filter(may_be).collect();
    // Shorter ones first: they may be parts of longer ones.
    terms.sort_unstable_by_key(|term| (term.len(), *term));
    let mut compounds = BTreeMap::new();
    for word in site.compounds().filter(|word| word.chars().all(is_katakana)) {
        let parts = site.parts(word).unwrap_or_default();
        compounds.insert(word.to_string(), parts.into_iter().map(str::to_string).collect());
    }
    let mut lattice = Lattice::default();
    for &term in &terms {
        let words = Words { dfs: &dfs, compounds: &compounds, site };
        if is_row_of_kanji(term) {
            if let Some(parts) = words.cut_elsewhere(term) {
                compounds.insert(term.to_string(), parts);
            }
            continue;
        }
        let parts = words.of_site(term).or_else(|| {
            // What the lattice cuts is cut in any case, but by what the site knows, too.
            (lattice.segment(term).len() > 1).then(|| words.of_any(term)).flatten()
        });
        if let Some(parts) = parts {
            compounds.insert(term.to_string(), parts);
        }
    }
    // One that is spelled otherwise has the same parts, though nobody writes these so.
    let sounds: HashMap<String, Vec<String>> =
        compounds.iter().map(|(term, parts)| (sound(term), parts.clone())).collect();
    for term in terms {
        if let Some(parts) = sounds.get(&sound(term)).filter(|_| !compounds.contains_key(term)) {
            compounds.insert(term.to_string(), parts.clone());
        }
    }
    compounds
}

/// Where the postings of a compound go: its parts, and the bridges between them.
pub fn heirs(parts: &[String]) -> impl Iterator<Item = String> {
    let bridges = parts.windows(2).filter_map(|pair| bridge(&pair[0], &pair[1]));
    bridges.chain(parts.iter().cloned())
}

pub(super) fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー')
}

/// Whether words of katakana in a row are one term at first, for its length.
pub(super) fn is_compound(words: &str) -> bool {
    CHARS.contains(&words.chars().count())
}

fn is_row_of_kanji(term: &str) -> bool {
    chars(term) > 2 && term.chars().all(|c| script(c) == Script::Kanji)
}

fn may_be_compound(term: &str) -> bool {
    term.chars().all(is_katakana) && is_compound(term) && !in_dictionary(term)
}

/// What parts of compounds are told by.
struct Words<'a> {
    /// The posts that hold a term.
    dfs: &'a HashMap<&'a str, u32>,
    /// Shorter compounds, and their parts.
    compounds: &'a BTreeMap<String, Vec<String>>,
    /// Words of the site's own.
    site: &'a SiteWords,
}

impl Words<'_> {
    fn df(&self, term: &str) -> u32 {
        self.dfs.get(term).copied().unwrap_or(0)
    }

    /// The words that the site itself writes alone: as few as can be, and of as few
    /// the most frequent.
    fn of_site(&self, term: &str) -> Option<Vec<String>> {
        let posts = self.df(term);
        let (_, parts) = cheapest(term, |part, is_last| {
            let df = self.df(part);
            let is_short_end = is_last && chars(part) == 2;
            let is_part = df >= posts && self.is_of_site(part, df) && !is_short_end;
            (is_part && !self.compounds.contains_key(part)).then_some((1, df))
        })?;
        Some(parts)
    }

    /// The two words that a row of kanji mostly is: the lattice takes 非同期 for one
    /// word or for two, by what stands beside it, and a query is cut in one way.
    fn cut_elsewhere(&self, term: &str) -> Option<Vec<String>> {
        let posts = self.df(term);
        let cuts = term.char_indices().skip(1).map(|(at, _)| term.split_at(at));
        let cut = |(left, right): &(&str, &str)| {
            let joined = bridge(left, right).map_or(0, |bridge| self.df(&bridge));
            self.df(left).min(self.df(right)).min(joined)
        };
        let (left, right) = cuts.max_by_key(cut)?;
        let whole = |part: &str| match self.compounds.get(part) {
            Some(parts) => parts.clone(),
            None => vec![part.to_string()],
        };
        (cut(&(left, right)) > MOSTLY * posts).then(|| [whole(left), whole(right)].concat())
    }

    /// The likeliest words, known or not; none where the compound is likelier one
    /// word that nobody knows.
    fn of_any(&self, term: &str) -> Option<Vec<String>> {
        let (cost, parts) = cheapest(term, |part, _| {
            let df = self.df(part);
            let cost = match chars(part) {
                _ if starts_no_word(part) => return None,
                _ if self.is_of_site(part, df) || (df > 0 && self.is_known(part)) => SITE_COST,
                _ if self.is_known(part) => KNOWN_COST,
                2 => return None,
                chars => UNKNOWN_COST.0 + UNKNOWN_COST.1 * chars,
            };
            Some((if chars(part) == 2 { cost + SHORT_COST } else { cost }, df))
        })?;
        if cost > WHOLE_COST.0 + WHOLE_COST.1 * chars(term) {
            return None;
        }
        let whole = |part| self.compounds.get(&part).cloned().unwrap_or_else(|| vec![part]);
        Some(parts.into_iter().flat_map(whole).collect())
    }

    /// Whether a term of `df` posts is a word of the site.
    fn is_of_site(&self, term: &str, df: u32) -> bool {
        let is_word = match chars(term) {
            2 => df >= LEAST_POSTS_OF_TWO && self.is_known(term),
            _ => df >= LEAST_POSTS,
        };
        is_word && !starts_no_word(term)
    }

    fn is_known(&self, term: &str) -> bool {
        self.site.parts(term).is_some() || in_dictionary(term)
    }
}

/// A way to cut the start of a compound.
#[derive(Clone, Copy)]
struct Cut {
    cost: u32,
    /// The posts of the rarest part.
    least: u32,
    /// Where the last part starts.
    start: usize,
}

/// The parts of a compound that cost least together, of as cheap ones those whose
/// rarest is the most frequent, and their cost. `part` gives the cost of a part and
/// in how many posts it is, and is told whether it is the last.
fn cheapest(
    term: &str,
    part: impl Fn(&str, bool) -> Option<(u32, u32)>,
) -> Option<(u32, Vec<String>)> {
    // A katakana takes three bytes.
    let chars = term.len() / 3;
    let slice = |range: Range<usize>| &term[3 * range.start..3 * range.end];
    let mut cuts: Vec<Option<Cut>> = vec![None; chars + 1];
    cuts[0] = Some(Cut { cost: 0, least: u32::MAX, start: 0 });
    for end in 2..=chars {
        for start in 0..end - 1 {
            let Some(before) = cuts[start].filter(|_| end - start < chars) else { continue };
            let Some((cost, df)) = part(slice(start..end), end == chars) else { continue };
            let cut = Cut { cost: before.cost + cost, least: before.least.min(df), start };
            let rank = |cut: Cut| (cut.cost, Reverse(cut.least));
            if cuts[end].is_none_or(|other| rank(cut) < rank(other)) {
                cuts[end] = Some(cut);
            }
        }
    }
    let cost = cuts[chars]?.cost;
    let mut parts = Vec::new();
    let mut end = chars;
    while end > 0 {
        let start = cuts[end]?.start;
        parts.push(slice(start..end).to_string());
        end = start;
    }
    parts.reverse();
    Some((cost, parts))
}

fn chars(term: &str) -> u32 {
    term.chars().count() as u32
}

fn starts_no_word(term: &str) -> bool {
    term.starts_with(|c| STARTS_NO_WORD.contains(c))
}

/// Whether the dictionary has `term`.
fn in_dictionary(term: &str) -> bool {
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
            // Spelled otherwise.
            ("メモービルド", 1),
        ];
        let found: Vec<_> = compounds(terms.into_iter(), &Arc::default()).into_iter().collect();
        let expected = [
            ("ビルドステップ", vec!["ビルド", "ステップ"]),
            ("メモビルド", vec!["メモ", "ビルド"]),
            // Those of a compound are cut to the end.
            ("メモビルドステップ", vec!["メモ", "ビルド", "ステップ"]),
            ("メモービルド", vec!["メモ", "ビルド"]),
        ];
        let owned = |parts: &[&str]| parts.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected.map(|(term, parts)| (term.to_string(), owned(&parts))));
    }

    #[test]
    fn what_the_lattice_cuts_is_cut_by_what_the_site_knows() {
        let parts = |term: &str| {
            let words = ["ワーク", "スペース", "バック", "キャッシュ", "ネットワーク", term];
            let terms = words.map(|word| (word, 1));
            compounds(terms.into_iter(), &Arc::default()).remove(term).map(|parts| parts.join(" "))
        };
        // The lattice finds ワークス and ペース, バックス and ラッシュ.
        assert_eq!(parts("ワークスペース").as_deref(), Some("ワーク スペース"));
        assert_eq!(parts("バックスラッシュ").as_deref(), Some("バック スラッシュ"));
        assert_eq!(parts("キャッシュポイズニング").as_deref(), Some("キャッシュ ポイズニング"));
        assert_eq!(parts("ニューラルネットワーク").as_deref(), Some("ニューラル ネットワーク"));
        // No コント, and nobody knows リビューション.
        assert_eq!(parts("コントリビューション"), None);
    }

    #[test]
    fn words_of_the_site_are_cut_as_they_say() {
        let site = "リッチエディット\nベクトルストア,ベクトル ストア";
        let site = Arc::new(SiteWords::parse(site).unwrap());
        let terms = [
            "リッチ",
            "エディット",
            "リッチエディット",
            "ベクトルストア",
            "リッチエディットストア",
        ];
        let found = compounds(terms.map(|term| (term, 9)).into_iter(), &site);
        let parts = |term: &str| found.get(term).map(|parts| parts.join(" "));
        assert_eq!(parts("リッチエディット"), None);
        assert_eq!(parts("ベクトルストア").as_deref(), Some("ベクトル ストア"));
        assert_eq!(parts("リッチエディットストア").as_deref(), Some("リッチエディット ストア"));
    }

    #[test]
    fn a_row_of_kanji_that_is_mostly_cut_is_cut() {
        let cut = |joined| {
            let terms = [("非", 60), ("同期", 70), ("同\u{1}非", joined), ("非同期", 5)];
            compounds(terms.into_iter(), &Arc::default())
                .remove("非同期")
                .map(|parts| parts.join(" "))
        };
        assert_eq!(cut(60).as_deref(), Some("非 同期"));
        assert_eq!(cut(10), None);
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
            assert!(compounds(terms.into_iter(), &Arc::default()).is_empty(), "{terms:?}");
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
