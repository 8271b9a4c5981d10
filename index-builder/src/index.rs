//! The inverted index: from the terms of each post to the posts of each term.
//!
//! Posts are read and analysed in stretches, side by side. Of a stretch stay a
//! run of postings ([`partial`](crate::partial)) and its texts, both in a
//! [`Spool`]; in memory are what a result shows of a post, and the terms.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use sakuin::format::PostId;
use sakuin::format::postings::Posting;
use sakuin::format::posts::Post;

use crate::analyse::alias::aliases;
use crate::analyse::compound::{self, compounds};
use crate::analyse::lattice::Lattice;
use crate::analyse::{Lengths, SiteWords};
use crate::analysed::Analysed;
use crate::order;
use crate::partial::{self, Partial};
use crate::related::related;
use crate::source::Warning;
use crate::spool::{Slot, Spool, SpoolError};

/// What the index holds of a post.
#[derive(Debug)]
pub struct Indexed {
    /// What a result shows.
    pub post: Post,
    /// Its text, as a piece of a block is encoded.
    pub text: Slot,
    /// Its lengths.
    pub lengths: Lengths,
    /// Posts that are related to it, by their places, the closest first.
    pub related: Vec<PostId>,
}

/// A term of the index.
#[derive(Debug)]
pub struct Term {
    /// Itself.
    pub term: Box<str>,
    /// The posts that hold it.
    pub df: u32,
    /// The block of lists that holds its own, and where there.
    block: u32,
    list: Range<u32>,
}

/// An index.
#[derive(Debug)]
pub struct Index {
    /// Posts, in the order that the index has them in.
    pub posts: Vec<Indexed>,
    /// Terms in order.
    pub terms: Vec<Term>,
    /// Other ways to write terms, in order, each with how many posts hold its term.
    pub aliases: Vec<(String, u32)>,
    /// Postings over all terms.
    pub postings: usize,
    /// The site's own words.
    pub words: Arc<SiteWords>,
    /// The place of each post in `posts`, by its number in the lists.
    places: Vec<u32>,
    blocks: Vec<Slot>,
    spool: Spool,
}

/// Lists are put into the spool in blocks of about as many bytes.
const LISTS_BYTES: usize = 64 << 10;
/// Posts of at least so many bytes are analysed as one stretch; of a large site
/// of more, so that there are no more than some hundred.
const STRETCH_BYTES: usize = 128 << 10;
/// The most of them, and then the most bytes all the same: a stretch takes ten
/// times its bytes in memory while it is analysed.
const STRETCHES: usize = 512;
const MAX_STRETCH_BYTES: usize = 8 << 20;

impl Index {
    /// Indexes the posts of `sources`, each with about its bytes. `analyse` is
    /// called for every one of them, in any order: it counts its terms, and gives
    /// what else there is to know of it, of which the warnings come back in order.
    ///
    /// # Errors
    ///
    /// When the spool cannot be written or read, or what `analyse` gives.
    pub fn build<S: Send>(
        sources: Vec<(S, usize)>,
        spool: Spool,
        words: Arc<SiteWords>,
        analyse: Analyse<'_, S>,
    ) -> Result<(Index, Vec<Warning>), SpoolError> {
        let posts = sources.len();
        let stretches: Vec<Stretch> = cut(sources)
            .into_par_iter()
            .with_max_len(1)
            .map(|(first, sources)| {
                LATTICE.with_borrow_mut(|lattice| {
                    lattice.use_words(&words);
                    Stretch::build(first, sources, &spool, lattice, analyse)
                })
            })
            .collect::<Result<_, _>>()?;
        let mut index = Index {
            posts: Vec::with_capacity(posts),
            terms: Vec::new(),
            aliases: Vec::new(),
            postings: 0,
            words,
            places: Vec::new(),
            blocks: Vec::new(),
            spool,
        };
        let (mut runs, mut warnings, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for stretch in stretches {
            runs.push(stretch.run);
            index.posts.extend(stretch.posts);
            counts.extend(stretch.terms);
            warnings.extend(stretch.warnings);
        }
        index.merge(&runs)?;
        index.split_compounds()?;
        let (telling, terms) = index.telling(&counts)?;
        let (known, words) = (&index.terms, &*index.words);
        // What orders posts leaves a thread without work now and then.
        let ((mut related, order), aliases) = rayon::join(
            || (related(&telling, terms), order::by_bisection(telling, terms)),
            || aliases(known.iter().map(|term| (&*term.term, term.df)), words),
        );
        index.aliases = aliases;
        index.places = vec![0; order.len()];
        for (place, &post) in (0..).zip(&order) {
            index.places[post as usize] = place;
        }
        let mut taken: Vec<Option<Indexed>> = index.posts.drain(..).map(Some).collect();
        for &post in &order {
            let mut related = std::mem::take(&mut related[post as usize]);
            related.iter_mut().for_each(|post| *post = index.places[*post as usize]);
            let taken = taken[post as usize].take();
            index.posts.extend(taken.map(|taken| Indexed { related, ..taken }));
        }
        Ok((index, warnings))
    }

    fn merge(&mut self, runs: &[Slot]) -> Result<(), SpoolError> {
        let Index { terms, postings, blocks, spool, .. } = self;
        let mut block = Vec::with_capacity(LISTS_BYTES * 2);
        partial::merge(runs, spool, |term, list| {
            if block.len() > LISTS_BYTES {
                blocks.push(spool.put(&block)?);
                block.clear();
            }
            let start = block.len() as u32;
            partial::put_list(list, &mut block);
            *postings += list.len();
            terms.push(Term {
                term: term.into(),
                df: list.len() as u32,
                block: blocks.len() as u32,
                list: start..block.len() as u32,
            });
            Ok(())
        })?;
        blocks.push(spool.put(&block)?);
        Ok(())
    }

    /// Gives the postings of each compound to its parts, and takes it away.
    fn split_compounds(&mut self) -> Result<(), SpoolError> {
        let compounds =
            compounds(self.terms.iter().map(|term| (&*term.term, term.df)), &self.words);
        let mut heirs: BTreeMap<String, Vec<Posting>> = BTreeMap::new();
        for (compound, parts) in &compounds {
            let Ok(at) = self.find(compound) else { continue };
            let list = self.list_as_read(&self.terms[at])?;
            self.postings -= list.len();
            for heir in compound::heirs(parts) {
                heirs.entry(heir).or_default().extend_from_slice(&list);
            }
        }
        self.terms.retain(|term| !compounds.contains_key(&*term.term));
        let (mut block, mut new) = (Vec::new(), Vec::new());
        for (heir, mut list) in heirs {
            let known = self.find(&heir);
            if let Ok(at) = known {
                let own = self.list_as_read(&self.terms[at])?;
                self.postings -= own.len();
                list.extend_from_slice(&own);
            }
            compound::join(&mut list);
            self.postings += list.len();
            let start = block.len() as u32;
            partial::put_list(&list, &mut block);
            let term = Term {
                term: heir.into(),
                df: list.len() as u32,
                block: self.blocks.len() as u32,
                list: start..block.len() as u32,
            };
            match known {
                Ok(at) => self.terms[at] = term,
                Err(_) => new.push(term),
            }
            if block.len() > LISTS_BYTES {
                self.blocks.push(self.spool.put(&block)?);
                block.clear();
            }
        }
        self.blocks.push(self.spool.put(&block)?);
        self.terms.extend(new);
        self.terms.sort_unstable_by(|a, b| a.term.cmp(&b.term));
        Ok(())
    }

    fn find(&self, term: &str) -> Result<usize, usize> {
        self.terms.binary_search_by(|other| (*other.term).cmp(term))
    }

    /// For each post the numbers of those terms that tell where it belongs: not of
    /// those that no other post holds, nor, where these are more than
    /// [`MAX_TELLING`] postings, of those that most posts hold. `counts` are the
    /// terms of each post. Beside them, how many such terms there are.
    fn telling(&self, counts: &[u32]) -> Result<(Vec<Vec<u32>>, usize), SpoolError> {
        let mut dfs: Vec<u32> =
            self.terms.iter().map(|term| term.df).filter(|&df| df > 1).collect();
        dfs.sort_unstable();
        let mut sum = 0;
        let too_many = dfs.iter().find(|&&df| {
            sum += df as usize;
            sum > MAX_TELLING
        });
        let tells = |term: &&Term| term.df > 1 && too_many.is_none_or(|&df| term.df < df);
        let room =
            |&count: &u32| Vec::with_capacity(if too_many.is_none() { count as usize } else { 0 });
        let mut posts: Vec<Vec<u32>> = counts.iter().map(room).collect();
        let (mut number, mut list) = (0, Vec::new());
        for terms in self.terms.chunk_by(|a, b| a.block == b.block) {
            let block = self.spool.get(self.blocks[terms[0].block as usize])?;
            for term in terms.iter().filter(tells) {
                list.clear();
                partial::read_list(
                    &block[term.list.start as usize..term.list.end as usize],
                    &mut list,
                );
                list.iter().for_each(|posting| posts[posting.post as usize].push(number));
                number += 1;
            }
        }
        Ok((posts, number as usize))
    }

    /// The postings of a term, by the places of posts.
    ///
    /// # Errors
    ///
    /// When the spool cannot be read.
    pub fn list(&self, term: &Term) -> Result<Vec<Posting>, SpoolError> {
        let mut list = self.list_as_read(term)?;
        list.iter_mut().for_each(|posting| posting.post = self.places[posting.post as usize]);
        list.sort_unstable_by_key(|posting| posting.post);
        Ok(list)
    }

    /// The postings of a term, by the numbers of posts as they were read.
    fn list_as_read(&self, term: &Term) -> Result<Vec<Posting>, SpoolError> {
        let at = term.list.start as usize;
        let bytes = self.spool.part(self.blocks[term.block as usize], at, term.list.len())?;
        let mut list = Vec::with_capacity(term.df as usize);
        partial::read_list(&bytes, &mut list);
        Ok(list)
    }

    /// The text of a post, as a piece of a block is encoded.
    ///
    /// # Errors
    ///
    /// When the spool cannot be read.
    pub fn text(&self, post: &Indexed) -> Result<Vec<u8>, SpoolError> {
        self.spool.get(post.text)
    }
}

thread_local! {
    static LATTICE: RefCell<Lattice> = RefCell::default();
}

/// The most postings that the order of posts is told by: 4 bytes each in memory.
const MAX_TELLING: usize = 64 << 20;

/// Cuts posts, each with its bytes, into stretches, each with the number of its
/// first post.
fn cut<S>(sources: Vec<(S, usize)>) -> Vec<(u32, Vec<S>)> {
    let all_bytes: usize = sources.iter().map(|(_, bytes)| bytes).sum();
    let target = (all_bytes / STRETCHES).clamp(STRETCH_BYTES, MAX_STRETCH_BYTES);
    let (mut stretches, mut stretch, mut stretch_bytes) = (Vec::new(), Vec::new(), 0);
    let mut first = 0;
    for (source, bytes) in sources {
        stretch.push(source);
        stretch_bytes += bytes;
        if stretch_bytes >= target {
            let stretch = std::mem::take(&mut stretch);
            let posts = stretch.len() as u32;
            stretches.push((first, stretch));
            (first, stretch_bytes) = (first + posts, 0);
        }
    }
    if !stretch.is_empty() {
        stretches.push((first, stretch));
    }
    stretches
}

/// What is called for each post.
pub type Analyse<'a, S> =
    &'a (dyn Fn(S, &mut Lattice, &mut Partial) -> Result<(Post, Analysed), SpoolError> + Sync);

/// What stays of a stretch of posts.
struct Stretch {
    posts: Vec<Indexed>,
    /// How many terms each has.
    terms: Vec<u32>,
    run: Slot,
    warnings: Vec<Warning>,
}

impl Stretch {
    fn build<S>(
        first: u32,
        sources: Vec<S>,
        spool: &Spool,
        lattice: &mut Lattice,
        analyse: Analyse<'_, S>,
    ) -> Result<Stretch, SpoolError> {
        let mut partial = Partial::default();
        let (mut posts, mut terms, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        for (number, source) in (first..).zip(sources) {
            let (post, analysed) = analyse(source, lattice, &mut partial)?;
            terms.push(partial.end_post(number) as u32);
            let Analysed { lengths, text, warnings: more } = analysed;
            posts.push(Indexed { post, text: spool.put(&text)?, lengths, related: Vec::new() });
            warnings.extend(more);
        }
        let run = spool.put(&partial.finish())?;
        Ok(Stretch { posts, terms, run, warnings })
    }
}
