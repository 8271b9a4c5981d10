//! The page as a tree. Only what a page may hold can be said in it.

use crate::markdown::{CodeClass, ElementName};

use super::url::Url;

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// An element and what is in it.
    Element(Element),
    /// Text, never empty, and never beside another text.
    Text(String),
}

/// An element of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What it is.
    pub name: ElementName,
    /// Its attributes, in the order of the page.
    pub attributes: Vec<Attribute>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// An attribute of an element. Some stand for more than one in the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// `id`, if something can link to it.
    Id(Id),
    /// `class`: what the element is for, where its name doesn't say.
    Class(Class),
    /// `class` of code in a language.
    Language(Language),
    /// `href`, and `rel` where it leads to another site.
    To(Url),
    /// `src` of an image, which is loaded when it comes into view.
    Source(Url),
    /// `alt`: what stands for an image where it isn't seen.
    Alternative(String),
    /// `title`: a hint.
    Title(String),
    /// `align` of a table cell.
    Align(Align),
    /// An attribute whose value is a number.
    Number(NumberName, u32),
    /// `open`, of details.
    Open,
    /// `type` and the rest of the box of a task, which can't be ticked.
    Checkbox {
        /// Whether the task is done.
        is_checked: bool,
    },
}

/// An attribute whose value is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberName {
    /// `width` of an image, in pixels.
    Width,
    /// `height` of an image, in pixels.
    Height,
    /// `start`: the first number of a list.
    Start,
    /// `colspan`: columns that a cell takes.
    Columns,
    /// `rowspan`: rows that a cell takes.
    Rows,
}

/// To which side a table cell leans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say all")]
pub enum Align {
    Left,
    Center,
    Right,
}

/// What an element is for, in the words a style sheet knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A formula in a line, as it was written, with its dollar signs.
    Math,
    /// A formula on its own.
    MathDisplay,
    /// The number that leads to a footnote.
    FootnoteRef,
    /// The way back from a footnote.
    FootnoteBackref,
    /// All footnotes.
    Footnotes,
    /// `> [!NOTE]`
    AlertNote,
    /// `> [!TIP]`
    AlertTip,
    /// `> [!IMPORTANT]`
    AlertImportant,
    /// `> [!WARNING]`
    AlertWarning,
    /// `> [!CAUTION]`
    AlertCaution,
    /// Says that the rest of the post was cut.
    Cut,
    /// A part of a program.
    Code(CodeClass),
}

impl Class {
    /// The name in the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Math => "math",
            Self::MathDisplay => "math math-display",
            Self::FootnoteRef => "footnote-ref",
            Self::FootnoteBackref => "footnote-backref",
            Self::Footnotes => "footnotes",
            Self::AlertNote => "alert alert-note",
            Self::AlertTip => "alert alert-tip",
            Self::AlertImportant => "alert alert-important",
            Self::AlertWarning => "alert alert-warning",
            Self::AlertCaution => "alert alert-caution",
            Self::Cut => "cut",
            Self::Code(class) => class.as_str(),
        }
    }
}

/// An id with its prefix, which keeps it from hiding a name of the page's
/// scripts (`document.cookie` can be shadowed by an element of that id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id {
    whole: String,
    prefix_bytes: usize,
}

impl Id {
    pub(super) fn new(prefix: &str, anchor: &str) -> Self {
        Self { whole: concat(&[prefix, anchor]), prefix_bytes: prefix.len() }
    }

    /// The id as it stands in the page.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// The id without its prefix, as on the post's own page.
    pub fn anchor(&self) -> &str {
        &self.whole[self.prefix_bytes..]
    }
}

/// The name of a programming language: ASCII letters, digits and `#+-._`, at
/// most 32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

impl Language {
    /// The language that the words after a code fence name first.
    pub(super) fn of_fence(info: &str) -> Option<Self> {
        let ends = |byte: u8| matches!(byte, b' ' | b'\t' | b',' | b'{');
        let name = &info[..info.bytes().position(ends).unwrap_or(info.len())];
        let valid = (1..=32).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"#+-._".contains(&byte));
        valid.then(|| Self(name.to_owned()))
    }
}

impl Element {
    /// An element without attributes or content.
    pub(super) fn new(name: ElementName) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new() }
    }

    pub(super) fn with(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// The id, if something can link to the element.
    pub fn id(&self) -> Option<&Id> {
        self.attributes.iter().find_map(|attribute| match attribute {
            Attribute::Id(id) => Some(id),
            _ => None,
        })
    }
}

impl Attribute {
    /// Calls `put` with the name and value of each attribute of the page that
    /// this one stands for.
    pub fn write(&self, put: &mut dyn FnMut(&'static str, &str)) {
        match self {
            Self::Id(id) => put("id", id.as_str()),
            Self::Class(class) => put("class", class.as_str()),
            Self::Language(Language(name)) => put("class", &concat(&["language-", name])),
            Self::To(url) => {
                put("href", url.as_str());
                if url.is_external() {
                    put("rel", "noopener noreferrer");
                }
            }
            Self::Source(url) => {
                // Before `src`, which would start to load at once.
                put("loading", "lazy");
                put("src", url.as_str());
            }
            Self::Alternative(text) => put("alt", text),
            Self::Title(text) => put("title", text),
            Self::Align(align) => put("align", align.as_str()),
            Self::Number(name, value) => put(name.as_str(), &decimal(*value)),
            Self::Open => put("open", ""),
            Self::Checkbox { is_checked } => {
                put("type", "checkbox");
                put("disabled", "");
                if *is_checked {
                    put("checked", "");
                }
            }
        }
    }
}

impl NumberName {
    fn as_str(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Height => "height",
            Self::Start => "start",
            Self::Columns => "colspan",
            Self::Rows => "rowspan",
        }
    }
}

impl Align {
    fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Center => "center",
            Self::Right => "right",
        }
    }
}

/// The parts in a row. The standard library's way is sixteen times as large.
pub(super) fn concat(parts: &[&str]) -> String {
    let mut whole = String::new();
    for part in parts {
        whole.push_str(part);
    }
    whole
}

/// `number` in digits. The standard library's way brings its whole formatting
/// into the module.
pub(super) fn decimal(number: u32) -> String {
    let mut digits = String::new();
    let mut unit = 1_000_000_000;
    while unit > 0 {
        if number >= unit || unit == 1 {
            digits.push(char::from(b'0' + (number / unit % 10) as u8));
        }
        unit /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_the_standard_library() {
        for number in [0, 7, 10, 99, 100, 1_000_000_007, u32::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
