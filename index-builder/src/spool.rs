//! Byte strings that wait for their turn: in memory, and behind a limit in a
//! file, so that a site of any size is built in bounded memory.
//!
//! The file has no name (`tempfile::tempfile_in`): it is gone when the build
//! ends, whichever way it ends.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Strings in memory share allocations of this many bytes.
const SEGMENT_BYTES: usize = 1 << 20;

/// A spool that cannot go on: the folder of its file, and what the system says.
#[derive(Debug, thiserror::Error)]
#[error("cannot write a temporary file in {}: {source}", .folder.display())]
pub struct SpoolError {
    folder: PathBuf,
    source: io::Error,
}

/// Where a string is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slot {
    /// In memory the number of a segment in the upper half and a place in it.
    at: u64,
    len_bytes: u32,
    in_file: bool,
}

impl Slot {
    /// How long the string is.
    pub fn len_bytes(self) -> usize {
        self.len_bytes as usize
    }
}

/// Strings, written once and read by their slots, from any thread.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    memory_bytes: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    segments: Vec<Vec<u8>>,
    bytes: usize,
    file: Option<File>,
    file_bytes: u64,
}

impl Spool {
    /// A spool that holds `memory_bytes` in memory and what is more in a file of
    /// `folder`.
    pub fn new(folder: &Path, memory_bytes: usize) -> Spool {
        Spool { folder: folder.to_path_buf(), memory_bytes, held: Mutex::default() }
    }

    /// Takes a string.
    ///
    /// # Errors
    ///
    /// When the file cannot be written: the disk is full, for one.
    ///
    /// # Panics
    ///
    /// When it has 4 GB or more.
    pub fn put(&self, bytes: &[u8]) -> Result<Slot, SpoolError> {
        assert!(bytes.len() < u32::MAX as usize);
        let len_bytes = bytes.len() as u32;
        let mut held = self.held();
        if held.bytes + bytes.len() <= self.memory_bytes {
            held.bytes += bytes.len();
            let full = |last: &Vec<u8>| last.len() + bytes.len() > last.capacity();
            if held.segments.last().is_none_or(full) {
                held.segments.push(Vec::with_capacity(SEGMENT_BYTES.max(bytes.len())));
            }
            let number = held.segments.len() - 1;
            let segment = &mut held.segments[number];
            let at = (number as u64) << 32 | segment.len() as u64;
            segment.extend_from_slice(bytes);
            return Ok(Slot { at, len_bytes, in_file: false });
        }
        let at = held.file_bytes;
        held.append(&self.folder, bytes).map_err(|source| self.error(source))?;
        Ok(Slot { at, len_bytes, in_file: true })
    }

    /// Part of a string: as much of `bytes` from its byte `at` on as there is.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn part(&self, slot: Slot, at: usize, bytes: usize) -> Result<Vec<u8>, SpoolError> {
        let mut held = self.held();
        let at = at.min(slot.len_bytes());
        let len = bytes.min(slot.len_bytes() - at);
        if slot.in_file {
            return held.read(slot.at + at as u64, len).map_err(|source| self.error(source));
        }
        let start = slot.at as u32 as usize + at;
        Ok(held.segments[(slot.at >> 32) as usize][start..start + len].to_vec())
    }

    /// A whole string.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn get(&self, slot: Slot) -> Result<Vec<u8>, SpoolError> {
        self.part(slot, 0, slot.len_bytes())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // A thread that panicked ends the build.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, source: io::Error) -> SpoolError {
        SpoolError { folder: self.folder.clone(), source }
    }
}

impl Held {
    fn append(&mut self, folder: &Path, bytes: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder)?),
        };
        file.seek(SeekFrom::Start(self.file_bytes))?;
        file.write_all(bytes)?;
        self.file_bytes += bytes.len() as u64;
        Ok(())
    }

    fn read(&mut self, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let mut read = vec![0; bytes];
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut read)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        for memory_bytes in [0, 7, 3 << 20] {
            let spool = Spool::new(folder.path(), memory_bytes);
            let strings: Vec<Vec<u8>> =
                (0..200u32).map(|number| vec![number as u8; (number * number) as usize]).collect();
            let slots: Vec<Slot> = strings.iter().map(|bytes| spool.put(bytes).unwrap()).collect();
            for (string, slot) in strings.iter().zip(slots) {
                assert_eq!(spool.get(slot).unwrap(), *string);
                assert_eq!(
                    spool.part(slot, 10, 20).unwrap(),
                    string.iter().copied().skip(10).take(20).collect::<Vec<u8>>()
                );
            }
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a file with a name");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let spool = Spool::new(Path::new("no such folder"), 4);
        spool.put(b"1234").unwrap();
        let err = spool.put(b"5").unwrap_err().to_string();
        assert!(err.starts_with("cannot write a temporary file in no such folder: "), "{err}");
    }
}
