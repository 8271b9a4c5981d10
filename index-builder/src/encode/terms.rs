//! Terms in shards: where these are cut, and a lexicon and postings of each.

use rayon::prelude::*;
use sakuin::format::ids::Halves;
use sakuin::format::lexicon::{self, Entry};
use sakuin::format::postings::{self, Posting};

use super::parts::Part;
use super::{TERM_SHARD_BYTES, TERM_SHARD_GROWTH, TERM_SHARDS_PER_100_POSTS};
use crate::analyse::stem;
use crate::index::{Index, Term};
use crate::spool::SpoolError;

/// What a lexicon holds: a term, or another way to write one.
pub(super) struct Held<'a> {
    term: &'a str,
    df: u32,
    /// None for an alias.
    of: Option<&'a Term>,
}

/// Terms and aliases, in order.
pub(super) fn held(index: &Index) -> Vec<Held<'_>> {
    let terms = index.terms.iter().map(|of| Held { term: &of.term, df: of.df, of: Some(of) });
    let aliases = index.aliases.iter().map(|(term, df)| Held { term, df: *df, of: None });
    let mut held: Vec<Held<'_>> = terms.chain(aliases).collect();
    held.par_sort_unstable_by_key(|held| held.term);
    held
}

/// A range of terms.
pub(super) struct TermParts {
    pub(super) first_term: String,
    pub(super) lexicon: Part,
    pub(super) postings: Part,
}

/// The shard that ends before the term `end` of `held`.
pub(super) fn encode(
    index: &Index,
    held: &[Held<'_>],
    shard: std::ops::Range<usize>,
    lengths: &[u8],
    halves: &Halves,
) -> Result<TermParts, SpoolError> {
    let before = shard.start.checked_sub(1).map_or("", |last| held[last].term);
    let terms = &held[shard];
    let entry = |held: &Held<'_>| Entry {
        term: held.term.to_string(),
        df: held.df,
        stem: held.of.and_then(|_| stem::stem(held.term)),
    };
    let entries: Vec<Entry> = terms.iter().map(entry).collect();
    let mut bytes = Vec::new();
    lexicon::encode(&entries, &mut bytes);
    let lists = terms.iter().map(|held| held.of.map_or(Ok(Vec::new()), |term| index.list(term)));
    let lists: Vec<Vec<Posting>> = lists.collect::<Result<_, _>>()?;
    let lists = lists.iter().map(Vec::as_slice);
    Ok(TermParts {
        first_term: start(before, terms[0].term),
        lexicon: Part::dense(bytes),
        postings: Part::dense(postings::encode(lists, lengths, halves)),
    })
}

/// As much of a term as tells it from the one before.
fn start(before: &str, term: &str) -> String {
    let same = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
    let same = term.floor_char_boundary(same);
    let next = term[same..].chars().next().map_or(0, char::len_utf8);
    term[..same + next].to_string()
}

/// Where term shards start, and where the last ends. They are of about the same
/// bytes, and are cut where neighbours have least in common: words of one stem,
/// and those that complete a word, then lie in one. A term with many postings
/// is alone.
pub(super) fn cuts(terms: &[Held<'_>], posts: usize) -> Vec<usize> {
    let mut before = "";
    let mut shared = Vec::with_capacity(terms.len());
    let mut sizes = Vec::with_capacity(terms.len());
    for &Held { term, df, of } in terms {
        let postings = of.map_or(0, |_| df as usize);
        let same = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
        // Measured: a byte of a term takes about 4 bits, a posting 3 and most of
        // the logarithm of how rare it is.
        let rare = (posts / postings.max(1)).max(1).ilog2() as usize;
        sizes.push((10 + (term.len() - same) * 4 + postings * (3 + rare * 7 / 8)) / 8);
        shared.push(same);
        before = term;
    }
    let total: usize = sizes.iter().sum();
    let most = 60 + posts * TERM_SHARDS_PER_100_POSTS / 100;
    let grown = (total * TERM_SHARD_GROWTH).isqrt();
    let target = TERM_SHARD_BYTES.max(grown).max(total / most);
    let mut cuts = vec![0];
    let mut at = 0;
    while at < terms.len() {
        let (mut end, mut bytes) = (at, 0);
        let mut best = (usize::MAX, terms.len());
        while end < terms.len() && (end == at || bytes + sizes[end] <= target * 5 / 4) {
            bytes += sizes[end];
            end += 1;
            if bytes >= target * 3 / 4 && end < terms.len() && shared[end] <= best.0 {
                best = (shared[end], end);
            }
        }
        if end < terms.len() && best.1 == terms.len() {
            best.1 = end;
        }
        at = if end == terms.len() { end } else { best.1 };
        cuts.push(at);
    }
    cuts.dedup();
    cuts
}
