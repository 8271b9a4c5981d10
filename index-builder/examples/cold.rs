//! What the first answer costs over a network: each query of a set against a
//! fresh engine, in trips, files and bytes.
//!
//! `cargo run --release --example cold INDEX QUERIES [LIMIT]`

#![allow(clippy::unwrap_used, reason = "a tool that cannot go on ends")]

use std::collections::BTreeMap;
use std::path::Path;

use libdeflater::Decompressor;
use sakuin::format::manifest::{HEAD_BYTES, decode_head};
use sakuin::format::{file_name, name_bytes};
use sakuin::search::{Engine, QueryOptions, Step};
use sakuin::text::fold::native_normaliser;

#[derive(serde::Deserialize)]
struct Line {
    text: String,
}

/// Of each query: trips after the manifest's, files, and bytes of terms, posts,
/// text, and anything else.
const NAMES: [&str; 7] = ["trips", "files", "terms", "posts", "text", "else", "bytes"];

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (index, queries) = (Path::new(&args[1]), Path::new(&args[2]));
    let most = args.get(3).map_or(usize::MAX, |limit| limit.parse().unwrap());
    let files: BTreeMap<String, Vec<u8>> = std::fs::read_dir(index)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })
        .collect();
    let manifest = &files["sakuin.manifest"];
    let body = inflate(&manifest[HEAD_BYTES..], decode_head(manifest).unwrap());
    let mut rows: Vec<[usize; 7]> = Vec::new();
    let mut late = Vec::new();
    let queries = std::fs::read_to_string(queries).unwrap();
    for line in queries.lines().take(most) {
        let Line { text } = serde_json::from_str(line).unwrap();
        let mut engine = Engine::open(manifest, &body, native_normaliser).unwrap();
        let options = QueryOptions { limit: 5, ..QueryOptions::default() };
        let mut row = [1, 0, 0, 0, 0, manifest.len(), manifest.len()];
        loop {
            let needs = match engine.query(&text, &options) {
                Step::Done(_) => break,
                Step::Needs(needs) => needs,
            };
            row[0] += 1;
            for need in needs {
                let file = &files[&need.file];
                row[1] += 1;
                row[6] += file.len();
                row[kind(&engine, &need.file)] += file.len();
                let bytes = match need.deflated {
                    true => inflate(file, need.inflated_bytes),
                    false => file.clone(),
                };
                engine.load(&need.file, &bytes, None).unwrap();
            }
        }
        if row[0] > 3 {
            late.push((row[0], text));
        }
        rows.push(row);
    }
    println!("{:>6} {:>8} {:>8} {:>8} {:>8} {:>8}", "", "mean", "p50", "p90", "p99", "worst");
    for (column, name) in NAMES.iter().enumerate() {
        let mut values: Vec<usize> = rows.iter().map(|row| row[column]).collect();
        values.sort_unstable();
        let at = |part: usize| values[(values.len() - 1) * part / 100];
        let mean = values.iter().sum::<usize>() / values.len();
        let [p50, p90, p99, worst] = [50, 90, 99, 100].map(at);
        println!("{name:>6} {mean:>8} {p50:>8} {p90:>8} {p99:>8} {worst:>8}");
    }
    println!("{} of {} queries take more than 3 trips", late.len(), rows.len());
    for (trips, text) in late.iter().take(12) {
        println!("  {trips} {text}");
    }
}

fn kind(engine: &Engine, name: &str) -> usize {
    let Some(directory) = engine.directory() else { return 5 };
    let is = |start: [u8; 6]| file_name(&start) == name;
    let of_terms = directory.terms.iter().any(|shard| {
        let entry = shard.lexicon.file.checked_sub(1).map(|file| directory.files[file as usize]);
        entry.is_some_and(|entry| is(name_bytes(&entry.hash)))
    });
    match of_terms {
        true => 2,
        false if directory.text_names().any(is) => 4,
        false => 3,
    }
}

fn inflate(bytes: &[u8], most: u32) -> Vec<u8> {
    let mut out = vec![0; most as usize];
    let written = Decompressor::new().deflate_decompress(bytes, &mut out).unwrap();
    out.truncate(written);
    out
}
