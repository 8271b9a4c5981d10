//! Posts from a file with one JSON object a line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

use super::date::Clock;
use super::error::{Fault, SourceError, Warning};
use super::page::primary_language;
use super::{Body, Keep, LeftOut, Post, Site, url};
use crate::config::Format;

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

/// Reads the file `path`, a line at a time; `base_path` stands before every path
/// of the site. `progress` is told bytes.
pub(super) fn read<B>(
    path: &Path,
    base_path: &str,
    progress: &(dyn Fn(usize, usize) + Sync),
    keep: Keep<'_, B>,
) -> Result<Site<B>, SourceError> {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let io = |err| Fault::io(&name, &err);
    let file = File::open(path).map_err(io)?;
    let all_bytes = file.metadata().map_err(io)?.len() as usize;
    let mut file = BufReader::with_capacity(1 << 18, file);
    let mut site = Site {
        format: Format::Jsonl,
        posts: Vec::new(),
        left_out: LeftOut::default(),
        warnings: Vec::new(),
    };
    let mut faults = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let (mut bytes, mut at_bytes) = (Vec::new(), 0);
    for number in 1.. {
        bytes.clear();
        if file.read_until(b'\n', &mut bytes).map_err(io)? == 0 {
            break;
        }
        at_bytes += bytes.len();
        let line = std::str::from_utf8(&bytes)
            .map_err(|_| Fault::content(&name, Some(number), "not UTF-8"))?;
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        if line.trim().is_empty() {
            continue;
        }
        match post(line.trim_end_matches(['\r', '\n']), number, base_path) {
            Err(message) => faults.push(Fault::content(&name, Some(number), message)),
            Ok((post, body, notes)) => {
                let body = keep(&name, body)?;
                if let Some(first) = seen.insert(post.id.clone(), number) {
                    let message = format!("its id '{}' is that of line {first} too", post.id);
                    faults.push(Fault::content(&name, Some(number), message));
                }
                site.warnings.extend(notes.into_iter().map(|message| Warning {
                    path: name.to_string(),
                    line: Some(number),
                    message,
                }));
                site.posts.push(post.with(body));
            }
        }
        progress(at_bytes, all_bytes);
    }
    if faults.is_empty() { Ok(site) } else { Err(SourceError { faults }) }
}

/// A post without its body, that, and what its writer may want to know.
type Read = (Post<()>, Body, Vec<String>);

fn post(line: &str, number: usize, base_path: &str) -> Result<Read, String> {
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
        body: (),
        id: line.id,
    };
    Ok((post, body, notes))
}
