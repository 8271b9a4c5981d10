//! A folder of files, served by their paths.
//!
//! Books and documentation sites differ in details that no file tells. This is
//! what most of them have in common: `a/b.md` is at `/a/b/`, `index.md` and,
//! where there is none, `_index.md` or `README.md` stand for their folder.

use std::collections::BTreeSet;

use super::date::Clock;
use super::page::{
    Document, Meta, Notes, Placement, Shown, Withheld, date_prefix, folder_and_stem, join,
};
use super::url::{self, Address};

/// Languages that a folder or the end of a file's name may stand for. `id`,
/// `is`, `my`, `to` and the like are left out: they are words or tools as well.
const LANGUAGES: [&str; 34] = [
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi",
    "hu", "it", "ja", "ko", "lt", "lv", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr",
    "uk", "zh",
];

/// A folder of Markdown or HTML files.
#[derive(Debug)]
pub(super) struct Plain {
    clock: Clock,
    shown: Shown,
    /// What a page's own address ends in.
    end: End,
    /// Folders with an index.
    indexed: BTreeSet<String>,
}

/// What a page's own address ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// `/a/b/`, for Markdown.
    Slash,
    /// `/a/b.html`, for rendered pages: the name they are served by.
    FileName,
}

impl Plain {
    pub(super) fn new(end: End, shown: Shown) -> Plain {
        Plain { clock: Clock::UTC, shown, end, indexed: BTreeSet::new() }
    }

    /// Finds the folders with an index.
    pub(super) fn learn(&mut self, docs: &[Document]) {
        let paths = docs.iter().map(|doc| folder_and_stem(&doc.id));
        let indexed = paths.filter(|(_, stem)| *stem == "index");
        self.indexed = indexed.map(|(folder, _)| folder.to_owned()).collect();
    }

    pub(super) fn place(
        &self,
        doc: &Document,
        meta: &Meta<'_>,
        notes: &mut Notes<'_>,
    ) -> Placement {
        let (folder, stem) = folder_and_stem(&doc.id);
        let stands_in = stem.eq_ignore_ascii_case("readme") || stem == "_index";
        let is_index = stem == "index" || (stands_in && !self.indexed.contains(folder));
        let name = if is_index { "" } else { stem };
        let date = meta.date(&["date", "publishdate"], &self.clock, notes);
        let publish = meta.date(&["publishdate", "date"], &self.clock, notes);
        let expiry = meta.date(&["expirydate"], &self.clock, notes);
        let Shown { now, drafts, future, expired } = self.shown;
        let withheld = if meta.flag("draft", notes) && !drafts {
            Some(Withheld::Draft)
        } else if publish.is_some_and(|date| now < date.unix_seconds) && !future {
            Some(Withheld::Future)
        } else if expiry.is_some_and(|date| date.unix_seconds <= now) && !expired {
            Some(Withheld::Expired)
        } else if meta.truth("published") == Some(false)
            || ["unlisted", "noindex"].iter().any(|key| meta.truth(key) == Some(true))
        {
            Some(Withheld::Other)
        } else {
            None
        };
        let file = doc.id.rsplit('/').next().unwrap_or("");
        Placement {
            address: self.address(folder, name, file, meta),
            lang: language(&doc.id).to_owned(),
            section: folder.split('/').next().unwrap_or("").to_owned(),
            date: date.or_else(|| self.clock.read(date_prefix(stem)?.0)),
            name: if is_index { folder.rsplit('/').next().unwrap_or("") } else { stem }.to_owned(),
            withheld,
        }
    }

    fn address(&self, folder: &str, name: &str, file: &str, meta: &Meta<'_>) -> Address {
        if let Some(url) = meta.text("url").or_else(|| meta.text("permalink")) {
            return url::from_writer(url);
        }
        match meta.text("slug") {
            Some(slug) if slug.starts_with('/') => url::from_names(&format!("{slug}/")),
            // Translations share a slug, and are told apart by their file's end.
            Some(slug) => match suffix_language(name) {
                Some(lang) => url::from_names(&format!("{}.{lang}/", join(folder, slug))),
                None => url::from_names(&format!("{}/", join(folder, slug))),
            },
            None if self.end == End::FileName && !name.is_empty() => {
                url::from_names(&join(folder, file))
            }
            None => url::from_names(&format!("{}/", join(folder, name))),
        }
    }
}

/// The language that a path names: the end of its file's name, or one of its
/// two outermost folders.
fn language(id: &str) -> &str {
    let (folder, stem) = folder_and_stem(id);
    let folders = || folder.split('/').take(2).find(|code| is_language(code));
    let code = suffix_language(stem).or_else(folders).unwrap_or("");
    code.split('-').next().unwrap_or("")
}

fn suffix_language(stem: &str) -> Option<&str> {
    stem.rsplit_once('.').map(|(_, code)| code).filter(|code| is_language(code))
}

fn is_language(code: &str) -> bool {
    let primary = code.split('-').next().unwrap_or("");
    LANGUAGES.contains(&primary) && (code.len() == 2 || code.len() == 5)
}
