//! `sakuin build`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use sakuin_builder::build::{BuildError, BuildOptions, Report, Stage, build_to};
use sakuin_builder::config::{Config, ConfigError, Format};
use sakuin_builder::engine_files::engine_files;
use sakuin_builder::output::write_worker;
use sakuin_builder::source::{FaultKind, SourceOptions};

use super::{CONTENT, Failure, IO, USAGE, print_json, say};

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    /// The folder of posts, or a file of JSON lines
    content: PathBuf,
    /// The folder to write the index to
    #[arg(long)]
    out: PathBuf,
    /// The folder that the site is served from, which gets the service worker
    #[arg(long)]
    site_root: Option<PathBuf>,
    /// How the content is laid out [default: found out]
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// Where the site is served, such as https://example.org/blog/
    #[arg(long, default_value = "")]
    base_url: String,
    /// The configuration [default: sakuin.toml, found upwards from CONTENT]
    #[arg(long)]
    config: Option<PathBuf>,
    /// The time that future and expired posts are told by, RFC 3339 [default: now]
    #[arg(long)]
    now: Option<jiff::Timestamp>,
    /// Threads to use [default: one for each core]
    #[arg(long)]
    threads: Option<usize>,
    /// The folder of a cache, which is made: the next build analyses only what changed
    #[arg(long)]
    cache: Option<PathBuf>,
    /// MiB of posts and postings to hold in memory; the rest goes to files [default: 256]
    #[arg(long)]
    memory: Option<usize>,
    /// Include drafts
    #[arg(short = 'D', long)]
    drafts: bool,
    /// Include posts of the future
    #[arg(short = 'F', long)]
    future: bool,
    /// Include expired posts
    #[arg(short = 'E', long)]
    expired: bool,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

fn format(name: &str) -> Result<Format, String> {
    Ok(match name {
        "hugo" => Format::Hugo,
        "zola" => Format::Zola,
        "jekyll" => Format::Jekyll,
        "markdown" => Format::Markdown,
        "html" => Format::Html,
        "jsonl" => Format::Jsonl,
        _ => return Err("one of hugo, zola, jekyll, markdown, html, jsonl".to_string()),
    })
}

pub(super) fn run(args: BuildArgs) -> Result<(), Failure> {
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|err| Failure::new(USAGE, err))?;
    }
    let config = Config::load(&args.content, args.config.as_deref())
        .map_err(|err| failure(BuildError::Config(err)))?;
    let now = args.now.unwrap_or_else(jiff::Timestamp::now).as_second();
    let source = SourceOptions {
        format: args.format,
        base_url: args.base_url,
        now,
        drafts: args.drafts,
        future: args.future,
        expired: args.expired,
        exclude: Vec::new(),
    };
    let mut options = BuildOptions { source, config, ..BuildOptions::default() };
    options.cache = args.cache;
    if let Some(memory) = args.memory {
        options.memory_bytes = memory.saturating_mul(1 << 20);
    }
    let engine = engine_files();
    let bar = progress_bar();
    let progress = |stage: Stage, done: usize, total: usize| {
        bar.set_message(match stage {
            Stage::Read => "reading",
            Stage::Analyse => "analysing",
            Stage::Write => "writing",
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let report = build_to(&args.content, &args.out, &options, &engine, &progress);
    bar.finish_and_clear();
    let report = report.map_err(failure)?;
    if let Some(site_root) = &args.site_root {
        write_worker(&engine, site_root).map_err(|err| failure(BuildError::Output(err)))?;
    }
    if args.json {
        return print_json(&report);
    }
    print(&report, &args.out)
}

fn failure(err: BuildError) -> Failure {
    let code = match &err {
        BuildError::Source(source) if source.kind() == FaultKind::Io => IO,
        BuildError::Config(ConfigError::Unreadable { .. }) => IO,
        BuildError::Output(_) | BuildError::Spool(_) => IO,
        _ => CONTENT,
    };
    Failure::new(code, err)
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:>9} {wide_bar} {pos}/{len}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn print(report: &Report, out: &Path) -> Result<(), Failure> {
    for warning in &report.warnings {
        eprintln!("warning: {warning}");
    }
    let bytes = &report.bytes;
    let search = bytes.manifest + bytes.root + bytes.lexicon + bytes.postings + bytes.columns;
    say(format_args!(
        "{} {}{}, {} terms, {} postings in {:.1} s → {}",
        report.posts,
        if report.posts == 1 { "post" } else { "posts" },
        if report.known > 0 {
            format!(" ({} from the cache)", report.known)
        } else {
            String::new()
        },
        report.terms,
        report.postings,
        report.wall_ms as f64 / 1000.0,
        out.display()
    ))?;
    say(format_args!(
        "search {}, posts {}, text {}, code {}; {} files",
        HumanBytes(search as u64),
        HumanBytes(bytes.posts as u64),
        HumanBytes(bytes.text as u64),
        HumanBytes(bytes.engine as u64),
        report.files
    ))?;
    let left = report.left_out;
    if left.draft + left.future + left.expired + left.other > 0 {
        say(format_args!(
            "left out: {} drafts, {} future, {} expired, {} other",
            left.draft, left.future, left.expired, left.other
        ))?;
    }
    Ok(())
}
