//! The HTML elements that a post may use, whether written as Markdown or HTML.

/// Declares the elements once: variant, name in HTML, and what surrounds them.
macro_rules! elements {
    ($($variant:ident $name:literal $kind:ident,)*) => {
        /// An element that a page may show. There is no other.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ElementName {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl ElementName {
            /// The name in HTML, in lower case.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether the element can't have content, nor an end tag in HTML.
            pub(crate) fn is_void(self) -> bool {
                self.kind() == Kind::Void || self == Self::Hr
            }

            /// How the element stands among others.
            pub(crate) fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind,)* }
            }

            /// All of them, by name.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
        }
    };
}

/// How an element stands among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Part of a line of text.
    Inline,
    /// Part of a line of text, without content.
    Void,
    /// Starts on a line of its own.
    Block,
}

elements! {
    A "a" Inline, Abbr "abbr" Inline, B "b" Inline, Bdi "bdi" Inline,
    Blockquote "blockquote" Block, Br "br" Void, Caption "caption" Block, Cite "cite" Inline,
    Code "code" Inline, Dd "dd" Block, Del "del" Inline, Details "details" Block,
    Dfn "dfn" Inline, Div "div" Block, Dl "dl" Block, Dt "dt" Block, Em "em" Inline,
    Figcaption "figcaption" Block, Figure "figure" Block, H1 "h1" Block, H2 "h2" Block,
    H3 "h3" Block, H4 "h4" Block, H5 "h5" Block, H6 "h6" Block, Hr "hr" Block, I "i" Inline,
    Img "img" Void, Input "input" Void, Ins "ins" Inline, Kbd "kbd" Inline, Li "li" Block, Mark "mark" Inline,
    Ol "ol" Block, P "p" Block, Pre "pre" Block, Q "q" Inline, Rb "rb" Inline, Rp "rp" Inline,
    Rt "rt" Inline, Ruby "ruby" Inline, S "s" Inline, Samp "samp" Inline,
    Section "section" Block, Small "small" Inline, Span "span" Inline, Strong "strong" Inline,
    Sub "sub" Inline, Summary "summary" Block, Sup "sup" Inline, Table "table" Block,
    Tbody "tbody" Block, Td "td" Block, Tfoot "tfoot" Block, Th "th" Block, Thead "thead" Block,
    Tr "tr" Block, U "u" Inline, Ul "ul" Block, Var "var" Inline, Wbr "wbr" Void,
}

/// What becomes of an element written as HTML in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Shown, under this name.
    Shown(ElementName),
    /// Its tags vanish, its content stays.
    Unwrapped,
    /// It vanishes with its content, which is text to a browser's parser.
    DroppedText,
    /// It vanishes with its content.
    Dropped,
}

/// The fate of the element `name`, and its name in lower case; that of one
/// nobody knows is empty.
pub(super) fn fate(name: &str) -> (&'static str, Fate) {
    for &(other, fate) in OTHERS {
        if other.eq_ignore_ascii_case(name) {
            return (other, fate);
        }
    }
    for &element in ElementName::ALL {
        if element.as_str().eq_ignore_ascii_case(name) {
            return (element.as_str(), Fate::Shown(element));
        }
    }
    ("", Fate::Unwrapped)
}

/// The elements that aren't shown as they are, but for those unwrapped that no
/// [`ElementName`] has.
const OTHERS: &[(&str, Fate)] = &[
    // Kept as a block, so that the text in it keeps its distance.
    ("address", Fate::Shown(ElementName::Div)),
    ("article", Fate::Shown(ElementName::Div)),
    ("aside", Fate::Shown(ElementName::Div)),
    ("center", Fate::Shown(ElementName::Div)),
    ("fieldset", Fate::Shown(ElementName::Div)),
    ("footer", Fate::Shown(ElementName::Div)),
    ("form", Fate::Shown(ElementName::Div)),
    ("header", Fate::Shown(ElementName::Div)),
    ("hgroup", Fate::Shown(ElementName::Div)),
    ("main", Fate::Shown(ElementName::Div)),
    ("nav", Fate::Shown(ElementName::Div)),
    ("search", Fate::Shown(ElementName::Div)),
    ("acronym", Fate::Shown(ElementName::Abbr)),
    ("dir", Fate::Shown(ElementName::Ul)),
    ("menu", Fate::Shown(ElementName::Ul)),
    ("strike", Fate::Shown(ElementName::S)),
    ("tt", Fate::Shown(ElementName::Code)),
    // Only a list of tasks has one.
    ("input", Fate::Unwrapped),
    ("iframe", Fate::DroppedText),
    ("noembed", Fate::DroppedText),
    ("noframes", Fate::DroppedText),
    ("noscript", Fate::DroppedText),
    ("plaintext", Fate::DroppedText),
    ("script", Fate::DroppedText),
    ("style", Fate::DroppedText),
    ("textarea", Fate::DroppedText),
    ("title", Fate::DroppedText),
    ("xmp", Fate::DroppedText),
    ("audio", Fate::Dropped),
    ("canvas", Fate::Dropped),
    ("datalist", Fate::Dropped),
    ("head", Fate::Dropped),
    ("math", Fate::Dropped),
    ("object", Fate::Dropped),
    ("select", Fate::Dropped),
    ("svg", Fate::Dropped),
    ("template", Fate::Dropped),
    ("video", Fate::Dropped),
];

/// The name of the attribute, in lower case, if a page uses it on the element.
pub(super) fn keeps(element: ElementName, attribute: &str) -> Option<&'static str> {
    use ElementName as E;
    const USES: &[(&str, &[E])] = &[
        ("href", &[E::A]),
        ("name", &[E::A]),
        ("title", &[E::A, E::Abbr, E::Img]),
        ("src", &[E::Img]),
        ("alt", &[E::Img]),
        ("width", &[E::Img]),
        ("height", &[E::Img]),
        ("start", &[E::Ol]),
        ("align", &[E::Td, E::Th]),
        ("colspan", &[E::Td, E::Th]),
        ("rowspan", &[E::Td, E::Th]),
        ("open", &[E::Details]),
        ("id", ElementName::ALL),
    ];
    let used = USES
        .iter()
        .find(|(name, on)| name.eq_ignore_ascii_case(attribute) && on.contains(&element));
    used.map(|(name, _)| *name)
}
