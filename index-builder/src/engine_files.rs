//! The code that stands beside an index, so that the folder works as it is:
//! client, worker, element and both wasm modules, as the build script found them.

use crate::encode::IndexFile;

static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/engine_files.rs"));

/// The files of code; none where the builder was built before the browser side.
pub fn engine_files() -> Vec<IndexFile> {
    let file = |&(name, bytes): &(&str, &[u8])| IndexFile {
        name: name.to_string(),
        bytes: bytes.to_vec(),
    };
    FILES.iter().map(file).collect()
}
