//! Heading ids, equal to the ones that Hugo gives.
//!
//! Hugo's default (`autoHeadingIDType = "github"`) builds an id from the
//! heading as written, Markdown and all, and from the last line of one that
//! spans lines: letters and digits of any script in lower case, `_` and `-` as
//! they are, `-` for a space or a tab, and nothing for anything else. A link
//! from elsewhere finds its heading only while these rules are kept to the
//! letter.

use std::collections::BTreeMap;

use super::letters::{is_digit, is_letter, lower};

/// Gives the headings of one post their ids, which must be asked for in order.
#[derive(Default)]
pub struct Anchors {
    /// The ids given, with the number to try next after each.
    given: BTreeMap<String, u32>,
}

impl Anchors {
    /// The id of the heading written as `source`, without its marker and
    /// attributes. `chosen` is the id that the author gave it.
    pub fn heading(&mut self, source: &str, chosen: Option<&str>) -> String {
        let chosen = chosen.map(Self::clean).filter(|id| !id.is_empty());
        if let Some(id) = chosen {
            self.given.entry(id.clone()).or_insert(1);
            return id;
        }
        let mut id = slug(source);
        if id.is_empty() {
            id.push_str("heading");
        }
        let Some(next) = self.given.get(&id).copied() else {
            self.given.insert(id.clone(), 1);
            return id;
        };
        let free = (next..u32::MAX)
            .map(|number| (number, [&id, "-", &number.to_string()].concat()))
            .find(|(_, numbered)| !self.given.contains_key(numbered));
        if let Some((number, numbered)) = free {
            self.given.insert(id, number + 1);
            self.given.insert(numbered.clone(), 1);
            return numbered;
        }
        id
    }

    /// An id from an author, without what would break it apart in a URL or a
    /// list, and at most 200 characters of it.
    pub(crate) fn clean(id: &str) -> String {
        id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(200).collect()
    }
}

fn slug(source: &str) -> String {
    let line = source.trim_end_matches(['\n', '\r']).rsplit('\n').next().unwrap_or_default();
    let mut id = String::with_capacity(line.len());
    for c in line.trim_matches([' ', '\t', '\r']).chars() {
        match c {
            '-' | ' ' | '\t' => id.push('-'),
            '_' => id.push(c),
            _ if is_letter(c) || is_digit(c) => id.push(lower(c)),
            _ => {}
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_hugos() {
        for (heading, id) in [
            ("Hello, World!", "hello-world"),
            ("日本語の見出し：その１", "日本語の見出しその１"),
            ("Foo [bar](http://x.y/)", "foo-barhttpxy"),
            ("`code` and *emphasis* and _this_", "code-and-emphasis-and-_this_"),
            ("a - b--c", "a---b--c"),
            ("First\nlast line", "last-line"),
            ("C++ & C#", "c--c"),
            ("ÀÉ ΣΑΣ Ж İ", "àé-σασ-ж-i"),
            ("😀 ok ①Ⅳⅸ", "-ok-"),
            ("か\u{3099}き", "かき"),
            ("ค\u{e31}น ४२", "คน-४२"),
            ("全角　空白", "全角空白"),
            ("!?", "heading"),
            ("", "heading"),
        ] {
            assert_eq!(Anchors::default().heading(heading, None), id, "{heading}");
        }
    }

    #[test]
    fn equal_headings_are_numbered() {
        let mut anchors = Anchors::default();
        let mut id = |heading: &str| anchors.heading(heading, None);
        assert_eq!(
            ["A", "a", "a 1", "A", ""].map(&mut id),
            ["a", "a-1", "a-1-1", "a-2", "heading"]
        );
        assert_eq!(anchors.heading("x", Some("a b\n")), "ab");
        assert_eq!(anchors.heading("AB", None), "ab-1");
    }
}
