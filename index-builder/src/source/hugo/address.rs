//! The address of a page: its own, a pattern's, or that of its path.

use super::{Case, Hugo, Kind, Place, Ugly};
use crate::source::date::PostDate;
use crate::source::page::{Meta, expand, join};
use crate::source::url::{self, Address};

impl Hugo {
    pub(super) fn address(
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
        let path = match (pattern, place.kind, meta.text("slug")) {
            (Some(pattern), ..) => expanded(pattern),
            (None, Kind::Page, Some(slug)) => join(&place.folder, slug),
            (None, ..) => join(&place.folder, &place.name),
        };
        let path = self.sanitized(path.trim_end_matches('/'));
        if path.ends_with(".html") {
            return self.prefixed(place, &path);
        }
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
