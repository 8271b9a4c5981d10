//! Writing an index, so that a reader finds the old one or the new one whole.
//!
//! Every file but the manifest is named by its hash and never changes. New ones
//! are written beside under another name and renamed; the manifest comes last,
//! and only then does what no manifest names go.
//!
//! Files are not forced to the disk one by one, which takes longer than all else:
//! after a power failure some may be short. `sakuin check` names them, a browser
//! refuses them by their hash, and the next build writes them anew.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sakuin::format::MANIFEST_NAME;

use crate::encode::{FileNote, Summary};
use crate::offline;
use crate::sink::{IndexFile, OutputError, Sink};

/// What the names of files that are being written begin with.
const UNFINISHED: &str = ".sakuin-";

/// A folder that an index is written to. Dropped before [`finish`](Folder::finish)
/// it removes what it has written: the index that stood there still stands.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether it was not there.
    is_new: bool,
    written: Mutex<Vec<PathBuf>>,
    /// Held as long as this is.
    _lock: Option<File>,
}

impl Folder {
    /// Opens a folder, which is made if it is not there, and removes what a build
    /// that was killed has left in it.
    ///
    /// # Errors
    ///
    /// When it cannot be made or read, or another build is writing to it.
    pub fn open(path: &Path) -> Result<Folder, OutputError> {
        let fail = |source| OutputError { path: path.to_path_buf(), source };
        let is_new = !path.exists();
        fs::create_dir_all(path).map_err(fail)?;
        let lock = lock(path).map_err(fail)?;
        let folder =
            Folder { path: path.to_path_buf(), is_new, written: Mutex::default(), _lock: lock };
        remove_where(path, |name| name.starts_with(UNFINISHED)).map_err(fail)?;
        Ok(folder)
    }

    /// Writes the code beside an index, and its manifest: from here on it is the
    /// one that readers find.
    ///
    /// # Errors
    ///
    /// When anything cannot be written. The code may be new then: it reads every
    /// index of its format.
    pub fn finish(self, index: &Summary, engine: &[IndexFile]) -> Result<(), OutputError> {
        engine.iter().try_for_each(|file| self.replace(&file.name, &file.bytes))?;
        // Who saves compares the list with the manifest, and waits for the other.
        let list = offline::list(index, engine);
        self.replace(&list.name, &list.bytes)?;
        self.replace(MANIFEST_NAME, &index.manifest)?;
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clear();
        remove_stale(&index.files, &self.path)
            .map_err(|source| OutputError { path: self.path.clone(), source })
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let path = self.path.join(name);
        replace(&path, bytes).map_err(|source| OutputError { path, source })
    }
}

impl Sink for Folder {
    fn put(&self, file: IndexFile) -> Result<(), OutputError> {
        let path = self.path.join(&file.name);
        let same_length = |held: fs::Metadata| held.len() == file.bytes.len() as u64;
        let stands = fs::metadata(&path).is_ok_and(same_length)
            && fs::read(&path).is_ok_and(|held| held == file.bytes);
        if stands {
            return Ok(());
        }
        self.replace(&file.name, &file.bytes)?;
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let written = self.written.get_mut().unwrap_or_else(PoisonError::into_inner);
        // An error that matters is on its way already.
        for path in written {
            let _ = fs::remove_file(path);
        }
        if self.is_new {
            // Which fails where there is an index in it.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// A lock of the folder itself, so that no file is left behind; none where a
/// system cannot lock folders.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let Ok(folder) = File::open(path) else { return Ok(None) };
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another build is writing to it")),
        Err(TryLockError::Error(_)) => Ok(None),
        Ok(()) => Ok(Some(folder)),
    }
}

/// Writes the service worker, one of the files of `engine`, to the site's root.
///
/// # Errors
///
/// When it cannot be written, or the builder was built without it.
pub fn write_worker(engine: &[IndexFile], site_root: &Path) -> Result<(), OutputError> {
    let path = site_root.join(offline::WORKER_NAME);
    let fail = |source| OutputError { path: path.clone(), source };
    let Some(worker) = engine.iter().find(|file| file.name == offline::WORKER_NAME) else {
        return Err(fail(io::Error::other("this builder was built without its scripts")));
    };
    fs::create_dir_all(site_root).and_then(|()| replace(&path, &worker.bytes)).map_err(fail)
}

/// Writes `bytes` beside `path` and renames.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A web server reads them, whoever built them.
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

fn remove_stale(kept: &BTreeMap<String, FileNote>, out: &Path) -> io::Result<()> {
    let is_ours = |name: &str| name.len() == 14 && name.ends_with(".skn");
    remove_where(out, |name| is_ours(name) && !kept.contains_key(name))
}

fn remove_where(folder: &Path, is_meant: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&is_meant) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
