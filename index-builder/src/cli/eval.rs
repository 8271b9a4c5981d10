//! `sakuin eval`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use sakuin::search::{QueryOptions, Weights};
use sakuin_builder::build::{BuildOptions, build_to};
use sakuin_builder::config::Format;
use sakuin_builder::eval::{Judged, Scores, judged};
use sakuin_builder::folder::Folder;
use serde::Serialize;

use super::{CONTENT, Failure, IO, print_json};

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// The folder of the set: corpus.jsonl, queries.jsonl, qrels.tsv
    set: PathBuf,
    /// The depth that queries are answered to
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Only the first of the queries
    #[arg(long)]
    queries: Option<usize>,
    /// Write the run to this file, in TREC's format
    #[arg(long)]
    run: Option<PathBuf>,
    /// Build the index in this folder and keep it
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Weights other than the default, as k1=1.2,b=0.75: for fitting them
    #[arg(long, hide = true, default_value = "")]
    weights: String,
    /// Read weights from standard input, line by line, and print for each the measures
    /// of every query
    #[arg(long, hide = true, conflicts_with_all = ["run", "weights"])]
    each: bool,
}

#[derive(Serialize)]
struct Line {
    set: String,
    docs: usize,
    queries: usize,
    #[serde(flatten)]
    scores: Scores,
    index_bytes: usize,
    lexicon_bytes: usize,
    postings_bytes: usize,
    text_bytes: usize,
    build_ms: u64,
}

pub(super) fn run(args: EvalArgs) -> Result<(), Failure> {
    let io = |err: std::io::Error| Failure::new(IO, err);
    let mut queries = judged(&args.set).map_err(|err| Failure::new(CONTENT, err))?;
    queries.truncate(args.queries.unwrap_or(usize::MAX));
    let temporary = tempfile::tempdir().map_err(io)?;
    let out = args.keep.as_deref().unwrap_or(temporary.path());
    let mut options = BuildOptions::default();
    options.source.format = Some(Format::Jsonl);
    options.source.future = true;
    let report = build_to(&args.set.join("corpus.jsonl"), out, &options, &[], &|_, _, _| {})
        .map_err(|err| Failure::new(CONTENT, err))?;
    let mut folder = Folder::open(out)?;
    if args.each {
        for line in std::io::stdin().lines() {
            let weights = weights(&line.map_err(io)?)?;
            let ids = ids(answers(&mut folder, &queries, args.limit, weights)?);
            let each = queries.iter().zip(&ids).map(|(query, ids)| Scores::of_one(query, ids));
            print_json(&each.collect::<Vec<Scores>>())?;
        }
        return Ok(());
    }
    let answers = answers(&mut folder, &queries, args.limit, weights(&args.weights)?)?;
    if let Some(path) = &args.run {
        write_run(path, &queries, &answers).map_err(io)?;
    }
    let ids = ids(answers);
    let bytes = report.bytes;
    let parts = bytes.manifest + bytes.root + bytes.lexicon + bytes.postings + bytes.columns;
    print_json(&Line {
        set: name(&args.set),
        docs: report.posts,
        queries: queries.len(),
        scores: Scores::of(&queries, &ids),
        index_bytes: parts + bytes.posts + bytes.text,
        lexicon_bytes: bytes.lexicon,
        postings_bytes: bytes.postings,
        text_bytes: bytes.text,
        build_ms: report.wall_ms,
    })
}

/// The hits of each query, with their scores.
fn answers(
    folder: &mut Folder,
    queries: &[Judged],
    limit: usize,
    weights: Weights,
) -> Result<Vec<Vec<(String, f32)>>, Failure> {
    let options = QueryOptions { limit, weights, ..QueryOptions::default() };
    let mut answers = Vec::new();
    for query in queries {
        answers.push(folder.call(|engine| engine.rank(&query.text, &options))?);
    }
    Ok(answers)
}

fn ids(answers: Vec<Vec<(String, f32)>>) -> Vec<Vec<String>> {
    answers.into_iter().map(|hits| hits.into_iter().map(|(id, _)| id).collect()).collect()
}

fn name(set: &Path) -> String {
    set.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned())
}

/// TREC's format: query, Q0, document, rank, score, run.
fn write_run(
    path: &Path,
    queries: &[Judged],
    answers: &[Vec<(String, f32)>],
) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for (query, hits) in queries.iter().zip(answers) {
        for (rank, (id, _)) in (1..).zip(hits) {
            // Tools that read runs sort by score: the rank, upside down, keeps
            // the tiers in their order.
            writeln!(out, "{} Q0 {id} {rank} {} sakuin", query.id, hits.len() + 1 - rank)?;
        }
    }
    out.flush()
}

fn weights(given: &str) -> Result<Weights, Failure> {
    let mut weights = Weights::default();
    for pair in given.split(',').filter(|pair| !pair.is_empty()) {
        let parsed = pair.split_once('=').and_then(|(key, value)| Some((key, value.parse().ok()?)));
        let Some((key, value)) = parsed else {
            return Err(Failure::new(super::USAGE, format!("--weights {pair}")));
        };
        match weights.named(key) {
            Some(weight) => *weight = value,
            None => return Err(Failure::new(super::USAGE, format!("--weights {pair}"))),
        }
    }
    Ok(weights)
}
