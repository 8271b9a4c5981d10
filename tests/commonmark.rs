//! The examples of CommonMark 0.31.2 and GitHub's extensions.
//!
//! Output is compared after the normalisation of the specification's own test
//! runner. Raw HTML in what is expected goes through the allow-list first, as
//! it does in a post; how many examples that touches is asserted.

mod support;

use std::collections::BTreeMap;

use sakuin::markdown::{PrepareOptions, prepare};
use sakuin::render::{RenderOptions, html};
use serde_json::Value;
use support::{Token, shared, tokens};

/// What an example tells about the renderer.
#[derive(Debug, PartialEq)]
enum Outcome {
    Equal,
    EqualWithinAllowList,
    Different { expected: String, actual: String },
}

fn compare(example: &Value, links_addresses: bool) -> Outcome {
    let text = example["markdown"].as_str().expect("an example has markdown");
    let written = example["html"].as_str().expect("an example has html");
    let plain = normalise(tokens(written), links_addresses);
    let allowed = normalise(balance(allow(tokens(written))), links_addresses);
    let actual = html(text, &RenderOptions::default());
    let actual = normalise(without_own(tokens(&actual)), links_addresses);
    if actual == plain {
        Outcome::Equal
    } else if actual == allowed {
        Outcome::EqualWithinAllowList
    } else {
        Outcome::Different { expected: allowed, actual }
    }
}

/// Compares every example of `file` and returns how many are equal, how many
/// only within the allow-list, and the others.
fn run(file: &str, links_addresses: bool) -> Option<(usize, usize, Vec<u64>)> {
    let path = shared(&format!("fixtures/markdown-spec/{file}"))?;
    let examples = std::fs::read_to_string(&path).expect("the fixture is readable");
    let examples: Vec<Value> = serde_json::from_str(&examples).expect("the fixture is JSON");
    let (mut equal, mut within, mut others) = (0, 0, Vec::new());
    for example in &examples {
        let section = example["section"].as_str().unwrap_or_default();
        let is_base = file == "gfm-spec.json" && section != "Autolinks (extension)";
        match compare(example, links_addresses && !is_base) {
            Outcome::Equal => equal += 1,
            Outcome::EqualWithinAllowList => within += 1,
            Outcome::Different { expected, actual } => {
                let number = example["example"].as_u64().unwrap_or_default();
                println!("{file} {number}: {}", example["markdown"]);
                println!("  expected {expected}\n  actual   {actual}");
                others.push(number);
            }
        }
    }
    Some((equal, within, others))
}

/// The attributes that the renderer adds of its own.
fn without_own(mut tokens: Vec<Token>) -> Vec<Token> {
    for token in &mut tokens {
        if let Token::Open { name, attributes } = token {
            let is_heading = name.len() == 2 && name.starts_with('h') && name != "hr";
            attributes.retain(|(attribute, _)| match attribute.as_str() {
                "rel" | "loading" => false,
                "id" => !is_heading,
                _ => true,
            });
            for (attribute, value) in attributes {
                // A first segment with a colon is no scheme after this.
                if attribute == "href" && value.starts_with("./") && value.contains(':') {
                    value.drain(..2);
                }
            }
        }
    }
    tokens
}

/// What the allow-list leaves of HTML.
fn allow(tokens: Vec<Token>) -> Vec<Token> {
    let mut dropped: Option<String> = None;
    let mut kept = Vec::new();
    for token in tokens {
        match token {
            Token::Open { name, mut attributes } if dropped.is_none() => {
                if ["script", "style", "textarea", "iframe", "title", "xmp"].contains(&&*name) {
                    dropped = Some(name);
                    continue;
                }
                let had_address = attributes.iter().any(|(attribute, _)| attribute == "href");
                for (attribute, value) in &mut attributes {
                    if attribute == "id" {
                        value.insert_str(0, "s-");
                    } else if attribute == "href" && value.starts_with('#') {
                        value.insert_str(1, "s-");
                    }
                }
                attributes.retain(|(attribute, value)| {
                    support::allows(&name, attribute, value) && attribute != "class"
                });
                let has = |wanted| attributes.iter().any(|(attribute, _)| attribute == wanted);
                let lost_address = had_address && !has("href");
                if name == "img" && !has("alt") {
                    attributes.push(("alt".to_owned(), String::new()));
                }
                if support::is_allowed(&name) && !lost_address {
                    kept.push(Token::Open { name, attributes });
                }
            }
            Token::Close { name } => {
                if dropped.as_ref() == Some(&name) {
                    dropped = None;
                } else if dropped.is_none() && support::is_allowed(&name) {
                    kept.push(Token::Close { name });
                }
            }
            Token::Text(text) if dropped.is_none() => kept.push(Token::Text(text)),
            _ => {}
        }
    }
    kept
}

/// The tokens as a tree has them: what is open gets closed where it must be,
/// what isn't open can't be closed, and rows have a body around them.
fn balance(tokens: Vec<Token>) -> Vec<Token> {
    let mut open: Vec<String> = Vec::new();
    let mut balanced = Vec::new();
    for token in tokens {
        match token {
            Token::Open { name, attributes } => {
                if name == "tr" && open.last().is_some_and(|open| open == "table") {
                    let name = "tbody".to_owned();
                    balanced.push(Token::Open { name: name.clone(), attributes: Vec::new() });
                    open.push(name);
                }
                if !["br", "hr", "img", "input", "wbr"].contains(&&*name) {
                    open.push(name.clone());
                }
                balanced.push(Token::Open { name, attributes });
            }
            Token::Close { name } => {
                while open.contains(&name) {
                    let Some(last) = open.pop() else { break };
                    let is_it = last == name;
                    balanced.push(Token::Close { name: last });
                    if is_it {
                        break;
                    }
                }
            }
            token => balanced.push(token),
        }
    }
    balanced.extend(open.into_iter().rev().map(|name| Token::Close { name }));
    balanced
}

const BLOCKS: &[&str] = &[
    "p",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ul",
    "ol",
    "li",
    "blockquote",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "dl",
    "dt",
    "dd",
    "section",
    "br",
];

/// HTML in one spelling: space folded outside of `pre` and dropped beside
/// blocks, attributes sorted, addresses percent-encoded alike.
fn normalise(tokens: Vec<Token>, links_addresses: bool) -> String {
    let tokens = if links_addresses { tokens } else { without_bare_links(tokens) };
    let mut out = String::new();
    let mut pre = 0;
    for token in tokens {
        match token {
            Token::Text(text) if pre > 0 => out.push_str(&escape(&text)),
            Token::Text(text) => {
                for c in escape(&text).chars() {
                    if !c.is_ascii_whitespace() {
                        out.push(c);
                    } else if !out.ends_with([' ', '\u{1}']) && !out.is_empty() {
                        out.push(' ');
                    }
                }
            }
            Token::Open { name, mut attributes } => {
                pre += usize::from(name == "pre");
                attributes.sort();
                let is_block = BLOCKS.contains(&&*name);
                if is_block {
                    out.truncate(out.trim_end_matches(' ').len());
                }
                out.push('<');
                out.push_str(&name);
                for (attribute, value) in attributes {
                    let is_address = matches!(&*attribute, "href" | "src");
                    let value = if is_address { unescape_address(&value) } else { value };
                    out.push_str(&format!(" {attribute}=\"{}\"", escape(&value)));
                }
                out.push('>');
                if is_block {
                    out.push('\u{1}');
                }
            }
            Token::Close { name } => {
                pre -= usize::from(name == "pre" && pre > 0);
                let is_block = BLOCKS.contains(&&*name);
                if is_block {
                    out.truncate(out.trim_end_matches(' ').len());
                }
                out.push_str(&format!("</{name}>"));
                if is_block {
                    out.push('\u{1}');
                }
            }
            Token::Comment(text) => out.push_str(&format!("<!--{text}-->")),
        }
    }
    // An empty body, and the variation of the arrow back, aren't seen.
    let out = out.replace(['\u{1}', '\u{FE0E}'], "").replace("<tbody></tbody>", "");
    out.trim().to_owned()
}

/// Links whose text is their address, without the link: CommonMark alone makes
/// none of bare addresses.
fn without_bare_links(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::new();
    for token in tokens {
        let is_end = matches!(&token, Token::Close { name } if name == "a");
        if is_end && let [.., Token::Open { attributes, .. }, Token::Text(text)] = &kept[..] {
            let bare = attributes.iter().any(|(name, value)| {
                let value = unescape_address(value);
                let value = value.trim_start_matches("mailto:");
                name == "href" && unescape_address(text) == value
            });
            if bare {
                let text = kept.pop();
                kept.pop();
                kept.extend(text);
                continue;
            }
        }
        match (kept.last_mut(), token) {
            (Some(Token::Text(before)), Token::Text(text)) => before.push_str(&text),
            (_, token) => kept.push(token),
        }
    }
    kept
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn unescape_address(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    // Browsers drop line breaks from addresses, the renderer does.
    String::from_utf8_lossy(&bytes).replace('\n', "")
}

#[test]
fn commonmark_examples_are_equal_within_the_allow_list() {
    let Some(found) = run("commonmark-0.31.2.json", false) else { return };
    // 148 and 191 expect HTML that browsers move: a paragraph across the end of
    // `pre`, and code directly in a row. 173 forgets the end of `style`, which
    // costs the text after it elsewhere.
    assert_eq!(found, (590, 59, vec![148, 173, 191]));
}

#[test]
fn github_examples_are_equal_within_the_allow_list() {
    let Some(found) = run("gfm-spec.json", true) else { return };
    // 118, 142 and 160 are CommonMark's 148, 173 and 191; 645 and 646 are comments by the
    // rules before 0.31; 653 shows dropped tags as text.
    assert_eq!(found, (609, 58, vec![118, 142, 160, 645, 646, 653]));
}

#[test]
fn github_extensions_are_equal_within_the_allow_list() {
    let Some(found) = run("gfm-extensions.json", true) else { return };
    // 19 links addresses with letters beyond ASCII, and hosts without a dot; 20
    // expects nothing at all; 22 shows dropped tags as text; 23 has other ids
    // for its footnotes.
    assert_eq!(found, (24, 0, vec![19, 20, 22, 23]));
}

fn class(token: &Token) -> &str {
    let Token::Open { attributes, .. } = token else { return "" };
    attributes.iter().find(|(name, _)| name == "class").map_or("", |(_, value)| value)
}

/// What is open in HTML with footnotes.
#[derive(PartialEq)]
enum Open {
    Footnote,
    /// The number of one, or the way back from one: not compared.
    Label,
    /// The list of all of them.
    List,
    Other,
}

/// HTML with its footnotes as items at the end, in the order of their numbers,
/// whether they stand where they were written, as in pulldown-cmark's own HTML,
/// or in a list. Addresses and ids, which differ, are left out.
fn with_footnotes_last(tokens: Vec<Token>) -> Vec<Token> {
    let mut texts = vec![Vec::new()];
    let mut numbers = Vec::new();
    let mut notes = BTreeMap::new();
    let mut open = Vec::new();
    for mut token in tokens {
        let kind = match (class(&token), &token) {
            ("footnote-definition", _) => Open::Footnote,
            ("footnote-definition-label" | "footnote-backref", _) => Open::Label,
            ("footnotes", _) => Open::List,
            (_, Token::Open { name, .. }) if name == "ol" && open == [Open::List] => Open::List,
            (_, Token::Open { name, .. }) if name == "li" && open == [Open::List, Open::List] => {
                numbers.push(notes.len() + 1);
                Open::Footnote
            }
            _ => Open::Other,
        };
        let text = texts.last_mut().expect("the page stays");
        match &mut token {
            Token::Open { name, attributes } => {
                let is_reference =
                    matches!(text.last(), Some(Token::Open { name, .. }) if name == "sup");
                if is_reference || name == "sup" {
                    attributes.clear();
                }
                match kind {
                    Open::Footnote => texts.push(Vec::new()),
                    Open::Other => text.push(token.clone()),
                    Open::Label | Open::List => {}
                }
                if !matches!(&token, Token::Open { name, .. } if ["br", "hr", "img"].contains(&&**name))
                {
                    open.push(kind);
                }
            }
            Token::Close { .. } => match open.pop() {
                Some(Open::Footnote) => {
                    let number = numbers.pop().expect("a footnote has a number");
                    notes.insert(number, texts.pop().expect("it was pushed"));
                }
                Some(Open::Other) => text.push(token),
                _ => {}
            },
            Token::Text(number) if open.last() == Some(&Open::Label) => {
                numbers.extend(number.parse::<usize>());
            }
            _ => text.push(token),
        }
    }
    let mut all = texts.concat();
    for (_, note) in notes {
        all.push(Token::Open { name: "li".to_owned(), attributes: Vec::new() });
        all.extend(note);
        all.push(Token::Close { name: "li".to_owned() });
    }
    all
}

#[test]
fn footnotes_are_equal_but_for_where_they_stand() {
    let Some(path) = shared("fixtures/markdown-spec/pulldown-footnotes.json") else { return };
    let examples = std::fs::read_to_string(&path).expect("the fixture is readable");
    let examples: Vec<Value> = serde_json::from_str(&examples).expect("the fixture is JSON");
    let mut others = Vec::new();
    for example in &examples {
        let text = example["markdown"].as_str().expect("an example has markdown");
        let written = example["html"].as_str().expect("an example has html");
        let expected = normalise(with_footnotes_last(tokens(written)), false);
        let actual = without_own(tokens(&html(text, &RenderOptions::default())));
        let actual = normalise(with_footnotes_last(actual), false);
        if actual != expected {
            println!("{text:?}\n  expected {expected}\n  actual   {actual}");
            others.push(example["example"].as_u64().unwrap_or_default());
        }
    }
    assert_eq!(examples.len(), 26);
    // 17 expects a comment.
    assert_eq!(others, [17]);
}

#[test]
fn tables_and_strikethrough_are_equal() {
    let Some(found) = run("pulldown-table.json", false) else { return };
    assert_eq!(found, (28, 0, vec![]));
    let Some(found) = run("pulldown-strikethrough.json", false) else { return };
    assert_eq!(found, (16, 0, vec![]));
}

/// What is stored of a post must show what the post says.
#[test]
fn prepared_examples_show_the_same() {
    let Some(path) = shared("fixtures/markdown-spec/commonmark-0.31.2.json") else { return };
    let examples = std::fs::read_to_string(&path).expect("the fixture is readable");
    let examples: Vec<Value> = serde_json::from_str(&examples).expect("the fixture is JSON");
    let show =
        |text: &str| normalise(without_own(tokens(&html(text, &RenderOptions::default()))), false);
    let mut others = Vec::new();
    for example in &examples {
        let text = example["markdown"].as_str().expect("an example has markdown");
        // The end of the last line is not stored.
        let prepared = prepare(text, &PrepareOptions::default()).text + "\n";
        if show(text) != show(&prepared) {
            println!("{text:?} prepared {prepared:?}\n  {}\n  {}", show(text), show(&prepared));
            others.push(example["example"].as_u64().unwrap_or_default());
        }
    }
    assert_eq!(others, [0; 0]);
}
