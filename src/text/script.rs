//! The script of a character, as far as cutting words needs it.

/// What a character is, after folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// An ideograph, or a mark that stands for one (々, 〆, 〇).
    Kanji,
    /// Hiragana.
    Hiragana,
    /// Katakana, with the long vowel mark ー.
    Katakana,
    /// A decimal digit 0 to 9.
    Digit,
    /// A letter of any other script.
    Letter,
    /// Anything else: space, punctuation, symbols, emoji.
    Other,
}

impl Script {
    /// Whether words of this script stand without spaces between them.
    pub fn is_japanese(self) -> bool {
        matches!(self, Script::Kanji | Script::Hiragana | Script::Katakana)
    }

    /// Whether the character belongs to a word written with spaces.
    pub fn is_word(self) -> bool {
        matches!(self, Script::Digit | Script::Letter)
    }
}

/// The script of `c`. Unassigned characters count as letters, so that the
/// answer needs no Unicode table and never changes.
pub fn script(c: char) -> Script {
    match c {
        '0'..='9' => Script::Digit,
        'a'..='z' | 'A'..='Z' => Script::Letter,
        '\0'..='\u{7f}' => Script::Other,
        '\u{3041}'..='\u{3096}' | 'ゝ' | 'ゞ' => Script::Hiragana,
        '\u{30a1}'..='\u{30fa}' | 'ー' | 'ヽ' | 'ヾ' => Script::Katakana,
        '々' | '〆' | '〇' => Script::Kanji,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
            Script::Kanji
        }
        '\u{20000}'..='\u{3ffff}' => Script::Kanji,
        'ª' | 'µ' | 'º' => Script::Letter,
        '\u{80}'..='\u{bf}' | '×' | '÷' => Script::Other,
        '\u{2000}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{303f}' => {
            Script::Other
        }
        '\u{3099}'..='\u{309c}' | '\u{30a0}' | '・' | '\u{3200}'..='\u{33ff}' => Script::Other,
        '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}' | '\u{feff}' => Script::Other,
        '\u{ff00}'..='\u{ffff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'.. => Script::Other,
        _ => Script::Letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_a_mixed_line() {
        let scripts: Vec<Script> = "検さサーa1é。々가".chars().map(script).collect();
        use Script::*;
        assert_eq!(
            scripts,
            [Kanji, Hiragana, Katakana, Katakana, Letter, Digit, Letter, Other, Kanji, Letter]
        );
    }
}
