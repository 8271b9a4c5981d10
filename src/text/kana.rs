//! Hiragana and katakana, the two ways to write the same syllables.

/// `text` with katakana as hiragana. The long vowel mark stays.
///
/// ```
/// use sakuin::text::kana::{hiragana, katakana};
/// assert_eq!(hiragana("検索エンジンー"), "検索えんじんー");
/// assert_eq!(katakana("けんさくゔ"), "ケンサクヴ");
/// ```
pub fn hiragana(text: &str) -> String {
    text.chars().map(|c| if matches!(c, 'ァ'..='ヶ') { shifted(c, -OFFSET) } else { c }).collect()
}

/// `text` with hiragana as katakana.
pub fn katakana(text: &str) -> String {
    text.chars().map(|c| if matches!(c, 'ぁ'..='ゖ') { shifted(c, OFFSET) } else { c }).collect()
}

/// Whether `c` is hiragana, katakana, or the long vowel mark.
pub fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

/// Katakana stand this far behind hiragana.
const OFFSET: i32 = 'ァ' as i32 - 'ぁ' as i32;

fn shifted(c: char, by: i32) -> char {
    char::from_u32((c as u32).wrapping_add_signed(by)).unwrap_or(c)
}
