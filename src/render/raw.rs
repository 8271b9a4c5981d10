//! HTML written in a post, turned into elements of the tree.

use crate::markdown::{Anchors, ElementName, RawAttribute};

use super::stack::clean;
use super::tree::{Align, Attribute, Element, Id, NumberName};
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
    let mut kept = Vec::new();
    let id = get("id").or_else(|| get("name").filter(|_| name == ElementName::A));
    if let Some(id) = id.map(Anchors::clean).filter(|id| !id.is_empty()) {
        kept.push(Attribute::Id(Id::new(place.id_prefix, &id)));
    }
    if name == ElementName::Img {
        let text = clean(get("alt").unwrap_or_default());
        let Some(source) = get("src").and_then(|src| Url::image(src, place)) else {
            return Err(text);
        };
        kept.extend([Attribute::Source(source), Attribute::Alternative(text)]);
    }
    let to = get("href").and_then(|href| Url::link(href, place));
    // A hint says more about a link, not what stands where one was.
    let has_title = name != ElementName::A || to.is_some();
    kept.extend(to.map(Attribute::To));
    if let Some(title) = get("title").filter(|title| has_title && !title.is_empty()) {
        kept.push(Attribute::Title(clean(title)));
    }
    // Of numbers out of range the nearest counts, and the default goes unsaid.
    for (written, name, range, default) in [
        ("width", NumberName::Width, 0..=9999, u32::MAX),
        ("height", NumberName::Height, 0..=9999, u32::MAX),
        ("start", NumberName::Start, 0..=u32::MAX, 1),
        ("colspan", NumberName::Columns, 1..=1000, 1),
        ("rowspan", NumberName::Rows, 1..=1000, 1),
    ] {
        let number = get(written).and_then(number);
        let number = number.map(|number| number.clamp(*range.start(), *range.end()));
        if let Some(number) = number.filter(|&number| number != default) {
            kept.push(Attribute::Number(name, number));
        }
    }
    kept.extend(get("align").and_then(align).map(Attribute::Align));
    kept.extend(get("open").map(|_| Attribute::Open));
    Ok(Element { name, attributes: kept, children: Vec::new() })
}

/// Pixels or a count: digits, with `px` after them or not.
fn number(written: &str) -> Option<u32> {
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
