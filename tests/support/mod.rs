//! What the tests of the renderer share: the fixtures, a tokenizer for HTML and
//! the allow-list, written down a second time.

#![allow(dead_code, reason = "each test uses a part")]

use std::io::{Write, stderr};
use std::path::PathBuf;

/// A file of the shared folder, named by `SAKUIN_SHARED`; `None`, and a word on
/// it, when the variable isn't set.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("SAKUIN_SHARED") else {
        // Past the capture of the test runner, which shows only failures.
        let _ = writeln!(stderr(), "skipped: SAKUIN_SHARED isn't set, and {path} is there");
        return None;
    };
    let path = PathBuf::from(folder).join(path);
    assert!(path.exists(), "{} is missing", path.display());
    Some(path)
}

/// A token of HTML.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Open { name: String, attributes: Vec<(String, String)> },
    Close { name: String },
    Text(String),
    Comment(String),
}

/// Cuts HTML into tokens, as a browser does.
pub(crate) fn tokens(html: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = html;
    let mut text = String::new();
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((token, len)) = markup(rest) else {
            text.push('<');
            rest = &rest[1..];
            continue;
        };
        if !text.is_empty() {
            tokens.push(Token::Text(decode(&std::mem::take(&mut text))));
        }
        tokens.push(token);
        rest = &rest[len..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        tokens.push(Token::Text(decode(&text)));
    }
    tokens
}

fn markup(html: &str) -> Option<(Token, usize)> {
    for short in ["<!-->", "<!--->"] {
        if html.starts_with(short) {
            return Some((Token::Comment(String::new()), short.len()));
        }
    }
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")] {
        if let Some(rest) = html.strip_prefix(start) {
            let len = rest.find(end).unwrap_or(rest.len());
            let whole = (start.len() + len + end.len()).min(html.len());
            return Some((Token::Comment(rest[..len].to_owned()), whole));
        }
    }
    let is_end = html.starts_with("</");
    let name_at = 1 + usize::from(is_end);
    let name_len = html[name_at..].find(|c: char| c.is_ascii_whitespace() || "/>".contains(c))?;
    let name = html[name_at..name_at + name_len].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut at = name_at + name_len;
    let mut attributes = Vec::new();
    loop {
        at += html[at..].find(|c: char| !c.is_ascii_whitespace() && c != '/')?;
        if html[at..].starts_with('>') {
            at += 1;
            break;
        }
        let stop = |c: char| c.is_ascii_whitespace() || "/>=".contains(c);
        let name_len = html[at..].find(stop)?.max(1);
        let name = html[at..at + name_len].to_ascii_lowercase();
        at += name_len;
        let after = html[at..].trim_start();
        let mut value = String::new();
        if let Some(after) = after.strip_prefix('=') {
            let after = after.trim_start();
            let start = html.len() - after.len();
            let (from, to, next) = match after.as_bytes().first()? {
                quote @ (b'"' | b'\'') => {
                    let end = after[1..].find(char::from(*quote))?;
                    (1, 1 + end, 2 + end)
                }
                _ => {
                    let end = after.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
                    (0, end, end)
                }
            };
            value = decode(&after[from..to]);
            at = start + next;
        }
        attributes.push((name, value));
    }
    let token = if is_end { Token::Close { name } } else { Token::Open { name, attributes } };
    Some((token, at))
}

/// Decodes the entities that serialised HTML and the examples hold.
pub(crate) fn decode(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&nbsp;", "\u{A0}").replace("&ouml;", "ö");
    text.replace("&amp;", "&")
}

const PLAIN: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdi",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rb",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// What code is made of.
const CODE: [&str; 10] = ["c", "s", "m", "k", "nf", "nc", "nt", "na", "gi", "gd"];

/// Whether a page may hold the element.
pub(crate) fn is_allowed(name: &str) -> bool {
    PLAIN.contains(&name)
}

/// Whether a page may hold the attribute, with this value, on the element.
pub(crate) fn allows(element: &str, attribute: &str, value: &str) -> bool {
    let is_number = || value.parse::<u32>().is_ok();
    match (element, attribute) {
        ("a", "href") => is_address(value, &["http", "https", "mailto", "tel"]),
        ("img", "src") => {
            is_address(value, &["http", "https"])
                || ["png", "jpeg", "gif", "webp", "avif"].iter().any(|kind| {
                    let value = value.to_ascii_lowercase();
                    let kind = format!("data:image/{kind}");
                    value.strip_prefix(&kind).is_some_and(|rest| rest.starts_with([';', ',']))
                })
        }
        ("a", "rel") => value == "noopener noreferrer",
        ("a" | "img" | "abbr", "title") | ("img", "alt") => true,
        ("img", "width" | "height") | ("ol", "start") | ("td" | "th", "colspan" | "rowspan") => {
            is_number()
        }
        ("img", "loading") => value == "lazy",
        ("td" | "th", "align") => ["left", "center", "right"].contains(&value),
        ("details", "open") | ("input", "disabled" | "checked") => value.is_empty(),
        ("input", "type") => value == "checkbox",
        ("code", "class") => value.strip_prefix("language-").is_some_and(|language| {
            language.chars().all(|c| c.is_alphanumeric() || "#+-._".contains(c))
        }),
        (_, "class") => [
            "math",
            "math math-display",
            "footnote-ref",
            "footnote-backref",
            "footnotes",
            "alert alert-note",
            "alert alert-tip",
            "alert alert-important",
            "alert alert-warning",
            "alert alert-caution",
            "cut",
        ]
        .into_iter()
        .chain(CODE)
        .any(|class| class == value),
        (_, "id") => value.starts_with("s-") && !value.contains(char::is_whitespace),
        _ => false,
    }
}

/// Whether the address is relative or of one of the schemes, as a browser reads
/// it: without control characters, and space around it.
fn is_address(address: &str, schemes: &[&str]) -> bool {
    let address: String = address.chars().filter(|c| !c.is_control()).collect();
    let address = address.trim();
    let Some(end) = address.find([':', '/', '?', '#']) else { return true };
    if !address[end..].starts_with(':') {
        return true;
    }
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    !address[..end].chars().all(is_scheme)
        || schemes.contains(&address[..end].to_ascii_lowercase().as_str())
}
