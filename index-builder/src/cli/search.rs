//! `sakuin search`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use sakuin::search::{Answer, Contribution, Hit, QueryOptions, Sort};
use sakuin_builder::folder::Folder;
use serde::{Deserialize, Serialize};

use super::{CONTENT, Failure, IO, USAGE, print_json, say};

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// The index folder
    dir: PathBuf,
    /// What to search for
    #[arg(required_unless_present = "queries")]
    query: Option<String>,
    /// JSON lines of {"id", "text"}: answer each on a line
    #[arg(long, conflicts_with = "query", requires = "json")]
    queries: Option<PathBuf>,
    /// The most hits; 0 for all
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Hits to leave out before the first
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Only posts with this value: tags=, lang=, section= or year=
    #[arg(long, value_name = "KEY=VALUE")]
    filter: Vec<String>,
    /// The order of hits
    #[arg(long, value_parser = ["relevance", "date"], default_value = "relevance")]
    sort: String,
    /// What being the newest post adds, as a part of the query's weight
    #[arg(long, default_value_t = 0.0, value_name = "0..10")]
    recency: f32,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Say how each score came about
    #[arg(long)]
    explain: bool,
}

/// A query of a file.
#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) id: serde_json::Value,
    pub(super) text: String,
}

#[derive(Serialize)]
struct Answered {
    id: serde_json::Value,
    micros: u64,
    #[serde(flatten)]
    answer: Answer,
}

pub(super) fn run(args: SearchArgs) -> Result<(), Failure> {
    let mut options = QueryOptions {
        limit: args.limit,
        offset: args.offset,
        explain: args.explain,
        recency: args.recency,
        sort: if args.sort == "date" { Sort::Date } else { Sort::Relevance },
        ..QueryOptions::default()
    };
    options.filters = filters(&args.filter)?;
    let mut folder = Folder::open(&args.dir)?;
    let Some(path) = args.queries else {
        let query = args.query.unwrap_or_default();
        let answer = folder.call(|engine| engine.query(&query, &options))?;
        if args.json {
            return print_json(&answer);
        }
        return print(&answer);
    };
    for Line { id, text } in queries(&path)? {
        let start = Instant::now();
        let answer = folder.call(|engine| engine.query(&text, &options))?;
        print_json(&Answered { id, micros: start.elapsed().as_micros() as u64, answer })?;
    }
    Ok(())
}

/// The queries in a file of JSON lines.
pub(super) fn queries(path: &Path) -> Result<Vec<Line>, Failure> {
    let lines = std::fs::read_to_string(path)
        .map_err(|err| Failure::new(IO, format!("cannot read {}: {err}", path.display())))?;
    let line = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|err| {
            Failure::new(CONTENT, format!("{}:{}: {err}", path.display(), index + 1))
        })
    };
    lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

fn filters(given: &[String]) -> Result<Vec<(String, Vec<String>)>, Failure> {
    let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for filter in given {
        let Some((key, value)) = filter.split_once('=') else {
            return Err(Failure::new(USAGE, format!("--filter {filter}: not KEY=VALUE")));
        };
        let key = if key == "tag" { "tags" } else { key };
        if !["tags", "lang", "section", "year"].contains(&key) {
            let known = "keys are tags, lang, section, year";
            return Err(Failure::new(USAGE, format!("--filter {filter}: {known}")));
        }
        filters.entry(key.to_string()).or_default().push(value.to_string());
    }
    Ok(filters.into_iter().collect())
}

fn print(answer: &Answer) -> Result<(), Failure> {
    let bold = std::io::IsTerminal::is_terminal(&std::io::stdout());
    for (number, hit) in (1..).zip(&answer.hits) {
        print_hit(number, hit, bold)?;
    }
    say(format_args!("{} posts found", answer.total))?;
    match &answer.suggestion {
        Some(meant) => say(format_args!("did you mean: {meant}")),
        None => Ok(()),
    }
}

fn print_hit(number: usize, hit: &Hit, bold: bool) -> Result<(), Failure> {
    let tier = hit.tier.name();
    say(format_args!(
        "{number:>3}. {}  {}  [{tier} {:.3}]",
        hit.post.title, hit.post.url, hit.score
    ))?;
    let (on, off) = if bold { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let mark = |part: &sakuin::search::Part| match part.matched {
        true => format!("{on}{}{off}", part.text),
        false => part.text.clone(),
    };
    say(format_args!("     {}", hit.snippet.iter().map(mark).collect::<String>()))?;
    for part in &hit.explain {
        let Contribution { term, matched, score, df, tf, fields } = part;
        let (score, fields) = (format!("{score:9.3}"), fields.join(", "));
        match term.as_str() {
            "" => say(format_args!("  {score}  {matched}"))?,
            _ => say(format_args!("  {score}  {term} ({matched}): df {df}, tf {tf} {fields}"))?,
        }
    }
    Ok(())
}
