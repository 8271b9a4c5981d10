//! What `docs/` says in bytes and numbers is what the code does: each block
//! marked `hex` of `docs/format.md`, the limits, the weights.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use libdeflater::Decompressor;
use sakuin::format::columns::Columns;
use sakuin::format::directory::{PostShard, TermShard, length_class, length_of};
use sakuin::format::ids::{self, Halves, IdModels};
use sakuin::format::lexicon::{self, Entry, Lexicon};
use sakuin::format::manifest::{HEAD_BYTES, Manifest, Root, decode_head, encode_head};
use sakuin::format::pack::{self, Copy, Slice};
use sakuin::format::postings::{self, Posting, Postings, TITLE};
use sakuin::format::posts::{self, Date, Post, Posts};
use sakuin::format::range::{Model, NumberModels, RangeReader, RangeWriter};
use sakuin::format::reader::{put_string, put_varint};
use sakuin::format::text::{self, Piece};
use sakuin::format::{Directory, FileEntry, FormatError, Place, Reader, file_name};
use sakuin::markdown::{CodeClass, Heading, Mark, MarkKind, Run, read};
use sakuin::search::Weights;
use sha2::{Digest, Sha256};

const FORMAT: &str = include_str!("../docs/format.md");
const ARCHITECTURE: &str = include_str!("../docs/architecture.md");
const RANKING: &str = include_str!("../docs/ranking.md");

/// Checks an example both ways: what the code writes, and what it reads.
type Check = fn(&[u8]);

const CHECKS: [(&str, Check); 15] = [
    ("varint", varint),
    ("string", string),
    ("file-name", name),
    ("range", decisions),
    ("halving", halving),
    ("manifest-head", manifest_head),
    ("manifest-body", manifest_body),
    ("directory", directory),
    ("length-class", length_classes),
    ("lexicon", terms),
    ("postings", lists),
    ("posts", posts_shard),
    ("columns", columns),
    ("text-piece", text_piece),
    ("pack", pack_of_two),
];

#[test]
fn every_example_is_what_the_code_writes_and_reads() {
    let examples = examples(FORMAT);
    let named: BTreeSet<&str> = examples.keys().copied().collect();
    let checked: BTreeSet<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, checked, "examples in docs/format.md, and their checks here");
    for (name, check) in CHECKS {
        println!("{name}");
        check(&examples[name]);
    }
}

/// The blocks marked `hex`, by name: bytes in hexadecimal, comments from `#` on.
fn examples(document: &str) -> BTreeMap<&str, Vec<u8>> {
    let mut examples = BTreeMap::new();
    for block in document.split("\n```hex ").skip(1) {
        let (name, rest) = block.split_once('\n').unwrap();
        let (block, _) = rest.split_once("\n```").unwrap();
        let code = block.lines().map(|line| line.split('#').next().unwrap());
        let byte = |digits| u8::from_str_radix(digits, 16).expect(digits);
        let bytes = code.flat_map(str::split_whitespace).map(byte).collect();
        assert!(examples.insert(name, bytes).is_none(), "two examples are named {name}");
    }
    examples
}

fn varint(example: &[u8]) {
    let mut out = Vec::new();
    put_varint(&mut out, 300);
    assert_eq!(out, example);
    let mut reader = Reader::new("test", example);
    assert_eq!(reader.varint(), 300);
    reader.finish().unwrap();
}

fn string(example: &[u8]) {
    let mut out = Vec::new();
    put_string(&mut out, "索引");
    assert_eq!(out, example);
    let mut reader = Reader::new("test", example);
    assert_eq!(reader.string(), "索引");
    reader.finish().unwrap();
}

fn name(example: &[u8]) {
    let start = Sha256::digest(b"abc")[..6].to_vec();
    assert_eq!(start, example);
    assert_eq!(file_name(example.try_into().unwrap()), "n9s1dfsf04.skn");
}

fn decisions(example: &[u8]) {
    let (mut model, mut models) = (Model::NEW, NumberModels::NEW);
    let mut writer = RangeWriter::default();
    (0..8).for_each(|_| writer.bit(&mut model, true));
    writer.number(&mut models, 300);
    writer.within(3, 4);
    assert_eq!(writer.finish(), example);
    let (mut model, mut models) = (Model::NEW, NumberModels::NEW);
    let mut reader = RangeReader::new("test", example);
    assert!((0..8).all(|_| reader.bit(&mut model)));
    assert_eq!((reader.number(&mut models), reader.within(4)), (300, 3));
    reader.finish().unwrap();
}

fn halving(example: &[u8]) {
    let halves = Halves::new(&[20; 8]);
    let mut writer = RangeWriter::default();
    ids::encode(&[1, 4, 6], &halves, &mut IdModels::default(), &mut writer);
    assert_eq!(writer.finish(), example);
    let (mut reader, mut list) = (RangeReader::new("test", example), Vec::new());
    ids::decode(3, &halves, &mut IdModels::default(), &mut reader, &mut list);
    assert_eq!(list, [1, 4, 6]);
    reader.finish().unwrap();
}

/// The manifest of both examples.
fn manifest() -> Manifest {
    let root = Root::File { sha256: [0xa5; 32], inflated_bytes: 60_000 };
    let engine = vec![("search.wasm".to_string(), [0x5a; 32])];
    let mut manifest = Manifest { generation: [0; 8], engine, root };
    let hash = Sha256::digest(encoded(|out| manifest.encode(out)));
    manifest.generation.copy_from_slice(&hash[..8]);
    manifest
}

fn manifest_head(example: &[u8]) {
    let body = encoded(|out| manifest().encode(out));
    let file = [example, &body].concat();
    let (head, travels) = file.split_at(HEAD_BYTES);
    assert_eq!(encode_head(body.len() as u32, travels).as_slice(), head);
    assert_eq!(decode_head(&file), Ok(body.len() as u32));
    let mut inflated = vec![0; body.len()];
    Decompressor::new().deflate_decompress(travels, &mut inflated).unwrap();
    assert_eq!(Manifest::decode(&file, &inflated), Ok(manifest()));
}

fn manifest_body(example: &[u8]) {
    assert_eq!(encoded(|out| manifest().encode(out)), example);
    // To the checksum, what travels is only bytes.
    let file = [encode_head(example.len() as u32, example).as_slice(), example].concat();
    assert_eq!(Manifest::decode(&file, example), Ok(manifest()));
}

fn directory(example: &[u8]) {
    let place = |file, at_bytes, len_bytes| Place { file, at_bytes, len_bytes };
    let shard = |first: &str, lexicon, postings| TermShard {
        first_term: first.to_string(),
        lexicon,
        postings,
    };
    let file = |byte, parts, inflated_bytes, deflated| FileEntry {
        hash: [byte; 16],
        parts,
        inflated_bytes,
        deflated,
    };
    let directory = Directory {
        base_url: "https://example.org/".to_string(),
        lengths: vec![length_class(1000), length_class(17)],
        titles: vec![2, 3],
        files: vec![file(0x11, 2, 170, false), file(0x22, 4, 290, true)],
        vocabulary: [0x33; 16],
        terms: vec![
            shard("検索", place(1, 0, 90), place(1, 90, 80)),
            shard("検証", place(2, 0, 80), place(2, 80, 90)),
        ],
        posts: vec![PostShard { posts: 2, blocks: 3, seed: [0xb1; 4], place: place(2, 170, 60) }],
        columns: place(2, 230, 60),
        text: vec![1, 0, 1],
        text_bytes: 9000,
    };
    assert_eq!(encoded(|out| directory.encode(out)), example);
    assert_eq!(Directory::decode(example, 0), Ok(directory));
}

fn length_classes(example: &[u8]) {
    assert_eq!([7, 15, 17, 1000].map(length_class).as_slice(), example);
    assert_eq!([16, 1023].map(length_class), [0x10, 0x3f]);
    assert_eq!(length_class(18), 0x11);
    assert_eq!(length_class(1024), 0x40);
    let lengths: Vec<u32> = example.iter().map(|&class| length_of(class)).collect();
    assert_eq!(lengths, [7, 15, 16, 960]);
    assert_eq!(length_class(u32::MAX), 239);
}

fn terms(example: &[u8]) {
    let entry = |term: &str, df, stem: Option<&str>| Entry {
        term: term.to_string(),
        df,
        stem: stem.map(str::to_string),
    };
    let entries = [
        entry("happy", 1, Some("happi")),
        entry("search", 3, Some("search")),
        entry("searching", 2, Some("search")),
        entry("けんさく\u{2}検索", 300, None),
        entry("検\u{1}文", 1, None),
        entry("検索", 300, None),
    ];
    assert_eq!(encoded(|out| lexicon::encode(&entries, out)), example);
    let read = Lexicon::read(example, "a".."", 300).unwrap();
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(read.get(&entry.term), Some(index));
        assert_eq!(read.dfs()[index], entry.df);
        assert_eq!(read.stem(&entry.term, index), entry.stem);
    }
}

fn lists(example: &[u8]) {
    let posting = |post, tf, fields| Posting { post, tf, fields };
    let lists = [vec![posting(3, 2, TITLE)], vec![posting(1, 1, 0), posting(6, 4, 0)]];
    let (lengths, halves) = ([20; 8], Halves::new(&[20; 8]));
    let encoded = postings::encode(lists.iter().map(Vec::as_slice), &lengths, &halves);
    assert_eq!(encoded, example);
    let shard = Postings::read(example, &[1, 2], &lengths, &halves).unwrap();
    for (index, list) in lists.iter().enumerate() {
        assert_eq!(shard.list(index), list);
    }
}

fn posts_shard(example: &[u8]) {
    let date = Date { unix_seconds: 1_345_657_200, zone_minutes: 540 };
    assert_eq!(date.day(), "2012-08-23");
    let post = Post {
        id: "a.md".to_string(),
        url: "/a/".to_string(),
        title: "索引".to_string(),
        lang: "ja".to_string(),
        section: String::new(),
        date: Some(date),
        tags: vec!["検索".to_string()],
    };
    let shard = Posts { hashes: vec![std::array::from_fn(|byte| byte as u8)], posts: vec![post] };
    assert_eq!(encoded(|out| posts::encode(&shard.hashes, &shard.posts, out)), example);
    assert_eq!(posts::decode(example, 1, 1), Ok(shard));
}

fn columns(example: &[u8]) {
    let mut columns = Columns { dates: vec![1_345_657_201, 0], ..Columns::default() };
    columns.keys[0].push(("検索".to_string(), vec![1]));
    columns.keys[1].push(("ja".to_string(), vec![0, 1]));
    let halves = Halves::new(&[20; 2]);
    assert_eq!(encoded(|out| columns.encode(&halves, out)), example);
    assert_eq!(Columns::decode(example, &halves), Ok(columns));
}

fn text_piece(example: &[u8]) {
    let mark = |kind, opens_block, range| Mark { kind, opens_block, range };
    let piece = Piece {
        text: "## 索引\n*Rust*で\n```c\nint a\n```".to_string(),
        marks: vec![
            mark(MarkKind::Heading, true, 3..9),
            mark(MarkKind::Prose, true, 11..15),
            mark(MarkKind::Prose, false, 16..19),
            mark(MarkKind::Code, true, 25..31),
        ],
        headings: vec![Heading { mark: 0, level: 2, anchor: "索引".to_string() }],
        runs: vec![Run::new(25, Some(CodeClass::Keyword)), Run::new(29, None)],
        related: vec![2, -1],
    };
    let reading = read(&piece.text);
    assert_eq!((&reading.marks, &reading.headings), (&piece.marks, &piece.headings));
    assert_eq!(encoded(|out| text::encode(&piece, out)), example);
    assert_eq!(text::decode(example), Ok(vec![piece]));
}

fn pack_of_two(example: &[u8]) {
    let bytes = ["いろはにほへといろは".as_bytes(), &[0x07, 0xc8]].concat();
    let slice = |len_bytes, is_code| Slice { len_bytes, is_code };
    let slices = [slice(30, false), slice(2, true)];
    let copies = [Copy { at_bytes: 21, len_bytes: 9, back_bytes: 21 }];
    assert_eq!(pack::encode(&bytes, &slices, &copies), example);
    assert_eq!(pack::decode(example, 2), Ok((bytes, slices.to_vec())));
}

fn encoded(encode: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out);
    out
}

#[test]
fn refusals_read_as_the_document_says() {
    let head = encode_head(0, b"");
    let newer = [&head[..6], &[3, 0], &head[8..]].concat();
    let refusals = [
        decode_head(b"nothing").unwrap_err(),
        decode_head(&newer).unwrap_err(),
        FormatError::wrong_hash(&std::array::from_fn(|byte| Sha256::digest(b"abc")[byte])),
    ];
    for refusal in refusals {
        assert!(FORMAT.contains(&format!("`{refusal}`")), "{refusal}");
    }
}

/// Rows of a table as `constant`, [file](path), `value`: the file defines it so.
#[test]
fn constants_are_those_of_the_source() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut rows = 0;
    for line in [FORMAT, ARCHITECTURE, RANKING].into_iter().flat_map(str::lines) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", name, file, value, _, ""] = cells[..] else { continue };
        let (Some(name), Some(value)) = (code(name), code(value)) else { continue };
        let path = file.split_once("](").unwrap().1.trim_end_matches(')');
        let source = fs::read_to_string(docs.join(path)).expect(path);
        let defines = |line: &str| {
            let (left, right) = line.split_once(" = ").unwrap_or_default();
            let mut words = left.split([' ', ':']).skip_while(|word| *word != "const").skip(1);
            words.next() == Some(name) && right.trim_end_matches(';') == value
        };
        assert!(source.lines().any(defines), "{path} does not say that {name} is {value}");
        rows += 1;
    }
    assert_eq!(rows, 40);
}

#[test]
fn weights_are_the_defaults() {
    let defaults = format!("{:?}", Weights::default());
    let defaults = defaults.trim_start_matches("Weights { ").trim_end_matches(" }");
    let defaults: Vec<(&str, f32)> = defaults
        .split(", ")
        .map(|pair| pair.split_once(": ").unwrap())
        .map(|(name, value)| (name, value.parse().unwrap()))
        .collect();
    let rows = RANKING.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", name, value, _, ""] = cells[..] else { return None };
        Some((code(name)?, value.parse::<f32>().ok()?))
    });
    assert_eq!(rows.collect::<Vec<_>>(), defaults);
}

/// What stands between two backticks.
fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}
