//! Every attack payload, wherever a post can put it: nothing but the allow-list
//! comes out.

#[path = "support/attacks.rs"]
mod attacks;
mod support;

use attacks::{payloads, places, prepared};
use rayon::prelude::*;
use sakuin::render::{RenderOptions, html};
use support::{Token, allows, is_allowed, tokens};

/// Everything in `html` that isn't on the allow-list.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for token in tokens(html) {
        match token {
            Token::Open { name, attributes } => {
                if !is_allowed(&name) {
                    faults.push(format!("<{name}>"));
                }
                for (attribute, value) in attributes {
                    if !allows(&name, &attribute, &value) {
                        faults.push(format!("<{name} {attribute}={value:?}>"));
                    }
                }
                if !["br", "hr", "img", "input", "wbr"].contains(&&*name) {
                    open.push(name);
                }
            }
            Token::Close { name } => {
                if open.pop().as_ref() != Some(&name) {
                    faults.push(format!("</{name}> out of order"));
                }
            }
            Token::Text(_) => {}
            Token::Comment(comment) => faults.push(format!("<!--{comment}-->")),
        }
    }
    if !open.is_empty() {
        faults.push(format!("{open:?} left open"));
    }
    // Outside of tags, a bare bracket could still become one.
    if tokens_text_has_brackets(html) {
        faults.push("a bracket that isn't escaped".to_owned());
    }
    faults
}

/// Whether a `<` stands in `html` that starts no tag.
fn tokens_text_has_brackets(html: &str) -> bool {
    html.split('<')
        .skip(1)
        .any(|after| !after.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()))
}

#[test]
fn no_payload_gets_past_the_allow_list() {
    let Some(payloads) = payloads() else { return };
    assert_eq!(payloads.len(), 7083);
    payloads.par_iter().for_each(|payload| {
        for post in places(payload).into_iter().chain(prepared(payload)) {
            for base_url in ["/posts/a/", ""] {
                let options = RenderOptions { base_url, ..RenderOptions::default() };
                let page = html(&post, &options);
                assert_eq!(faults(&page), Vec::<String>::new(), "{post:?} gives {page}");
            }
        }
    });
}

#[test]
fn the_checker_sees_what_it_should() {
    for page in [
        "<script>x</script>",
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<a href=\" java\tscript:x\">a</a>",
        "<img src=\"data:image/svg+xml,x\">",
        "<p id=\"cookie\">a</p>",
        "<p>a",
        "<p><b>a</p></b>",
        "<!-- a -->",
        "a <",
        "<p style=\"a\">b</p>",
        "<input type=\"text\">",
    ] {
        assert_ne!(faults(page), Vec::<String>::new(), "{page}");
    }
}
