//! What the rules of every site generator have in common.

use std::path::{Path, PathBuf};

use super::date::{Clock, PostDate};
use super::error::Warning;
use super::url::Address;
use super::value::{Node, Table, Value};

/// A file that was read, before anything is known of its place in the site.
#[derive(Debug)]
pub(super) struct Document {
    /// Its content path.
    pub(super) id: String,
    pub(super) meta: Table,
    /// What its text gives for a title, where its own front matter has none.
    pub(super) heading: Option<String>,
    pub(super) has_text: bool,
}

/// What a document's front matter says, with what it inherits below it.
#[derive(Debug)]
pub(super) struct Meta<'a> {
    /// The nearest first.
    pub(super) layers: Vec<&'a Table>,
}

/// Where a document stands in the site.
#[derive(Debug)]
pub(super) struct Placement {
    pub(super) address: Address,
    /// Empty when nothing about its place tells.
    pub(super) lang: String,
    pub(super) section: String,
    pub(super) date: Option<PostDate>,
    /// What stands for a title that is not written anywhere.
    pub(super) name: String,
    pub(super) withheld: Option<Withheld>,
}

/// Why a site does not show a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Withheld {
    Draft,
    Future,
    Expired,
    /// Unlisted, not rendered, a part of another page, or a list without text.
    Other,
}

/// What a site shows although it is not published, and the time it is shown at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) now: i64,
    pub(super) drafts: bool,
    pub(super) future: bool,
    pub(super) expired: bool,
}

/// The warnings about one file.
#[derive(Debug)]
pub(super) struct Notes<'a> {
    pub(super) path: &'a str,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Meta<'a> {
    /// The nearest value of a lower-case key that is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        let nodes = self.layers.iter().filter_map(|layer| layer.get(key));
        nodes.into_iter().find(|node| node.value != Value::Null)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.text()
    }

    pub(super) fn truth(&self, key: &str) -> Option<bool> {
        self.get(key)?.truth()
    }

    /// Whether a key says yes. What is neither yes nor no counts as yes, with a
    /// warning: a typing error in `draft` must not publish anything.
    pub(super) fn flag(&self, key: &str, notes: &mut Notes<'_>) -> bool {
        let Some(node) = self.get(key) else { return false };
        node.truth().unwrap_or_else(|| {
            notes.warn(Some(node.line), format!("{key} is neither true nor false, taken as true"));
            true
        })
    }

    /// The date under the first of `keys` that has a readable one.
    pub(super) fn date(
        &self,
        keys: &[&str],
        clock: &Clock,
        notes: &mut Notes<'_>,
    ) -> Option<PostDate> {
        keys.iter().find_map(|key| {
            // Some sites write `published: true`.
            let node = self.get(key).filter(|node| node.truth().is_none())?;
            let text = node.text().unwrap_or("");
            let date = clock.read(text);
            if date.is_none() {
                let text: String = text.chars().take(40).collect();
                notes.warn(Some(node.line), format!("front matter: {key} '{text}' is no date"));
            }
            date
        })
    }
}

impl Notes<'_> {
    pub(super) fn warn(&mut self, line: Option<usize>, message: String) {
        let warning = Warning { path: self.path.to_owned(), line, message };
        // A key may be asked for twice.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// The folders of a site's content, and where the content that is read lies
/// among them: it may be above them, one of them, or below one.
#[derive(Debug)]
pub(super) struct Roots {
    roots: Vec<Root>,
}

#[derive(Debug)]
struct Root {
    /// The root below the content that is read: empty, or `content/ja/`.
    prefix: String,
    /// The content that is read below the root: empty, or `posts/`.
    within: String,
    lang: Option<String>,
}

impl Roots {
    /// `dirs` are the site's content folders with their languages. When none
    /// holds `content` or lies in it, `content` itself is the root.
    pub(super) fn new(content: &Path, dirs: &[(PathBuf, Option<String>)]) -> Roots {
        let content = content.canonicalize().unwrap_or_else(|_| content.to_path_buf());
        let mut roots: Vec<(usize, Root)> = Vec::new();
        for (dir, lang) in dirs {
            let Ok(dir) = dir.canonicalize() else { continue };
            let below = |inner: &Path, outer: &Path| {
                let path = inner.strip_prefix(outer).ok()?.to_str()?.replace('\\', "/");
                Some(if path.is_empty() { path } else { path + "/" })
            };
            let (prefix, within) = match (below(&dir, &content), below(&content, &dir)) {
                (Some(prefix), _) => (prefix, String::new()),
                (None, Some(within)) => (String::new(), within),
                (None, None) => continue,
            };
            let root = Root { prefix, within, lang: lang.clone() };
            roots.push((dir.components().count(), root));
        }
        roots.sort_by_key(|&(depth, _)| std::cmp::Reverse(depth));
        let mut roots: Vec<Root> = roots.into_iter().map(|(_, root)| root).collect();
        if roots.is_empty() {
            roots.push(Root { prefix: String::new(), within: String::new(), lang: None });
        }
        Roots { roots }
    }

    /// The path of a document within its root, and the root's language; none
    /// when it lies in no root.
    pub(super) fn locate(&self, id: &str) -> Option<(String, Option<&str>)> {
        self.roots.iter().find_map(|root| {
            let path = id.strip_prefix(root.prefix.as_str())?;
            Some((format!("{}{path}", root.within), root.lang.as_deref()))
        })
    }
}

/// `posts/2020/a.ja.md` as its folder and its name without the extension.
pub(super) fn folder_and_stem(path: &str) -> (&str, &str) {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, file.rsplit_once('.').map_or(file, |(stem, _)| stem))
}

/// `folder/name` as a path, whichever may be empty.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() || name.is_empty() {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    }
}

/// The folders that hold `path`, the innermost first, without the root.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    fn parent(path: &str) -> Option<&str> {
        path.rsplit_once('/').map(|(folder, _)| folder)
    }
    std::iter::successors(parent(path), |folder| parent(folder))
}

/// The first part of a language tag, in lower case: `ja` of `ja-JP`.
pub(super) fn primary_language(tag: &str) -> String {
    tag.trim().split(['-', '_']).next().unwrap_or("").to_ascii_lowercase()
}

/// A date at the front of a file's name, as `2020-07-04`, and what comes after
/// it and a `-`, `_` or nothing.
pub(super) fn date_prefix(stem: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    for (part, max_digits) in [4, 2, 2].into_iter().enumerate() {
        if part > 0 {
            end += stem.get(end..)?.starts_with('-').then_some(1)?;
        }
        let rest = stem.get(end..)?;
        let digits = rest.bytes().take(max_digits).take_while(u8::is_ascii_digit).count();
        if digits == 0 || (part == 0 && digits != 4) {
            return None;
        }
        end += digits;
    }
    let (date, rest) = stem.split_at(end);
    match rest.chars().next() {
        None => Some((date, "")),
        Some('-' | '_') => Some((date, &rest[1..])),
        Some(_) => None,
    }
}

/// Replaces each `:token`, with the `[…]` after it if there is one, by what
/// `value` gives for it; a token it does not know stays.
pub(super) fn expand(
    pattern: &str,
    mut value: impl FnMut(&str, Option<&str>) -> Option<String>,
) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let is_token = |c: char| c.is_ascii_lowercase() || c == '_';
        let end = after.find(|c| !is_token(c)).unwrap_or(after.len());
        let (token, tail) = after.split_at(end);
        let slice = tail.strip_prefix('[').and_then(|tail| tail.split_once(']'));
        match value(token, slice.map(|(slice, _)| slice)) {
            Some(text) => {
                out.push_str(&text);
                rest = slice.map_or(tail, |(_, tail)| tail);
            }
            None => {
                out.push(':');
                out.push_str(token);
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_prefix_is_taken_off() {
        assert_eq!(date_prefix("2020-07-04-全文検索"), Some(("2020-07-04", "全文検索")));
        assert_eq!(date_prefix("2020-7-4_a"), Some(("2020-7-4", "a")));
        assert_eq!(date_prefix("2018-10-10"), Some(("2018-10-10", "")));
        assert_eq!(date_prefix("2018-10-100"), None);
        assert_eq!(date_prefix("201-10-10-a"), None);
        assert_eq!(date_prefix("二〇二〇-07-04"), None);
    }

    #[test]
    fn tokens_are_replaced_and_others_stay() {
        let value = |token: &str, slice: Option<&str>| match token {
            "year" => Some("2020".to_owned()),
            "sections" => Some(format!("<{}>", slice.unwrap_or("all"))),
            _ => None,
        };
        assert_eq!(
            expand("/:year/:sections[1:]/:sections/:夏:/x:", value),
            "/2020/<1:>/<all>/:夏:/x:"
        );
    }
}
