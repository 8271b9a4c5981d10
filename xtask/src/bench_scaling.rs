//! `cargo xtask bench scaling`: the laws by which an index grows, followed to ten
//! million posts, and the plots of `docs/scaling.md`.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::bench_peers::unpacked;
use crate::build;
use crate::project::{Project, run_shown};

/// Builds all, indexes samples of real sites and made ones, and prints the tables.
pub(crate) fn run_and_print(project: &Project) -> Result<()> {
    build::all(project)?;
    let Some(shared) = env::var_os("SAKUIN_SHARED").map(PathBuf::from) else {
        bail!("SAKUIN_SHARED does not name a folder with corpora/");
    };
    let mut node = project.command("node");
    node.arg("--max-old-space-size=4096").current_dir(project.www());
    node.arg("tests/bench/scaling.mjs").arg("--images").arg(project.root.join("docs/images"));
    node.env("SAKUIN_PROGRAM", project.release("sakuin"))
        .env("SAKUIN_CORPORA", unpacked(project, &shared.join("corpora"))?)
        .env("SAKUIN_WORK", project.own().join("bench"));
    run_shown(&mut node)
}
