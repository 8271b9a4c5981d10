//! Aliases: other ways to write the terms of an index, so that one finds the
//! other. Each is made by rule from the terms at hand and the dictionary.
//!
//! | alias                         | of                  | by                                |
//! |-------------------------------|---------------------|-----------------------------------|
//! | けんさく                       | 検索                | how the dictionary reads it       |
//! | 検索                           | けんさく, ケンサク   | the same, where both are terms    |
//! | りんご, リンゴ                 | each other          | the other kana, both terms        |
//! | 引越し, 引っ越し, お出掛け, おでかけ | each other     | one reading; of the kanji of one, those of the other in their order |
//! | インタフェース, インターフェイス | each other          | the same but for long vowels and small kana |
//! | 引越し, 受付                   | 引っ越し, 受け付け   | kana between kanji left out, or all; where only that is a term |
//! | バイオリン                     | ヴァイオリン         | ヴ with a vowel, where only that is a term |
//!
//! A long vowel at the end (サーバ, サーバー) needs no alias: a query tries both.

use std::collections::{BTreeMap, BTreeSet};

use sakuin::format::lexicon::is_word;
use sakuin::text::kana::{hiragana, is_kana, katakana};
use sakuin::text::line::ALIAS;

use super::dictionary::DICTIONARY;

/// More terms of one reading are too many to be meant.
const MAX_SAME: usize = 24;

/// The aliases of terms with their document frequencies, in order, each with the
/// frequency of its term.
pub fn aliases<'a>(terms: impl Iterator<Item = (&'a str, u32)>) -> Vec<(String, u32)> {
    let terms: BTreeMap<&str, u32> = terms.filter(|(term, _)| is_japanese(term)).collect();
    let mut pairs: BTreeSet<(String, &str)> = BTreeSet::new();
    let mut read: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut sounds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for &term in terms.keys() {
        if term.chars().all(is_kana) {
            let other = if term.starts_with(is_hiragana) { katakana(term) } else { hiragana(term) };
            if terms.contains_key(other.as_str()) {
                pairs.insert((other, term));
            }
            if !term.chars().any(is_hiragana) {
                sounds.entry(sound(term)).or_default().push(term);
            }
            continue;
        }
        let readings = DICTIONARY.readings(term);
        if !readings.is_empty() {
            let short = shorter(term).into_iter().filter(|short| !terms.contains_key(&**short));
            pairs.extend(short.map(|short| (short, term)));
        }
        for reading in readings {
            for way in [katakana(&reading), reading.clone()] {
                if let Some((&way, _)) = terms.get_key_value(way.as_str()) {
                    pairs.insert((term.to_string(), way));
                }
            }
            pairs.insert((reading.clone(), term));
            read.entry(reading).or_default().push(term);
        }
    }
    for same in read.values().filter(|same| same.len() <= MAX_SAME) {
        for &one in same {
            let others = same.iter().filter(|other| **other != one && are_variants(one, other));
            pairs.extend(others.map(|other| (one.to_string(), *other)));
        }
    }
    // A long vowel alone sounds like nothing.
    sounds.remove("");
    for same in sounds.values() {
        for &one in same.iter().take(MAX_SAME) {
            let others = same.iter().filter(|other| **other != one).take(MAX_SAME);
            pairs.extend(others.map(|other| (one.to_string(), *other)));
            let plain = one.replace("ヴァ", "バ").replace("ヴィ", "ビ");
            let plain = plain.replace("ヴェ", "ベ").replace("ヴォ", "ボ").replace('ヴ', "ブ");
            if one.contains('ヴ') && !terms.contains_key(plain.as_str()) {
                pairs.insert((plain, one));
            }
        }
    }
    let entry = |(alias, term): (String, &str)| (format!("{alias}{ALIAS}{term}"), terms[term]);
    pairs.into_iter().map(entry).filter(|(alias, _)| alias.len() < 256).collect()
}

fn is_japanese(term: &str) -> bool {
    let wide = |c: char| is_kana(c) || matches!(c, '\u{3400}'..='\u{9fff}' | '々' | '〆' | '〇');
    is_word(term) && term.chars().all(wide)
}

fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ')
}

/// A word without its kana between kanji, and without any, where these differ.
fn shorter(term: &str) -> Vec<String> {
    let is_kanji = |c: char| !is_kana(c);
    let kanji: String = term.chars().filter(|c| is_kanji(*c)).collect();
    if kanji.chars().count() < 2 || !term.starts_with(is_kanji) {
        return Vec::new();
    }
    let tail = term.trim_start_matches(|c| !is_hiragana(c));
    let tail = tail.rfind(is_kanji).map_or(tail, |at| {
        let last = tail[at..].chars().next().map_or(0, char::len_utf8);
        &tail[at + last..]
    });
    let mut shorter = vec![format!("{kanji}{tail}"), kanji];
    shorter.retain(|short| short != term);
    shorter.dedup();
    shorter
}

/// Katakana without what loan words are spelled with or without.
fn sound(term: &str) -> String {
    let mut sound = String::new();
    let mut chars = term.chars().peekable();
    while let Some(c) = chars.next() {
        let small = chars.peek().copied().and_then(|next| "ァィゥェォ".find(next));
        match (c, small) {
            ('ー', _) => continue,
            ('ヴ', Some(at)) => {
                chars.next();
                sound.extend("バビブベボ".chars().nth(at / 3));
            }
            ('ヴ', None) => sound.push('ブ'),
            ('ヂ', _) => sound.push('ジ'),
            ('ヅ', _) => sound.push('ズ'),
            ('ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ', _) => sound.extend(vowel(c)),
            ('ヮ', _) => sound.push('ワ'),
            _ => sound.push(c),
        }
    }
    // A vowel that only makes the one before it long: エイ and エー, オウ and オー.
    let long = |(before, c): (char, char)| match c {
        'イ' => "ケセテネヘメレゲゼデベペェエイフ".contains(before),
        'ウ' => "コソトノホモヨロゴゾドボポョオ".contains(before),
        _ => false,
    };
    let before = ['\0'].into_iter().chain(sound.chars());
    before.zip(sound.chars()).filter(|pair| !long(*pair)).map(|(_, c)| c).collect()
}

/// A small vowel, whole.
fn vowel(small: char) -> Option<char> {
    char::from_u32(small as u32 + 1)
}

/// Whether two words that are read the same are one word: the kanji of one are
/// among those of the other, in their order.
fn are_variants(one: &str, other: &str) -> bool {
    let kanji = |word: &str| word.chars().filter(|c| !is_kana(*c)).collect::<Vec<char>>();
    let (mut fewer, mut more) = (kanji(one), kanji(other));
    if fewer.len() > more.len() {
        std::mem::swap(&mut fewer, &mut more);
    }
    let mut rest = more.iter();
    !fewer.is_empty() && fewer.iter().all(|c| rest.any(|d| c == d))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Vec<String> {
        let aliases = aliases(words.iter().map(|&word| (word, 1)));
        aliases.into_iter().map(|(alias, _)| alias.replace(ALIAS, "=")).collect()
    }

    #[test]
    fn words_are_found_by_their_reading() {
        assert_eq!(of(&["検索"]), ["けんさく=検索"]);
        assert_eq!(of(&["曖昧", "あいまい"]), ["あいまい=曖昧", "曖昧=あいまい"]);
        assert!(of(&["市場"]).contains(&"いちば=市場".to_string()));
        assert_eq!(of(&["rust", "\u{1}文検"]), Vec::<String>::new());
    }

    #[test]
    fn variants_find_each_other() {
        for [one, other] in [
            ["引越し", "引っ越し"],
            ["りんご", "リンゴ"],
            ["インタフェース", "インターフェイス"],
            ["ウイルス", "ウィルス"],
            ["バイオリン", "ヴァイオリン"],
        ] {
            let aliases = of(&[one, other]);
            for pair in [format!("{one}={other}"), format!("{other}={one}")] {
                assert!(aliases.contains(&pair), "{pair} not in {aliases:?}");
            }
        }
        for short in ["引越し", "引越"] {
            assert!(of(&["引っ越し"]).contains(&format!("{short}=引っ越し")));
        }
        assert!(of(&["ヴァイオリン"]).contains(&"バイオリン=ヴァイオリン".to_string()));
        let homophones = of(&["機会", "機械"]);
        assert!(!homophones.contains(&"機会=機械".to_string()), "{homophones:?}");
    }
}
