//! Quotes, dashes and ruby, written into a post as a page shall show them.
//!
//! They are options of a site. What is stored has them applied, so that index,
//! snippets and page agree, and the browser need not know of them.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::element::ElementName;
use super::pieces::{Piece, Source, ends_block};

/// Characters of a base or a reading of ruby at most.
const MAX_RUBY_CHARS: usize = 50;

/// What is typeset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Typography {
    /// `"a" -- b...` becomes `“a” – b…`, as Hugo does unless told otherwise.
    pub(super) smart_punctuation: bool,
    /// `｜漢字《かんじ》` becomes a `ruby` element.
    pub(super) ruby: bool,
}

/// `text` with everything typeset, but for code, formulas and addresses.
pub(super) fn typeset(text: &str, typography: Typography) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut code = 0;
    let mut is_quoting = false;
    let source = if typography.smart_punctuation { Source::smart(text) } else { Source::new(text) };
    for (piece, range) in source.pieces() {
        match piece {
            Piece::Markdown(Event::Start(Tag::CodeBlock(_))) => code += 1,
            Piece::Markdown(Event::End(TagEnd::CodeBlock)) => code -= 1,
            Piece::Open(name, _) if is_code(name) => code += 1,
            Piece::Close(name) if is_code(name) => code = (code - 1).max(0),
            Piece::Markdown(Event::Text(shown)) if code == 0 && range.start >= copied => {
                let Some(written) = text.get(range.clone()) else { continue };
                let typeset = if is_punctuation(written) && *written != *shown {
                    if is_in_address(text, range.start) {
                        continue;
                    }
                    // Japanese goes on after a quote without the space by which
                    // the parser tells an end.
                    let is_inside = !text[..range.start].ends_with(char::is_whitespace);
                    let shown = match &*shown {
                        "“" if is_quoting && is_inside => "”",
                        shown => shown,
                    };
                    is_quoting = shown == "“" || is_quoting && shown != "”";
                    shown.to_owned()
                } else if typography.ruby && *written == *shown && written.contains('｜') {
                    with_ruby(written)
                } else {
                    continue;
                };
                out.push_str(&text[copied..range.start]);
                out.push_str(&typeset);
                copied = range.end;
            }
            Piece::Markdown(Event::End(tag)) if ends_block(&tag) => is_quoting = false,
            _ => {}
        }
    }
    out.push_str(&text[copied..]);
    out
}

fn is_code(name: ElementName) -> bool {
    use ElementName as E;
    matches!(name, E::Code | E::Pre | E::Kbd | E::Samp)
}

/// Whether the parser may have something better for `written`.
fn is_punctuation(written: &str) -> bool {
    !written.is_empty() && written.bytes().all(|byte| matches!(byte, b'"' | b'\'' | b'-' | b'.'))
}

/// Whether what stands at `at` belongs to an address that is a link by itself.
fn is_in_address(text: &str, at: usize) -> bool {
    let word = |bytes: &mut dyn Iterator<Item = &u8>| {
        bytes.take_while(|byte| byte.is_ascii_graphic()).take(500).count()
    };
    let bytes = text.as_bytes();
    let start = at - word(&mut bytes[..at].iter().rev());
    let end = at + word(&mut bytes[at..].iter());
    let word = &text[start..end];
    ["://", "www.", "@"].iter().any(|sign| word.contains(sign))
}

/// `text` with each `｜base《reading》` as an element.
fn with_ruby(text: &str) -> String {
    let is_short = |part: &str| (1..=MAX_RUBY_CHARS).contains(&part.chars().count());
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('｜') {
        out.push_str(before);
        let ruby = after.split_once('《').and_then(|(base, after)| {
            let (reading, after) = after.split_once('》')?;
            let is_ruby = is_short(base) && is_short(reading) && !base.contains('｜');
            is_ruby.then_some((base, reading, after))
        });
        rest = match ruby {
            Some((base, reading, after)) => {
                out.push_str(&format!(
                    "<ruby>{base}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"
                ));
                after
            }
            None => {
                out.push('｜');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_dashes_are_typeset_outside_of_code_and_addresses() {
        let smart = Typography { smart_punctuation: true, ruby: false };
        for (text, typeset_text) in [
            ("\"a\" -- it's b...", "“a” – it’s b…"),
            ("**\"日本\"**と、\"語\"は 'x'", "**“日本”**と、“語”は ‘x’"),
            ("\"a\"b (\"e\")\n\n\"f\n\n\"g\"", "“a”b (“e”)\n\n“f\n\n“g”"),
            ("`\"a\"` <code>\"b\"</code> \"c\"", "`\"a\"` <code>\"b\"</code> “c”"),
            ("http://a.jp/b--c \"d\"", "http://a.jp/b--c “d”"),
            ("```\n\"a\"\n```\n\n\"b\"", "```\n\"a\"\n```\n\n“b”"),
            ("$a''$ \\\"b\\\"", "$a''$ \\\"b\\\""),
            ("[\"a\"](b \"c\")", "[“a”](b \"c\")"),
        ] {
            assert_eq!(typeset(text, smart), typeset_text, "{text}");
        }
    }

    #[test]
    fn ruby_is_made_of_brackets() {
        let ruby = Typography { smart_punctuation: false, ruby: true };
        let kanji = "<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>";
        for (text, typeset_text) in [
            ("｜漢字《かんじ》の\"a\"", format!("{kanji}の\"a\"")),
            ("# **｜漢字《かんじ》**", format!("# **{kanji}**")),
            ("`｜漢字《かんじ》`", "`｜漢字《かんじ》`".to_owned()),
            ("｜a｜漢字《かんじ》", format!("｜a{kanji}")),
            ("a｜《b》", "a｜《b》".to_owned()),
            ("｜漢字《かんじ", "｜漢字《かんじ".to_owned()),
        ] {
            assert_eq!(typeset(text, ruby), typeset_text, "{text}");
        }
    }
}
