//! Encoding: an index to the files of `sakuin::format`.

use std::collections::BTreeMap;

use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use sakuin::format::bits::BitWriter;
use sakuin::format::columns::Columns;
use sakuin::format::directory::{
    Directory, FileEntry, Place, PostShard, TermShard, TextBlock, length_class,
};
use sakuin::format::lexicon::{self, Entry};
use sakuin::format::manifest::{self, Manifest, Root};
use sakuin::format::postings::{self, Posting};
use sakuin::format::posts::{self, HASH_TAIL_BYTES};
use sakuin::format::text::{self, Piece};
use sakuin::format::{NAME_BYTES, PostId, file_name};
use sakuin::markdown::Run;
use sha2::{Digest, Sha256};

use crate::index::{Document, Index};

/// A lexicon shard ends after the term that brings its terms to this many bytes
const LEXICON_SHARD_BYTES: usize = 12 << 10;
/// or its postings to this many.
const POSTINGS_SHARD_BYTES: usize = 12 << 10;
/// A text block ends before the post that would bring it over this many bytes,
/// which are 4 to 8 KB on the wire; a longer post is cut into pieces of as much.
const TEXT_BLOCK_BYTES: usize = 16 << 10;
/// A posts shard ends after the block that brings it to this many posts.
const POSTS_PER_SHARD: u32 = 48;
/// While everything but text is smaller than this, it travels in the manifest.
const ONE_FILE_BYTES: usize = 60 << 10;
/// A larger directory is a file of its own.
const INLINE_ROOT_BYTES: usize = 48 << 10;

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFile {
    /// Its name.
    pub name: String,
    /// Its bytes as they travel.
    pub bytes: Vec<u8>,
}

/// A whole index as files, and the bytes of each of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encoded {
    /// All files but the manifest, by name.
    pub files: Vec<IndexFile>,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// Bytes on the wire, by part.
    pub parts: Parts,
}

/// Bytes on the wire. Parts that travel in the manifest are counted as if each
/// were a file of its own, and the manifest as what is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Parts {
    /// The manifest, without the parts in it.
    pub manifest: usize,
    /// The directory.
    pub root: usize,
    /// The lexicon.
    pub lexicon: usize,
    /// Readings; none in this format.
    pub readings: usize,
    /// The postings.
    pub postings: usize,
    /// The columns.
    pub columns: usize,
    /// The posts.
    pub posts: usize,
    /// The text.
    pub text: usize,
    /// Packs; none in this format.
    pub packs: usize,
    /// The code beside the index.
    pub engine: usize,
}

/// Encodes `index` of `documents`, with `engine` as the code beside it.
pub fn encode(
    documents: &[Document],
    index: &Index,
    base_url: &str,
    engine: &[IndexFile],
) -> Encoded {
    let mut encoded = Encoded::default();
    let class = |&tokens: &u32| length_class(tokens);
    let mut directory = Directory {
        base_url: base_url.to_string(),
        lengths: index.lengths.iter().map(class).collect(),
        titles: index.titles.iter().map(|&tokens| tokens.min(255) as u8).collect(),
        ..Directory::default()
    };
    let blocks = encode_text(documents);
    let mut hashes = Vec::new();
    for (posts, inflated_bytes, bytes) in blocks {
        let hash = sha256(&bytes);
        let hash_start = first_bytes::<NAME_BYTES>(&hash, 0);
        directory.text.push(TextBlock { posts, hash_start, inflated_bytes });
        hashes.push(first_bytes::<HASH_TAIL_BYTES>(&hash, NAME_BYTES));
        encoded.parts.text += bytes.len();
        encoded.files.push(IndexFile { name: file_name(&hash_start), bytes });
    }
    let terms = encode_terms(index, documents.len() as u32);
    let posts = encode_posts(documents, &directory.text, &hashes);
    let mut data = Data::new(&terms, &posts);
    for (first_term, lexicon, list) in terms {
        let (lexicon, wire) = data.put(lexicon);
        encoded.parts.lexicon += wire;
        let (postings, wire) = data.put(list);
        encoded.parts.postings += wire;
        directory.terms.push(TermShard { first_term, lexicon, postings });
    }
    for (posts, blocks, part) in posts {
        let (place, wire) = data.put(part);
        encoded.parts.posts += wire;
        directory.posts.push(PostShard { posts, blocks, place });
    }
    let mut bytes = Vec::new();
    columns(documents).encode(&mut bytes);
    (directory.columns, encoded.parts.columns) = data.put(Part::deflated(bytes));
    directory.files = data.entries;
    encoded.files.extend(data.files);
    let mut root = Vec::new();
    directory.encode(&mut root);
    let root = Part::deflated(root);
    encoded.parts.root = root.wire_bytes();
    encoded.parts.engine = engine.iter().map(|file| file.bytes.len()).sum();
    let root = if root.bytes.len() > INLINE_ROOT_BYTES && data.inline.is_empty() {
        let (entry, file) = root.file();
        encoded.files.push(file);
        Root::File(entry)
    } else {
        Root::Inline { directory: root.bytes, data: data.inline }
    };
    encoded.manifest = encode_manifest(root, engine);
    let parts = &encoded.parts;
    let inside = parts.root
        + if directory.files.is_empty() {
            parts.lexicon + parts.postings + parts.columns + parts.posts
        } else {
            0
        };
    encoded.parts.manifest = encoded.manifest.len().saturating_sub(inside);
    encoded.files.sort_by(|a, b| a.name.cmp(&b.name));
    encoded.files.dedup_by(|a, b| a.name == b.name && a.bytes == b.bytes);
    encoded
}

fn encode_manifest(root: Root, engine: &[IndexFile]) -> Vec<u8> {
    let engine = engine.iter().map(|file| (file.name.clone(), sha256(&file.bytes))).collect();
    let mut manifest = Manifest { generation: [0; 8], engine, root };
    let mut body = Vec::new();
    manifest.encode(&mut body);
    manifest.generation = first_bytes(&sha256(&body), 0);
    body.clear();
    manifest.encode(&mut body);
    let deflated = deflate(&body);
    [manifest::encode_head(body.len() as u32, &deflated).as_slice(), &deflated].concat()
}

/// Terms in shards: the first term, the lexicon, the postings.
fn encode_terms(index: &Index, posts: u32) -> Vec<(String, Part, Part)> {
    let mut cuts = vec![0];
    let (mut term_bytes, mut posting_bits) = (0, 0);
    for (at, (entry, list)) in index.terms.iter().enumerate() {
        if term_bytes >= LEXICON_SHARD_BYTES || posting_bits >= POSTINGS_SHARD_BYTES * 8 {
            cuts.push(at);
            (term_bytes, posting_bits) = (0, 0);
        }
        term_bytes += entry.term.len();
        posting_bits += list.len() * 8;
    }
    cuts.push(index.terms.len());
    let shard = |pair: &[usize]| {
        let terms: &[(Entry, Vec<Posting>)] = &index.terms[pair[0]..pair[1]];
        let entries: Vec<Entry> = terms.iter().map(|(entry, _)| entry.clone()).collect();
        let mut bytes = Vec::new();
        lexicon::encode(&entries, &mut bytes);
        let mut bits = BitWriter::default();
        for (_, list) in terms.iter().filter(|(_, list)| !list.is_empty()) {
            postings::encode(list, posts, &mut bits);
        }
        (terms[0].0.term.clone(), Part::deflated(bytes), Part::dense(bits.finish()))
    };
    cuts.par_windows(2).filter(|pair| pair[0] < pair[1]).map(shard).collect()
}

/// Text in blocks: whole posts in it, bytes when inflated, deflated bytes.
fn encode_text(documents: &[Document]) -> Vec<(u32, u32, Vec<u8>)> {
    let mut blocks: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut block = (0, Vec::new());
    for document in documents {
        let mut bytes = Vec::new();
        text::encode(&document.text, &mut bytes);
        if !block.1.is_empty() && block.1.len() + bytes.len() > TEXT_BLOCK_BYTES {
            blocks.push(std::mem::take(&mut block));
        }
        if bytes.len() > TEXT_BLOCK_BYTES {
            for (number, piece) in pieces(&document.text).iter().enumerate() {
                let mut bytes = Vec::new();
                text::encode(piece, &mut bytes);
                blocks.push((u32::from(number == 0), bytes));
            }
            continue;
        }
        block.0 += 1;
        block.1.extend_from_slice(&bytes);
    }
    if block.0 > 0 {
        blocks.push(block);
    }
    let deflated = |(posts, bytes): (u32, Vec<u8>)| (posts, bytes.len() as u32, deflate(&bytes));
    blocks.into_par_iter().map(deflated).collect()
}

/// Cuts a long text at line ends, between two marks, into pieces of about a
/// block each. A text without such a place stays whole.
fn pieces(whole: &Piece) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut first_mark, mut start, mut first_heading) = (0, 0, 0);
    for (index, mark) in whole.marks.iter().enumerate() {
        if !mark.opens_block || mark.range.start - start <= TEXT_BLOCK_BYTES * 7 / 8 {
            continue;
        }
        // A line that starts after the mark before: looking further back would
        // take time in the square of a long line.
        let before = whole.marks[..index].last().map_or(0, |mark| mark.range.end);
        let from = before.saturating_sub(1);
        let between = &whole.text.as_bytes()[from..mark.range.start];
        let line_start = between.iter().rposition(|&byte| byte == b'\n').map(|at| from + at + 1);
        if let Some(line_start) = line_start.filter(|&at| at > start && at >= before) {
            pieces.push(cut_piece(whole, start..line_start, first_mark..index, &mut first_heading));
            (first_mark, start) = (index, line_start);
        }
    }
    pieces.push(cut_piece(
        whole,
        start..whole.text.len(),
        first_mark..whole.marks.len(),
        &mut first_heading,
    ));
    pieces
}

fn cut_piece(
    whole: &Piece,
    bytes: std::ops::Range<usize>,
    marks: std::ops::Range<usize>,
    first_heading: &mut usize,
) -> Piece {
    let shift = |mark: &sakuin::markdown::Mark| sakuin::markdown::Mark {
        range: mark.range.start - bytes.start..mark.range.end - bytes.start,
        ..mark.clone()
    };
    let mut headings = whole.headings[*first_heading..].to_vec();
    headings.retain(|heading| heading.mark < marks.end);
    *first_heading += headings.len();
    headings.iter_mut().for_each(|heading| heading.mark -= marks.start);
    let from = |at| whole.runs.partition_point(|run| run.at_bytes() < at);
    let runs = &whole.runs[from(bytes.start)..from(bytes.end)];
    let shifted = |run: &Run| Run::new(run.at_bytes() - bytes.start, run.class());
    Piece {
        text: whole.text[bytes.clone()].to_string(),
        marks: whole.marks[marks].iter().map(shift).collect(),
        headings,
        runs: runs.iter().map(shifted).collect(),
    }
}

/// Posts in shards, each of whole blocks: how many posts, how many blocks.
fn encode_posts(
    documents: &[Document],
    blocks: &[TextBlock],
    hashes: &[[u8; HASH_TAIL_BYTES]],
) -> Vec<(u32, u32, Part)> {
    let mut shards = Vec::new();
    let (mut first_post, mut first_block, mut posts) = (0usize, 0usize, 0u32);
    for (index, block) in blocks.iter().enumerate() {
        posts += block.posts;
        let next_starts = blocks.get(index + 1).is_none_or(|next| next.posts > 0);
        let last = index + 1 == blocks.len();
        if next_starts && (last || posts >= POSTS_PER_SHARD) {
            let end = first_post + posts as usize;
            let of_shard: Vec<_> =
                documents[first_post..end].iter().map(|d| d.post.clone()).collect();
            let mut bytes = Vec::new();
            posts::encode(&hashes[first_block..=index], &of_shard, &mut bytes);
            shards.push((posts, (index + 1 - first_block) as u32, Part::deflated(bytes)));
            (first_post, first_block, posts) = (end, index + 1, 0);
        }
    }
    shards
}

/// What posts are filtered, counted and sorted by.
fn columns(documents: &[Document]) -> Columns {
    let mut dates = Vec::new();
    let mut keys: [BTreeMap<String, Vec<PostId>>; 3] = Default::default();
    for (number, Document { post, .. }) in (0..).zip(documents) {
        dates.push(post.date.map_or(0, |date| date.unix_seconds + 1));
        let of_keys: [&[String]; 3] =
            [&post.tags, std::slice::from_ref(&post.lang), std::slice::from_ref(&post.section)];
        for (key, values) in keys.iter_mut().zip(of_keys) {
            for value in values.iter().filter(|value| !value.is_empty()) {
                let posts = key.entry(value.clone()).or_default();
                if posts.last() != Some(&number) {
                    posts.push(number);
                }
            }
        }
    }
    Columns { dates, keys: keys.map(|values| values.into_iter().collect()) }
}

/// A part of the index, and what of it travels when it is a file of its own.
struct Part {
    bytes: Vec<u8>,
    /// None for bytes that travel as they are: codes leave deflate nothing.
    deflated: Option<Vec<u8>>,
}

impl Part {
    fn deflated(bytes: Vec<u8>) -> Part {
        Part { deflated: Some(deflate(&bytes)), bytes }
    }

    fn dense(bytes: Vec<u8>) -> Part {
        Part { bytes, deflated: None }
    }

    fn wire_bytes(&self) -> usize {
        self.deflated.as_ref().unwrap_or(&self.bytes).len()
    }

    fn file(self) -> (FileEntry, IndexFile) {
        let inflated_bytes = self.bytes.len() as u32;
        let deflated = self.deflated.is_some();
        let bytes = self.deflated.unwrap_or(self.bytes);
        let sha256 = sha256(&bytes);
        let name = file_name(&first_bytes(&sha256, 0));
        (FileEntry { sha256, inflated_bytes, deflated }, IndexFile { name, bytes })
    }
}

/// Puts parts into one body or into files of their own.
struct Data {
    one_file: bool,
    inline: Vec<u8>,
    entries: Vec<FileEntry>,
    files: Vec<IndexFile>,
}

impl Data {
    fn new(terms: &[(String, Part, Part)], posts: &[(u32, u32, Part)]) -> Data {
        let of_terms = terms.iter().flat_map(|(_, lexicon, postings)| [lexicon, postings]);
        let parts = of_terms.chain(posts.iter().map(|(_, _, part)| part));
        let one_file = parts.map(Part::wire_bytes).sum::<usize>() < ONE_FILE_BYTES;
        Data { one_file, inline: Vec::new(), entries: Vec::new(), files: Vec::new() }
    }

    /// The place of a part, and what it takes on the wire.
    fn put(&mut self, part: Part) -> (Place, usize) {
        let len_bytes = part.bytes.len() as u32;
        let wire = part.wire_bytes();
        if self.one_file {
            let at_bytes = self.inline.len() as u32;
            self.inline.extend_from_slice(&part.bytes);
            return (Place { file: 0, at_bytes, len_bytes }, wire.min(part.bytes.len()));
        }
        let (entry, file) = part.file();
        self.entries.push(entry);
        self.files.push(file);
        (Place { file: self.entries.len() as u32, at_bytes: 0, len_bytes }, wire)
    }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut out = vec![0; compressor.deflate_compress_bound(bytes.len())];
    // The bound is what the compressor says it needs at most.
    let written = compressor.deflate_compress(bytes, &mut out).expect("bound is enough");
    out.truncate(written);
    out
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn first_bytes<const N: usize>(hash: &[u8; 32], at: usize) -> [u8; N] {
    std::array::from_fn(|index| hash[at + index])
}
