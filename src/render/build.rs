//! Pieces of Markdown to the tree of the page.

use std::ops::Range;

use pulldown_cmark::Tag as Markdown;
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, TagEnd};

use crate::markdown::{CodeClass, ElementName, Piece, RawAttribute, Run, Source};

use super::footnotes::{Footnotes, reference_name};
use super::linkify::addresses;
use super::raw;
use super::stack::{Stack, clean};
use super::tree::{Align, Attribute, Class, Element, Id, Language, Node, NumberName, concat};
use super::url::{Place, Url};

/// Elements and texts of one page at most.
const MAX_NODES: usize = 200_000;

/// Table cells after which the parser's fillers at the end of short rows are
/// left out.
const MAX_FILLED_CELLS: usize = 20_000;

/// Bytes of text and addresses that a page may have: these, and for each byte
/// of the post [`BYTES_PER_BYTE`] more.
const MIN_BYTES: usize = 1 << 20;
const BYTES_PER_BYTE: usize = 8;

/// The page of `text`. Takes time and memory linear in its length.
pub(super) fn build(text: &str, runs: &[Run], place: Place<'_>) -> Vec<Node> {
    let mut builder = Builder {
        place,
        stack: Stack::new(),
        text: String::new(),
        runs,
        code: None,
        image: None,
        table: Table::default(),
        footnotes: Footnotes::default(),
        left_nodes: MAX_NODES,
        left_bytes: MIN_BYTES + BYTES_PER_BYTE * text.len(),
        is_cut: false,
    };
    for (piece, range) in Source::new(text).pieces() {
        if builder.is_cut {
            break;
        }
        match piece {
            Piece::Markdown(Event::Text(text)) if builder.code.is_some() => {
                builder.code(&text, range);
            }
            Piece::Markdown(event) => builder.event(&event),
            Piece::Open(name, attributes) => builder.open_html(name, &attributes),
            Piece::Close(name) => {
                builder.flush();
                builder.stack.close_html(name);
            }
            Piece::Joined | Piece::Hidden => {}
        }
    }
    builder.finish()
}

struct Builder<'a> {
    place: Place<'a>,
    stack: Stack,
    /// Text that goes on until something else comes: the parser cuts addresses
    /// at their punctuation.
    text: String,
    /// Those that are still to come.
    runs: &'a [Run],
    /// In a block of code: the class of what comes next.
    code: Option<Option<CodeClass>>,
    /// The image whose alternative text is being read.
    image: Option<Image>,
    table: Table,
    footnotes: Footnotes,
    left_nodes: usize,
    left_bytes: usize,
    is_cut: bool,
}

struct Image {
    source: Option<Url>,
    title: String,
    alt: String,
    /// Images inside of the text of this one.
    nested: u32,
}

#[derive(Default)]
struct Table {
    align: Vec<Alignment>,
    column: usize,
    is_head: bool,
    has_body: bool,
    cells: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if self.image.is_some() {
            return self.alternative(event);
        }
        match event {
            Event::Text(text) => {
                self.spend(text.len());
                if self.stack.is_in_code() {
                    self.stack.text(text);
                } else {
                    self.text.push_str(text);
                }
            }
            Event::SoftBreak => self.text.push('\n'),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            Event::Code(text) => self.leaf(Element::new(ElementName::Code), text),
            Event::InlineMath(text) => {
                self.math(Class::Math, &concat(&["$", text, "$"]));
            }
            Event::DisplayMath(text) => {
                self.math(Class::MathDisplay, &concat(&["$$", text, "$$"]));
            }
            Event::HardBreak => self.void(Element::new(ElementName::Br)),
            Event::Rule => self.void(Element::new(ElementName::Hr)),
            Event::TaskListMarker(is_checked) => {
                let checkbox = Attribute::Checkbox { is_checked: *is_checked };
                self.void(Element::new(ElementName::Input).with(checkbox));
                self.text.push(' ');
            }
            Event::FootnoteReference(label) => self.footnote_reference(label),
            // The pieces hold no HTML as the parser gives it.
            Event::Html(_) | Event::InlineHtml(_) => {}
        }
    }

    fn start(&mut self, tag: &Markdown<'_>) {
        use ElementName as E;
        let mut attributes = Vec::new();
        let name = match tag {
            Markdown::Paragraph => E::P,
            Markdown::Heading { level, id, .. } => {
                let id = clean(id.as_deref().unwrap_or_default());
                attributes.push(Attribute::Id(Id::new(self.place.id_prefix, &id)));
                [E::H1, E::H2, E::H3, E::H4, E::H5, E::H6][*level as usize - 1]
            }
            Markdown::BlockQuote(kind) => {
                if let Some(kind) = kind {
                    attributes.push(Attribute::Class(match kind {
                        BlockQuoteKind::Note => Class::AlertNote,
                        BlockQuoteKind::Tip => Class::AlertTip,
                        BlockQuoteKind::Important => Class::AlertImportant,
                        BlockQuoteKind::Warning => Class::AlertWarning,
                        BlockQuoteKind::Caution => Class::AlertCaution,
                    }));
                }
                E::Blockquote
            }
            Markdown::CodeBlock(kind) => {
                self.open(Element::new(E::Pre));
                self.code = Some(None);
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some(language) = Language::of_fence(info)
                {
                    attributes.push(Attribute::Language(language));
                }
                E::Code
            }
            Markdown::List(None) => E::Ul,
            Markdown::List(Some(start)) => {
                // CommonMark's numbers have nine digits at most.
                if *start != 1 {
                    attributes.push(Attribute::Number(NumberName::Start, *start as u32));
                }
                E::Ol
            }
            Markdown::Item => E::Li,
            Markdown::FootnoteDefinition(label) => {
                self.flush();
                self.footnotes.start(label);
                self.is_cut |= self.footnotes.is_full();
                return self.stack.open_apart();
            }
            Markdown::DefinitionList => E::Dl,
            Markdown::DefinitionListTitle => E::Dt,
            Markdown::DefinitionListDefinition => E::Dd,
            Markdown::Table(align) => {
                let align = align.clone();
                self.table = Table { align, cells: self.table.cells, ..Table::default() };
                E::Table
            }
            Markdown::TableHead => {
                self.table.is_head = true;
                self.table.column = 0;
                self.open(Element::new(E::Thead));
                E::Tr
            }
            Markdown::TableRow => {
                self.table.column = 0;
                if !self.table.has_body {
                    self.table.has_body = true;
                    self.open(Element::new(E::Tbody));
                }
                E::Tr
            }
            Markdown::TableCell => {
                let align = match self.table.align.get(self.table.column) {
                    None | Some(Alignment::None) => None,
                    Some(Alignment::Left) => Some(Align::Left),
                    Some(Alignment::Center) => Some(Align::Center),
                    Some(Alignment::Right) => Some(Align::Right),
                };
                if let Some(align) = align {
                    attributes.push(Attribute::Align(align));
                }
                self.table.column += 1;
                self.table.cells += 1;
                if self.table.is_head { E::Th } else { E::Td }
            }
            Markdown::Emphasis => E::Em,
            Markdown::Strong => E::Strong,
            Markdown::Strikethrough => E::Del,
            Markdown::Superscript => E::Sup,
            Markdown::Subscript => E::Sub,
            Markdown::Link { link_type, dest_url, title, .. } => {
                let mailto = if *link_type == LinkType::Email { "mailto:" } else { "" };
                self.spend(dest_url.len() + title.len() + self.place.base_url.len());
                let Some(to) = Url::link(&concat(&[mailto, dest_url]), &self.place) else {
                    self.flush();
                    return self.stack.open_nothing();
                };
                attributes.push(Attribute::To(to));
                if !title.is_empty() {
                    attributes.push(Attribute::Title(clean(title)));
                }
                E::A
            }
            Markdown::Image { dest_url, title, .. } => {
                self.spend(dest_url.len() + title.len() + self.place.base_url.len());
                let source = Url::image(dest_url, &self.place);
                let alt = String::new();
                self.image = Some(Image { source, title: String::from(&**title), alt, nested: 0 });
                return;
            }
            Markdown::HtmlBlock | Markdown::MetadataBlock(_) => return,
        };
        self.open(Element { name, attributes, children: Vec::new() });
    }

    fn end(&mut self, tag: TagEnd) {
        self.flush();
        match tag {
            TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) | TagEnd::Image => {}
            TagEnd::FootnoteDefinition => {
                let content = self.stack.close_apart();
                self.footnotes.end(content);
            }
            TagEnd::TableHead => {
                self.table.is_head = false;
                self.stack.close();
                self.stack.close();
            }
            TagEnd::Table => {
                if self.table.has_body {
                    self.stack.close();
                }
                self.stack.close();
            }
            TagEnd::CodeBlock => {
                self.code = None;
                self.stack.close();
                self.stack.close();
            }
            TagEnd::TableCell => {
                let has_enough = self.table.cells > MAX_FILLED_CELLS;
                if has_enough { self.stack.close_unless_empty() } else { self.stack.close() }
            }
            _ => self.stack.close(),
        }
    }

    /// Adds code from `range` of the post, and an element around each run in it.
    fn code(&mut self, text: &str, range: Range<usize>) {
        let mut done = 0;
        while let Some((run, later)) = self.runs.split_first()
            && run.at_bytes() < range.end
        {
            let at = run.at_bytes().saturating_sub(range.start);
            // Where code isn't written as it is shown, a run may lie outside.
            if let Some(part) = text.get(done..at) {
                self.code_run(part);
                done = at;
            }
            self.code = Some(run.class());
            self.runs = later;
        }
        self.code_run(&text[done..]);
    }

    fn code_run(&mut self, text: &str) {
        match self.code.flatten() {
            Some(class) if !text.is_empty() => {
                let span = Element::new(ElementName::Span);
                self.leaf(span.with(Attribute::Class(Class::Code(class))), text);
            }
            _ => {
                self.spend(text.len());
                self.stack.text(text);
            }
        }
    }

    /// Reads the alternative text of an image up to its end.
    fn alternative(&mut self, event: &Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => image.alt.push_str(text),
            Event::InlineMath(text) => image.alt.push_str(&concat(&["$", text, "$"])),
            Event::DisplayMath(text) => image.alt.push_str(&concat(&["$$", text, "$$"])),
            Event::SoftBreak | Event::HardBreak => image.alt.push('\n'),
            Event::Start(Markdown::Image { .. }) => image.nested += 1,
            Event::End(TagEnd::Image) if image.nested > 0 => image.nested -= 1,
            Event::End(TagEnd::Image) => {
                let Some(Image { source, title, alt, .. }) = self.image.take() else { return };
                self.spend(alt.len());
                let Some(source) = source else {
                    return self.text.push_str(&alt);
                };
                let mut image = Element::new(ElementName::Img);
                image.attributes.push(Attribute::Source(source));
                image.attributes.push(Attribute::Alternative(clean(&alt)));
                if !title.is_empty() {
                    image.attributes.push(Attribute::Title(clean(&title)));
                }
                self.void(image);
            }
            _ => {}
        }
    }

    fn open_html(&mut self, name: ElementName, attributes: &[RawAttribute]) {
        if self.image.is_some() {
            return;
        }
        self.spend(attributes.iter().map(|attribute| attribute.value.len()).sum());
        match raw::element(name, attributes, &self.place) {
            Ok(element) if element.name.is_void() => self.void(element),
            Ok(element) => {
                self.spend(1);
                self.flush();
                self.stack.open_html(element);
            }
            Err(text) => self.text.push_str(&text),
        }
    }

    fn footnote_reference(&mut self, label: &str) {
        let (number, time) = self.footnotes.refer(label);
        self.is_cut |= self.footnotes.is_full();
        let name = reference_name(&number, time);
        let id = Attribute::Id(Id::new(self.place.id_prefix, &name));
        let to = Url::to_fragment(&concat(&["fn:", &number]), &self.place);
        self.open(Element::new(ElementName::Sup).with(id));
        let link = Element::new(ElementName::A).with(Attribute::Class(Class::FootnoteRef));
        self.leaf(link.with(Attribute::To(to)), &number);
        self.stack.close();
    }

    /// Takes what a node costs; without enough left, the page is cut here.
    fn spend(&mut self, bytes: usize) {
        match (self.left_nodes.checked_sub(1), self.left_bytes.checked_sub(bytes)) {
            (Some(nodes), Some(bytes)) => (self.left_nodes, self.left_bytes) = (nodes, bytes),
            _ => self.is_cut = true,
        }
    }

    fn open(&mut self, element: Element) {
        self.spend(0);
        self.flush();
        self.stack.open(element);
    }

    fn void(&mut self, element: Element) {
        self.spend(0);
        self.flush();
        self.stack.void(element);
    }

    fn math(&mut self, class: Class, text: &str) {
        self.leaf(Element::new(ElementName::Span).with(Attribute::Class(class)), text);
    }

    fn leaf(&mut self, element: Element, text: &str) {
        self.spend(text.len());
        self.open(element);
        self.stack.text(text);
        self.stack.close();
    }

    /// Puts the text that has come so far into the tree, with its links.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let found = if self.stack.is_in_link() { Vec::new() } else { addresses(&text) };
        let mut done = 0;
        for (range, before) in found {
            let address = &text[range.clone()];
            let Some(to) = Url::link(&concat(&[before, address]), &self.place) else { continue };
            self.stack.text(&text[done..range.start]);
            self.spend(to.as_str().len());
            self.stack.open(Element::new(ElementName::A).with(Attribute::To(to)));
            self.stack.text(address);
            self.stack.close();
            done = range.end;
        }
        self.stack.text(&text[done..]);
    }

    fn finish(mut self) -> Vec<Node> {
        self.flush();
        while self.footnotes.is_open() {
            let content = self.stack.close_apart();
            self.footnotes.end(content);
        }
        let mut page = self.stack.close_apart();
        if self.is_cut {
            let mut mark = Element::new(ElementName::P).with(Attribute::Class(Class::Cut));
            mark.children.push(Node::Text("…".to_owned()));
            page.push(Node::Element(mark));
        }
        if let Some(section) = self.footnotes.section(&self.place) {
            page.push(Node::Element(section));
        }
        page
    }
}
