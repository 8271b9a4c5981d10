//! `sakuin build`: a folder of posts to a folder of index files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use sakuin::format::posts::Post;
use serde::Serialize;

use crate::analysed::Analyser;
use crate::cache::Cache;
use crate::config::{Config, ConfigError};
use crate::document::head;
use crate::encode::{EncodeError, Encoded, Parts, Summary, encode};
use crate::highlight::Highlighter;
use crate::index::Index;
use crate::output::Folder;
use crate::sink::{IndexFile, Memory, OutputError, Sink};
use crate::source::{self, Body, Fault, FaultKind, LeftOut, SourceError, SourceOptions, Warning};
use crate::spool::{Slot, Spool, SpoolError};

/// What a build says of itself, as `--json` prints it.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Posts in the index.
    pub posts: usize,
    /// Those of them that the cache knew.
    pub known: usize,
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
    /// What memory does not hold.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The output folder.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl From<EncodeError> for BuildError {
    fn from(err: EncodeError) -> BuildError {
        match err {
            EncodeError::Spool(err) => BuildError::Spool(err),
            EncodeError::Output(err) => BuildError::Output(err),
        }
    }
}

/// What a build is told besides its content.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// How to read the site; what is left empty comes from `config`.
    pub source: SourceOptions,
    /// The configuration.
    pub config: Config,
    /// How many bytes of text and of postings are held in memory; what is more
    /// goes to files without names in the output folder. The index is the same.
    pub memory_bytes: usize,
    /// The folder of the cache; none is used without.
    pub cache: Option<PathBuf>,
}

/// What a build holds in memory unless told otherwise: of a site of 10,000 posts
/// all.
const MEMORY_BYTES: usize = 256 << 20;

impl Default for BuildOptions {
    fn default() -> BuildOptions {
        let (source, config) = Default::default();
        BuildOptions { source, config, memory_bytes: MEMORY_BYTES, cache: None }
    }
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

/// Builds an index in memory, with `engine` as the code beside it.
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
    let memory = Memory::default();
    let folder = std::env::temp_dir();
    let (summary, report) = build_into(content, options, engine, progress, &folder, &memory)?;
    let Summary { manifest, parts, .. } = summary;
    Ok((Encoded { files: memory.into_files(), manifest, parts }, report))
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
    let folder = Folder::open(out)?;
    let (summary, mut report) = build_into(content, options, engine, progress, out, &folder)?;
    folder.finish(&summary, engine)?;
    progress(Stage::Write, 1, 1);
    report.wall_ms = start.elapsed().as_millis() as u64;
    Ok(report)
}

/// Reads the posts of `content`, and encodes their index into `sink`. What memory
/// does not hold goes to `folder`.
fn build_into(
    content: &Path,
    options: &BuildOptions,
    engine: &[IndexFile],
    progress: Progress<'_>,
    folder: &Path,
    sink: &dyn Sink,
) -> Result<(Summary, Report), BuildError> {
    let start = Instant::now();
    let mut source = options.source.clone();
    source.format = source.format.or(options.config.format);
    if source.base_url.is_empty() {
        source.base_url.clone_from(&options.config.base_url);
    }
    source.exclude.extend(options.config.exclude.iter().cloned());
    let bodies = Bodies { spool: Spool::new(folder, options.memory_bytes / 2) };
    let read = |done, total| progress(Stage::Read, done, total);
    let site = source::read_site_keeping(content, &source, &read, &|_, body| bodies.keep(&body))?;
    let cache = options.cache.as_deref().map(Cache::open);
    let words = Arc::new(options.config.site_words()?);
    let analyser = Analyser {
        words: words.fingerprint(),
        options: options.config.prepare_options(site.format),
        highlighter: options.config.highlight.then(Highlighter::default),
        cache: cache.as_ref(),
    };
    let (done, known) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let posts = site.posts.len();
    let analyse = |(post, body): (Post, KeptBody), lattice: &mut _, partial: &mut _| {
        let (analysed, is_known) = analyser.analyse(&post, &bodies.take(body)?, lattice, partial);
        known.fetch_add(is_known.into(), Ordering::Relaxed);
        progress(Stage::Analyse, done.fetch_add(1, Ordering::Relaxed) + 1, posts);
        Ok((post, analysed))
    };
    let with_bytes = |post: source::Post<KeptBody>| {
        let bytes = post.body.slot.len_bytes();
        (head(post), bytes)
    };
    let sources = site.posts.into_iter().map(with_bytes).collect();
    let spool = Spool::new(folder, options.memory_bytes / 2);
    let (index, of_posts) = Index::build(sources, spool, words, &analyse)?;
    drop(bodies);
    let warnings = site.warnings.iter().chain(&of_posts);
    let mut warnings: Vec<String> = warnings.map(Warning::to_string).collect();
    progress(Stage::Write, 0, 1);
    let summary = encode(&index, &source.base_url, engine, cache.as_ref(), sink)?;
    warnings.extend(cache.into_iter().flat_map(Cache::finish));
    let report = Report {
        posts,
        known: known.into_inner(),
        left_out: site.left_out.into(),
        warnings,
        terms: index.terms.len(),
        postings: index.postings,
        files: summary.files.len() + engine.len() + 2,
        bytes: summary.parts,
        wall_ms: start.elapsed().as_millis() as u64,
    };
    Ok((summary, report))
}

/// The bodies of posts, from their reading to their analysis.
struct Bodies {
    spool: Spool,
}

/// Where a body is, and the line that Markdown begins on; none for plain text.
struct KeptBody {
    slot: Slot,
    first_line: Option<usize>,
}

impl Bodies {
    fn keep(&self, body: &Body) -> Result<KeptBody, Fault> {
        let (text, first_line) = match body {
            Body::Markdown { text, first_line } => (text, Some(*first_line)),
            Body::Plain(text) => (text, None),
        };
        let fault = |err: SpoolError| {
            let (path, message) = (String::new(), err.to_string());
            Fault { path, line: None, message, kind: FaultKind::Io }
        };
        let slot = self.spool.put(text.as_bytes()).map_err(fault)?;
        Ok(KeptBody { slot, first_line })
    }

    fn take(&self, KeptBody { slot, first_line }: KeptBody) -> Result<Body, SpoolError> {
        // It was a string when it was kept.
        let text = String::from_utf8_lossy(&self.spool.get(slot)?).into_owned();
        Ok(match first_line {
            Some(first_line) => Body::Markdown { text, first_line },
            None => Body::Plain(text),
        })
    }
}
