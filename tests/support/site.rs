//! Small sites and their indexes, in memory.

#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use libdeflater::Decompressor;
use sakuin::format::manifest::{HEAD_BYTES, decode_head};
use sakuin::search::{Answer, Engine, QueryOptions, Step};
use sakuin::text::fold::native_normaliser;
use sakuin_builder::build::{BuildOptions, Report, build};
use sakuin_builder::encode::Encoded;
use sha2::{Digest, Sha256};

/// The blog that comes with the project.
pub(crate) const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/demo/content");

/// The moment that tests build at: 2026-11-01T00:00:00Z.
pub(crate) const NOW: i64 = 1_793_491_200;

/// Builds the index of a folder or a file of JSON lines.
pub(crate) fn encoded(content: &Path) -> (Encoded, Report) {
    let mut options = BuildOptions::default();
    options.source.now = NOW;
    build(content, &options, &[], &|_, _, _| {}).unwrap()
}

/// An index whose files are in memory.
pub(crate) struct Index {
    pub(crate) engine: Engine,
    files: BTreeMap<String, Vec<u8>>,
}

impl Index {
    pub(crate) fn of(encoded: &Encoded) -> Index {
        let files = encoded.files.iter().map(|file| (file.name.clone(), file.bytes.clone()));
        Index { engine: open(&encoded.manifest), files: files.collect() }
    }

    pub(crate) fn call<T>(&mut self, call: impl Fn(&Engine) -> Step<T>) -> T {
        loop {
            match call(&self.engine) {
                Step::Done(answer) => return answer,
                Step::Needs(needs) => {
                    for need in needs {
                        let file = &self.files[&need.file];
                        let bytes = match need.deflated {
                            true => inflate(file, need.inflated_bytes),
                            false => file.clone(),
                        };
                        let sha256 = Sha256::digest(file).into();
                        self.engine.load(&need.file, &bytes, Some(sha256)).unwrap();
                    }
                }
            }
        }
    }

    pub(crate) fn query(&mut self, text: &str, limit: usize) -> Answer {
        let options = QueryOptions { limit, ..QueryOptions::default() };
        self.call(|engine| engine.query(text, &options))
    }
}

/// Opens an index by the bytes of its manifest.
pub(crate) fn open(manifest: &[u8]) -> Engine {
    let body = inflate(&manifest[HEAD_BYTES..], decode_head(manifest).unwrap());
    Engine::open(manifest, &body, native_normaliser).unwrap()
}

/// Inflates `bytes`, to at most `most_bytes`.
pub(crate) fn inflate(bytes: &[u8], most_bytes: u32) -> Vec<u8> {
    let mut out = vec![0; most_bytes as usize];
    let written = Decompressor::new().deflate_decompress(bytes, &mut out).unwrap();
    out.truncate(written);
    out
}

/// A set or a corpus of the shared folder, unpacked; `None`, and a word on it,
/// when `SAKUIN_SHARED` is not set. With it set, absence is a failure.
pub(crate) fn shared(kind: &str, name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("SAKUIN_SHARED") else {
        println!("skipped: SAKUIN_SHARED is not set, and {kind}/{name} is there");
        return None;
    };
    let archive = Path::new(&folder).join(kind).join(name).with_extension("tar.xz");
    assert!(archive.exists(), "{} is missing", archive.display());
    // As `CARGO_TARGET_TMPDIR`, which examples don't have: this program lies two
    // folders below cargo's own.
    let program = std::env::current_exe().unwrap();
    let out = program.ancestors().nth(3).unwrap().join("tmp/shared");
    let unpacked = out.join(name);
    if !unpacked.exists() {
        // Beside, then renamed: tests run side by side, and may be ended.
        std::fs::create_dir_all(&out).unwrap();
        let beside = tempfile::tempdir_in(&out).unwrap();
        let tar =
            Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(beside.path()).status();
        assert!(tar.unwrap().success());
        let moved = std::fs::rename(beside.path().join(name), &unpacked);
        assert!(moved.is_ok() || unpacked.exists());
    }
    Some(unpacked)
}
