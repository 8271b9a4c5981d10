//! What programs in a post are made of, for their colours.
//!
//! The builder finds it out, the text block holds it, and the renderer makes an
//! element of each run.

/// What a run of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say all")]
pub enum CodeClass {
    Comment,
    /// A string or a character.
    String,
    /// A number, or another constant of the language.
    Number,
    Keyword,
    /// The name of a function.
    Function,
    /// The name of a type.
    Type,
    /// The name of an element of markup.
    Tag,
    /// The name of an attribute, or a key.
    Attribute,
    /// A line that a change brings.
    Inserted,
    /// A line that a change takes away.
    Deleted,
}

impl CodeClass {
    /// All of them; their numbers in a text block start with 1.
    pub const ALL: [CodeClass; 10] = [
        CodeClass::Comment,
        CodeClass::String,
        CodeClass::Number,
        CodeClass::Keyword,
        CodeClass::Function,
        CodeClass::Type,
        CodeClass::Tag,
        CodeClass::Attribute,
        CodeClass::Inserted,
        CodeClass::Deleted,
    ];

    /// The name in the page: that of Pygments, by which the highlighters of
    /// Hugo and Jekyll go too, so that their style sheets fit.
    pub fn as_str(self) -> &'static str {
        ["c", "s", "m", "k", "nf", "nc", "nt", "na", "gi", "gd"][self as usize]
    }
}

/// A place from which on code is of a class, up to the next such place or the
/// end of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run(u32);

impl Run {
    /// From `at_bytes` in the text, which must be less than 2²⁸, code is of
    /// `class`; without one it is plain.
    pub fn new(at_bytes: usize, class: Option<CodeClass>) -> Self {
        Self((at_bytes as u32) << 4 | class.map_or(0, |class| class as u32 + 1))
    }

    /// The run of a number: its place times 16, plus 0 for plain or its class's.
    pub fn of_number(number: u32) -> Self {
        Self(number)
    }

    /// The run as a number, see [`Run::of_number`].
    pub fn number(self) -> u32 {
        self.0
    }

    /// Where it starts.
    pub fn at_bytes(self) -> usize {
        (self.0 >> 4) as usize
    }

    /// What it is; an unknown class counts as plain.
    pub fn class(self) -> Option<CodeClass> {
        CodeClass::ALL.get((self.0 as usize & 15).wrapping_sub(1)).copied()
    }

    /// The same `by_bytes` later, in a text with as much before it.
    pub fn later(self, by_bytes: usize) -> Self {
        Self(self.0.wrapping_add((by_bytes as u32) << 4))
    }
}
