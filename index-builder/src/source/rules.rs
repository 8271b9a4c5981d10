//! From a document to a post, by the rules of the site's generator.

use std::collections::BTreeSet;
use std::path::Path;

use super::date::PostDate;
use super::detect::SiteConfig;
use super::error::{Fault, Warning};
use super::hugo::Hugo;
use super::jekyll::{self, Jekyll};
use super::page::{Document, Meta, Notes, Placement, Shown, Withheld, primary_language};
use super::plain::{End, Plain};
use super::value::Node;
use super::zola::Zola;
use super::{Post, SourceOptions};
use crate::config::Format;

/// Whose rules a site follows.
#[derive(Debug)]
pub(super) enum Rules {
    Hugo(Hugo),
    Zola(Zola),
    Jekyll(Jekyll),
    Plain(Plain),
}

/// What becomes of a document.
pub(super) enum Outcome {
    Shown(Head, Vec<Warning>),
    Withheld(Withheld),
}

/// A post without its text.
pub(super) struct Head {
    url: String,
    title: String,
    date: Option<PostDate>,
    tags: Vec<String>,
    lang: String,
    section: String,
    line: usize,
}

impl Head {
    pub(super) fn with<B>(self, id: String, body: B) -> Post<B> {
        let Head { url, title, date, tags, lang, section, line } = self;
        Post { id, url, title, date, tags, lang, section, line, body }
    }
}

impl Rules {
    pub(super) fn new(
        format: Format,
        content: &Path,
        config: Option<&SiteConfig>,
        options: &SourceOptions,
    ) -> Result<Rules, Fault> {
        let &SourceOptions { now, drafts, future, expired, .. } = options;
        let shown = Shown { now, drafts, future, expired };
        Ok(match format {
            Format::Hugo => Rules::Hugo(Hugo::new(content, config, shown)?),
            Format::Zola => Rules::Zola(Zola::new(content, config, shown)),
            Format::Jekyll => Rules::Jekyll(Jekyll::new(content, config, shown)?),
            Format::Html => Rules::Plain(Plain::new(End::FileName, shown)),
            Format::Markdown | Format::Jsonl => Rules::Plain(Plain::new(End::Slash, shown)),
        })
    }

    /// Whether a file belongs to the site at all.
    pub(super) fn cover(&self, id: &str) -> bool {
        match self {
            Rules::Hugo(hugo) => hugo.covers(id),
            Rules::Zola(zola) => zola.covers(id),
            Rules::Jekyll(jekyll) => jekyll.covers(id),
            Rules::Plain(_) => true,
        }
    }

    /// Takes in what documents say of others.
    pub(super) fn learn(&mut self, docs: &[Document]) -> Result<(), Fault> {
        match self {
            Rules::Hugo(hugo) => hugo.learn(docs)?,
            Rules::Zola(zola) => zola.learn(docs),
            Rules::Jekyll(_) => {}
            Rules::Plain(plain) => plain.learn(docs),
        }
        Ok(())
    }

    pub(super) fn outcome(&self, doc: &Document, base_path: &str) -> Outcome {
        let mut notes = Notes { path: &doc.id, warnings: Vec::new() };
        let meta = match self {
            Rules::Hugo(hugo) => hugo.meta(doc),
            Rules::Jekyll(jekyll) => jekyll.meta(doc),
            Rules::Zola(_) | Rules::Plain(_) => Meta { layers: vec![&doc.meta] },
        };
        let title = meta.text("title").map(str::to_owned).or_else(|| doc.heading.clone());
        let placement = match self {
            Rules::Hugo(hugo) => hugo.place(doc, &meta, title.as_deref(), &mut notes),
            Rules::Zola(zola) => zola.place(doc, &meta, &mut notes),
            Rules::Jekyll(jekyll) => jekyll.place(doc, &meta, &mut notes),
            Rules::Plain(plain) => plain.place(doc, &meta, &mut notes),
        };
        let Placement { address, lang, section, date, name, withheld } = placement;
        if let Some(reason) = withheld {
            return Outcome::Withheld(reason);
        }
        // What it inherits stands on a line of another file.
        let mut keys = ["url", "slug", "permalink", "path"].iter();
        let line = keys.find_map(|key| doc.meta.get(*key)).map_or(1, |node| node.line);
        if address.climbs {
            let message = format!("its address goes up with '..', taken as {}", address.url);
            notes.warn(Some(line), message);
        }
        let own_lang = meta.text("lang").or_else(|| meta.text("language"));
        let head = Head {
            url: address.within(base_path),
            title: title.unwrap_or(name),
            date,
            tags: self.tags(&meta),
            lang: own_lang.map(primary_language).unwrap_or(lang),
            section,
            line,
        };
        Outcome::Shown(head, notes.warnings)
    }

    fn tags(&self, meta: &Meta<'_>) -> Vec<String> {
        let in_taxonomies = || meta.get("taxonomies").and_then(|node| node.at(&["tags"]));
        let node = meta.get("tags").or_else(in_taxonomies);
        tidy_tags(match (self, node) {
            (Rules::Jekyll(_), node) => match meta.get("tag") {
                Some(tag) => tag.texts(),
                None => node.map(jekyll::words).unwrap_or_default(),
            },
            (_, node) => node.map(Node::texts).unwrap_or_default(),
        })
    }
}

/// Tags without spaces around them, empty ones and repeats.
pub(super) fn tidy_tags(tags: Vec<String>) -> Vec<String> {
    // A list of those seen would take time in the square of 100,000 tags.
    let mut seen = BTreeSet::new();
    let tags = tags.iter().map(|tag| tag.trim());
    tags.filter(|tag| !tag.is_empty() && seen.insert(*tag)).map(str::to_owned).collect()
}
