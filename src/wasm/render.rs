//! The JavaScript face of rendering. Only this folder names JavaScript.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::dom::Dom;
use crate::markdown::Run;
use crate::render::{Node, RenderOptions, Walk, tree};

/// A post on its way into a page.
#[wasm_bindgen]
pub struct Rendering {
    /// The page, until its first node is asked for.
    nodes: Vec<Node>,
    dom: Option<Dom>,
}

#[wasm_bindgen]
impl Rendering {
    /// Reads `text`, the Markdown of a post. Its relative links start from
    /// `base_url`; the ids in it start with `id_prefix` (`s-` when empty);
    /// `runs` are the numbers of those of its code.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, base_url: &str, id_prefix: &str, runs: Vec<u32>) -> Rendering {
        let runs: Vec<Run> = runs.into_iter().map(Run::of_number).collect();
        let options = RenderOptions { base_url, id_prefix, runs: &runs };
        Rendering { nodes: tree(text, &options), dom: None }
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
}
