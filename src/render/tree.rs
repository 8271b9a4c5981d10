//! The page as a tree. Only what a page may hold can be said in it.

use crate::markdown::ElementName;

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
    /// What it is, with the attributes that only it can have.
    pub tag: Tag,
    /// Its id, if something can link to it.
    pub id: Option<Id>,
    /// What it is for, where its tag doesn't say.
    pub class: Option<Class>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// What an element is.
#[derive(Clone, Debug, PartialEq)]
pub enum Tag {
    /// An element without attributes of its own.
    Plain(ElementName),
    /// `a` that leads somewhere.
    Link {
        /// Where it leads.
        to: Url,
        /// A hint; may be empty.
        title: String,
    },
    /// `img`, loaded when it comes into view.
    Image {
        /// Where the image is.
        source: Url,
        /// What stands for it where it isn't seen; may be empty.
        alt: String,
        /// A hint; may be empty.
        title: String,
        /// Width in pixels, if given.
        width: Option<u16>,
        /// Height in pixels, if given.
        height: Option<u16>,
    },
    /// `ol` whose first number isn't 1.
    OrderedFrom(u32),
    /// `td`, or `th` in a head.
    Cell {
        /// Whether it is a `th`.
        is_head: bool,
        /// To which side it leans.
        align: Option<Align>,
        /// Columns it takes.
        columns: u16,
        /// Rows it takes.
        rows: u16,
    },
    /// `details` shown open.
    OpenDetails,
    /// `code` in a language.
    CodeIn(Language),
    /// The box of a task, which can't be ticked.
    Checkbox {
        /// Whether the task is done.
        is_checked: bool,
    },
    /// `abbr` with what it is short for.
    Abbreviation(String),
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
        Self { whole: [prefix, anchor].concat(), prefix_bytes: prefix.len() }
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
        let name = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
        let valid = (1..=32).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "#+-._".contains(c));
        valid.then(|| Self(name.to_owned()))
    }
}

impl Element {
    /// An empty element.
    pub(super) fn new(tag: Tag) -> Self {
        Self { tag, id: None, class: None, children: Vec::new() }
    }

    pub(super) fn plain(name: ElementName) -> Self {
        Self::new(Tag::Plain(name))
    }

    pub(super) fn with_class(mut self, class: Class) -> Self {
        self.class = Some(class);
        self
    }

    pub(super) fn with_id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// The element's name in HTML.
    pub fn name(&self) -> &'static str {
        match &self.tag {
            Tag::Checkbox { .. } => "input",
            tag => tag.element_name().as_str(),
        }
    }

    /// Whether the element can't have content, nor an end tag in HTML.
    pub fn is_void(&self) -> bool {
        matches!(self.name(), "br" | "hr" | "img" | "input" | "wbr")
    }

    /// Calls `put` with the name and value of each attribute, in a fixed order.
    pub fn attributes(&self, mut put: impl FnMut(&'static str, &str)) {
        if let Some(id) = &self.id {
            put("id", id.as_str());
        }
        if let Some(class) = self.class {
            put("class", class.as_str());
        }
        match &self.tag {
            Tag::Plain(_) => {}
            Tag::Link { to, title } => {
                put("href", to.as_str());
                if !title.is_empty() {
                    put("title", title);
                }
                if to.is_external() {
                    put("rel", "noopener noreferrer");
                }
            }
            Tag::Image { source, alt, title, width, height } => {
                // Before `src`, which would start to load at once.
                put("loading", "lazy");
                put("src", source.as_str());
                put("alt", alt);
                if !title.is_empty() {
                    put("title", title);
                }
                for (name, pixels) in [("width", width), ("height", height)] {
                    if let Some(pixels) = pixels {
                        put(name, &pixels.to_string());
                    }
                }
            }
            Tag::OrderedFrom(start) => put("start", &start.to_string()),
            Tag::Cell { align, columns, rows, .. } => {
                match align {
                    Some(Align::Left) => put("align", "left"),
                    Some(Align::Center) => put("align", "center"),
                    Some(Align::Right) => put("align", "right"),
                    None => {}
                }
                for (name, count) in [("colspan", columns), ("rowspan", rows)] {
                    if *count != 1 {
                        put(name, &count.to_string());
                    }
                }
            }
            Tag::OpenDetails => put("open", ""),
            Tag::CodeIn(Language(name)) => put("class", &["language-", name].concat()),
            Tag::Checkbox { is_checked } => {
                put("type", "checkbox");
                put("disabled", "");
                if *is_checked {
                    put("checked", "");
                }
            }
            Tag::Abbreviation(title) => put("title", title),
        }
    }
}

impl Tag {
    /// The element that the tag is a case of; a checkbox counts as its text.
    pub(super) fn element_name(&self) -> ElementName {
        match self {
            Self::Plain(name) => *name,
            Self::Link { .. } => ElementName::A,
            Self::Image { .. } => ElementName::Img,
            Self::OrderedFrom(_) => ElementName::Ol,
            Self::Cell { is_head: true, .. } => ElementName::Th,
            Self::Cell { is_head: false, .. } => ElementName::Td,
            Self::OpenDetails => ElementName::Details,
            Self::CodeIn(_) => ElementName::Code,
            Self::Checkbox { .. } => ElementName::Span,
            Self::Abbreviation(_) => ElementName::Abbr,
        }
    }
}
