//! The lexicon: every term in order, how many posts hold it, and its stem.
//!
//! One shard holds a range of terms, column by column, so that deflate sees like
//! beside like:
//!
//! | field    | meaning                                                              |
//! |----------|----------------------------------------------------------------------|
//! | `count`  | terms; at least 1                                                    |
//! | `shared` | a byte a term: bytes shared with the term before (0 for the first)   |
//! | `more`   | a byte a term: bytes that follow those                               |
//! | `bytes`  | what follows, term after term                                        |
//! | `df`     | a varint a term: posts that hold it, less 1                          |
//! | `endings`| a count, then as many strings: what stems may end in                 |
//! | `stems`  | a byte a term that starts with an ASCII letter: how its stem is made |
//!
//! An *alias*, another way to write a term, stands among the terms as itself, a
//! byte 2, and the term: けんさく, 2, 検索. It has the df of its term, and no
//! postings of its own.
//!
//! A stem is its term less the last `byte & 15` bytes, with the ending of number
//! `byte >> 4` after it. Terms of one stem answer for each other.
//!
//! The bytes become an `fst::Map` on arrival (see [`trie`](super::trie)): the
//! structure that looks up, and that finds prefixes, is `fst`'s; only what
//! travels is smaller.

use std::ops::Range;

use fst::raw::{Node, Transition};

use super::reader::{FormatError, Reader, put_string, put_varint};
use super::trie::TrieWriter;
use crate::text::line::ALIAS;

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

/// Appends a shard of `entries`, which ascend by term.
///
/// # Panics
///
/// When `entries` is empty or does not ascend, or a term is too long.
pub fn encode(entries: &[Entry], out: &mut Vec<u8>) {
    assert!(!entries.is_empty() && entries.is_sorted_by(|a, b| a.term < b.term));
    put_varint(out, entries.len() as u32);
    let mut before = "";
    let (mut shared, mut more, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for Entry { term, .. } in entries {
        assert!(!term.is_empty() && term.len() < 256);
        let common = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
        shared.push(common as u8);
        more.push((term.len() - common) as u8);
        bytes.extend_from_slice(&term.as_bytes()[common..]);
        before = term;
    }
    for column in [shared, more, bytes] {
        out.extend_from_slice(&column);
    }
    for entry in entries {
        assert!(entry.df > 0);
        put_varint(out, entry.df - 1);
    }
    let mut endings = vec![String::new()];
    let mut stems = Vec::new();
    for entry in entries.iter().filter(|entry| has_stem(&entry.term)) {
        stems.push(
            entry.stem.as_deref().map_or(0, |stem| stem_code(&entry.term, stem, &mut endings)),
        );
    }
    put_varint(out, endings.len() as u32);
    endings.iter().for_each(|ending| put_string(out, ending));
    out.extend_from_slice(&stems);
}

fn has_stem(term: &str) -> bool {
    term.as_bytes()[0].is_ascii_lowercase() && !is_alias(term)
}

/// Whether a term of a lexicon is an alias.
pub fn is_alias(term: &str) -> bool {
    term.as_bytes().contains(&(ALIAS as u8))
}

/// How `stem` is made from `term`; 0, the term itself, where that cannot be
/// said in a byte.
fn stem_code(term: &str, stem: &str, endings: &mut Vec<String>) -> u8 {
    let common = term.bytes().zip(stem.bytes()).take_while(|(a, b)| a == b).count();
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
    /// Which are aliases.
    aliases: Vec<bool>,
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
        let mut reader = Reader::new("lexicon", bytes);
        // A term takes four bytes at least.
        let count = reader.count(4);
        let shared = reader.bytes(count);
        let more = reader.bytes(count);
        if count == 0 {
            return Err(reader.invalid("term count"));
        }
        let mut trie = TrieWriter::new();
        let mut term = Vec::new();
        let mut stems = Vec::with_capacity(count);
        let mut aliases = Vec::with_capacity(count);
        for (&shared, &more) in shared.iter().zip(more) {
            let same = usize::from(shared);
            // The first byte that differs must be greater than the one it
            // replaces, or follow the whole term before.
            let next = reader.bytes(usize::from(more));
            let ascends = same <= term.len()
                && next.first().is_some_and(|first| term.get(same).is_none_or(|old| old < first));
            term.truncate(same);
            term.extend_from_slice(next);
            let text = std::str::from_utf8(&term).map_err(|_| reader.invalid("UTF-8"))?;
            let inside = keys.start <= text && (keys.end.is_empty() || text < keys.end);
            if !ascends || !inside || term.len() > 255 {
                return Err(reader.invalid("term"));
            }
            aliases.push(is_alias(text));
            stems.push(has_stem(text).then_some(0));
            trie.push(&term, same);
        }
        let map = fst::Map::new(trie.finish()).map_err(|_| reader.invalid("term"))?;
        let mut dfs = Vec::with_capacity(count);
        for _ in 0..count {
            match reader.varint().checked_add(1).filter(|&df| df <= posts) {
                Some(df) => dfs.push(df),
                None => return Err(reader.invalid("document frequency")),
            }
        }
        let endings = reader.strings();
        for stem in stems.iter_mut().flatten() {
            *stem = reader.byte();
            if usize::from(*stem >> 4) >= endings.len() {
                return Err(reader.invalid("stem"));
            }
        }
        reader.finish()?;
        Ok(Lexicon { map, dfs, aliases, stems, endings })
    }

    /// The document frequencies, in the terms' order.
    pub fn dfs(&self) -> &[u32] {
        &self.dfs
    }

    /// How many postings stand in the list of each term, in order: as many as
    /// posts hold it, none for an alias.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = self.dfs.clone();
        for (count, &alias) in counts.iter_mut().zip(&self.aliases) {
            if alias {
                *count = 0;
            }
        }
        counts
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
            entry("\u{1}文検", 1, None),
            entry("happy", 1, Some("happi")),
            entry("search", 3, Some("search")),
            entry("searching", 2, Some("search")),
            entry("全文", 2, None),
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
        let lexicon = Lexicon::read(&bytes(), "\u{1}".."", 400).unwrap();
        for (index, entry) in entries().iter().enumerate() {
            assert_eq!(lexicon.get(&entry.term), Some(index));
            assert_eq!(lexicon.dfs()[index], entry.df);
            assert_eq!(lexicon.stem(&entry.term, index), entry.stem);
        }
        assert_eq!(lexicon.get("検"), None);
        let mut found = Vec::new();
        lexicon.prefixes_of("searchingly", &mut |bytes, index| found.push((bytes, index)));
        assert_eq!(found, [(6, 2), (9, 3)]);
        let mut found = Vec::new();
        lexicon.starting_with("検", &mut |term, _| found.push(term.to_string()));
        assert_eq!(found, ["検索"]);
    }

    #[test]
    fn damaged_bytes_are_an_error_or_another_valid_shard() {
        let bytes = bytes();
        for end in 0..bytes.len() {
            assert!(Lexicon::read(&bytes[..end], "\u{1}".."", 400).is_err(), "{end} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(lexicon) = Lexicon::read(&damaged, "\u{1}".."", 400) {
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
        assert!(Lexicon::read(&bytes(), "a".."", 400).is_err());
        assert!(Lexicon::read(&bytes(), "\u{1}".."検", 400).is_err());
        let df = Lexicon::read(&bytes(), "\u{1}".."", 299).unwrap_err();
        assert!(df.to_string().starts_with("invalid document frequency in lexicon"), "{df}");
    }
}
