//! Heading ids, equal to the ones that Hugo gives.
//!
//! Hugo's default (`autoHeadingIDType = "github"`) builds an id from the
//! heading as written, Markdown and all, and from the last line of one that
//! spans lines: letters and digits of any script in lower case, `_` and `-` as
//! they are, `-` for a space or a tab, and nothing for anything else. A link
//! from elsewhere finds its heading only while these rules are kept to the
//! letter.

use std::collections::BTreeMap;

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
            .map(|number| (number, format!("{id}-{number}")))
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

/// The lower case of `c` if it is one character, as in Go.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        // Only U+0130 has more: the first of them is the letter.
        (Some(letter), Some(_)) => letter,
        _ => c,
    }
}

/// Go's `unicode.IsLetter`, which takes no marks, numbers or symbols.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || !c.is_ascii()
            && c.is_alphabetic()
            && u16::try_from(u32::from(c)).map_or(true, |c| {
                NOT_LETTERS.partition_point(|&boundary| boundary <= c).is_multiple_of(2)
            })
}

/// Go's `unicode.IsDigit` in the first 65,536 characters.
fn is_digit(c: char) -> bool {
    let at = DIGITS.partition_point(|&zero| u32::from(zero) <= u32::from(c));
    at > 0 && u32::from(c) - u32::from(DIGITS[at - 1]) < 10
}

/// Where characters that Unicode calls alphabetic, but not letters, start and
/// stop, by turns. From Unicode 14, the first 65,536 characters.
#[rustfmt::skip]
const NOT_LETTERS: [u16; 222] = [
    0x345, 0x370, 0x5B0, 0x5C8, 0x610, 0x61B, 0x64B, 0x660, 0x670, 0x671, 0x6D6, 0x6E5, 0x6E7,
    0x6EE, 0x711, 0x712, 0x730, 0x740, 0x7A6, 0x7B1, 0x816, 0x818, 0x81B, 0x824, 0x825, 0x828,
    0x829, 0x82D, 0x8D4, 0x904, 0x93A, 0x93C, 0x93E, 0x950, 0x955, 0x958, 0x962, 0x964, 0x981,
    0x984, 0x9BE, 0x9CD, 0x9D7, 0x9D8, 0x9E2, 0x9E4, 0xA01, 0xA04, 0xA3E, 0xA52, 0xA70, 0xA72,
    0xA75, 0xA84, 0xABE, 0xACD, 0xAE2, 0xAE4, 0xAFA, 0xB04, 0xB3E, 0xB58, 0xB62, 0xB64, 0xB82,
    0xB83, 0xBBE, 0xBCD, 0xBD7, 0xC05, 0xC3E, 0xC57, 0xC62, 0xC64, 0xC81, 0xC84, 0xCBE, 0xCD7,
    0xCE2, 0xCE4, 0xD00, 0xD04, 0xD3E, 0xD4D, 0xD57, 0xD58, 0xD62, 0xD64, 0xD81, 0xD84, 0xDCF,
    0xDF4, 0xE31, 0xE32, 0xE34, 0xE3B, 0xE4D, 0xE4E, 0xEB1, 0xEB2, 0xEB4, 0xEBD, 0xECD, 0xECE,
    0xF71, 0xF84, 0xF8D, 0xFBD, 0x102B, 0x103F, 0x1056, 0x105A, 0x105E, 0x1061, 0x1062, 0x1065,
    0x1067, 0x106E, 0x1071, 0x1075, 0x1082, 0x108E, 0x108F, 0x109E, 0x16EE, 0x16F1, 0x1712, 0x1714,
    0x1732, 0x1734, 0x1752, 0x1754, 0x1772, 0x1774, 0x17B6, 0x17C9, 0x1885, 0x1887, 0x18A9, 0x18AA,
    0x1920, 0x1939, 0x1A17, 0x1A1C, 0x1A55, 0x1A75, 0x1ABF, 0x1B05, 0x1B35, 0x1B44, 0x1B80, 0x1B83,
    0x1BA1, 0x1BAE, 0x1BE7, 0x1BF2, 0x1C24, 0x1C37, 0x1DD3, 0x1DF5, 0x2160, 0x2183, 0x2185, 0x24EA,
    0x2DE0, 0x2E00, 0x3007, 0x302A, 0x3038, 0x303B, 0xA674, 0xA67C, 0xA69E, 0xA6A0, 0xA6E6, 0xA6F0,
    0xA802, 0xA803, 0xA80B, 0xA80C, 0xA823, 0xA828, 0xA880, 0xA882, 0xA8B4, 0xA8C6, 0xA8FF, 0xA900,
    0xA926, 0xA92B, 0xA947, 0xA953, 0xA980, 0xA984, 0xA9B4, 0xA9C0, 0xA9E5, 0xA9E6, 0xAA29, 0xAA37,
    0xAA43, 0xAA44, 0xAA4C, 0xAA4E, 0xAA7B, 0xAA7E, 0xAAB0, 0xAAB1, 0xAAB2, 0xAAB5, 0xAAB7, 0xAAB9,
    0xAABE, 0xAABF, 0xAAEB, 0xAAF0, 0xAAF5, 0xAAF6, 0xABE3, 0xABEB, 0xFB1E, 0xFB1F,
];

/// The zeros of the decimal digits, each followed by the other nine.
#[rustfmt::skip]
const DIGITS: [u16; 37] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

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
