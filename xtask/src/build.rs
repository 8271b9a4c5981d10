//! Everything that is published: `www/dist/`, then the builder, which carries
//! it inside.

use std::fs;

use anyhow::Result;

use crate::project::{Project, run};
use crate::stamp::Inputs;
use crate::{setup, wasm};

/// Builds `www/dist/` and `target/release/sakuin`, as far as they are not.
pub(crate) fn all(project: &Project) -> Result<()> {
    browser_side(project)?;
    release(project, &["sakuin-builder"])
}

/// The same, and the writer of the demo blog's pages.
pub(crate) fn all_and_demo(project: &Project) -> Result<()> {
    browser_side(project)?;
    release(project, &["sakuin-builder", "demo-site"])
}

/// Builds `target/release/sakuin` alone, without what browsers load.
pub(crate) fn program(project: &Project) -> Result<()> {
    release(project, &["sakuin-builder"])
}

fn release(project: &Project, packages: &[&str]) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["build", "--release"]);
    run(cargo.args(packages.iter().flat_map(|package| ["--package", package])))
}

/// Builds both wasm modules and what surrounds them.
fn browser_side(project: &Project) -> Result<()> {
    wasm::modules(project)?;
    let www = project.www();
    setup::npm(&www)?;
    let mut inputs = Inputs::new("node build.mjs");
    for input in
        ["build.mjs", "package.json", "package-lock.json", "tsconfig.json", "src", "generated"]
    {
        inputs.add(&www.join(input))?;
    }
    let stamp = project.own().join("www.stamp");
    inputs.unless_done(&stamp, &[project.dist(), project.alone()], || {
        eprintln!("build: www/dist");
        if project.dist().exists() {
            fs::remove_dir_all(project.dist())?;
        }
        run(project.command("node").arg("build.mjs").current_dir(&www))
    })?;
    Ok(())
}
