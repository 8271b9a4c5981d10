//! HTML written in a post, turned into elements of the tree.

use crate::markdown::{ElementName, RawAttribute, clean_id};

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
    if let Some(id) = id.map(clean_id).filter(|id| !id.is_empty()) {
        kept.push(Attribute::Id(Id::new(place.id_prefix, &id)));
    }
    if name == ElementName::Img {
        let text = clean(get("alt").unwrap_or_default());
        let Some(source) = get("src").and_then(|src| Url::image(src, place)) else {
            return Err(text);
        };
        kept.push(Attribute::Source(source));
        kept.push(Attribute::Alternative(text));
    }
    let to = get("href").and_then(|href| Url::link(href, place));
    // A hint says more about a link, not what stands where one was.
    let has_title = name != ElementName::A || to.is_some();
    if let Some(to) = to {
        kept.push(Attribute::To(to));
    }
    if let Some(title) = get("title").filter(|title| has_title && !title.is_empty()) {
        kept.push(Attribute::Title(clean(title)));
    }
    for &(written, name, least, most, default) in NUMBERS {
        if let Some(number) = get(written).and_then(number) {
            let number = number.clamp(least, most);
            if number != default {
                kept.push(Attribute::Number(name, number));
            }
        }
    }
    if let Some(align) = get("align").and_then(align) {
        kept.push(Attribute::Align(align));
    }
    if get("open").is_some() {
        kept.push(Attribute::Open);
    }
    Ok(Element { name, attributes: kept, children: Vec::new() })
}

/// Attributes of numbers: of one out of range the nearest counts, and the
/// default, which stands last, goes unsaid.
const NUMBERS: &[(&str, NumberName, u32, u32, u32)] = &[
    ("width", NumberName::Width, 0, 9999, u32::MAX),
    ("height", NumberName::Height, 0, 9999, u32::MAX),
    ("start", NumberName::Start, 0, u32::MAX, 1),
    ("colspan", NumberName::Columns, 1, 1000, 1),
    ("rowspan", NumberName::Rows, 1, 1000, 1),
];

/// Pixels or a count: digits, with `px` after them or not.
fn number(written: &str) -> Option<u32> {
    let written = written.trim_ascii();
    written.strip_suffix("px").unwrap_or(written).parse().ok()
}

fn align(written: &str) -> Option<Align> {
    const NAMES: &[(&str, Align)] = &[
        ("left", Align::Left),
        ("center", Align::Center),
        ("middle", Align::Center),
        ("right", Align::Right),
    ];
    let name = written.trim_ascii();
    NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|&(_, align)| align)
}
