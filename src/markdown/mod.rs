//! The one reading of Markdown, for the index, the snippets and the page.
use std::ops::Range;
/// What a mark marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// Prose.
    Prose,
    /// Heading.
    Heading,
    /// Code.
    Code,
}
/// Visible text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Kind.
    pub kind: MarkKind,
    /// First of its block.
    pub opens_block: bool,
    /// Bytes.
    pub range: Range<usize>,
}
/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its first mark.
    pub mark: usize,
    /// Level.
    pub level: u8,
    /// Anchor.
    pub anchor: String,
}
