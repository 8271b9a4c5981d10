//! `sakuin`, the command line: reads arguments, calls, prints.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("sakuin: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}
