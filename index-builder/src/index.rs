//! The inverted index: from the terms of each post to the posts of each term.

use std::collections::HashMap;

use rayon::prelude::*;
use sakuin::format::PostId;
use sakuin::format::lexicon::Entry;
use sakuin::format::postings::{MAX_TF, Posting};
use sakuin::format::posts::Post;
use sakuin::format::text::Piece;

use crate::analyse::alias::aliases;
use crate::analyse::compound::split_compounds;
use crate::analyse::{PostTerms, post_terms, stem};
use crate::order;

/// A post, read and ready to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What a result shows.
    pub post: Post,
    /// Its text.
    pub text: Piece,
}

/// An index in memory.
#[derive(Debug, Default)]
pub struct Index {
    /// Terms in order, each with its postings; aliases among them have none.
    pub terms: Vec<(Entry, Vec<Posting>)>,
    /// The tokens of each post.
    pub lengths: Vec<u32>,
    /// The tokens of each title.
    pub titles: Vec<u32>,
}

impl Index {
    /// Indexes documents, and puts them in the order that the index has them in.
    /// `done` is called with 1 for each.
    pub fn build(documents: &mut Vec<Document>, done: &(dyn Fn(usize) + Sync)) -> Index {
        let analysed: Vec<PostTerms> = documents
            .par_iter()
            .map(|document| {
                let post = &document.post;
                let terms = post_terms(&post.title, &post.tags, &post.url, &document.text);
                done(1);
                terms
            })
            .collect();
        let mut lists: HashMap<String, Vec<Posting>> = HashMap::new();
        let mut index = Index::default();
        for (post, terms) in (0..).zip(analysed) {
            index.lengths.push(terms.tokens);
            index.titles.push(terms.title_tokens);
            for (term, counts) in terms.terms {
                let tf = counts.tf.min(MAX_TF.into()) as u16;
                lists.entry(term).or_default().push(Posting { post, tf, fields: counts.fields });
            }
        }
        split_compounds(&mut lists);
        index.terms = lists
            .into_par_iter()
            .map(|(term, list)| {
                let stem = stem::stem(&term);
                (Entry { term, df: list.len() as u32, stem }, list)
            })
            .collect();
        index.terms.par_sort_unstable_by(|a, b| a.0.term.cmp(&b.0.term));
        let order = order::by_bisection(documents.len(), &index.terms);
        index.reorder(&order);
        let mut taken: Vec<Option<Document>> = documents.drain(..).map(Some).collect();
        documents.extend(order.iter().filter_map(|&post| taken[post as usize].take()));
        let aliases = aliases(index.terms.iter().map(|(entry, _)| entry));
        index.terms.extend(aliases.into_iter().map(|alias| (alias, Vec::new())));
        index.terms.par_sort_unstable_by(|a, b| a.0.term.cmp(&b.0.term));
        index
    }

    /// Makes the post that is now at `order[n]` the one at `n`.
    fn reorder(&mut self, order: &[PostId]) {
        let mut places = vec![0; order.len()];
        for (place, &post) in (0..).zip(order) {
            places[post as usize] = place;
        }
        for numbers in [&mut self.lengths, &mut self.titles] {
            *numbers = order.iter().map(|&post| numbers[post as usize]).collect();
        }
        self.terms.par_iter_mut().for_each(|(_, list)| {
            list.iter_mut().for_each(|posting| posting.post = places[posting.post as usize]);
            list.sort_unstable_by_key(|posting| posting.post);
        });
    }

    /// Terms, without aliases.
    pub fn terms(&self) -> usize {
        self.terms.iter().filter(|(_, list)| !list.is_empty()).count()
    }

    /// Postings over all terms.
    pub fn postings(&self) -> usize {
        self.terms.iter().map(|(_, list)| list.len()).sum()
    }
}
