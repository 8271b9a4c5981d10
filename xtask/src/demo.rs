//! `cargo xtask demo`: a blog with Sakuin on it, as its author would publish it.
//!
//! Pages are written by the program of `xtask/site`, since a blog's generator
//! is not part of Sakuin; all else is what the README tells a blog's author.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::project::{Project, run, run_shown};
use crate::stamp::{files_below, hex};
use crate::{build, serve};

/// The name of the demo blog.
const DEMO_TITLE: &str = "索引帖";

/// Builds all, makes the site of `content` (by default the demo blog), and
/// serves it until the process is ended.
pub(crate) fn run_and_serve(project: &Project, content: Option<&Path>, port: u16) -> Result<()> {
    build::all_and_demo(project)?;
    let site = make_site(project, content)?;
    serve::serve(&site, port, |address| println!("{address}"))
}

/// Makes the site of `content` and gives its folder. All must be built, by
/// [`build::all_and_demo`].
pub(crate) fn make_site(project: &Project, content: Option<&Path>) -> Result<PathBuf> {
    let demo = project.www().join("demo");
    let default = demo.join("content");
    let content = content.unwrap_or(&default);
    let content = content.canonicalize().with_context(|| content.display().to_string())?;
    let key = hex(&Sha256::digest(content.as_os_str().as_encoded_bytes())[..4]);
    let site = project.own().join("sites").join(key);
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::create_dir_all(&site)?;

    eprintln!("demo: pages and index of {}", content.display());
    let mut pages = project.command(project.release("demo-site"));
    run(pages.arg(&content).arg(demo.join("templates")).arg(&site).arg(title(&content, &default)))?;
    let mut index = project.command(project.release("sakuin"));
    index.arg("build").arg(&content).arg("--out").arg(site.join("search"));
    run(index.arg("--site-root").arg(&site))?;

    // What the playground draws.
    let parts = File::create(site.join("search/inspect.json"))?;
    let mut inspect = project.command(project.release("sakuin"));
    run_shown(inspect.arg("inspect").arg(site.join("search")).arg("--json").stdout(parts))?;

    copy(&demo.join("static"), &site)?;
    if let Some(own) = content.parent().map(|blog| blog.join("static")).filter(|own| own.is_dir()) {
        copy(&own, &site)?;
    }
    copy(&project.dist(), &site.join("sakuin"))?;
    Ok(site)
}

/// The name of the blog: the demo's own, or that of the folder it is in.
fn title(content: &Path, demo: &Path) -> String {
    if demo.canonicalize().is_ok_and(|demo| demo == content) {
        return DEMO_TITLE.to_owned();
    }
    let named = content.ancestors().filter_map(Path::file_name).find(|name| *name != "content");
    named.unwrap_or_default().to_string_lossy().into_owned()
}

/// Copies the files below `from` into the folder `to`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let copy = to.join(file.strip_prefix(from)?);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &copy).with_context(|| copy.display().to_string())?;
    }
    Ok(())
}
