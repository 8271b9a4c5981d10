//! `sakuin render`.

use std::path::PathBuf;

use clap::Args;

use super::{CONTENT, Failure, IO};

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// A Markdown file, with or without front matter
    file: PathBuf,
}

pub(super) fn run(args: RenderArgs) -> Result<(), Failure> {
    let _ = (CONTENT, IO, args);
    Ok(())
}
