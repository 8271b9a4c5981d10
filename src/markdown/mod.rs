//! The one reading of Markdown, for the index, the snippets and the page.
//!
//! The builder runs [`prepare`] once per post: shortcodes become Markdown, and
//! what a page would not show goes. The text that comes out is stored, [`read`]
//! for the index and the snippets, and rendered by [`crate::render`]. Both cut
//! it with [`Source::pieces`].

mod anchor;
mod code;
mod element;
mod expand;
mod letters;
mod liquid;
mod pieces;
mod prepare;
mod raw;
mod reading;
mod sentinel;
mod shortcode;
mod template;
mod tidy;
mod typography;
mod wide;

pub(crate) use anchor::clean as clean_id;
pub use code::{CodeClass, Run};
pub use element::ElementName;
pub(crate) use element::Kind;
pub use pieces::{Piece, Pieces, Source};
pub use prepare::{PrepareOptions, Prepared, RawHtml, Warning, prepare, prepare_and_read};
pub use raw::RawAttribute;
pub use reading::{Heading, Mark, MarkKind, Reading, read};
pub use template::Template;
pub use wide::soft_break_vanishes;
