//! A page as the templates see it.

use serde::Serialize;

/// One post, or a page such as "About".
#[derive(Debug, Default, Serialize)]
pub(crate) struct Page {
    /// Its path from the root of the host, percent-encoded where it must be.
    pub(crate) url: String,
    pub(crate) title: String,
    /// The day it was written, if it says so.
    pub(crate) date: Option<Day>,
    pub(crate) tags: Vec<String>,
    /// Such as `ja`; empty when nothing tells.
    pub(crate) lang: String,
    /// The outermost folder it is in; empty for pages beside the posts.
    pub(crate) section: String,
    /// The body, safe to stand in a page as it is.
    pub(crate) html: String,
    /// The beginning of its text.
    pub(crate) lead: String,
}

/// A day, written for programs and for readers.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Day {
    /// `2026-11-22`
    pub(crate) iso: String,
    /// `2026年11月22日`
    pub(crate) ja: String,
    /// `22 November 2026`
    pub(crate) en: String,
    pub(crate) year: i16,
}

impl Day {
    /// The day of a calendar date.
    pub(crate) fn new(date: jiff::civil::Date) -> Self {
        let (year, month, day) = (date.year(), date.month(), date.day());
        Self {
            iso: date.to_string(),
            ja: format!("{year}年{month}月{day}日"),
            en: date.strftime("%-d %B %Y").to_string(),
            year,
        }
    }
}
