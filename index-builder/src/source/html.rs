//! A rendered page: its title, its language and its main text.

use std::collections::BTreeMap;

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node as HtmlNode, Selector};

use super::toml::from_json;
use super::value::Table;

/// What a rendered page is read for, as front matter and plain text.
///
/// The text is that of `main`, else of `article`, else of `body`; what frames
/// it (navigation, header and footer of the page, forms, scripts) is not read.
///
/// # Errors
///
/// When its elements nest too deeply: the parser looks through all that are
/// open at every tag.
pub(super) fn read(text: &str) -> Result<(Table, String), &'static str> {
    if open_elements(text) > MAX_OPEN {
        return Err("its elements nest too deeply");
    }
    let page = Html::parse_document(text);
    let first = |selector: &str| {
        let selector = Selector::parse(selector).ok()?;
        page.select(&selector).next()
    };
    let mut meta = BTreeMap::new();
    let mut says = |key: &str, value: &str| {
        meta.insert(key.to_owned(), serde_json::Value::String(value.to_owned()));
    };
    if let Some(title) =
        ["title", "h1"].into_iter().filter_map(first).map(text_of).find(|text| !text.is_empty())
    {
        says("title", &title);
    }
    if let Some(lang) = page.root_element().attr("lang") {
        says("lang", lang);
    }
    let robots = first("meta[name=robots i]").and_then(|robots| robots.attr("content"));
    if robots.is_some_and(|content| content.to_ascii_lowercase().contains("noindex")) {
        says("noindex", "true");
    }
    if let Some(time) = first("meta[property='article:published_time']") {
        says("date", time.attr("content").unwrap_or(""));
    }
    let main = ["main", "[role=main]", "article", "body"].into_iter().find_map(first);
    let meta = meta.into_iter().map(|(key, value)| (key, from_json(value, 1))).collect();
    Ok((meta, main.map(text_of).unwrap_or_default()))
}

/// Elements that may be left open in a page.
const MAX_OPEN: usize = 5_000;

/// Elements that need no end.
const ENDLESS: [&str; 19] = [
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "source", "td", "th", "tr", "wbr",
];

/// How many elements are opened and not closed again, at most, by a count of
/// the tags alone.
fn open_elements(text: &str) -> usize {
    let (mut open, mut most) = (0usize, 0);
    for tag in text.split('<').skip(1) {
        if tag.starts_with('/') {
            open = open.saturating_sub(1);
        } else if tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
            let name = tag[..end].to_ascii_lowercase();
            open += usize::from(!ENDLESS.contains(&name.as_str()));
            most = most.max(open);
        }
    }
    most
}

/// Elements whose text is not the page's.
const FRAME: [&str; 14] = [
    "nav", "header", "footer", "aside", "form", "script", "style", "template", "noscript",
    "button", "select", "svg", "iframe", "dialog",
];

/// Elements within a line: text goes on across their edges.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "kbd", "mark", "q", "rb", "ruby",
    "s", "samp", "small", "span", "strong", "sub", "sup", "var",
];

/// The text below an element, a line for each block, walked without recursion:
/// pages may nest as deep as they like.
fn text_of(element: ElementRef<'_>) -> String {
    let mut out = String::new();
    let mut skipped = None;
    for edge in element.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            HtmlNode::Element(_) if skipped == Some(node.id()) => skipped = None,
            _ if skipped.is_some() => {}
            HtmlNode::Element(element) if FRAME.contains(&element.name()) && opens => {
                skipped = Some(node.id());
            }
            HtmlNode::Element(element) if !INLINE.contains(&element.name()) => out.push('\n'),
            HtmlNode::Text(text) if opens => {
                for c in text.chars() {
                    out.push(if c == '\n' || c == '\t' || c == '\r' { ' ' } else { c });
                }
            }
            _ => {}
        }
    }
    let lines = out.lines().map(|line| line.split(' ').filter(|word| !word.is_empty()));
    let lines = lines.map(|words| words.collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_text_is_read_without_its_frame() {
        let page = "<!doctype html><html lang=ja><title>全文検索</title><body><nav>目次</nav>\
                    <main><h1>全文検索</h1><p>索引を<b>引く</b>。<script>x</script></p><p>終</p></main>";
        let (meta, text) = read(page).unwrap();
        assert_eq!(meta["title"].text(), Some("全文検索"));
        assert_eq!(meta["lang"].text(), Some("ja"));
        assert_eq!(text, "全文検索\n索引を引く。\n終");
    }

    #[test]
    fn deep_nesting_is_walked_or_refused() {
        let nested = |depth| read(&format!("<body>{}検索<br><p>索引", "<div>".repeat(depth)));
        assert_eq!(nested(4_000).unwrap().1, "検索\n索引");
        assert!(nested(1_000_000).is_err());
    }
}
