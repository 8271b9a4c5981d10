//! `cargo xtask bench relevance`, `build`, `load` and `query`: Sakuin beside other
//! engines, by the scripts of `www/tests/bench`.
//!
//! Peers come from npm, into a folder of their own, and only when asked for.
//! What is measured on lies in the folder that `SAKUIN_SHARED` names.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::{Project, run, run_shown};
use crate::stamp::{Inputs, files_below};
use crate::{build, setup};

/// What these commands measure.
pub(crate) const NAMES: [&str; 4] = ["relevance", "build", "load", "query"];

/// Builds all, sets up the peers, and runs the script of `name`, which prints a
/// table, or one line of JSON. `options` are those of the script.
pub(crate) fn run_and_print(
    project: &Project,
    name: &str,
    as_json: bool,
    options: &[String],
) -> Result<()> {
    build::all_and_demo(project)?;
    let chromium = setup::chromium()?;
    let peers = project.root.join("xtask/peers");
    setup::npm(&peers)?;
    let Some(shared) = env::var_os("SAKUIN_SHARED").map(PathBuf::from) else {
        bail!("SAKUIN_SHARED does not name a folder with corpora/ and relevance/");
    };
    let work = project.own().join("bench");
    let mut node = project.command("node");
    // Some peers need more memory than Node allows itself.
    node.arg("--max-old-space-size=10240").current_dir(project.www());
    match name {
        "relevance" => node.arg("tests/bench/relevance.mjs"),
        _ => node.args(["tests/bench/growth.mjs", "--only", name]),
    };
    node.args(as_json.then_some("--json")).args(options);
    node.env("SAKUIN_PROGRAM", project.release("sakuin"))
        .env("SAKUIN_DEMO_SITE", project.release("demo-site"))
        .env("SAKUIN_SETS", unpacked(project, &shared.join("relevance"))?)
        .env("SAKUIN_CORPORA", unpacked(project, &shared.join("corpora"))?)
        .env("SAKUIN_PEERS", peers)
        .env("SAKUIN_WORK", work)
        .env("SAKUIN_CHROMIUM", chromium);
    run_shown(&mut node)
}

/// The folder with what the archives in `folder` hold, each unpacked once.
pub(crate) fn unpacked(project: &Project, folder: &Path) -> Result<PathBuf> {
    let out = project.own().join("bench").join(folder.file_name().unwrap_or_default());
    fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
    for archive in files_below(folder)? {
        let file = archive.file_name().unwrap_or_default().to_string_lossy();
        let Some(name) = file.strip_suffix(".tar.xz") else { continue };
        let mut inputs = Inputs::new("tar");
        inputs.add(&archive)?;
        let stamp = project.own().join("bench").join(format!("{name}.stamp"));
        inputs.unless_done(&stamp, &[out.join(name)], || {
            run(project.command("tar").arg("-xJf").arg(&archive).arg("-C").arg(&out))
        })?;
    }
    Ok(out)
}
