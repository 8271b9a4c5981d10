//! Where Zola puts a page, and which pages it shows.

use std::collections::BTreeSet;
use std::path::Path;

use super::date::Clock;
use super::detect::SiteConfig;
use super::page::{
    Document, Meta, Notes, Placement, Roots, Shown, Withheld, date_prefix, folder_and_stem,
    folders_above, join, primary_language,
};
use super::url::{self, Address};
use super::value::Node;

/// A Zola site: its configuration, and its drafted sections.
#[derive(Debug)]
pub(super) struct Zola {
    roots: Roots,
    clock: Clock,
    shown: Shown,
    /// Whether its configuration was found, so that its language is known.
    named: bool,
    default_language: String,
    languages: BTreeSet<String>,
    slugs: Slugs,
    dates: Dates,
    drafted: BTreeSet<String>,
}

/// How names become parts of an address.
#[derive(Debug, Clone, Copy)]
enum Slugs {
    /// ASCII only, Zola's default: 全文 becomes `quan-wen`.
    Ascii,
    /// Letters stay, and only what some file system refuses goes.
    Safe,
    AsWritten,
}

/// What becomes of a date at the front of a file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    Drop,
    Keep,
}

impl Zola {
    pub(super) fn new(content: &Path, site: Option<&SiteConfig>, shown: Shown) -> Zola {
        let empty = Node::default();
        let root = site.map_or(&empty, |site| &site.root);
        let dir = site.map_or(content, |site| &site.dir).join("content");
        let dirs = if dir.is_dir() { vec![(dir, None)] } else { Vec::new() };
        let default = root.text_at(&["default_language"]);
        let languages = root.at(&["languages"]).and_then(Node::table);
        Zola {
            roots: Roots::new(content, &dirs),
            clock: Clock::UTC,
            shown,
            named: site.is_some(),
            default_language: if default.is_empty() { "en" } else { default }.to_lowercase(),
            languages: languages.map(|table| table.keys().cloned().collect()).unwrap_or_default(),
            slugs: match root.text_at(&["slugify", "paths"]) {
                "safe" => Slugs::Safe,
                "off" => Slugs::AsWritten,
                _ => Slugs::Ascii,
            },
            dates: match root.is_true_at(&["slugify", "paths_keep_dates"]) {
                true => Dates::Keep,
                false => Dates::Drop,
            },
            drafted: BTreeSet::new(),
        }
    }

    pub(super) fn covers(&self, id: &str) -> bool {
        self.roots.locate(id).is_some()
    }

    /// Finds the drafted sections, which take everything below them along.
    pub(super) fn learn(&mut self, docs: &[Document]) {
        for doc in docs {
            let (folder, stem) = folder_and_stem(&doc.id);
            let is_section = stem == "_index" || stem.starts_with("_index.");
            if is_section && doc.meta.get("draft").and_then(Node::truth) == Some(true) {
                self.drafted.insert(folder.to_owned());
            }
        }
    }

    pub(super) fn place(
        &self,
        doc: &Document,
        meta: &Meta<'_>,
        notes: &mut Notes<'_>,
    ) -> Placement {
        let (path, _) = self.roots.locate(&doc.id).unwrap_or_else(|| (doc.id.clone(), None));
        let (folder, stem) = folder_and_stem(&path);
        let (stem, lang) = match stem.rsplit_once('.') {
            Some((stem, code)) if self.languages.contains(&code.to_lowercase()) => {
                (stem, code.to_lowercase())
            }
            _ => (stem, self.default_language.clone()),
        };
        let is_section = stem == "_index";
        let (folder, name) = match stem {
            "_index" => (folder, ""),
            "index" => folder.rsplit_once('/').unwrap_or(("", folder)),
            _ => (folder, stem),
        };
        let dated = date_prefix(name);
        let bare = dated.map_or(name, |(date, rest)| if rest.is_empty() { date } else { rest });
        let date = meta.date(&["date"], &self.clock, notes);
        let is_draft = meta.flag("draft", notes);
        let in_draft =
            folders_above(&doc.id).chain([""]).any(|folder| self.drafted.contains(folder));
        let off = |key: &str| meta.truth(key) == Some(false);
        let withheld = if (is_draft || in_draft) && !self.shown.drafts {
            Some(Withheld::Draft)
        } else if off("render")
            || off("in_search_index")
            || (is_section && (meta.get("redirect_to").is_some() || !doc.has_text))
        {
            Some(Withheld::Other)
        } else {
            None
        };
        let name = match self.dates {
            Dates::Keep => name,
            Dates::Drop => bare.trim_start(),
        };
        Placement {
            address: self.address(folder, name, &lang, meta),
            lang: if self.named { primary_language(&lang) } else { String::new() },
            section: folder.split('/').next().unwrap_or("").to_owned(),
            date: date.or_else(|| self.clock.read(dated?.0)),
            name: if name.is_empty() { folder.rsplit('/').next().unwrap_or("") } else { name }
                .to_owned(),
            withheld,
        }
    }

    fn address(&self, folder: &str, name: &str, lang: &str, meta: &Meta<'_>) -> Address {
        if let Some(path) = meta.text("path") {
            return url::from_names(&format!("{path}/"));
        }
        let folders: Vec<String> = folder.split('/').map(|name| self.slug(name)).collect();
        let name = if name.is_empty() { name } else { meta.text("slug").unwrap_or(name) };
        let path = join(&folders.join("/"), &self.slug(name));
        let prefix = if lang == self.default_language { "" } else { lang };
        let address = url::from_names(&format!("{path}/"));
        Address { url: format!("{}{}", url::base_path(prefix), address.url), ..address }
    }

    fn slug(&self, name: &str) -> String {
        match self.slugs {
            Slugs::Ascii => slug::slugify(name),
            Slugs::Safe => {
                let end = |c: char| c == '.' || c.is_whitespace();
                let refused = |c: &char| !"<>:/|?*#\\()[]\n\"\t\r".contains(*c);
                let space = |c: char| if c.is_whitespace() { '_' } else { c };
                name.trim_end_matches(end).chars().filter(refused).map(space).collect()
            }
            Slugs::AsWritten => name.to_owned(),
        }
    }
}
