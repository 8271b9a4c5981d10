//! Writes the pages of a blog: `demo-site CONTENT TEMPLATES OUT TITLE`.
//!
//! It stands where a real blog has Hugo, Zola or Jekyll. Sakuin adds the index
//! and the element afterwards, and knows nothing of these pages.

mod page;
mod site;
mod source;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

fn main() -> ExitCode {
    match run() {
        Ok(pages) => {
            eprintln!("demo-site: {pages} pages");
            ExitCode::SUCCESS
        }
        Err(err) => {
            eprintln!("demo-site: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<usize> {
    let mut arguments = env::args_os().skip(1);
    let mut path = |name| arguments.next().map(PathBuf::from).with_context(|| format!("no {name}"));
    let (content, templates, out) = (path("CONTENT")?, path("TEMPLATES")?, path("OUT")?);
    let title = path("TITLE")?;
    let pages = source::read_pages(&content)?;
    site::write_site(&title.to_string_lossy(), &pages, &templates, &out)?;
    Ok(pages.len())
}
