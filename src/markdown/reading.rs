//! Which bytes of a post are text that its page shows.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::element::{ElementName, Kind};
use super::pieces::{Piece, Ranged, Source, ends_block};

/// What the index and the snippets need to know about a post's text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The text that the page shows, ascending, without overlap. All else is
    /// syntax.
    pub marks: Vec<Mark>,
    /// The headings, in order.
    pub headings: Vec<Heading>,
}

/// A run of bytes that the page shows as they are.
///
/// A line break inside a paragraph is part of a mark; it shows as a space, or
/// as nothing where [`super::soft_break_vanishes`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where the text stands.
    pub kind: MarkKind,
    /// Whether a block (paragraph, heading, list item, table cell, line) starts
    /// here. Otherwise the mark goes on from the one before it, with nothing
    /// between the two on the page.
    pub opens_block: bool,
    /// Bytes of the text that was read.
    pub range: Range<usize>,
}

/// Where a run of text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// In a paragraph, list, table, quote, or as the alternative to an image.
    Prose,
    /// In a heading.
    Heading,
    /// In a code block or a code span that isn't in a heading, or a formula.
    Code,
}

/// A heading of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The index of its first mark; that of the next mark, if it has none.
    pub mark: usize,
    /// From 1 to 6.
    pub level: u8,
    /// The heading's id on the site.
    pub anchor: String,
}

/// Reads `text`, which [`super::prepare`] made. Takes time and memory linear in
/// its length.
pub fn read(text: &str) -> Reading {
    read_pieces(text, &Source::new(text).pieces().collect::<Vec<_>>())
}

/// Reads `text`, whose pieces are `pieces`.
pub(super) fn read_pieces(text: &str, pieces: &[Ranged<'_>]) -> Reading {
    let mut reader =
        Reader { text, reading: Reading::default(), opens_block: true, is_annotation: false };
    let mut in_heading = false;
    let mut in_code = false;
    for (piece, range) in pieces.iter().map(|(piece, range)| (piece, range.clone())) {
        let code = if in_heading { MarkKind::Heading } else { MarkKind::Code };
        let kind = match (in_heading, in_code) {
            (true, _) => MarkKind::Heading,
            (false, true) => MarkKind::Code,
            (false, false) => MarkKind::Prose,
        };
        match piece {
            Piece::Markdown(event) => match event {
                Event::Text(shown) => reader.mark(kind, shown, range),
                Event::Code(shown) => {
                    let range = code_span(text, range, shown);
                    reader.mark(code, shown, range);
                }
                Event::InlineMath(_) | Event::DisplayMath(_) => {
                    reader.mark(code, &text[range.clone()], range);
                }
                Event::SoftBreak | Event::HardBreak => {
                    let at = range.end.saturating_sub(1).max(range.start);
                    reader.mark(kind, "\n", at..range.end);
                }
                Event::Start(tag) => {
                    reader.opens_block |= ends_block(&tag.to_end());
                    reader.is_annotation &= !reader.opens_block;
                    in_code = matches!(tag, Tag::CodeBlock(_));
                    if let Tag::Heading { level, id, .. } = tag {
                        in_heading = true;
                        reader.reading.headings.push(Heading {
                            mark: reader.reading.marks.len(),
                            level: *level as u8,
                            anchor: id.as_deref().unwrap_or_default().to_owned(),
                        });
                    }
                }
                Event::End(tag) => {
                    reader.opens_block |= ends_block(tag);
                    in_code = false;
                    if matches!(tag, TagEnd::Heading(_)) {
                        in_heading = false;
                        // A heading that shows nothing names no section.
                        let marks = reader.reading.marks.len();
                        reader.reading.headings.pop_if(|heading| heading.mark == marks);
                    }
                }
                Event::Rule => reader.opens_block = true,
                _ => {}
            },
            Piece::Open(name, attributes) => {
                reader.is_annotation = matches!(name, ElementName::Rp | ElementName::Rt);
                reader.opens_block |= name.kind() == Kind::Block || *name == ElementName::Br;
                for attribute in attributes {
                    if *name == ElementName::Img && attribute.name == "alt" {
                        reader.mark(kind, &attribute.value, attribute.range.clone());
                    }
                }
            }
            Piece::Close(name) => {
                reader.is_annotation = false;
                reader.opens_block |= name.kind() == Kind::Block;
            }
            Piece::Joined => reader.mark(kind, "\n", range),
            Piece::Hidden => {}
        }
    }
    reader.reading
}

struct Reader<'a> {
    text: &'a str,
    reading: Reading,
    opens_block: bool,
    /// Whether this is the reading of a ruby: it stands beside the line, and
    /// would part the words in it.
    is_annotation: bool,
}

impl Reader<'_> {
    /// Marks `range` if it is there as it `shows`. Entities and the breaks
    /// that the parser makes up are not.
    fn mark(&mut self, kind: MarkKind, shown: &str, range: Range<usize>) {
        let written = self.text.get(range.clone()).unwrap_or_default();
        let as_written = is_shown(written, shown);
        let end = self.reading.marks.last().map_or(0, |last| last.range.end);
        if range.is_empty() || !as_written || range.start < end || self.is_annotation {
            return;
        }
        if self.opens_block && written.trim_ascii().is_empty() && kind != MarkKind::Code {
            return; // the space between two tags
        }
        match self.reading.marks.last_mut() {
            Some(last) if !self.opens_block && last.kind == kind && end == range.start => {
                last.range.end = range.end;
            }
            _ => {
                let opens_block = self.opens_block;
                self.reading.marks.push(Mark { kind, opens_block, range });
                self.opens_block = false;
            }
        }
    }
}

/// Whether `written` shows as `shown`, but for the way that lines end.
fn is_shown(written: &str, shown: &str) -> bool {
    let written = written.strip_suffix("\r\n").unwrap_or(written);
    let shown = if written.ends_with('\n') { shown } else { shown.trim_end_matches('\n') };
    let same = |(written, shown): (u8, u8)| written == shown || written == b'\n' && shown == b' ';
    written == shown || written.len() == shown.len() && written.bytes().zip(shown.bytes()).all(same)
}

/// What a code span shows, without its backticks.
fn code_span(text: &str, range: Range<usize>, shown: &str) -> Range<usize> {
    let written = text.get(range.clone()).unwrap_or_default();
    let ticks = written.bytes().take_while(|&byte| byte == b'`').count();
    let inner = written.get(ticks..written.len().saturating_sub(ticks)).unwrap_or_default();
    let padding = if inner.len() > shown.len() { inner.find(shown).unwrap_or(0) } else { 0 };
    let start = range.start + ticks + padding;
    start..start + shown.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Such a heading was listed with the mark of the next block, which a text
    /// block cannot hold twice.
    #[test]
    fn a_heading_that_shows_nothing_names_no_section() {
        let reading = read("## \n\n## 索引\n\n##\n");
        let anchors: Vec<_> =
            reading.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        assert_eq!(anchors, ["索引"]);
        assert_eq!(reading.headings[0].mark, 0);
    }

    /// The blocks of `text`, each as its marks, with their kinds.
    fn show(text: &str) -> Vec<String> {
        let mut blocks: Vec<String> = Vec::new();
        let mut end = 0;
        for mark in read(text).marks {
            assert!(end <= mark.range.start && mark.range.start < mark.range.end);
            end = mark.range.end;
            let kind = match mark.kind {
                MarkKind::Prose => 'p',
                MarkKind::Heading => 'h',
                MarkKind::Code => 'c',
            };
            let shown = format!("{kind}:{}", &text[mark.range]);
            match blocks.last_mut().filter(|_| !mark.opens_block) {
                Some(block) => *block = format!("{block}|{shown}"),
                None => blocks.push(shown),
            }
        }
        blocks
    }

    #[test]
    fn marks_are_what_the_page_shows() {
        for (text, marks) in [
            ("a *b* c", &["p:a |p:b|p: c"][..]),
            ("日本\n語\n\n二", &["p:日本\n語", "p:二"]),
            ("# 見出し `x` {#id}\n文", &["h:見出し |h:x", "p:文"]),
            ("`` a`b `` c", &["c:a`b|p: c"]),
            ("```rust\nlet a;\n\nb\n```", &["c:let a;\n\nb\n"]),
            ("> ```\n> a\n> b\n> ```", &["c:a\n|c:b\n"]),
            ("- a\n- b\n  - c\n\n1. d", &["p:a", "p:b", "p:c", "p:d"]),
            ("|a|b|\n|-|-|\n|c|*d*|", &["p:a", "p:b", "p:c", "p:d"]),
            ("[link](/url \"title\") ![代替](x.png)", &["p:link|p: |p:代替"]),
            ("a\\*b &amp; c", &["p:a|p:*b |p: c"]),
            ("**「日本語」**と", &["p:「日本語」|p:と"]),
            ("> a\n> b", &["p:a\n|p:b"]),
            ("a  \nb\\\nc", &["p:a|p:\nb|p:\nc"]),
            ("a[^1]\n\n[^1]: 注", &["p:a", "p:注"]),
            ("語\n:   説明", &["p:語", "p:説明"]),
            ("a <b>b</b> <!-- c --> <script>d</script> e", &["p:a |p:b|p: |p: |p: e"]),
            ("<div>\n<p>a<br>b</p>\n<img alt=\"図\" src=x>\n</div>", &["p:a", "p:b", "p:図|p:\n"]),
            ("> <p\n> title=x>a\n> b</p>", &["p:a\n|p:b"]),
            ("$a_1$ と", &["c:$a_1$|p: と"]),
            ("<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>検索", &["p:漢字|p:検索"]),
            (
                "<ruby>漢<rt>かん</ruby>字\n\n<ruby>東<rt>ひがし\n\n西",
                &["p:漢|p:字", "p:東", "p:西"],
            ),
            ("a\r\nb", &["p:a|p:\nb"]),
        ] {
            assert_eq!(show(text), marks, "{text}");
        }
    }

    #[test]
    fn headings_know_their_marks() {
        let reading = read("前\n\n## 一 *二*\n\n#\n\n### 一 *二* {#x}\n");
        let headings: Vec<_> =
            reading.headings.iter().map(|h| (h.mark, h.level, h.anchor.as_str())).collect();
        assert_eq!(headings, [(1, 2, "一-二"), (3, 3, "x")]);
    }
}
