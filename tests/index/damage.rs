//! A damaged index is an error or an index, and never a panic.

use std::path::Path;

use sakuin::format::columns::Columns;
use sakuin::format::directory::{Directory, PostShard, TermShard, block_name};
use sakuin::format::ids::Halves;
use sakuin::format::lexicon::{self, Entry};
use sakuin::format::manifest::{Manifest, Root, encode_head};
use sakuin::format::postings::{self, Posting};
use sakuin::format::posts::{self, Post};
use sakuin::format::text::{self, Piece};
use sakuin::format::{FileEntry, FormatError, Place, file_name, name_bytes};
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
    let text = inflate(&encoded.files[0].bytes, read.text_bytes);
    Parts { encoded, directory, data, text }
}

/// Opens an index of these parts, with every checksum made to fit.
fn open(directory: &[u8], data: &[u8]) -> Result<Engine, FormatError> {
    let root = Root::Inline { directory: directory.to_vec(), data: data.to_vec() };
    let mut body = Vec::new();
    Manifest { generation: [0; 8], engine: Vec::new(), root }.encode(&mut body);
    let file = encode_head(body.len() as u32, &[]);
    Engine::open(&file, &body, native_normaliser)
}

/// Asks an index of these parts for all that it can do. `Ok` when it answers.
fn ask(directory: &[u8], data: &[u8], text: &[u8]) -> Result<(), FormatError> {
    let mut engine = open(directory, data)?;
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
    finish(&mut engine, text, |engine| engine.post("english", false))
}

fn finish<T>(
    engine: &mut Engine,
    text: &[u8],
    call: impl Fn(&Engine) -> Step<T>,
) -> Result<(), FormatError> {
    // A file that was taken in is not asked for again: three trips are enough.
    for _ in 0..4 {
        match call(engine) {
            Step::Done(_) => return Ok(()),
            Step::Needs(needs) => {
                for need in needs {
                    engine.load(&need.file, text, None)?;
                }
            }
        }
    }
    panic!("the engine asks again and again");
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
    for end in 0..text.len() {
        assert!(ask(&directory, &data, &text[..end]).is_err(), "text of {end} bytes");
    }
}

#[test]
fn names_of_files_come_from_their_hashes() {
    let Parts { encoded, .. } = small();
    let file = &encoded.files[0];
    let hash: [u8; 32] = Sha256::digest(&file.bytes).into();
    let seed: [u8; 32] = Sha256::digest(&hash[..16]).into();
    assert_eq!(file.name, file_name(&block_name(std::array::from_fn(|at| seed[at]), 0)));
}

/// Only the first of two entries of one file was served, and what lay in the
/// second was needed for ever.
#[test]
fn a_file_named_twice_is_loaded_for_both() {
    let (lengths, halves) = (vec![1; 2], Halves::new(&[1; 2]));
    let mut terms = Vec::new();
    let entry = Entry { term: "a".to_string(), df: 2, stem: Some("a".to_string()) };
    lexicon::encode(&[entry], &mut terms);
    let list = [0, 1].map(|post| Posting { post, tf: 1, fields: 0 });
    let in_lexicon = terms.len() as u32;
    terms.extend(postings::encode([list.as_slice()].into_iter(), &lengths, &halves));
    let (mut of_post, mut columns, mut block) = (Vec::new(), Vec::new(), Vec::new());
    posts::encode(&[[0; 16]], &[Post::default()], &mut of_post);
    Columns { dates: vec![0; 2], ..Columns::default() }.encode(&halves, &mut columns);
    text::encode(&Piece::default(), &mut block);

    let parts = [&terms, &of_post, &of_post, &columns];
    let place = |file: u32, at_bytes, len_bytes| Place { file, at_bytes, len_bytes };
    let whole = |file: u32| place(file, 0, parts[file as usize - 1].len() as u32);
    let files = parts.map(|bytes| FileEntry {
        hash: std::array::from_fn(|at| Sha256::digest(bytes)[at]),
        parts: if *bytes == terms { 2 } else { 1 },
        inflated_bytes: bytes.len() as u32,
        deflated: false,
    });
    let shard = |seed, file| PostShard { posts: 1, blocks: 1, seed: [seed; 4], place: whole(file) };
    let directory = Directory {
        lengths,
        titles: vec![1; 2],
        files: files.to_vec(),
        terms: vec![TermShard {
            first_term: "a".to_string(),
            lexicon: place(1, 0, in_lexicon),
            postings: place(1, in_lexicon, terms.len() as u32 - in_lexicon),
        }],
        posts: vec![shard(1, 2), shard(2, 3)],
        columns: whole(4),
        text: vec![1; 2],
        text_bytes: 100,
        ..Directory::default()
    };
    let mut bytes = Vec::new();
    directory.encode(&mut bytes);
    let mut engine = open(&bytes, &[]).unwrap();
    for _ in 0..4 {
        let needs = match engine.query("a", &QueryOptions::default()) {
            Step::Needs(needs) => needs,
            Step::Done(answer) => return assert_eq!(answer.hits.len(), 2),
        };
        for need in needs {
            let named = |file: &FileEntry| file_name(&name_bytes(&file.hash)) == need.file;
            let part = files.iter().position(named).map_or(&block, |index| parts[index]);
            engine.load(&need.file, part, None).unwrap();
        }
    }
    panic!("the engine asks again and again");
}
