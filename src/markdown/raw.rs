//! HTML written in a post, cut into tags and text.
//!
//! The cuts are those of a browser's tokenizer for the tags that a post may
//! use. Whatever differs is safe: a token becomes an element of the allow-list
//! or text, never markup again.

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
    pub name: &'static str,
    /// With entities decoded.
    pub value: String,
    /// Where the value stands; empty when it isn't there as it reads.
    pub range: Range<usize>,
}

/// Cuts HTML into tokens. Its state goes from one piece of HTML to the next.
#[derive(Default)]
pub(super) struct Tokenizer {
    /// The element being dropped with its content, and how often it is open.
    dropping: Option<(&'static str, u32)>,
    /// Elements that don't end in what is left of the block: nothing of them
    /// but the tag is dropped, or a forgotten end would take the text along.
    endless: Vec<&'static str>,
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
        while let Some(open) = html.bytes().skip(at).position(|byte| byte == b'<') {
            let start = at + open;
            // A tag that never ends would be looked for again at each `<`.
            let Some((end, markup)) = scan_markup(html, start) else { break };
            at = end;
            if markup == Markup::None {
                continue;
            }
            self.push_text(text_start..start, out);
            if let Markup::Open(name, attributes) = markup {
                at = self.open(html, rest, name, attributes, start..end, out);
            } else if let Markup::Close(name) = markup {
                out.push(self.close(name, start..end));
            } else {
                out.push(Token::Hidden(start..end));
            }
            text_start = at;
        }
        self.push_text(text_start..html.len(), out);
    }

    fn push_text(&self, range: Range<usize>, out: &mut Vec<Token>) {
        if !range.is_empty() {
            out.push(if self.is_dropping() { Token::Hidden(range) } else { Token::Text(range) });
        }
    }

    fn close(&mut self, name: &str, range: Range<usize>) -> Token {
        if let Some((dropped, open)) = &mut self.dropping {
            *open -= u32::from(name.eq_ignore_ascii_case(dropped));
            if *open == 0 {
                self.dropping = None;
            }
        } else if let (_, Fate::Shown(element)) = fate(name) {
            return Token::Close(range, element);
        }
        Token::Hidden(range)
    }

    /// Returns where to go on.
    fn open(
        &mut self,
        html: &str,
        rest: &str,
        name: &str,
        attributes: Vec<RawAttribute>,
        range: Range<usize>,
        out: &mut Vec<Token>,
    ) -> usize {
        let mut end = range.end;
        let start = range.start;
        let (name, fate) = fate(name);
        if let Some((dropped, open)) = &mut self.dropping {
            *open += u32::from(*dropped == name);
        } else if let Fate::Shown(element) = fate {
            out.push(Token::Open(range, element, attributes));
            return end;
        } else if fate != Fate::Unwrapped && !self.endless.contains(&name) {
            let is_text = fate == Fate::DroppedText;
            let here = find_end(&html[end..], name);
            if let Some(content) = here.filter(|_| is_text) {
                end += content;
            } else if !is_text && html[..end].ends_with("/>") {
                // `<svg/>` is the whole element.
            } else if here.is_some() || find_end(rest, name).is_some() {
                self.dropping = Some((name, 1));
            } else {
                self.endless.push(name);
            }
        }
        out.push(Token::Hidden(start..end));
        end
    }
}

/// Where `</name` starts in `html`.
fn find_end(html: &str, name: &str) -> Option<usize> {
    let is_end = |at: &usize| {
        let close = html.as_bytes().get(at + 2..at + 2 + name.len());
        close.is_some_and(|close| close.eq_ignore_ascii_case(name.as_bytes()))
    };
    let ends = html.as_bytes().windows(2).enumerate().filter(|(_, two)| two == b"</");
    ends.map(|(at, _)| at).find(is_end)
}

#[derive(PartialEq)]
enum Markup<'a> {
    /// A `<` that stands for itself.
    None,
    Comment,
    Open(&'a str, Vec<RawAttribute>),
    Close(&'a str),
}

/// What isn't a tag: how it starts, from longer to shorter, and how it ends.
const COMMENTS: &[(&str, &str)] = &[
    // These two are whole comments.
    ("<!-->", ""),
    ("<!--->", ""),
    ("<!--", "-->"),
    ("<![CDATA[", "]]>"),
    ("<?", "?>"),
    ("<!", ">"),
];

/// Reads the markup at the `<` at `start`, and where it ends. `None` when the
/// HTML ends first.
fn scan_markup(html: &str, start: usize) -> Option<(usize, Markup<'_>)> {
    let rest = &html.as_bytes()[start..];
    for &(open, close) in COMMENTS {
        if rest.starts_with(open.as_bytes()) {
            let (close, after) = (close.as_bytes(), start + open.len());
            let mut places = after..html.len();
            let end = places.find(|&at| html.as_bytes()[at..].starts_with(close));
            return Some((end.map_or(html.len(), |at| at + close.len()), Markup::Comment));
        }
    }
    let is_closing = rest.get(1) == Some(&b'/');
    let mut scan = Scan { html, at: start + 1 + usize::from(is_closing) };
    if !scan.byte().is_some_and(|byte| byte.is_ascii_alphabetic()) {
        return Some((start + 1, Markup::None));
    }
    let name = scan.take_until(|byte| matches!(byte, b'/' | b'>') || byte.is_ascii_whitespace());
    let name = &html[name];
    let element = match fate(name) {
        (_, Fate::Shown(element)) if !is_closing => Some(element),
        _ => None,
    };
    let attributes = scan.attributes(element)?;
    let markup = if is_closing { Markup::Close(name) } else { Markup::Open(name, attributes) };
    Some((scan.at, markup))
}

struct Scan<'a> {
    html: &'a str,
    at: usize,
}

impl Scan<'_> {
    /// The attributes that a page uses on `element`, up to and including the
    /// `>`; `None` when there is none.
    fn attributes(&mut self, element: Option<ElementName>) -> Option<Vec<RawAttribute>> {
        let mut attributes: Vec<RawAttribute> = Vec::new();
        loop {
            self.take_until(|byte| byte != b'/' && !byte.is_ascii_whitespace());
            if self.byte()? == b'>' {
                self.at += 1;
                return Some(attributes);
            }
            let name_start = self.at;
            self.at += 1; // a leading `=` belongs to the name
            self.take_until(|byte| {
                matches!(byte, b'/' | b'>' | b'=') || byte.is_ascii_whitespace()
            });
            let name = name_start..self.at;
            let mut range = self.at..self.at;
            self.take_until(|byte| !byte.is_ascii_whitespace());
            if self.byte()? == b'=' {
                self.at += 1;
                self.take_until(|byte| !byte.is_ascii_whitespace());
                let quote = self.byte()?;
                let is_quoted = matches!(quote, b'"' | b'\'');
                self.at += usize::from(is_quoted);
                range = match quote {
                    b'"' => self.take_until(|byte| byte == b'"'),
                    b'\'' => self.take_until(|byte| byte == b'\''),
                    _ => self.take_until(|byte| byte == b'>' || byte.is_ascii_whitespace()),
                };
                self.byte()?;
                self.at += usize::from(is_quoted);
            }
            // Of two attributes of one name the first counts.
            let name = element.and_then(|element| keeps(element, &self.html[name]));
            let Some(name) = name else { continue };
            if attributes.iter().all(|other| other.name != name) {
                let written = &self.html[range.clone()];
                let value = decode(written);
                let range = if value == written { range } else { 0..0 };
                attributes.push(RawAttribute { name, value, range });
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.html.as_bytes().get(self.at).copied()
    }

    /// Goes to the next byte that `stop` names, or to the end. `stop` may name
    /// bytes by what they are not, and so end at the first byte of a character,
    /// but in one only if it started there.
    fn take_until(&mut self, stop: fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        let rest = &self.html.as_bytes()[start..];
        self.at += rest.iter().take_while(|&&byte| !stop(byte)).count();
        start..self.at
    }
}

/// `text` with its entities decoded.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::new();
    for (shown, _) in entities(text) {
        decoded.push_str(&shown);
    }
    decoded
}

/// `text` in runs that are free of entities and entities, each as it shows,
/// with its range.
pub(super) fn entities(text: &str) -> Vec<(String, Range<usize>)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (shown, len) = entity(rest).unwrap_or_else(|| {
            // An `&` that starts no entity is text.
            let len = 1 + rest.bytes().skip(1).take_while(|&byte| byte != b'&').count();
            (rest[..len].to_owned(), len)
        });
        runs.push((shown, at..at + len));
        at += len;
    }
    runs
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
