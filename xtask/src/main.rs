//! `cargo xtask`: sets up, builds, tests, serves and measures Sakuin.
//!
//! Each command does the set-up it needs, and nothing when all is there. The
//! way through the modules:
//!
//! `setup` (tools) → `wasm` (modules) → `build` (client, builder) → `demo`
//! (pages, index, `serve`) and `test`; `bench` measures what `build` made.

mod bench;
mod bench_index;
mod bench_peers;
mod bench_render;
mod bench_scaling;
mod bench_weights;
mod build;
mod demo;
mod project;
mod readme;
mod serve;
mod setup;
mod slices;
mod stamp;
mod test;
mod toolchain;
mod wasm;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;

/// What to do with the checkout.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Builds all, indexes a blog and serves it; prints the address
    Demo {
        /// The folder of posts [default: the demo blog]
        content: Option<PathBuf>,
        /// The port on 127.0.0.1; 0 takes any free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Runs every check of the project
    Test,
    /// Builds target/release/sakuin and www/dist
    Build,
    /// Measures what was built
    Bench {
        /// What to measure
        #[arg(default_value = "size", value_parser = ["size", "render", "relevance", "build", "load", "query", "scaling", "weights"])]
        name: String,
        /// One line of JSON instead of a table
        #[arg(long)]
        json: bool,
        /// Options of the measurement, such as --only generated --engine sakuin
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Installs what the other commands would, the test browser included
    Setup,
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("xtask: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let project = project::Project::find()?;
    match command {
        Command::Demo { content, port } => demo::run_and_serve(&project, content.as_deref(), port),
        Command::Test => test::run(&project),
        Command::Build => {
            build::all(&project)?;
            bench::print_sizes(&project)
        }
        Command::Bench { name, json, options } => measure(&project, &name, json, &options),
        Command::Setup => setup::all(&project),
    }
}

fn measure(
    project: &project::Project,
    name: &str,
    as_json: bool,
    options: &[String],
) -> Result<()> {
    if bench_peers::NAMES.contains(&name) {
        return bench_peers::run_and_print(project, name, as_json, options);
    }
    if let Some(option) = options.first() {
        bail!("bench {name} has no option {option}");
    }
    match (name, as_json) {
        ("scaling", false) => bench_scaling::run_and_print(project),
        ("scaling", true) => {
            bail!("bench scaling has no --json: its tables are those of docs/scaling.md")
        }
        ("weights", false) => bench_weights::run_and_print(project),
        ("weights", true) => {
            bail!("bench weights has no --json: it prints what to write into weights.rs")
        }
        ("render", _) => bench_render::run_and_print(project, as_json),
        (_, true) => bench::print_sizes_as_json(project),
        (_, false) => bench::print_all_sizes(project),
    }
}
