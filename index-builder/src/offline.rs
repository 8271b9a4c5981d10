//! The list of files that a reader saves to search and read without a network.
//!
//! It stands beside the manifest as JSON, so that a service worker can save a
//! new state of the index without knowing its format:
//!
//! ```json
//! {"manifest": "SHA-256 of the manifest",
//!  "files": [["NAME", "SHA-256", BYTES]],
//!  "packs": [["NAME", "SHA-256", BYTES, FILES]]}
//! ```
//!
//! Hashes are in hexadecimal digits. The manifest's ties the list to one state
//! of the index: who finds another manifest has come between two uploads.
//!
//! The first pack holds the first so many of the files, the next those behind them.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use libdeflater::Decompressor;
use sakuin::format::pack::{self, Slice};
use sakuin::format::{FormatError, MANIFEST_NAME};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::encode::{FileNote, IndexFile, Summary};

/// The name of the list.
pub const LIST_NAME: &str = "offline.json";

/// The service worker of a site that has no other, for the site's root.
pub const WORKER_NAME: &str = "sakuin-sw.js";

/// The same for a site's own worker to import. The browser keeps workers apart
/// from all that it saves, so that neither is in the list.
const WORKER_PART_NAME: &str = "sw-part.js";

#[derive(Serialize, Deserialize)]
struct List {
    manifest: String,
    files: Vec<Listed>,
    packs: Vec<(String, String, usize, usize)>,
}

/// Name, SHA-256 and bytes.
type Listed = (String, String, usize);

/// The list of an index with `engine` as the code beside it.
pub fn list(index: &Summary, engine: &[IndexFile]) -> IndexFile {
    let row = |name: &str, (sha256, bytes): FileNote| -> Listed {
        (name.to_string(), hexadecimal(&sha256), bytes)
    };
    let mut alone = index.files.clone();
    let mut files = Vec::new();
    let mut packs = Vec::new();
    for pack in &index.packs {
        alone.remove(&pack.name);
        let (sha256, bytes) = pack.note;
        packs.push((pack.name.clone(), hexadecimal(&sha256), bytes, pack.files.len()));
        for name in &pack.files {
            files.extend(alone.remove(name).map(|note| row(name, note)));
        }
    }
    files.extend(alone.iter().map(|(name, note)| row(name, *note)));
    let saved = |file: &&IndexFile| ![WORKER_NAME, WORKER_PART_NAME].contains(&file.name.as_str());
    let note = |file: &IndexFile| (Sha256::digest(&file.bytes).into(), file.bytes.len());
    files.extend(engine.iter().filter(saved).map(|file| row(&file.name, note(file))));
    let manifest = hexadecimal(&Sha256::digest(&index.manifest));
    // Strings and numbers alone: there is nothing that JSON can't say.
    let bytes = serde_json::to_vec(&List { manifest, files, packs }).unwrap_or_default();
    IndexFile { name: LIST_NAME.to_string(), bytes }
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why what is listed cannot be saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// A file that cannot be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A list that is none.
    #[error("{path}: {source}")]
    Json {
        /// The list.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// A pack that is none.
    #[error("{path}: {source}")]
    Format {
        /// The pack.
        path: PathBuf,
        /// What is wrong, and where.
        source: FormatError,
    },
    /// A name that leads out of the folder.
    #[error("{LIST_NAME} lists a file outside of its folder: {name}")]
    Elsewhere {
        /// The name.
        name: String,
    },
    /// A file that is not the one listed.
    #[error("{path} is not what {LIST_NAME} lists")]
    Differs {
        /// The file.
        path: PathBuf,
    },
    /// A pack that holds something else than a file of its list.
    #[error("{path} does not hold {name} as it is")]
    Holds {
        /// The pack.
        path: PathBuf,
        /// The file.
        name: String,
    },
    /// Packs that hold more files than there are.
    #[error("{path} lists packs of more files than it lists")]
    Files {
        /// The list.
        path: PathBuf,
    },
}

/// The bytes of each pack of the index in the folder `dir`; none without a list.
pub fn pack_bytes(dir: &Path) -> Vec<usize> {
    let list = fs::read(dir.join(LIST_NAME)).ok();
    let list: Option<List> = list.and_then(|list| serde_json::from_slice(&list).ok());
    list.into_iter().flat_map(|list| list.packs).map(|(_, _, bytes, _)| bytes).collect()
}

/// Checks the list in the folder `dir`: that each file is the one listed, and each
/// pack holds its files. Returns how many packs there are.
///
/// # Errors
///
/// At the first fault.
pub fn check(dir: &Path) -> Result<usize, ListError> {
    let path = dir.join(LIST_NAME);
    let json = |source| ListError::Json { path: path.clone(), source };
    let list: List = serde_json::from_slice(&read(&path)?).map_err(json)?;
    read_listed(dir, MANIFEST_NAME, &list.manifest, None)?;
    let mut rest = list.files.as_slice();
    for (name, sha256, bytes, files) in &list.packs {
        let Some((held, behind)) = rest.split_at_checked(*files) else {
            return Err(ListError::Files { path });
        };
        rest = behind;
        check_pack(dir, name, &read_listed(dir, name, sha256, Some(*bytes))?, held)?;
    }
    for (name, sha256, bytes) in rest {
        read_listed(dir, name, sha256, Some(*bytes))?;
    }
    Ok(list.packs.len())
}

fn check_pack(dir: &Path, name: &str, pack: &[u8], files: &[Listed]) -> Result<(), ListError> {
    let path = dir.join(name);
    let (unpacked, slices) = pack::decode(pack, files.len())
        .map_err(|source| ListError::Format { path: path.clone(), source })?;
    let mut rest = unpacked.as_slice();
    for ((name, sha256, bytes), Slice { len_bytes, is_code }) in files.iter().zip(slices) {
        let (held, behind) = rest.split_at(len_bytes);
        rest = behind;
        let file = read_listed(dir, name, sha256, Some(*bytes))?;
        let is_held = if is_code { held == file } else { inflates_to(&file, held) };
        if !is_held {
            return Err(ListError::Holds { path, name: name.clone() });
        }
    }
    Ok(())
}

fn inflates_to(deflated: &[u8], bytes: &[u8]) -> bool {
    // One byte more: what inflates to more is something else.
    let mut inflated = vec![0; bytes.len() + 1];
    let written = Decompressor::new().deflate_decompress(deflated, &mut inflated);
    written.is_ok_and(|written| inflated[..written] == *bytes)
}

fn read(path: &Path) -> Result<Vec<u8>, ListError> {
    fs::read(path).map_err(|source| ListError::Io { path: path.to_path_buf(), source })
}

/// Reads the file of a name, a hash and, where they are listed, its bytes.
fn read_listed(
    dir: &Path,
    name: &str,
    sha256: &str,
    bytes: Option<usize>,
) -> Result<Vec<u8>, ListError> {
    let path = dir.join(name);
    if !matches!(Path::new(name).components().collect::<Vec<_>>()[..], [Component::Normal(_)]) {
        return Err(ListError::Elsewhere { name: name.to_string() });
    }
    let file = read(&path)?;
    let is_listed = hexadecimal(&Sha256::digest(&file)) == sha256
        && bytes.is_none_or(|bytes| bytes == file.len());
    if is_listed { Ok(file) } else { Err(ListError::Differs { path }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Parts;

    fn file(name: &str, text: &str) -> IndexFile {
        IndexFile { name: name.to_string(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn the_list_names_index_and_code_but_no_service_worker() {
        let note = (Sha256::digest("索引").into(), "索引".len());
        let index = Summary {
            files: [("000g40o4vs.skn".to_string(), note)].into(),
            manifest: Vec::new(),
            packs: Vec::new(),
            parts: Parts::default(),
        };
        let engine =
            [file("element.js", ""), file("sakuin-sw.js", "worker"), file("sw-part.js", "part")];
        let list = list(&index, &engine);
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let of_shard = "9ac22d24d8c324be";
        let text = String::from_utf8(list.bytes).unwrap();
        let start =
            format!(r#"{{"manifest":"{of_nothing}","files":[["000g40o4vs.skn","{of_shard}"#);
        assert!(text.starts_with(&start), "{text}");
        let end = format!(r#"",6],["element.js","{of_nothing}",0]],"packs":[]}}"#);
        assert!(text.ends_with(&end), "{text}");
    }
}
