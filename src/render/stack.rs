//! The tree while it grows: the elements that are open, and what may go where.
//!
//! The rules are those by which a browser's parser moves or closes elements
//! (no block in a paragraph, no link in a link, cells only in rows). A tree
//! that keeps them reads back from its own HTML unchanged, so that nothing can
//! hide in the difference.

use crate::markdown::{ElementName, Kind};

use super::tree::{Element, Node};

/// Elements inside each other at most; what is deeper stays as text of the
/// element around it.
const MAX_DEPTH: usize = 64;

/// Who opened an element, and so who may close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Markdown,
    Html,
}

struct Frame {
    /// `None` where the content goes elsewhere: nothing outside counts inside.
    element: Option<Element>,
    by: By,
    children: Vec<Node>,
    /// What Markdown opened here and will close, but stands nowhere.
    skipped: usize,
}

/// The open elements, innermost last. The first is the page.
pub(super) struct Stack {
    frames: Vec<Frame>,
    depth: usize,
    links: usize,
    codes: usize,
}

impl Stack {
    pub(super) fn new() -> Self {
        let mut stack = Self { frames: Vec::new(), depth: 0, links: 0, codes: 0 };
        stack.open_apart();
        stack
    }

    /// Whether a link is open here.
    pub(super) fn is_in_link(&self) -> bool {
        self.links > 0
    }

    /// Whether code is open here, which is kept as it is.
    pub(super) fn is_in_code(&self) -> bool {
        self.codes > 0
    }

    /// Opens `element`, which Markdown will close. Where it may not stand, only
    /// its content does.
    pub(super) fn open(&mut self, element: Element) {
        match self.make_room(&element) {
            true => self.push(element, By::Markdown),
            false => self.open_nothing(),
        }
    }

    /// Opens nothing: what Markdown closes next leaves only its content.
    pub(super) fn open_nothing(&mut self) {
        if let Some(top) = self.frames.last_mut() {
            top.skipped += 1;
        }
    }

    /// Opens `element`, which HTML may close, if it may stand here.
    pub(super) fn open_html(&mut self, element: Element) {
        if self.make_room(&element) {
            self.push(element, By::Html);
        }
    }

    /// Opens a tree of its own, whose nodes [`Stack::close_apart`] returns.
    pub(super) fn open_apart(&mut self) {
        let children = Vec::new();
        self.frames.push(Frame { element: None, by: By::Markdown, children, skipped: 0 });
    }

    /// Closes what Markdown opened last, and all that HTML left open in it.
    pub(super) fn close(&mut self) {
        if let Some(top) = self.close_left_open().filter(|top| top.skipped > 0) {
            top.skipped -= 1;
        } else if self.top().is_some_and(|top| !top.is_apart()) {
            self.pop();
        }
    }

    /// Closes what Markdown opened last, which goes if there is nothing in it.
    pub(super) fn close_unless_empty(&mut self) {
        let is_empty = |top: &Frame| top.skipped == 0 && top.children.is_empty() && !top.is_apart();
        if self.close_left_open().is_some_and(|top| is_empty(top)) {
            self.remove();
        } else {
            self.close();
        }
    }

    /// Closes what HTML left open in what Markdown opened last.
    fn close_left_open(&mut self) -> Option<&mut Frame> {
        while self.top().is_some_and(|top| top.by == By::Html && top.skipped == 0) {
            self.pop();
        }
        self.frames.last_mut()
    }

    /// Closes what [`Stack::open_apart`] opened last.
    pub(super) fn close_apart(&mut self) -> Vec<Node> {
        while self.top().is_some_and(|frame| !frame.is_apart()) {
            self.pop();
        }
        self.frames.pop().map(|frame| frame.children).unwrap_or_default()
    }

    /// Closes the innermost `name` that HTML opened, if it is in reach.
    pub(super) fn close_html(&mut self, name: ElementName) {
        let is_part = is_table_part(name) || name == ElementName::Table;
        for (at, frame) in self.frames.iter().enumerate().rev() {
            let Some(open) = frame.name().filter(|_| frame.is_free()) else { return };
            if open == name {
                return self.pop_to(at);
            }
            if !is_part && (is_cell(open) || open == ElementName::Table) {
                return;
            }
        }
    }

    /// Adds an element without content.
    pub(super) fn void(&mut self, element: Element) {
        if self.make_room(&element) {
            self.put(Node::Element(element));
        }
    }

    /// Adds text, never empty on the page.
    pub(super) fn text(&mut self, text: &str) {
        let parent = self.parent();
        let is_space = text.bytes().all(|byte| byte.is_ascii_whitespace());
        let mut text = text;
        match parent {
            Some(parent) if is_table_only(parent) => {
                if is_space {
                    return;
                }
                self.fill_cell();
            }
            // Space between blocks that HTML laid out.
            None | Some(ElementName::Ul | ElementName::Ol | ElementName::Dl) if is_space => return,
            // A browser drops a line break at the start.
            Some(ElementName::Pre) if self.top().is_some_and(|top| top.children.is_empty()) => {
                let breaks = text.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                text = &text[breaks..];
            }
            _ => {}
        }
        if !text.is_empty() {
            self.put(Node::Text(clean(text)));
        }
    }

    /// Makes `element` possible here by closing what HTML left open and opening
    /// what it left out. Returns whether it is possible.
    fn make_room(&mut self, element: &Element) -> bool {
        let name = element.name;
        if is_table_part(name) {
            return self.make_room_in_table(name) && self.depth < MAX_DEPTH;
        }
        if self.parent().is_some_and(is_table_only) {
            self.fill_cell();
        }
        use ElementName as E;
        let fits = match name {
            E::A => self.close_open(|open| open == E::A, is_cell),
            E::Li => {
                self.close_open(|open| open == E::Li, ends_list_scope) && !self.is_item_apart()
            }
            E::Dd | E::Dt => self.close_open(|open| matches!(open, E::Dd | E::Dt), ends_list_scope),
            E::Rb | E::Rp | E::Rt => {
                self.close_open(
                    |open| matches!(open, E::Rb | E::Rp | E::Rt),
                    |open| open == E::Ruby,
                ) && self.parent() == Some(E::Ruby)
            }
            E::H1 | E::H2 | E::H3 | E::H4 | E::H5 | E::H6
                if self.parent().is_some_and(is_heading) =>
            {
                self.close_open(is_heading, |open| !is_heading(open))
            }
            _ => true,
        };
        let is_block = name.kind() == Kind::Block || name == E::Hr;
        let ends_p_scope = |open| is_cell(open) || open == E::Table;
        let fits = fits && (!is_block || self.close_open(|open| open == E::P, ends_p_scope));
        fits && (name.kind() == Kind::Void || self.depth < MAX_DEPTH)
    }

    /// Closes the innermost element that `is_it` names, if there is one inside
    /// of what `ends` names. Returns false when Markdown holds it open.
    fn close_open(
        &mut self,
        is_it: impl Fn(ElementName) -> bool,
        ends: impl Fn(ElementName) -> bool,
    ) -> bool {
        let mut is_free = true;
        for (at, frame) in self.frames.iter().enumerate().rev() {
            is_free &= frame.is_free();
            let Some(open) = frame.name() else { break };
            if is_it(open) {
                if is_free {
                    self.pop_to(at);
                }
                return is_free;
            }
            if ends(open) {
                break;
            }
        }
        true
    }

    /// Whether what stands here comes into an item later, as a footnote does: a
    /// second item would end it.
    fn is_item_apart(&self) -> bool {
        let ends = |frame: &Frame| frame.name().is_none_or(ends_list_scope);
        let at = self.frames.iter().rposition(ends).unwrap_or(0);
        0 < at && self.frames[at].is_apart()
    }

    /// Closes down to the part of the innermost table that can hold `name`, and
    /// opens the parts between.
    fn make_room_in_table(&mut self, name: ElementName) -> bool {
        use ElementName as E;
        let holds: fn(E) -> bool = match name {
            E::Td | E::Th => {
                |open| matches!(open, E::Tr | E::Tbody | E::Thead | E::Tfoot | E::Table)
            }
            E::Tr => |open| matches!(open, E::Tbody | E::Thead | E::Tfoot | E::Table),
            _ => |open| open == E::Table,
        };
        let mut is_free = true;
        for (at, frame) in self.frames.iter().enumerate().rev() {
            if frame.name().is_some_and(holds) {
                self.pop_to(at + 1);
                let parent = frame_name(self.frames.get(at));
                if name != E::Tr && is_cell(name) && name != E::Caption {
                    if parent == Some(E::Table) {
                        self.push(Element::new(E::Tbody), By::Html);
                    }
                    if parent != Some(E::Tr) {
                        self.push(Element::new(E::Tr), By::Html);
                    }
                } else if name == E::Tr && parent == Some(E::Table) {
                    self.push(Element::new(E::Tbody), By::Html);
                }
                return true;
            }
            is_free &= frame.is_free();
            if frame.is_apart() || !is_free {
                return false;
            }
        }
        false
    }

    /// Opens the cell that content directly in a table or row needs.
    fn fill_cell(&mut self) {
        if self.make_room_in_table(ElementName::Td) {
            self.push(Element::new(ElementName::Td), By::Html);
        }
    }

    fn push(&mut self, element: Element, by: By) {
        let frame = Frame { element: Some(element), by, children: Vec::new(), skipped: 0 };
        self.depth += 1;
        self.links += usize::from(frame.is_link());
        self.codes += usize::from(frame.is_code());
        self.frames.push(frame);
    }

    fn pop(&mut self) {
        if let Some(element) = self.remove() {
            self.put(Node::Element(element));
        }
    }

    fn remove(&mut self) -> Option<Element> {
        let frame = self.frames.pop()?;
        self.depth -= 1;
        self.links -= usize::from(frame.is_link());
        self.codes -= usize::from(frame.is_code());
        let children = frame.children;
        frame.element.map(|element| Element { children, ..element })
    }

    fn pop_to(&mut self, len: usize) {
        while self.frames.len() > len.max(1) {
            self.pop();
        }
    }

    fn put(&mut self, node: Node) {
        let Some(top) = self.frames.last_mut() else { return };
        match (top.children.last_mut(), node) {
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, node) => top.children.push(node),
        }
    }

    fn top(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The innermost element that stands in the tree.
    fn parent(&self) -> Option<ElementName> {
        self.top().and_then(Frame::name)
    }
}

impl Frame {
    fn name(&self) -> Option<ElementName> {
        self.element.as_ref().map(|element| element.name)
    }

    fn is_apart(&self) -> bool {
        self.element.is_none()
    }

    /// Whether HTML may close it: Markdown neither opened it nor counts on it.
    fn is_free(&self) -> bool {
        self.by == By::Html && self.skipped == 0
    }

    fn is_link(&self) -> bool {
        self.name() == Some(ElementName::A)
    }

    fn is_code(&self) -> bool {
        matches!(self.name(), Some(ElementName::Code | ElementName::Pre))
    }
}

fn frame_name(frame: Option<&Frame>) -> Option<ElementName> {
    frame.and_then(Frame::name)
}

/// `text` with the characters that HTML can't hold replaced.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\r' => cleaned.push('\n'),
            '\n' if after_return => {}
            '\0' => cleaned.push('\u{FFFD}'),
            c => cleaned.push(c),
        }
        after_return = c == '\r';
    }
    cleaned
}

fn is_heading(name: ElementName) -> bool {
    use ElementName as E;
    matches!(name, E::H1 | E::H2 | E::H3 | E::H4 | E::H5 | E::H6)
}

/// Elements that hold parts of tables and nothing else.
fn is_table_only(name: ElementName) -> bool {
    use ElementName as E;
    matches!(name, E::Table | E::Tbody | E::Thead | E::Tfoot | E::Tr)
}

/// Elements that only a table holds.
fn is_table_part(name: ElementName) -> bool {
    use ElementName as E;
    name != E::Table && is_table_only(name) || is_cell(name)
}

/// Elements through which a table holds other content.
fn is_cell(name: ElementName) -> bool {
    matches!(name, ElementName::Td | ElementName::Th | ElementName::Caption)
}

/// What a list item looks no further than, to find the one before it.
fn ends_list_scope(name: ElementName) -> bool {
    use ElementName as E;
    (name.kind() == Kind::Block) && !matches!(name, E::Div | E::P | E::Li | E::Dd | E::Dt)
}
