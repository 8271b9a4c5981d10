//! Emphasis that works in text written without spaces.
//!
//! CommonMark lets `**` close only where a word seems to end, and takes
//! punctuation inside and a letter outside for the opposite: `**「日本語」**と`
//! shows its asterisks. A noncharacter between the delimiters and such
//! punctuation is neither space nor punctuation to the parser, so that the run
//! opens and closes as it does in `**日本語**と`. [`pad`] puts it in,
//! [`strip`] takes it out of what the parser returns, and [`Padded::at`] turns
//! the parser's offsets back into offsets of the original.

use std::borrow::Cow;

use super::wide::is_cjk;

/// Means nothing in any text: Unicode keeps it for a program's own use.
const SENTINEL: char = '\u{FDD0}';

/// A text with sentinels in it.
pub(super) struct Padded<'a> {
    pub(super) text: Cow<'a, str>,
    /// Where in `text` a sentinel was put, ascending.
    sentinels: Vec<usize>,
}

impl Padded<'_> {
    /// The offset in the original that stands at `at_bytes` of the padded text.
    pub(super) fn at(&self, at_bytes: usize) -> usize {
        let before = self.sentinels.partition_point(|&sentinel| sentinel < at_bytes);
        at_bytes - before * SENTINEL.len_utf8()
    }
}

/// Puts a sentinel wherever Japanese emphasis needs one.
pub(super) fn pad(text: &str) -> Padded<'_> {
    let mut padded = String::new();
    let mut sentinels = Vec::new();
    let mut copied = 0;
    let mut insert = |at_bytes: usize| {
        padded.push_str(&text[copied..at_bytes]);
        sentinels.push(padded.len());
        padded.push(SENTINEL);
        copied = at_bytes;
    };
    for (start, end) in runs(text) {
        let before = text[..start].chars().next_back().filter(|c| !c.is_whitespace());
        let after = text[end..].chars().next().filter(|c| !c.is_whitespace());
        let beside = |near: Option<char>, far: Option<char>| {
            near.is_some_and(|near| {
                is_punctuation(near) && (is_cjk(near) || far.is_some_and(is_cjk))
            })
        };
        if before == Some('\\') {
            continue; // escaped: not a delimiter
        }
        if beside(before, after) {
            insert(start);
        }
        if beside(after, before) {
            insert(end);
        }
    }
    if sentinels.is_empty() {
        return Padded { text: Cow::Borrowed(text), sentinels };
    }
    padded.push_str(&text[copied..]);
    Padded { text: Cow::Owned(padded), sentinels }
}

/// `text` without sentinels.
pub(super) fn strip(text: &str) -> Option<String> {
    text.contains(SENTINEL).then(|| text.replace(SENTINEL, ""))
}

/// The runs of `*`, and of two or more `~`.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes[at..].iter().position(|byte| matches!(byte, b'*' | b'~'))?;
            let delimiter = bytes[start];
            at = start + bytes[start..].iter().take_while(|&&byte| byte == delimiter).count();
            if delimiter == b'*' || at - start >= 2 {
                return Some((start, at));
            }
        }
    })
}

/// May answer true for what is none: a sentinel beside a letter changes nothing.
/// `_`, `~` and `|` are left to the parser, which looks at their neighbours too.
fn is_punctuation(c: char) -> bool {
    match c {
        '_' | '~' | '|' | '*' => false,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{3400}'..='\u{9FFF}' => false,
        _ => c.is_ascii_punctuation() || c > '\u{A0}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_to_the_original() {
        let text = "**「日本語」**と";
        let padded = pad(text);
        assert_eq!(padded.text, "**\u{FDD0}「日本語」\u{FDD0}**と");
        let to = padded.text.find('と').unwrap();
        assert_eq!(&text[padded.at(to)..], "と");
        assert_eq!(padded.at(padded.text.len()), text.len());
        assert_eq!(strip(&padded.text).unwrap(), text);
    }

    #[test]
    fn text_without_need_is_borrowed() {
        for text in ["", "plain *text*.", "日本**語**の", r"\*「x」", "* 「項目」", "1~2「x」"]
        {
            assert!(matches!(pad(text).text, Cow::Borrowed(_)), "{text}");
        }
    }
}
