//! Heading ids, equal to the ones that Hugo gives.
//!
//! Hugo's default (`autoHeadingIDType = "github"`) builds an id from the
//! heading as written, Markdown and all, and from the last line of one that
//! spans lines: letters and digits of any script in lower case, `_` and `-` as
//! they are, `-` for a space, and nothing for anything else. A link from
//! elsewhere finds its heading only while these rules are kept to the letter.
//!
//! The rules need tables of all scripts, and the ids given before. The builder
//! has both, and writes an id out (`## Éa {#éa}`) where [`short`], which is all
//! that the browser knows, would give another: see [`write_ids`].

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::letters::{is_digit, is_letter, lower};
use super::pieces::{Piece, Ranged};

/// Gives the headings of one post their ids, which must be asked for in order.
#[derive(Default)]
struct Anchors {
    /// The ids given, with the number to try next after each.
    given: BTreeMap<String, u32>,
}

impl Anchors {
    /// The id of the heading written as `source`, without its marker and
    /// attributes. `chosen` is the id that the author gave it.
    fn heading(&mut self, source: &str, chosen: Option<&str>) -> String {
        let chosen = chosen.map(clean).filter(|id| !id.is_empty());
        if let Some(id) = chosen {
            self.given.entry(id.clone()).or_insert(1);
            return id;
        }
        let letter = |c| (is_letter(c) || is_digit(c)).then(|| lower(c));
        let mut id = slug(source.trim(), letter);
        if id.is_empty() {
            id.push_str("heading");
        }
        let Some(next) = self.given.get(&id).copied() else {
            self.given.insert(id.clone(), 1);
            return id;
        };
        let free = (next..u32::MAX)
            .map(|number| (number, [&id, "-", &number.to_string()].concat()))
            .find(|(_, numbered)| !self.given.contains_key(numbered));
        if let Some((number, numbered)) = free {
            self.given.insert(id, number + 1);
            self.given.insert(numbered.clone(), 1);
            return numbered;
        }
        id
    }
}

/// An id from an author, without what would break it apart in a URL or a list,
/// and at most 1,000 characters of it.
pub(crate) fn clean(id: &str) -> String {
    id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(1_000).collect()
}

/// Bytes of the marker that `heading` starts with, with the spaces after it.
pub(super) fn opening(heading: &str) -> usize {
    let bytes = heading.as_bytes();
    let marker = run(bytes, |byte| byte == b'#');
    match bytes[marker..].first() {
        Some(b' ' | b'\t' | b'\n') | None if marker > 0 => {
            marker + run(&bytes[marker..], |byte| matches!(byte, b' ' | b'\t'))
        }
        _ => 0,
    }
}

/// Whether `block` is in braces and holds attributes of a heading as Hugo reads
/// them: `#id`, `.class` and `name=value`.
pub(super) fn is_attributes(block: &str) -> bool {
    let [b'{', rest @ .., b'}'] = block.trim_ascii().as_bytes() else { return false };
    let parts = |byte: u8| byte == b',' || byte.is_ascii_whitespace();
    let mut rest = rest;
    loop {
        rest = &rest[run(rest, parts)..];
        let word = &rest[..run(rest, |byte| !parts(byte))];
        let Some(first) = word.first() else { return true };
        let name = run(word, |byte| byte != b'=');
        let is_name = matches!(first, b'#' | b'.') && word.len() > 1;
        let value = word.get(name + 1).filter(|_| first.is_ascii_alphabetic());
        let len = match value {
            // What is in quotes or brackets may hold spaces.
            Some(open @ (b'"' | b'[')) => {
                let inside = &rest[name + 2..];
                let close = if *open == b'[' { b']' } else { b'"' };
                match run(inside, |byte| byte != close) {
                    len if len == inside.len() => return false,
                    len => name + 2 + len + 1,
                }
            }
            Some(_) => word.len(),
            None if is_name => word.len(),
            None => return false,
        };
        rest = &rest[len..];
    }
}

/// How many bytes at the start are of a kind.
fn run(bytes: &[u8], kind: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&byte| kind(byte)).count()
}

/// The id of the heading written as `source`, if it is of ASCII, kana, kanji and
/// hangul, and the first of its text.
pub(super) fn short(source: &str) -> String {
    let id = slug(source, |c| match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => Some(c.to_ascii_lowercase()),
        '々' | '〆' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー'..='ヾ' => Some(c),
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '가'..='힣' => Some(c),
        _ => None,
    });
    if id.is_empty() { "heading".to_owned() } else { id }
}

/// Hugo's ids of the headings of `text`, in order.
pub(super) fn hugo_ids(text: &str, pieces: &[Ranged<'_>]) -> Vec<String> {
    let mut anchors = Anchors::default();
    let id = |heading: Heading<'_>| anchors.heading(heading.source, heading.chosen());
    headings(text, pieces).into_iter().map(id).collect()
}

/// `text` with its id in `ids` on each heading that would get another, if there is
/// one. Where there are more or fewer headings than ids, with its own.
pub(super) fn write_ids(text: &str, pieces: &[Ranged<'_>], mut ids: Vec<String>) -> Option<String> {
    let headings = headings(text, pieces);
    if headings.len() != ids.len() {
        ids = hugo_ids(text, pieces);
    }
    if headings.iter().map(|heading| &heading.given).eq(&ids) {
        return None;
    }
    let mut out = String::new();
    let mut copied = 0;
    for (heading, id) in headings.into_iter().zip(ids) {
        if heading.given == id {
            continue;
        }
        let at =
            heading.rest_start + heading.block().map_or(heading.rest.trim_end().len(), |at| at + 1);
        out.push_str(&text[copied..at]);
        copied = at;
        out.push_str(&match heading.block() {
            Some(_) => format!("#{id} "),
            None => format!(" {{#{id}}}"),
        });
    }
    out.push_str(&text[copied..]);
    Some(out)
}

/// A heading as it is written.
struct Heading<'a> {
    /// The id that the browser gives it.
    given: String,
    /// Without its marker and attributes.
    source: &'a str,
    /// The rest of its last line: attributes, and number signs at its end.
    rest: &'a str,
    rest_start: usize,
}

impl Heading<'_> {
    /// Where in `rest` its attributes start, if it has any.
    fn block(&self) -> Option<usize> {
        self.rest.find('{')
    }

    /// The id that its author gave it.
    fn chosen(&self) -> Option<&str> {
        let block = &self.rest[self.block()? + 1..];
        let mut parts = block[..block.find('}')?].split_ascii_whitespace().rev();
        parts.find_map(|part| part.strip_prefix('#'))
    }
}

fn headings<'a>(text: &'a str, pieces: &[Ranged<'_>]) -> Vec<Heading<'a>> {
    let mut headings = Vec::new();
    // The id of one that is open, and where its own text starts and ends.
    let mut open: Option<(String, Range<usize>)> = None;
    for (piece, range) in pieces.iter().map(|(piece, range)| (piece, range.clone())) {
        match piece {
            Piece::Markdown(Event::Start(Tag::Heading { id, .. })) => {
                let start = range.start + opening(text.get(range).unwrap_or_default());
                open = Some((id.as_deref().unwrap_or_default().to_owned(), start..start));
            }
            Piece::Markdown(Event::End(TagEnd::Heading(_))) => {
                let Some((given, inner)) = open.take() else { continue };
                let source = text.get(inner.clone()).unwrap_or_default();
                let rest = text.get(inner.end..range.end).unwrap_or_default();
                let rest = rest.split('\n').next().unwrap_or_default();
                headings.push(Heading { given, source, rest, rest_start: inner.end });
            }
            _ => {
                if let Some((_, inner)) = &mut open {
                    inner.end = inner.end.max(range.end);
                }
            }
        }
    }
    headings
}

/// The letters of `source`, as `letter` writes them, and what joins them.
fn slug(source: &str, letter: impl Fn(char) -> Option<char>) -> String {
    let source = source.trim_ascii();
    let line = source.bytes().rposition(|byte| byte == b'\n').map_or(0, |end| end + 1);
    let line = source[line..].trim_ascii_start();
    let mut id = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '-' | ' ' => id.push('-'),
            '_' => id.push(c),
            _ => id.extend(letter(c)),
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Source;
    use super::*;

    #[test]
    fn ids_are_hugos() {
        for (heading, id) in [
            ("Hello, World!", "hello-world"),
            ("日本語の見出し：その１", "日本語の見出しその１"),
            ("Foo [bar](http://x.y/)", "foo-barhttpxy"),
            ("`code` and *emphasis* and _this_", "code-and-emphasis-and-_this_"),
            ("a - b--c", "a---b--c"),
            ("First\nlast line", "last-line"),
            ("C++ & C#", "c--c"),
            ("ÀÉ ΣΑΣ Ж İ", "àé-σασ-ж-i"),
            ("😀 ok ①Ⅳⅸ", "-ok-"),
            ("か\u{3099}き", "かき"),
            ("ค\u{e31}น ४२", "คน-४२"),
            ("全角　空白", "全角空白"),
            ("　 前後 　", "前後"),
            ("a \tb", "a-b"),
            ("!?", "heading"),
            ("", "heading"),
        ] {
            assert_eq!(Anchors::default().heading(heading, None), id, "{heading}");
        }
    }

    #[test]
    fn equal_headings_are_numbered() {
        let mut anchors = Anchors::default();
        let mut id = |heading: &str| anchors.heading(heading, None);
        assert_eq!(
            ["A", "a", "a 1", "A", ""].map(&mut id),
            ["a", "a-1", "a-1-1", "a-2", "heading"]
        );
        assert_eq!(anchors.heading("x", Some("a b\n")), "ab");
        assert_eq!(anchors.heading("AB", None), "ab-1");
    }

    #[test]
    fn ids_that_the_browser_cannot_tell_are_written_out() {
        for (text, written) in [
            ("## 全文検索の仕組み、 A-b `c`", "## 全文検索の仕組み、 A-b `c`"),
            ("# É *a*", "# É *a* {#é-a}"),
            ("# É #", "# É # {#é}"),
            ("# É {.x}", "# É {#é .x}"),
            ("# É {#x}\n\n# x", "# É {#x}\n\n# x {#x-1}"),
            ("Ж\nЗ\n===", "Ж\nЗ {#з}\n==="),
            ("> - # １\n> - # １", "> - # １ {#１}\n> - # １ {#１-1}"),
            ("# a\n# a\n# a-1\n", "# a\n# a {#a-1}\n# a-1 {#a-1-1}\n"),
            ("# !?\n\n# ！？\n", "# !?\n\n# ！？ {#heading-1}\n"),
            ("#\n\n## ##\n", "#\n\n## ## {#heading-1}\n"),
            ("# É {b}", "# É {b} {#é-b}"),
        ] {
            let with_ids = |text: &str| {
                let source = Source::new(text);
                let pieces: Vec<_> = source.pieces().collect();
                write_ids(text, &pieces, hugo_ids(text, &pieces))
            };
            assert_eq!(with_ids(text).as_deref().unwrap_or(text), written, "{text}");
            // Nothing to write any more: both rules give the same ids.
            assert_eq!(with_ids(written), None, "{text}");
        }
    }
    #[test]
    fn attributes_are_hugos() {
        for block in [
            "{}",
            "{#a}",
            "{.b}",
            "{ .b }",
            "{.a,.b}",
            "{#日本}",
            "{k=v}",
            "{k=\"v w\" .b}",
            "{k=[1, 2]}",
            "{a:b=c, m=1.5}",
        ] {
            assert!(is_attributes(block), "{block}");
        }
        for block in [
            "{n}", "{id}", "{.x id}", "{#y id}", "{1, 2}", "{=v}", "{k=}", "{1=2}", "{# x}",
            "{日本}", "{x.y}", "{k=\"v",
        ] {
            assert!(!is_attributes(block), "{block}");
        }
    }
}
