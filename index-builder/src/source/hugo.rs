//! Where Hugo puts a page, and which pages it shows.
//!
//! Checked against Hugo's documentation, not against its code: a site whose
//! theme or modules move pages about is out of reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::date::{Clock, PostDate, Timed};
use super::detect::SiteConfig;
use super::error::Fault;
use super::page::{
    Document, Meta, Notes, Placement, Roots, Shown, Withheld, expand, folder_and_stem,
    folders_above, join, primary_language,
};
use super::url::{self, Address};
use super::value::{Node, Table};
use super::walk;

/// A Hugo site: its configuration, and what its section pages pass down.
#[derive(Debug)]
pub(super) struct Hugo {
    roots: Roots,
    clock: Clock,
    shown: Shown,
    default_language: String,
    default_in_subfolder: bool,
    /// Language tags by the code that paths and prefixes use.
    languages: BTreeMap<String, String>,
    page_permalinks: BTreeMap<String, String>,
    section_permalinks: BTreeMap<String, String>,
    ugly: Ugly,
    case: Case,
    /// The nearest first.
    cascades: Vec<Cascade>,
    /// Folders with an `index.md`: what else is in them are its resources.
    bundles: BTreeSet<String>,
}

#[derive(Debug)]
enum Ugly {
    Site(bool),
    Sections(BTreeSet<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    AsWritten,
}

/// Front matter for the pages below a folder.
#[derive(Debug)]
struct Cascade {
    /// The folder and language it comes from; none for the whole site.
    from: Option<(String, String)>,
    path: Option<GlobMatcher>,
    kind: Option<GlobMatcher>,
    lang: Option<GlobMatcher>,
    values: Table,
}

/// A document's place in the site, as its path tells it.
struct Place {
    /// Its folder below the root of its language.
    folder: String,
    /// Its own part of the address; empty for the page of a folder.
    name: String,
    kind: Kind,
    lang: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Home,
    Section,
    Page,
}

impl Hugo {
    pub(super) fn new(
        content: &Path,
        site: Option<&SiteConfig>,
        shown: Shown,
    ) -> Result<Hugo, Fault> {
        let empty = Node::default();
        let root = site.map_or(&empty, |site| &site.root);
        let zone = root.text_at(&["timezone"]);
        let clock = Clock::named(zone, Timed::Zone)
            .ok_or_else(|| Fault::content("", None, format!("unknown time zone '{zone}'")))?;
        let languages = languages(root);
        let default = root.text_at(&["defaultcontentlanguage"]).to_lowercase();
        Ok(Hugo {
            roots: Roots::new(content, &content_dirs(content, site, &languages)),
            clock,
            shown: Shown {
                drafts: shown.drafts || root.is_true_at(&["builddrafts"]),
                future: shown.future || root.is_true_at(&["buildfuture"]),
                expired: shown.expired || root.is_true_at(&["buildexpired"]),
                ..shown
            },
            default_language: if default.is_empty() { "en".to_owned() } else { default },
            default_in_subfolder: root.is_true_at(&["defaultcontentlanguageinsubdir"]),
            languages,
            page_permalinks: permalinks(root, "page"),
            section_permalinks: permalinks(root, "section"),
            ugly: ugly(root),
            case: match root.is_true_at(&["disablepathtolower"]) {
                true => Case::AsWritten,
                false => Case::Lower,
            },
            cascades: match root.at(&["cascade"]) {
                Some(node) => cascades(node, None).map_err(|err| Fault::content("", None, err))?,
                None => Vec::new(),
            },
            bundles: BTreeSet::new(),
        })
    }

    pub(super) fn covers(&self, id: &str) -> bool {
        self.roots.locate(id).is_some()
    }

    /// Finds the bundles, and what section pages pass down.
    pub(super) fn learn(&mut self, docs: &[Document]) -> Result<(), Fault> {
        for doc in docs {
            let place = self.place_of(&doc.id);
            let (folder, stem) = folder_and_stem(&doc.id);
            if self.without_language(stem).0 == "index" && place.kind == Kind::Page {
                self.bundles.insert(folder.to_owned());
            }
            if let (Some(node), true) = (doc.meta.get("cascade"), place.kind != Kind::Page) {
                let from = Some((place.folder, place.lang));
                let found = cascades(node, from).map_err(|message| {
                    Fault::content(&doc.id, Some(node.line), format!("front matter: {message}"))
                })?;
                self.cascades.extend(found);
            }
        }
        // `None`, the whole site, sorts last.
        let depth = |cascade: &Cascade| cascade.from.as_ref().map(|(folder, _)| folder.len());
        self.cascades.sort_by_key(|cascade| std::cmp::Reverse(depth(cascade)));
        Ok(())
    }

    /// The front matter of a document, with what it inherits.
    pub(super) fn meta<'a>(&'a self, doc: &'a Document) -> Meta<'a> {
        let place = self.place_of(&doc.id);
        let path = place.logical_path();
        let inherited = self.cascades.iter().filter(|cascade| cascade.fits(&place, &path));
        let inherited = inherited.map(|cascade| &cascade.values);
        Meta { layers: [&doc.meta].into_iter().chain(inherited).collect() }
    }

    pub(super) fn place(
        &self,
        doc: &Document,
        meta: &Meta<'_>,
        title: Option<&str>,
        notes: &mut Notes<'_>,
    ) -> Placement {
        const DATES: [&str; 6] =
            ["date", "publishdate", "pubdate", "published", "lastmod", "modified"];
        let place = self.place_of(&doc.id);
        let date = meta.date(&DATES, &self.clock, notes);
        let language = self.languages.get(&place.lang).map_or(place.lang.as_str(), String::as_str);
        Placement {
            address: self.address(&place, meta, date, title),
            lang: primary_language(language),
            section: place.section().to_owned(),
            date,
            name: place.title(),
            withheld: self.withheld(doc, &place, meta, notes),
        }
    }

    fn withheld(
        &self,
        doc: &Document,
        place: &Place,
        meta: &Meta<'_>,
        notes: &mut Notes<'_>,
    ) -> Option<Withheld> {
        const PUBLISHED: [&str; 4] = ["publishdate", "pubdate", "published", "date"];
        let Shown { now, drafts, future, expired } = self.shown;
        let publish = meta.date(&PUBLISHED, &self.clock, notes);
        let expiry = meta.date(&["expirydate", "unpublishdate"], &self.clock, notes);
        if meta.flag("draft", notes) && !drafts {
            Some(Withheld::Draft)
        } else if publish.is_some_and(|date| now < date.unix_seconds) && !future {
            Some(Withheld::Future)
        } else if expiry.is_some_and(|date| date.unix_seconds <= now) && !expired {
            Some(Withheld::Expired)
        } else if meta.flag("headless", notes)
            || self.is_resource(&doc.id)
            || is_unlisted(meta)
            || (place.kind != Kind::Page && !doc.has_text())
        {
            Some(Withheld::Other)
        } else {
            None
        }
    }

    fn is_resource(&self, id: &str) -> bool {
        let (folder, stem) = folder_and_stem(id);
        let is_index = self.without_language(stem).0 == "index";
        let above = folders_above(id).filter(|&above| !(is_index && above == folder));
        above.into_iter().any(|folder| self.bundles.contains(folder))
    }

    fn address(
        &self,
        place: &Place,
        meta: &Meta<'_>,
        date: Option<PostDate>,
        title: Option<&str>,
    ) -> Address {
        let section = place.section();
        let expanded = |pattern: &str| self.expand(pattern, place, meta, date, title);
        if let Some(url) = meta.text("url") {
            if url::is_absolute(url) {
                return url::from_writer(url);
            }
            let url = closed(if url.contains(':') { expanded(url) } else { url.to_owned() });
            let from_root = url.starts_with('/');
            return if from_root { url::from_writer(&url) } else { self.prefixed(place, &url) };
        }
        let patterns = match place.kind {
            Kind::Page => &self.page_permalinks,
            Kind::Section | Kind::Home => &self.section_permalinks,
        };
        let section = if section.is_empty() { "/" } else { section };
        // A pattern that does not name them all is of the outermost section only.
        let nested = place.kind == Kind::Section && place.folder.contains('/');
        let pattern = patterns.get(&section.to_lowercase());
        let pattern = pattern.filter(|pattern| !nested || pattern.contains(":sections"));
        if let Some(pattern) = pattern {
            return self.prefixed(place, &closed(self.sanitized(&expanded(pattern))));
        }
        let name = match (place.kind, meta.text("slug")) {
            (Kind::Page, Some(slug)) => slug,
            _ => &place.name,
        };
        let path = self.sanitized(&join(&place.folder, name));
        let ugly = match &self.ugly {
            Ugly::Site(ugly) => *ugly,
            Ugly::Sections(sections) => sections.contains(&section.to_lowercase()),
        };
        let end = if ugly && place.kind == Kind::Page { ".html" } else { "/" };
        self.prefixed(place, &format!("{path}{end}"))
    }

    /// A path below the root of a document's language.
    fn prefixed(&self, place: &Place, path: &str) -> Address {
        let is_default = place.lang == self.default_language;
        let subfolder = match is_default {
            true => self.default_in_subfolder,
            false => self.languages.contains_key(&place.lang),
        };
        let prefix = if subfolder { place.lang.as_str() } else { "" };
        // Resolved before the prefix, so that dots cannot leave a language.
        let address = url::from_names(path);
        Address { url: format!("{}{}", url::base_path(prefix), address.url), ..address }
    }

    fn expand(
        &self,
        pattern: &str,
        place: &Place,
        meta: &Meta<'_>,
        date: Option<PostDate>,
        title: Option<&str>,
    ) -> String {
        let date =
            date.map_or(jiff::civil::DateTime::constant(1, 1, 1, 0, 0, 0, 0), PostDate::civil);
        let one = |text: &str| self.sanitized(&text.replace('/', "-"));
        let base = place.title();
        let title = title.unwrap_or(&base);
        expand(pattern, |token, slice| {
            Some(match token {
                "year" => format!("{:04}", date.year()),
                "month" => format!("{:02}", date.month()),
                "monthname" => date.strftime("%B").to_string(),
                "day" => format!("{:02}", date.day()),
                "weekday" => date.strftime("%w").to_string(),
                "weekdayname" => date.strftime("%A").to_string(),
                "yearday" => date.day_of_year().to_string(),
                "section" => place.section().to_owned(),
                "sections" => sliced(&place.folder, slice),
                "title" => one(title),
                "slug" => one(meta.text("slug").unwrap_or(title)),
                "filename" | "contentbasename" => one(&base),
                "slugorfilename" | "slugorcontentbasename" => {
                    one(meta.text("slug").unwrap_or(&base))
                }
                _ => return None,
            })
        })
    }

    /// A path as Hugo cleans it: spaces become hyphens, and what is no letter,
    /// mark, digit or one of a few signs goes.
    fn sanitized(&self, path: &str) -> String {
        let mut out = String::new();
        let mut space = false;
        for c in path.chars() {
            if url::is_word(c) || "./\\_#+~-@".contains(c) {
                if space && c != '-' {
                    out.push('-');
                }
                space = false;
                out.push(c);
            } else if c.is_whitespace() {
                space = !out.is_empty() && !out.ends_with('-');
            }
        }
        match self.case {
            Case::Lower => out.to_lowercase(),
            Case::AsWritten => out,
        }
    }

    fn place_of(&self, id: &str) -> Place {
        let (path, lang) = self.roots.locate(id).unwrap_or_else(|| (id.to_owned(), None));
        let (folder, stem) = folder_and_stem(&path);
        let (name, suffix) = self.without_language(stem);
        let lang = suffix.or(lang).unwrap_or(&self.default_language).to_lowercase();
        let parent = || folder.rsplit_once('/').unwrap_or(("", folder));
        let (kind, (folder, name)) = match name {
            "_index" | "index" if folder.is_empty() => (Kind::Home, ("", "")),
            "_index" => (Kind::Section, (folder, "")),
            "index" => (Kind::Page, parent()),
            _ => (Kind::Page, (folder, name)),
        };
        Place { folder: folder.to_owned(), name: name.to_owned(), kind, lang }
    }

    /// A file's name without the language at its end, and that language.
    fn without_language<'a>(&self, stem: &'a str) -> (&'a str, Option<&'a str>) {
        let is_language = |code: &str| {
            let code = code.to_lowercase();
            code == self.default_language || self.languages.contains_key(&code)
        };
        match stem.rsplit_once('.') {
            Some((name, code)) if is_language(code) => (name, Some(code)),
            _ => (stem, None),
        }
    }
}

impl Place {
    fn section(&self) -> &str {
        self.folder.split('/').next().unwrap_or("")
    }

    fn title(&self) -> String {
        let name = if self.name.is_empty() { self.folder.rsplit('/').next() } else { None };
        name.unwrap_or(&self.name).to_owned()
    }

    /// The path that Hugo's targets match: from `/`, in lower case.
    fn logical_path(&self) -> String {
        format!("/{}", join(&self.folder, &self.name)).to_lowercase().replace(' ', "-")
    }
}

impl Cascade {
    fn fits(&self, place: &Place, path: &str) -> bool {
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

/// Whether a page is not to be found by a reader: not rendered, or in no list.
fn is_unlisted(meta: &Meta<'_>) -> bool {
    let build = meta.get("build").or_else(|| meta.get("_build"));
    let says = |key: &str, no: &[&str]| {
        build.is_some_and(|build| no.contains(&build.text_at(&[key]).to_lowercase().as_str()))
    };
    says("list", &["never", "false"]) || says("render", &["never", "false", "link"])
}

/// A path that names no file ends in a slash.
fn closed(path: String) -> String {
    let names_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if path.ends_with('/') || names_file { path } else { path + "/" }
}

/// Parts of a folder's path: `[1:]`, `[:last]`, `[0]`, `[last]`.
fn sliced(folder: &str, slice: Option<&str>) -> String {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let Some(slice) = slice else { return parts.join("/") };
    let last = parts.len().saturating_sub(1);
    let index = |text: &str, default: usize| match text {
        "last" => last,
        _ => text.parse().unwrap_or(default).min(parts.len()),
    };
    let (start, end) = match slice.split_once(':') {
        Some((start, end)) => (index(start, 0), index(end, parts.len())),
        None => (index(slice, 0), (index(slice, 0) + 1).min(parts.len())),
    };
    parts.get(start..end).unwrap_or(&[]).join("/")
}

fn languages(root: &Node) -> BTreeMap<String, String> {
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
fn content_dirs(
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
fn permalinks(root: &Node, kind: &str) -> BTreeMap<String, String> {
    let table = |path: &[&str]| root.at(path).and_then(Node::table).into_iter().flatten();
    let untyped = table(&["permalinks"]).filter(|_| kind == "page");
    let patterns = untyped.chain(table(&["permalinks", kind]));
    let read = |(section, node): (&String, &Node)| {
        let section = if section == "/" { section } else { section.trim_matches('/') };
        Some((section.to_owned(), node.text()?.to_owned()))
    };
    patterns.filter_map(read).collect()
}

fn ugly(root: &Node) -> Ugly {
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

/// One cascade, or a list of them.
fn cascades(node: &Node, from: Option<(String, String)>) -> Result<Vec<Cascade>, String> {
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
