//! Joining the lines of a paragraph, and the terms of neighbours.

/// Whether `c` is written without spaces around it, and takes the width of two
/// Latin letters: ideographs, kana, bopomofo, their punctuation, and full- and
/// half-width forms. A line break between two of them shows nothing.
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{312F}'
        | '\u{3190}'..='\u{A4CF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF01}'..='\u{FF9F}'
        | '\u{FFE0}'..='\u{FFEE}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// Appends `more` to `text` as the page shows it: white space in a row is one
/// space, and a line break between wide characters is nothing.
pub fn push_joined(text: &mut String, more: &str) {
    let mut rest = more;
    while let Some(&first) = rest.as_bytes().first() {
        let space = is_space(first);
        let end = rest.bytes().position(|byte| is_space(byte) != space).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        if space {
            let wide = |c: Option<char>| c.is_some_and(is_wide);
            let between_wide = wide(text.chars().next_back()) && wide(rest.chars().next());
            let vanishes = between_wide && part.as_bytes().contains(&b'\n');
            if !vanishes && !text.ends_with(' ') {
                text.push(' ');
            }
        } else {
            text.push_str(part);
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Marks a bridge among the terms; no word holds it.
pub const BRIDGE: char = '\u{1}';

/// Stands in the lexicon between another way to write a term and the term, as in
/// けんさく|検索; no word holds it.
pub const ALIAS: char = '\u{2}';

/// The bridge of two neighbours with nothing between them: the first character of
/// the right, and the last of the left. It stands in for their positions, so that
/// 全文|検索 is told from a post that holds both words apart; among the terms it
/// stands where its right word does, so that who looks for that has it.
///
/// ```
/// assert_eq!(sakuin::text::line::bridge("全文", "検索"), Some("検\u{1}文".to_string()));
/// ```
pub fn bridge(left: &str, right: &str) -> Option<String> {
    Some([right.chars().next()?, BRIDGE, left.chars().next_back()?].iter().collect())
}

/// The two characters of a bridge in the order of the text.
///
/// ```
/// assert_eq!(sakuin::text::line::bridge_ends("検\u{1}文"), "文検");
/// ```
pub fn bridge_ends(bridge: &str) -> String {
    bridge.chars().rev().filter(|&c| c != BRIDGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_lines_join_without_a_space_and_english_ones_with() {
        let mut text = String::new();
        push_joined(&mut text, "全文\n検索は、\r\n  Rust\nand  wasm\nで");
        assert_eq!(text, "全文検索は、 Rust and wasm で");
    }
}
