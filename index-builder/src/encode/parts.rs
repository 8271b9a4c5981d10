//! Parts of an index, and the files that they become.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use sakuin::format::directory::{FileEntry, Place};
use sakuin::format::{file_name, name_bytes};
use sha2::{Digest, Sha256};

use super::ONE_FILE_BYTES;
use super::packs::{Member, Packs};
use crate::sink::{IndexFile, OutputError, Sink};

/// A part of the index, and what of it travels when it is a file of its own.
pub(super) struct Part {
    pub(super) bytes: Vec<u8>,
    /// None for bytes that travel as they are: codes leave deflate nothing.
    pub(super) deflated: Option<Vec<u8>>,
}

impl Part {
    pub(super) fn deflated(bytes: Vec<u8>) -> Part {
        Part { deflated: Some(deflate(&bytes)), bytes }
    }

    pub(super) fn dense(bytes: Vec<u8>) -> Part {
        Part { bytes, deflated: None }
    }

    pub(super) fn wire_bytes(&self) -> usize {
        self.deflated.as_ref().unwrap_or(&self.bytes).len()
    }
}

/// Parts that are fetched together: their bytes, and where these are.
struct Row {
    len_bytes: Vec<u32>,
    state: State,
}

enum State {
    Held(Vec<Part>),
    Written(FileEntry),
}

/// Holds rows while they may travel in the manifest, and makes files of them as
/// soon as they are too much for it.
pub(super) struct Rows<'a> {
    files: &'a Files<'a>,
    rows: Vec<Row>,
    held_bytes: usize,
}

/// Where rows are: in files, or behind the directory.
pub(super) struct Placed {
    /// Of each row the places of its parts.
    pub(super) places: Vec<Vec<Place>>,
    pub(super) entries: Vec<FileEntry>,
    pub(super) inline: Vec<u8>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(files: &'a Files<'a>) -> Rows<'a> {
        Rows { files, rows: Vec::new(), held_bytes: 0 }
    }

    /// Takes rows; their files, if they are some, go to `packs` too.
    pub(super) fn put(
        &mut self,
        rows: Vec<Vec<Part>>,
        packs: &mut Packs<'_, '_>,
    ) -> Result<(), OutputError> {
        for parts in rows {
            self.held_bytes += parts.iter().map(Part::wire_bytes).sum::<usize>();
            let len_bytes = parts.iter().map(|part| part.bytes.len() as u32).collect();
            self.rows.push(Row { len_bytes, state: State::Held(parts) });
        }
        if self.in_files() {
            self.write(packs)?;
        }
        Ok(())
    }

    /// Takes a part that travels where the others do, and returns its number.
    pub(super) fn put_where_others_are(
        &mut self,
        part: Part,
        packs: &mut Packs<'_, '_>,
    ) -> Result<usize, OutputError> {
        let len_bytes = vec![part.bytes.len() as u32];
        self.rows.push(Row { len_bytes, state: State::Held(vec![part]) });
        if self.in_files() {
            self.write(packs)?;
        }
        Ok(self.rows.len() - 1)
    }

    /// Whether rows are too much for the manifest.
    pub(super) fn in_files(&self) -> bool {
        self.held_bytes >= ONE_FILE_BYTES
    }

    /// Makes files of all rows that are held.
    fn write(&mut self, packs: &mut Packs<'_, '_>) -> Result<(), OutputError> {
        let files = self.files;
        let write = |row: &mut Row| {
            let State::Held(parts) = &mut row.state else { return Ok(None) };
            let inflated = parts.iter().map(|part| part.bytes.as_slice()).collect::<Vec<_>>();
            let inflated = inflated.concat();
            let inflated_bytes = inflated.len() as u32;
            let number = parts.len() as u32;
            let (deflated, bytes) = match parts.as_mut_slice() {
                [Part { deflated: Some(deflated), .. }] => (true, std::mem::take(deflated)),
                parts if parts.iter().any(|part| part.deflated.is_some()) => {
                    (true, deflate(&inflated))
                }
                _ => (false, inflated.clone()),
            };
            let (name, hash) = files.put_hashed(bytes)?;
            let hash = first_bytes(&hash);
            row.state = State::Written(FileEntry { hash, parts: number, inflated_bytes, deflated });
            Ok(Some(Member { name, inflated, is_code: !deflated }))
        };
        let written = self.rows.par_iter_mut().map(write).collect::<Result<Vec<_>, _>>()?;
        written.into_iter().flatten().for_each(|member| packs.put(member));
        Ok(())
    }

    /// Lays out the rows of these numbers, in this order: all there are.
    pub(super) fn place(self, order: impl Iterator<Item = usize>) -> Placed {
        let Rows { rows, .. } = self;
        let mut placed = Placed { places: Vec::new(), entries: Vec::new(), inline: Vec::new() };
        for Row { len_bytes, state } in order.map(|number| &rows[number]) {
            let (file, mut at_bytes) = match state {
                State::Held(parts) => {
                    let start = placed.inline.len() as u32;
                    parts.iter().for_each(|part| placed.inline.extend_from_slice(&part.bytes));
                    (0, start)
                }
                State::Written(entry) => {
                    placed.entries.push(*entry);
                    (placed.entries.len() as u32, 0)
                }
            };
            let place = |&len_bytes: &u32| {
                let place = Place { file, at_bytes, len_bytes };
                at_bytes += len_bytes;
                place
            };
            placed.places.push(len_bytes.iter().map(place).collect());
        }
        placed
    }
}

/// What is known of a file that was written: its SHA-256 and its bytes.
pub type FileNote = ([u8; 32], usize);

/// Hands files to a sink, and keeps a note of each.
pub(super) struct Files<'a> {
    sink: &'a dyn Sink,
    notes: Mutex<BTreeMap<String, FileNote>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(sink: &'a dyn Sink) -> Files<'a> {
        Files { sink, notes: Mutex::default() }
    }

    /// Writes a file, and returns its SHA-256.
    pub(super) fn put(&self, file: IndexFile) -> Result<[u8; 32], OutputError> {
        let sha256 = sha256(&file.bytes);
        let note = (file.name.clone(), (sha256, file.bytes.len()));
        self.sink.put(file)?;
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.extend([note]);
        Ok(sha256)
    }

    /// Writes bytes to a file named by their hash, and returns both.
    pub(super) fn put_hashed(&self, bytes: Vec<u8>) -> Result<(String, [u8; 32]), OutputError> {
        let name = file_name(&name_bytes(&first_bytes(&sha256(&bytes))));
        let sha256 = self.put(IndexFile { name: name.clone(), bytes })?;
        Ok((name, sha256))
    }

    /// All that were written, by name.
    pub(super) fn into_notes(self) -> BTreeMap<String, FileNote> {
        self.notes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// libdeflate's level of these. Of the text of 837 posts, 12, the highest, makes
/// 0.12 % less in five times the time, which is then a third of the build's; 9
/// makes 2.1 % more.
const LEVEL: i32 = 10;

pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    thread_local! {
        // It has 9 MB of memory, which take longer to clear than most blocks.
        static COMPRESSOR: RefCell<Compressor> =
            RefCell::new(Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default()));
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        let mut out = vec![0; compressor.deflate_compress_bound(bytes.len())];
        // The bound is what the compressor says it needs at most.
        let written = compressor.deflate_compress(bytes, &mut out).expect("bound is enough");
        out.truncate(written);
        out
    })
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(super) fn first_bytes<const N: usize>(hash: &[u8; 32]) -> [u8; N] {
    std::array::from_fn(|index| hash[index])
}
