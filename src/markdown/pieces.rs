//! Markdown cut into pieces: the one place where the parser is called.
//!
//! Everything that reads Markdown (the index, the snippets, the page) goes
//! through [`Source::pieces`], so that all agree on what is text.

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::anchor::{clean, is_attributes, opening, short};
use super::element::{ElementName, Kind};
use super::raw::{RawAttribute, Token, Tokenizer, entities};
use super::sentinel::{Padded, pad, pad_markers, strip};
use super::wide::soft_break_vanishes;

/// What a text is parsed with. Quotes and dashes stay as written.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_MATH
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// One piece of a text, in the order of the page.
#[derive(Debug)]
pub enum Piece<'a> {
    /// As the parser gives it, but for HTML and what isn't shown, which come as
    /// the other pieces. The id of a heading is always there.
    Markdown(Event<'a>),
    /// The start of an allowed element written as HTML; it may never end.
    Open(ElementName, Vec<RawAttribute>),
    /// The end of an element written as HTML; it may never have started.
    Close(ElementName),
    /// A line break between two wide characters: it shows as nothing.
    Joined,
    /// HTML that the page doesn't show: comments, scripts, unknown tags.
    Hidden,
}

/// A piece and its byte range in the text.
pub(super) type Ranged<'a> = (Piece<'a>, Range<usize>);

/// A text ready to be cut into pieces.
pub struct Source<'a> {
    padded: Padded<'a>,
    options: Options,
}

impl<'a> Source<'a> {
    /// Prepares `text`, which is copied only if it holds emphasis that
    /// CommonMark would not see.
    pub fn new(text: &'a str) -> Self {
        Self { padded: pad(text), options: options() }
    }

    /// The same for quotes and dashes as they are to be typeset, without the
    /// emphasis that CommonMark would not see.
    pub(super) fn smart(text: &'a str) -> Self {
        let options = options() | Options::ENABLE_SMART_PUNCTUATION;
        Self { padded: pad_markers(text), options }
    }

    /// The pieces, each with its byte range in the text as it was given.
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces {
            events: Parser::new_ext(&self.padded.text, self.options).into_offset_iter(),
            padded: &self.padded,
            ready: VecDeque::new(),
            held: None,
            heading: None,
            html: Tokenizer::default(),
            block_end: 0,
            last: None,
        }
    }
}

/// The iterator of [`Source::pieces`].
pub struct Pieces<'a> {
    events: OffsetIter<'a>,
    padded: &'a Padded<'a>,
    ready: VecDeque<(Piece<'a>, Range<usize>)>,
    /// Where in `ready` a soft break waits for the character after it.
    held: Option<usize>,
    /// A heading that hasn't ended, and waits in `ready` for its id.
    heading: Option<HeadingSpan>,
    html: Tokenizer,
    /// Where the block ends that was opened last, in the padded text.
    block_end: usize,
    /// The last character shown on this line of the block.
    last: Option<char>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (Piece<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() || self.held.is_some() || self.heading.is_some() {
            let Some((event, range)) = self.events.next() else {
                break;
            };
            if let Some(heading) = &mut self.heading {
                heading.extend(&event, &range);
            }
            match event {
                Event::Start(Tag::HtmlBlock) => self.html_block(range),
                Event::InlineHtml(html) => self.inline_html(&html, range),
                event => self.markdown(event, range),
            }
        }
        self.ready.pop_front()
    }
}

impl<'a> Pieces<'a> {
    fn markdown(&mut self, mut event: Event<'a>, range: Range<usize>) {
        unpad(&mut event);
        let (padded_start, padded_end) = (range.start, range.end);
        let range = self.original(range);
        match &event {
            Event::Start(tag) if is_block(tag) => {
                self.start_block();
                self.block_end = padded_end;
            }
            Event::End(tag) if ends_block(tag) => self.start_block(),
            Event::Text(_) | Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_)
                if self.html.is_dropping() =>
            {
                return self.ready.push_back((Piece::Hidden, range));
            }
            Event::Text(text) | Event::Code(text) => {
                self.show(text.chars().next(), text.chars().next_back());
            }
            Event::SoftBreak => self.held = Some(self.ready.len()),
            Event::Start(_) | Event::End(_) | Event::FootnoteReference(_) => {}
            _ => self.show(None, None),
        }
        match &event {
            Event::Start(Tag::Heading { .. }) => {
                let line = self.padded.text.get(padded_start..padded_end).unwrap_or_default();
                let start = padded_start + opening(line);
                self.heading = Some(HeadingSpan { at: self.ready.len(), source: start..start });
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(padded_end),
            _ => {}
        }
        self.ready.push_back((Piece::Markdown(event), range));
    }

    /// Names the heading that ends at `end`. Braces at its end that are no
    /// attributes to Hugo (`/posts/{id}`) are text, though not to the parser.
    fn end_heading(&mut self, end: usize) {
        let Some(HeadingSpan { at, mut source }) = self.heading.take() else { return };
        let rest = self.padded.text.get(source.end..end).unwrap_or_default();
        let line = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
        let rest = rest[..line].trim_ascii_end();
        let is_text = rest.trim_ascii_start().starts_with('{') && !is_attributes(rest);
        if is_text {
            let range = source.end..source.end + rest.len();
            source.end = range.end;
            let text = strip(rest).unwrap_or_else(|| rest.to_owned());
            let range = self.original(range);
            self.ready.push_back((Piece::Markdown(Event::Text(text.into())), range));
        }
        if let Some((Piece::Markdown(Event::Start(Tag::Heading { id, .. })), _)) =
            self.ready.get_mut(at)
        {
            let source = self.padded.text.get(source).unwrap_or_default();
            let chosen = id.as_deref().filter(|_| !is_text).map(clean);
            let chosen = chosen.filter(|id| !id.is_empty());
            *id = Some(chosen.unwrap_or_else(|| short(source)).into());
        }
    }

    /// Forgets what can't go on from one block to the next.
    fn start_block(&mut self) {
        self.html = Tokenizer::default();
        self.show(None, None);
    }

    /// Notes that text goes on from `first` to `last`, and so decides whether
    /// the soft break before it shows.
    fn show(&mut self, first: Option<char>, last: Option<char>) {
        if let Some(held) = self.held.take()
            && let (Some(before), Some(after)) = (self.last, first)
            && soft_break_vanishes(before, after)
        {
            self.ready[held].0 = Piece::Joined;
        }
        self.last = last;
    }

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        let rest = self.padded.text.get(range.end..self.block_end).unwrap_or_default();
        let lines = vec![(0, self.padded.at(range.start))];
        let unpadded = strip(html);
        self.tokens(unpadded.as_deref().unwrap_or(html), rest, &LineMap { lines });
    }

    /// Reads a block of HTML to its end: its tags may span lines, which the
    /// parser gives one by one, without what a quote puts before them.
    fn html_block(&mut self, range: Range<usize>) {
        let range = self.original(range);
        self.start_block();
        self.ready.push_back((Piece::Markdown(Event::Start(Tag::HtmlBlock)), range.clone()));
        let mut html = String::new();
        let mut lines: Vec<(usize, usize)> = Vec::new();
        for (event, range) in self.events.by_ref() {
            match event {
                Event::Html(mut line) | Event::Text(mut line) => {
                    lines.push((html.len(), self.padded.at(range.start)));
                    unpad_text(&mut line);
                    html.push_str(&line);
                }
                Event::End(TagEnd::HtmlBlock) => break,
                _ => {}
            }
        }
        self.tokens(&html, "", &LineMap { lines });
        self.html = Tokenizer::default();
        self.ready.push_back((Piece::Markdown(Event::End(TagEnd::HtmlBlock)), range));
    }

    /// Makes pieces of `html`, after which the block goes on with `rest`.
    fn tokens(&mut self, html: &str, rest: &str, map: &LineMap) {
        let mut tokens = Vec::new();
        self.html.tokenize(html, rest, &mut tokens);
        for token in tokens {
            let (piece, range) = match token {
                Token::Text(range) => {
                    self.text(html, range, map);
                    continue;
                }
                Token::Open(range, name, mut attributes) => {
                    for attribute in &mut attributes {
                        let one_line = map.run_end(&attribute.range) == attribute.range.end;
                        let len = if one_line { attribute.range.len() } else { 0 };
                        let start = map.at(attribute.range.start);
                        attribute.range = start..start + len;
                    }
                    if name.kind() != Kind::Inline {
                        self.show(None, None);
                    }
                    (Piece::Open(name, attributes), range)
                }
                Token::Close(range, name) => (Piece::Close(name), range),
                Token::Hidden(range) => (Piece::Hidden, range),
            };
            self.ready.push_back((piece, map.range(range)));
        }
    }

    fn text(&mut self, html: &str, mut range: Range<usize>, map: &LineMap) {
        while !range.is_empty() {
            let end = map.run_end(&range);
            for (shown, part) in entities(&html[range.start..end]) {
                let at = map.at(range.start + part.start);
                let text = Event::Text(shown.into());
                self.ready.push_back((Piece::Markdown(text), at..at + part.len()));
            }
            range.start = end;
        }
    }

    fn original(&self, range: Range<usize>) -> Range<usize> {
        self.padded.at(range.start)..self.padded.at(range.end)
    }
}

/// A heading that has started.
struct HeadingSpan {
    /// Its place among the pieces that are ready.
    at: usize,
    /// From its first event to its last, in the padded text.
    source: Range<usize>,
}

impl HeadingSpan {
    fn extend(&mut self, event: &Event<'_>, range: &Range<usize>) {
        if !matches!(event, Event::End(TagEnd::Heading(_))) {
            self.source.end = self.source.end.max(range.end);
        }
    }
}

/// Where the lines of a block of HTML stand in the source.
struct LineMap {
    /// Offset in the block, offset in the source; both ascend.
    lines: Vec<(usize, usize)>,
}

impl LineMap {
    fn at(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|&(start, _)| start <= offset);
        let Some(&(start, source)) = line.checked_sub(1).and_then(|line| self.lines.get(line))
        else {
            return offset;
        };
        source + (offset - start)
    }

    /// The source from the first byte of `range` to its last.
    fn range(&self, range: Range<usize>) -> Range<usize> {
        self.at(range.start)..self.at(range.end.saturating_sub(1).max(range.start)) + 1
    }

    /// Where the first run of `range` ends that is contiguous in the source.
    fn run_end(&self, range: &Range<usize>) -> usize {
        let next = self.lines.partition_point(|&(start, _)| start <= range.start);
        let later = self.lines[next..].iter().take_while(|&&(start, _)| start < range.end);
        let gap = later.copied().find(|&(start, source)| self.at(start - 1) + 1 != source);
        gap.map_or(range.end, |(start, _)| start)
    }
}

fn is_block(tag: &Tag) -> bool {
    ends_block(&tag.to_end())
}

pub(super) fn ends_block(tag: &TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// Takes the sentinels out of `event`.
fn unpad(event: &mut Event<'_>) {
    match event {
        Event::Text(text)
        | Event::Code(text)
        | Event::InlineMath(text)
        | Event::DisplayMath(text)
        | Event::FootnoteReference(text)
        | Event::Start(
            Tag::CodeBlock(CodeBlockKind::Fenced(text)) | Tag::FootnoteDefinition(text),
        ) => unpad_text(text),
        Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
            unpad_text(dest_url);
            unpad_text(title);
        }
        _ => {}
    }
}

fn unpad_text(text: &mut CowStr<'_>) {
    if let Some(unpadded) = strip(text) {
        *text = unpadded.into();
    }
}
