//! The tree as HTML, as the HTML Standard serialises it: what `outerHTML` of
//! the same tree in a page gives.

use super::tree::{Element, Node};
use super::walk::{Step, Walk};

/// Writes `nodes` as HTML.
pub(super) fn write(nodes: Vec<Node>) -> String {
    let mut html = String::new();
    let mut open: Vec<&'static str> = Vec::new();
    for step in Walk::new(nodes) {
        match step {
            Step::Open(element) => {
                start_tag(&element, &mut html);
                open.push(if element.name.is_void() { "" } else { element.name.as_str() });
            }
            Step::Text(text) => escape(&text, false, &mut html),
            Step::Close => {
                if let Some(name) = open.pop().filter(|name| !name.is_empty()) {
                    html.push_str("</");
                    html.push_str(name);
                    html.push('>');
                }
            }
        }
    }
    html
}

fn start_tag(element: &Element, html: &mut String) {
    html.push('<');
    html.push_str(element.name.as_str());
    for attribute in &element.attributes {
        attribute.write(&mut |name, value| {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape(value, true, html);
            html.push('"');
        });
    }
    html.push('>');
}

/// Since 2025 the Standard escapes angle brackets in attributes too.
fn escape(text: &str, is_attribute: bool, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '\u{A0}' => html.push_str("&nbsp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' if is_attribute => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}
