//! The words of a site's own: what the dictionary, which is from 2007, lacks.
//!
//! They come from the file that `dictionary` names in `sakuin.toml`. It is written as
//! a user dictionary of Lucene's kuromoji is, one word a line, and all but the word
//! may be left out:
//!
//! ```text
//! # word, its parts, how these are read, part of speech
//! 推し活
//! 全文検索エンジン,全文 検索 エンジン
//! 艦これ,艦これ,カンコレ,名詞
//! kubernetes,kubernetes,クーベネティス
//! ```
//!
//! A word of kanji and kana joins the lattice, and wins wherever it stands; of two that
//! start at one place the longer wins. Its parts are what is indexed. A Latin word is
//! a word already; here it gets a reading.

use std::collections::BTreeMap;
use std::fmt;

use sakuin::text::fold::native_normaliser;
use sakuin::text::kana::{hiragana, is_kana};
use sakuin::text::word::MAX_TERM_BYTES;
use sakuin::text::{fold, runs};
use sha2::{Digest, Sha256};

use super::lattice::STARTS_NO_WORD;

/// Words of a site's own, with their parts and readings.
#[derive(Default)]
pub struct SiteWords {
    /// Words of kanji and kana, ascending, each with the ends of its parts in bytes.
    words: Vec<(String, Vec<usize>)>,
    /// From a word to its place in `words`.
    trie: fst::Map<Vec<u8>>,
    /// How terms are read, in hiragana.
    readings: BTreeMap<String, Vec<String>>,
}

/// A line of a dictionary that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl SiteWords {
    /// Reads the text of a dictionary.
    ///
    /// # Errors
    ///
    /// At the first line that is none of a dictionary.
    ///
    /// ```
    /// use sakuin_builder::analyse::site_words::SiteWords;
    /// assert!(SiteWords::parse("推し活,推し活,オシカツ\n").is_ok());
    /// let bad = SiteWords::parse("# 名前\n推し活,推し,オシ").unwrap_err();
    /// assert_eq!((bad.line, &*bad.message), (2, "the parts 推し are not the word 推し活"));
    /// ```
    pub fn parse(text: &str) -> Result<SiteWords, BadLine> {
        let (mut words, mut readings) = (BTreeMap::new(), BTreeMap::<String, Vec<String>>::new());
        for (line, columns) in (1..).zip(text.lines()) {
            let Some(record) = record(columns) else { continue };
            let entry = Entry::read(&record).map_err(|message| BadLine { line, message })?;
            for (part, reading) in entry.parts.iter().zip(entry.readings) {
                let of_part = readings.entry(part.clone()).or_default();
                if reading != *part && !of_part.contains(&reading) {
                    of_part.push(reading);
                }
            }
            if entry.is_japanese {
                let mut end = 0;
                let ends = entry.parts.iter().map(|part| {
                    end += part.len();
                    end
                });
                words.insert(entry.parts.concat(), ends.collect());
            }
        }
        readings.values_mut().for_each(|readings| readings.sort_unstable());
        let words: Vec<(String, Vec<usize>)> = words.into_iter().collect();
        let keys = (0..).zip(&words).map(|(index, (word, _))| (word, index));
        let trie = fst::Map::from_iter(keys)
            .map_err(|err| BadLine { line: 1, message: err.to_string() })?;
        Ok(SiteWords { trie, words, readings })
    }

    /// The longest word that `text` starts with: its bytes, and its place. None where
    /// what follows belongs to the word: ルビ is not in ルビー.
    pub(super) fn longest(&self, text: &str) -> Option<(usize, u32)> {
        let trie = self.trie.as_fst();
        let (mut node, mut place, mut longest) = (trie.root(), 0, None);
        for (at, byte) in text.bytes().enumerate() {
            let Some(next) = node.find_input(byte) else { break };
            let next = node.transition(next);
            place += next.out.value();
            node = trie.node(next.addr);
            if node.is_final() && !text[at + 1..].starts_with(|c| STARTS_NO_WORD.contains(c)) {
                longest = Some((at + 1, (place + node.final_output().value()) as u32));
            }
        }
        longest
    }

    /// The ends of the parts of a word that [`longest`](Self::longest) found.
    pub(super) fn part_ends(&self, word: u32) -> &[usize] {
        &self.words[word as usize].1
    }

    /// Whether `word` is one of these, and its parts.
    pub(super) fn parts<'a>(&self, word: &'a str) -> Option<Vec<&'a str>> {
        let at = self.words.binary_search_by(|(other, _)| other.as_str().cmp(word)).ok()?;
        let mut start = 0;
        let part = |&end: &usize| &word[std::mem::replace(&mut start, end)..end];
        Some(self.words[at].1.iter().map(part).collect())
    }

    /// Terms, each with its readings in hiragana.
    pub(super) fn readings(&self) -> &BTreeMap<String, Vec<String>> {
        &self.readings
    }

    /// Words of several parts.
    pub(super) fn compounds(&self) -> impl Iterator<Item = &str> {
        let several = self.words.iter().filter(|(_, ends)| ends.len() > 1);
        several.map(|(word, _)| word.as_str())
    }

    /// What is another of other words.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(format!("{:?}", self.words)).into()
    }
}

impl fmt::Debug for SiteWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteWords").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// The columns of a line; none of an empty one, or of a comment.
fn record(line: &str) -> Option<csv::StringRecord> {
    if line.trim().is_empty() || line.starts_with('#') {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .buffer_capacity(line.len() + 1)
        .from_reader(line.as_bytes());
    // Text without an end of line, as this is, always is a record.
    reader.records().find_map(Result::ok)
}

/// A line of a dictionary.
struct Entry {
    is_japanese: bool,
    /// The word in its parts, folded.
    parts: Vec<String>,
    /// How these are read, in hiragana; none, or as many.
    readings: Vec<String>,
}

impl Entry {
    fn read(record: &csv::StringRecord) -> Result<Entry, String> {
        let column = |index: usize| record.get(index).unwrap_or_default();
        let word = folded(column(0));
        let runs = runs(&fold(&word, native_normaliser));
        let [run] = &runs[..] else { return Err(no_word(column(0))) };
        if run.range != (0..word.len()) || word.len() > MAX_TERM_BYTES {
            return Err(no_word(column(0)));
        }
        let mut parts: Vec<String> = column(1).split_whitespace().map(folded).collect();
        if parts.is_empty() {
            parts.push(word.clone());
        }
        if parts.concat() != word {
            return Err(format!("the parts {} are not the word {}", column(1), column(0)));
        }
        if parts.len() > 1 && !run.is_japanese() {
            return Err(format!(
                "{} is no word of kanji and kana, and can have no parts",
                column(0)
            ));
        }
        let readings: Vec<String> =
            column(2).split_whitespace().map(|reading| hiragana(&folded(reading))).collect();
        if let Some(reading) = readings.iter().find(|reading| !reading.chars().all(is_kana)) {
            return Err(format!("the reading {reading} is not kana"));
        }
        if !readings.is_empty() && readings.len() != parts.len() {
            let (readings, parts) = (readings.len(), parts.len());
            return Err(format!("{readings} readings for {parts} parts"));
        }
        Ok(Entry { is_japanese: run.is_japanese(), parts, readings })
    }
}

fn folded(text: &str) -> String {
    fold(text, native_normaliser).text
}

fn no_word(word: &str) -> String {
    let most = MAX_TERM_BYTES / 3;
    format!("{word:?} is no word: at most {most} kanji and kana, or Latin letters, without space")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> SiteWords {
        SiteWords::parse(text).unwrap()
    }

    #[test]
    fn the_longest_word_wins_and_knows_its_parts() {
        let words = words("全文\n全文検索,全文 検索\n\n# 全文検索は\nﾙﾋﾞ\n");
        let longest =
            |text| words.longest(text).map(|(bytes, word)| (bytes, words.part_ends(word)));
        assert_eq!(longest("全文検索は"), Some((12, &[6, 12][..])));
        assert_eq!(longest("全文は"), Some((6, &[6][..])));
        assert_eq!(longest("検索"), None);
        assert_eq!(longest("ルビの").map(|found| found.0), Some(6));
        assert_eq!(longest("ルビー"), None);
        assert_eq!(words.parts("全文検索"), Some(vec!["全文", "検索"]));
        assert_eq!(words.parts("検索"), None);
        assert!(SiteWords::default().longest("全文").is_none());
    }

    #[test]
    fn readings_are_those_of_the_parts() {
        let words =
            words("関西国際空港,関西 国際 空港,カンサイ コクサイ クウコウ\nC++,C++,シープラプラ");
        let read = |term: &str| words.readings().get(term).cloned();
        assert_eq!(read("空港"), Some(vec!["くうこう".to_string()]));
        assert_eq!(read("c++"), Some(vec!["しーぷらぷら".to_string()]));
        assert_eq!(read("関西国際空港"), None);
    }

    #[test]
    fn a_line_at_fault_is_named() {
        for (text, line, message) in [
            ("推し活\nZ世代", 2, "\"Z世代\" is no word"),
            ("推し 活", 1, "is no word"),
            ("\"\"", 1, "is no word"),
            ("推し活,推し 活,オシ", 1, "1 readings for 2 parts"),
            ("推し活,推し活,osikatu", 1, "the reading osikatu is not kana"),
            ("推し活,カスタム名詞,オシカツ", 1, "the parts カスタム名詞 are not the word 推し活"),
            ("getUserMedia,get User Media", 1, "can have no parts"),
        ] {
            let bad = SiteWords::parse(text).unwrap_err();
            assert_eq!(bad.line, line, "{text}");
            assert!(bad.message.contains(message), "{} does not say {message}", bad.message);
        }
    }
}
