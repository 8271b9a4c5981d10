//! The tree step by step, in the order of the page: what both sinks follow.

use std::vec::IntoIter;

use super::tree::{Element, Node};

/// One step through a tree.
pub(crate) enum Step {
    /// Into an element, whose children come next.
    Open(Element),
    /// A text.
    Text(String),
    /// Out of the element opened last.
    Close,
}

/// Goes through a tree, taking it apart.
pub(crate) struct Walk {
    /// What is left to do in each open element, innermost last.
    left: Vec<IntoIter<Node>>,
}

impl Walk {
    pub(crate) fn new(nodes: Vec<Node>) -> Self {
        Self { left: vec![nodes.into_iter()] }
    }
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        match self.left.last_mut()?.next() {
            Some(Node::Text(text)) => Some(Step::Text(text)),
            Some(Node::Element(mut element)) => {
                self.left.push(std::mem::take(&mut element.children).into_iter());
                Some(Step::Open(element))
            }
            None => {
                self.left.pop();
                (!self.left.is_empty()).then_some(Step::Close)
            }
        }
    }
}
