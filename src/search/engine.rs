//! The engine: an index, as far as it is loaded, and the calls on it.

use std::ops::Range;

use crate::format::directory::Directory;
use crate::format::manifest::{Manifest, Root};
use crate::format::postings::Posting;
use crate::format::posts::Post;
use crate::format::{Fault, FormatError, file_name};
use crate::text::Normaliser;

use super::explain::explain;
use super::facets::{facets, filter, freshen, needs_columns};
use super::folded::FoldedPiece;
use super::needs::{Loaded, Need};
use super::query::{self, Query};
use super::rank::{Ranked, rank};
use super::rerank::rerank;
use super::snippet::snippet;
use super::{Answer, FullPost, Hit, PostHead, QueryOptions, Sort, Suggestion, Tier, suggest};

/// What a call gives: what it is still missing, or the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<T> {
    /// Load these, then call again.
    Needs(Vec<Need>),
    /// The answer.
    Done(T),
}

/// An index that is searched while it loads.
pub struct Engine {
    manifest: Manifest,
    normalise: Normaliser,
    loaded: Option<Loaded>,
}

impl Engine {
    /// Opens an index: `file` is the manifest as it came, `body` what follows
    /// its head, inflated.
    ///
    /// # Errors
    ///
    /// When it is damaged, or of another format.
    pub fn open(file: &[u8], body: &[u8], normalise: Normaliser) -> Result<Engine, FormatError> {
        let manifest = Manifest::decode(file, body)?;
        let mut engine = Engine { manifest, normalise, loaded: None };
        if let Root::Inline { directory, data } = &engine.manifest.root {
            let directory = Directory::decode(directory, data.len())?;
            engine.loaded = Some(Loaded::new(directory, data)?);
        }
        Ok(engine)
    }

    /// The name of this state of the index, 16 hexadecimal digits.
    pub fn generation(&self) -> String {
        let mut name = String::new();
        for byte in self.manifest.generation {
            for half in [byte >> 4, byte & 15] {
                name.extend(char::from_digit(u32::from(half), 16));
            }
        }
        name
    }

    /// The files of code that came with the index: name and SHA-256.
    pub fn engine_files(&self) -> &[(String, [u8; 32])] {
        &self.manifest.engine
    }

    /// The directory, once it is loaded.
    pub fn directory(&self) -> Option<&Directory> {
        self.loaded.as_ref().map(|loaded| &loaded.directory)
    }

    /// The postings of every term that is loaded, in order, by shard; none for
    /// aliases.
    pub fn lists(&self) -> Vec<Vec<&[Posting]>> {
        let Some(loaded) = &self.loaded else { return Vec::new() };
        let shards = 0..loaded.directory.terms.len();
        let shards = shards.filter_map(|shard| loaded.terms(shard));
        let mut lists = Vec::new();
        for (lexicon, postings) in shards {
            lists.push((0..lexicon.dfs().len()).map(|index| postings.list(index)).collect());
        }
        lists
    }

    /// Takes in a file: its name, its bytes, inflated, and its SHA-256 as it
    /// came, where that could be had.
    ///
    /// # Errors
    ///
    /// When it is not what its name promises, or invalid.
    pub fn load(
        &mut self,
        name: &str,
        bytes: &[u8],
        sha256: Option<[u8; 32]>,
    ) -> Result<(), FormatError> {
        if let Some(loaded) = &mut self.loaded {
            return loaded.load(name, bytes, sha256);
        }
        let Root::File { sha256: known, inflated_bytes } = &self.manifest.root else {
            return Ok(());
        };
        if bytes.len() != *inflated_bytes as usize || sha256.is_some_and(|sha256| sha256 != *known)
        {
            return Err(Fault::Hash { start: std::array::from_fn(|index| known[index]) }.into());
        }
        self.loaded = Some(Loaded::new(Directory::decode(bytes, 0)?, &[])?);
        Ok(())
    }

    /// Every file of the index but the manifest.
    pub fn all_files(&self) -> Step<Vec<Need>> {
        self.step(|loaded| Some(loaded.all_files()))
    }

    /// Runs `call` on what is loaded. What it missed counts before its answer.
    fn step<T>(&self, call: impl FnOnce(&Loaded) -> Option<T>) -> Step<T> {
        let Some(loaded) = &self.loaded else {
            let Root::File { sha256, inflated_bytes } = &self.manifest.root else {
                return Step::Needs(Vec::new());
            };
            return Step::Needs(vec![Need {
                file: file_name(&std::array::from_fn(|index| sha256[index])),
                sha256: Some(*sha256),
                inflated_bytes: *inflated_bytes,
                deflated: true,
            }]);
        };
        let answer = call(loaded);
        match (loaded.take_needs(), answer) {
            (needs, Some(answer)) if needs.is_empty() => Step::Done(answer),
            (needs, _) => Step::Needs(needs),
        }
    }

    /// Searches for `text`.
    pub fn query(&self, text: &str, options: &QueryOptions) -> Step<Answer> {
        self.step(|loaded| {
            let query = query::parse(text, self.normalise, loaded);
            let (ranked, whole) = self.found(text, &query, loaded, options)?;
            let page = &ranked[page(&ranked, options)];
            let facets = facets(&ranked, loaded, options)?;
            // Each is asked for before any is waited for.
            let mut hits = Vec::new();
            for found in page {
                hits.extend(self.hit(found, &query, loaded, options));
            }
            if hits.len() < page.len() {
                return None;
            }
            Some(Answer {
                total: ranked.len() as u32,
                exact: whole && ranked.iter().all(|found| found.tier <= Tier::All),
                complete: true,
                tier: ranked.iter().map(|found| found.tier).min(),
                suggestion: suggest::meant(text, &query, self.normalise),
                facets,
                hits,
            })
        })
    }

    /// The ways that a query being typed may go on, those that most posts hold
    /// first, at most `limit`; 0 gives all.
    pub fn suggest(&self, text: &str, limit: usize) -> Step<Vec<Suggestion>> {
        self.step(|loaded| Some(suggest::suggest(text, limit, self.normalise, loaded)))
    }

    /// The posts that `text` finds, by id, the best first, without snippets:
    /// what an evaluation needs.
    pub fn rank(&self, text: &str, options: &QueryOptions) -> Step<Vec<(String, f32)>> {
        self.step(|loaded| {
            let query = query::parse(text, self.normalise, loaded);
            let (ranked, _) = self.found(text, &query, loaded, options)?;
            let name =
                |found: &Ranked| loaded.post(found.post).map(|post| (post.id.clone(), found.score));
            let names: Vec<Option<_>> = ranked[page(&ranked, options)].iter().map(name).collect();
            names.into_iter().collect()
        })
    }

    /// The posts found, the hits of the page in order by their text; and whether
    /// all that the query asks for was looked at in each.
    fn found(
        &self,
        text: &str,
        query: &Query,
        loaded: &Loaded,
        options: &QueryOptions,
    ) -> Option<(Vec<Ranked>, bool)> {
        let mut ranking = rank(query, loaded, &options.weights, None)?;
        let ranked = &mut ranking.posts;
        let mut whole = true;
        if let Some(narrowing) = &query.narrowing {
            narrowing.apply(ranked, loaded, self.normalise)?;
        }
        if needs_columns(options) {
            filter(ranked, loaded, options)?;
        }
        if let Some(narrowing) = &query.narrowing {
            whole = narrowing.verify(ranked, options, loaded, self.normalise)?;
        }
        if options.sort == Sort::Relevance {
            freshen(&mut ranking, loaded, options.recency)?;
            let (page, passage) = (page(&ranking.posts, options), options.weights.passage);
            rerank(&mut ranking, page, text, query, loaded, self.normalise, passage)?;
        }
        Some((ranking.posts, whole))
    }

    fn hit(
        &self,
        found: &Ranked,
        query: &Query,
        loaded: &Loaded,
        options: &QueryOptions,
    ) -> Option<Hit> {
        // Both are asked for before either is waited for.
        let (post, text) = (loaded.post(found.post), loaded.text(found.post));
        let (post, text) = (post?, text?);
        let snippet = snippet(&text, &query.needles, self.normalise);
        Some(Hit {
            post: head(post),
            score: f64::from(found.score),
            tier: found.tier,
            snippet: snippet.parts,
            sections: snippet.sections,
            explain: if options.explain {
                explain(found, query, loaded, &options.weights)?
            } else {
                Vec::new()
            },
        })
    }

    /// The post with this id, or else at this address, whole; none when there
    /// is none. `related`: with the posts that are related to it.
    pub fn post(&self, id: &str, related: bool) -> Step<Option<FullPost>> {
        self.step(|loaded| {
            let (mut complete, mut found) = (true, None);
            for number in 0..loaded.directory.lengths.len() as u32 {
                match loaded.post(number) {
                    Some(post) if post.id == id || (found.is_none() && post.url == id) => {
                        found = Some((number, post));
                    }
                    Some(_) => {}
                    None => complete = false,
                }
            }
            let Some((number, post)) = found else { return complete.then_some(None) };
            // Other shards may be missing, but this one is there.
            loaded.take_needs();
            let text = loaded.text(number)?;
            let (mut markdown, mut runs) = (String::new(), Vec::new());
            let (mut others, mut complete) = (Vec::new(), true);
            for FoldedPiece { piece, .. } in text {
                for &distance in piece.related.iter().filter(|_| related) {
                    let other = number.wrapping_add_signed(distance);
                    if other as usize >= loaded.directory.lengths.len() {
                        continue;
                    }
                    match loaded.post(other) {
                        None => complete = false,
                        Some(post) => others.push(head(post)),
                    }
                }
                for run in &piece.runs {
                    runs.push(run.later(markdown.len()));
                }
                markdown.push_str(&piece.text);
            }
            complete.then_some(Some(FullPost {
                post: head(post),
                lang: post.lang.clone(),
                markdown,
                runs,
                related: others,
            }))
        })
    }
}

/// What a list shows of a post.
fn head(post: &Post) -> PostHead {
    PostHead {
        id: post.id.clone(),
        url: post.url.clone(),
        title: post.title.clone(),
        date: post.date.map(|date| date.day()),
        tags: post.tags.clone(),
    }
}

/// Which of the posts found are the hits to return.
fn page(ranked: &[Ranked], options: &QueryOptions) -> Range<usize> {
    let limit = if options.limit == 0 { usize::MAX } else { options.limit };
    let start = options.offset.min(ranked.len());
    start..start.saturating_add(limit).min(ranked.len())
}
