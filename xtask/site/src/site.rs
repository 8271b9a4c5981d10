//! The pages of a blog: home, a list for each language and tag, the archive,
//! the posts themselves, and the page for what is not found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use minijinja::value::merge_maps;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use crate::page::Page;

/// How many posts the home page shows.
const LATEST: usize = 10;

/// The languages that have a list of their own, with their names.
const LANGUAGES: [(&str, &str); 2] = [("ja", "日本語"), ("en", "English")];

/// The templates, without their extension.
const TEMPLATES: [&str; 6] = ["base", "parts", "home", "list", "post", "404"];

/// A page that the demo blog has, and blogs that are only measured have not.
const PLAYGROUND: &str = "playground";

/// A tag, and where its list is.
#[derive(Serialize)]
struct Tag {
    name: String,
    url: String,
    posts: usize,
    /// From 1 for the rare ones to 4.
    weight: u32,
}

/// Writes the site of `pages` to the folder `out`. A page of the blog wins over
/// a list of the same address.
///
/// # Errors
///
/// When a template is missing or wrong, or a file can't be written.
pub(crate) fn write_site(title: &str, pages: &[Page], templates: &Path, out: &Path) -> Result<()> {
    let posts = posts(pages);
    let tags = tags(&posts);
    let about = pages.iter().find(|page| page.url == "/about/").map(|page| &page.url);
    let mut blog = Blog {
        templates: load(templates)?,
        out,
        common: context! { site_title => title, about, tags, posts => posts.len() },
        written: BTreeSet::new(),
    };
    let places: BTreeMap<&str, usize> =
        posts.iter().enumerate().map(|(at, post)| (&*post.url, at)).collect();
    for page in pages {
        let at = places.get(&*page.url).copied();
        let newer = at.and_then(|at| at.checked_sub(1)).map(|at| posts[at]);
        let older = at.and_then(|at| posts.get(at + 1));
        blog.write(&page.url, "post", context! { page, newer, older, lang => page.lang })?;
    }
    let latest = &posts[..posts.len().min(LATEST)];
    blog.write("/", "home", context! { latest })?;
    for (lang, title) in LANGUAGES {
        let listed: Vec<_> = posts.iter().filter(|post| post.lang == lang).collect();
        blog.write(&format!("/{lang}/"), "list", context! { title, lang, listed })?;
    }
    for Tag { name, url, .. } in &tags {
        let listed: Vec<_> =
            posts.iter().filter(|post| post.tags.iter().any(|tag| tag_url(tag) == *url)).collect();
        blog.write(url, "list", context! { title => name, is_tag => true, listed })?;
    }
    blog.write("/archive/", "list", context! { title => "記事一覧 / Archive", listed => posts })?;
    if templates.join(PLAYGROUND).with_extension("html").exists() {
        blog.write("/playground/", PLAYGROUND, context! { lang => "ja" })?;
        blog.write("/en/playground/", PLAYGROUND, context! { lang => "en" })?;
    }
    blog.write("/404.html", "404", context! {})
}

/// Where the pages go, and what all of them show.
struct Blog<'a> {
    templates: Environment<'static>,
    out: &'a Path,
    common: Value,
    written: BTreeSet<PathBuf>,
}

impl Blog<'_> {
    /// Writes the page at `url`, unless there is one.
    fn write(&mut self, url: &str, template: &str, values: Value) -> Result<()> {
        let file = self.out.join(file_of(url)?);
        if self.written.contains(&file) {
            return Ok(());
        }
        let values = merge_maps([context! { url }, values, self.common.clone()]);
        let html = self.templates.get_template(&format!("{template}.html"))?.render(values)?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(&file, html).with_context(|| file.display().to_string())?;
        self.written.insert(file);
        Ok(())
    }
}

fn load(folder: &Path) -> Result<Environment<'static>> {
    let mut templates = Environment::new();
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.add_filter("tag_url", |name: String| tag_url(&name));
    for name in TEMPLATES.into_iter().chain([PLAYGROUND]) {
        let file = folder.join(format!("{name}.html"));
        if name == PLAYGROUND && !file.exists() {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        templates.add_template_owned(format!("{name}.html"), text)?;
    }
    Ok(templates)
}

/// What the lists show, the newest first: pages in a folder, with a date. Where
/// no page has both, all of them, in the order of their addresses.
fn posts(pages: &[Page]) -> Vec<&Page> {
    let mut posts: Vec<&Page> =
        pages.iter().filter(|page| page.date.is_some() && !page.section.is_empty()).collect();
    if posts.is_empty() {
        posts = pages.iter().collect();
    }
    posts.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.url.cmp(&b.url)));
    posts
}

/// All tags of `posts`, by address, under the name that is met first.
fn tags(posts: &[&Page]) -> Vec<Tag> {
    let mut tags: BTreeMap<String, Tag> = BTreeMap::new();
    for name in posts.iter().flat_map(|post| &post.tags) {
        let url = tag_url(name);
        let tag = Tag { name: name.clone(), url: url.clone(), posts: 0, weight: 0 };
        tags.entry(url).or_insert(tag).posts += 1;
    }
    tags.into_values().map(|tag| Tag { weight: tag.posts.ilog2().min(3) + 1, ..tag }).collect()
}

/// The address of a tag's list: lower case, with a hyphen for what means
/// something in a URL or a path.
fn tag_url(name: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || "+-_".contains(c) { c } else { '-' };
    format!("/tags/{}/", name.to_lowercase().chars().map(keep).collect::<String>())
}

/// The file that a static host answers `url` with, relative to its root.
fn file_of(url: &str) -> Result<PathBuf> {
    let mut file = PathBuf::new();
    for segment in url.split('/').filter(|segment| !segment.is_empty()) {
        let segment = percent_decode(segment).with_context(|| format!("address {url}"))?;
        if segment == "." || segment == ".." || segment.contains(['/', '\\', '\0']) {
            bail!("address {url} leads out of the site");
        }
        file.push(segment);
    }
    if url.ends_with('/') || file.extension().is_none_or(|kind| kind != "html") {
        file.push("index.html");
    }
    Ok(file)
}

/// `None` for what is not UTF-8 or not percent-encoded properly.
fn percent_decode(segment: &str) -> Option<String> {
    let mut bytes = segment.bytes();
    let mut decoded = Vec::with_capacity(segment.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_the_file_that_a_host_looks_for() {
        for (url, file) in [
            ("/", "index.html"),
            ("/posts/ja/%E7%B4%A2%E5%BC%95/", "posts/ja/索引/index.html"),
            ("/posts/a.html", "posts/a.html"),
            ("/v8.1", "v8.1/index.html"),
        ] {
            assert_eq!(file_of(url).unwrap(), Path::new(file), "{url}");
        }
    }

    #[test]
    fn no_address_leads_out_of_the_site() {
        for url in ["/../a/", "/%2e%2e/a/", "/a%2f..%2fb/", "/a%00/", "/%ff/"] {
            assert!(file_of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn tags_that_differ_in_case_share_a_list() {
        let page = |tag: &str| Page { tags: vec![tag.to_owned()], ..Page::default() };
        let (a, b, c) = (page("Rust"), page("rust"), page("C#"));
        let tags = tags(&[&a, &b, &c]);
        let found: Vec<_> = tags.iter().map(|tag| (&*tag.name, &*tag.url, tag.posts)).collect();
        assert_eq!(found, [("C#", "/tags/c-/", 1), ("Rust", "/tags/rust/", 2)]);
    }
}
