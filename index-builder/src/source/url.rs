//! Addresses: what a file name or a writer's `url` becomes in a link.
//!
//! Letters of any script stay readable. Only what would end or bend the link,
//! or cannot be seen, is written as `%XX`. Dots never lead out of the site.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// An address, and whether it goes up: a `..` is followed, but never out of the
/// site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) climbs: bool,
}

impl Address {
    /// Below the path of a base URL, unless it names a host of its own.
    pub(super) fn within(&self, base_path: &str) -> String {
        let base_path = if self.url.starts_with('/') { base_path } else { "" };
        format!("{base_path}{}", self.url)
    }
}

/// What a `%` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Percent {
    /// A character of a file's name.
    Literal,
    /// The start of `%XX` where two hexadecimal digits follow.
    Escape,
}

/// The address of a path made of names, such as file names.
pub(super) fn from_names(path: &str) -> Address {
    resolve(path, Percent::Literal)
}

/// The address that a writer gave: an absolute `http(s)` one as it is, or else
/// a path of the site, with its query and fragment.
pub(super) fn from_writer(url: &str) -> Address {
    let url = url.trim();
    if is_absolute(url) {
        let mut out = String::new();
        encode(url, Percent::Escape, &mut out);
        return Address { url: out, climbs: false };
    }
    let (path, tail) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let mut address = resolve(path, Percent::Escape);
    encode(tail, Percent::Escape, &mut address.url);
    address
}

/// Whether `url` names a scheme and a host of the web.
pub(super) fn is_absolute(url: &str) -> bool {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| lower.starts_with(scheme).then(|| url.get(scheme.len()..)).flatten());
    host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// The path of a base URL, without the slash at its end: `/blog` of
/// `https://example.org/blog/`, nothing of `https://example.org`.
pub(super) fn base_path(base_url: &str) -> String {
    let path = match base_url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => base_url,
    };
    let path = path.split(['?', '#']).next().unwrap_or("");
    resolve(path, Percent::Escape).url.trim_end_matches('/').to_owned()
}

/// A path from the root, its dots resolved and its empty segments gone.
fn resolve(path: &str, percent: Percent) -> Address {
    let mut segments: Vec<&str> = Vec::new();
    let mut climbs = false;
    for segment in path.split('/') {
        // Browsers take the escaped dot for a dot.
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "" | "." => {}
            ".." => {
                climbs = true;
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let mut url = String::from("/");
    for segment in &segments {
        // `\` is a slash to browsers, `?` and `#` end a path.
        let mut encoded = String::new();
        encode(segment, percent, &mut encoded);
        url.push_str(&encoded.replace('?', "%3F").replace('#', "%23"));
        url.push('/');
    }
    if !path.ends_with('/') && !segments.is_empty() {
        url.pop();
    }
    Address { url, climbs }
}

fn encode(text: &str, percent: Percent, out: &mut String) {
    for (at_bytes, c) in text.char_indices() {
        let keep = match c {
            '%' => percent == Percent::Escape && is_escape(&text[at_bytes..]),
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
            _ => c.is_ascii_graphic() || is_visible(c),
        };
        if keep {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
}

/// Not spaces, controls and formatting, which could make a link read as another.
fn is_visible(c: char) -> bool {
    use GeneralCategoryGroup::{Other, Separator};
    !c.is_ascii() && !matches!(c.general_category_group(), Other | Separator)
}

fn is_escape(text: &str) -> bool {
    text.as_bytes().get(1..3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
}

/// Whether `c` is a letter, a mark or a decimal digit, of any script: what the
/// site generators keep in a slug.
pub(super) fn is_word(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Mark};
    let category = c.general_category();
    matches!(c.general_category_group(), Letter | Mark)
        || category == unicode_properties::GeneralCategory::DecimalNumber
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stay_and_dangers_are_escaped() {
        let names = "posts/全文 検索\u{3000}100%41?#<\\\u{202e}.md";
        let url = "/posts/全文%20検索%E3%80%80100%2541%3F%23%3C%5C%E2%80%AE.md";
        assert_eq!(from_names(names).url, url);
    }

    #[test]
    fn a_writers_escapes_stay() {
        assert_eq!(from_writer("/a%20b/100%/?q=索引#%E7").url, "/a%20b/100%25/?q=索引#%E7");
        assert_eq!(from_writer("https://example.org/a b\"").url, "https://example.org/a%20b%22");
    }

    #[test]
    fn nothing_leads_out_of_the_site() {
        for (url, expected, climbs) in [
            ("../../etc/passwd", "/etc/passwd", true),
            ("/a/../b/", "/b/", true),
            ("/a/%2E%2e/%2e./../b", "/b", true),
            ("//evil.example/x", "/evil.example/x", false),
            ("javascript:alert(1)", "/javascript:alert(1)", false),
            ("https:///x", "/https:/x", false),
            ("\\\\evil.example", "/%5C%5Cevil.example", false),
            ("", "/", false),
        ] {
            assert_eq!(from_writer(url), Address { url: expected.into(), climbs }, "{url}");
        }
    }

    #[test]
    fn a_base_url_gives_its_path() {
        assert_eq!(base_path("https://example.org/blog/"), "/blog");
        assert_eq!(base_path("https://example.org"), "");
        assert_eq!(base_path("/docs/"), "/docs");
        assert_eq!(base_path(""), "");
    }
}
