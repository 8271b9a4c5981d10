//! HTML written in a post, turned into elements of the tree.

use crate::markdown::{Anchors, ElementName, RawAttribute};

use super::tree::{Align, Element, Id, Tag};
use super::url::{Place, Url};

/// The element `name` with those of its attributes that a page may hold.
///
/// `Err` holds the text to show where an image can't be.
pub(super) fn element(
    name: ElementName,
    attributes: &[RawAttribute],
    place: &Place<'_>,
) -> Result<Element, String> {
    let get = |wanted: &str| {
        attributes.iter().find(|attribute| attribute.name == wanted).map(|found| &*found.value)
    };
    let text = |wanted| super::stack::clean(get(wanted).unwrap_or_default());
    let tag = match name {
        ElementName::A => match get("href").and_then(|href| Url::link(href, place)) {
            Some(to) => Tag::Link { to, title: text("title") },
            None => Tag::Plain(name),
        },
        ElementName::Abbr if get("title").is_some() => Tag::Abbreviation(text("title")),
        ElementName::Img => match get("src").and_then(|src| Url::image(src, place)) {
            Some(source) => Tag::Image {
                source,
                alt: text("alt"),
                title: text("title"),
                width: get("width").and_then(number),
                height: get("height").and_then(number),
            },
            None => return Err(text("alt")),
        },
        ElementName::Ol => match get("start").and_then(|start| start.trim().parse().ok()) {
            Some(start) if start != 1 => Tag::OrderedFrom(start),
            _ => Tag::Plain(name),
        },
        ElementName::Td | ElementName::Th => Tag::Cell {
            is_head: name == ElementName::Th,
            align: get("align").and_then(align),
            columns: get("colspan").and_then(number).map_or(1, |count| count.clamp(1, 1000)),
            rows: get("rowspan").and_then(number).map_or(1, |count| count.clamp(1, 1000)),
        },
        ElementName::Details if get("open").is_some() => Tag::OpenDetails,
        _ => Tag::Plain(name),
    };
    let id = get("id").or_else(|| get("name").filter(|_| name == ElementName::A));
    let id = id.map(Anchors::clean).filter(|id| !id.is_empty());
    let mut element = Element::new(tag);
    element.id = id.map(|id| Id::new(place.id_prefix, &id));
    Ok(element)
}

/// Pixels or a count: digits, with `px` after them or not.
fn number(written: &str) -> Option<u16> {
    let written = written.trim();
    written.strip_suffix("px").unwrap_or(written).parse().ok()
}

fn align(written: &str) -> Option<Align> {
    match written.trim().to_ascii_lowercase().as_str() {
        "left" => Some(Align::Left),
        "center" | "middle" => Some(Align::Center),
        "right" => Some(Align::Right),
        _ => None,
    }
}
