//! Hugo's shortcodes, found in a post before its Markdown is read.
//!
//! The grammar is that of Hugo's own lexer: `{{< name args >}}` and
//! `{{% name args %}}`, closed by `{{< /name >}}` or at once by `/>}}`;
//! arguments by position or by name, bare, in quotes (`\"` inside), or raw in
//! backticks; `{{</* name */>}}` shows a shortcode instead of running it.
//! `{{/* … */}}` is a comment here, as in Hugo's templates.

use std::collections::BTreeMap;
use std::ops::Range;

/// Something in double braces.
#[derive(Debug, PartialEq)]
pub(super) struct Braces {
    pub(super) range: Range<usize>,
    pub(super) kind: BracesKind,
}

#[derive(Debug, PartialEq)]
pub(super) enum BracesKind {
    /// The start of a shortcode, or a whole one.
    Open(Call),
    /// The end of the shortcode named.
    Close(String),
    /// A shortcode that is shown: the text.
    Escaped(String),
    Comment,
}

/// A call of a shortcode.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) positional: Vec<String>,
    pub(super) named: BTreeMap<String, String>,
    /// Which of the [`Braces`] ends it, if there is one.
    pub(super) end: Option<usize>,
}

impl Call {
    /// The argument `name`, or the one at `position`.
    pub(super) fn get(&self, name: &str, position: usize) -> &str {
        let named = self.named.get(name);
        named.or_else(|| self.positional.get(position)).map_or("", String::as_str)
    }

    /// The argument `name`.
    pub(super) fn named(&self, name: &str) -> &str {
        self.named.get(name).map_or("", String::as_str)
    }
}

/// Finds all double braces of `source`, with the starts and ends of shortcodes
/// matched. Takes time linear in its length.
pub(super) fn scan(source: &str) -> Vec<Braces> {
    let mut scan = Scan { source, at: 0, absent: Vec::new() };
    let mut found = Vec::new();
    // What is open, and where each name is in that list.
    let mut open: Vec<usize> = Vec::new();
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    while let Some(start) = source[scan.at..].find("{{").map(|next| scan.at + next) {
        scan.at = start + 2;
        let Some(kind) = scan.braces() else {
            scan.at = start + 2;
            continue;
        };
        let index = found.len();
        match &kind {
            BracesKind::Open(call) if call.end.is_none() => {
                by_name.entry(call.name.clone()).or_default().push(open.len());
                open.push(index);
            }
            BracesKind::Close(name) => {
                let places = by_name.entry(name.clone()).or_default();
                while let Some(place) = places.pop() {
                    let Some(&opener) = open.get(place) else { continue };
                    let Some(Braces { kind: BracesKind::Open(call), .. }) = found.get_mut(opener)
                    else {
                        continue;
                    };
                    if call.name == *name && call.end.is_none() {
                        call.end = Some(index);
                        open.truncate(place);
                        break;
                    }
                }
            }
            _ => {}
        }
        // One that closes itself ends with itself.
        let kind = match kind {
            BracesKind::Open(call) if call.end.is_some() => {
                BracesKind::Open(Call { end: Some(index), ..call })
            }
            kind => kind,
        };
        found.push(Braces { range: start..scan.at, kind });
    }
    found
}

struct Scan<'a> {
    source: &'a str,
    at: usize,
    /// Ends that don't come any more, so as not to look for them again.
    absent: Vec<&'static str>,
}

impl<'a> Scan<'a> {
    /// Reads on after `{{`; `None` if this isn't for us.
    fn braces(&mut self) -> Option<BracesKind> {
        let rest = self.rest();
        if rest.starts_with("/*") {
            self.at += self.find(2, "*/}}")? + 4;
            return Some(BracesKind::Comment);
        }
        let (open, close, escape) = match rest.as_bytes().first()? {
            b'<' => ("{{<", ">}}", "*/>}}"),
            b'%' => ("{{%", "%}}", "*/%}}"),
            _ => return None,
        };
        self.at += 1;
        if self.rest().starts_with("/*") {
            let end = self.find(2, escape)?;
            let inner = &self.rest()[2..end];
            self.at += end + escape.len();
            return Some(BracesKind::Escaped(format!("{open}{inner}{close}")));
        }
        self.skip_space();
        let is_end = self.skip("/");
        if is_end {
            self.skip_space();
        }
        let name = self.take_while(|c| c.is_alphanumeric() || "-_/.".contains(c));
        let name = name.strip_suffix('/').map_or(name, |short| {
            self.at -= 1;
            short
        });
        if name.is_empty() {
            return None;
        }
        let mut call = Call { name: name.to_owned(), ..Call::default() };
        loop {
            self.skip_space();
            if self.skip(close) {
                return Some(if is_end {
                    BracesKind::Close(call.name)
                } else {
                    BracesKind::Open(call)
                });
            }
            if self.rest().starts_with('/') && self.rest()[1..].starts_with(close) {
                self.at += 1;
                call.end = Some(0);
                continue;
            }
            let (value, is_bare) = self.argument(close)?;
            if is_bare && self.skip("=") {
                let (named, _) = self.argument(close)?;
                call.named.insert(value, named);
            } else {
                call.positional.push(value);
            }
        }
    }

    /// One value, and whether it is a bare word.
    fn argument(&mut self, close: &str) -> Option<(String, bool)> {
        match self.rest().chars().next()? {
            '"' => {
                self.at += 1;
                let mut value = String::new();
                let mut chars = self.rest().char_indices();
                while let Some((at, c)) = chars.next() {
                    match c {
                        '"' => {
                            self.at += at + 1;
                            return Some((value, false));
                        }
                        '\\' if chars.as_str().starts_with('"') => {
                            value.push('"');
                            chars.next();
                        }
                        '\n' => return None,
                        c => value.push(c),
                    }
                }
                None
            }
            '`' => {
                let end = self.find(1, "`")?;
                let raw = self.rest()[1..end].to_owned();
                self.at += end + 1;
                Some((raw, false))
            }
            _ => {
                let rest = self.rest();
                let stop = |c: char| c.is_whitespace() || "=\"`{".contains(c);
                let len = rest.find(stop).unwrap_or(rest.len());
                let len = rest[..len].find(close).unwrap_or(len);
                let word = rest[..len].strip_suffix('/').filter(|_| rest[len..].starts_with(close));
                let word = word.unwrap_or(&rest[..len]);
                if word.is_empty() {
                    return None;
                }
                self.at += word.len();
                Some((word.to_owned(), true))
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    /// Where `end` comes, from `after` bytes on.
    fn find(&mut self, after: usize, end: &'static str) -> Option<usize> {
        if self.absent.contains(&end) {
            return None;
        }
        let found = self.rest()[after..].find(end).map(|at| after + at);
        if found.is_none() {
            self.absent.push(end);
        }
        found
    }

    fn skip(&mut self, wanted: &str) -> bool {
        let is_there = self.rest().starts_with(wanted);
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(source: &str) -> Vec<String> {
        let show = |braces: Braces| match braces.kind {
            BracesKind::Open(call) => {
                format!("{} {:?} {:?} {:?}", call.name, call.positional, call.named, call.end)
            }
            BracesKind::Close(name) => format!("/{name}"),
            BracesKind::Escaped(text) => format!("\\{text}"),
            BracesKind::Comment => "comment".to_owned(),
        };
        scan(source).into_iter().map(show).collect()
    }

    #[test]
    fn the_grammar_is_hugos() {
        for (source, found) in [
            (r#"{{< a b "c \"d" `e "f` >}}"#, &[r#"a ["b", "c \"d", "e \"f"] {} None"#][..]),
            (r#"{{<a x=1 y="2 3">}}"#, &[r#"a [] {"x": "1", "y": "2 3"} None"#]),
            ("{{% a\n b\n%}}", &[r#"a ["b"] {} None"#]),
            ("{{< a >}}x{{< /a >}}", &["a [] {} Some(1)", "/a"]),
            ("{{<a/>}} {{< b c />}}", &["a [] {} Some(0)", r#"b ["c"] {} Some(1)"#]),
            ("{{</* a b */>}}", &["\\{{< a b >}}"]),
            ("{{%/* a */%}}", &["\\{{% a %}}"]),
            ("{{</*/* a */*/>}}", &["\\{{</* a */>}}"]),
            ("{{/* x {{< a >}} */}}", &["comment"]),
            ("{{< blog/img x.png >}}", &[r#"blog/img ["x.png"] {} None"#]),
            ("{{ .Title }} {{< >}} {{<", &[]),
            ("{{< a \"b\n\" >}}", &[]),
            (
                "{{< a >}}{{< b >}}{{< a >}}{{< /a >}}{{< /a >}}{{< /b >}}",
                &["a [] {} Some(4)", "b [] {} None", "a [] {} Some(3)", "/a", "/a", "/b"],
            ),
            ("{{< 図 画像.png >}}", &[r#"図 ["画像.png"] {} None"#]),
        ] {
            assert_eq!(show(source), found, "{source}");
        }
    }
}
