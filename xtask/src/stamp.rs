//! Stamps: a step whose inputs have not changed is not done again.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// All that a step reads, as one hash.
pub(crate) struct Inputs(Sha256);

impl Inputs {
    /// Starts with what else the outcome depends on, such as the arguments.
    pub(crate) fn new(recipe: &str) -> Self {
        Self(Sha256::new().chain_update(recipe))
    }

    /// Adds a file, or every file below a folder, in the order of their names;
    /// what does not exist counts as empty.
    pub(crate) fn add(&mut self, path: &Path) -> Result<()> {
        self.0.update(path.as_os_str().as_encoded_bytes());
        for file in files_below(path)? {
            let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
            self.0.update(file.as_os_str().as_encoded_bytes());
            self.0.update((bytes.len() as u64).to_le_bytes());
            self.0.update(bytes);
        }
        Ok(())
    }

    /// Does `work`, unless `stamp` says that it was done for the same inputs and
    /// all `outputs` still stand. Says whether it did.
    pub(crate) fn unless_done(
        self,
        stamp: &Path,
        outputs: &[PathBuf],
        work: impl FnOnce() -> Result<()>,
    ) -> Result<bool> {
        let digest = hex(&self.0.finalize());
        let stands = outputs.iter().all(|output| output.exists());
        if stands && fs::read_to_string(stamp).is_ok_and(|old| old == digest) {
            return Ok(false);
        }
        work()?;
        if let Some(folder) = stamp.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(stamp, digest).with_context(|| stamp.display().to_string())?;
        Ok(true)
    }
}

/// `path` itself if it is a file, else the files below it, sorted.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = match fs::read_dir(path) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?,
        Err(err) if err.kind() == ErrorKind::NotADirectory => return Ok(vec![path.to_owned()]),
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(err) => return Err(err).with_context(|| path.display().to_string()),
    };
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(folder: &Path, stamp: &Path) -> bool {
        let mut inputs = Inputs::new("recipe");
        inputs.add(folder).unwrap();
        inputs.unless_done(stamp, &[], || Ok(())).unwrap()
    }

    #[test]
    fn a_step_runs_again_when_a_file_below_changes_or_moves() {
        let dir = tempfile::tempdir().unwrap();
        let (inputs, stamp) = (dir.path().join("in"), dir.path().join("out/stamp"));
        fs::create_dir_all(inputs.join("sub")).unwrap();
        fs::write(inputs.join("sub/a"), "索引").unwrap();
        assert!(runs(&inputs, &stamp));
        assert!(!runs(&inputs, &stamp));
        fs::write(inputs.join("sub/a"), "検索").unwrap();
        assert!(runs(&inputs, &stamp));
        fs::rename(inputs.join("sub/a"), inputs.join("sub/b")).unwrap();
        assert!(runs(&inputs, &stamp));
    }

    #[test]
    fn a_step_that_failed_leaves_no_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let stamp = dir.path().join("stamp");
        assert!(Inputs::new("").unless_done(&stamp, &[], || anyhow::bail!("no")).is_err());
        assert!(!stamp.exists());
    }
}
