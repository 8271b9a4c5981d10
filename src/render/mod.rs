//! The safe renderer: Markdown to a tree of allow-listed elements, and the tree
//! to HTML.
//!
//! A [`Node`] can't say anything that a page may not hold: elements, classes
//! and attributes are enums, and a [`Url`] is made through a list of schemes.
//! So there is nothing to sanitise, and both sinks (HTML here, the DOM in the
//! browser) only write down what is in the tree.
//!
//! ```
//! use sakuin::render::{RenderOptions, html};
//!
//! let options = RenderOptions { base_url: "/posts/a/", ..RenderOptions::default() };
//! assert_eq!(
//!     html("**「全文検索」**と[図](b.png) <script>alert(1)</script>", &options),
//!     "<p><strong>「全文検索」</strong>と<a href=\"/posts/a/b.png\">図</a> </p>"
//! );
//! ```

mod build;
mod footnotes;
mod html;
mod linkify;
mod raw;
mod stack;
mod tree;
mod url;
mod walk;

use crate::markdown::Run;

pub use tree::{Align, Attribute, Class, Element, Id, Language, Node, NumberName};
pub use url::Url;
#[cfg(all(target_arch = "wasm32", feature = "wasm-render"))]
pub(crate) use walk::{Step, Walk};

/// What a page needs to know besides its text.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions<'a> {
    /// The post's own address, absolute or from the root of the site, to which
    /// its relative links and images are resolved. Empty leaves them relative.
    pub base_url: &'a str,
    /// What every id starts with, `s-` unless given otherwise: without it, an
    /// id could hide a name of the page's scripts. Two posts in one page need
    /// two prefixes. Characters other than ASCII letters, digits, `-` and `_`
    /// are left out.
    pub id_prefix: &'a str,
    /// What the code of the text is made of, ascending, as [`Run`]s of it; code
    /// without any is plain.
    pub runs: &'a [Run],
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self { base_url: "", id_prefix: "s-", runs: &[] }
    }
}

/// The page of `text` as HTML.
pub fn html(text: &str, options: &RenderOptions<'_>) -> String {
    html::write(tree(text, options))
}

/// The page of `text` as a tree. It takes time and memory linear in the length
/// of the text; a page that would be too large ends in a [`Class::Cut`].
pub fn tree(text: &str, options: &RenderOptions<'_>) -> Vec<Node> {
    let mut id_prefix: String = options
        .id_prefix
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    if id_prefix.is_empty() {
        id_prefix.push_str(RenderOptions::default().id_prefix);
    }
    let place = url::Place { base_url: options.base_url, id_prefix: &id_prefix };
    build::build(text, options.runs, place)
}

/// A heading in a table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineEntry {
    /// From 1 to 6.
    pub level: u8,
    /// The heading's id without the prefix, as on the post's own page.
    pub anchor: String,
    /// The heading's text.
    pub text: String,
}

/// The headings of a page, in order.
pub fn outline(nodes: &[Node]) -> Vec<OutlineEntry> {
    let mut entries = Vec::new();
    collect(nodes, &mut entries);
    entries
}

fn collect(nodes: &[Node], entries: &mut Vec<OutlineEntry>) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        let level = match element.name.as_str().as_bytes() {
            [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
            _ => None,
        };
        match (level, element.id()) {
            (Some(level), Some(id)) => {
                let anchor = id.anchor().to_owned();
                entries.push(OutlineEntry { level, anchor, text: text_of(&element.children) });
            }
            _ => collect(&element.children, entries),
        }
    }
}

/// The text of `nodes` alone.
fn text_of(nodes: &[Node]) -> String {
    let text = nodes.iter().map(|node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) => text_of(&element.children),
    });
    text.collect()
}
