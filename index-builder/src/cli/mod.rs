//! The commands and their arguments.

mod build;
mod eval;
mod inspect;
mod related;
mod render;
mod search;
mod suggest;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sakuin_builder::folder::FolderError;
use sakuin_builder::offline::ListError;

/// Client-side search and offline reading for static blogs.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build an index from a folder of posts, or from JSON lines
    Build(build::BuildArgs),
    /// Search an index
    Search(search::SearchArgs),
    /// Say how a query that is being typed may go on
    Suggest(suggest::SuggestArgs),
    /// Show the posts that are related to one
    Related(related::RelatedArgs),
    /// Measure ranking on a set of judged queries
    Eval(eval::EvalArgs),
    /// Show the parts of an index and their sizes
    Inspect(FolderArgs),
    /// Verify every hash and structure of an index
    Check(FolderArgs),
    /// Render a Markdown file as safe HTML
    Render(render::RenderArgs),
}

#[derive(Debug, Args)]
struct FolderArgs {
    /// The index folder
    dir: PathBuf,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Why a command failed.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

/// Exit code of a fault in the content or the index.
const CONTENT: u8 = 1;
/// Exit code of wrong usage.
const USAGE: u8 = 2;
/// Exit code of a file that cannot be read or written.
const IO: u8 = 3;

impl Failure {
    fn new(code: u8, message: impl ToString) -> Failure {
        Failure { code, message: message.to_string() }
    }
}

impl From<ListError> for Failure {
    fn from(err: ListError) -> Failure {
        let code = if matches!(err, ListError::Io { .. }) { IO } else { CONTENT };
        Failure::new(code, err)
    }
}

impl From<FolderError> for Failure {
    fn from(err: FolderError) -> Failure {
        let code = if matches!(err, FolderError::Io { .. }) { IO } else { CONTENT };
        Failure::new(code, err)
    }
}

/// Runs a command.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Build(args) => build::run(args),
        Command::Search(args) => search::run(args),
        Command::Suggest(args) => suggest::run(args),
        Command::Related(args) => related::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Inspect(args) => inspect::inspect(&args.dir, args.json),
        Command::Check(args) => inspect::check(&args.dir, args.json),
        Command::Render(args) => render::run(args),
    }
}

/// Prints a value as one line of JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|err| Failure::new(CONTENT, err))?;
    say(format_args!("{line}"))
}

/// Prints a line. A reader that has gone away is an error, not a panic.
fn say(line: std::fmt::Arguments<'_>) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}")
        .map_err(|err| Failure::new(IO, format!("cannot write the output: {err}")))
}
