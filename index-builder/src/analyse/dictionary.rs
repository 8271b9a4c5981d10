//! IPADIC, as the build script repacked it.
//!
//! | file          | holds                                                               |
//! |---------------|---------------------------------------------------------------------|
//! | `words.fst`   | surface → `first entry << 5 | entries`                              |
//! | `entries.bin` | cost `i16`, connection id `u16`, base `u32`: 0 a function word, 1 the surface itself, else a line of `bases.txt` at this byte plus 2 |
//! | `bases.txt`   | base forms, one a line                                              |
//! | `readings.fst` | a word with kanji, a tab, and how it is read, in hiragana       |
//! | `matrix.bin`  | ids `u32`, then a cost `i16` for each (right id of the left word, left id of the right word) |
//! | `unknown.bin` | categories: invoke, group, length, content, entries; then ranges: first character `u32`, category |

use std::sync::LazyLock;

use fst::{IntoStreamer, Streamer};

static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));
static ENTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entries.bin"));
static BASES: &str = include_str!(concat!(env!("OUT_DIR"), "/bases.txt"));
static READINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/readings.fst"));
static MATRIX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/matrix.bin"));
static UNKNOWN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/unknown.bin"));

/// The dictionary, loaded once.
pub(super) static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::load);

pub(super) struct Dictionary {
    words: fst::raw::Fst<&'static [u8]>,
    readings: fst::Set<&'static [u8]>,
    connections: u32,
    categories: Vec<Category>,
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
}

impl Base {
    /// The term of a word with this base and the given surface.
    pub(super) fn term(self, surface: &str) -> Option<&str> {
        match self {
            Base::Function => None,
            Base::Surface => Some(surface),
            Base::Other(at) => BASES[at as usize..].lines().next(),
        }
    }
}

impl Dictionary {
    fn load() -> Dictionary {
        // The build script wrote these bytes: what fails here is a bug of it.
        let words = fst::raw::Fst::new(WORDS).expect("words.fst");
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
        let ranges = UNKNOWN[at..]
            .chunks_exact(5)
            .map(|r| (u32::from_le_bytes([r[0], r[1], r[2], r[3]]), r[4]))
            .collect();
        Dictionary { words, readings, connections, categories, ranges }
    }

    /// Calls `word` for each word that `text` starts with: its bytes, and its
    /// entries.
    pub(super) fn prefixes(&self, text: &str, mut word: impl FnMut(usize, Entry)) {
        let mut node = self.words.root();
        let mut value = fst::raw::Output::zero();
        for (index, &byte) in text.as_bytes().iter().enumerate() {
            let Some(next) = node.find_input(byte) else { return };
            let transition = node.transition(next);
            value = value.cat(transition.out);
            node = self.words.node(transition.addr);
            if node.is_final() {
                let packed = value.cat(node.final_output()).value();
                let (first, count) = ((packed >> 5) as usize, (packed & 31) as usize);
                for entry in ENTRIES[first * 8..(first + count) * 8].chunks_exact(8) {
                    let base = match u32::from_le_bytes([entry[4], entry[5], entry[6], entry[7]]) {
                        0 => Base::Function,
                        1 => Base::Surface,
                        at => Base::Other(at - 2),
                    };
                    let (cost, connection) = (i16_at(entry, 0), i16_at(entry, 2) as u16);
                    word(index + 1, Entry { cost, connection, base });
                }
            }
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

    /// The category of a character.
    pub(super) fn category(&self, c: char) -> (u8, &Category) {
        let index = self.ranges.partition_point(|&(first, _)| first <= c as u32) - 1;
        let category = self.ranges[index].1;
        (category, &self.categories[category as usize])
    }

    /// The row of costs of what may follow a word with this connection id.
    pub(super) fn costs_after(&self, connection: u16) -> &'static [u8] {
        let row = self.connections as usize * 2;
        &MATRIX[4 + connection as usize * row..][..row]
    }
}

/// Two bytes as a number.
pub(super) fn i16_at(bytes: &[u8], at: usize) -> i16 {
    i16::from_le_bytes([bytes[at], bytes[at + 1]])
}
