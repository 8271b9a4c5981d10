//! Posts and their text: blocks of text, and the shards of posts that hold their
//! hashes.

use std::ops::Range;

use sakuin::format::directory::{SEED_BYTES, block_name};
use sakuin::format::posts::{self, Post};
use sakuin::format::text::{self, Piece};
use sakuin::format::{Hash, file_name};
use sakuin::markdown::{Mark, Run};

use super::parts::{Part, deflate, first_bytes, sha256};
use super::{
    IndexFile, POSTS_PER_SHARD, TEXT_BLOCK_BYTES, TEXT_BLOCKS_PER_100_POSTS, TEXT_PIECE_BYTES,
};
use crate::cache::Cache;
use crate::index::Index;
use crate::spool::SpoolError;

/// The posts whose text is one block, or one post whose text is several.
type Unit = Range<usize>;

/// The posts of an index as shards: of each, the posts that share blocks.
pub(super) fn shards(index: &Index) -> Vec<Vec<Unit>> {
    let sum: usize = index.posts.iter().map(|post| post.text.len_bytes()).sum();
    let most = 400 + index.posts.len() * TEXT_BLOCKS_PER_100_POSTS / 100;
    // Blocks are five sixths full.
    let block_bytes = TEXT_BLOCK_BYTES.max(sum / most * 6 / 5);
    let shard_posts = POSTS_PER_SHARD.max((index.posts.len() / 6).isqrt());
    let mut units: Vec<Unit> = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (post, more) in index.posts.iter().map(|post| post.text.len_bytes()).enumerate() {
        if start < post && bytes + more > block_bytes {
            units.push(start..post);
            (start, bytes) = (post, 0);
        }
        bytes += more;
        if more > TEXT_PIECE_BYTES {
            units.push(post..post + 1);
            (start, bytes) = (post + 1, 0);
        }
    }
    if start < index.posts.len() {
        units.push(start..index.posts.len());
    }
    let mut shards: Vec<Vec<Unit>> = Vec::new();
    let (mut shard, mut posts) = (Vec::new(), 0);
    for unit in units {
        posts += unit.len();
        shard.push(unit);
        if posts >= shard_posts {
            shards.push(std::mem::take(&mut shard));
            posts = 0;
        }
    }
    if !shard.is_empty() {
        shards.push(shard);
    }
    shards
}

/// A range of posts.
pub(super) struct PostParts {
    pub(super) posts: u32,
    pub(super) seed: [u8; SEED_BYTES],
    pub(super) part: Part,
    pub(super) blocks: Vec<Block>,
}

/// A block of text.
pub(super) struct Block {
    /// Posts that begin in it.
    pub(super) posts: u32,
    pub(super) inflated: Vec<u8>,
    pub(super) file: IndexFile,
}

/// Encodes a shard of posts, and deflates its text.
pub(super) fn encode(
    index: &Index,
    shard: &[Unit],
    cache: Option<&Cache>,
) -> Result<PostParts, SpoolError> {
    let mut blocks = Vec::new();
    let mut push = |posts: usize, inflated: Vec<u8>| {
        let file = IndexFile { name: String::new(), bytes: deflate_known(&inflated, cache) };
        blocks.push(Block { posts: posts as u32, inflated, file });
    };
    for unit in shard {
        let mut bytes = Vec::new();
        for number in unit.clone() {
            let post = &index.posts[number];
            let distances: Vec<i32> =
                post.related.iter().map(|&other| other as i32 - number as i32).collect();
            text::encode_related(&distances, &mut bytes);
            // When it was analysed, no other post was known.
            bytes.extend_from_slice(index.text(post)?.strip_prefix(&[0]).unwrap_or_default());
        }
        let long = unit.len() == 1 && bytes.len() > TEXT_PIECE_BYTES;
        // What was encoded here is read here.
        let whole = if long { text::decode(&bytes).unwrap_or_default().pop() } else { None };
        let Some(whole) = whole else {
            push(unit.len(), bytes);
            continue;
        };
        for (number, piece) in pieces(&whole).iter().enumerate() {
            let mut bytes = Vec::new();
            text::encode(piece, &mut bytes);
            push(usize::from(number == 0), bytes);
        }
    }
    let posts = shard[0].start..shard[shard.len() - 1].end;
    let of_shard: Vec<Post> = index.posts[posts].iter().map(|post| post.post.clone()).collect();
    let hashes: Vec<Hash> =
        blocks.iter().map(|block| first_bytes(&sha256(&block.file.bytes))).collect();
    let seed = first_bytes(&sha256(&hashes.concat()));
    let mut bytes = Vec::new();
    posts::encode(&hashes, &of_shard, &mut bytes);
    for (at, block) in (0..).zip(&mut blocks) {
        block.file.name = file_name(&block_name(seed, at));
    }
    Ok(PostParts { posts: of_shard.len() as u32, seed, part: Part::deflated(bytes), blocks })
}

/// Deflates a block that `cache` may know.
fn deflate_known(bytes: &[u8], cache: Option<&Cache>) -> Vec<u8> {
    let Some(cache) = cache else { return deflate(bytes) };
    let key = first_bytes(&sha256(bytes));
    let deflated = cache.get(key).unwrap_or_else(|| deflate(bytes));
    cache.put(key, &deflated);
    deflated
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
    bytes: Range<usize>,
    marks: Range<usize>,
    first_heading: &mut usize,
) -> Piece {
    let shift = |mark: &Mark| Mark {
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
        related: if bytes.start == 0 { whole.related.clone() } else { Vec::new() },
    }
}
