//! Packs: all files of the index once more, in few, for those who save it.

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::Scope;
use sakuin::format::pack::{self, Slice};

use super::copies::copies;
use super::parts::{FileNote, Files, first_bytes, sha256};
use crate::cache::Cache;
use crate::sink::OutputError;

/// Texts make packs of about this many bytes, inflated: larger ones are smaller in
/// sum, but have to come whole, and are encoded one beside the other.
const PACK_BYTES: usize = 4 << 20;
/// There are at most so many packs of texts, or as many as hold [`MOST_BYTES`].
const TEXT_PACKS: usize = 8;
/// No pack holds more: whoever saves has it in memory.
const MOST_BYTES: usize = 32 << 20;

/// A file that a pack may hold: its name, what it inflates to, and whether it travels
/// as it is.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) inflated: Vec<u8>,
    pub(super) is_code: bool,
}

/// A pack, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The name of its file.
    pub name: String,
    /// The SHA-256 and the bytes of that.
    pub note: FileNote,
    /// The names of the files in it, in order.
    pub files: Vec<String>,
}

/// Gathers files, and writes packs of them beside other work.
pub(super) struct Packs<'a, 'scope> {
    scope: &'a Scope<'scope>,
    written: &'scope Written<'scope>,
    limit_bytes: usize,
    held: Vec<u8>,
    names: Vec<String>,
    slices: Vec<Slice>,
    /// Parts with the same bytes are one file.
    known: BTreeSet<String>,
    /// How many packs were begun.
    begun: usize,
}

/// The packs that are written, by their number.
pub(super) struct Written<'a> {
    files: &'a Files<'a>,
    cache: Option<&'a Cache>,
    in_work: AtomicUsize,
    packs: Mutex<Vec<(usize, Result<Pack, OutputError>)>>,
}

impl<'a> Written<'a> {
    pub(super) fn new(files: &'a Files<'a>, cache: Option<&'a Cache>) -> Written<'a> {
        Written { files, cache, in_work: AtomicUsize::new(0), packs: Mutex::default() }
    }

    fn write(&self, number: usize, held: &[u8], slices: &[Slice], files: Vec<String>) {
        let bytes = encode_known(held, slices, self.cache);
        let len_bytes = bytes.len();
        let written = self.files.put_hashed(bytes).map(|(name, sha256)| {
            let note = (sha256, len_bytes);
            Pack { name, note, files }
        });
        self.packs.lock().unwrap_or_else(PoisonError::into_inner).push((number, written));
    }

    /// All of them, in order.
    pub(super) fn finish(self) -> Result<Vec<Pack>, OutputError> {
        let mut packs = self.packs.into_inner().unwrap_or_else(PoisonError::into_inner);
        packs.sort_by_key(|(number, _)| *number);
        packs.into_iter().map(|(_, pack)| pack).collect()
    }
}

impl<'a, 'scope> Packs<'a, 'scope> {
    /// Packs for texts of `text_bytes` in sum.
    pub(super) fn new(
        scope: &'a Scope<'scope>,
        written: &'scope Written<'scope>,
        text_bytes: usize,
    ) -> Packs<'a, 'scope> {
        let packs = text_bytes.div_ceil(PACK_BYTES).min(TEXT_PACKS);
        let packs = packs.max(text_bytes.div_ceil(MOST_BYTES)).max(1);
        // Posts are a few hundredths more, which make no pack of their own.
        let limit_bytes = text_bytes / packs * 9 / 8;
        let (held, names, slices, known) = Default::default();
        Packs { scope, written, limit_bytes, held, names, slices, known, begun: 0 }
    }

    /// Takes a file. One that is larger than a pack stays alone.
    pub(super) fn put(&mut self, Member { name, inflated, is_code }: Member) {
        if inflated.len() > MOST_BYTES || !self.known.insert(name.clone()) {
            return;
        }
        if self.held.len() + inflated.len() > self.limit_bytes {
            self.end_pack();
        }
        self.names.push(name);
        self.slices.push(Slice { len_bytes: inflated.len(), is_code });
        self.held.extend_from_slice(&inflated);
    }

    /// From here on come lexica and postings, which are one pack, as one file holds
    /// all lexica once more.
    pub(super) fn start_terms(&mut self) {
        self.end_pack();
        self.limit_bytes = MOST_BYTES;
    }

    /// Writes what has been gathered: a file alone makes no pack.
    pub(super) fn end_pack(&mut self) {
        let (held, slices) = (take(&mut self.held), take(&mut self.slices));
        let files = take(&mut self.names);
        if files.len() < 2 {
            return;
        }
        let (number, written) = (self.begun, self.written);
        self.begun += 1;
        // No more of them than there are threads: they hold what they are made of.
        if written.in_work.fetch_add(1, Ordering::Relaxed) + 1 < rayon::current_num_threads() {
            self.scope.spawn(move |_| {
                written.write(number, &held, &slices, files);
                written.in_work.fetch_sub(1, Ordering::Relaxed);
            });
        } else {
            written.write(number, &held, &slices, files);
            written.in_work.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Encodes a pack that `cache` may know.
fn encode_known(bytes: &[u8], slices: &[Slice], cache: Option<&Cache>) -> Vec<u8> {
    let encode = || pack::encode(bytes, slices, &copies(bytes, slices));
    let Some(cache) = cache else { return encode() };
    let slices = slices.iter().flat_map(|slice| {
        [u8::from(slice.is_code)].into_iter().chain((slice.len_bytes as u64).to_le_bytes())
    });
    let slices: Vec<u8> = slices.collect();
    let key = first_bytes(&sha256(&[sha256(bytes).as_slice(), &slices].concat()));
    let encoded = cache.get(key).unwrap_or_else(encode);
    cache.put(key, &encoded);
    encoded
}
