//! The second half of `cargo xtask bench size`: what the indexes of real sites weigh.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::bench_peers::unpacked;
use crate::project::{Project, output};

/// The parts of an index, as `sakuin build --json` names them.
const PARTS: [&str; 9] =
    ["manifest", "root", "lexicon", "readings", "postings", "columns", "posts", "text", "packs"];

/// Sites of `SAKUIN_SHARED` that are indexed besides the demo.
const SITES: [&str; 2] = ["efcl-blog-ja", "ms-cpp-ja"];

/// What `sakuin build` says of one site.
struct Index {
    site: String,
    report: Value,
}

/// The bytes of each part as a table.
pub(crate) fn print(project: &Project) -> Result<()> {
    println!("\n{:<28} {:>6} {:>6} {}", "index", "posts", "files", PARTS.map(column).concat());
    for Index { site, report } in indexes(project)? {
        let bytes = PARTS.map(|part| column(report["bytes"][part].to_string())).concat();
        println!("{site:<28} {:>6} {:>6} {bytes}", report["posts"], report["files"]);
    }
    Ok(())
}

/// The same as values.
pub(crate) fn as_json(project: &Project) -> Result<Vec<Value>> {
    let value = |Index { site, report }: Index| json!({"site": site, "index": report});
    Ok(indexes(project)?.into_iter().map(value).collect())
}

fn column(text: impl AsRef<str>) -> String {
    format!(" {:>10}", text.as_ref())
}

/// Indexes the demo blog, and the real sites where they are at hand.
fn indexes(project: &Project) -> Result<Vec<Index>> {
    let mut sites = vec![("demo".to_owned(), project.www().join("demo/content"))];
    if let Some(shared) = env::var_os("SAKUIN_SHARED").map(PathBuf::from) {
        let corpora = unpacked(project, &shared.join("corpora"))?;
        sites.extend(SITES.map(|site| (site.to_owned(), corpora.join(site).join("md"))));
    }
    sites
        .into_iter()
        .filter(|(_, content)| content.is_dir())
        .map(|(site, content)| index(project, site, &content))
        .collect()
}

fn index(project: &Project, site: String, content: &Path) -> Result<Index> {
    let out = project.own().join("bench/index").join(&site);
    let mut sakuin = Command::new(project.release("sakuin"));
    let line = output(sakuin.arg("build").arg(content).arg("--json").arg("--out").arg(out))
        .with_context(|| format!("the index of {site} could not be built"))?;
    Ok(Index { site, report: serde_json::from_str(&line)? })
}
