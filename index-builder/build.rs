//! Repacks IPADIC for the lattice of `analyse::dictionary`, which documents the
//! layout. The crate `lindera-ipadic` carries the dictionary, so nothing is
//! downloaded; of its 70 MB the lattice needs 9.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use lindera_fst::{IntoStreamer, Streamer};

#[path = "src/analyse/trie.rs"]
mod trie;

/// The trie has so many places, for not half as many nodes.
const TRIE_PLACES: usize = 1 << 20;

/// Parts of speech (first level, second level; `*` for any) that carry no
/// content: what only joins, points, or inflects.
const FUNCTION_WORDS: &[(&str, &str)] = &[
    ("助詞", "*"),
    ("助動詞", "*"),
    ("記号", "*"),
    ("接続詞", "*"),
    ("連体詞", "*"),
    ("フィラー", "*"),
    ("感動詞", "*"),
    ("その他", "*"),
    ("名詞", "代名詞"),
    ("名詞", "非自立"),
    ("名詞", "特殊"),
    ("動詞", "非自立"),
    ("動詞", "接尾"),
    ("形容詞", "非自立"),
    ("形容詞", "接尾"),
    ("副詞", "助詞類接続"),
];

/// Verbs that stand in every post and tell nothing.
const EMPTY_VERBS: &[&str] = &["する", "ある", "いる", "なる", "できる", "やる", "いう", "れる"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/analyse/trie.rs");
    let out = std::env::var("OUT_DIR")?;
    let out = Path::new(&out);
    list_engine_files(out)?;
    repack_words(out)?;
    repack_unknown(out)?;
    repack_matrix(out)?;
    Ok(())
}

/// Writes `matrix.bin`, with the costs of one right word beside each other: the
/// lattice asks for those of all that may stand before it.
fn repack_matrix(out: &Path) -> Result<(), Box<dyn Error>> {
    let matrix = lindera_ipadic::connection();
    let ids = matrix.backward_size as usize;
    let mut bytes = matrix.backward_size.to_le_bytes().to_vec();
    for right in 0..ids {
        for left in 0..ids {
            bytes.extend_from_slice(&matrix.costs_data[(left * ids + right) * 2..][..2]);
        }
    }
    std::fs::write(out.join("matrix.bin"), bytes)?;
    Ok(())
}

/// Writes `engine_files.rs`: the browser side's files, if it has been built.
fn list_engine_files(out: &Path) -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../www/dist");
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut names = Vec::new();
    for entry in dist.read_dir().into_iter().flatten() {
        let path = entry?.path();
        if matches!(path.extension().and_then(|e| e.to_str()), Some("js" | "wasm" | "html")) {
            names.push(path);
        }
    }
    names.sort();
    let mut list = String::from("[");
    for path in names {
        let path = path.canonicalize()?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        list += &format!("({name:?}, include_bytes!({path:?}).as_slice()),");
    }
    std::fs::write(out.join("engine_files.rs"), list + "]")?;
    Ok(())
}

/// The most readings of a word that are kept, the likeliest first.
const MAX_READINGS: usize = 4;

/// Writes `words.bin`, `pairs.bin`, `entries.bin`, `bases.txt` and `readings.fst`.
fn repack_words(out: &Path) -> Result<(), Box<dyn Error>> {
    let dictionary = lindera_ipadic::prefix_dict();
    let details =
        Details { index: lindera_ipadic::words_idx_data(), words: lindera_ipadic::words_data() };
    let mut words: Vec<(String, u32)> = Vec::new();
    let mut entries = Vec::new();
    let mut bases = String::new();
    let mut base_at: BTreeMap<String, u32> = BTreeMap::new();
    let mut readings = fst::SetBuilder::memory();
    let mut stream = dictionary.fst.into_stream();
    while let Some((surface, value)) = stream.next() {
        let (first, count) = ((value.value() >> 5) as usize, value.value() & 31);
        let surface = std::str::from_utf8(surface)?;
        words.push((surface.to_string(), (entries.len() / 8) as u32 * 32 + count as u32));
        let mut said: Vec<(i16, String)> = Vec::new();
        for index in first..first + count as usize {
            let entry = &dictionary.vals_data[index * 8..index * 8 + 8];
            let word = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let (pos, base, reading) = details.get(word as usize)?;
            let base = if base == "*" { surface } else { base };
            if is_content(pos, base) && base == surface && has_kanji(surface) {
                said.push((i16::from_le_bytes([entry[4], entry[5]]), hiragana(reading)));
            }
            let code = match is_content(pos, base) {
                false => 0,
                true if base == surface => 1,
                true => *base_at.entry(base.to_string()).or_insert_with(|| {
                    let at = bases.len() as u32;
                    bases.push_str(base);
                    bases.push('\n');
                    at + 2
                }),
            };
            entries.extend_from_slice(&entry[4..8]); // cost, connection id
            entries.extend_from_slice(&code.to_le_bytes());
        }
        // The likelier of two entries has the lower cost.
        said.sort();
        let mut kept: Vec<String> = Vec::new();
        for (_, reading) in said {
            if kept.len() < MAX_READINGS && !kept.contains(&reading) && is_kana(&reading) {
                kept.push(reading);
            }
        }
        kept.sort();
        for reading in kept {
            readings.insert(format!("{surface}\t{reading}"))?;
        }
    }
    std::fs::write(out.join("readings.fst"), readings.into_inner()?)?;
    let surfaces = words.iter().map(|(surface, _)| surface.as_str());
    std::fs::write(out.join("pairs.bin"), trie::pairs(surfaces))?;
    let words = words.iter().map(|(surface, entries)| (surface.as_str(), *entries));
    std::fs::write(out.join("words.bin"), trie::build(words, TRIE_PLACES).concat())?;
    std::fs::write(out.join("entries.bin"), entries)?;
    std::fs::write(out.join("bases.txt"), bases)?;
    Ok(())
}

fn has_kanji(surface: &str) -> bool {
    surface.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '々' | '〆' | '〇'))
}

/// Katakana as hiragana, but for the long vowel mark.
fn hiragana(katakana: &str) -> String {
    let kana = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    };
    katakana.chars().map(kana).collect()
}

fn is_kana(reading: &str) -> bool {
    !reading.is_empty() && reading.chars().all(|c| matches!(c, 'ぁ'..='ゖ' | 'ー'))
}

fn is_content((first, second): PartOfSpeech<'_>, base: &str) -> bool {
    let function = |&(a, b): &(&str, &str)| a == first && (b == "*" || b == second);
    let empty = first == "動詞" && EMPTY_VERBS.contains(&base);
    !empty && !FUNCTION_WORDS.iter().any(function)
}

/// Writes `unknown.bin`: how characters that no word covers are grouped.
fn repack_unknown(out: &Path) -> Result<(), Box<dyn Error>> {
    let characters = lindera_ipadic::char_def();
    let unknown = lindera_ipadic::unknown_dict();
    let mut bytes = vec![characters.categories().len() as u8];
    for (index, name) in characters.categories().iter().enumerate() {
        let category = lindera_core::core::character_definition::CategoryId(index);
        let definition = characters.lookup_definition(category);
        let words = unknown.lookup_word_ids(category);
        bytes.push(definition.invoke as u8);
        bytes.push(definition.group as u8);
        bytes.push(definition.length as u8);
        bytes.push(matches!(name.as_str(), "KANJI" | "KATAKANA" | "HIRAGANA" | "KANJINUMERIC") as u8);
        bytes.push(words.len() as u8);
        for &word in words {
            let entry = unknown.word_entry(word);
            bytes.extend_from_slice(&entry.word_cost.to_le_bytes());
            bytes.extend_from_slice(&entry.cost_id.to_le_bytes());
        }
    }
    let mut last = None;
    for c in (0..0x3_0000).filter_map(char::from_u32) {
        let category =
            characters.lookup_categories(c).first().map_or(0, |category| category.0 as u8);
        if last != Some(category) {
            bytes.extend_from_slice(&(c as u32).to_le_bytes());
            bytes.push(category);
            last = Some(category);
        }
    }
    std::fs::write(out.join("unknown.bin"), bytes)?;
    Ok(())
}

/// The first two levels of a part of speech.
type PartOfSpeech<'a> = (&'a str, &'a str);

/// The features of each word, as `lindera-ipadic` stores them: a count, then
/// strings, each with a 64-bit length before it.
struct Details {
    index: Vec<u8>,
    words: Vec<u8>,
}

impl Details {
    /// The first two levels of the part of speech, the base form, and how the
    /// word is read, in katakana.
    fn get(&self, word: usize) -> Result<(PartOfSpeech<'_>, &str, &str), Box<dyn Error>> {
        let at = &self.index[word * 4..word * 4 + 4];
        let mut at = u32::from_le_bytes(at.try_into()?) as usize;
        let mut fields = Vec::new();
        let count = self.number(&mut at)?;
        for _ in 0..count {
            let bytes = self.number(&mut at)?;
            fields.push(std::str::from_utf8(&self.words[at..at + bytes])?);
            at += bytes;
        }
        let field = |index| fields.get(index).copied().unwrap_or("*");
        Ok(((fields[0], fields[1]), field(6), field(7)))
    }

    fn number(&self, at: &mut usize) -> Result<usize, Box<dyn Error>> {
        let bytes = &self.words[*at..*at + 8];
        *at += 8;
        Ok(u64::from_le_bytes(bytes.try_into()?) as usize)
    }
}
