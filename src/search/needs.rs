//! What is loaded, and what a call still needs.

use std::cell::RefCell;

use crate::format::columns::Columns;
use crate::format::directory::{Directory, Place};
use crate::format::ids::Halves;
use crate::format::lexicon::Lexicon;
use crate::format::postings::Postings;
use crate::format::posts::Posts;
use crate::format::text;
use crate::format::{Fault, FormatError, NAME_BYTES, PostId, file_name, name_bytes};

use super::folded::FoldedPiece;

/// A file that a call needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// Its name, beside the manifest.
    pub file: String,
    /// Its SHA-256, where all of it is known: of the directory alone. Of parts the
    /// index holds 16 bytes, which are checked when they come; of text blocks
    /// too, in the posts, which may come after them.
    pub sha256: Option<[u8; 32]>,
    /// The most bytes that it may inflate to.
    pub inflated_bytes: u32,
    /// Whether it travels as raw deflate.
    pub deflated: bool,
}

/// A part of the index that is loaded as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum File {
    /// The file of this number in the directory, from 0.
    Parts(usize),
    /// All lexica.
    Vocabulary,
    /// A text block.
    Text(usize),
}

/// A range of terms, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct TermShard {
    /// Its lexicon, once it has come.
    pub(super) lexicon: Option<Lexicon>,
    /// Its postings, once both have come.
    pub(super) postings: Option<Postings>,
    waiting: Option<Vec<u8>>,
}

/// What has been loaded of an index.
pub(super) struct Loaded {
    pub(super) directory: Directory,
    halves: Halves,
    terms: Vec<TermShard>,
    posts: Vec<Option<Posts>>,
    text: Vec<Option<TextBlock>>,
    columns: Option<Columns>,
    /// What calls have missed, ascending.
    missing: RefCell<Vec<File>>,
}

struct TextBlock {
    pieces: Vec<FoldedPiece>,
    sha256: Option<[u8; 32]>,
}

impl Loaded {
    /// Starts with the data that stands beside the directory.
    pub(super) fn new(directory: Directory, data: &[u8]) -> Result<Loaded, FormatError> {
        let mut loaded = Loaded {
            terms: Vec::new(),
            posts: Vec::new(),
            text: Vec::new(),
            columns: None,
            missing: RefCell::default(),
            halves: Halves::new(&directory.lengths),
            directory,
        };
        loaded.terms.resize_with(loaded.directory.terms.len(), TermShard::default);
        loaded.posts.resize_with(loaded.directory.posts.len(), || None);
        loaded.text.resize_with(loaded.directory.text.len(), || None);
        loaded.read_places(0, data)?;
        Ok(loaded)
    }

    /// The term shard `index`; none, and noted as missing, until all of it is
    /// there.
    pub(super) fn terms(&self, index: usize) -> Option<(&Lexicon, &Postings)> {
        let shard = &self.terms[index];
        let entry = &self.directory.terms[index];
        match (&shard.lexicon, &shard.postings) {
            (Some(lexicon), Some(postings)) => Some((lexicon, postings)),
            (lexicon, _) => {
                if lexicon.is_none() {
                    self.need(entry.lexicon);
                }
                if shard.waiting.is_none() {
                    self.need(entry.postings);
                }
                None
            }
        }
    }

    /// The lexicon of the term shard `index`, for who looks through all of them;
    /// none, and noted as missing, until it is there.
    pub(super) fn lexicon(&self, index: usize) -> Option<&Lexicon> {
        let lexicon = self.terms[index].lexicon.as_ref();
        if lexicon.is_none() {
            self.miss(File::Vocabulary);
        }
        lexicon
    }

    /// What a result shows of `post`.
    pub(super) fn post(&self, post: PostId) -> Option<&crate::format::posts::Post> {
        let (shard, at) = self.directory.post_shard(post)?;
        if self.posts[shard].is_none() {
            self.need(self.directory.posts[shard].place);
        }
        self.posts[shard].as_ref()?.posts.get(at)
    }

    /// The text of `post`, in pieces.
    pub(super) fn text(&self, post: PostId) -> Option<Vec<&FoldedPiece>> {
        let (blocks, at) = self.directory.text_blocks(post)?;
        let split = blocks.len() > 1;
        let mut pieces = Some(Vec::new());
        for block in blocks {
            match (&self.text[block], &mut pieces) {
                (Some(text), Some(pieces)) if split => pieces.extend(&text.pieces),
                (Some(text), Some(pieces)) => pieces.push(text.pieces.get(at)?),
                (Some(_), None) => {}
                (None, _) => {
                    self.miss(File::Text(block));
                    pieces = None;
                }
            }
        }
        pieces
    }

    /// Dates, tags, languages and sections of all posts.
    pub(super) fn columns(&self) -> Option<&Columns> {
        if self.columns.is_none() {
            self.need(self.directory.columns);
        }
        self.columns.as_ref()
    }

    fn need(&self, place: Place) {
        if let Some(file) = place.file.checked_sub(1) {
            self.miss(File::Parts(file as usize));
        }
    }

    fn miss(&self, file: File) {
        let mut missing = self.missing.borrow_mut();
        if let Err(at) = missing.binary_search(&file) {
            missing.insert(at, file);
        }
    }

    /// Whether calls have missed files.
    pub(super) fn misses(&self) -> bool {
        !self.missing.borrow().is_empty()
    }

    /// The files that calls have missed since this was asked last.
    pub(super) fn take_needs(&self) -> Vec<Need> {
        let missing = self.missing.take();
        missing.into_iter().map(|file| self.describe(file)).collect()
    }

    fn describe(&self, file: File) -> Need {
        match file {
            File::Parts(index) => {
                let entry = &self.directory.files[index];
                Need {
                    file: file_name(&name_bytes(&entry.hash)),
                    sha256: None,
                    inflated_bytes: entry.inflated_bytes,
                    deflated: entry.deflated,
                }
            }
            File::Vocabulary => Need {
                file: file_name(&name_bytes(&self.directory.vocabulary)),
                sha256: None,
                inflated_bytes: self.lexicon_bytes(),
                deflated: false,
            },
            File::Text(index) => Need {
                file: file_name(&self.directory.text_names().nth(index).unwrap_or_default()),
                sha256: None,
                inflated_bytes: self.directory.text_bytes,
                deflated: true,
            },
        }
    }

    /// Every file of the index but the manifest, text last.
    pub(super) fn all_files(&self) -> Vec<Need> {
        let parts = (0..self.directory.files.len()).map(File::Parts);
        let vocabulary = (!self.directory.files.is_empty()).then_some(File::Vocabulary);
        let text = (0..self.directory.text.len()).map(File::Text);
        parts.chain(vocabulary).chain(text).map(|file| self.describe(file)).collect()
    }

    /// The bytes of all lexica.
    fn lexicon_bytes(&self) -> u32 {
        let terms = self.directory.terms.iter();
        terms.fold(0, |sum: u32, shard| sum.saturating_add(shard.lexicon.len_bytes))
    }

    /// Takes in a file: its inflated bytes, and its SHA-256 as it came, where
    /// that could be had.
    pub(super) fn load(
        &mut self,
        name: &str,
        bytes: &[u8],
        sha256: Option<[u8; 32]>,
    ) -> Result<(), FormatError> {
        let named = |start: &[u8; NAME_BYTES]| file_name(start) == name;
        // Parts with the same bytes are one file, which serves all of them: a
        // part passed over would be asked for again and again.
        for index in 0..self.directory.files.len() {
            let entry = &self.directory.files[index];
            if named(&name_bytes(&entry.hash)) {
                entry.check(bytes, sha256)?;
                self.read_places(index as u32 + 1, bytes)?;
            }
        }
        if named(&name_bytes(&self.directory.vocabulary)) {
            self.read_vocabulary(bytes, sha256)?;
        }
        for (index, start) in self.directory.text_names().enumerate() {
            if named(&start) {
                let pieces = text::decode(bytes)?;
                if pieces.len() != (self.directory.text[index] as usize).max(1) {
                    return Err(Fault::Hash { start }.into());
                }
                let pieces = pieces.into_iter().map(FoldedPiece::new).collect();
                self.text[index] = Some(TextBlock { pieces, sha256 });
            }
        }
        self.check_text_hashes()
    }

    /// Reads the lexica that are not there yet.
    fn read_vocabulary(
        &mut self,
        bytes: &[u8],
        sha256: Option<[u8; 32]>,
    ) -> Result<(), FormatError> {
        let hash = &self.directory.vocabulary;
        let right = sha256.is_none_or(|sha256| sha256.starts_with(hash));
        if !right || bytes.len() != self.lexicon_bytes() as usize {
            return Err(FormatError::wrong_hash(hash));
        }
        let posts = self.directory.lengths.len() as u32;
        let mut rest = bytes;
        for (index, entry) in self.directory.terms.iter().enumerate() {
            let (lexicon, behind) = rest.split_at(entry.lexicon.len_bytes as usize);
            rest = behind;
            let shard = &mut self.terms[index];
            if shard.lexicon.is_none() {
                let keys = self.directory.term_range(index);
                shard.lexicon = Some(Lexicon::read(lexicon, keys, posts)?);
            }
        }
        Ok(())
    }

    /// Reads every part that lies in a file.
    fn read_places(&mut self, file: u32, bytes: &[u8]) -> Result<(), FormatError> {
        let part = |place: Place| {
            let range = place.at_bytes as usize..(place.at_bytes + place.len_bytes) as usize;
            (place.file == file).then(|| bytes.get(range)).flatten()
        };
        let posts = self.directory.lengths.len() as u32;
        for (index, entry) in self.directory.terms.iter().enumerate() {
            let shard = &mut self.terms[index];
            if let (Some(bytes), None) = (part(entry.lexicon), &shard.lexicon) {
                let keys = self.directory.term_range(index);
                shard.lexicon = Some(Lexicon::read(bytes, keys, posts)?);
            }
            if let (Some(bytes), None) = (part(entry.postings), &shard.postings) {
                shard.waiting = Some(bytes.to_vec());
            }
            if let (Some(lexicon), Some(_)) = (&shard.lexicon, &shard.waiting) {
                let bytes = shard.waiting.take().unwrap_or_default();
                let lengths = &self.directory.lengths;
                shard.postings =
                    Some(Postings::read(&bytes, lexicon.counts(), lengths, &self.halves)?);
            }
        }
        for (index, entry) in self.directory.posts.iter().enumerate() {
            if let Some(bytes) = part(entry.place) {
                let shard = crate::format::posts::decode(bytes, entry.blocks, entry.posts)?;
                self.posts[index] = Some(shard);
            }
        }
        if let Some(bytes) = part(self.directory.columns) {
            self.columns = Some(Columns::decode(bytes, &self.halves)?);
        }
        self.check_text_hashes()
    }

    /// Checks blocks that came before the posts that hold their hashes; each once.
    fn check_text_hashes(&mut self) -> Result<(), FormatError> {
        let mut first = 0;
        for (shard, entry) in self.directory.posts.iter().enumerate() {
            let blocks = first..first + entry.blocks as usize;
            first = blocks.end;
            let Some(posts) = &self.posts[shard] else { continue };
            for (block, hash) in blocks.zip(&posts.hashes) {
                let Some(loaded) = &mut self.text[block] else { continue };
                let Some(sha256) = loaded.sha256.take() else { continue };
                if !sha256.starts_with(hash) {
                    self.text[block] = None;
                    let start = self.directory.text_names().nth(block).unwrap_or_default();
                    return Err(Fault::Hash { start }.into());
                }
            }
        }
        Ok(())
    }
}
