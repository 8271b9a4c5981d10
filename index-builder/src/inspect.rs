//! The parts of an index: their bytes, beside what information theory asks.

use std::collections::BTreeMap;

use sakuin::format::Place;
use sakuin::format::ids::{self, Halves, IdModels};
use sakuin::format::postings::{self, Posting};
use sakuin::format::range::RangeWriter;
use serde::Serialize;

use crate::folder::{Folder, FolderError};
use crate::offline;

/// A part of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name. `ids`, `tf` and `fields` are what `postings` are made of.
    pub name: &'static str,
    /// Files that hold it; 0 when it travels in the manifest, or within others.
    pub files: usize,
    /// Its bytes; after inflating where it travels in the manifest, which is
    /// deflated as a whole, else on the wire.
    pub bytes: usize,
    /// Terms, postings, posts or blocks in it.
    pub items: usize,
    /// What it takes at least, in bytes, where a bound is known: for postings
    /// the sum of log2 C(posts, df) over all terms, for ids alone; for `ids` the
    /// entropy of the least telling model in which each term has its df and each
    /// post its number of terms; for `tf` the entropy of tf, given the term and
    /// the binary logarithm of the post's length, each as often as it is.
    pub bound_bytes: Option<usize>,
}

/// Loads the whole index and measures its parts.
///
/// # Errors
///
/// When a file of it cannot be had.
pub fn inspect(folder: &mut Folder) -> Result<Vec<Part>, FolderError> {
    folder.load_all()?;
    let Some(directory) = folder.engine().directory() else { return Ok(Vec::new()) };
    let sizes = |places: Vec<Place>| {
        let mut files: Vec<u32> =
            places.iter().map(|place| place.file).filter(|&file| file > 0).collect();
        files.dedup();
        let bytes = |place: &Place| match place.file.checked_sub(1) {
            Some(file) if directory.files[file as usize].deflated => {
                folder.wire_bytes(file as usize)
            }
            _ => place.len_bytes as usize,
        };
        (files.len(), places.iter().map(bytes).sum::<usize>())
    };
    let part = |name, (files, bytes): (usize, usize), items, bound_bits: Option<f64>| Part {
        name,
        files,
        bytes,
        items,
        bound_bytes: bound_bits.map(|bits| (bits / 8.0) as usize),
    };
    let terms = &directory.terms;
    let posts = directory.lengths.len();
    let lists = folder.engine().lists();
    let lexicon = sizes(terms.iter().map(|shard| shard.lexicon).collect());
    let postings = sizes(terms.iter().map(|shard| shard.postings).collect());
    let ids = ids_bytes(&lists, &directory.lengths);
    let all: Vec<&[Posting]> =
        lists.iter().flatten().copied().filter(|list| !list.is_empty()).collect();
    let count: usize = all.iter().map(|list| list.len()).sum();
    let choices: f64 = all.iter().map(|list| log2_choose(posts as f64, list.len() as f64)).sum();
    let fields = fields_bytes(&lists, &directory.lengths).saturating_sub(ids);
    let tf = (0, postings.1.saturating_sub(ids + fields));
    let text = (directory.text.len(), folder.text_wire_bytes());
    // What stands in other files, too: all lexica in one, and all files in a few.
    let packs = offline::pack_bytes(folder.path());
    let lexica = if lexicon.0 > 0 { (1, lexicon.1) } else { (0, 0) };
    let packs = (packs.len() + lexica.0, packs.iter().sum::<usize>() + lexica.1);
    Ok(vec![
        part("manifest", (1, folder.manifest_bytes()), 1, None),
        part("lexicon", lexicon, lists.iter().map(Vec::len).sum(), None),
        part("postings", postings, count, Some(choices)),
        part("ids", (0, ids), count, Some(margins_bits(&all, posts))),
        part("tf", tf, count, Some(tf_bits(&all, &directory.lengths))),
        part("fields", (0, fields), count, None),
        part("columns", sizes(vec![directory.columns]), posts, None),
        part(
            "posts",
            sizes(directory.posts.iter().map(|shard| shard.place).collect()),
            posts,
            None,
        ),
        part("text", text, posts, None),
        part("packs", packs, 1, None),
    ])
}

/// The bytes of the ids alone.
fn ids_bytes(shards: &[Vec<&[Posting]>], lengths: &[u8]) -> usize {
    let halves = Halves::new(lengths);
    let mut bytes = 0;
    for lists in shards {
        let (mut models, mut out) = (IdModels::default(), RangeWriter::default());
        for list in lists.iter().filter(|list| !list.is_empty()) {
            let ids: Vec<u32> = list.iter().map(|posting| posting.post).collect();
            ids::encode(&ids, &halves, &mut models, &mut out);
        }
        bytes += out.finish().len();
    }
    bytes
}

/// The bytes of ids and fields: of the same lists with no tf to tell.
fn fields_bytes(shards: &[Vec<&[Posting]>], lengths: &[u8]) -> usize {
    let halves = Halves::new(lengths);
    let least = |posting: &Posting| Posting { tf: u16::from(posting.fields == 0), ..*posting };
    let shards = shards.iter().map(|lists| {
        let lists: Vec<Vec<Posting>> =
            lists.iter().map(|list| list.iter().map(least).collect()).collect();
        postings::encode(lists.iter().map(Vec::as_slice), lengths, &halves).len()
    });
    shards.sum()
}

/// The entropy of the model with the most of it in which term *i* stands in post
/// *j* with odds of *a*ᵢ*b*ⱼ, which give each term its df and each post its number
/// of terms. Terms, and posts, with the same number are one group.
fn margins_bits(lists: &[&[Posting]], posts: usize) -> f64 {
    let mut of_posts = vec![0usize; posts];
    for posting in lists.iter().copied().flatten() {
        of_posts[posting.post as usize] += 1;
    }
    let groups = |numbers: &mut dyn Iterator<Item = usize>| {
        let mut groups: BTreeMap<usize, f64> = BTreeMap::new();
        numbers.for_each(|number| *groups.entry(number).or_default() += 1.0);
        groups.into_iter().map(|(number, size)| (number as f64, size)).collect::<Vec<_>>()
    };
    let terms = groups(&mut lists.iter().map(|list| list.len()).filter(|&df| df < posts));
    let posts = groups(&mut of_posts.into_iter());
    let total: f64 = terms.iter().map(|(df, size)| df * size).sum();
    let start = |groups: &[(f64, f64)]| -> Vec<f64> {
        groups.iter().map(|(number, _)| number / total.max(1.0).sqrt()).collect()
    };
    let (mut a, mut b) = (start(&terms), start(&posts));
    for _ in 0..MARGIN_ROUNDS {
        fit(&mut a, &terms, &b, &posts);
        fit(&mut b, &posts, &a, &terms);
    }
    let mut bits = 0.0;
    for (a, (_, terms)) in a.iter().zip(&terms) {
        for (b, (_, posts)) in b.iter().zip(&posts) {
            let p = a * b / (1.0 + a * b);
            if p > 0.0 && p < 1.0 {
                bits -= terms * posts * (p * p.log2() + (1.0 - p) * (1.0 - p).log2());
            }
        }
    }
    bits
}

/// Rounds of fitting: the bound of 9,566 posts changes by less than a thousandth
/// after these.
const MARGIN_ROUNDS: usize = 40;

fn fit(odds: &mut [f64], groups: &[(f64, f64)], others: &[f64], other_groups: &[(f64, f64)]) {
    for (odds, (number, _)) in odds.iter_mut().zip(groups) {
        let pairs = others.iter().zip(other_groups);
        let sum: f64 = pairs.map(|(other, (_, size))| size * other / (1.0 + *odds * other)).sum();
        if sum > 0.0 {
            *odds = number / sum;
        }
    }
}

fn tf_bits(lists: &[&[Posting]], lengths: &[u8]) -> f64 {
    let mut bits = 0.0;
    for list in lists {
        let mut classes: BTreeMap<u8, BTreeMap<u16, f64>> = BTreeMap::new();
        for posting in *list {
            let class = classes.entry(lengths[posting.post as usize] >> 3).or_default();
            *class.entry(posting.tf).or_default() += 1.0;
        }
        for counts in classes.values() {
            let all: f64 = counts.values().sum();
            bits -= counts.values().map(|count| count * (count / all).log2()).sum::<f64>();
        }
    }
    bits
}

/// The bits that name `k` of `n` things, by Stirling's series.
fn log2_choose(n: f64, k: f64) -> f64 {
    let ln_factorial = |x: f64| match x < 1.5 {
        true => 0.0,
        false => x * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI * x).ln() + 1.0 / (12.0 * x),
    };
    ((ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)) / std::f64::consts::LN_2).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_counting() {
        assert!((log2_choose(10.0, 3.0) - 120f64.log2()).abs() < 0.01);
        assert!(log2_choose(7.0, 7.0) < 0.01);
    }

    #[test]
    fn margins_that_are_even_tell_nothing_but_the_density() {
        let posting = |post| Posting { post, tf: 1, fields: 0 };
        // Each of four terms in two of four posts, each post with two terms.
        let lists = [[0, 1], [1, 2], [2, 3], [0, 3]].map(|list| list.map(posting));
        let lists: Vec<&[Posting]> = lists.iter().map(|list| list.as_slice()).collect();
        assert!((margins_bits(&lists, 4) - 16.0).abs() < 0.01);
        assert_eq!(tf_bits(&lists, &[20; 4]), 0.0);
    }

    #[test]
    fn tf_that_differs_takes_its_entropy() {
        let list: Vec<Posting> =
            (0..8).map(|post| Posting { post, tf: 1 + (post % 2) as u16, fields: 0 }).collect();
        assert!((tf_bits(&[&list], &[20; 8]) - 8.0).abs() < 0.01);
        // Where the length tells which, it takes nothing.
        let lengths: Vec<u8> = (0..8).map(|post| if post % 2 == 0 { 20 } else { 60 }).collect();
        assert!(tf_bits(&[&list], &lengths) < 0.01);
    }
}
