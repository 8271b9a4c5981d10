//! Footnotes, gathered where they are written and listed at the end.

use crate::markdown::ElementName;

use super::tree::{Attribute, Class, Element, Id, Node, concat, decimal};
use super::url::{Place, Url};

/// Footnotes of one page at most.
const MAX_FOOTNOTES: usize = 10_000;

/// The footnotes of a page.
#[derive(Default)]
pub(super) struct Footnotes {
    /// In the order of the first references.
    list: Vec<Footnote>,
    /// Places in the list, in the order of the labels.
    sorted: Vec<usize>,
    /// The definitions that have started, innermost last.
    open: Vec<usize>,
}

#[derive(Default)]
struct Footnote {
    label: String,
    /// How often it was referred to.
    times: u32,
    content: Option<Vec<Node>>,
}

impl Footnotes {
    /// Notes a reference. Returns the footnote's number, and how many
    /// references to it there are now.
    pub(super) fn refer(&mut self, label: &str) -> (String, u32) {
        let place = self.place(label);
        let footnote = &mut self.list[place];
        footnote.times += 1;
        (decimal(place as u32 + 1), footnote.times)
    }

    /// Starts the definition of a footnote.
    pub(super) fn start(&mut self, label: &str) {
        let place = self.place(label);
        self.open.push(place);
    }

    /// Ends the definition that was started last. The first of a label counts.
    pub(super) fn end(&mut self, content: Vec<Node>) {
        if let Some(place) = self.open.pop() {
            self.list[place].content.get_or_insert(content);
        }
    }

    /// Whether a definition has started and not ended.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether there may be no more of them.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() > MAX_FOOTNOTES
    }

    fn place(&mut self, label: &str) -> usize {
        let found = self.sorted.binary_search_by(|&place| (*self.list[place].label).cmp(label));
        match found {
            Ok(at) => self.sorted[at],
            Err(at) => {
                let place = self.list.len();
                self.sorted.insert(at, place);
                self.list.push(Footnote { label: label.to_owned(), ..Footnote::default() });
                place
            }
        }
    }

    /// The list at the end of the page, if there are any.
    pub(super) fn section(self, place: &Place<'_>) -> Option<Element> {
        let mut list = Element::new(ElementName::Ol);
        for (number, Footnote { times, content, .. }) in (1u32..).zip(self.list) {
            let number = decimal(number);
            let id = Id::new(place.id_prefix, &concat(&["fn:", &number]));
            let mut item = Element::new(ElementName::Li).with(Attribute::Id(id));
            // One that was cut off keeps its number.
            item.children = content.unwrap_or_default();
            // One way back for each reference, but not for thousands.
            for time in 1..=times.min(16) {
                let to = Url::to_fragment(&reference_name(&number, time), place);
                let link = Element::new(ElementName::A);
                let link = link.with(Attribute::Class(Class::FootnoteBackref));
                let mut link = link.with(Attribute::To(to));
                link.children.push(Node::Text("↩\u{FE0E}".to_owned()));
                let into = match item.children.last_mut() {
                    Some(Node::Element(last)) if last.name == ElementName::P => last,
                    _ => &mut item,
                };
                match into.children.last_mut() {
                    Some(Node::Text(before)) => before.push(' '),
                    _ => into.children.push(Node::Text(" ".to_owned())),
                }
                into.children.push(Node::Element(link));
            }
            list.children.push(Node::Element(item));
        }
        let class = Attribute::Class(Class::Footnotes);
        let mut section = Element::new(ElementName::Section).with(class);
        let is_empty = list.children.is_empty();
        section.children.push(Node::Element(list));
        (!is_empty).then_some(section)
    }
}

/// The name of the place that refers to a footnote, for the way back.
pub(super) fn reference_name(number: &str, time: u32) -> String {
    let time = if time == 1 { String::new() } else { decimal(time) };
    concat(&["fnref", &time, ":", number])
}
