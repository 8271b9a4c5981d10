//! IPADIC, as the build script repacked it.
//!
//! | file          | holds                                                               |
//! |---------------|---------------------------------------------------------------------|
//! | `words.bin`   | surface → `first entry << 5 | entries`, a [trie](super::trie)              |
//! | `pairs.bin`   | which two characters words start with                               |
//! | `entries.bin` | cost `i16`, connection id `u16`, base `u32`: 0 a function word, 1 the surface itself, else a line of `bases.txt` at this byte plus 2 |
//! | `bases.txt`   | base forms, one a line                                              |
//! | `readings.fst` | a word with kanji, a tab, and how it is read, in hiragana       |
//! | `matrix.bin`  | ids `u32`, then a cost `i16` for each (left id of the right word, right id of the left word) |
//! | `unknown.bin` | categories: invoke, group, length, content, entries; then ranges: first character `u32`, category |

use std::sync::LazyLock;

use fst::{IntoStreamer, Streamer};

use super::trie::{find, may_start};

static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));
static PAIRS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pairs.bin"));
static ENTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entries.bin"));
static BASES: &str = include_str!(concat!(env!("OUT_DIR"), "/bases.txt"));
static READINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/readings.fst"));
static MATRIX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/matrix.bin"));
static UNKNOWN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/unknown.bin"));

/// The dictionary, loaded once.
pub(super) static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::load);

pub(super) struct Dictionary {
    readings: fst::Set<&'static [u8]>,
    connections: u32,
    categories: Vec<Category>,
    /// The category of each character below U+10000, and ranges of all.
    of_chars: Vec<u8>,
    ranges: Vec<(u32, u8)>,
}

/// How characters of one kind are grouped into words the dictionary lacks.
pub(super) struct Category {
    /// Whether unknown words are tried even where known ones start.
    pub(super) invoke: bool,
    /// Whether all characters of the kind in a row are one word.
    pub(super) group: bool,
    /// Whether words of the first 1, 2 … `length_chars` characters are, too.
    pub(super) length_chars: usize,
    /// Whether such a word carries content.
    pub(super) content: bool,
    pub(super) entries: Vec<Entry>,
}

/// One reading of a word: what it costs, and what it may stand beside.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) cost: i16,
    pub(super) connection: u16,
    pub(super) base: Base,
}

/// What a word is indexed as.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Function,
    Surface,
    Other(u32),
    /// A word of the site's own, which may have parts.
    Site(u32),
}

impl Entry {
    /// An entry as it stands in `entries.bin`.
    pub(super) fn read(bytes: &[u8]) -> Entry {
        let base = match u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) {
            0 => Base::Function,
            1 => Base::Surface,
            at => Base::Other(at - 2),
        };
        Entry { cost: i16_at(bytes, 0), connection: i16_at(bytes, 2) as u16, base }
    }
}

impl Base {
    /// The term of a word with this base and the given surface.
    pub(super) fn term(self, surface: &str) -> Option<&str> {
        match self {
            Base::Function => None,
            Base::Surface | Base::Site(_) => Some(surface),
            Base::Other(at) => BASES[at as usize..].lines().next(),
        }
    }
}

impl Dictionary {
    fn load() -> Dictionary {
        // The build script wrote these bytes: what fails here is a bug of it.
        let readings = fst::Set::new(READINGS).expect("readings.fst");
        let connections = u32::from_le_bytes([MATRIX[0], MATRIX[1], MATRIX[2], MATRIX[3]]);
        let mut at = 1;
        let mut categories = Vec::new();
        for _ in 0..UNKNOWN[0] {
            let head = &UNKNOWN[at..at + 5];
            let entries = UNKNOWN[at + 5..].chunks_exact(4).take(head[4] as usize);
            let content = head[3] == 1;
            let base = if content { Base::Surface } else { Base::Function };
            categories.push(Category {
                invoke: head[0] == 1,
                group: head[1] == 1,
                length_chars: head[2] as usize,
                content,
                entries: entries
                    .map(|e| Entry { cost: i16_at(e, 0), connection: i16_at(e, 2) as u16, base })
                    .collect(),
            });
            at += 5 + 4 * head[4] as usize;
        }
        let ranges: Vec<(u32, u8)> = UNKNOWN[at..]
            .chunks_exact(5)
            .map(|r| (u32::from_le_bytes([r[0], r[1], r[2], r[3]]), r[4]))
            .collect();
        let of_chars = (0..0x1_0000).map(|code| in_ranges(&ranges, code)).collect();
        Dictionary { readings, connections, categories, of_chars, ranges }
    }

    /// Calls `word` for each word that `text` starts with: its bytes, and its
    /// entries, eight bytes each.
    pub(super) fn prefixes(&self, text: &str, mut word: impl FnMut(usize, &'static [u8])) {
        let words = WORDS.as_chunks().0;
        let mut node = words.len() as u64;
        // Most that stand beside each other start no word, and fewer bytes tell so.
        let mut chars = text.chars();
        let none = matches!((chars.next(), chars.next()), (Some(first), Some(second))
            if !may_start(PAIRS, first, second));
        for (at, c) in text.char_indices().take(if none { 1 } else { usize::MAX }) {
            let Some((behind, packed)) = find(words, node, c) else { return };
            if packed != 0 {
                let (first, count) = ((packed >> 5) as usize, (packed & 31) as usize);
                word(at + c.len_utf8(), &ENTRIES[first * 8..(first + count) * 8]);
            }
            node = behind;
        }
    }

    /// How a base form with kanji is read, in hiragana, ascending; nothing for a
    /// word that the dictionary lacks.
    pub(super) fn readings(&self, word: &str) -> Vec<String> {
        let start = format!("{word}\t");
        let mut stream = self.readings.range().ge(&start).into_stream();
        let mut readings = Vec::new();
        while let Some(key) = stream.next() {
            let reading =
                key.strip_prefix(start.as_bytes()).and_then(|r| std::str::from_utf8(r).ok());
            let Some(reading) = reading else { break };
            readings.push(reading.to_string());
        }
        readings
    }

    /// What a noun that nobody knows may stand beside.
    pub(super) fn noun(&self) -> Entry {
        self.category('亜').1.entries[0]
    }

    /// The category of a character.
    pub(super) fn category(&self, c: char) -> (u8, &Category) {
        let code = c as u32;
        let of_char = self.of_chars.get(code as usize).copied();
        let category = of_char.unwrap_or_else(|| in_ranges(&self.ranges, code));
        (category, &self.categories[category as usize])
    }

    /// What a word with this connection id costs behind one of each.
    pub(super) fn costs_behind(&self, connection: u16) -> &'static [[u8; 2]] {
        let row = self.connections as usize * 2;
        MATRIX[4 + connection as usize * row..][..row].as_chunks().0
    }
}

fn in_ranges(ranges: &[(u32, u8)], code: u32) -> u8 {
    ranges[ranges.partition_point(|&(first, _)| first <= code) - 1].1
}

/// Two bytes as a number.
fn i16_at(bytes: &[u8], at: usize) -> i16 {
    i16::from_le_bytes([bytes[at], bytes[at + 1]])
}
