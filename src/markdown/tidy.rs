//! Takes out of a text what its page would not show.

use std::fmt::{self, Write};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::element::{ElementName, Kind};
use super::expand::{Draft, escape};
use super::pieces::{Piece, Ranged, Source, ends_block};
use super::prepare::RawHtml;
use super::raw::RawAttribute;

/// What stays where something goes that keeps what is beside it what it is, as a
/// tag before a link, or at the start of a block of HTML. It is a comment, and no
/// address: those hold no `<`.
const MARK: &str = "<!--<-->";

/// What becomes of the places where something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gaps {
    Closed,
    Marked,
}

/// The text of `draft`, whose pieces are `pieces`, without comments, scripts, tags
/// and attributes that the page doesn't show, and with entities as the characters
/// they stand for, so that they are found. `then` is called with it and its pieces.
pub(super) fn tidy<T>(
    draft: &Draft,
    pieces: &[Ranged<'_>],
    raw_html: RawHtml,
    then: impl FnOnce(&str, &[Ranged<'_>]) -> T,
) -> T {
    let closed = tidied(draft, pieces, raw_html, Gaps::Closed);
    if closed == draft.text {
        return then(&closed, pieces);
    }
    let of_closed = Source::new(&closed);
    let of_closed: Vec<_> = of_closed.pieces().collect();
    // Where no tags are wanted, what is left is Markdown.
    if raw_html != RawHtml::Subset {
        return then(&closed, &of_closed);
    }
    let found = shown(&of_closed);
    if found == shown(pieces) {
        return then(&closed, &of_closed);
    }
    // Blank lines around it are none of a text, but may be of a block that is open.
    let trimmed = Source::new(draft.text.trim_matches('\n'));
    let wanted = shown(&trimmed.pieces().collect::<Vec<_>>());
    if found == wanted {
        return then(&closed, &of_closed);
    }
    let marked = tidied(draft, pieces, raw_html, Gaps::Marked);
    let of_marked = Source::new(&marked);
    let of_marked: Vec<_> = of_marked.pieces().collect();
    if shown(&of_marked) == wanted { then(&marked, &of_marked) } else { then(&closed, &of_closed) }
}

fn tidied(draft: &Draft, pieces: &[Ranged<'_>], raw_html: RawHtml, gaps: Gaps) -> String {
    let mut tidy = Tidy { text: &draft.text, out: String::new(), at: 0, html_block: None, gaps };
    let mut in_heading = false;
    let mut own = draft.own_html.iter().peekable();
    for (piece, range) in pieces.iter().map(|(piece, range)| (piece, range.clone())) {
        while own.next_if(|own| own.end <= range.start).is_some() {}
        let is_own = own.peek().is_some_and(|own| own.start <= range.start);
        match piece {
            Piece::Markdown(Event::Start(Tag::Heading { .. })) => in_heading = true,
            Piece::Markdown(Event::End(TagEnd::Heading(_))) => in_heading = false,
            Piece::Markdown(Event::Start(Tag::HtmlBlock)) => tidy.html_block = Some(range.start),
            Piece::Markdown(Event::End(TagEnd::HtmlBlock)) => tidy.html_block = None,
            // The id of a heading is made of what was written.
            Piece::Markdown(Event::Text(shown)) if !in_heading => tidy.entity(shown, range),
            Piece::Hidden => tidy.remove(range),
            // Ours is on the list already, but a site's template may say more.
            Piece::Open(name, attributes) => match raw_html {
                _ if is_own => tidy.tag(range, &start_tag(*name, attributes)),
                RawHtml::Subset => tidy.tag(range, &start_tag(*name, attributes)),
                RawHtml::Text => tidy.escape(range),
                RawHtml::Drop => tidy.remove(range),
            },
            Piece::Close(_) if is_own => {}
            Piece::Close(name) => match raw_html {
                RawHtml::Subset => tidy.replace(range, &format!("</{}>", name.as_str())),
                RawHtml::Text => tidy.escape(range),
                RawHtml::Drop => tidy.remove(range),
            },
            _ => {}
        }
    }
    tidy.out.push_str(&draft.text[tidy.at..]);
    let text = tidy.out.trim_start_matches('\n');
    let text = match gaps {
        Gaps::Closed => text.trim_end(),
        Gaps::Marked => text.trim_end_matches('\n'),
    };
    text.to_owned()
}

/// What a page shows of a text with these pieces, in one spelling: without the ids of
/// headings, and with space as a browser folds it.
fn shown(pieces: &[Ranged<'_>]) -> String {
    let mut shown = Shown::default();
    for (piece, _) in pieces {
        match piece {
            Piece::Markdown(Event::Text(text)) => shown.text(text),
            Piece::Markdown(
                Event::SoftBreak | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock),
            ) => shown.text(" "),
            Piece::Markdown(Event::Start(Tag::Heading { level, .. })) => {
                shown.tag(true, format_args!("{level}"));
            }
            Piece::Markdown(event) => {
                let is_block = match event {
                    Event::Start(tag) => ends_block(&tag.to_end()),
                    Event::End(tag) => ends_block(tag),
                    _ => false,
                };
                shown.tag(is_block, format_args!("{event:?}"));
                shown.is_verbatim = matches!(event, Event::Start(Tag::CodeBlock(_)));
            }
            Piece::Open(name, attributes) => {
                let pair = |attribute: &RawAttribute| (attribute.name, on_one_line(attribute));
                let pairs: Vec<_> = attributes.iter().map(pair).collect();
                shown.tag(name.kind() == Kind::Block, format_args!("{name:?}{pairs:?}"));
                shown.is_verbatim |= *name == ElementName::Pre;
            }
            Piece::Close(name) => {
                shown.tag(name.kind() == Kind::Block, format_args!("/{name:?}"));
                shown.is_verbatim &= *name != ElementName::Pre;
            }
            Piece::Joined | Piece::Hidden => {}
        }
    }
    shown.text
}

#[derive(Default)]
struct Shown {
    text: String,
    /// Whether all space counts here.
    is_verbatim: bool,
}

impl Shown {
    fn text(&mut self, text: &str) {
        if self.is_verbatim {
            return self.text.push_str(text);
        }
        for (number, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if number > 0 && !self.text.is_empty() && !self.text.ends_with([' ', EDGE]) {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
    }

    /// A tag, that of a block with its edge, beside which no space shows.
    fn tag(&mut self, is_block: bool, tag: fmt::Arguments<'_>) {
        if is_block && !self.is_verbatim {
            self.text.truncate(self.text.trim_end_matches(' ').len());
        }
        // A string takes all there is.
        let _ = self.text.write_fmt(tag);
        if is_block {
            self.text.push(EDGE);
        }
    }
}

/// Ends what stands for the edge of a block.
const EDGE: char = '\0';

/// The start of an element with nothing but what the page uses.
fn start_tag(name: ElementName, attributes: &[RawAttribute]) -> String {
    let mut tag = format!("<{}", name.as_str());
    for attribute in attributes {
        if attribute.value.is_empty() {
            tag.push_str(&format!(" {}", attribute.name));
            continue;
        }
        // As it is wherever HTML allows, so that the text of images is found.
        let value = &on_one_line(attribute);
        let quote = if value.contains('"') { '\'' } else { '"' };
        let is_plain = !value.contains('&') && !value.contains(quote);
        match is_plain {
            true => tag.push_str(&format!(" {}={quote}{value}{quote}", attribute.name)),
            false => tag.push_str(&format!(" {}=\"{}\"", attribute.name, escape(value))),
        }
    }
    tag.push('>');
    tag
}

/// The value of `attribute` as a page takes it: browsers leave line breaks out of
/// addresses.
fn on_one_line(attribute: &RawAttribute) -> String {
    let is_address = matches!(attribute.name, "href" | "src");
    attribute.value.replace('\n', if is_address { "" } else { " " })
}

struct Tidy<'a> {
    text: &'a str,
    out: String,
    /// How far the text was copied.
    at: usize,
    /// Where the block of HTML starts that this is in.
    html_block: Option<usize>,
    gaps: Gaps,
}

impl Tidy<'_> {
    /// Puts the tag `with` in place of the one in `range`.
    fn tag(&mut self, range: Range<usize>, with: &str) {
        let is_line = self.html_block.is_none() && self.text[range.clone()].contains('\n');
        if is_line && self.gaps == Gaps::Marked {
            // On a line of its own it would start a block of HTML.
            self.replace(range, &format!("{with}{MARK}"));
        } else {
            self.replace(range, with);
        }
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        if range.start < self.at || self.text.get(range.clone()) == Some(with) {
            return;
        }
        self.out.push_str(&self.text[self.at..range.start]);
        self.out.push_str(with);
        self.at = range.end;
    }

    fn escape(&mut self, range: Range<usize>) {
        let Some(tag) = self.text.get(range.clone()) else { return };
        self.replace(range, &format!("\\{tag}"));
    }

    /// Removes HTML without moving what is around it into another block.
    fn remove(&mut self, range: Range<usize>) {
        if range.start < self.at {
            return;
        }
        if self.gaps == Gaps::Marked {
            let is_marked = range.start == self.at && self.out.ends_with(MARK);
            let mark = if is_marked { "" } else { self.mark(range.clone()) };
            return self.replace(range, mark);
        }
        let after = &self.text[range.end..];
        self.out.push_str(&self.text[self.at..range.start]);
        self.at = range.end;
        let line_start = self.out.rfind('\n').map_or(0, |at| at + 1);
        let ends_line = after.trim_start_matches([' ', '\t']);
        let is_last = ends_line.is_empty() || ends_line.starts_with('\n');
        if !self.out[line_start..].trim_matches([' ', '\t', '>']).is_empty() {
            // In a line: no two spaces where there was one on each side, and
            // none at the end, where two would break the line.
            if is_last || after.starts_with(' ') {
                self.out.truncate(self.out.trim_end_matches(' ').len());
            }
            return;
        }
        if !is_last {
            return;
        }
        // Alone on its lines. Between blank lines nothing need stay, unless
        // two lists would become one.
        let next_line = ends_line.strip_prefix('\n').unwrap_or_default();
        let before = self.out[..line_start].trim_end_matches('\n');
        let blank_before = before.is_empty() || self.out[..line_start].len() - before.len() >= 2;
        let next = next_line.trim_start();
        let blank_after = next.is_empty() || next_line.starts_with('\n');
        let is_list = |c: char| c.is_ascii_digit() || "-*+:".contains(c);
        let next_is_indented = next_line.trim_start_matches('\n').starts_with([' ', '\t']);
        if blank_before && blank_after && !next.starts_with(is_list) && !next_is_indented {
            let kept = if before.is_empty() { 0 } else { line_start };
            self.out.truncate(kept);
            self.at = self.text.len() - next_line.trim_start_matches('\n').len();
        } else if self.html_block.is_some_and(|start| self.text[start..range.start].contains('\n'))
        {
            // A blank line would end the block of HTML.
            self.out.truncate(line_start);
            self.at = self.text.len() - next_line.len();
        } else {
            self.out.push_str("<!---->");
        }
    }

    /// What stands for the HTML in `range`. At the start of a block it ends the
    /// block where that did.
    fn mark(&self, range: Range<usize>) -> &'static str {
        let html = &self.text[range.clone()];
        let starts_block = self.html_block.is_some_and(|start| {
            self.text[start.min(range.start)..range.start].trim_ascii().is_empty()
        });
        let is_text = |name: &&str| {
            html.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        };
        let is_text = ["script", "style", "textarea"].iter().any(is_text);
        if !starts_block || html.starts_with("<!") || html.starts_with("<?") {
            MARK
        } else if !is_text {
            "<col>"
        } else if self.text[range.end..].starts_with("</") {
            MARK
        } else {
            "<style>"
        }
    }

    fn entity(&mut self, shown: &str, range: Range<usize>) {
        let Some(written) = self.text.get(range.clone()) else { return };
        if !written.starts_with('&') || written == shown || !written.ends_with(';') {
            return;
        }
        let mut chars = shown.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else { return };
        let beside = |c: &char| matches!(c, '*' | '_' | '~');
        let near_delimiter = self.text[..range.start].chars().next_back().filter(beside).is_some()
            || self.text[range.end..].chars().next().filter(beside).is_some();
        let is_in_html = self.html_block.is_some();
        if c.is_ascii_punctuation() && !is_in_html {
            self.replace(range, &format!("\\{c}"));
        } else if c.is_ascii_punctuation() {
            // There are no escapes in HTML: only what starts nothing may stand.
            let rest = &self.text[range.end..];
            let starts_entity = |c: char| c.is_ascii_alphanumeric() || c == '#';
            if c != '<' && !(c == '&' && rest.starts_with(starts_entity)) {
                self.replace(range, shown);
            }
        } else if !c.is_ascii() && !c.is_control() && !near_delimiter {
            self.replace(range, shown);
        }
    }
}
