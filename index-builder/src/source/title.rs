//! The title of a post that has none in its front matter.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// How far into a post its title is looked for, in bytes.
const SEARCHED_BYTES: usize = 64 << 10;

/// The text of the first top heading (`# …`), without its markup.
pub(super) fn first_heading(markdown: &str) -> Option<String> {
    let mut end = markdown.len().min(SEARCHED_BYTES);
    while !markdown.is_char_boundary(end) {
        end -= 1;
    }
    let options = Options::ENABLE_HEADING_ATTRIBUTES;
    let mut events = Parser::new_ext(&markdown[..end], options).skip_while(|event| {
        !matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }))
    });
    events.next()?;
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
            ("## 二番目\n", None),
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
