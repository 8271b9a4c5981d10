//! Partial indexes: the postings of a stretch of posts, by term.
//!
//! Each stretch becomes a *run*, a string of bytes, so that no more of an index
//! needs to be in memory than a stretch for each thread; then all runs are read
//! side by side, and merged. A run is a row of terms, ascending:
//!
//! | field   | meaning                                                             |
//! |---------|---------------------------------------------------------------------|
//! | `term`  | a string                                                            |
//! | `list`  | a varint, the bytes of what follows: for each posting two varints, the post, less that of the posting before, and 8 times its tf, plus its fields |

use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use sakuin::format::PostId;
use sakuin::format::postings::{MAX_TF, Posting};
use sakuin::format::reader::{Reader, put_string, put_varint};

use crate::spool::{Slot, Spool, SpoolError};

/// What a term counts in one post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Occurrences in headings and text.
    pub tf: u32,
    /// The fields that hold it, as in [`Posting`].
    pub fields: u8,
}

/// The partial index of some posts, and what has been counted of the next.
#[derive(Debug, Default)]
pub struct Partial {
    terms: Terms,
    /// Of each term, in the next post; nothing of those that are not in `held`.
    counts: Vec<Counts>,
    held: Vec<u32>,
    postings: Vec<(u32, Posting)>,
}

impl Partial {
    /// Counts a term of the next post. Either number of `counts` is above 0.
    pub fn add(&mut self, term: &str, counts: Counts) {
        let number = self.terms.number(term);
        self.counts.resize(self.terms.ends.len(), Counts::default());
        let counted = &mut self.counts[number as usize];
        if *counted == Counts::default() {
            self.held.push(number);
        }
        counted.tf = counted.tf.saturating_add(counts.tf);
        counted.fields |= counts.fields;
    }

    /// Counts a term of the next post, unless that has it already.
    pub fn add_new(&mut self, term: &str, counts: Counts) {
        let number = self.terms.number(term) as usize;
        if self.counts.get(number).is_none_or(|counted| *counted == Counts::default()) {
            self.add(term, counts);
        }
    }

    /// What has been counted of the next post, in the order of first occurrence.
    pub fn counted(&self) -> impl Iterator<Item = (&str, Counts)> {
        self.held.iter().map(|&number| (self.terms.text(number), self.counts[number as usize]))
    }

    /// Ends the next post, which is `post`, and returns how many terms it has.
    /// Posts come in ascending order.
    pub fn end_post(&mut self, post: PostId) -> usize {
        for &number in &self.held {
            let Counts { tf, fields } = std::mem::take(&mut self.counts[number as usize]);
            let tf = tf.min(MAX_TF.into()) as u16;
            self.postings.push((number, Posting { post, tf, fields }));
        }
        let terms = self.held.len();
        self.held.clear();
        terms
    }

    /// The run of all posts that were ended.
    pub fn finish(self) -> Vec<u8> {
        // Those of one term beside each other, posts in their order: by counting.
        let mut starts = vec![0usize; self.terms.ends.len() + 1];
        for (number, _) in &self.postings {
            starts[*number as usize + 1] += 1;
        }
        for number in 1..starts.len() {
            starts[number] += starts[number - 1];
        }
        let mut by_term = vec![Posting::default(); self.postings.len()];
        let mut next = starts.clone();
        for (number, posting) in self.postings {
            by_term[next[number as usize]] = posting;
            next[number as usize] += 1;
        }
        let mut order: Vec<u32> = (0..self.terms.ends.len() as u32).collect();
        order.sort_unstable_by_key(|&number| self.terms.text(number));
        let (mut run, mut list) = (Vec::with_capacity(by_term.len() * 6), Vec::new());
        for number in order {
            let postings = &by_term[starts[number as usize]..next[number as usize]];
            if postings.is_empty() {
                continue;
            }
            put_string(&mut run, self.terms.text(number));
            list.clear();
            put_list(postings, &mut list);
            put_varint(&mut run, list.len() as u32);
            run.extend_from_slice(&list);
        }
        run
    }
}

/// Appends a list of postings as a run has it.
pub fn put_list(postings: &[Posting], out: &mut Vec<u8>) {
    let mut before = 0;
    for posting in postings {
        put_varint(out, posting.post - before);
        put_varint(out, u32::from(posting.tf) << 3 | u32::from(posting.fields));
        before = posting.post;
    }
}

/// Reads the list that is all of `bytes`, the reverse of [`put_list`], and
/// appends it.
pub fn read_list(bytes: &[u8], postings: &mut Vec<Posting>) {
    let mut reader = Reader::new("run", bytes);
    let mut post = 0;
    while reader.left() > 0 {
        post += reader.varint();
        let rest = reader.varint();
        postings.push(Posting { post, tf: (rest >> 3) as u16, fields: rest as u8 & 7 });
    }
}

/// Strings, each with a number.
#[derive(Debug, Default)]
struct Terms {
    text: String,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Terms {
    fn number(&mut self, term: &str) -> u32 {
        let Terms { text, ends, numbers, hasher } = self;
        let held = |number: u32| text_of(text, ends, number);
        let entry = numbers.entry(
            hasher.hash_one(term),
            |&number| held(number) == term,
            |&number| hasher.hash_one(held(number)),
        );
        match entry {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let number = ends.len() as u32;
                entry.insert(number);
                text.push_str(term);
                ends.push(text.len());
                number
            }
        }
    }

    fn text(&self, number: u32) -> &str {
        text_of(&self.text, &self.ends, number)
    }
}

fn text_of<'a>(text: &'a str, ends: &[usize], number: u32) -> &'a str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start..ends[number]]
}

/// So much of a run is in memory while it is merged.
const WINDOW_BYTES: usize = 32 << 10;

/// Merges runs, whose posts ascend from run to run: `each` is called for every
/// term, ascending, with its postings.
///
/// # Errors
///
/// When a run cannot be read, or what `each` gives.
pub fn merge(
    runs: &[Slot],
    spool: &Spool,
    mut each: impl FnMut(&str, &[Posting]) -> Result<(), SpoolError>,
) -> Result<(), SpoolError> {
    let mut heads = BinaryHeap::new();
    for (number, &run) in (0..).zip(runs) {
        let mut head = Head { number, run, ..Head::default() };
        if head.advance(spool)? {
            heads.push(head);
        }
    }
    let (mut term, mut postings) = (String::new(), Vec::new());
    while let Some(mut first) = heads.peek_mut() {
        if first.term != term && !postings.is_empty() {
            each(&term, &postings)?;
            postings.clear();
        }
        if postings.is_empty() {
            term.clone_from(&first.term);
        }
        read_list(&first.window[first.list.clone()], &mut postings);
        if !first.advance(spool)? {
            PeekMut::pop(first);
        }
    }
    if postings.is_empty() { Ok(()) } else { each(&term, &postings) }
}

/// A run that is being merged, at one of its terms.
#[derive(Debug, Default)]
struct Head {
    term: String,
    number: u32,
    /// The place of the list in `window`, which what is read next follows.
    list: std::ops::Range<usize>,
    window: Vec<u8>,
    /// Where the window stands in the run.
    at: usize,
    run: Slot,
}

impl Head {
    /// Goes on to the next term; whether there is one.
    fn advance(&mut self, spool: &Spool) -> Result<bool, SpoolError> {
        let mut wanted = WINDOW_BYTES;
        loop {
            let rest = &self.window[self.list.end..];
            let mut reader = Reader::new("run", rest);
            let term = reader.string();
            let list = reader.varint() as usize;
            if reader.check().is_ok() && list <= reader.left() {
                self.term.clear();
                self.term.push_str(term);
                let start = self.window.len() - reader.left();
                self.list = start..start + list;
                return Ok(true);
            }
            self.at += self.list.end;
            if self.at == self.run.len_bytes() {
                return Ok(false);
            }
            // A list may be longer than the window.
            self.window = spool.part(self.run, self.at, wanted)?;
            self.list = 0..0;
            wanted *= 2;
        }
    }
}

// A heap gives the greatest: here the first term, and of one term the first run.
impl Ord for Head {
    fn cmp(&self, other: &Head) -> std::cmp::Ordering {
        other.term.cmp(&self.term).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Head) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Head) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn merged_runs_are_the_postings_of_all_posts_however_they_are_cut() {
        // Term 7 has a list longer than a window.
        let of_post = |post: u32| {
            (0..8u32).filter(move |term| *term == 7 || (post * 5 + term).is_multiple_of(3))
        };
        let posts = 30_000;
        let mut expected: BTreeMap<String, Vec<Posting>> = BTreeMap::new();
        for post in 0..posts {
            for term in of_post(post) {
                let posting = Posting { post, tf: (post % 9) as u16, fields: 1 + (post % 7) as u8 };
                expected.entry(format!("語{term}")).or_default().push(posting);
            }
        }
        let folder = tempfile::tempdir().unwrap();
        for (stretch, memory_bytes) in [(posts, 0), (7000, 50_000), (900, 1 << 24)] {
            let spool = Spool::new(folder.path(), memory_bytes);
            let mut runs = Vec::new();
            for start in (0..posts).step_by(stretch as usize) {
                let mut partial = Partial::default();
                for post in start..posts.min(start + stretch) {
                    for term in of_post(post) {
                        let fields = 1 + (post % 7) as u8;
                        partial.add(&format!("語{term}"), Counts { tf: post % 9, fields });
                    }
                    partial.end_post(post);
                }
                runs.push(spool.put(&partial.finish()).unwrap());
            }
            let mut merged = BTreeMap::new();
            let each = |term: &str, postings: &[Posting]| {
                merged.insert(term.to_string(), postings.to_vec());
                Ok(())
            };
            merge(&runs, &spool, each).unwrap();
            assert!(merged == expected, "runs of {stretch} posts");
        }
    }

    #[test]
    fn a_term_is_counted_once_a_post() {
        let mut partial = Partial::default();
        partial.add("索引", Counts { tf: 0, fields: 1 });
        partial.add("索引", Counts { tf: 1, fields: 0 });
        partial.add_new("索引", Counts { tf: 0, fields: 4 });
        partial.add_new("rust", Counts { tf: 0, fields: 4 });
        let counted: Vec<_> = partial.counted().collect();
        let expected =
            [("索引", Counts { tf: 1, fields: 1 }), ("rust", Counts { tf: 0, fields: 4 })];
        assert_eq!(counted, expected);
        assert_eq!((partial.end_post(0), partial.end_post(1)), (2, 0));
    }
}
