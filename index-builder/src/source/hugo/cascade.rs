//! What a section page, or the site's configuration, passes down to pages.

use globset::GlobMatcher;

use super::{Kind, Place};
use crate::source::value::{Node, Table};
use crate::source::walk;

/// Front matter for the pages below a folder.
#[derive(Debug)]
pub(super) struct Cascade {
    /// The folder and language it comes from; none for the whole site.
    pub(super) from: Option<(String, String)>,
    path: Option<GlobMatcher>,
    kind: Option<GlobMatcher>,
    lang: Option<GlobMatcher>,
    pub(super) values: Table,
}

impl Cascade {
    /// Whether a page, with its logical path, inherits from this.
    pub(super) fn fits(&self, place: &Place, path: &str) -> bool {
        let from = self.from.as_ref().is_none_or(|(folder, lang)| {
            let below = place.folder.strip_prefix(folder.as_str());
            let below = below
                .is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with('/'));
            *lang == place.lang && below
        });
        let kind = match place.kind {
            Kind::Home => "home",
            Kind::Section => "section",
            Kind::Page => "page",
        };
        let matches = |glob: &Option<GlobMatcher>, text: &str| {
            glob.as_ref().is_none_or(|glob| glob.is_match(text))
        };
        from && matches(&self.path, path)
            && matches(&self.kind, kind)
            && matches(&self.lang, &place.lang)
    }
}

/// One cascade, or a list of them.
pub(super) fn cascades(
    node: &Node,
    from: Option<(String, String)>,
) -> Result<Vec<Cascade>, String> {
    let single = [node.clone()];
    let nodes = if node.table().is_some() { &single[..] } else { node.list() };
    let mut found = Vec::new();
    for node in nodes {
        let Some(values) = node.table() else { continue };
        let target = node.at(&["target"]).or_else(|| node.at(&["_target"]));
        let glob = |key: &str| -> Result<Option<GlobMatcher>, String> {
            let pattern = target.map_or("", |target| target.text_at(&[key]));
            if pattern.is_empty() {
                return Ok(None);
            }
            let glob = walk::glob(pattern).map_err(|err| format!("cascade: {err}"))?;
            Ok(Some(glob.compile_matcher()))
        };
        let (path, kind, lang) = (glob("path")?, glob("kind")?, glob("lang")?);
        found.push(Cascade { from: from.clone(), path, kind, lang, values: values.clone() });
    }
    Ok(found)
}
