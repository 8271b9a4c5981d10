//! The title of a post that has none in its front matter.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// How far into a post its title is looked for, in bytes.
const SEARCHED_BYTES: usize = 64 << 10;

/// The text, without its markup, of the first top heading (`# …`), else of the
/// heading that the post begins with: the chapters of a book begin with `##`.
pub(super) fn first_heading(markdown: &str) -> Option<String> {
    let mut end = markdown.len().min(SEARCHED_BYTES);
    while !markdown.is_char_boundary(end) {
        end -= 1;
    }
    let options = Options::ENABLE_HEADING_ATTRIBUTES;
    let events = || Parser::new_ext(&markdown[..end], options);
    let is_top = |event: &Event<'_>| {
        matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }))
    };
    let is_comment = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(Tag::HtmlBlock) | Event::Html(_) | Event::End(TagEnd::HtmlBlock)
        )
    };
    let mut top = events().skip_while(|event| !is_top(event));
    if top.next().is_some() {
        return heading_text(top);
    }
    let mut first = events().skip_while(is_comment);
    match first.next() {
        Some(Event::Start(Tag::Heading { .. })) => heading_text(first),
        _ => None,
    }
}

/// The text up to the end of the heading that `events` are within.
fn heading_text<'a>(events: impl Iterator<Item = Event<'a>>) -> Option<String> {
    let mut title = String::new();
    for event in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(text) | Event::Code(text) => title.push_str(&text),
            Event::SoftBreak | Event::HardBreak => title.push(' '),
            _ => {}
        }
    }
    let title = title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_found_without_its_markup() {
        for (markdown, title) in [
            ("序\n\n# `Vec<T>`と**所有権** {#id}\n", Some("Vec<T>と所有権")),
            ("<!--\n# Ownership\n-->\n\n# 所有権\n", Some("所有権")),
            ("```\n# comment\n```\n\n索引\n===\n", Some("索引")),
            ("<!-- ## Second -->\n\n## 二番目\n", Some("二番目")),
            ("序\n\n## 二番目\n", None),
            ("#\n", None),
        ] {
            assert_eq!(first_heading(markdown).as_deref(), title, "{markdown}");
        }
    }

    #[test]
    fn a_long_post_is_cut_between_characters() {
        assert_eq!(first_heading(&format!("x{}", "あ".repeat(40_000))), None);
    }
}
