//! An index folder on disk, searched by the same engine as in the browser.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use libdeflater::Decompressor;
use sakuin::format::manifest::{HEAD_BYTES, decode_head};
use sakuin::format::{Directory, Fault, FormatError, MANIFEST_NAME, file_name, name_bytes};
use sakuin::search::{Engine, Need, Step};
use sakuin::text::fold::native_normaliser;
use sha2::{Digest, Sha256};

/// Why an index folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file that cannot be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that does not inflate to what the index says.
    #[error("{path} does not inflate, or to more than {inflated_bytes} bytes")]
    Deflate {
        /// The file.
        path: PathBuf,
        /// The most bytes it should have.
        inflated_bytes: u32,
    },
    /// Bytes that are no valid index.
    #[error("{path}: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: FormatError,
    },
}

/// An open index folder.
pub struct Folder {
    path: PathBuf,
    engine: Engine,
}

impl Folder {
    /// Opens the index in the folder `path`.
    ///
    /// # Errors
    ///
    /// When there is none, or its manifest is damaged or of another format.
    pub fn open(path: &Path) -> Result<Folder, FolderError> {
        let manifest = path.join(MANIFEST_NAME);
        let file = read(&manifest)?;
        let format = |source| FolderError::Format { path: manifest.clone(), source };
        let body_bytes = decode_head(&file).map_err(format)?;
        let body = inflate(&manifest, &file[HEAD_BYTES.min(file.len())..], body_bytes)?;
        let engine = Engine::open(&file, &body, native_normaliser).map_err(format)?;
        Ok(Folder { path: path.to_path_buf(), engine })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The engine, as far as it is loaded.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Loads every file, and returns how many there are.
    ///
    /// # Errors
    ///
    /// When one cannot be read, or is not what the index says.
    pub fn load_all(&mut self) -> Result<usize, FolderError> {
        let files = self.call(Engine::all_files)?;
        for need in &files {
            self.load(need)?;
        }
        Ok(files.len())
    }

    /// The bytes of the manifest.
    pub fn manifest_bytes(&self) -> usize {
        self.bytes_of(MANIFEST_NAME)
    }

    /// The bytes on the wire of the file of this number in the directory.
    pub fn wire_bytes(&self, file: usize) -> usize {
        let entry = self.engine.directory().and_then(|directory| directory.files.get(file));
        entry.map_or(0, |entry| self.bytes_of(&file_name(&name_bytes(&entry.hash))))
    }

    /// The bytes on the wire of all text blocks.
    pub fn text_wire_bytes(&self) -> usize {
        let names = self.engine.directory().into_iter().flat_map(Directory::text_names);
        names.map(|name| self.bytes_of(&file_name(&name))).sum()
    }

    fn bytes_of(&self, name: &str) -> usize {
        fs::metadata(self.path.join(name)).map_or(0, |held| held.len() as usize)
    }

    /// Makes a call on the engine until all that it needs is loaded.
    ///
    /// # Errors
    ///
    /// When a file that it needs cannot be had.
    pub fn call<T>(&mut self, call: impl Fn(&Engine) -> Step<T>) -> Result<T, FolderError> {
        loop {
            match call(&self.engine) {
                Step::Done(answer) => return Ok(answer),
                Step::Needs(needs) => {
                    for need in &needs {
                        self.load(need)?;
                    }
                }
            }
        }
    }

    /// Loads one file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not what the index says.
    pub fn load(&mut self, need: &Need) -> Result<(), FolderError> {
        let path = self.path.join(&need.file);
        let file = read(&path)?;
        let sha256 = Sha256::digest(&file).into();
        let format = |source| FolderError::Format { path: path.clone(), source };
        if let Some(promised) = need.sha256.filter(|&promised| promised != sha256) {
            let start = std::array::from_fn(|index| promised[index]);
            return Err(format(Fault::Hash { start }.into()));
        }
        let bytes = match need.deflated {
            true => inflate(&path, &file, need.inflated_bytes)?,
            false => file,
        };
        self.engine.load(&need.file, &bytes, Some(sha256)).map_err(format)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FolderError> {
    fs::read(path).map_err(|source| FolderError::Io { path: path.to_path_buf(), source })
}

fn inflate(path: &Path, bytes: &[u8], inflated_bytes: u32) -> Result<Vec<u8>, FolderError> {
    let error = || FolderError::Deflate { path: path.to_path_buf(), inflated_bytes };
    // Deflate grows at most 1,032-fold: a forged size cannot ask for more.
    let most = bytes.len().saturating_mul(1032).saturating_add(64).min(inflated_bytes as usize);
    let mut out = vec![0; most];
    match Decompressor::new().deflate_decompress(bytes, &mut out) {
        Ok(written) => {
            out.truncate(written);
            Ok(out)
        }
        _ => Err(error()),
    }
}
