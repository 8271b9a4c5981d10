//! HTML written in a post, cut into tags and text.
//!
//! The cuts are those of a browser's tokenizer for the tags that a post may
//! use. Whatever differs is safe: a token becomes an element of the allow-list
//! or text, never markup again.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Parser};

use super::element::{ElementName, Fate, fate, keeps};

/// One token, with where it stands in the HTML given.
#[derive(Debug, PartialEq)]
pub(super) enum Token {
    /// Text that the page shows, entities not yet decoded.
    Text(Range<usize>),
    /// The start of an element, with the attributes that a page uses.
    Open(Range<usize>, ElementName, Vec<RawAttribute>),
    /// The end of an element.
    Close(Range<usize>, ElementName),
    /// What the page doesn't show.
    Hidden(Range<usize>),
}

/// An attribute as written.
#[derive(Clone, Debug, PartialEq)]
pub struct RawAttribute {
    /// In lower case.
    pub name: String,
    /// With entities decoded.
    pub value: String,
    /// Where the value stands; empty when it isn't there as it reads.
    pub range: Range<usize>,
}

/// Cuts HTML into tokens. Its state goes from one piece of HTML to the next.
#[derive(Default)]
pub(super) struct Tokenizer {
    /// The element being dropped with its content, and how often it is open.
    dropping: Option<(String, u32)>,
    /// Elements that don't end in what is left of the block: nothing of them
    /// but the tag is dropped, or a forgotten end would take the text along.
    endless: Vec<String>,
}

impl Tokenizer {
    /// Whether text is being dropped, up to the end of an element.
    pub(super) fn is_dropping(&self) -> bool {
        self.dropping.is_some()
    }

    /// Appends the tokens of `html`, after which the block goes on with `rest`.
    /// Takes time linear in the length of the block.
    pub(super) fn tokenize(&mut self, html: &str, rest: &str, out: &mut Vec<Token>) {
        let mut at = 0;
        let mut text_start = 0;
        while let Some(open) = html[at..].find('<') {
            let start = at + open;
            let Some((end, markup)) = scan_markup(html, start) else {
                // A tag that never ends would be looked for again at each `<`.
                break;
            };
            at = end;
            if matches!(markup, Markup::None) {
                continue;
            }
            self.push_text(text_start..start, out);
            text_start = end;
            match markup {
                Markup::None | Markup::Comment => out.push(Token::Hidden(start..end)),
                Markup::Close { name } => self.close(&name, start..end, out),
                Markup::Open { name, attributes, .. } => {
                    at = self.open(html, rest, name, attributes, start..end, out);
                    text_start = at;
                }
            }
        }
        self.push_text(text_start..html.len(), out);
    }

    fn push_text(&self, range: Range<usize>, out: &mut Vec<Token>) {
        if !range.is_empty() {
            out.push(if self.is_dropping() { Token::Hidden(range) } else { Token::Text(range) });
        }
    }

    fn close(&mut self, name: &str, range: Range<usize>, out: &mut Vec<Token>) {
        if let Some((dropped, open)) = &mut self.dropping {
            if dropped == name {
                *open -= 1;
                if *open == 0 {
                    self.dropping = None;
                }
            }
            return out.push(Token::Hidden(range));
        }
        out.push(match fate(name) {
            Fate::Shown(element) => Token::Close(range, element),
            _ => Token::Hidden(range),
        });
    }

    /// Returns where to go on.
    fn open(
        &mut self,
        html: &str,
        rest: &str,
        name: String,
        mut attributes: Vec<RawAttribute>,
        range: Range<usize>,
        out: &mut Vec<Token>,
    ) -> usize {
        let end = range.end;
        if let Some((dropped, open)) = &mut self.dropping {
            *open += u32::from(*dropped == name);
            out.push(Token::Hidden(range));
            return end;
        }
        let fate = fate(&name);
        if let Fate::Shown(element) = fate {
            attributes.retain(|attribute| keeps(element, &attribute.name));
            out.push(Token::Open(range, element, attributes));
            return end;
        }
        let is_dropped = match fate {
            // `<svg/>` is the whole element.
            Fate::Dropped => !html[..end].ends_with("/>"),
            Fate::DroppedText => true,
            Fate::Shown(_) | Fate::Unwrapped => false,
        };
        if is_dropped && !self.endless.contains(&name) {
            let here = find_end(&html[end..], &name);
            if let Some(content) = here.filter(|_| fate == Fate::DroppedText) {
                out.push(Token::Hidden(range.start..end + content));
                return end + content;
            }
            if here.is_some() || find_end(rest, &name).is_some() {
                self.dropping = Some((name, 1));
            } else {
                self.endless.push(name);
            }
        }
        out.push(Token::Hidden(range));
        end
    }
}

/// Where `</name` starts in `html`.
fn find_end(html: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = html[at..].find("</") {
        at += next + 2;
        let close = html.as_bytes().get(at..at + name.len());
        if close.is_some_and(|close| close.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(at - 2);
        }
    }
    None
}

enum Markup {
    /// A `<` that stands for itself.
    None,
    Comment,
    Open {
        name: String,
        attributes: Vec<RawAttribute>,
    },
    Close {
        name: String,
    },
}

/// Reads the markup at the `<` at `start`, and where it ends. `None` when the
/// HTML ends first.
fn scan_markup(html: &str, start: usize) -> Option<(usize, Markup)> {
    let rest = &html[start + 1..];
    let upto = |end: &str| rest.find(end).map_or(html.len(), |at| start + 1 + at + end.len());
    if let Some(comment) = rest.strip_prefix("!--") {
        // `<!-->` and `<!--->` are whole comments.
        let end = if comment.starts_with('>') || comment.starts_with("->") {
            upto(">")
        } else {
            upto("-->")
        };
        return Some((end, Markup::Comment));
    }
    if rest.starts_with("![CDATA[") {
        return Some((upto("]]>"), Markup::Comment));
    }
    if rest.starts_with("?") {
        return Some((upto("?>"), Markup::Comment));
    }
    if rest.starts_with("!") {
        return Some((upto(">"), Markup::Comment));
    }
    let closing = rest.starts_with('/');
    let name_start = start + 1 + usize::from(closing);
    if !html[name_start..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some((start + 1, Markup::None));
    }
    let mut scan = Scan { html, at: name_start };
    let name = scan.take_until(|byte| matches!(byte, b'/' | b'>') || byte.is_ascii_whitespace());
    let name = html[name].to_ascii_lowercase();
    let attributes = scan.attributes()?;
    let markup = if closing { Markup::Close { name } } else { Markup::Open { name, attributes } };
    Some((scan.at, markup))
}

struct Scan<'a> {
    html: &'a str,
    at: usize,
}

impl Scan<'_> {
    /// The attributes, up to and including the `>`; `None` when there is none.
    fn attributes(&mut self) -> Option<Vec<RawAttribute>> {
        let mut attributes: Vec<RawAttribute> = Vec::new();
        loop {
            self.take_until(|byte| byte != b'/' && !byte.is_ascii_whitespace());
            if self.byte()? == b'>' {
                self.at += 1;
                return Some(attributes);
            }
            let name_start = self.at;
            self.at += 1; // a leading `=` belongs to the name
            while !self.html.is_char_boundary(self.at) {
                self.at += 1;
            }
            let ends = |byte: u8| matches!(byte, b'/' | b'>' | b'=') || byte.is_ascii_whitespace();
            self.take_until(ends);
            let name = self.html[name_start..self.at].to_ascii_lowercase();
            let after_name = self.at;
            self.take_until(|byte| !byte.is_ascii_whitespace());
            let mut range = after_name..after_name;
            if self.byte()? == b'=' {
                self.at += 1;
                self.take_until(|byte| !byte.is_ascii_whitespace());
                range = match self.byte()? {
                    quote @ (b'"' | b'\'') => {
                        self.at += 1;
                        let value = self.take_until(|byte| byte == quote);
                        self.byte()?;
                        self.at += 1;
                        value
                    }
                    _ => self.take_until(|byte| byte == b'>' || byte.is_ascii_whitespace()),
                };
            }
            // Of two attributes of one name the first counts. No element has
            // more than a few that count, so the others aren't kept.
            if attributes.len() < 32 && attributes.iter().all(|other| other.name != name) {
                let written = &self.html[range.clone()];
                let value = decode(written);
                let range = if value == written { range } else { 0..0 };
                attributes.push(RawAttribute { name, value: value.into_owned(), range });
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.html.as_bytes().get(self.at).copied()
    }

    /// Goes to the next byte of ASCII that `stop` names, or to the end.
    fn take_until(&mut self, stop: impl Fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        let rest = &self.html.as_bytes()[start..];
        self.at += rest.iter().position(|&byte| stop(byte)).unwrap_or(rest.len());
        // `stop` may name bytes by what they are not, and so end inside a
        // character only at its first byte: those before it are all ASCII.
        start..self.at
    }
}

/// `text` with its entities decoded.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(entities(text).map(|(shown, _)| shown).collect())
}

/// `text` in runs that are free of entities and entities, each as it shows,
/// with its range.
pub(super) fn entities(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = &text[start..];
        if rest.is_empty() {
            return None;
        }
        if let Some((shown, len)) = entity(rest) {
            at += len;
            return Some((Cow::Owned(shown), start..at));
        }
        // An `&` that starts no entity is text.
        let mut len = usize::from(rest.starts_with('&'));
        len += rest[len..].find('&').unwrap_or(rest.len() - len);
        at += len;
        Some((Cow::Borrowed(&rest[..len]), start..at))
    })
}

/// The entity that `text` starts with, decoded, and its length in bytes.
fn entity(text: &str) -> Option<(String, usize)> {
    // The longest name, `CounterClockwiseContourIntegral`, has 31 letters.
    let name = text.strip_prefix('&')?.bytes().take(33);
    let len = name.take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count() + 2;
    let written = text.get(..len).filter(|written| written.ends_with(';'))?;
    // The Markdown parser carries the table of names: one is enough.
    let mut shown = String::new();
    for event in Parser::new(written) {
        if let Event::Text(text) = event {
            shown.push_str(&text);
        }
    }
    (shown != written).then_some((shown, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> String {
        let mut tokens = Vec::new();
        Tokenizer::default().tokenize(html, "", &mut tokens);
        let show = |token: &Token| match token {
            Token::Text(range) => html[range.clone()].to_owned(),
            Token::Open(_, name, attributes) => {
                let attributes: String =
                    attributes.iter().map(|a| format!(" {}={}", a.name, a.value)).collect();
                format!("[{}{attributes}]", name.as_str())
            }
            Token::Close(_, name) => format!("[/{}]", name.as_str()),
            Token::Hidden(_) => "-".to_owned(),
        };
        tokens.iter().map(show).collect()
    }

    #[test]
    fn html_is_cut_as_browsers_cut_it() {
        for (html, cut) in [
            ("a<b>c</b>d", "a[b]c[/b]d"),
            ("<B ID=x CLASS=y>c</b >", "[b id=x]c[/b]"),
            ("<a href='x>y' title = \"z\" name>", "[a href=x>y title=z name=]"),
            ("<img/src=a/onerror=b>", "[img src=a/onerror=b]"),
            ("<img src=a src=b>", "[img src=a]"),
            ("<a href=\"&#106;a&colon;\">", "[a href=ja:]"),
            ("1 < 2 <3 </ >", "1 < 2 <3 </ >"),
            ("a<!-- <b> -->c<!-->d<!doctype x>e<?php x ?>f", "a-c-d-e-f"),
            ("a<script>if (a<b) '</b>'</script >c", "a--c"),
            ("a<SVG><g><svg></svg></g>b</svg>c", "a-------c"),
            ("a<font color=red>b</font>c", "a-b-c"),
            ("<article>a</article>", "[div]a[/div]"),
            ("a<b title='c", "a<b title='c"),
            ("a<script>b", "a-b"),
            ("a<svg><script>b</svg>c", "a----c"),
            ("<あ>い</あ>", "<あ>い</あ>"),
            ("<a あ=い id=う>え", "[a id=う]え"),
        ] {
            assert_eq!(show(html), cut, "{html}");
        }
    }

    #[test]
    fn entities_decode_once() {
        assert_eq!(decode("a&amp;lt;&#x41;&nbsp;&bogus;&"), "a&lt;A\u{A0}&bogus;&");
        assert_eq!(decode("&#0;"), "\u{FFFD}");
    }
}
