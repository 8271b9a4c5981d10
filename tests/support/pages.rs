//! Writes the texts that the browser tests render, each with the page that the
//! native renderer makes of it: `pages OUT`.
//!
//! `OUT/pages.jsonl` has a page a line; `OUT/attacks.jsonl` has the texts of one
//! payload a line, each with a digest of its page. Where `SAKUIN_SHARED` isn't
//! set, both are small. With each page goes its time, the best of `SAKUIN_ROUNDS`.

#![allow(clippy::unwrap_used, reason = "it serves tests")]

mod attacks;
mod site;
#[path = "mod.rs"]
mod support;
mod torture;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;
use sakuin::markdown::{CodeClass, Run};
use sakuin::render::{OutlineEntry, RenderOptions, html, outline, tree};
use sakuin_builder::config::Config;
use sakuin_builder::document::{Document, documents};
use sakuin_builder::highlight::Highlighter;
use sakuin_builder::source::{SourceOptions, read_site};
use serde_json::{Value, json};

/// What the addresses of all posts start with.
const ORIGIN: &str = "https://blog.example";

const CORPORA: [&str; 3] = ["hugo-docs-en", "opentelemetry-ja-en", "efcl-blog-ja"];

/// Texts of the parsers' own specifications.
const EXAMPLES: [&str; 10] = [
    "commonmark-0.31.2",
    "gfm-extensions",
    "gfm-regression",
    "gfm-spec",
    "pulldown-footnotes",
    "pulldown-heading_attrs",
    "pulldown-math",
    "pulldown-metadata_blocks",
    "pulldown-strikethrough",
    "pulldown-table",
];

fn main() {
    let out = std::env::args_os().nth(1).expect("the folder to write to");
    let out = Path::new(&out);
    fs::create_dir_all(out).unwrap();

    let mut pages = site("demo", Path::new(site::DEMO));
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages");
    pages.extend(site("own", &own));
    pages.extend(as_written(&own));
    for (name, text) in torture::torture(2_000).into_iter().chain(limits()) {
        pages.push(page("torture", name, &text, &runs_anywhere(&text), "/a/"));
    }
    if let Some(seed) = support::shared("seed") {
        pages.extend(site("seed", seed));
        for name in CORPORA {
            pages.extend(site(name, site::shared("corpora", name).unwrap().join("md")));
        }
        EXAMPLES.iter().for_each(|name| pages.extend(examples(name)));
    }
    let mut file = BufWriter::new(fs::File::create(out.join("pages.jsonl")).unwrap());
    pages.iter().for_each(|page| writeln!(file, "{page}").unwrap());

    let payloads = attacks::payloads();
    let payloads = payloads.unwrap_or(attacks::FEW.iter().map(|few| few.to_string()).collect());
    let lines: Vec<String> = payloads.par_iter().map(|payload| attack(payload)).collect();
    fs::write(out.join("attacks.jsonl"), lines.concat()).unwrap();
}

/// The posts of a site, as the builder stores them.
fn site(group: &str, content: impl AsRef<Path>) -> Vec<Value> {
    let options = SourceOptions { now: site::NOW, ..SourceOptions::default() };
    let site = read_site(content.as_ref(), &options, &|_, _| {}).unwrap();
    // Of the larger sites it would take a minute.
    let highlighter = (!CORPORA.contains(&group)).then(Highlighter::default);
    let options = Config::default().prepare_options(site.format);
    let (documents, _) = documents(site.posts, &options, highlighter.as_ref());
    let page = |Document { post, text }: &Document| {
        page(group, &post.id, &text.text, &text.runs, &post.url)
    };
    documents.par_iter().map(page).collect()
}

/// The files of `folder` without what the builder does to them.
fn as_written(folder: &Path) -> Vec<Value> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let page = |file: std::path::PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy();
        page("as written", &name, &fs::read_to_string(&file).unwrap(), &[], "/a/")
    };
    files.map(page).collect()
}

fn examples(name: &str) -> Vec<Value> {
    let path = support::shared(&format!("fixtures/markdown-spec/{name}.json")).unwrap();
    let examples: Vec<Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let page = |(number, example): (usize, &Value)| {
        page(name, &number.to_string(), example["markdown"].as_str().unwrap(), &[], "/a/")
    };
    examples.iter().enumerate().map(page).collect()
}

/// The hard cases at their full size.
fn limits() -> Vec<(&'static str, String)> {
    let columns = |cell: &str| format!("{}|\n", cell.repeat(3_000));
    vec![
        ("50,000 quotes", ">".repeat(50_000)),
        ("3,000 columns", [columns("|列"), columns("|-"), columns("|*a*").repeat(20)].concat()),
        ("100,000 brackets", "[".repeat(100_000)),
        ("a megabyte on one line", "日本語の長い行。".repeat(44_000)),
        ("cut", "*a*\n".repeat(300_000)),
    ]
}

/// Runs such as no builder makes: also outside of code and inside of characters.
fn runs_anywhere(text: &str) -> Vec<Run> {
    let classes = CodeClass::ALL.map(Some).into_iter().chain([None]).cycle();
    (0..text.len()).step_by(7).zip(classes).map(|(at, class)| Run::new(at, class)).collect()
}

fn page(group: &str, name: &str, text: &str, runs: &[Run], url: &str) -> Value {
    let base = if url.starts_with('/') { format!("{ORIGIN}{url}") } else { url.to_owned() };
    let options = RenderOptions { base_url: &base, runs, ..RenderOptions::default() };
    let rounds = std::env::var("SAKUIN_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    let timed = (0..rounds).map(|_| {
        let start = Instant::now();
        let html = html(text, &options);
        (start.elapsed().as_micros() as u64, html)
    });
    let (micros, html) = timed.min().unwrap();
    let heading = |OutlineEntry { level, anchor, text }| json!([level, anchor, text]);
    let outline: Vec<Value> = outline(&tree(text, &options)).into_iter().map(heading).collect();
    json!({
        "name": format!("{group}: {name}"), "markdown": text, "url": base,
        "runs": runs.iter().map(|run| run.number()).collect::<Vec<_>>(),
        "html": html, "outline": outline, "micros": micros,
    })
}

fn attack(payload: &str) -> String {
    let texts = attacks::places(payload).into_iter().chain(attacks::prepared(payload));
    let base_url = &format!("{ORIGIN}/posts/a/");
    let options = RenderOptions { base_url, ..RenderOptions::default() };
    let digests: BTreeMap<String, u32> =
        texts.map(|text| (text.clone(), digest(&html(&text, &options)))).collect();
    json!(digests.into_iter().collect::<Vec<_>>()).to_string() + "\n"
}

/// FNV-1a over the units of UTF-16, of which a browser's strings are.
fn digest(html: &str) -> u32 {
    let step = |hash: u32, unit: u16| (hash ^ u32::from(unit)).wrapping_mul(16_777_619);
    html.encode_utf16().fold(2_166_136_261, step)
}
