//! `sakuin build`: a folder of posts to a folder of index files.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde::Serialize;

use crate::config::{Config, ConfigError};
use crate::document::documents;
use crate::encode::{Encoded, IndexFile, Parts, encode};
use crate::highlight::Highlighter;
use crate::index::Index;
use crate::output::{self, OutputError};
use crate::source::{self, LeftOut, SourceError, SourceOptions, Warning};

/// What a build says of itself, as `--json` prints it.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Posts in the index.
    pub posts: usize,
    /// Files held back, by reason.
    pub left_out: LeftOutReport,
    /// What the writer may want to look at, each naming file and line.
    pub warnings: Vec<String>,
    /// Terms in the lexicon, bridges among them.
    pub terms: usize,
    /// Postings over all terms.
    pub postings: usize,
    /// Files written, the code, the manifest and the list for saving among them.
    pub files: usize,
    /// Bytes on the wire, by part.
    pub bytes: Parts,
    /// Milliseconds from start to end.
    pub wall_ms: u64,
}

/// Files held back, by reason.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LeftOutReport {
    /// Drafts.
    pub draft: usize,
    /// To be published later.
    pub future: usize,
    /// Expired.
    pub expired: usize,
    /// Unlisted, or no page of its own.
    pub other: usize,
}

impl From<LeftOut> for LeftOutReport {
    fn from(left_out: LeftOut) -> LeftOutReport {
        let LeftOut { draft, future, expired, other } = left_out;
        LeftOutReport { draft, future, expired, other }
    }
}

/// Why a build failed. What stood in the output folder still stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The content.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The output folder.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// What a build is told besides its content.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// How to read the site; what is left empty comes from `config`.
    pub source: SourceOptions,
    /// The configuration.
    pub config: Config,
}

/// How far a build is: a stage, and how much of it is done.
pub type Progress<'a> = &'a (dyn Fn(Stage, usize, usize) + Sync);

/// The stages of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading posts.
    Read,
    /// Analysing them.
    Analyse,
    /// Encoding and writing.
    Write,
}

/// Reads the posts of `content`, and encodes their index with `engine` beside
/// it. Writes nothing.
///
/// # Errors
///
/// When the content cannot be read, or is at fault.
pub fn build(
    content: &Path,
    options: &BuildOptions,
    engine: &[IndexFile],
    progress: Progress<'_>,
) -> Result<(Encoded, Report), BuildError> {
    let start = Instant::now();
    let mut source = options.source.clone();
    source.format = source.format.or(options.config.format);
    if source.base_url.is_empty() {
        source.base_url.clone_from(&options.config.base_url);
    }
    source.exclude.extend(options.config.exclude.iter().cloned());
    let site =
        source::read_site(content, &source, &|done, total| progress(Stage::Read, done, total))?;
    let prepare = options.config.prepare_options(site.format);
    let highlighter = options.config.highlight.then(Highlighter::default);
    let (mut documents, mut warnings) = documents(site.posts, &prepare, highlighter.as_ref());
    warnings.splice(0..0, site.warnings);
    let done = AtomicUsize::new(0);
    let posts = documents.len();
    let index = Index::build(&mut documents, &|more| {
        let done = done.fetch_add(more, Ordering::Relaxed) + more;
        progress(Stage::Analyse, done, posts);
    });
    progress(Stage::Write, 0, 1);
    let encoded = encode(&documents, &index, &source.base_url, engine);
    let report = Report {
        posts,
        left_out: site.left_out.into(),
        warnings: warnings.iter().map(Warning::to_string).collect(),
        terms: index.terms(),
        postings: index.postings(),
        files: encoded.files.len() + engine.len() + 2,
        bytes: encoded.parts,
        wall_ms: start.elapsed().as_millis() as u64,
    };
    Ok((encoded, report))
}

/// Builds, and writes the index to the folder `out`.
///
/// # Errors
///
/// As [`build`], or when the folder cannot be written.
pub fn build_to(
    content: &Path,
    out: &Path,
    options: &BuildOptions,
    engine: &[IndexFile],
    progress: Progress<'_>,
) -> Result<Report, BuildError> {
    let start = Instant::now();
    let (encoded, mut report) = build(content, options, engine, progress)?;
    output::write(&encoded, engine, out)?;
    progress(Stage::Write, 1, 1);
    report.wall_ms = start.elapsed().as_millis() as u64;
    Ok(report)
}
