//! Which characters count as Chinese or Japanese, for emphasis and line breaks.

use crate::text::line::is_wide;

/// Whether a soft line break between these two characters shows as nothing.
///
/// Japanese and Chinese are written without spaces, so a break between two of
/// their characters only folds the source. Korean keeps its spaces.
pub fn soft_break_vanishes(before: char, after: char) -> bool {
    is_wide(before) && is_wide(after)
}

/// [`is_wide`] and Hangul: what CJK-friendly emphasis looks at.
pub(crate) fn is_cjk(c: char) -> bool {
    is_wide(c)
        || matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_breaks_between_two_wide_characters_vanish() {
        for (before, after, vanishes) in [
            ('本', '語', true),
            ('。', 'と', true),
            ('ー', '「', true),
            ('ｶ', 'ﾅ', true),
            ('本', 'a', false),
            ('a', '本', false),
            ('한', '국', false),
            ('a', 'b', false),
        ] {
            assert_eq!(soft_break_vanishes(before, after), vanishes, "{before}{after}");
        }
    }
}
