//! Posts from a file with one JSON object a line.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::date::Clock;
use super::error::{Fault, SourceError, Warning};
use super::page::primary_language;
use super::{Body, LeftOut, Post, Site, url};
use crate::config::Format;
use crate::config::line_at;

/// A line of the file. Keys that it does not name are passed over.
#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    title: String,
    text: Option<String>,
    markdown: Option<String>,
    url: Option<String>,
    date: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    lang: String,
}

/// Reads the file `path`; `base_path` stands before every path of the site.
pub(super) fn read(
    path: &Path,
    base_path: &str,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Site, SourceError> {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let bytes = std::fs::read(path).map_err(|err| Fault::io(&name, &err))?;
    let text = std::str::from_utf8(&bytes).map_err(|err| {
        Fault::content(&name, Some(line_at(&bytes, err.valid_up_to())), "not UTF-8")
    })?;
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let mut site = Site {
        format: Format::Jsonl,
        posts: Vec::new(),
        left_out: LeftOut::default(),
        warnings: Vec::new(),
    };
    let mut faults = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let number = index + 1;
        if line.trim().is_empty() {
            continue;
        }
        match post(line, number, base_path) {
            Err(message) => faults.push(Fault::content(&name, Some(number), message)),
            Ok((post, notes)) => {
                if let Some(first) = seen.insert(post.id.clone(), number) {
                    let message = format!("its id '{}' is that of line {first} too", post.id);
                    faults.push(Fault::content(&name, Some(number), message));
                }
                site.warnings.extend(notes.into_iter().map(|message| Warning {
                    path: name.to_string(),
                    line: Some(number),
                    message,
                }));
                site.posts.push(post);
            }
        }
        progress(number, lines.len());
    }
    if faults.is_empty() { Ok(site) } else { Err(SourceError { faults }) }
}

fn post(line: &str, number: usize, base_path: &str) -> Result<(Post, Vec<String>), String> {
    let line: Line = serde_json::from_str(line).map_err(|err| {
        // One line is line 1 to the parser; the column still helps.
        let shown = err.to_string();
        let message = shown.rsplit_once(" at line ").map_or(shown.as_str(), |(message, _)| message);
        format!("{message}, at column {}", err.column())
    })?;
    if line.id.is_empty() {
        return Err("empty id".to_owned());
    }
    let mut notes = Vec::new();
    let address = match &line.url {
        Some(url) => url::from_writer(url),
        None => url::from_names(&line.id),
    };
    if address.climbs {
        notes.push(format!("its address goes up with '..', taken as {}", address.url));
    }
    let date = line.date.as_deref().filter(|text| !text.is_empty()).and_then(|text| {
        let date = Clock::UTC.read(text);
        if date.is_none() {
            notes.push(format!("date '{text}' is no date"));
        }
        date
    });
    let body = match (line.markdown, line.text) {
        (Some(text), _) => Body::Markdown { text, first_line: number },
        (None, Some(text)) => Body::Plain(text),
        (None, None) => return Err("neither text nor markdown".to_owned()),
    };
    let post = Post {
        url: address.within(base_path),
        title: line.title,
        date,
        tags: super::rules::tidy_tags(line.tags),
        lang: primary_language(&line.lang),
        section: String::new(),
        line: number,
        body,
        id: line.id,
    };
    Ok((post, notes))
}
