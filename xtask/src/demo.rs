//! `cargo xtask demo`: a blog with Sakuin on it, as its author would publish it.
//!
//! Pages are written by the program of `xtask/site`, since a blog's generator
//! is not part of Sakuin; all else is what the README tells a blog's author.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::project::{Project, run};
use crate::stamp::{files_below, hex};
use crate::{build, serve};

/// Builds all, makes the site of `content` (by default the demo blog), and
/// serves it until the process is ended.
pub(crate) fn run_and_serve(project: &Project, content: Option<&Path>, port: u16) -> Result<()> {
    build::all(project)?;
    let site = make_site(project, content)?;
    serve::serve(&site, port, |address| println!("{address}"))
}

/// Makes the site of `content` and gives its folder. All must be built.
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

    run(project.cargo().args(["build", "--quiet", "--release", "--package", "demo-site"]))?;
    eprintln!("demo: pages and index of {}", content.display());
    run(project
        .command(project.release("demo-site"))
        .arg(&content)
        .arg(demo.join("templates"))
        .arg(&site))?;
    run(project
        .command(project.release("sakuin"))
        .arg("build")
        .arg(&content)
        .arg("--out")
        .arg(site.join("search")))?;

    copy(&demo.join("static"), &site)?;
    if let Some(own) = content.parent().map(|blog| blog.join("static")).filter(|own| own.is_dir()) {
        copy(&own, &site)?;
    }
    copy(&project.dist(), &site.join("sakuin"))?;
    Ok(site)
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
