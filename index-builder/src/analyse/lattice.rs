//! Japanese words by the cheapest path through a lattice (Viterbi), with the
//! costs of IPADIC: one for each word, one for each pair of neighbours.
//!
//! As in kuromoji's search mode, long compounds pay extra, so that 関西国際空港
//! is indexed as its parts and 空港 finds it.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use super::SiteWords;
use super::dictionary::{Base, DICTIONARY, Dictionary, Entry};

/// A compound of only kanji pays this for each character past the second.
const KANJI_PENALTY: (usize, i32) = (2, 3000);
/// Any other word pays this for each character past the seventh.
const OTHER_PENALTY: (usize, i32) = (7, 1700);
/// What a piece of a katakana run pays that is one letter or starts with one
/// that starts no word, and what one of two letters pays.
const FRAGMENT_PENALTIES: (i32, i32) = (12000, 3000);
pub(super) const STARTS_NO_WORD: &str = "ーンッァィゥェォャュョヮ";
/// What a word of the site's own costs: less than any other way to cut.
const SITE_WORD_COST: i32 = -100_000;
/// The longest run of unknown characters that is one word.
const MAX_GROUP_CHARS: usize = 24;
/// Longer runs are cut in pieces of this many bytes: a bound for time and
/// memory. No sentence is as long.
const MAX_RUN_BYTES: usize = 3072;
/// Longer runs hardly come again.
const MAX_KNOWN_RUN_BYTES: usize = 120;
/// What is known of runs is forgotten when it takes more memory than this.
const MAX_KNOWN_BYTES: usize = 16 << 20;

/// A word of a Japanese run: its bytes, and its term if it carries content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morpheme<'a> {
    /// Where it stands in the run.
    pub range: Range<usize>,
    /// Its base form, for a word with content.
    pub term: Option<&'a str>,
}

/// Cuts a run of kanji and kana into words.
///
/// ```
/// use sakuin_builder::analyse::lattice::segment;
/// let terms: Vec<_> = segment("全文検索は速かった").into_iter().filter_map(|m| m.term).collect();
/// assert_eq!(terms, ["全文", "検索", "速い"]);
/// ```
pub fn segment(run: &str) -> Vec<Morpheme<'_>> {
    Lattice::default().segment(run)
}

/// A lattice, which keeps what it has found: in a manual half of all text stands
/// in runs that came before.
#[derive(Default)]
pub struct Lattice {
    site: Arc<SiteWords>,
    known: HashMap<Box<str>, Box<[Word]>>,
    known_bytes: usize,
    nodes: Vec<Node>,
    /// What there is to know of each node of the way that ends with it.
    ways: Vec<Way>,
    /// For each byte, the last node that ends there; others by `Way::also`.
    ends: Vec<u32>,
    /// The ways that end before the character at hand, each with its node.
    before: Vec<(Way, u32)>,
    /// The cheapest of them for a word with a connection id.
    cheapest: Vec<(u16, i32, u32)>,
}

/// Where a word of a run ends, and what it is indexed as.
#[derive(Clone, Copy)]
struct Word {
    end: u32,
    base: Base,
}

fn morphemes<'a>(run: &'a str, words: &[Word]) -> Vec<Morpheme<'a>> {
    let mut start = 0;
    let morpheme = |word: &Word| {
        let range = start..word.end as usize;
        start = range.end;
        Morpheme { term: word.base.term(&run[range.clone()]), range }
    };
    words.iter().map(morpheme).collect()
}

/// A word that may be on the cheapest path.
#[derive(Clone, Copy)]
struct Node {
    start: u32,
    before: u32,
    base: Base,
}

/// The cheapest path to the end of a node.
#[derive(Clone, Copy)]
struct Way {
    cost: i32,
    also: u32,
    connection: u16,
}

const NONE: u32 = u32::MAX;

impl Lattice {
    /// Cuts by these words of a site from now on, besides the dictionary's.
    pub fn use_words(&mut self, site: &Arc<SiteWords>) {
        if !Arc::ptr_eq(&self.site, site) {
            *self = Lattice { site: site.clone(), ..Lattice::default() };
        }
    }

    /// As [`segment`].
    pub fn segment<'a>(&mut self, run: &'a str) -> Vec<Morpheme<'a>> {
        if let Some(words) = self.known.get(run) {
            return morphemes(run, words);
        }
        let mut words = Vec::new();
        let mut at = 0;
        while at < run.len() {
            let end = run.floor_char_boundary((at + MAX_RUN_BYTES).min(run.len()));
            self.cheapest_path(&run[at..end], at, &mut words);
            at = end;
        }
        let morphemes = morphemes(run, &words);
        if run.len() <= MAX_KNOWN_RUN_BYTES {
            self.known_bytes += run.len() + words.len() * size_of::<Word>() + 64;
            if self.known_bytes > MAX_KNOWN_BYTES {
                (self.known, self.known_bytes) = Default::default();
            }
            self.known.insert(run.into(), words.into());
        }
        morphemes
    }

    fn cheapest_path(&mut self, text: &str, at: usize, words: &mut Vec<Word>) {
        let dictionary = &*DICTIONARY;
        self.nodes.clear();
        self.ways.clear();
        self.ends.clear();
        self.ends.resize(text.len() + 1, NONE);
        let edge = Entry { cost: 0, connection: 0, base: Base::Function };
        self.add(0, 0, edge, 0, NONE);
        for (start, first) in text.char_indices() {
            if self.ends[start] == NONE {
                continue;
            }
            self.gather(start);
            let mut known = false;
            dictionary.prefixes(&text[start..], |bytes, entries| {
                known = true;
                let penalty = penalties(text, start..start + bytes);
                for entry in entries.chunks_exact(8).map(Entry::read) {
                    self.push(dictionary, start, start + bytes, entry, penalty);
                }
            });
            self.push_unknown(dictionary, text, start, first, known);
            if let Some((bytes, word)) = self.site.longest(&text[start..]) {
                let entry = Entry { base: Base::Site(word), ..dictionary.noun() };
                self.push(dictionary, start, start + bytes, entry, SITE_WORD_COST);
            }
        }
        self.gather(text.len());
        let mut node = self.cheapest_before(dictionary, 0).1;
        let first = words.len();
        let mut end = (at + text.len()) as u32;
        while node != 0 && node != NONE {
            let Node { start, base, before } = self.nodes[node as usize];
            match base {
                Base::Site(word) => {
                    let ends = self.site.part_ends(word).iter().rev();
                    let end = |bytes: &usize| at as u32 + start + *bytes as u32;
                    words.extend(ends.map(|bytes| Word { end: end(bytes), base: Base::Surface }));
                }
                base => words.push(Word { end, base }),
            }
            (node, end) = (before, at as u32 + start);
        }
        words[first..].reverse();
    }

    fn push_unknown(
        &mut self,
        dictionary: &Dictionary,
        text: &str,
        start: usize,
        first: char,
        known: bool,
    ) {
        let (id, category) = dictionary.category(first);
        if known && !category.invoke {
            return;
        }
        let rest = &text[start..];
        let mut ends = rest.char_indices().skip(1).chain([(rest.len(), '\0')]);
        for chars in 1..=MAX_GROUP_CHARS {
            let Some((bytes, next)) = ends.next() else { break };
            let ends_here = chars == MAX_GROUP_CHARS
                || bytes == rest.len()
                || dictionary.category(next).0 != id;
            if chars <= category.length_chars.max(1) || (category.group && ends_here) {
                // One unknown hiragana is a slip of the segmentation, not a word.
                let word = category.content
                    && !(bytes == first.len_utf8() && matches!(first, 'ぁ'..='ん'));
                let penalty = penalties(text, start..start + bytes);
                for &entry in &category.entries {
                    let base = if word { entry.base } else { Base::Function };
                    self.push(dictionary, start, start + bytes, Entry { base, ..entry }, penalty);
                }
            }
            if ends_here {
                break;
            }
        }
    }

    fn push(
        &mut self,
        dictionary: &Dictionary,
        start: usize,
        end: usize,
        entry: Entry,
        penalty: i32,
    ) {
        let (cost, before) = self.cheapest_before(dictionary, entry.connection);
        let cost = cost + i32::from(entry.cost) + penalty;
        // Where one that may stand beside the same is as cheap, no path takes it.
        let mut index = self.ends[end];
        while index != NONE {
            let way = &self.ways[index as usize];
            if way.connection == entry.connection && way.cost <= cost {
                return;
            }
            index = way.also;
        }
        self.add(start, end, entry, cost, before);
    }

    fn add(&mut self, start: usize, end: usize, entry: Entry, cost: i32, before: u32) {
        let Entry { connection, base, .. } = entry;
        let also = std::mem::replace(&mut self.ends[end], self.nodes.len() as u32);
        self.nodes.push(Node { start: start as u32, before, base });
        self.ways.push(Way { cost, also, connection });
    }

    /// Goes on to the character at `at`.
    fn gather(&mut self, at: usize) {
        self.before.clear();
        self.cheapest.clear();
        let mut index = self.ends[at];
        while index != NONE {
            let way = self.ways[index as usize];
            self.before.push((way, index));
            index = way.also;
        }
    }

    /// The cheapest way to reach the character at hand, for a word with this
    /// connection id.
    fn cheapest_before(&mut self, dictionary: &Dictionary, connection: u16) -> (i32, u32) {
        if let Some(&(_, cost, node)) = self.cheapest.iter().find(|known| known.0 == connection) {
            return (cost, node);
        }
        let costs = dictionary.costs_behind(connection);
        let mut best = (i32::MAX, NONE);
        for &(way, node) in &self.before {
            let cost = way.cost + i32::from(i16::from_le_bytes(costs[way.connection as usize]));
            // On a tie the node pushed first wins: the last comes first here.
            if cost <= best.0 {
                best = (cost, node);
            }
        }
        self.cheapest.push((connection, best.0, best.1));
        best
    }
}

/// What a word pays besides its cost, for where it stands.
fn penalties(text: &str, word: Range<usize>) -> i32 {
    penalty(&text[word.clone()]) + fragment_penalty(text, word)
}

fn penalty(surface: &str) -> i32 {
    let chars = surface.len() / 3;
    if chars <= KANJI_PENALTY.0 {
        return 0;
    }
    let kanji_only = surface.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let (free, each) = if kanji_only { KANJI_PENALTY } else { OTHER_PENALTY };
    chars.saturating_sub(free) as i32 * each
}

/// A loan word that the dictionary lacks stays whole, rather than fall into
/// pieces that it knows: トークン is no トーク with a ン, and no トー and クン.
fn fragment_penalty(text: &str, range: Range<usize>) -> i32 {
    let is_katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    let piece = &text[range.clone()];
    let (chars, Some(first)) = (piece.len() / 3, piece.chars().next()) else { return 0 };
    if !is_katakana(first) {
        return 0;
    }
    let before = text[..range.start].chars().next_back().is_some_and(is_katakana);
    let after = text[range.end..].chars().next().is_some_and(is_katakana);
    if !(before || after) {
        0
    } else if chars == 1 || STARTS_NO_WORD.contains(first) {
        FRAGMENT_PENALTIES.0
    } else if chars == 2 {
        FRAGMENT_PENALTIES.1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        segment(text).into_iter().map(|morpheme| &text[morpheme.range]).collect()
    }

    #[test]
    fn sentences_are_cut_as_a_reader_would() {
        assert_eq!(
            words("すもももももももものうち"),
            ["すもも", "も", "もも", "も", "もも", "の", "うち"]
        );
        assert_eq!(
            words("形態素解析エンジンを作った"),
            ["形態素", "解析", "エンジン", "を", "作っ", "た"]
        );
        assert_eq!(words("関西国際空港"), ["関西", "国際", "空港"]);
        assert_eq!(words("トークンを読む"), ["トークン", "を", "読む"]);
        assert_eq!(words("スマートフォンケース"), ["スマート", "フォン", "ケース"]);
    }

    #[test]
    fn inflected_words_give_their_base_form() {
        let terms: Vec<_> = segment("美しく書かれた").into_iter().filter_map(|m| m.term).collect();
        assert_eq!(terms, ["美しい", "書く"]);
    }

    #[test]
    fn words_of_the_site_win() {
        let site = SiteWords::parse("艦これ\n推し活\n全文検索器,全文 検索器\nルビ").unwrap();
        let mut lattice = Lattice::default();
        assert_eq!(lattice.segment("艦これの").len(), 3);
        lattice.use_words(&Arc::new(site));
        let mut words = |text: &'static str| -> Vec<&str> {
            lattice.segment(text).into_iter().map(|morpheme| &text[morpheme.range]).collect()
        };
        assert_eq!(words("艦これの推し活"), ["艦これ", "の", "推し活"]);
        assert_eq!(words("速い全文検索器を"), ["速い", "全文", "検索器", "を"]);
        assert_eq!(words("ルビーとルビ"), ["ルビー", "と", "ルビ"]);
    }

    #[test]
    fn a_run_that_comes_again_is_cut_as_before() {
        let mut lattice = Lattice::default();
        for run in ["形態素解析を美しく書いた", "検索", &"長い文".repeat(2000)] {
            let first = segment(run);
            assert_eq!(lattice.segment(run), first);
            assert_eq!(lattice.segment(run), first);
        }
    }

    #[test]
    fn morphemes_cover_the_run_whatever_it_is() {
        for run in ["ヴォルデモート", "彁彁彁", "んんんー", "ゝゞ々", &"長い文".repeat(2000)]
        {
            let mut at = 0;
            for morpheme in segment(run) {
                assert_eq!(morpheme.range.start, at);
                at = morpheme.range.end;
            }
            assert_eq!(at, run.len());
        }
    }
}
