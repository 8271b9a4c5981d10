//! A damaged index is an error or an index, and never a panic.

use std::path::Path;

use sakuin::format::directory::Directory;
use sakuin::format::manifest::{Manifest, Root, encode_head};
use sakuin::format::{FormatError, file_name};
use sakuin::search::{Engine, QueryOptions, Step};
use sakuin::text::fold::native_normaliser;
use sakuin_builder::encode::Encoded;
use sha2::{Digest, Sha256};

use crate::site::{encoded, inflate};

/// An index taken apart: the manifest, and the text block's inflated bytes.
struct Parts {
    encoded: Encoded,
    directory: Vec<u8>,
    data: Vec<u8>,
    text: Vec<u8>,
}

fn small() -> Parts {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden/posts.jsonl");
    let (encoded, _) = encoded(&golden);
    assert_eq!(encoded.files.len(), 1, "one text block");
    let body_bytes = sakuin::format::manifest::decode_head(&encoded.manifest).unwrap();
    let body = inflate(&encoded.manifest[16..], body_bytes);
    let manifest = Manifest::decode(&encoded.manifest, &body).unwrap();
    let Root::Inline { directory, data } = manifest.root else {
        panic!("a small index is one file")
    };
    let read = Directory::decode(&directory, data.len()).unwrap();
    let text = inflate(&encoded.files[0].bytes, read.text[0].inflated_bytes);
    Parts { encoded, directory, data, text }
}

/// Opens an index of these parts, with every hash and checksum made to fit, and
/// asks it for all that it can do. `Ok` when it answers.
fn ask(directory: &[u8], data: &[u8], text: &[u8]) -> Result<(), FormatError> {
    let root = Root::Inline { directory: directory.to_vec(), data: data.to_vec() };
    let mut body = Vec::new();
    Manifest { generation: [0; 8], engine: Vec::new(), root }.encode(&mut body);
    let file = encode_head(body.len() as u32, &[]);
    let mut engine = Engine::open(&file, &body, native_normaliser)?;
    let options = QueryOptions {
        filters: [("tags".to_string(), vec!["検索".to_string()])].into_iter().collect(),
        facets: vec!["year".to_string()],
        explain: true,
        ..QueryOptions::default()
    };
    let plain = QueryOptions { limit: 0, ..QueryOptions::default() };
    for query in ["全文検索", "search c++", "走っ", "検"] {
        finish(&mut engine, text, |engine| engine.query(query, &options))?;
        finish(&mut engine, text, |engine| engine.query(query, &plain))?;
    }
    finish(&mut engine, text, |engine| engine.post("english"))
}

fn finish<T>(
    engine: &mut Engine,
    text: &[u8],
    call: impl Fn(&Engine) -> Step<T>,
) -> Result<(), FormatError> {
    // Each file that a damaged directory can name is asked for once.
    for _ in 0..8 {
        match call(engine) {
            Step::Done(_) => return Ok(()),
            Step::Needs(needs) => {
                for need in needs {
                    engine.load(&need.file, text, None)?;
                }
            }
        }
    }
    Ok(())
}

#[test]
fn with_hashes_checked_every_truncation_and_every_bit_flip_is_an_error() {
    let Parts { encoded, text, .. } = small();
    let body_bytes = sakuin::format::manifest::decode_head(&encoded.manifest).unwrap();
    let body = inflate(&encoded.manifest[16..], body_bytes);
    let is_error = |file: &[u8]| Engine::open(file, &body, native_normaliser).is_err();
    assert!(!is_error(&encoded.manifest));
    for end in 0..encoded.manifest.len() {
        assert!(is_error(&encoded.manifest[..end]), "{end} bytes");
    }
    for bit in 0..encoded.manifest.len() * 8 {
        let mut damaged = encoded.manifest.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(is_error(&damaged), "bit {bit}");
    }
    let file = &encoded.files[0];
    let mut damaged = file.bytes.clone();
    for bit in 0..file.bytes.len() * 8 {
        damaged[bit / 8] ^= 1 << (bit % 8);
        let sha256 = Sha256::digest(&damaged).into();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let mut engine = Engine::open(&encoded.manifest, &body, native_normaliser).unwrap();
        let load = engine.load(&file.name, &text, Some(sha256));
        let Err(err) = load else { panic!("bit {bit}") };
        assert_eq!(err.to_string(), format!("wrong hash of {}", file.name));
    }
}

#[test]
fn with_hashes_made_to_fit_every_bit_flip_is_an_error_or_an_answer() {
    let Parts { directory, data, text, .. } = small();
    ask(&directory, &data, &text).unwrap();
    let mut refused = 0;
    let mut flips = 0;
    let mut try_all = |part: &[u8], ask: &dyn Fn(&[u8]) -> Result<(), FormatError>| {
        let mut damaged = part.to_vec();
        for bit in 0..part.len() * 8 {
            damaged[bit / 8] ^= 1 << (bit % 8);
            refused += usize::from(ask(&damaged).is_err());
            flips += 1;
            damaged[bit / 8] ^= 1 << (bit % 8);
        }
    };
    try_all(&directory, &|directory| ask(directory, &data, &text));
    try_all(&data, &|data| ask(&directory, data, &text));
    try_all(&text, &|text| ask(&directory, &data, text));
    println!("{refused} of {flips} bit flips were refused, the others answered");
    assert!(refused > flips / 4);
}

#[test]
fn with_hashes_made_to_fit_every_truncation_is_an_error_or_an_answer() {
    let Parts { directory, data, text, .. } = small();
    for end in 0..directory.len() {
        assert!(ask(&directory[..end], &data, &text).is_err(), "directory of {end} bytes");
    }
    for end in 0..data.len() {
        assert!(ask(&directory, &data[..end], &text).is_err(), "data of {end} bytes");
    }
    let read = Directory::decode(&directory, data.len()).unwrap();
    for end in 0..text.len() {
        let mut shorter = read.clone();
        shorter.text[0].inflated_bytes = end as u32;
        let mut directory = Vec::new();
        shorter.encode(&mut directory);
        assert!(ask(&directory, &data, &text[..end]).is_err(), "text of {end} bytes");
    }
}

#[test]
fn names_of_files_come_from_their_hashes() {
    let Parts { encoded, .. } = small();
    let file = &encoded.files[0];
    let hash: [u8; 32] = Sha256::digest(&file.bytes).into();
    assert_eq!(file.name, file_name(&std::array::from_fn(|index| hash[index])));
}
