//! `sakuin suggest`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use sakuin::search::Suggestion;
use sakuin_builder::folder::Folder;
use serde::Serialize;

use super::search::{Line, queries};
use super::{Failure, print_json, say};

#[derive(Debug, Args)]
pub(super) struct SuggestArgs {
    /// The index folder
    dir: PathBuf,
    /// The query as far as it is typed
    #[arg(required_unless_present = "queries")]
    prefix: Option<String>,
    /// JSON lines of {"id", "text"}: answer each on a line
    #[arg(long, conflicts_with = "prefix", requires = "json")]
    queries: Option<PathBuf>,
    /// The most suggestions; 0 for all
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Suggested {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    micros: Option<u64>,
    suggestions: Vec<Suggestion>,
}

pub(super) fn run(args: SuggestArgs) -> Result<(), Failure> {
    let mut folder = Folder::open(&args.dir)?;
    let limit = args.limit;
    let mut ask = |text: &str| folder.call(|engine| engine.suggest(text, limit));
    let Some(path) = args.queries else {
        let suggestions = ask(&args.prefix.unwrap_or_default())?;
        if args.json {
            return print_json(&Suggested { id: None, micros: None, suggestions });
        }
        for Suggestion { text, posts } in suggestions {
            say(format_args!("{text}  {posts}"))?;
        }
        return Ok(());
    };
    for Line { id, text } in queries(&path)? {
        let start = Instant::now();
        let suggestions = ask(&text)?;
        let micros = Some(start.elapsed().as_micros() as u64);
        print_json(&Suggested { id: Some(id), micros, suggestions })?;
    }
    Ok(())
}
