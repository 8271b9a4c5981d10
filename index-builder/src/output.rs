//! Writing an index, so that a reader finds the old one or the new one whole.
//!
//! Every file but the manifest is named by its hash and never changes. New ones
//! are written beside under another name and renamed; the manifest comes last,
//! and only then does what no manifest names go.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sakuin::format::MANIFEST_NAME;

use crate::encode::{Encoded, IndexFile};
use crate::offline;

/// An output folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}")]
pub struct OutputError {
    path: PathBuf,
    source: io::Error,
}

/// Writes an index and the code beside it to the folder `out`, which is made if
/// it is not there.
///
/// # Errors
///
/// When anything cannot be written; new files of the index are then removed, and
/// the index that stood there still stands. The code beside it may be new
/// already: it reads every index of its format.
pub fn write(encoded: &Encoded, engine: &[IndexFile], out: &Path) -> Result<(), OutputError> {
    let fail = |path: &Path, source| OutputError { path: path.to_path_buf(), source };
    fs::create_dir_all(out).map_err(|source| fail(out, source))?;
    let mut written = Written::default();
    for file in &encoded.files {
        let path = out.join(&file.name);
        // Its name is its hash; a length that differs is a write cut short.
        let stands = fs::metadata(&path).is_ok_and(|held| held.len() == file.bytes.len() as u64);
        if !stands {
            replace(&path, &file.bytes).map_err(|source| fail(&path, source))?;
            written.paths.push(path);
        }
    }
    for file in engine {
        let path = out.join(&file.name);
        replace(&path, &file.bytes).map_err(|source| fail(&path, source))?;
    }
    // Who saves compares the list with the manifest, and waits for the other.
    let list = offline::list(encoded, engine);
    let path = out.join(&list.name);
    replace(&path, &list.bytes).map_err(|source| fail(&path, source))?;
    let path = out.join(MANIFEST_NAME);
    replace(&path, &encoded.manifest).map_err(|source| fail(&path, source))?;
    written.paths.clear();
    remove_stale(encoded, out).map_err(|source| fail(out, source))
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
    let mut file = tempfile::Builder::new().prefix(".sakuin-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_data()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A web server reads them, whoever built them.
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

fn remove_stale(encoded: &Encoded, out: &Path) -> io::Result<()> {
    let kept: BTreeSet<&str> = encoded.files.iter().map(|file| file.name.as_str()).collect();
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let ours = name.len() == 14 && name.ends_with(".skn");
        if ours && !kept.contains(name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// New files, removed again unless the manifest came to name them.
#[derive(Default)]
struct Written {
    paths: Vec<PathBuf>,
}

impl Drop for Written {
    fn drop(&mut self) {
        for path in &self.paths {
            // The error that matters is on its way already.
            let _ = fs::remove_file(path);
        }
    }
}
