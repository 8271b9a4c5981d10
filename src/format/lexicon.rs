//! The lexicon: every term in order, how many posts hold it, and its stem.
//!
//! One shard holds a range of terms. What stems may end in comes first, then all
//! else in one [range code](super::range):
//!
//! | field     | meaning                                                             |
//! |-----------|---------------------------------------------------------------------|
//! | `count`   | a varint: terms; at least 1                                         |
//! | `endings` | a count, then as many strings: what stems may end in                |
//! | then for each term: | |
//! | shared    | for each character of the term before, a bit: it is this term's too; up to the first that is not. By the character's kind, its place, and whether the term before shared it |
//! | more      | characters, each the bytes of its UTF-8, the highest bit first; before each but the first, a bit: the term ends here |
//! | df        | a number: posts that hold it, less 1; by the kind of the term       |
//! | stem      | of a term that starts with `a` to `z`: how many bytes are cut, and the number of the ending that follows, 4 bits each; by the end of the term |
//!
//! The character that takes the place of another is greater: bits that follow
//! from this are not written. A bit of a character is decided by three models,
//! which know the bits of the character before it, with the character before,
//! and with the two before: prediction by partial matching (J. Cleary, I.
//! Witten: *Data Compression Using Adaptive Coding and Partial String Matching*,
//! IEEE Transactions on Communications 32, 1984), with the models mixed by how
//! much they have seen.
//!
//! An *alias*, another way to write a term, stands among the terms as itself, a
//! byte 2, and the term: けんさく, 2, 検索. It has the df of its term, and no
//! postings of its own.
//!
//! A stem is its term less as many of its last bytes, with the ending behind.
//! Terms of one stem answer for each other.
//!
//! The terms become an `fst::Map` on arrival (see [`trie`](super::trie)): the
//! structure that looks up, and that finds prefixes, is `fst`'s; only what
//! travels is smaller.

use std::ops::Range;

use fst::raw::{Node, Transition};

use super::range::{Model, NumberModels, RangeReader, RangeWriter};
use super::reader::{FormatError, Reader, put_string, put_varint};
use super::trie::TrieWriter;
use crate::text::line::{ALIAS, BRIDGE};

/// A term on its way into the lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The term, at most 255 bytes.
    pub term: String,
    /// The posts that hold it, at least 1.
    pub df: u32,
    /// Its stem, for a term that starts with an ASCII letter; others have none.
    pub stem: Option<String>,
}

/// What has been learnt of the terms of a shard.
struct Models {
    shared: [[[Model; 2]; 8]; KINDS],
    ends: [[Model; 8]; KINDS],
    /// Of bits of characters and of stems, by a hash of what stands before.
    bits: Vec<Model>,
    df: [NumberModels; KINDS + 1],
}

/// Kinds of characters, by their first byte.
const KINDS: usize = 4;
const SECTION: &str = "lexicon";
/// The bits of a hash.
const HASH_BITS: u32 = 16;

impl Models {
    fn new() -> Models {
        Models {
            shared: [[[Model::NEW; 2]; 8]; KINDS],
            ends: [[Model::NEW; 8]; KINDS],
            bits: vec![Model::NEW; 1 << HASH_BITS],
            df: [NumberModels::NEW; KINDS + 1],
        }
    }
}

fn kind(first: u8) -> usize {
    match first {
        0x00..=0x1f => 0,
        0x20..=0x7f => 1,
        0x80..=0xe3 => 2,
        _ => 3,
    }
}

/// The kind of a term: that of its first character, but for bridges and aliases.
fn term_kind(term: &[u8]) -> usize {
    if term.contains(&(ALIAS as u8)) {
        0
    } else if term.contains(&(BRIDGE as u8)) {
        KINDS
    } else {
        kind(term[0])
    }
}

/// Mixes a number into a hash.
fn mix(hash: u32, number: u32) -> u32 {
    (hash ^ number).wrapping_mul(0x9e37_79b1).rotate_left(15)
}

/// The places of three models, from their hashes.
fn places(hashes: [u32; 3], node: u32) -> [usize; 3] {
    hashes.map(|hash| (mix(hash, node).wrapping_mul(0x85eb_ca6b) >> (32 - HASH_BITS)) as usize)
}

/// What stands before a character: nothing that is asked, the one before, both.
fn contexts(term: &[u8]) -> [u32; 3] {
    let mut hashes = [1, 2, 3];
    let mut end = term.len();
    for order in 1..3 {
        let start = start_of_last(&term[..end]);
        let before = term[start..end].iter().fold(0, |number, &byte| number << 8 | u32::from(byte));
        for hash in &mut hashes[order..] {
            *hash = mix(*hash, before);
        }
        end = start;
    }
    hashes
}

/// Where the last character starts.
fn start_of_last(term: &[u8]) -> usize {
    term.iter().rposition(|&byte| byte & 0xc0 != 0x80).unwrap_or(0)
}

/// The bytes of the character that starts with this byte.
fn char_bytes(first: u8) -> usize {
    match first {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

/// How the bits of a character go on, given that it must be greater than another.
struct Above<'a> {
    /// The other's bytes, while all bits so far are the same.
    other: Option<&'a [u8]>,
}

impl Above<'_> {
    /// Whether the bit of `place` of the byte `at` must be 1.
    fn must_be_one(&self, at: usize, place: u32) -> bool {
        self.other.is_some_and(|other| other[at] >> place & 1 == 1)
    }

    fn pass(&mut self, bit: bool, at: usize, place: u32) {
        if self.other.is_some_and(|other| (other[at] >> place & 1 == 1) != bit) {
            self.other = None;
        }
    }
}

/// Appends a shard of `entries`, which ascend by term.
///
/// # Panics
///
/// When `entries` is empty or does not ascend, or a term is too long.
pub fn encode(entries: &[Entry], out: &mut Vec<u8>) {
    assert!(!entries.is_empty() && entries.is_sorted_by(|a, b| a.term < b.term));
    let mut endings = vec![String::new()];
    let mut code = RangeWriter::default();
    let mut models = Models::new();
    let mut before: &[u8] = &[];
    let mut shared_before = 0;
    for Entry { term, df, stem } in entries {
        let term = term.as_bytes();
        assert!(!term.is_empty() && term.len() < 256 && *df > 0);
        let (mut shared, mut chars) = (0, 0);
        while shared < before.len() {
            let end = shared + char_bytes(before[shared]);
            let same = term.get(shared..end) == Some(&before[shared..end]);
            let by_place = &mut models.shared[kind(before[shared])][chars.min(7)];
            code.bit(&mut by_place[usize::from(chars < shared_before)], same);
            if !same {
                break;
            }
            (shared, chars) = (end, chars + 1);
        }
        shared_before = chars;
        let mut at = shared;
        while at < term.len() {
            if at > shared {
                let by_kind = &mut models.ends[kind(term[start_of_last(&term[..at])])];
                code.bit(&mut by_kind[chars.min(7)], false);
            }
            let end = at + char_bytes(term[at]);
            let other = (at == shared && shared < before.len()).then(|| &before[shared..]);
            encode_char(&term[..at], &term[at..end], other, &mut models.bits, &mut code);
            (at, chars) = (end, chars + 1);
        }
        let by_kind = &mut models.ends[kind(term[start_of_last(term)])];
        code.bit(&mut by_kind[chars.min(7)], true);
        code.number(&mut models.df[term_kind(term)], df - 1);
        if has_stem(term) {
            let byte = stem.as_deref().map_or(0, |stem| stem_code(term, stem, &mut endings));
            let mut node = 1;
            for place in (0..8).rev() {
                let bit = byte >> place & 1;
                code.bit_of(&mut models.bits, stem_places(term, node), bit == 1);
                node = node << 1 | u32::from(bit);
            }
        }
        before = term;
    }
    put_varint(out, entries.len() as u32);
    put_varint(out, endings.len() as u32);
    endings.iter().for_each(|ending| put_string(out, ending));
    out.extend_from_slice(&code.finish());
}

fn encode_char(
    before: &[u8],
    char: &[u8],
    other: Option<&[u8]>,
    models: &mut [Model],
    out: &mut RangeWriter,
) {
    let hashes = contexts(before);
    let mut above = Above { other };
    let mut node = 1;
    for (at, &byte) in char.iter().enumerate() {
        for place in (0..8).rev() {
            let bit = byte >> place & 1 == 1;
            if !above.must_be_one(at, place) {
                out.bit_of(models, places(hashes, node), bit);
            }
            above.pass(bit, at, place);
            node = node << 1 | u32::from(bit);
        }
    }
}

/// Reads a character behind `term`, the reverse of [`encode_char`]: whether it is
/// greater than the other.
fn decode_char(
    term: &mut Vec<u8>,
    other: Option<&[u8]>,
    models: &mut [Model],
    reader: &mut RangeReader<'_>,
) -> bool {
    let hashes = contexts(term);
    let mut above = Above { other };
    let start = term.len();
    let mut node = 1u32;
    let mut at = 0;
    loop {
        for place in (0..8).rev() {
            let bit = above.must_be_one(at, place) || reader.bit_of(models, places(hashes, node));
            above.pass(bit, at, place);
            node = node << 1 | u32::from(bit);
        }
        term.push(node as u8);
        at += 1;
        if at == char_bytes(term[start]) {
            return above.other.is_none();
        }
    }
}

fn has_stem(term: &[u8]) -> bool {
    term[0].is_ascii_lowercase() && term_kind(term) == kind(b'a')
}

/// Whether a term of a lexicon is a word: no bridge, and no alias.
pub fn is_word(term: &str) -> bool {
    term.bytes().all(|byte| byte > ALIAS as u8)
}

/// The models for a bit of a stem: by the last byte of the term, the last two and
/// the last three.
fn stem_places(term: &[u8], node: u32) -> [usize; 3] {
    let end = term.iter().rev().take(3).fold(0, |end, &byte| end >> 8 | u32::from(byte) << 16);
    places([end & 0xff, end & 0xffff, end], node)
}

/// How `stem` is made from `term`; 0, the term itself, where that cannot be
/// said in a byte.
fn stem_code(term: &[u8], stem: &str, endings: &mut Vec<String>) -> u8 {
    let common = term.iter().zip(stem.as_bytes()).take_while(|(a, b)| a == b).count();
    let common = stem.floor_char_boundary(common);
    let (less, ending) = (term.len() - common, &stem[common..]);
    let number = endings.iter().position(|known| known == ending).unwrap_or(endings.len());
    if less > 15 || number > 15 {
        return 0;
    }
    if number == endings.len() {
        endings.push(ending.to_string());
    }
    (number as u8) << 4 | less as u8
}

/// One shard, ready to be searched.
#[derive(Debug, Clone)]
pub struct Lexicon {
    map: fst::Map<Vec<u8>>,
    dfs: Vec<u32>,
    counts: Vec<u32>,
    /// How stems are made, as they travel.
    stems: Vec<Option<u8>>,
    endings: Vec<String>,
}

impl Lexicon {
    /// Reads a shard, the reverse of [`encode`], whose terms all lie in `keys`,
    /// for an index of `posts` posts.
    ///
    /// # Errors
    ///
    /// When the bytes end early or go on, terms do not ascend within `keys` or
    /// are no UTF-8, or a document frequency is above `posts`.
    pub fn read(bytes: &[u8], keys: Range<&str>, posts: u32) -> Result<Lexicon, FormatError> {
        let mut head = Reader::new(SECTION, bytes);
        let count = head.varint();
        let endings = head.strings();
        head.check()?;
        let mut reader = RangeReader::new(SECTION, head.bytes(head.left()));
        if count == 0 {
            return Err(reader.invalid("term count"));
        }
        let mut models = Models::new();
        let mut trie = TrieWriter::new();
        let (mut dfs, mut counts, mut stems) = (Vec::new(), Vec::new(), Vec::new());
        let mut before: Vec<u8> = Vec::new();
        let mut shared_before = 0;
        for _ in 0..count {
            let (mut shared, mut chars) = (0, 0);
            while shared < before.len() {
                let by_place = &mut models.shared[kind(before[shared])][chars.min(7)];
                if !reader.bit(&mut by_place[usize::from(chars < shared_before)]) {
                    break;
                }
                (shared, chars) = (shared + char_bytes(before[shared]), chars + 1);
            }
            shared_before = chars;
            let mut term = before[..shared].to_vec();
            loop {
                let other =
                    (term.len() == shared && shared < before.len()).then(|| &before[shared..]);
                let ascends = decode_char(&mut term, other, &mut models.bits, &mut reader);
                if !ascends || term.len() > 255 {
                    return Err(reader.invalid("term"));
                }
                chars += 1;
                let by_kind = &mut models.ends[kind(term[start_of_last(&term)])];
                if reader.bit(&mut by_kind[chars.min(7)]) {
                    break;
                }
            }
            // The term ends in the middle of nothing that is left to be read:
            // from here on what is wrong is told.
            reader.check()?;
            let text = std::str::from_utf8(&term).map_err(|_| reader.invalid("UTF-8"))?;
            if text < keys.start || !(keys.end.is_empty() || text < keys.end) {
                return Err(reader.invalid("term"));
            }
            let df = reader.number(&mut models.df[term_kind(&term)]).saturating_add(1);
            if df > posts {
                return Err(reader.invalid("document frequency"));
            }
            let mut stem = None;
            if has_stem(&term) {
                let mut node = 1;
                while node < 1 << 8 {
                    let bit = reader.bit_of(&mut models.bits, stem_places(&term, node));
                    node = node << 1 | u32::from(bit);
                }
                if (node >> 4 & 15) as usize >= endings.len() {
                    return Err(reader.invalid("stem"));
                }
                stem = Some(node as u8);
            }
            let same = term[shared..].iter().zip(&before[shared..]).take_while(|(a, b)| a == b);
            trie.push(&term, shared + same.count());
            dfs.push(df);
            counts.push(if text.contains(ALIAS) { 0 } else { df });
            stems.push(stem);
            before = term;
        }
        let map = fst::Map::new(trie.finish()).map_err(|_| reader.invalid("term"))?;
        reader.finish()?;
        Ok(Lexicon { map, dfs, counts, stems, endings })
    }

    /// The document frequencies, in the terms' order.
    pub fn dfs(&self) -> &[u32] {
        &self.dfs
    }

    /// How many postings stand in the list of each term, in order: as many as
    /// posts hold it, none for an alias.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// The place of `term` among the shard's terms.
    pub fn get(&self, term: &str) -> Option<usize> {
        let mut found = None;
        self.prefixes_of(term, &mut |bytes, place| {
            if bytes == term.len() {
                found = Some(place);
            }
        });
        found
    }

    /// Calls `each` with the bytes and the place of every prefix of `text` that
    /// is a term, the shortest first.
    pub fn prefixes_of(&self, text: &str, each: &mut dyn FnMut(usize, usize)) {
        self.follow(text, &mut |bytes, node, place| {
            if node.is_final() {
                each(bytes, place);
            }
        });
    }

    /// Calls `each` with every term that starts with `prefix`, and its place, in
    /// order.
    pub fn starting_with(&self, prefix: &str, each: &mut dyn FnMut(&str, usize)) {
        self.follow(prefix, &mut |bytes, node, place| {
            if bytes == prefix.len() {
                self.below(node, place, &mut prefix.as_bytes().to_vec(), each);
            }
        });
    }

    /// Calls `each` with the nodes on the way of `text`, as far as it leads: the
    /// bytes so far, the node, and the place of the first term from there on.
    fn follow<'a>(&'a self, text: &str, each: &mut dyn FnMut(usize, Node<'a>, usize)) {
        let fst = self.map.as_fst();
        let (mut node, mut place) = (fst.root(), 0);
        for (bytes, &byte) in text.as_bytes().iter().enumerate() {
            each(bytes, node, place);
            let Some(next) = node.find_input(byte) else { return };
            let Transition { out, addr, .. } = node.transition(next);
            place += out.value() as usize;
            node = fst.node(addr);
        }
        each(text.len(), node, place);
    }

    /// Calls `each` with every term that goes through `node`; `term` is the way
    /// to it. Terms are short, so that this does not go deep.
    fn below(
        &self,
        node: Node<'_>,
        place: usize,
        term: &mut Vec<u8>,
        each: &mut dyn FnMut(&str, usize),
    ) {
        // Terms were checked to be UTF-8 when the shard came.
        if node.is_final()
            && let Ok(term) = std::str::from_utf8(term)
        {
            each(term, place);
        }
        for Transition { inp, out, addr } in node.transitions() {
            term.push(inp);
            let next = self.map.as_fst().node(addr);
            self.below(next, place + out.value() as usize, term, each);
            term.pop();
        }
    }

    /// The stem of the term at `index`, which is `term`; none where terms have no
    /// stems. A code that cuts a character makes the term its own stem.
    pub fn stem(&self, term: &str, index: usize) -> Option<String> {
        let code = self.stems[index]?;
        let kept = term.len().checked_sub(usize::from(code & 15));
        let kept = kept.and_then(|kept| term.get(..kept)).unwrap_or(term);
        Some(kept.to_string() + &self.endings[usize::from(code >> 4)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |term: &str, df, stem: Option<&str>| Entry {
            term: term.to_string(),
            df,
            stem: stem.map(str::to_string),
        };
        vec![
            entry("happy", 1, Some("happi")),
            entry("search", 3, Some("search")),
            entry("searching", 2, Some("search")),
            entry("全文", 2, None),
            entry("検\u{1}文", 1, None),
            entry("検索", 300, None),
        ]
    }

    fn bytes() -> Vec<u8> {
        let mut out = Vec::new();
        encode(&entries(), &mut out);
        out
    }

    #[test]
    fn a_shard_comes_back() {
        let lexicon = Lexicon::read(&bytes(), "a".."", 400).unwrap();
        for (index, entry) in entries().iter().enumerate() {
            assert_eq!(lexicon.get(&entry.term), Some(index));
            assert_eq!(lexicon.dfs()[index], entry.df);
            assert_eq!(lexicon.stem(&entry.term, index), entry.stem);
        }
        assert_eq!(lexicon.get("検"), None);
        let mut found = Vec::new();
        lexicon.prefixes_of("searchingly", &mut |bytes, index| found.push((bytes, index)));
        assert_eq!(found, [(6, 1), (9, 2)]);
        let mut found = Vec::new();
        lexicon.starting_with("検", &mut |term, _| found.push(term.to_string()));
        assert_eq!(found, ["検\u{1}文", "検索"]);
    }

    #[test]
    fn damaged_bytes_are_an_error_or_another_valid_shard() {
        let bytes = bytes();
        for end in 0..bytes.len() {
            assert!(Lexicon::read(&bytes[..end], "a".."", 400).is_err(), "{end} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(lexicon) = Lexicon::read(&damaged, "a".."", 400) {
                let mut terms = Vec::new();
                lexicon.starting_with("", &mut |term, index| {
                    terms.push(lexicon.stem(term, index));
                });
                assert_eq!(terms.len(), 6);
            }
        }
    }

    #[test]
    fn terms_outside_the_shards_range_are_refused() {
        assert!(Lexicon::read(&bytes(), "i".."", 400).is_err());
        assert!(Lexicon::read(&bytes(), "a".."検", 400).is_err());
        let df = Lexicon::read(&bytes(), "a".."", 299).unwrap_err();
        assert!(df.to_string().starts_with("invalid document frequency in lexicon"), "{df}");
    }
}
