//! Where Hugo puts a page, and which pages it shows.
//!
//! Checked against Hugo's documentation, not against its code: a site whose
//! theme or modules move pages about is out of reach.

mod address;
mod cascade;
mod config;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::date::{Clock, Timed};
use super::detect::SiteConfig;
use super::error::Fault;
use super::page::{
    Document, Meta, Notes, Placement, Roots, Shown, Withheld, folder_and_stem, folders_above, join,
    primary_language,
};
use super::value::Node;
use cascade::{Cascade, cascades};
use config::{Ugly, content_dirs, languages, permalinks, ugly};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    AsWritten,
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
        let is_draft = meta.flag("draft", notes) || meta.truth("published") == Some(false);
        if is_draft && !drafts {
            Some(Withheld::Draft)
        } else if publish.is_some_and(|date| now < date.unix_seconds) && !future {
            Some(Withheld::Future)
        } else if expiry.is_some_and(|date| date.unix_seconds <= now) && !expired {
            Some(Withheld::Expired)
        } else if meta.flag("headless", notes)
            || self.is_resource(&doc.id)
            || is_unlisted(meta)
            || (place.kind != Kind::Page && !doc.has_text)
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

/// Whether a page is not to be found by a reader: not rendered, or in no list.
fn is_unlisted(meta: &Meta<'_>) -> bool {
    let build = meta.get("build").or_else(|| meta.get("_build"));
    let says = |key: &str, no: &[&str]| {
        build.is_some_and(|build| no.contains(&build.text_at(&[key]).to_lowercase().as_str()))
    };
    says("list", &["never", "false"]) || says("render", &["never", "false", "link"])
}
