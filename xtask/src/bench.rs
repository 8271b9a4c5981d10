//! `cargo xtask bench`: figures of what was built.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::project::{Project, output};
use crate::stamp::files_below;
use crate::{bench_index, build};

/// What each file of `www/dist` may weigh with the release recipe, in bytes
/// after `brotli -q 11`. search.wasm was 34,100 before it read readings, slips
/// and operators and the range-coded index; it is to come down to 30,000, and its
/// budget with it. `worker.js` carries the glue of search.wasm, which counts with
/// the client: `alone/` holds the two apart. All below `element.js` comes after the
/// first answer, with the first post that is opened, on the page that a hit leads to,
/// or when a reader saves.
const BUDGETS: [(&[&str], u64); 14] = [
    (&["search.wasm"], 53_600),
    (&["render.wasm"], 65_000),
    (&["index.js", "alone/glue.js"], 5_000),
    (&["alone/worker.js"], 3_000),
    (&["worker.js"], 5_000),
    (&["element.js"], 10_000),
    (&["assist.js"], 4_500),
    (&["arrival.js"], 1_000),
    (&["reader.js"], 10_600),
    (&["render.js"], 2_700),
    (&["offline.js"], 2_500),
    (&["unpack.js"], 1_500),
    (&["shell.js"], 1_500),
    (&["sakuin-sw.js"], 3_000),
];

/// Brings the brotli that Node carries, which is the reference implementation.
const BROTLI: &str = "
const { readFileSync } = require('node:fs')
const { brotliCompressSync, constants } = require('node:zlib')
const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
for (const file of process.argv.slice(1))
  console.log(brotliCompressSync(readFileSync(file), { params }).length)
";

/// The size of one published file, in bytes.
struct Size {
    name: String,
    raw: u64,
    brotli: u64,
}

/// The sizes of `www/dist` as a table.
pub(crate) fn print_sizes(project: &Project) -> Result<()> {
    println!("{:<28} {:>10} {:>12} {:>10}", "www/dist", "bytes", "brotli -q 11", "budget");
    for size in sizes(project)? {
        let budget = budget(&size.name).map(|bytes| bytes.to_string()).unwrap_or_default();
        println!("{:<28} {:>10} {:>12} {:>10}", size.name, size.raw, size.brotli, budget);
    }
    Ok(())
}

/// The same, and the sizes of indexes.
pub(crate) fn print_all_sizes(project: &Project) -> Result<()> {
    build::all(project)?;
    print_sizes(project)?;
    bench_index::print(project)
}

/// All of it on one line.
pub(crate) fn print_sizes_as_json(project: &Project) -> Result<()> {
    build::all(project)?;
    let files: Vec<Value> = sizes(project)?
        .into_iter()
        .map(|size| json!({"file": size.name, "bytes": size.raw, "brotli": size.brotli, "budget": budget(&size.name)}))
        .collect();
    let indexes = bench_index::as_json(project)?;
    println!("{}", json!({"bench": "size", "files": files, "indexes": indexes}));
    Ok(())
}

/// Fails when a file is larger than its budget, or not there.
pub(crate) fn check_budgets(project: &Project) -> Result<()> {
    let sizes = sizes(project)?;
    let mut over = Vec::new();
    for (names, budget) in BUDGETS {
        let files: Vec<&Size> =
            sizes.iter().filter(|size| names.contains(&size.name.as_str())).collect();
        let brotli: u64 = files.iter().map(|size| size.brotli).sum();
        if files.len() < names.len() {
            over.push(format!("{} is missing", names.join(" or ")));
        } else if brotli > budget {
            over.push(format!("{}: {brotli} of {budget} bytes", names.join(" and ")));
        }
    }
    if !over.is_empty() {
        bail!("over budget: {}", over.join(", "));
    }
    Ok(())
}

fn budget(name: &str) -> Option<u64> {
    BUDGETS.into_iter().find(|(names, _)| *names == [name]).map(|(_, bytes)| bytes)
}

/// The scripts, styles and modules below `dist`, sorted by name, then those of
/// `alone`.
fn sizes(project: &Project) -> Result<Vec<Size>> {
    let (dist, www) = (project.dist(), project.www());
    let mut files = files_below(&dist)?;
    files.extend(files_below(&project.alone())?);
    files.retain(|file| {
        file.extension().is_some_and(|kind| kind == "js" || kind == "css" || kind == "wasm")
    });
    if files.is_empty() {
        bail!("{} is empty: run `cargo xtask build` first", dist.display());
    }
    let compressed = output(Command::new("node").arg("--eval").arg(BROTLI).arg("--").args(&files))
        .context("node could not compress the files")?;
    let mut sizes = Vec::new();
    for (file, brotli) in files.iter().zip(compressed.lines()) {
        sizes.push(Size {
            name: file
                .strip_prefix(&dist)
                .or(file.strip_prefix(&www))?
                .to_string_lossy()
                .into_owned(),
            raw: file.metadata()?.len(),
            brotli: brotli.parse()?,
        });
    }
    Ok(sizes)
}
