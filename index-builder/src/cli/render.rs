//! `sakuin render`.

use std::path::PathBuf;

use clap::Args;
use sakuin::markdown::{PrepareOptions, prepare};
use sakuin::render::{RenderOptions, html};
use sakuin_builder::source::body;

use super::{CONTENT, Failure, IO, say};

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// A Markdown file, with or without front matter
    file: PathBuf,
    /// The address of the post, which relative links are resolved against
    #[arg(long, default_value = "")]
    base_url: String,
}

pub(super) fn run(args: RenderArgs) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let bytes = std::fs::read(&args.file)
        .map_err(|err| Failure::new(IO, format!("cannot read {name}: {err}")))?;
    let (text, first_line) = body(&name, bytes).map_err(|err| Failure::new(CONTENT, err))?;
    let prepared = prepare(&text, &PrepareOptions::default());
    for warning in &prepared.warnings {
        eprintln!("warning: {} ({name}:{})", warning.message, first_line + warning.line - 1);
    }
    let options = RenderOptions { base_url: &args.base_url, ..RenderOptions::default() };
    say(format_args!("{}", html(&prepared.text, &options)))
}
