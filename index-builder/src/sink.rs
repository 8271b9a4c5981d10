//! Where the files of an index go, one by one as they are made.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFile {
    /// Its name.
    pub name: String,
    /// Its bytes as they travel.
    pub bytes: Vec<u8>,
}

/// An output folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}")]
pub struct OutputError {
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

/// Takes the files of an index that are named by their hashes, from any thread.
pub trait Sink: Sync {
    /// Takes a file. One of the same name and bytes may come twice.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn put(&self, file: IndexFile) -> Result<(), OutputError>;
}

/// Keeps all files in memory.
#[derive(Debug, Default)]
pub struct Memory {
    files: Mutex<Vec<IndexFile>>,
}

impl Memory {
    /// The files, by name.
    pub fn into_files(self) -> Vec<IndexFile> {
        let mut files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files.dedup();
        files
    }
}

impl Sink for Memory {
    fn put(&self, file: IndexFile) -> Result<(), OutputError> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        Ok(())
    }
}
