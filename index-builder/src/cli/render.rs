//! `sakuin render`.

use std::path::PathBuf;

use clap::Args;
use sakuin::markdown::prepare;
use sakuin::render::{RenderOptions, html};
use sakuin_builder::config::{Config, Format};
use sakuin_builder::source::body;

use super::{CONTENT, Failure, IO, say};

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// A Markdown file, with or without front matter
    file: PathBuf,
    /// The address of the post, which relative links are resolved against
    #[arg(long, default_value = "")]
    base_url: String,
    /// The configuration [default: sakuin.toml, found upwards from FILE]
    #[arg(long)]
    config: Option<PathBuf>,
}

pub(super) fn run(args: RenderArgs) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let bytes = std::fs::read(&args.file)
        .map_err(|err| Failure::new(IO, format!("cannot read {name}: {err}")))?;
    let (text, first_line) = body(&name, bytes).map_err(|err| Failure::new(CONTENT, err))?;
    let config = Config::load(&args.file, args.config.as_deref())
        .map_err(|err| Failure::new(CONTENT, err))?;
    let format = config.format.unwrap_or(Format::Markdown);
    let prepared = prepare(&text, &config.prepare_options(format));
    for warning in &prepared.warnings {
        eprintln!("warning: {} ({name}:{})", warning.message, first_line + warning.line - 1);
    }
    let options = RenderOptions { base_url: &args.base_url, ..RenderOptions::default() };
    say(format_args!("{}", html(&prepared.text, &options)))
}
