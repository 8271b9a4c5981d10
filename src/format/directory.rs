//! The directory, or root: the site's constants, the posts' lengths, and where
//! every shard lies.
//!
//! | field          | meaning                                                        |
//! |----------------|----------------------------------------------------------------|
//! | `base_url`     | where the site lives, or empty                                 |
//! | `posts`        | how many                                                       |
//! | `lengths`      | a byte a post: its tokens, as a [length class](length_class)   |
//! | `titles`       | a byte a post: the tokens of its title, at most 255            |
//! | `files`        | a count; for each: SHA-256, bytes when inflated, 1 if deflated |
//! | `terms`        | lexicon shards, a count; for each: bytes its first term shares with the one before, what follows, place of the lexicon, place of the postings |
//! | `posts shards` | a count; for each: posts, text blocks, place                   |
//! | `columns`      | place                                                          |
//! | `text`         | a count; for each block: whole posts in it (0: it goes on with the post before), first six bytes of its SHA-256, bytes when inflated |
//!
//! A place is a file (0: the data beside this directory, else the file of that
//! number, from 1), the byte it starts at, and its bytes, all counted after
//! inflating.

use std::ops::Range;

use super::reader::{FormatError, Reader, put_string, put_varint};
use super::{NAME_BYTES, PostId};

/// No file may inflate to more: what a hostile host can make a reader allocate.
pub const MAX_FILE_BYTES: u32 = 256 << 20;

/// A file of the index, named by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileEntry {
    /// The SHA-256 of the file as it travels.
    pub sha256: [u8; 32],
    /// Its bytes after inflating.
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
            && sha256.is_none_or(|sha256| sha256 == self.sha256)
        {
            true => Ok(()),
            false => Err(FormatError::wrong_hash(&self.sha256)),
        }
    }

    /// Appends the entry.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.sha256);
        put_varint(out, self.inflated_bytes);
        out.push(u8::from(self.deflated));
    }

    /// Reads an entry, the reverse of [`encode`](FileEntry::encode).
    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<FileEntry, FormatError> {
        let sha256 = reader.array();
        let inflated_bytes = reader.varint();
        let deflated = reader.byte();
        if inflated_bytes > MAX_FILE_BYTES || deflated > 1 {
            return Err(reader.invalid("file"));
        }
        Ok(FileEntry { sha256, inflated_bytes, deflated: deflated == 1 })
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
    /// The first term.
    pub first_term: String,
    /// The lexicon.
    pub lexicon: Place,
    /// The postings.
    pub postings: Place,
}

/// A range of posts and of text blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostShard {
    /// How many posts.
    pub posts: u32,
    /// How many text blocks hold their text.
    pub blocks: u32,
    /// The posts.
    pub place: Place,
}

/// A text block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextBlock {
    /// Whole posts in it; 0 when it goes on with the post before.
    pub posts: u32,
    /// The start of the SHA-256 of its file.
    pub hash_start: [u8; NAME_BYTES],
    /// Its bytes after inflating.
    pub inflated_bytes: u32,
}

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
    /// Ranges of terms, ascending.
    pub terms: Vec<TermShard>,
    /// Ranges of posts, ascending.
    pub posts: Vec<PostShard>,
    /// Dates, tags, languages and sections.
    pub columns: Place,
    /// Text blocks, in the posts' order.
    pub text: Vec<TextBlock>,
}

impl Directory {
    /// Appends the directory.
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_string(out, &self.base_url);
        put_varint(out, self.lengths.len() as u32);
        out.extend_from_slice(&self.lengths);
        out.extend_from_slice(&self.titles);
        put_varint(out, self.files.len() as u32);
        self.files.iter().for_each(|file| file.encode(out));
        put_varint(out, self.terms.len() as u32);
        let mut before = "";
        for shard in &self.terms {
            let first = shard.first_term.as_str();
            let shared = shared_bytes(before, first);
            put_varint(out, shared as u32);
            put_string(out, &first[shared..]);
            put_place(out, shard.lexicon);
            put_place(out, shard.postings);
            before = first;
        }
        put_varint(out, self.posts.len() as u32);
        for shard in &self.posts {
            put_varint(out, shard.posts);
            put_varint(out, shard.blocks);
            put_place(out, shard.place);
        }
        put_place(out, self.columns);
        put_varint(out, self.text.len() as u32);
        for block in &self.text {
            put_varint(out, block.posts);
            out.extend_from_slice(&block.hash_start);
            put_varint(out, block.inflated_bytes);
        }
    }

    /// Reads a directory, the reverse of [`encode`](Directory::encode), with
    /// `data_bytes` bytes of data beside it.
    ///
    /// # Errors
    ///
    /// When the bytes end early or go on, a place lies outside of its file, first
    /// terms do not ascend, or counts of posts and blocks do not agree.
    pub fn decode(bytes: &[u8], data_bytes: usize) -> Result<Directory, FormatError> {
        let mut reader = Reader::new("root", bytes);
        let base_url = reader.string().to_string();
        let posts = reader.count(2);
        let lengths = reader.bytes(posts).to_vec();
        let titles = reader.bytes(posts).to_vec();
        let mut directory = Directory { base_url, lengths, titles, ..Directory::default() };
        for _ in 0..reader.count(34) {
            directory.files.push(FileEntry::decode(&mut reader)?);
        }
        let place = |reader: &mut Reader<'_>| read_place(reader, &directory.files, data_bytes);
        for _ in 0..reader.count(8) {
            let before = directory.terms.last().map_or("", |shard: &TermShard| &shard.first_term);
            let shared = before.get(..reader.varint() as usize).unwrap_or_default();
            let first_term = shared.to_string() + reader.string();
            if first_term.as_str() <= before || first_term.len() > 255 {
                return Err(reader.invalid("first term"));
            }
            let (lexicon, postings) = (place(&mut reader)?, place(&mut reader)?);
            directory.terms.push(TermShard { first_term, lexicon, postings });
        }
        for _ in 0..reader.count(5) {
            let (posts, blocks) = (reader.varint(), reader.varint());
            directory.posts.push(PostShard { posts, blocks, place: place(&mut reader)? });
        }
        directory.columns = place(&mut reader)?;
        for _ in 0..reader.count(8) {
            let posts = reader.varint();
            let (hash_start, inflated_bytes) = (reader.array(), reader.varint());
            if inflated_bytes > MAX_FILE_BYTES || (posts == 0 && directory.text.is_empty()) {
                return Err(reader.invalid("text block"));
            }
            directory.text.push(TextBlock { posts, hash_start, inflated_bytes });
        }
        if !directory.counts_agree() {
            return Err(reader.invalid("count of posts"));
        }
        reader.finish()?;
        Ok(directory)
    }

    /// Whether shards and blocks hold just the index's posts, each shard's
    /// blocks just its posts, and a post of several blocks is alone in them.
    fn counts_agree(&self) -> bool {
        let mut blocks = self.text.as_slice();
        let mut total = 0u64;
        for shard in &self.posts {
            let Some((of_shard, rest)) = blocks.split_at_checked(shard.blocks as usize) else {
                return false;
            };
            let posts: u64 = of_shard.iter().map(|block| u64::from(block.posts)).sum();
            let starts = of_shard.first().is_some_and(|block| block.posts > 0);
            if posts != u64::from(shard.posts) || !starts {
                return false;
            }
            blocks = rest;
            total += posts;
        }
        let alone = |pair: &[TextBlock]| pair[1].posts > 0 || pair[0].posts < 2;
        let wrapped = self.text.windows(2).all(alone);
        blocks.is_empty() && total == self.lengths.len() as u64 && wrapped
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
        for (index, block) in self.text.iter().enumerate() {
            if post < first + block.posts {
                let more = self.text[index + 1..].iter().take_while(|next| next.posts == 0).count();
                return Some((index..index + 1 + more, (post - first) as usize));
            }
            first += block.posts;
        }
        None
    }
}

fn shared_bytes(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.floor_char_boundary(same)
}

fn put_place(out: &mut Vec<u8>, place: Place) {
    put_varint(out, place.file);
    put_varint(out, place.at_bytes);
    put_varint(out, place.len_bytes);
}

fn read_place(
    reader: &mut Reader<'_>,
    files: &[FileEntry],
    data_bytes: usize,
) -> Result<Place, FormatError> {
    let (file, at_bytes, len_bytes) = (reader.varint(), reader.varint(), reader.varint());
    let file_bytes = match file.checked_sub(1) {
        None => Some(data_bytes),
        Some(index) => files.get(index as usize).map(|file| file.inflated_bytes as usize),
    };
    let end = u64::from(at_bytes) + u64::from(len_bytes);
    match file_bytes {
        Some(bytes) if end <= bytes as u64 => Ok(Place { file, at_bytes, len_bytes }),
        _ => Err(reader.invalid("place")),
    }
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
        let term = |first: &str, at| TermShard {
            first_term: first.to_string(),
            lexicon: Place { file: 1, at_bytes: at, len_bytes: 10 },
            postings: Place { file: 0, at_bytes: at, len_bytes: 5 },
        };
        let block = |posts| TextBlock { posts, hash_start: [9; 6], inflated_bytes: 300 };
        Directory {
            base_url: "https://example.org/".to_string(),
            lengths: vec![20; 4],
            titles: vec![3; 4],
            files: vec![FileEntry { sha256: [1; 32], inflated_bytes: 30, deflated: true }],
            terms: vec![term("\u{1}文検", 0), term("検索", 10), term("検証", 20)],
            posts: vec![PostShard {
                posts: 4,
                blocks: 3,
                place: Place { file: 0, at_bytes: 30, len_bytes: 10 },
            }],
            columns: Place { file: 1, at_bytes: 20, len_bytes: 10 },
            text: vec![block(3), block(1), block(0)],
        }
    }

    #[test]
    fn a_directory_comes_back() {
        let directory = example();
        let mut bytes = Vec::new();
        directory.encode(&mut bytes);
        assert_eq!(Directory::decode(&bytes, 40).as_ref(), Ok(&directory));
        assert!(Directory::decode(&bytes, 39).is_err());
        for end in 0..bytes.len() {
            assert!(Directory::decode(&bytes[..end], 40).is_err(), "{end} bytes");
        }
        assert_eq!(directory.term_shard("検索エンジン"), Some(1));
        assert_eq!(directory.term_shard("\u{1}"), None);
        assert_eq!(directory.text_blocks(2), Some((0..1, 2)));
        assert_eq!(directory.text_blocks(3), Some((1..3, 0)));
        assert_eq!(directory.text_blocks(4), None);
        assert_eq!(directory.post_shard(3), Some((0, 3)));
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
