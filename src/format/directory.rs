//! The directory, or root: the site's constants, the posts' lengths, and where
//! every part lies.
//!
//! All parts stand in one row: of each term shard the lexicon and the postings,
//! then the posts shards, then the columns. A file holds the next few of them;
//! without files, all parts lie beside the directory.
//!
//! | field          | meaning                                                        |
//! |----------------|----------------------------------------------------------------|
//! | `base_url`     | a string: where the site lives, or empty                       |
//! | `posts`        | a varint: how many                                             |
//! | `files`        | a count; for each: the start of its SHA-256; parts in it times 2, plus 1 if it travels deflated |
//! | `terms`        | term shards, a count; for each: bytes that its first term shares with the one before, and what follows |
//! | `posts shards` | a count; for each: a seed, which the names of its text begin with |
//! | `blocks`       | a varint: text blocks; a varint: the most bytes that one inflates to |
//! | `vocabulary`   | with files: the start of the SHA-256 of one that holds all lexica once more, in order |
//! | then, to the end, a [range code](super::range): | |
//! | `lengths`      | a tree a post, by the upper half of the one before: its words, as a [length class](length_class) |
//! | `titles`       | a tree a post: the words of its title, at most 255             |
//! | `parts`        | a number a part: its bytes; for lexica, postings, and all else its own models |
//! | `shards`       | a number a posts shard: its text blocks, less 1                |
//! | `text`         | a number a block: posts that begin in it                       |

use std::ops::Range;

use super::range::{Model, NumberModels, RangeReader, RangeWriter};
use super::reader::{FormatError, Reader, put_string, put_varint};
use super::{HASH_BYTES, Hash, NAME_BYTES, PostId};

/// No file may inflate to more: what a hostile host can make a reader allocate.
pub const MAX_FILE_BYTES: u32 = 256 << 20;

/// A file of the index, named by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileEntry {
    /// The start of the SHA-256 of the file as it travels.
    pub hash: Hash,
    /// How many parts it holds, at least 1.
    pub parts: u32,
    /// Their bytes.
    pub inflated_bytes: u32,
    /// Whether it travels as raw deflate.
    pub deflated: bool,
}

impl FileEntry {
    /// Checks a file against its entry: its inflated bytes, and its SHA-256 as
    /// it came, where that could be had.
    ///
    /// # Errors
    ///
    /// [`Fault::Hash`](super::Fault::Hash) when it is another file.
    pub fn check(&self, bytes: &[u8], sha256: Option<[u8; 32]>) -> Result<(), FormatError> {
        match bytes.len() == self.inflated_bytes as usize
            && sha256.is_none_or(|sha256| sha256.starts_with(&self.hash))
        {
            true => Ok(()),
            false => Err(FormatError::wrong_hash(&self.hash)),
        }
    }
}

/// Where a part lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// 0 for the data beside the directory, else a file's number from 1.
    pub file: u32,
    /// Its first byte, after inflating.
    pub at_bytes: u32,
    /// Its bytes.
    pub len_bytes: u32,
}

/// A range of terms, and where its lexicon and its postings lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermShard {
    /// Where it starts: its first term, or as much of that as tells it from the
    /// last one of the shard before.
    pub first_term: String,
    /// The lexicon.
    pub lexicon: Place,
    /// The postings.
    pub postings: Place,
}

/// A range of posts and of text blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostShard {
    /// How many posts: as many as begin in its blocks.
    pub posts: u32,
    /// How many text blocks hold the text of its posts.
    pub blocks: u32,
    /// What the names of these begin with.
    pub seed: [u8; SEED_BYTES],
    /// The posts.
    pub place: Place,
}

const SECTION: &str = "root";

/// The bytes of a seed.
pub const SEED_BYTES: usize = 4;

/// The whole directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Where the site lives, or empty.
    pub base_url: String,
    /// A length class a post.
    pub lengths: Vec<u8>,
    /// The tokens of each post's title, at most 255.
    pub titles: Vec<u8>,
    /// Files but those of text.
    pub files: Vec<FileEntry>,
    /// Where there are files, the start of the SHA-256 of one that holds all
    /// lexica once more, in order: for who looks through all terms.
    pub vocabulary: Hash,
    /// Ranges of terms, ascending.
    pub terms: Vec<TermShard>,
    /// Ranges of posts, ascending.
    pub posts: Vec<PostShard>,
    /// Dates, tags, languages and sections.
    pub columns: Place,
    /// For each text block, in the posts' order, whole posts in it; 0 when it
    /// goes on with the post before.
    pub text: Vec<u32>,
    /// The most bytes that a text block inflates to.
    pub text_bytes: u32,
}

/// What is learnt of the numbers of a directory.
struct Models {
    lengths: [[Model; 256]; 16],
    titles: [Model; 256],
    parts: [NumberModels; 3],
    shards: NumberModels,
    text: NumberModels,
}

impl Models {
    fn new() -> Box<Models> {
        Box::new(Models {
            lengths: [[Model::NEW; 256]; 16],
            titles: [Model::NEW; 256],
            parts: [NumberModels::NEW; 3],
            shards: NumberModels::NEW,
            text: NumberModels::NEW,
        })
    }
}

impl Directory {
    /// Appends the directory.
    ///
    /// # Panics
    ///
    /// When a part does not lie behind the one before it.
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_string(out, &self.base_url);
        put_varint(out, self.lengths.len() as u32);
        put_varint(out, self.files.len() as u32);
        for file in &self.files {
            out.extend_from_slice(&file.hash);
            put_varint(out, file.parts << 1 | u32::from(file.deflated));
        }
        put_varint(out, self.terms.len() as u32);
        let mut before = "";
        for shard in &self.terms {
            let first = shard.first_term.as_str();
            let shared = shared_bytes(before, first);
            put_varint(out, shared as u32);
            put_string(out, &first[shared..]);
            before = first;
        }
        put_varint(out, self.posts.len() as u32);
        self.posts.iter().for_each(|shard| out.extend_from_slice(&shard.seed));
        put_varint(out, self.text.len() as u32);
        put_varint(out, self.text_bytes);
        if !self.files.is_empty() {
            out.extend_from_slice(&self.vocabulary);
        }

        let mut code = RangeWriter::default();
        let mut models = Models::new();
        let mut before = 0;
        for &length in &self.lengths {
            code.tree(&mut models.lengths[before], length.into(), 8);
            before = usize::from(length >> 4);
        }
        self.titles.iter().for_each(|&words| code.tree(&mut models.titles, words.into(), 8));
        let mut row = Row::new(&self.files);
        let mut part = |kind: usize, place: Place| {
            code.number(&mut models.parts[kind], place.len_bytes);
            assert!(row.next(place.len_bytes) == Some(place), "parts lie in a row");
        };
        for shard in &self.terms {
            part(0, shard.lexicon);
            part(1, shard.postings);
        }
        self.posts.iter().for_each(|shard| part(2, shard.place));
        part(2, self.columns);
        self.posts.iter().for_each(|shard| code.number(&mut models.shards, shard.blocks - 1));
        self.text.iter().for_each(|&posts| code.number(&mut models.text, posts));
        out.extend_from_slice(&code.finish());
    }

    /// Reads a directory, the reverse of [`encode`](Directory::encode), with
    /// `data_bytes` bytes of data beside it.
    ///
    /// # Errors
    ///
    /// When the bytes end early or go on, parts do not fill their files, first
    /// terms do not ascend, or counts of posts and blocks do not agree.
    pub fn decode(bytes: &[u8], data_bytes: usize) -> Result<Directory, FormatError> {
        let mut reader = Reader::new(SECTION, bytes);
        let base_url = reader.string().to_string();
        let mut directory = Directory { base_url, ..Directory::default() };
        let posts = reader.varint();
        for _ in 0..reader.count(HASH_BYTES + 1) {
            let (hash, parts) = (reader.array(), reader.varint());
            let (parts, deflated) = (parts >> 1, parts & 1 == 1);
            directory.files.push(FileEntry { hash, parts, inflated_bytes: 0, deflated });
        }
        for _ in 0..reader.count(2) {
            let before = directory.terms.last().map_or("", |shard: &TermShard| &shard.first_term);
            let shared = before.get(..reader.varint() as usize).unwrap_or_default();
            let first_term = shared.to_string() + reader.string();
            if first_term.as_str() <= before || first_term.len() > 255 {
                return Err(reader.invalid("first term"));
            }
            let (lexicon, postings) = (Place::default(), Place::default());
            directory.terms.push(TermShard { first_term, lexicon, postings });
        }
        for _ in 0..reader.count(SEED_BYTES) {
            let (seed, place) = (reader.array(), Place::default());
            directory.posts.push(PostShard { posts: 0, blocks: 0, seed, place });
        }
        let blocks = reader.varint();
        directory.text_bytes = reader.varint();
        if !directory.files.is_empty() {
            directory.vocabulary = reader.array();
        }
        reader.check()?;
        if directory.text_bytes > MAX_FILE_BYTES {
            return Err(reader.invalid("text block"));
        }

        let mut code = RangeReader::new(SECTION, reader.bytes(reader.left()));
        let mut models = Models::new();
        let mut before = 0;
        for _ in 0..posts {
            let length = code.tree(&mut models.lengths[before], 8) as u8;
            directory.lengths.push(length);
            before = usize::from(length >> 4);
            // Before memory is taken for posts that the bytes can't tell of.
            code.check()?;
        }
        for _ in 0..posts {
            directory.titles.push(code.tree(&mut models.titles, 8) as u8);
        }
        let mut row = Row::new(&directory.files);
        let mut part = |code: &mut RangeReader<'_>, kind: usize| {
            let len_bytes = code.number(&mut models.parts[kind]);
            row.next(len_bytes).ok_or_else(|| code.invalid("part"))
        };
        for shard in &mut directory.terms {
            shard.lexicon = part(&mut code, 0)?;
            shard.postings = part(&mut code, 1)?;
        }
        for shard in &mut directory.posts {
            shard.place = part(&mut code, 2)?;
        }
        directory.columns = part(&mut code, 2)?;
        let Some(files) = row.finish(data_bytes) else { return Err(code.invalid("part")) };
        for shard in &mut directory.posts {
            shard.blocks = code.number(&mut models.shards).saturating_add(1);
        }
        for _ in 0..blocks {
            directory.text.push(code.number(&mut models.text));
            code.check()?;
        }
        directory.files = files;
        if !directory.share_blocks() {
            return Err(code.invalid("count of posts"));
        }
        code.finish()?;
        Ok(directory)
    }

    /// Gives each shard the posts of its blocks. False when shards and blocks
    /// don't hold just the index's posts, a shard begins in mid-post, or a post of
    /// several blocks is not alone in them.
    fn share_blocks(&mut self) -> bool {
        let mut blocks = self.text.as_slice();
        let mut total = 0u32;
        for shard in &mut self.posts {
            let Some((of_shard, rest)) = blocks.split_at_checked(shard.blocks as usize) else {
                return false;
            };
            shard.posts = of_shard.iter().fold(0, |sum: u32, &posts| sum.saturating_add(posts));
            total = total.saturating_add(shard.posts);
            if of_shard[0] == 0 {
                return false;
            }
            blocks = rest;
        }
        let alone = self.text.windows(2).all(|pair| pair[1] > 0 || pair[0] < 2);
        blocks.is_empty() && total == self.lengths.len() as u32 && alone
    }

    /// The starts of the names of all text blocks: the seed of the shard, and the
    /// block's place there.
    pub fn text_names(&self) -> impl Iterator<Item = [u8; NAME_BYTES]> {
        let of_shard = |shard: &PostShard| {
            let seed = shard.seed;
            (0..shard.blocks).map(move |at| block_name(seed, at))
        };
        self.posts.iter().flat_map(of_shard)
    }

    /// The number of the shard whose range holds `term`, if any does.
    pub fn term_shard(&self, term: &str) -> Option<usize> {
        self.terms.partition_point(|shard| shard.first_term.as_str() <= term).checked_sub(1)
    }

    /// The terms that may stand in a shard: from its first to the next one's
    /// (empty for the last).
    pub fn term_range(&self, shard: usize) -> Range<&str> {
        let end = self.terms.get(shard + 1).map_or("", |next| next.first_term.as_str());
        self.terms[shard].first_term.as_str()..end
    }

    /// The shard that holds `post`, and its place in it.
    pub fn post_shard(&self, post: PostId) -> Option<(usize, usize)> {
        let mut first = 0;
        for (index, shard) in self.posts.iter().enumerate() {
            if post < first + shard.posts {
                return Some((index, (post - first) as usize));
            }
            first += shard.posts;
        }
        None
    }

    /// The blocks that hold the text of `post`, and its place in the first.
    pub fn text_blocks(&self, post: PostId) -> Option<(Range<usize>, usize)> {
        let mut first = 0;
        for (index, &posts) in self.text.iter().enumerate() {
            if post < first + posts {
                let more = self.text[index + 1..].iter().take_while(|posts| **posts == 0).count();
                return Some((index..index + 1 + more, (post - first) as usize));
            }
            first += posts;
        }
        None
    }
}

/// The start of the name of the text block at this place of its shard.
pub fn block_name(seed: [u8; SEED_BYTES], at: u32) -> [u8; NAME_BYTES] {
    let [a, b, c, d] = seed;
    let [.., e, f] = at.to_be_bytes();
    [a, b, c, d, e, f]
}

/// The row of all parts, as files cut it.
struct Row {
    files: Vec<FileEntry>,
    /// The file of the next part, from 1; 0 for the data beside the directory.
    file: usize,
    /// The parts that are left to it.
    left: u32,
    at_bytes: u32,
}

impl Row {
    fn new(files: &[FileEntry]) -> Row {
        let left = if files.is_empty() { u32::MAX } else { 0 };
        let files = files.iter().map(|file| FileEntry { inflated_bytes: 0, ..*file }).collect();
        Row { files, file: 0, left, at_bytes: 0 }
    }

    /// The place of the next part; none when there is no file for it, or it is
    /// too long.
    fn next(&mut self, len_bytes: u32) -> Option<Place> {
        if self.left == 0 {
            self.left = self.files.get(self.file)?.parts;
            self.file += 1;
            self.at_bytes = 0;
        }
        self.left = self.left.checked_sub(1)?;
        let place = Place { file: self.file as u32, at_bytes: self.at_bytes, len_bytes };
        self.at_bytes =
            self.at_bytes.checked_add(len_bytes).filter(|&bytes| bytes <= MAX_FILE_BYTES)?;
        if let Some(index) = self.file.checked_sub(1) {
            self.files[index].inflated_bytes = self.at_bytes;
        }
        Some(place)
    }

    /// The files with their bytes, when parts have filled them, or the data.
    fn finish(self, data_bytes: usize) -> Option<Vec<FileEntry>> {
        let full = match self.files.is_empty() {
            true => self.at_bytes as usize == data_bytes,
            false => self.file == self.files.len() && self.left == 0 && data_bytes == 0,
        };
        full.then_some(self.files)
    }
}

fn shared_bytes(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.floor_char_boundary(same)
}

/// A length as a byte: exact up to 15, then eight steps for each doubling.
///
/// ```
/// use sakuin::format::directory::{length_class, length_of};
/// assert_eq!([0, 7, 15, 16, 17, 1000].map(|n| length_of(length_class(n))), [0, 7, 15, 16, 16, 960]);
/// ```
pub fn length_class(tokens: u32) -> u8 {
    match tokens.checked_ilog2() {
        None | Some(0..=3) => tokens as u8,
        Some(width) => {
            let shift = width - 3;
            ((tokens >> shift) + shift * 8) as u8
        }
    }
}

/// The smallest length of a class.
pub fn length_of(class: u8) -> u32 {
    match class {
        0..=15 => u32::from(class),
        _ => {
            let shift = u32::from(class / 8 - 1).min(28);
            u32::from(8 + class % 8) << shift
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Directory {
        let place = |file, at_bytes, len_bytes| Place { file, at_bytes, len_bytes };
        let term = |first: &str, file| TermShard {
            first_term: first.to_string(),
            lexicon: place(file, 0, 10),
            postings: place(file, 10, 5),
        };
        let file = |parts, inflated_bytes, deflated| FileEntry {
            hash: [1; 16],
            parts,
            inflated_bytes,
            deflated,
        };
        Directory {
            base_url: "https://example.org/".to_string(),
            lengths: vec![20; 4],
            titles: vec![3; 4],
            files: vec![file(2, 15, false), file(2, 15, false), file(4, 45, true)],
            vocabulary: [2; 16],
            terms: vec![term("\u{1}文検", 1), term("検索", 2), term("検証", 3)],
            posts: vec![PostShard { posts: 4, blocks: 3, seed: [9; 4], place: place(3, 15, 30) }],
            columns: place(3, 45, 0),
            text: vec![3, 1, 0],
            text_bytes: 300,
        }
    }

    #[test]
    fn a_directory_comes_back() {
        let directory = example();
        let mut bytes = Vec::new();
        directory.encode(&mut bytes);
        assert_eq!(Directory::decode(&bytes, 0).as_ref(), Ok(&directory));
        assert!(Directory::decode(&bytes, 1).is_err());
        for end in 0..bytes.len() {
            assert!(Directory::decode(&bytes[..end], 0).is_err(), "{end} bytes");
        }
        assert_eq!(directory.term_shard("検索エンジン"), Some(1));
        assert_eq!(directory.term_shard("\u{1}"), None);
        assert_eq!(directory.text_blocks(2), Some((0..1, 2)));
        assert_eq!(directory.text_blocks(3), Some((1..3, 0)));
        assert_eq!(directory.text_blocks(4), None);
        assert_eq!(directory.post_shard(3), Some((0, 3)));
        assert_eq!(directory.text_names().nth(2), Some([9, 9, 9, 9, 0, 2]));
    }

    #[test]
    fn every_bit_flip_is_an_error_or_another_valid_directory() {
        let mut bytes = Vec::new();
        example().encode(&mut bytes);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let Ok(directory) = Directory::decode(&damaged, 0) else { continue };
            for post in 0..directory.lengths.len() as u32 {
                assert!(
                    directory.post_shard(post).is_some() && directory.text_blocks(post).is_some()
                );
            }
        }
    }

    #[test]
    fn length_classes_ascend_and_come_back() {
        for class in 0..=239u8 {
            assert_eq!(length_class(length_of(class)), class);
        }
        assert!((0..100_000).is_sorted_by_key(length_class));
        assert_eq!(length_class(u32::MAX), 239);
    }
}
