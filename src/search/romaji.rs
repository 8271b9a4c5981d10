//! Japanese typed in Latin letters, to kana.
//!
//! Hepburn, Kunrei and Nihon-shiki at once: where they differ, they use other
//! letters (si and shi, tu and tsu, zya and ja). Long vowels stand as typed; what
//! Hepburn leaves out is tried by [`long_vowels`].

use super::inflection::one_of;

/// What stands before a vowel, and the five syllables it makes.
const ROWS: [(&str, &str); 16] = [
    ("", "あいうえお"),
    ("k", "かきくけこ"),
    ("s", "さしすせそ"),
    ("t", "たちつてと"),
    ("n", "なにぬねの"),
    ("h", "はひふへほ"),
    ("m", "まみむめも"),
    ("y", "やいゆえよ"),
    ("r", "らりるれろ"),
    ("w", "わいうえを"),
    ("g", "がぎぐげご"),
    ("z", "ざじずぜぞ"),
    ("d", "だぢづでど"),
    ("b", "ばびぶべぼ"),
    ("p", "ぱぴぷぺぽ"),
    ("x", "ぁぃぅぇぉ"),
];

/// What makes a syllable of two kana, and the first of them. The second is ゃ, ゅ,
/// ょ or a small vowel; after the last three a small vowel.
const PAIRS: [(&str, char); 22] = [
    ("ky", 'き'),
    ("sy", 'し'),
    ("sh", 'し'),
    ("ty", 'ち'),
    ("ch", 'ち'),
    ("cy", 'ち'),
    ("ny", 'に'),
    ("hy", 'ひ'),
    ("my", 'み'),
    ("ry", 'り'),
    ("gy", 'ぎ'),
    ("zy", 'じ'),
    ("jy", 'じ'),
    ("j", 'じ'),
    ("dy", 'ぢ'),
    ("by", 'び'),
    ("py", 'ぴ'),
    ("th", 'て'),
    ("dh", 'で'),
    ("ts", 'つ'),
    ("f", 'ふ'),
    ("v", 'ゔ'),
];

/// The longest word that is read as kana, in letters.
const MAX_LETTERS: usize = 48;

/// Kana, and what was typed of one syllable more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kana {
    /// Hiragana.
    pub(super) text: String,
    /// The consonants of an unfinished syllable at the end.
    pub(super) tail: String,
}

/// Reads `word`, lower case, as kana; none where it is not romaji.
pub(super) fn kana(word: &str) -> Option<Kana> {
    let mut kana = Kana::default();
    if word.len() > MAX_LETTERS {
        return None;
    }
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let second = after.chars().next();
        if first == '-' && !kana.text.is_empty() {
            kana.text.push('ー');
            rest = after;
            continue;
        }
        let is_n = first == 'n' && second.is_none_or(|c| !one_of("aiueoyāīūēō", c));
        if is_n || (first == 'm' && second.is_some_and(|c| one_of("bpm", c))) {
            kana.text.push('ん');
            // `nn` before a consonant and `n'` are one ん; of `nna` the second
            // begins a syllable.
            let third = after.chars().nth(1);
            let doubled = second == Some('n') && !third.is_some_and(|c| one_of("aiueoy", c));
            rest = if doubled || second == Some('\'') { &after[1..] } else { after };
            continue;
        }
        let doubled = second == Some(first) || (first == 't' && second == Some('c'));
        if doubled && first.is_ascii_alphabetic() && !one_of("aiueo", first) {
            kana.text.push('っ');
            rest = after;
            continue;
        }
        match syllable(rest, &mut kana.text) {
            Some(letters) => rest = &rest[letters..],
            None => {
                let mut onsets =
                    ROWS.iter().map(|row| row.0).chain(PAIRS.iter().map(|pair| pair.0));
                if kana.text.is_empty() || !onsets.any(|onset| onset.starts_with(rest)) {
                    return None;
                }
                kana.tail.push_str(rest);
                rest = "";
            }
        }
    }
    (!kana.text.is_empty()).then_some(kana)
}

/// Reads one syllable: how many bytes it takes.
fn syllable(rest: &str, out: &mut String) -> Option<usize> {
    let (at, c) = rest.char_indices().find(|&(_, c)| vowel(c).is_some())?;
    let onset = &rest[..at];
    let number = vowel(c)?;
    let bytes = at + c.len_utf8();
    let pick = |row: &str| row.chars().nth(number);
    if let Some((_, row)) = ROWS.iter().find(|(letters, _)| *letters == onset) {
        out.extend(pick(row));
        return Some(bytes);
    }
    let index = PAIRS.iter().position(|(letters, _)| *letters == onset)?;
    out.push(PAIRS[index].1);
    // つ, ふ and ゔ are whole with u, て and で with e, the others with i.
    let (small, whole) = match PAIRS.len() - index {
        1..=3 => ("ぁぃぅぇぉ", 2),
        4 | 5 => ("ゃぃゅぇょ", 3),
        _ => ("ゃぃゅぇょ", 1),
    };
    if number != whole {
        out.extend(pick(small));
    }
    Some(bytes)
}

/// The number of a vowel, plain or with a macron.
fn vowel(c: char) -> Option<usize> {
    "aiueoāīūēō".chars().position(|known| known == c).map(|at| at % 5)
}

/// Whether a syllable that starts with `kana` may be what `tail` begins.
pub(super) fn begins(tail: &str, kana: char) -> bool {
    let first = &tail[..1];
    ROWS.iter().any(|(onset, row)| *onset == first && one_of(row, kana))
        || PAIRS.iter().any(|(onset, c)| *c == kana && onset.starts_with(first))
}

/// The most vowels that are tried long.
const MAX_LONG_VOWELS: u32 = 5;

/// Calls `each` with the ways to write `kana` with vowels long that Hepburn
/// leaves short: ときょ gives ときょう, とうきょ, とうきょう and more.
pub(super) fn long_vowels(kana: &str, each: &mut dyn FnMut(&str)) {
    let mut ways = vec![String::new()];
    let mut left = MAX_LONG_VOWELS;
    let mut rest = kana.chars().peekable();
    while let Some(c) = rest.next() {
        ways.iter_mut().for_each(|way| way.push(c));
        // A small kana belongs to this syllable: its vowel counts.
        if left == 0 || rest.peek().is_some_and(|next| one_of("ゃゅょ", *next)) {
            continue;
        }
        let longer: &[char] = if one_of("おこそとのほもよろごぞどぼぽょ", c) {
            &['う', 'お']
        } else if one_of("うくすつぬふむゆるぐずぶぷゅ", c) {
            &['う']
        } else {
            continue;
        };
        left -= 1;
        let short = ways.len();
        for index in 0..short {
            for &vowel in longer {
                let way = ways[index].clone();
                ways.push(way + vowel.encode_utf8(&mut [0; 4]));
            }
        }
    }
    ways.iter().skip(1).for_each(|way| each(way));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str) -> String {
        kana(word).map_or("-".to_string(), |kana| kana.text + "|" + &kana.tail)
    }

    #[test]
    fn three_systems_are_one() {
        for (words, expected) in [
            (&["kensaku"][..], "けんさく|"),
            (&["sinbun", "shimbun", "shinbun", "sinnbunn"], "しんぶん|"),
            (&["tya", "cha", "cya"], "ちゃ|"),
            (&["zyisyo", "jisho", "zisyo"], "じしょ|"),
            (&["matcha", "maccha", "mattya"], "まっちゃ|"),
            (&["fuji", "huzi"], "ふじ|"),
            (&["konna"], "こんな|"),
            (&["shin'you"], "しんよう|"),
            (&["tōkyō"], "ときょ|"),
            (&["sa-ba-"], "さーばー|"),
            (&["dhisupurei"], "でぃすぷれい|"),
            (&["pa-thi-"], "ぱーてぃー|"),
            (&["kensak", "kensak"], "けんさ|k"),
            (&["shinky"], "しん|ky"),
            (&["search", "xyz", "rust", "k", "-a"], "-"),
        ] {
            for word in words {
                assert_eq!(read(word), expected, "{word}");
            }
        }
    }

    #[test]
    fn vowels_that_hepburn_leaves_short_are_tried_long() {
        let mut ways = Vec::new();
        long_vowels("ときょ", &mut |way| ways.push(way.to_string()));
        assert!(ways.contains(&"とうきょう".to_string()), "{ways:?}");
        assert!(ways.len() < 3usize.pow(MAX_LONG_VOWELS));
    }

    #[test]
    fn a_tail_begins_a_row() {
        assert!(begins("k", 'く') && begins("sh", 'し') && begins("ky", 'き') && begins("j", 'じ'));
        assert!(!begins("k", 'さ'));
    }
}
