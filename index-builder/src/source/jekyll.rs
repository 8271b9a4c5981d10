//! Where Jekyll puts a post or a page, and which it shows.

use std::path::Path;

use globset::{GlobMatcher, GlobSet};

use super::date::{Clock, PostDate, Timed};
use super::detect::{SiteConfig, jekyll_root};
use super::error::Fault;
use super::page::{
    Document, Meta, Notes, Placement, Roots, Shown, Withheld, date_prefix, expand, folder_and_stem,
    join, primary_language,
};
use super::url::{self, Address};
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

    fn address(
        &self,
        kind: &Kind<'_>,
        folder: &str,
        name: &str,
        meta: &Meta<'_>,
        date: Option<PostDate>,
    ) -> Address {
        let own = meta.text("permalink");
        let (pattern, path) = match kind {
            Kind::Post { categories } | Kind::Draft { categories } => {
                (style(own.unwrap_or(&self.permalink)), *categories)
            }
            Kind::Collection { label, path } => {
                let set = self.collections.get(&label.to_lowercase());
                let set = set.map_or("", |node| node.text_at(&["permalink"]));
                let set = if set.is_empty() { "/:collection/:path:output_ext" } else { set };
                (own.map_or(set, style), *path)
            }
            Kind::Page | Kind::Hidden => (own.unwrap_or_else(|| self.page_pattern(name)), folder),
        };
        let categories = match kind {
            Kind::Post { categories } | Kind::Draft { categories } => {
                categories_of(meta, categories)
            }
            _ => Vec::new(),
        };
        let civil =
            date.map_or(jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0), PostDate::civil);
        let slug = meta.text("slug").unwrap_or(name);
        let path = expand(pattern, |token, _| {
            let format = |format: &str| civil.strftime(format).to_string();
            Some(match (token, kind) {
                ("path", Kind::Collection { .. }) => {
                    let (folder, stem) = folder_and_stem(path);
                    escaped(&join(folder, stem))
                }
                ("path", _) => escaped(path),
                ("basename" | "name", _) => escaped(name),
                ("title", _) => escaped(&pretty(slug)),
                ("slug", _) => slugified(slug),
                ("output_ext", _) => ".html".to_owned(),
                ("collection", Kind::Collection { label, .. }) => escaped(label),
                ("collection", _) => "posts".to_owned(),
                ("categories", _) => escaped(
                    &categories
                        .iter()
                        .map(|name| name.to_lowercase())
                        .collect::<Vec<_>>()
                        .join("/"),
                ),
                ("slugified_categories", _) => {
                    categories.iter().map(|name| slugified(name)).collect::<Vec<_>>().join("/")
                }
                ("year", _) => format("%Y"),
                ("short_year", _) => format("%y"),
                ("month", _) => format("%m"),
                ("i_month", _) => civil.month().to_string(),
                ("short_month", _) => format("%b"),
                ("long_month", _) => format("%B"),
                ("day", _) => format("%d"),
                ("i_day", _) => civil.day().to_string(),
                ("y_day", _) => format("%j"),
                ("week", _) => format("%V"),
                ("short_day", _) => format("%a"),
                ("long_day", _) => format("%A"),
                ("hour", _) => format("%H"),
                ("minute", _) => format("%M"),
                ("second", _) => format("%S"),
                _ => return None,
            })
        });
        url::from_writer(&format!("/{path}"))
    }

    /// Pages follow the end of the site's pattern.
    fn page_pattern(&self, name: &str) -> &'static str {
        let pattern = style(&self.permalink);
        if name == "index" {
            "/:path/"
        } else if pattern.ends_with('/') {
            "/:path/:basename/"
        } else if pattern.ends_with(":output_ext") || pattern.ends_with(".html") {
            "/:path/:basename.html"
        } else {
            "/:path/:basename"
        }
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

/// The pattern that a named style stands for.
fn style(permalink: &str) -> &str {
    match permalink {
        "" | "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        pattern => pattern,
    }
}

/// The categories of a post: its folders', then those of its front matter.
fn categories_of(meta: &Meta<'_>, folders: &str) -> Vec<String> {
    let own = match (meta.get("category"), meta.get("categories")) {
        (Some(one), _) => one.texts(),
        (None, Some(many)) => words(many),
        (None, None) => Vec::new(),
    };
    let folders = folders.split('/').filter(|name| !name.is_empty()).map(str::to_owned);
    let mut all: Vec<String> = Vec::new();
    for name in folders.chain(own) {
        if !all.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            all.push(name);
        }
    }
    all
}

/// A list, or the words of a scalar.
pub(super) fn words(node: &Node) -> Vec<String> {
    match node.text() {
        Some(text) => text.split_whitespace().map(str::to_owned).collect(),
        None => node.texts(),
    }
}

/// A name whose signs would mean something in an address.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

/// A title in an address: its letters as they are, and signs that may stand.
fn pretty(text: &str) -> String {
    hyphened(text, |c| url::is_word(c) || "._~!$&'()+,;=@".contains(c))
}

fn slugified(text: &str) -> String {
    hyphened(text, url::is_word).to_lowercase()
}

/// Everything else becomes hyphens, one for a run and none at the ends.
fn hyphened(text: &str, keep: impl Fn(char) -> bool) -> String {
    let parts: Vec<&str> = text.split(|c| !keep(c)).filter(|part| !part.is_empty()).collect();
    parts.join("-")
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
