//! What becomes of a post: its terms, its text, and what its writer may want to
//! know. Taken from the [cache](crate::cache) where the same post became that
//! before.

use sakuin::format::posts::Post;
use sakuin::format::reader::{FormatError, Reader, put_string, put_varint};
use sakuin::format::text;
use sakuin::markdown::PrepareOptions;
use sha2::{Digest, Sha256};

use crate::analyse::lattice::Lattice;
use crate::analyse::{Lengths, count_terms};
use crate::cache::{Cache, Key};
use crate::document::document;
use crate::highlight::Highlighter;
use crate::partial::{Counts, Partial};
use crate::source::{Body, Warning};

/// What becomes of a post, besides its terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysed {
    /// Its lengths.
    pub lengths: Lengths,
    /// Its text, as a piece of a block is encoded.
    pub text: Vec<u8>,
    /// What its writer may want to know.
    pub warnings: Vec<Warning>,
}

/// How posts are analysed.
pub struct Analyser<'a> {
    /// How they are prepared.
    pub options: PrepareOptions,
    /// What the words of the site's own are told by.
    pub words: [u8; 32],
    /// What cuts their code, if anything does.
    pub highlighter: Option<Highlighter>,
    /// What is known of them, if anything is.
    pub cache: Option<&'a Cache>,
}

impl Analyser<'_> {
    /// Counts the terms of a post in `partial`, and returns what else it becomes,
    /// and whether that was known.
    pub fn analyse(
        &self,
        post: &Post,
        body: &Body,
        lattice: &mut Lattice,
        partial: &mut Partial,
    ) -> (Analysed, bool) {
        let Some(cache) = self.cache else {
            return (self.analyse_anew(post, body, lattice, partial), false);
        };
        let key = self.key(post, body);
        if let Some(payload) = cache.get(key) {
            if let Ok((analysed, terms)) = decode(&post.id, &payload) {
                terms.into_iter().for_each(|(term, counts)| partial.add(term, counts));
                cache.put(key, &payload);
                return (analysed, true);
            }
            cache.note_damage();
        }
        let analysed = self.analyse_anew(post, body, lattice, partial);
        cache.put(key, &encode(&analysed, partial));
        (analysed, false)
    }

    fn analyse_anew(
        &self,
        post: &Post,
        body: &Body,
        lattice: &mut Lattice,
        partial: &mut Partial,
    ) -> Analysed {
        let (piece, warnings) = document(&post.id, body, &self.options, self.highlighter.as_ref());
        let (title, tags, url) = (&post.title, &post.tags, &post.url);
        let lengths = count_terms(title, tags, url, &piece, lattice, partial);
        let mut text = Vec::with_capacity(piece.text.len() + piece.marks.len() * 4);
        text::encode(&piece, &mut text);
        Analysed { lengths, text, warnings }
    }

    /// All that a post becomes something by.
    fn key(&self, post: &Post, body: &Body) -> Key {
        let (text, first_line) = match body {
            Body::Markdown { text, first_line } => (text, *first_line as u64),
            Body::Plain(text) => (text, 0),
        };
        let of_all = (&self.options, self.words, self.highlighter.is_some(), first_line);
        let of_post = (&post.id, &post.url, &post.title, &post.tags);
        let hash = Sha256::new()
            .chain_update(format!("{of_all:?}{of_post:?}"))
            .chain_update([0])
            .chain_update(text)
            .finalize();
        std::array::from_fn(|index| hash[index])
    }
}

/// What was counted, and the rest, as the cache keeps it.
fn encode(analysed: &Analysed, partial: &Partial) -> Vec<u8> {
    let mut out = Vec::with_capacity(analysed.text.len() * 3 / 2);
    put_varint(&mut out, analysed.lengths.tokens);
    put_varint(&mut out, analysed.lengths.title_tokens);
    put_varint(&mut out, analysed.warnings.len() as u32);
    for warning in &analysed.warnings {
        put_varint(&mut out, warning.line.map_or(0, |line| line as u32));
        put_string(&mut out, &warning.message);
    }
    put_varint(&mut out, partial.counted().count() as u32);
    for (term, Counts { tf, fields }) in partial.counted() {
        put_string(&mut out, term);
        put_varint(&mut out, tf);
        out.push(fields);
    }
    out.extend_from_slice(&analysed.text);
    out
}

/// The terms of a post.
type Terms<'a> = Vec<(&'a str, Counts)>;

/// Reads what [`encode`] wrote of the post `id`.
fn decode<'a>(id: &str, payload: &'a [u8]) -> Result<(Analysed, Terms<'a>), FormatError> {
    let mut reader = Reader::new("cache", payload);
    let lengths = Lengths { tokens: reader.varint(), title_tokens: reader.varint() };
    let mut warnings = Vec::new();
    for _ in 0..reader.count(2) {
        let line = Some(reader.varint() as usize).filter(|&line| line > 0);
        let message = reader.string().to_string();
        warnings.push(Warning { path: id.to_string(), line, message });
    }
    let mut terms = Vec::new();
    for _ in 0..reader.count(3) {
        let term = reader.string();
        terms.push((term, Counts { tf: reader.varint(), fields: reader.byte() & 7 }));
    }
    let text = reader.bytes(reader.left()).to_vec();
    reader.finish()?;
    Ok((Analysed { lengths, text, warnings }, terms))
}
