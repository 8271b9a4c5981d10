//! A tree of the page, built in the DOM.
//!
//! Elements and text nodes are created one by one. No HTML string is ever made,
//! so that a page under Trusted Types has nothing to refuse.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Node};

use crate::render::{Step, Walk};

/// Builds a tree in slices, so that a long post doesn't hold up the page.
pub(super) struct Dom {
    walk: Walk,
    document: Document,
    /// The elements that are open, innermost last.
    open: Vec<Node>,
}

impl Dom {
    pub(super) fn new(walk: Walk, document: Document) -> Self {
        Self { walk, document, open: Vec::new() }
    }

    /// Adds at most `max_nodes` nodes under `parent`, which must be the same
    /// each time. Returns whether more is left.
    pub(super) fn append(&mut self, parent: &Element, max_nodes: u32) -> Result<bool, JsValue> {
        let mut left = max_nodes;
        while left > 0 {
            let into = self.open.last().unwrap_or(parent);
            match self.walk.next() {
                Some(Step::Open(element)) => {
                    left -= 1;
                    let node = self.document.create_element(element.name.as_str())?;
                    for attribute in &element.attributes {
                        attribute.write(&mut |name, value| {
                            // Fails for a name that is none; these are.
                            let _ = node.set_attribute(name, value);
                        });
                    }
                    into.append_child(&node)?;
                    self.open.push(node.into());
                }
                Some(Step::Text(text)) => {
                    left -= 1;
                    into.append_child(&self.document.create_text_node(&text))?;
                }
                Some(Step::Close) => {
                    self.open.pop();
                }
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}
