//! `cargo xtask bench render`: what rendering costs, natively and in Chromium.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::project::{Project, output, run};
use crate::{build, demo, serve, setup};

/// Renders every page of the demo, and of the blogs in `SAKUIN_SHARED`, in both
/// places. Prints a table, or one line of JSON.
pub(crate) fn run_and_print(project: &Project, as_json: bool) -> Result<()> {
    build::all_and_demo(project)?;
    let chromium = setup::chromium()?;
    let site = demo::make_site(project, None)?;
    let pages = ["run", "--quiet", "--release", "--example", "pages", "--"];
    run(project.cargo().args(pages).arg(site.join("test")).env("SAKUIN_ROUNDS", "5"))?;
    let address = serve::start(site)?;
    let mut node = project.command("node");
    node.arg("tests/bench/render.mjs").current_dir(project.www());
    let line = output(node.env("SAKUIN_DEMO", address).env("SAKUIN_CHROMIUM", chromium))
        .context("node could not time the pages")?;
    if as_json {
        print!("{line}");
        return Ok(());
    }
    let found: Value = serde_json::from_str(&line)?;
    let columns = ["pages", "native_p50_us", "native_p99_us", "chromium_p50_us", "chromium_p99_us"];
    let [pages, native50, native99, chromium50, chromium99] = columns;
    println!(
        "{:<20} {pages:>6} {native50:>14} {native99:>14} {chromium50:>16} {chromium99:>16}",
        "site"
    );
    for site in found["sites"].as_array().into_iter().flatten() {
        let [pages, native50, native99, chromium50, chromium99] =
            columns.map(|name| site[name].to_string());
        let name = site["site"].as_str().unwrap_or_default();
        println!(
            "{name:<20} {pages:>6} {native50:>14} {native99:>14} {chromium50:>16} {chromium99:>16}"
        );
    }
    let paint = &found["paint_of_15_kb"];
    let [posts, first50, first99, whole50, whole99] =
        ["posts", "first_p50_ms", "first_p99_ms", "whole_p50_ms", "whole_p99_ms"]
            .map(|name| &paint[name]);
    println!(
        "{posts} posts of 15 KB: first paint after {first50} ms (p50) and {first99} ms (p99),"
    );
    println!("painted whole after {whole50} ms and {whole99} ms; load {}", found["load"]);
    Ok(())
}
