//! Folding: NFKC and lower case, with the way back to the original text.
//!
//! Text is cut into pieces at *normalisation boundaries*: characters that never
//! compose with what stands before them (UAX #15, section 9.1). Most pieces are
//! one character that folding leaves alone, and are copied. Only the others go
//! to the normaliser, so that its tables need not be in the wasm module: there
//! it is `String.prototype.normalize`.

use std::ops::Range;

/// NFKC, then lower case, of a short piece of text. Natively
/// [`native_normaliser`]; in the browser one call to the platform.
pub type Normaliser = fn(&str) -> String;

/// NFKC and lower case by the tables of `unicode-normalization` and `std`.
#[cfg(not(target_arch = "wasm32"))]
pub fn native_normaliser(piece: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    piece.nfkc().collect::<String>().to_lowercase()
}

/// Folded text and the map from its bytes to those of the original.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// Where in `text` a capital letter stood in the original, ascending, for
    /// splitting identifiers such as `getUserMedia`. ASCII and full-width only.
    pub capitals: Vec<usize>,
    stretches: Vec<Stretch>,
}

/// A part of the folded text that came from one part of the original: byte by
/// byte when `copied`, otherwise as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    folded_at: usize,
    original_at: usize,
    copied: bool,
}

impl Folded {
    /// The bytes of the original that `range` of the folded text came from.
    /// Widened to whole characters where several became one or one several.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let Some(first) = self.stretch(range.start) else { return 0..0 };
        let start = match first.copied {
            true => first.original_at + (range.start - first.folded_at),
            false => first.original_at,
        };
        // The end is the end of the last byte's stretch or place.
        let last_byte = range.end.saturating_sub(1).max(range.start);
        let index = self.stretches.partition_point(|s| s.folded_at <= last_byte) - 1;
        let last = self.stretches[index];
        let end = match last.copied {
            true => last.original_at + (range.end - last.folded_at),
            false => self.stretches.get(index + 1).map_or(last.original_at, |s| s.original_at),
        };
        start..end.max(start)
    }

    fn stretch(&self, folded_at: usize) -> Option<Stretch> {
        let index = self.stretches.partition_point(|s| s.folded_at <= folded_at);
        index.checked_sub(1).map(|index| self.stretches[index])
    }

    fn begin(&mut self, original_at: usize, copied: bool) {
        let goes_on = self.stretches.last().is_some_and(|last| {
            copied
                && last.copied
                && last.original_at + (self.text.len() - last.folded_at) == original_at
        });
        if !goes_on {
            self.stretches.push(Stretch { folded_at: self.text.len(), original_at, copied });
        }
    }
}

/// Folds `text`: NFKC and lower case.
///
/// ```
/// use sakuin::text::{fold, fold::native_normaliser};
/// let folded = fold("ｶﾞ Ｗｅｂ㍿", native_normaliser);
/// assert_eq!(folded.text, "ガ web株式会社");
/// assert_eq!(folded.original(0..3), 0..6); // ガ came from two characters
/// ```
pub fn fold(text: &str, normalise: Normaliser) -> Folded {
    let mut folded = Folded { text: String::with_capacity(text.len()), ..Folded::default() };
    let mut at = 0;
    while at < text.len() {
        let start = folded.text.len();
        let rest = &text[at..];
        let plain = plain_bytes(rest);
        folded.begin(at, plain > 0);
        if plain > 0 {
            folded.text.push_str(&rest[..plain]);
            for (index, byte) in (start..).zip(rest[..plain].bytes()) {
                if byte.is_ascii_uppercase() {
                    folded.capitals.push(index);
                }
            }
            folded.text[start..].make_ascii_lowercase();
            at += plain;
            continue;
        }
        let mut end = rest.len();
        for (index, c) in rest.char_indices() {
            if index == 0 && matches!(c, 'Ａ'..='Ｚ') {
                folded.capitals.push(start);
            }
            if index > 0 && kind(c).0 {
                end = index;
                break;
            }
        }
        folded.text.push_str(&normalise(&rest[..end]));
        at += end;
    }
    folded.begin(text.len(), false);
    folded
}

/// How much of the start of `text` folding leaves alone, but for ASCII case.
fn plain_bytes(text: &str) -> usize {
    let mut last = 0;
    for (at, c) in text.char_indices() {
        match kind(c) {
            (true, true) => last = at,
            (true, false) => return at,
            // It may compose with the one before.
            (false, _) => return last,
        }
    }
    text.len()
}

/// Whether a character is a boundary (never composes with what stands before
/// it), and whether folding leaves it alone (but for ASCII case).
fn kind(c: char) -> (bool, bool) {
    let code = c as u32;
    // Most of what there is, soon told.
    if code < 0x80 || matches!(c, 'ぁ'..='ゖ' | '゠'..='ヾ' | '一'..='\u{9fff}') {
        return (true, true);
    }
    let index = BOUNDARIES.partition_point(|&(first, ..)| first <= code);
    match index.checked_sub(1).map(|index| BOUNDARIES[index]) {
        Some((_, last, stable)) if code <= last => (true, stable),
        _ => (false, false),
    }
}

/// Ranges of boundary characters, and whether each range is left alone by
/// folding. What is in no range goes to the normaliser with its neighbours:
/// that is always right, only slower. A test proves each line.
const BOUNDARIES: &[(u32, u32, bool)] = &[
    (0x00df, 0x00ff, true),   // ß to ÿ
    (0x0410, 0x042f, false),  // А to Я
    (0x0430, 0x045f, true),   // а to џ
    (0x2010, 0x2010, true),   // hyphen
    (0x2012, 0x2016, true),   // dashes
    (0x2018, 0x2023, true),   // quotation marks, bullets
    (0x2100, 0x2149, false),  // letter-like symbols
    (0x2150, 0x2182, false),  // number forms
    (0x2190, 0x22ff, false),  // arrows, mathematical operators
    (0x2460, 0x24ff, false),  // enclosed letters and digits
    (0x2500, 0x26ff, true),   // boxes, shapes, symbols
    (0x3000, 0x3000, false),  // ideographic space
    (0x3001, 0x3029, true),   // 、。「」々〆〇
    (0x3030, 0x3030, true),   // 〰
    (0x3041, 0x3096, true),   // hiragana
    (0x309d, 0x309e, true),   // ゝゞ
    (0x30a0, 0x30fe, true),   // katakana, ・ー
    (0x3200, 0x321e, false),  // ㈱ and its kind
    (0x3220, 0x33ff, false),  // ㊤㌔㍿
    (0x3400, 0x4dbf, true),   // ideographs, extension A
    (0x4e00, 0x9fff, true),   // ideographs
    (0xac00, 0xd7a3, true),   // hangul syllables
    (0xff01, 0xff9d, false),  // full-width Latin, half-width kana
    (0xffe0, 0xffe6, false),  // full-width signs
    (0x20000, 0x2a6df, true), // ideographs, extension B
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

    #[test]
    fn every_boundary_is_one_and_every_stable_character_is_stable() {
        let mut second = BTreeSet::new();
        for c in '\0'..=char::MAX {
            let mut parts = None;
            unicode_normalization::char::decompose_canonical(c, |part| {
                parts = Some(parts.map_or((part, '\0'), |(first, _)| (first, part)));
            });
            if let Some((_, last)) = parts.filter(|&(_, last)| last != '\0') {
                second.insert(last);
            }
        }
        for &(first, last, stable) in BOUNDARIES {
            for c in (first..=last).filter_map(char::from_u32) {
                let starts = c.nfkd().next().unwrap();
                assert_eq!(canonical_combining_class(starts), 0, "U+{:04X}", c as u32);
                assert!(!second.contains(&starts), "U+{:04X} composes", c as u32);
                if stable {
                    assert_eq!(native_normaliser(&c.to_string()), c.to_string());
                }
            }
        }
        assert!(BOUNDARIES.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn folding_in_pieces_equals_folding_the_whole() {
        for text in
            ["ﾊﾟｿｺﾝ か\u{3099}く Å\u{301}b", "Ｉ\u{307}İ㍿①ﬁ", "각\u{1161}ᄀ\u{1161}", "ЙИ\u{306}"]
        {
            assert_eq!(fold(text, native_normaliser).text, native_normaliser(text));
        }
    }

    #[test]
    fn ranges_go_back_to_the_original() {
        let text = "前㍿の検索ＡＢ";
        let folded = fold(text, native_normaliser);
        assert_eq!(folded.text, "前株式会社の検索ab");
        let at = folded.text.find("式").unwrap();
        assert_eq!(&text[folded.original(at..at + 3)], "㍿");
        let at = folded.text.find("検索").unwrap();
        assert_eq!(&text[folded.original(at..at + 6)], "検索");
        let at = folded.text.find("ab").unwrap();
        assert_eq!(&text[folded.original(at..at + 2)], "ＡＢ");
        assert_eq!(&text[folded.original(0..folded.text.len())], text);
        assert_eq!(folded.capitals, [at, at + 1]);
    }
}
