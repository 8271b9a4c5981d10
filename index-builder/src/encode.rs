//! Encoding: an index to the files of `sakuin::format`.
//!
//! Text, posts and terms are encoded a batch of shards at a time, and handed to
//! a [`Sink`] as they are done, so that of a large index no more is in memory.

mod copies;
mod packs;
mod parts;
mod terms;
mod text;

use std::collections::BTreeMap;

use rayon::prelude::*;
use sakuin::format::PostId;
use sakuin::format::columns::Columns;
use sakuin::format::directory::{Directory, Place, PostShard, TermShard, length_class};
use sakuin::format::ids::Halves;
use sakuin::format::manifest::{self, Manifest, Root};

use crate::cache::Cache;
use crate::index::Index;
pub use crate::sink::IndexFile;
use crate::sink::{OutputError, Sink};
use crate::spool::SpoolError;
pub use packs::Pack;
use packs::{Member, Packs, Written};
pub use parts::FileNote;
use parts::{Files, Part, Rows, deflate, first_bytes, sha256};
use text::Block;

/// A term shard takes about this many bytes, or more. Of the 4 to 15 that a query
/// touches most are wanted for one term alone; a smaller shard saves bytes there,
/// and costs 20 in the directory.
const TERM_SHARD_BYTES: usize = 2 << 10;
/// On a large site it takes the square root of all terms' bytes times this: there
/// the directory and the five shards that a query reads are least in sum.
const TERM_SHARD_GROWTH: usize = 20 / 5;
/// There are at most so many term shards for each hundred posts, and sixty more:
/// files cost, too.
const TERM_SHARDS_PER_100_POSTS: usize = 8;
/// A text block ends before the post that would bring it over this many bytes,
/// which are 6 to 10 KB on the wire, or over more, where there would be too many.
const TEXT_BLOCK_BYTES: usize = 24 << 10;
/// There are about so many text blocks for each hundred posts at most, and four
/// hundred more.
const TEXT_BLOCKS_PER_100_POSTS: usize = 18;
/// A longer post is cut into pieces of as much: the pieces are fetched together,
/// so that cuts only cost.
const TEXT_PIECE_BYTES: usize = 64 << 10;
/// A posts shard ends after the block that brings it to this many posts, or to the
/// root of a sixth of all posts, which is more above 6,000: a shard costs 20 bytes
/// of the directory, and a post 25 in each of the five that an answer reads.
const POSTS_PER_SHARD: usize = 32;
/// While everything but text is smaller than this, it travels in the manifest: 60 KB,
/// and the readings of as large a site.
const ONE_FILE_BYTES: usize = 72 << 10;
/// A larger directory is a file of its own.
const INLINE_ROOT_BYTES: usize = 48 << 10;

/// So many shards are encoded side by side, and then handed on.
const BATCH_SHARDS: usize = 64;

/// A whole index in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encoded {
    /// All files but the manifest, by name.
    pub files: Vec<IndexFile>,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// Bytes on the wire, by part.
    pub parts: Parts,
}

/// What was encoded, besides the files that a sink was given.
#[derive(Debug)]
pub struct Summary {
    /// Of each of these files its SHA-256 and its bytes, by name.
    pub files: BTreeMap<String, FileNote>,
    /// Those of them that are packs.
    pub packs: Vec<Pack>,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// Bytes on the wire, by part.
    pub parts: Parts,
}

/// Why an index cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// What is not in memory.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// A file of the index.
    #[error(transparent)]
    Output(#[from] OutputError),
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

/// Encodes `index`, with `engine` as the code beside it; all files but the
/// manifest go to `sink`. Blocks of text that `cache` knows are not deflated anew.
///
/// # Errors
///
/// When the index cannot be read from its spool, or a file cannot be written.
pub fn encode(
    index: &Index,
    base_url: &str,
    engine: &[IndexFile],
    cache: Option<&Cache>,
    sink: &dyn Sink,
) -> Result<Summary, EncodeError> {
    let files = Files::new(sink);
    let written = Written::new(&files, cache);
    let text_bytes = index.posts.iter().map(|post| post.text.len_bytes()).sum();
    let (manifest, mut parts) = rayon::scope(|scope| {
        let mut packs = Packs::new(scope, &written, text_bytes);
        encode_files(index, base_url, engine, cache, &files, &mut packs)
    })?;
    let packs = written.finish().map_err(EncodeError::Output)?;
    parts.packs += packs.iter().map(|pack| pack.note.1).sum::<usize>();
    Ok(Summary { files: files.into_notes(), packs, manifest, parts })
}

/// Encodes all but the packs, and hands these what they hold: the manifest.
fn encode_files(
    index: &Index,
    base_url: &str,
    engine: &[IndexFile],
    cache: Option<&Cache>,
    files: &Files<'_>,
    packs: &mut Packs<'_, '_>,
) -> Result<(Vec<u8>, Parts), EncodeError> {
    let of_posts = || index.posts.iter().map(|post| post.lengths);
    let mut directory = Directory {
        base_url: base_url.to_string(),
        lengths: of_posts().map(|lengths| length_class(lengths.tokens)).collect(),
        titles: of_posts().map(|lengths| lengths.title_tokens.min(255) as u8).collect(),
        ..Directory::default()
    };
    let halves = Halves::new(&directory.lengths);
    let mut rows = Rows::new(files);
    let mut parts = Parts::default();

    for batch in text::shards(index).chunks(BATCH_SHARDS) {
        let encode = |shard: &Vec<_>| {
            let mut shard = text::encode(index, shard, cache)?;
            let mut text_bytes = 0;
            for Block { file, .. } in &mut shard.blocks {
                text_bytes += file.bytes.len();
                let bytes = std::mem::take(&mut file.bytes);
                files.put(IndexFile { name: file.name.clone(), bytes })?;
            }
            Ok((shard, text_bytes))
        };
        let shards: Vec<_> = batch.par_iter().map(encode).collect::<Result<_, EncodeError>>()?;
        let mut of_posts = Vec::new();
        for (shard, text_bytes) in shards {
            let text::PostParts { posts, seed, part, blocks, .. } = shard;
            parts.text += text_bytes;
            parts.posts += part.wire_bytes();
            let (place, count) = (Place::default(), blocks.len() as u32);
            directory.posts.push(PostShard { posts, blocks: count, seed, place });
            for Block { posts, inflated, file } in blocks {
                directory.text.push(posts);
                directory.text_bytes = directory.text_bytes.max(inflated.len() as u32);
                packs.put(Member { name: file.name, inflated, is_code: false });
            }
            of_posts.push(vec![part]);
        }
        rows.put(of_posts, packs)?;
    }

    let held = terms::held(index);
    let cuts = terms::cuts(&held, index.posts.len());
    let mut vocabulary = Vec::new();
    packs.start_terms();
    let ranges: Vec<_> = cuts.windows(2).map(|cut| cut[0]..cut[1]).collect();
    for batch in ranges.chunks(BATCH_SHARDS) {
        let encode = |shard: &std::ops::Range<usize>| {
            terms::encode(index, &held, shard.clone(), &directory.lengths, &halves)
        };
        let shards: Vec<_> = batch.par_iter().map(encode).collect::<Result<_, _>>()?;
        let mut of_terms = Vec::new();
        for terms::TermParts { first_term, lexicon, postings } in shards {
            vocabulary.extend_from_slice(&lexicon.bytes);
            parts.lexicon += lexicon.wire_bytes();
            parts.postings += postings.wire_bytes();
            let (lexicon_place, postings_place) = Default::default();
            directory.terms.push(TermShard {
                first_term,
                lexicon: lexicon_place,
                postings: postings_place,
            });
            of_terms.push(vec![lexicon, postings]);
        }
        rows.put(of_terms, packs)?;
    }

    let mut bytes = Vec::new();
    columns(index).encode(&halves, &mut bytes);
    let part = Part::deflated(bytes);
    parts.columns = part.wire_bytes();
    let in_files = rows.in_files();
    let columns = rows.put_where_others_are(part, packs)?;

    // The row of the columns is the last, those of posts are the first.
    let posts = directory.posts.len();
    let placed = rows.place((posts..columns).chain(0..posts).chain([columns]));
    let mut places = placed.places.into_iter().flatten();
    let mut next = || places.next().unwrap_or_default();
    for shard in &mut directory.terms {
        (shard.lexicon, shard.postings) = (next(), next());
    }
    directory.posts.iter_mut().for_each(|shard| shard.place = next());
    directory.columns = next();
    directory.files = placed.entries;
    if in_files {
        parts.packs = vocabulary.len();
        let (name, hash) = files.put_hashed(vocabulary.clone())?;
        directory.vocabulary = first_bytes(&hash);
        packs.put(Member { name, inflated: vocabulary, is_code: true });
    }
    packs.end_pack();
    let mut root = Vec::new();
    directory.encode(&mut root);
    let inflated_bytes = root.len() as u32;
    let deflated = deflate(&root);
    parts.root = deflated.len();
    let root = if in_files && root.len() > INLINE_ROOT_BYTES {
        Root::File { sha256: files.put_hashed(deflated)?.1, inflated_bytes }
    } else {
        Root::Inline { directory: root, data: placed.inline }
    };
    let manifest = encode_manifest(root, engine);
    let beside =
        if in_files { 0 } else { parts.lexicon + parts.postings + parts.columns + parts.posts };
    parts.manifest = manifest.len().saturating_sub(parts.root + beside);
    parts.engine = engine.iter().map(|file| file.bytes.len()).sum();
    Ok((manifest, parts))
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

/// What posts are filtered, counted and sorted by.
fn columns(index: &Index) -> Columns {
    let mut dates = Vec::new();
    let mut keys: [BTreeMap<String, Vec<PostId>>; 3] = Default::default();
    for (number, post) in (0..).zip(index.posts.iter().map(|post| &post.post)) {
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
