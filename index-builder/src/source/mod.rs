//! The content of a site: which posts there are, where they are served, and
//! what they say.
//!
//! ```text
//! files ─▶ walk ─▶ front_matter ─▶ the generator's rules ─▶ posts, sorted by id
//!                  (yaml, toml)    (hugo, zola, jekyll, plain)
//! ```
//!
//! A site generator gives a file its address and decides whether it is shown.
//! [`read_site`] follows the rules of the generator that the site was made for,
//! and reads its configuration for permalinks, languages and the time zone.
//! What a generator would not publish never becomes a [`Post`].
//!
//! When nobody names the format, the first of these that fits is it:
//!
//! 1. content that is a file: `jsonl`;
//! 2. content that is, holds or lies in a folder `_posts`: `jekyll`;
//! 3. the nearest configuration at or above the content: `hugo.toml` (or
//!    `.yaml`, `.json`, or in `config/_default/`) means `hugo`, `zola.toml`
//!    `zola`, `_config.yml` `jekyll`; a `config.toml` with the key `base_url` is
//!    Zola's, and one with `baseURL`, `languageCode`, `defaultContentLanguage`,
//!    `permalinks` or `theme` Hugo's;
//! 4. pages of HTML without any Markdown: `html`;
//! 5. anything else: `markdown`.

mod date;
mod detect;
mod error;
mod front_matter;
mod html;
mod hugo;
mod jekyll;
mod jsonl;
mod page;
mod plain;
mod rules;
mod title;
mod toml;
mod url;
mod value;
mod walk;
mod yaml;
mod zola;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

pub use date::PostDate;
pub use error::{Fault, FaultKind, SourceError, Warning};

use crate::config::{Format, line_at};
use detect::SiteConfig;
use page::{Document, Meta, Withheld};
use rules::{Outcome, Rules};

const MARKDOWN_EXTENSIONS: &[&str] = &["md", "markdown"];
const HTML_EXTENSIONS: &[&str] = &["html", "htm"];

/// One post or page that the site shows, with what it says as a `B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post<B = Body> {
    /// The content path, from the content folder and with `/` on every system,
    /// or the id of a JSON line. No two posts share one.
    pub id: String,
    /// Where it is served: a path from the root of the host, base URL included,
    /// or the absolute `http(s)` address that its front matter gives. Letters
    /// of any script stay as they are; spaces and signs that would end a link
    /// are written as `%XX`. No two posts share one.
    pub url: String,
    /// Its title, else its first heading, else its file's name.
    pub title: String,
    /// When it was written, as far as it says.
    pub date: Option<PostDate>,
    /// Its tags, in its order, none of them empty or named twice.
    pub tags: Vec<String>,
    /// The language, such as `ja`; empty when nothing tells.
    pub lang: String,
    /// The outermost folder it is in; empty at the top.
    pub section: String,
    /// The line that gives its address, from 1: of its file, or of the file of
    /// JSON lines; the first where none does.
    pub line: usize,
    /// What it says.
    pub body: B,
}

impl<B> Post<B> {
    /// The same post with another body.
    pub fn with<C>(self, body: C) -> Post<C> {
        let Post { id, url, title, date, tags, lang, section, line, body: _ } = self;
        Post { id, url, title, date, tags, lang, section, line, body }
    }
}

/// What a post says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Markdown, with `\n` for every line end.
    Markdown {
        /// The text after the front matter.
        text: String,
        /// The line of its file that the text begins on, from 1.
        first_line: usize,
    },
    /// Text without markup.
    Plain(String),
}

/// A site that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site<B = Body> {
    /// How it is laid out.
    pub format: Format,
    /// What it shows, sorted by id.
    pub posts: Vec<Post<B>>,
    /// What it does not show.
    pub left_out: LeftOut,
    /// What its writer may want to look at, sorted by file and line.
    pub warnings: Vec<Warning>,
}

/// How many files a site holds back, each under the first reason that fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Marked as drafts, or in a folder of drafts.
    pub draft: usize,
    /// To be published later than now.
    pub future: usize,
    /// Expired by now.
    pub expired: usize,
    /// Unlisted, not rendered, part of another page, a list without text, or
    /// outside of what the generator takes for content.
    pub other: usize,
}

/// How to read a site.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// Its format; found out when absent.
    pub format: Option<Format>,
    /// Where it is served, whose path comes before every post's; empty: what
    /// the site's configuration says, else the root of the host.
    pub base_url: String,
    /// The time that future and expired are counted from, in seconds since 1970.
    pub now: i64,
    /// Whether drafts are posts.
    pub drafts: bool,
    /// Whether posts of a later date than `now` are posts.
    pub future: bool,
    /// Whether expired posts are posts.
    pub expired: bool,
    /// Globs of content paths to pass over. `*` stays within a folder, `**`
    /// does not, and a folder's own path covers what is in it.
    pub exclude: Vec<String>,
}

/// Reads the site whose content is the folder `content`, or the JSON lines of
/// that file. `progress` is told, from any thread, how many files of how many
/// have been read.
///
/// # Errors
///
/// When a file cannot be read, is not UTF-8, or has front matter that does not
/// close or parse; when two posts share an address; when there are no posts to
/// read at all. Every fault of every file is in the error.
pub fn read_site(
    content: &Path,
    options: &SourceOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Site, SourceError> {
    read_site_keeping(content, options, progress, &|_, body| Ok(body))
}

/// What becomes of the body of a post, whose path is the first argument, as soon
/// as it is read: all of them together may be more than memory holds.
pub type Keep<'a, B> = &'a (dyn Fn(&str, Body) -> Result<B, Fault> + Sync);

/// As [`read_site`], with `keep` called for each body.
///
/// # Errors
///
/// As [`read_site`], or what `keep` gives.
pub fn read_site_keeping<B: Send>(
    content: &Path,
    options: &SourceOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
    keep: Keep<'_, B>,
) -> Result<Site<B>, SourceError> {
    if let Err(err) = std::fs::metadata(content) {
        return Err(Fault::io(&content.to_string_lossy(), &err).into());
    }
    let (format, config) = detect::detect(content, options.format)?;
    if format == Format::Jsonl {
        return finish(jsonl::read(content, &url::base_path(&options.base_url), progress, keep)?);
    }
    if content.is_file() {
        let message = format!("content in the format {format} is a folder, not a file");
        return Err(Fault::content(&content.to_string_lossy(), None, message).into());
    }
    let mut rules = Rules::new(format, content, config.as_ref(), options)?;
    let extensions = if format == Format::Html { HTML_EXTENSIONS } else { MARKDOWN_EXTENSIONS };
    let exclude = walk::globs(&options.exclude)
        .map_err(|err| Fault::content("", None, format!("exclude: {err}")))?;
    let files = walk::walk(content, extensions, &exclude);
    let (wanted, unwanted): (Vec<_>, Vec<_>) =
        files.paths.into_iter().partition(|path| rules.cover(path));
    let read = |path: &str| {
        let (document, body) = read_file(content, path, format)?;
        Ok((document, keep(path, body)?))
    };
    let (docs, bodies) = read_files(&wanted, files.faults, progress, &read)?;
    rules.learn(&docs)?;
    let base_path = base_path(options, config.as_ref());
    let outcomes: Vec<_> = docs.par_iter().map(|doc| rules.outcome(doc, &base_path)).collect();
    let left_out = LeftOut { other: unwanted.len(), ..LeftOut::default() };
    let mut site = Site { format, posts: Vec::new(), left_out, warnings: files.warnings };
    for ((doc, body), outcome) in docs.into_iter().zip(bodies).zip(outcomes) {
        match outcome {
            Outcome::Shown(head, warnings) => {
                site.posts.push(head.with(doc.id, body));
                site.warnings.extend(warnings);
            }
            Outcome::Withheld(Withheld::Draft) => site.left_out.draft += 1,
            Outcome::Withheld(Withheld::Future) => site.left_out.future += 1,
            Outcome::Withheld(Withheld::Expired) => site.left_out.expired += 1,
            Outcome::Withheld(Withheld::Other) => site.left_out.other += 1,
        }
    }
    finish(site)
}

/// Reads the file of a content path.
type ReadOne<'a, B> = &'a (dyn Fn(&str) -> Result<(Document, B), Fault> + Sync);

/// Reads and splits all files side by side, and collects what is wrong with any.
fn read_files<B: Send>(
    paths: &[String],
    mut faults: Vec<Fault>,
    progress: &(dyn Fn(usize, usize) + Sync),
    read: ReadOne<'_, B>,
) -> Result<(Vec<Document>, Vec<B>), SourceError> {
    let done = AtomicUsize::new(0);
    let read = |path: &String| {
        let doc = read(path);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, paths.len());
        doc
    };
    let mut docs = Vec::with_capacity(paths.len());
    for doc in paths.par_iter().map(read).collect::<Vec<_>>() {
        match doc {
            Ok(doc) => docs.push(doc),
            Err(fault) => faults.push(fault),
        }
    }
    faults.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    // What no file is to blame for is said once.
    faults.dedup();
    if faults.is_empty() { Ok(docs.into_iter().unzip()) } else { Err(SourceError { faults }) }
}

/// The Markdown of one file after its front matter, and the line it begins on,
/// from 1. `name` is what an error calls the file.
///
/// # Errors
///
/// When the bytes are not UTF-8, or front matter does not close or parse.
pub fn body(name: &str, bytes: Vec<u8>) -> Result<(String, usize), SourceError> {
    match document(name, bytes, Format::Markdown)?.1 {
        Body::Markdown { text, first_line } => Ok((text, first_line)),
        Body::Plain(text) => Ok((text, 1)),
    }
}

fn read_file(content: &Path, id: &str, format: Format) -> Result<(Document, Body), Fault> {
    let bytes = std::fs::read(content.join(id)).map_err(|err| Fault::io(id, &err))?;
    document(id, bytes, format)
}

fn document(id: &str, bytes: Vec<u8>, format: Format) -> Result<(Document, Body), Fault> {
    let text = String::from_utf8(bytes).map_err(|err| {
        let line = line_at(err.as_bytes(), err.utf8_error().valid_up_to());
        Fault::content(id, Some(line), "not UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    if format == Format::Html {
        let (meta, text) = html::read(&text).map_err(|err| Fault::content(id, None, err))?;
        let has_text = !text.trim().is_empty();
        let document = Document { id: id.to_owned(), meta, heading: None, has_text };
        return Ok((document, Body::Plain(text)));
    }
    let parts = front_matter::split(&text)
        .map_err(|err| Fault::content(id, Some(err.line), err.message))?;
    let meta = parts.meta.table().cloned().unwrap_or_default();
    let titled = Meta { layers: vec![&meta] }.text("title").is_some();
    let heading = if titled { None } else { title::first_heading(parts.body) };
    let has_text = !parts.body.trim().is_empty();
    let document = Document { id: id.to_owned(), meta, heading, has_text };
    let body = Body::Markdown { text: parts.body.to_owned(), first_line: parts.body_line };
    Ok((document, body))
}

/// Sorts a site's posts and refuses those that share an address.
fn finish<B>(mut site: Site<B>) -> Result<Site<B>, SourceError> {
    if site.posts.is_empty() && site.left_out == LeftOut::default() {
        return Err(Fault::content("", None, "no posts: the content is empty").into());
    }
    site.posts.sort_by(|a, b| a.id.cmp(&b.id));
    site.warnings.sort();
    let mut first_at: BTreeMap<&str, &str> = BTreeMap::new();
    let mut faults = Vec::new();
    for post in &site.posts {
        if let Some(first) = first_at.insert(&post.url, &post.id) {
            let message = format!("its address {} is that of {first} too", post.url);
            faults.push(Fault::content(&post.id, Some(post.line), message));
        }
    }
    if faults.is_empty() { Ok(site) } else { Err(SourceError { faults }) }
}

fn base_path(options: &SourceOptions, config: Option<&SiteConfig>) -> String {
    let configured = config.map_or("", |config| {
        let keys = ["baseurl", "base_url"].into_iter().map(|key| config.root.text_at(&[key]));
        keys.into_iter().find(|url| !url.is_empty()).unwrap_or("")
    });
    url::base_path(if options.base_url.is_empty() { configured } else { &options.base_url })
}
