//! Where Jekyll puts a post or a page, and which it shows.

mod address;

use std::path::Path;

use globset::{GlobMatcher, GlobSet};

use super::date::{Clock, Timed};
use super::detect::{SiteConfig, jekyll_root};
use super::error::Fault;
use super::page::{
    Document, Meta, Notes, Placement, Roots, Shown, Withheld, date_prefix, folder_and_stem,
    primary_language,
};
use super::value::{Node, Table, Value};
use super::walk;

/// A Jekyll site's configuration.
#[derive(Debug)]
pub(super) struct Jekyll {
    roots: Roots,
    clock: Clock,
    shown: Shown,
    lang: String,
    permalink: String,
    include: GlobSet,
    exclude: GlobSet,
    defaults: Vec<Defaults>,
    collections: Table,
}

/// Front matter for the files of a folder or kind.
#[derive(Debug)]
struct Defaults {
    below: String,
    glob: Option<GlobMatcher>,
    kind: String,
    values: Table,
}

/// What a file is to Jekyll, by its path.
enum Kind<'a> {
    /// A post, with the folders above its `_posts`, which are categories.
    Post {
        categories: &'a str,
    },
    Draft {
        categories: &'a str,
    },
    Page,
    /// A document of a collection, with its path in it.
    Collection {
        label: &'a str,
        path: &'a str,
    },
    /// In a folder that Jekyll does not publish.
    Hidden,
}

impl Jekyll {
    pub(super) fn new(
        content: &Path,
        site: Option<&SiteConfig>,
        shown: Shown,
    ) -> Result<Jekyll, Fault> {
        let empty = Node::default();
        let root = site.map_or(&empty, |site| &site.root);
        let dir = match site {
            Some(site) => Some(site.dir.join(root.text_at(&["source"]))),
            None => jekyll_root(content),
        };
        let dirs: Vec<_> = dir.into_iter().map(|dir| (dir, None)).collect();
        let zone = root.text_at(&["timezone"]);
        let globs = |key: &str| {
            let patterns = root.at(&[key]).map(Node::texts).unwrap_or_default();
            walk::globs(&patterns).map_err(|err| Fault::content("", None, format!("{key}: {err}")))
        };
        let lang = ["lang", "locale"].map(|key| root.text_at(&[key]));
        Ok(Jekyll {
            roots: Roots::new(content, &dirs),
            clock: Clock::named(zone, Timed::Jekyll)
                .ok_or_else(|| Fault::content("", None, format!("unknown time zone '{zone}'")))?,
            shown: Shown {
                future: shown.future || root.is_true_at(&["future"]),
                drafts: shown.drafts || root.is_true_at(&["show_drafts"]),
                ..shown
            },
            lang: primary_language(lang.into_iter().find(|tag| !tag.is_empty()).unwrap_or("")),
            permalink: root.text_at(&["permalink"]).to_owned(),
            include: globs("include")?,
            exclude: globs("exclude")?,
            defaults: defaults(root),
            collections: collections(root),
        })
    }

    /// The front matter of a document, with the site's defaults for it.
    pub(super) fn meta<'a>(&'a self, doc: &'a Document) -> Meta<'a> {
        let mut layers = vec![&doc.meta];
        if let Some((path, _)) = self.roots.locate(&doc.id) {
            let kind = match self.kind(&path) {
                Kind::Post { .. } => "posts",
                Kind::Draft { .. } => "drafts",
                Kind::Collection { label, .. } => label,
                Kind::Page | Kind::Hidden => "pages",
            };
            let fits = |defaults: &&Defaults| defaults.fits(&path, kind);
            layers.extend(self.defaults.iter().filter(fits).map(|defaults| &defaults.values));
        }
        Meta { layers }
    }

    /// Not what it excludes, nor what is in folders that it does not publish.
    pub(super) fn covers(&self, id: &str) -> bool {
        let Some((path, _)) = self.roots.locate(id) else { return false };
        !matches!(self.kind(&path), Kind::Hidden) && !self.exclude.is_match(&path)
    }

    pub(super) fn place(
        &self,
        doc: &Document,
        meta: &Meta<'_>,
        notes: &mut Notes<'_>,
    ) -> Placement {
        let (path, _) = self.roots.locate(&doc.id).unwrap_or_else(|| (doc.id.clone(), None));
        let kind = self.kind(&path);
        let (folder, stem) = folder_and_stem(&path);
        let dated = date_prefix(stem).filter(|(_, rest)| !rest.is_empty());
        let name = match kind {
            Kind::Post { .. } | Kind::Draft { .. } => dated.map_or(stem, |(_, rest)| rest),
            _ => stem,
        };
        let written = meta.date(&["date"], &self.clock, notes);
        let date = match kind {
            Kind::Page | Kind::Hidden => written,
            _ => written.or_else(|| self.clock.read(dated?.0)),
        };
        let is_draft = meta.flag("draft", notes) || matches!(kind, Kind::Draft { .. });
        let is_page = matches!(kind, Kind::Page);
        let comes = date.is_some_and(|date| self.shown.now < date.unix_seconds) && !is_page;
        let withheld = if is_draft && !self.shown.drafts {
            Some(Withheld::Draft)
        } else if meta.truth("published") == Some(false) {
            Some(Withheld::Other)
        } else if comes && !self.shown.future {
            Some(Withheld::Future)
        } else {
            None
        };
        let section = folder.split('/').next().unwrap_or("").trim_start_matches('_');
        Placement {
            address: self.address(&kind, folder, name, meta, date),
            lang: self.lang.clone(),
            section: section.to_owned(),
            date,
            name: match name {
                "index" => folder.rsplit('/').next().unwrap_or(""),
                _ => name,
            }
            .to_owned(),
            withheld,
        }
    }

    fn kind<'a>(&self, path: &'a str) -> Kind<'a> {
        let folders = folder_and_stem(path).0;
        let mut start = 0;
        for name in folders.split('/') {
            let above = folders[..start].trim_end_matches('/');
            match name {
                "_posts" => return Kind::Post { categories: above },
                "_drafts" => return Kind::Draft { categories: above },
                _ => {}
            }
            if let (Some(label), 0) = (name.strip_prefix('_'), start) {
                let node = self.collections.get(&label.to_lowercase());
                if node.is_some_and(|node| node.is_true_at(&["output"])) {
                    let path = path[name.len()..].trim_start_matches('/');
                    return Kind::Collection { label, path };
                }
            }
            start += name.len() + 1;
        }
        let special = |name: &str| name.starts_with(['_', '#', '~']);
        if path.split('/').any(special) && !self.include.is_match(path) {
            return Kind::Hidden;
        }
        Kind::Page
    }
}

impl Defaults {
    fn fits(&self, path: &str, kind: &str) -> bool {
        let below = match &self.glob {
            Some(glob) => glob.is_match(path),
            None => {
                let rest = path.strip_prefix(self.below.as_str());
                let ends = |rest: &str| rest.is_empty() || rest.starts_with('/');
                self.below.is_empty() || rest.is_some_and(ends)
            }
        };
        below && (self.kind.is_empty() || self.kind == kind)
    }
}

/// A list, or the words of a scalar.
pub(super) fn words(node: &Node) -> Vec<String> {
    match node.text() {
        Some(text) => text.split_whitespace().map(str::to_owned).collect(),
        None => node.texts(),
    }
}

fn defaults(root: &Node) -> Vec<Defaults> {
    let mut found = Vec::new();
    for node in root.at(&["defaults"]).map_or(&[][..], Node::list) {
        let Some(values) = node.at(&["values"]).and_then(Node::table) else { continue };
        let below = node.text_at(&["scope", "path"]).trim_matches('/').to_owned();
        let glob = below.contains('*').then(|| walk::glob(&below).ok()).flatten();
        found.push(Defaults {
            glob: glob.map(|glob| glob.compile_matcher()),
            below,
            kind: node.text_at(&["scope", "type"]).to_owned(),
            values: values.clone(),
        });
    }
    found.sort_by_key(|defaults| std::cmp::Reverse(defaults.below.len()));
    found
}

/// Collections by label; a list of labels publishes none of them.
fn collections(root: &Node) -> Table {
    match root.at(&["collections"]).map(|node| &node.value) {
        Some(Value::Table(table)) => table.clone(),
        _ => Table::new(),
    }
}
