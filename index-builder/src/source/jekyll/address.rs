//! The address of a post or page: its own pattern, or the site's.

use super::{Jekyll, Kind, words};
use crate::source::date::PostDate;
use crate::source::page::{Meta, expand, folder_and_stem, join};
use crate::source::url::{self, Address};

impl Jekyll {
    pub(super) fn address(
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
        let joined = |part: fn(&str) -> String| {
            categories.iter().map(|name| part(name)).collect::<Vec<_>>().join("/")
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
                ("categories", _) => joined(|name| escaped(&name.to_lowercase())),
                ("slugified_categories", _) => joined(slugified),
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
