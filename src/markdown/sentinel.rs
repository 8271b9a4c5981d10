//! What the parser is spared and what it is helped with: sentinels in the text.
//!
//! CommonMark lets `**` close only where a word seems to end, and takes
//! punctuation inside and a letter outside for the opposite: `**「日本語」**と`
//! shows its asterisks. A noncharacter between the delimiters and such
//! punctuation is neither space nor punctuation to the parser, so that the run
//! opens and closes as it does in `**日本語**と`.
//!
//! The parser goes through all open quotes and lists for each line, so that a
//! line of 5,000 `>` makes each line after it dear. A sentinel after the first
//! [`MAX_CONTAINERS`] ends the markers.
//!
//! [`pad`] puts sentinels in, [`strip`] takes them out of what the parser
//! returns, and [`Padded::at`] turns the parser's offsets back into offsets of
//! the original.

use std::borrow::Cow;

use super::wide::is_cjk;

/// Means nothing in any text: Unicode keeps it for a program's own use.
const SENTINEL: char = '\u{FDD0}';

/// Quotes and list items that one line may open. Pages show 64 levels at most.
const MAX_CONTAINERS: usize = 100;

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

/// Puts sentinels where Japanese emphasis or too many markers need them.
pub(super) fn pad(text: &str) -> Padded<'_> {
    let too_deep = too_deep(text);
    let mut at = 0;
    let mut places = Vec::new();
    for (start, end) in runs(text) {
        while let Some(&place) = too_deep.get(at).filter(|&&place| place < start) {
            places.push(place);
            at += 1;
        }
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
            places.push(start);
        }
        if beside(after, before) {
            places.push(end);
        }
    }
    places.extend_from_slice(&too_deep[at..]);
    put(text, places)
}

/// Puts sentinels where too many markers need them. Quotes beside Japanese
/// emphasis stay what they are.
pub(super) fn pad_markers(text: &str) -> Padded<'_> {
    put(text, too_deep(text))
}

fn put(text: &str, places: Vec<usize>) -> Padded<'_> {
    let mut sentinels = Vec::with_capacity(places.len());
    if places.is_empty() {
        return Padded { text: Cow::Borrowed(text), sentinels };
    }
    let mut padded = String::with_capacity(text.len() + places.len() * SENTINEL.len_utf8());
    let mut copied = 0;
    for place in places {
        padded.push_str(&text[copied..place]);
        sentinels.push(padded.len());
        padded.push(SENTINEL);
        copied = place;
    }
    padded.push_str(&text[copied..]);
    Padded { text: Cow::Owned(padded), sentinels }
}

/// Where lines open more than [`MAX_CONTAINERS`], after the last that may.
fn too_deep(text: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let line = &rest[..rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len())];
        // Each marker takes a byte at least, with or without a space.
        if line.len() > MAX_CONTAINERS && !is_rule(line) {
            let mut rest = line;
            let count = std::iter::from_fn(|| {
                rest = after_marker(rest)?;
                Some(())
            });
            if count.take(MAX_CONTAINERS).count() == MAX_CONTAINERS {
                places.push(start + line.len() - rest.len());
            }
        }
        start += line.len() + 1;
    }
    places
}

/// Whether the line is of one sign, and so a rule between two parts of a text.
fn is_rule(line: &str) -> bool {
    let is_of = |sign: &u8| line.bytes().all(|byte| byte == *sign || byte.is_ascii_whitespace());
    b"-*_".iter().any(is_of)
}

/// What follows the marker of a quote or a list item that `line` starts with.
fn after_marker(line: &str) -> Option<&str> {
    let line = line.trim_ascii_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = line.bytes().skip(digits);
    let is_item = match rest.next()? {
        b'>' => return line.strip_prefix('>'),
        b'.' | b')' => digits > 0,
        b'-' | b'*' | b'+' | b':' => digits == 0,
        _ => false,
    };
    (is_item && matches!(rest.next(), Some(b' ' | b'\t'))).then(|| &line[digits + 1..])
}

/// `text` without sentinels, if it has any.
pub(super) fn strip(text: &str) -> Option<String> {
    let has_any = text.chars().any(|c| c == SENTINEL);
    has_any.then(|| text.chars().filter(|&c| c != SENTINEL).collect())
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

    #[test]
    fn a_line_opens_a_hundred_containers_at_most() {
        for (marker, rest) in [("> ", ">"), (">", ">>"), ("- ", "- a"), ("12) ", "1. ")] {
            let text = format!("a\n{}{rest}", marker.repeat(MAX_CONTAINERS));
            let cut = text.len() - rest.len() - usize::from(marker.ends_with(' '));
            assert_eq!(pad(&text).sentinels, [cut], "{marker}");
        }
        assert_eq!(pad(&"* ".repeat(200)).sentinels, [0; 0]);
    }
}
