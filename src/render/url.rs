//! Addresses that a page may hold.
//!
//! A [`Url`] can only be made here, through a list of schemes. What is written
//! in a post arrives with its entities decoded; control characters, which
//! browsers skip while they look for a scheme, go before the scheme is read.

use super::tree::concat;

/// Where a post stands, for what is relative in it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The post's own address, absolute or from the root of its site.
    pub(super) base_url: &'a str,
    /// What ids in the page start with.
    pub(super) id_prefix: &'a str,
}

/// An address that is safe to put into `href` or `src`, percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    address: String,
    external: bool,
}

impl Url {
    /// The address of a link: `http`, `https`, `mailto`, `tel` or relative.
    pub(super) fn link(written: &str, place: &Place<'_>) -> Option<Self> {
        let written = without_controls(written);
        let written = written.trim_ascii();
        if let Some(fragment) = written.strip_prefix('#') {
            return Some(Self::to_fragment(fragment, place));
        }
        match Scheme::of(written) {
            Scheme::None | Scheme::Web => Some(Self::resolve(written, place)),
            Scheme::Contact => Some(Self { address: encode(written), external: false }),
            Scheme::Data | Scheme::Other => None,
        }
    }

    /// The address of an image: `http`, `https`, relative, or the image itself.
    pub(super) fn image(written: &str, place: &Place<'_>) -> Option<Self> {
        let written = without_controls(written);
        let written = written.trim_ascii();
        match Scheme::of(written) {
            Scheme::None | Scheme::Web => Some(Self::resolve(written, place)),
            Scheme::Data if is_inline_image(written) => {
                Some(Self { address: encode(written), external: false })
            }
            _ => None,
        }
    }

    /// The address of an id in the same page, given without its prefix.
    pub(super) fn to_fragment(fragment: &str, place: &Place<'_>) -> Self {
        let prefix = if fragment.is_empty() { "" } else { place.id_prefix };
        Self { address: concat(&["#", prefix, &encode(fragment)]), external: false }
    }

    /// The address, in ASCII.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Whether it leads to another site.
    pub fn is_external(&self) -> bool {
        self.external
    }

    fn resolve(written: &str, place: &Place<'_>) -> Self {
        let written = encode(written);
        let (origin, path) = split_base(place.base_url);
        if Scheme::of(&written) != Scheme::None || written.starts_with("//") {
            let same = !origin.is_empty()
                && written
                    .strip_prefix(origin)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
            return Self { address: written, external: !same };
        }
        let address = if written.starts_with('/') {
            concat(&[origin, &written])
        } else if path.is_empty() {
            written
        } else if written.is_empty() || written.starts_with('?') {
            concat(&[origin, &encode(path), &written])
        } else {
            let folder = &path[..folder_start(path).unwrap_or(0)];
            concat(&[origin, &join(&encode(folder), &written)])
        };
        // A colon in the first segment would be read as the end of a scheme, and
        // two slashes as the start of a host.
        let guard = if scheme_end(&address).is_some() && origin.is_empty() {
            "./"
        } else if address.starts_with("//") {
            "/."
        } else {
            ""
        };
        Self { address: concat(&[guard, &address]), external: false }
    }
}

/// Without what browsers leave out of an address.
fn without_controls(written: &str) -> String {
    written.chars().filter(|c| !c.is_control()).collect()
}

/// Where the first colon stands, if it comes before any path, query or fragment.
fn scheme_end(address: &str) -> Option<usize> {
    let end = address.bytes().position(|byte| matches!(byte, b':' | b'/' | b'?' | b'#'))?;
    (address.as_bytes()[end] == b':').then_some(end)
}

/// What the scheme of an address allows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// None: a relative address.
    None,
    Web,
    Contact,
    Data,
    Other,
}

impl Scheme {
    fn of(address: &str) -> Self {
        let Some(name) = scheme_end(address).map(|end| &address[..end]) else { return Self::None };
        let valid = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !valid {
            return Self::None;
        }
        const KNOWN: &[(&str, Scheme)] = &[
            ("http", Scheme::Web),
            ("https", Scheme::Web),
            ("mailto", Scheme::Contact),
            ("tel", Scheme::Contact),
            ("data", Scheme::Data),
        ];
        let found = KNOWN.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        found.map_or(Self::Other, |&(_, scheme)| scheme)
    }
}

fn is_inline_image(written: &str) -> bool {
    let data = &written.as_bytes()["data:".len()..];
    let kind =
        data.iter().position(|byte| matches!(byte, b';' | b',')).map_or(data, |end| &data[..end]);
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]
        .iter()
        .any(|allowed| kind.eq_ignore_ascii_case(allowed.as_bytes()))
}

/// Percent-encodes what may not stand in an address. Existing escapes stay.
fn encode(written: &str) -> String {
    let mut encoded = String::with_capacity(written.len());
    for byte in written.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.+!*'(),%#@?=;:/&$~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

/// The origin (`https://host`, or nothing) and the path of the post's address.
fn split_base(base: &str) -> (&str, &str) {
    let base = &base[..path_end(base)];
    match Scheme::of(base) {
        Scheme::Web => {
            let host = scheme_end(base).map_or(0, |colon| colon + 3).min(base.len());
            let rest = &base.as_bytes()[host..];
            let path = host + rest.iter().take_while(|&&byte| byte != b'/').count();
            (&base[..path], if path < base.len() { &base[path..] } else { "/" })
        }
        Scheme::None if !base.starts_with("//") => ("", base),
        _ => ("", ""),
    }
}

/// Where the query or the fragment of an address starts.
fn path_end(address: &str) -> usize {
    address.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(address.len())
}

/// `written`, relative to `folder`, with `.` and `..` resolved.
fn join(folder: &str, written: &str) -> String {
    let end = path_end(written);
    let mut joined = folder.to_owned();
    let mut at = 0;
    while at < end {
        let start = at;
        at += folder_end(&written[start..end]).unwrap_or(end - start);
        match &written[start..at] {
            "." | "./" => {}
            ".." | "../" => {
                let above = joined.strip_suffix('/').and_then(folder_start);
                let root = usize::from(folder.starts_with('/'));
                joined.truncate(above.unwrap_or(root));
            }
            part => joined.push_str(part),
        }
    }
    joined.push_str(&written[end..]);
    joined
}

/// Where the first folder of `path` ends, after its slash.
fn folder_end(path: &str) -> Option<usize> {
    path.bytes().position(|byte| byte == b'/').map(|slash| slash + 1)
}

/// Where the last part of `path` starts, after a slash.
fn folder_start(path: &str) -> Option<usize> {
    path.bytes().rposition(|byte| byte == b'/').map(|slash| slash + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(base_url: &str, written: &str) -> String {
        let place = Place { base_url, id_prefix: "s-" };
        Url::link(written, &place).map_or("none".to_owned(), |url| {
            format!("{}{}", url.as_str(), if url.is_external() { " out" } else { "" })
        })
    }

    #[test]
    fn relative_addresses_start_from_the_post() {
        for (base, written, address) in [
            ("/posts/a/", "b.png", "/posts/a/b.png"),
            ("/posts/a/", "./b/../c/", "/posts/a/c/"),
            ("/posts/a/", "../b", "/posts/b"),
            ("/posts/a/", "../../../b", "/b"),
            ("/posts/a.html", "b?c#d", "/posts/b?c#d"),
            ("/posts/a/", "?q", "/posts/a/?q"),
            ("/posts/a/", "", "/posts/a/"),
            ("/posts/a/", "#見出し", "#s-%E8%A6%8B%E5%87%BA%E3%81%97"),
            ("/posts/a/", "#", "#"),
            ("/posts/a/", "/b", "/b"),
            ("https://x.jp/p/a/?q", "b", "https://x.jp/p/a/b"),
            ("https://x.jp/p/a/", "/b", "https://x.jp/b"),
            ("https://x.jp", "b", "https://x.jp/b"),
            ("https://x.jp/p/", "https://x.jp/q", "https://x.jp/q"),
            ("https://x.jp/p/", "https://x.jp.evil/q", "https://x.jp.evil/q out"),
            ("/p/", "//cdn.jp/q", "//cdn.jp/q out"),
            ("/日/", "本 語.png", "/%E6%97%A5/%E6%9C%AC%20%E8%AA%9E.png"),
            ("", "a/b", "a/b"),
            ("", "a%20b\\c", "a%20b%5Cc"),
            ("javascript:x/", "a", "a"),
        ] {
            assert_eq!(link(base, written), address, "{base} {written}");
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        for written in [
            "javascript:alert(1)",
            "  JaVa\tScript\n:alert(1)",
            "\u{1}java\u{0}script:alert(1)",
            "vbscript:x",
            "data:text/html,x",
            "data:image/png;base64,x",
            "file:///etc/passwd",
            "blob:x",
            "x-y:z",
        ] {
            assert_eq!(link("/", written), "none", "{written}");
        }
        for (written, address) in [
            ("MAILTO:a@b.c", "MAILTO:a@b.c"),
            ("tel:+81-3", "tel:+81-3"),
            ("java%0Ascript:x", "./java%0Ascript:x"),
            ("１:x", "%EF%BC%91:x"),
        ] {
            let written = link("", written);
            assert!(written.ends_with(address), "{written}");
            assert!(Scheme::of(&written) != Scheme::Other);
        }
    }

    #[test]
    fn images_may_be_inline_but_not_svg() {
        let place = Place { base_url: "/p/", id_prefix: "s-" };
        let image = |written| Url::image(written, &place).is_some();
        assert!(image("data:image/png;base64,AAAA"));
        assert!(image("DATA:IMAGE/WEBP,x"));
        assert!(!image("data:image/svg+xml,<svg onload=x>"));
        assert!(!image("data:text/html;image/png,x"));
        assert!(!image("mailto:a@b"));
        assert!(image("a.svg"));
    }
}
