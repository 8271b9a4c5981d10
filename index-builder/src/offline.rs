//! The list of files that a reader saves to search and read without a network.
//!
//! It stands beside the manifest as JSON, so that a service worker can save a
//! new state of the index without knowing its format:
//!
//! ```json
//! {"manifest": "SHA-256 of the manifest", "files": [["NAME", "SHA-256", BYTES]]}
//! ```
//!
//! Hashes are in hexadecimal digits. The manifest's ties the list to one state
//! of the index: who finds another manifest has come between two uploads.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::encode::{IndexFile, Summary};

/// The name of the list.
pub const LIST_NAME: &str = "offline.json";

/// The service worker of a site that has no other, for the site's root.
pub const WORKER_NAME: &str = "sakuin-sw.js";

/// The same for a site's own worker to import. The browser keeps workers apart
/// from all that it saves, so that neither is in the list.
const WORKER_PART_NAME: &str = "sw-part.js";

#[derive(Serialize)]
struct List<'a> {
    manifest: String,
    files: Vec<(&'a str, String, usize)>,
}

/// The list of an index with `engine` as the code beside it.
pub fn list(index: &Summary, engine: &[IndexFile]) -> IndexFile {
    let of_index = index
        .files
        .iter()
        .map(|(name, (sha256, bytes))| (name.as_str(), hexadecimal(sha256), *bytes));
    let saved = |file: &&IndexFile| ![WORKER_NAME, WORKER_PART_NAME].contains(&file.name.as_str());
    let of_code = engine.iter().filter(saved).map(|file| {
        (file.name.as_str(), hexadecimal(&Sha256::digest(&file.bytes)), file.bytes.len())
    });
    let list = List {
        manifest: hexadecimal(&Sha256::digest(&index.manifest)),
        files: of_index.chain(of_code).collect(),
    };
    // Strings and numbers alone: there is nothing that JSON can't say.
    let bytes = serde_json::to_vec(&list).unwrap_or_default();
    IndexFile { name: LIST_NAME.to_string(), bytes }
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
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
        let end = format!(r#"",6],["element.js","{of_nothing}",0]]}}"#);
        assert!(text.ends_with(&end), "{text}");
    }
}
