//! The index on the wire: every part's layout, its writer and its reader.
//!
//! In each module the writer stands directly above the reader, field for field.
//! `docs/format.md` shows the same with worked examples.

pub mod columns;
pub mod directory;
pub mod ids;
pub mod lexicon;
pub mod manifest;
pub mod pack;
pub mod postings;
pub mod posts;
pub mod range;
pub mod reader;
pub mod text;
mod trie;

pub use directory::{Directory, FileEntry, Place};
pub use reader::{Fault, FormatError, Reader};

/// The number of this format. A reader refuses any other.
pub const FORMAT: u16 = 2;

/// A post, by its place in the index, from 0.
pub type PostId = u32;

/// The name of a file from its hash: ten characters for its first six bytes,
/// lower case, so that no file system folds two names into one.
///
/// ```
/// assert_eq!(sakuin::format::file_name(&[0, 1, 2, 3, 4, 255]), "000g40o4vs.skn");
/// ```
pub fn file_name(hash_start: &[u8; NAME_BYTES]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let number = hash_start.iter().fold(0u64, |number, &byte| number << 8 | u64::from(byte)) << 2;
    let digit = |place: u32| DIGITS[(number >> (5 * place)) as usize & 31] as char;
    let mut name = String::with_capacity(14);
    for place in (0..10).rev() {
        name.push(digit(place));
    }
    name + ".skn"
}

/// The part of a file's hash that its name is made of.
pub fn name_bytes(hash: &Hash) -> [u8; NAME_BYTES] {
    std::array::from_fn(|index| hash[index])
}

/// As much of a SHA-256 as is kept of each file: to make another file with the
/// same 128 bits is beyond anyone's means.
pub type Hash = [u8; HASH_BYTES];

/// The bytes of a [`Hash`].
pub const HASH_BYTES: usize = 16;

/// The bytes of a file's hash that its name is made of.
pub const NAME_BYTES: usize = 6;

/// The name of the one mutable file.
pub const MANIFEST_NAME: &str = "sakuin.manifest";
