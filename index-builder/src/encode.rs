//! Encoding: an index to the files of `sakuin::format`.

use std::collections::BTreeMap;

use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;
use sakuin::format::columns::Columns;
use sakuin::format::directory::{
    Directory, FileEntry, Place, PostShard, SEED_BYTES, TermShard, block_name, length_class,
};
use sakuin::format::ids::Halves;
use sakuin::format::lexicon::{self, Entry};
use sakuin::format::manifest::{self, Manifest, Root};
use sakuin::format::postings::{self, Posting};
use sakuin::format::posts;
use sakuin::format::text::{self, Piece};
use sakuin::format::{Hash, PostId, file_name, name_bytes};
use sakuin::markdown::Run;
use sha2::{Digest, Sha256};

use crate::index::{Document, Index};

/// A term shard takes about this many bytes. Of the 4 to 15 that a query touches
/// most are wanted for one term alone; a smaller shard saves bytes there, and
/// costs 24 in the directory.
const TERM_SHARD_BYTES: usize = 2 << 10;
/// There are at most so many term shards for each hundred posts, and sixty more:
/// files cost, too.
const TERM_SHARDS_PER_100_POSTS: usize = 8;
/// A text block ends before the post that would bring it over this many bytes,
/// which are 6 to 10 KB on the wire.
const TEXT_BLOCK_BYTES: usize = 24 << 10;
/// A longer post is cut into pieces of as much: the pieces are fetched together,
/// so that cuts only cost.
const TEXT_PIECE_BYTES: usize = 64 << 10;
/// A posts shard ends after the block that brings it to this many posts.
const POSTS_PER_SHARD: u32 = 32;
/// While everything but text is smaller than this, it travels in the manifest: 60 KB,
/// and the readings of as large a site.
const ONE_FILE_BYTES: usize = 72 << 10;
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
    /// Packs: what stands in other files, too.
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
    let halves = Halves::new(&directory.lengths);
    let blocks = encode_text(documents);
    directory.text = blocks.iter().map(|block| block.posts).collect();
    directory.text_bytes = blocks.iter().map(|block| block.inflated_bytes).max().unwrap_or(0);
    let terms = encode_terms(index, &directory.lengths, &halves);
    let posts = encode_posts(documents, &blocks);
    let mut names = Vec::new();
    for shard in &posts {
        names.extend((0..shard.blocks).map(|at| file_name(&block_name(shard.seed, at))));
    }
    for (name, block) in names.into_iter().zip(blocks) {
        encoded.parts.text += block.bytes.len();
        encoded.files.push(IndexFile { name, bytes: block.bytes });
    }
    let mut data = Data::new(&terms, &posts);
    let mut vocabulary = Vec::new();
    for shard in terms {
        vocabulary.extend_from_slice(&shard.lexicon.bytes);
        encoded.parts.lexicon += shard.lexicon.wire_bytes();
        encoded.parts.postings += shard.postings.wire_bytes();
        let [lexicon, postings] = data.put([shard.lexicon, shard.postings]);
        directory.terms.push(TermShard { first_term: shard.first_term, lexicon, postings });
    }
    for PostPart { posts, blocks, seed, part } in posts {
        encoded.parts.posts += part.wire_bytes();
        let [place] = data.put([part]);
        directory.posts.push(PostShard { posts, blocks, seed, place });
    }
    let mut bytes = Vec::new();
    columns(documents).encode(&halves, &mut bytes);
    let part = Part::deflated(bytes);
    encoded.parts.columns = part.wire_bytes();
    [directory.columns] = data.put([part]);
    if !data.one_file {
        let vocabulary = file(vocabulary);
        directory.vocabulary = first_bytes(&sha256(&vocabulary.bytes));
        encoded.parts.packs = vocabulary.bytes.len();
        data.files.push(vocabulary);
    }
    directory.files = data.entries;
    encoded.files.extend(data.files);
    let mut root = Vec::new();
    directory.encode(&mut root);
    let root = Part::deflated(root);
    encoded.parts.root = root.wire_bytes();
    encoded.parts.engine = engine.iter().map(|file| file.bytes.len()).sum();
    let root = if root.bytes.len() > INLINE_ROOT_BYTES && data.inline.is_empty() {
        let inflated_bytes = root.bytes.len() as u32;
        let file = file(root.deflated.unwrap_or(root.bytes));
        let sha256 = sha256(&file.bytes);
        encoded.files.push(file);
        Root::File { sha256, inflated_bytes }
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
    manifest.generation = first_bytes(&sha256(&body));
    body.clear();
    manifest.encode(&mut body);
    let deflated = deflate(&body);
    [manifest::encode_head(body.len() as u32, &deflated).as_slice(), &deflated].concat()
}

/// A range of terms.
struct TermParts {
    first_term: String,
    lexicon: Part,
    postings: Part,
}

/// Terms in shards.
fn encode_terms(index: &Index, lengths: &[u8], halves: &Halves) -> Vec<TermParts> {
    let cuts = cut_terms(&index.terms, lengths.len());
    let shard = |pair: &[usize]| {
        let terms: &[(Entry, Vec<Posting>)] = &index.terms[pair[0]..pair[1]];
        let entries: Vec<Entry> = terms.iter().map(|(entry, _)| entry.clone()).collect();
        let mut bytes = Vec::new();
        lexicon::encode(&entries, &mut bytes);
        let lists = terms.iter().map(|(_, list)| list.as_slice());
        let before = pair[0].checked_sub(1).map_or("", |last| index.terms[last].0.term.as_str());
        TermParts {
            first_term: start(before, &terms[0].0.term),
            lexicon: Part::dense(bytes),
            postings: Part::dense(postings::encode(lists, lengths, halves)),
        }
    };
    cuts.par_windows(2).filter(|pair| pair[0] < pair[1]).map(shard).collect()
}

/// As much of a term as tells it from the one before.
fn start(before: &str, term: &str) -> String {
    let same = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
    let same = term.floor_char_boundary(same);
    let next = term[same..].chars().next().map_or(0, char::len_utf8);
    term[..same + next].to_string()
}

/// Where term shards start, and where the last ends. They are of about the same
/// bytes, and are cut where neighbours have least in common: words of one stem,
/// and those that complete a word, then lie in one. A term with many postings
/// is alone.
fn cut_terms(terms: &[(Entry, Vec<Posting>)], posts: usize) -> Vec<usize> {
    let mut before = "";
    let mut shared = Vec::with_capacity(terms.len());
    let mut sizes = Vec::with_capacity(terms.len());
    for (entry, list) in terms {
        let same = before.bytes().zip(entry.term.bytes()).take_while(|(a, b)| a == b).count();
        // Measured: a byte of a term takes about 4 bits, a posting 3 and most of
        // the logarithm of how rare it is.
        let rare = (posts / list.len().max(1)).max(1).ilog2() as usize;
        sizes.push((10 + (entry.term.len() - same) * 4 + list.len() * (3 + rare * 7 / 8)) / 8);
        shared.push(same);
        before = &entry.term;
    }
    let total: usize = sizes.iter().sum();
    let most = 60 + posts * TERM_SHARDS_PER_100_POSTS / 100;
    let target = TERM_SHARD_BYTES.max(total / most);
    let mut cuts = vec![0];
    let mut at = 0;
    while at < terms.len() {
        let (mut end, mut bytes) = (at, 0);
        let mut best = (usize::MAX, terms.len());
        while end < terms.len() && (end == at || bytes + sizes[end] <= target * 5 / 4) {
            bytes += sizes[end];
            end += 1;
            if bytes >= target * 3 / 4 && end < terms.len() && shared[end] <= best.0 {
                best = (shared[end], end);
            }
        }
        if end < terms.len() && best.1 == terms.len() {
            best.1 = end;
        }
        at = if end == terms.len() { end } else { best.1 };
        cuts.push(at);
    }
    cuts.dedup();
    cuts
}

/// A block of text, deflated, and how many posts begin in it.
struct Block {
    posts: u32,
    inflated_bytes: u32,
    bytes: Vec<u8>,
}

/// Text in blocks.
fn encode_text(documents: &[Document]) -> Vec<Block> {
    let mut blocks: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut block = (0, Vec::new());
    for document in documents {
        let mut bytes = Vec::new();
        text::encode(&document.text, &mut bytes);
        if !block.1.is_empty() && block.1.len() + bytes.len() > TEXT_BLOCK_BYTES {
            blocks.push(std::mem::take(&mut block));
        }
        if bytes.len() > TEXT_PIECE_BYTES {
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
    let deflated = |(posts, bytes): (u32, Vec<u8>)| {
        let inflated_bytes = bytes.len() as u32;
        Block { posts, inflated_bytes, bytes: deflate(&bytes) }
    };
    blocks.into_par_iter().map(deflated).collect()
}

/// Cuts a long text at line ends, between two marks, into pieces of about a
/// block each. A text without such a place stays whole.
fn pieces(whole: &Piece) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut first_mark, mut start, mut first_heading) = (0, 0, 0);
    for (index, mark) in whole.marks.iter().enumerate() {
        if !mark.opens_block || mark.range.start - start <= TEXT_PIECE_BYTES * 7 / 8 {
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

/// A range of posts.
struct PostPart {
    posts: u32,
    blocks: u32,
    seed: [u8; SEED_BYTES],
    part: Part,
}

/// Posts in shards, each of whole blocks.
fn encode_posts(documents: &[Document], blocks: &[Block]) -> Vec<PostPart> {
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
            let hashes: Vec<Hash> = blocks[first_block..=index]
                .iter()
                .map(|block| first_bytes(&sha256(&block.bytes)))
                .collect();
            let seed = first_bytes(&sha256(&hashes.concat()));
            let mut bytes = Vec::new();
            posts::encode(&hashes, &of_shard, &mut bytes);
            let (blocks, part) = ((index + 1 - first_block) as u32, Part::deflated(bytes));
            shards.push(PostPart { posts, blocks, seed, part });
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
}

/// Puts parts into one body or into files of their own.
struct Data {
    one_file: bool,
    inline: Vec<u8>,
    entries: Vec<FileEntry>,
    files: Vec<IndexFile>,
}

impl Data {
    fn new(terms: &[TermParts], posts: &[PostPart]) -> Data {
        let of_terms = terms.iter().flat_map(|shard| [&shard.lexicon, &shard.postings]);
        let parts = of_terms.chain(posts.iter().map(|shard| &shard.part));
        let one_file = parts.map(Part::wire_bytes).sum::<usize>() < ONE_FILE_BYTES;
        Data { one_file, inline: Vec::new(), entries: Vec::new(), files: Vec::new() }
    }

    /// The places of parts that are fetched together.
    fn put<const N: usize>(&mut self, parts: [Part; N]) -> [Place; N] {
        let number = if self.one_file { 0 } else { self.entries.len() as u32 + 1 };
        let mut alone = Vec::new();
        let bytes = if self.one_file { &mut self.inline } else { &mut alone };
        let places = std::array::from_fn(|index| {
            let (at_bytes, part) = (bytes.len() as u32, &parts[index].bytes);
            bytes.extend_from_slice(part);
            Place { file: number, at_bytes, len_bytes: part.len() as u32 }
        });
        if !self.one_file {
            let inflated_bytes = alone.len() as u32;
            let deflated = parts.iter().any(|part| part.deflated.is_some());
            let file = file(if deflated { deflate(&alone) } else { alone });
            let hash = first_bytes(&sha256(&file.bytes));
            self.entries.push(FileEntry { hash, parts: N as u32, inflated_bytes, deflated });
            self.files.push(file);
        }
        places
    }
}

/// A file named by its hash.
fn file(bytes: Vec<u8>) -> IndexFile {
    IndexFile { name: file_name(&name_bytes(&first_bytes(&sha256(&bytes)))), bytes }
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

fn first_bytes<const N: usize>(hash: &[u8; 32]) -> [u8; N] {
    std::array::from_fn(|index| hash[index])
}
