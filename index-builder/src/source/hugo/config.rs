//! What is read from a site's configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::source::detect::SiteConfig;
use crate::source::value::Node;

/// Which pages are files, and not folders with an index.
#[derive(Debug)]
pub(super) enum Ugly {
    Site(bool),
    Sections(BTreeSet<String>),
}

/// The languages of a site by their codes, with their tags.
pub(super) fn languages(root: &Node) -> BTreeMap<String, String> {
    let whole = ["languagecode", "locale"].map(|key| root.text_at(&[key]));
    let mut languages = BTreeMap::new();
    for (code, node) in root.at(&["languages"]).and_then(Node::table).into_iter().flatten() {
        if !node.is_true_at(&["disabled"]) {
            let tags = ["languagecode", "locale"].map(|key| node.text_at(&[key]));
            let tag = tags.into_iter().find(|tag| !tag.is_empty()).unwrap_or(code);
            languages.insert(code.clone(), tag.to_owned());
        }
    }
    let default = root.text_at(&["defaultcontentlanguage"]).to_lowercase();
    if languages.is_empty() {
        let tag = whole.into_iter().find(|tag| !tag.is_empty()).unwrap_or(&default);
        let code = if default.is_empty() { "en".to_owned() } else { default.clone() };
        languages.insert(code, tag.to_owned());
    }
    languages
}

/// The content folders of a site, with their languages.
pub(super) fn content_dirs(
    content: &Path,
    site: Option<&SiteConfig>,
    languages: &BTreeMap<String, String>,
) -> Vec<(PathBuf, Option<String>)> {
    let Some(SiteConfig { dir, root }) = site else {
        let inner = content.join("content");
        return if inner.is_dir() { vec![(inner, None)] } else { Vec::new() };
    };
    let whole = root.text_at(&["contentdir"]);
    let whole = if whole.is_empty() { "content" } else { whole };
    let mut dirs: Vec<(PathBuf, Option<String>)> = Vec::new();
    for mount in root.at(&["module", "mounts"]).map_or(&[][..], Node::list) {
        if mount.text_at(&["target"]) == "content" {
            let matrix = mount.at(&["sites", "matrix", "languages"]).map(Node::texts);
            let lang = Some(mount.text_at(&["lang"]).to_owned()).filter(|lang| !lang.is_empty());
            let lang = lang.or_else(|| matrix.and_then(|langs| langs.into_iter().next()));
            dirs.push((dir.join(mount.text_at(&["source"])), lang));
        }
    }
    if !dirs.is_empty() {
        return dirs;
    }
    let default = root.text_at(&["defaultcontentlanguage"]).to_lowercase();
    let default = if default.is_empty() { "en" } else { &default };
    let mut default_has_own = false;
    for code in languages.keys() {
        let own = root.text_at(&["languages", code, "contentdir"]);
        // Folders named by the languages of a site are theirs, even where a
        // module that cannot be seen from here mounts them.
        let named = dir.join(whole).join(code);
        let folder = match own.is_empty() {
            false => dir.join(own),
            true if languages.len() > 1 && named.is_dir() => named,
            true => continue,
        };
        dirs.push((folder, Some(code.clone())));
        default_has_own |= code == default;
    }
    if !default_has_own {
        dirs.push((dir.join(whole), None));
    }
    dirs
}

/// Patterns by section; those of pages may stand without their kind.
pub(super) fn permalinks(root: &Node, kind: &str) -> BTreeMap<String, String> {
    let table = |path: &[&str]| root.at(path).and_then(Node::table).into_iter().flatten();
    let untyped = table(&["permalinks"]).filter(|_| kind == "page");
    let patterns = untyped.chain(table(&["permalinks", kind]));
    let read = |(section, node): (&String, &Node)| {
        let section = if section == "/" { section } else { section.trim_matches('/') };
        Some((section.to_owned(), node.text()?.to_owned()))
    };
    patterns.filter_map(read).collect()
}

pub(super) fn ugly(root: &Node) -> Ugly {
    let Some(node) = root.at(&["uglyurls"]) else { return Ugly::Site(false) };
    match node.table() {
        None => Ugly::Site(node.truth() == Some(true)),
        Some(sections) => Ugly::Sections(
            sections
                .iter()
                .filter(|(_, ugly)| ugly.truth() == Some(true))
                .map(|(k, _)| k.clone())
                .collect(),
        ),
    }
}
