//! The JavaScript face of rendering. Only this folder names JavaScript.

use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::dom::Dom;
use crate::render::{Node, RenderOptions, Walk, outline, tree};

/// A post on its way into a page.
#[wasm_bindgen]
pub struct Rendering {
    outline: Vec<Heading>,
    /// The page, until its first node is asked for.
    nodes: Vec<Node>,
    dom: Option<Dom>,
}

/// A heading in a table of contents.
#[derive(Serialize)]
struct Heading {
    level: u8,
    anchor: String,
    text: String,
}

#[wasm_bindgen]
impl Rendering {
    /// Reads `text`, the Markdown of a post. Its relative links start from
    /// `base_url`; the ids in it start with `id_prefix` (`s-` when empty).
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, base_url: &str, id_prefix: &str) -> Rendering {
        let nodes = tree(text, &RenderOptions { base_url, id_prefix });
        let headings = outline(&nodes).into_iter();
        let outline = headings.map(|entry| {
            let crate::render::OutlineEntry { level, anchor, text } = entry;
            Heading { level, anchor, text }
        });
        Rendering { outline: outline.collect(), nodes, dom: None }
    }

    /// Adds at most `max_nodes` nodes of the page to `parent`, the same element
    /// each time. Returns whether more is left.
    pub fn append(&mut self, parent: &Element, max_nodes: u32) -> Result<bool, JsValue> {
        let document = parent.owner_document().ok_or("the parent has no document")?;
        let nodes = &mut self.nodes;
        let dom =
            self.dom.get_or_insert_with(|| Dom::new(Walk::new(std::mem::take(nodes)), document));
        dom.append(parent, max_nodes)
    }

    /// The headings, in order: `[{ level, anchor, text }]`. An anchor is an id
    /// without its prefix.
    pub fn outline(&self) -> Result<JsValue, JsValue> {
        Ok(serde_wasm_bindgen::to_value(&self.outline)?)
    }
}
