//! Lists of posts, by halving: how many of a list stand in the first half of all
//! posts, then the same of each half.
//!
//! Binary interpolative coding (A. Moffat, L. Stuiver: *Binary Interpolative
//! Coding for Effective Index Compression*, Information Retrieval 3, 2000) turned
//! round: it halves the list and says where the middle post is, with all places
//! as likely; this halves the posts and says how many of the list come first, by
//! models that learn. It knows three things more: how much text each half has,
//! which of them held the list before, and whether a list that kept to one half
//! keeps to one again, as it does where posts that share terms stand together.
//!
//! A node is a run of posts, the first one of all; its first half has one post
//! more where they are odd. Of a node with *n* posts of the list among its
//! *size*, nothing is written when *n* is 0 or *size*; else, where there is a
//! choice:
//!
//! | decision | when           | form                                            |
//! |----------|----------------|-------------------------------------------------|
//! | `one`    | *n* is 1       | a bit: in the first half; by size, share, before |
//! | `all`    | *n* is above 1, and a half can hold all | a bit: one half holds all; by size, *n*, kept, before |
//! | `side`   | it does, and either half can | a bit: the first does; by share, before |
//! | `few`    | it does not, *n* is at most 8 | how many are in the first, each number asked in turn; by *n*, share |
//! | `many`   | else           | as `few`, in sixteenths of *n* − 1, a tree by the bits of *n*; then which one of the same sixteenth, [within](super::range) |

use super::PostId;
use super::directory::length_of;
use super::range::{Model, RangeReader, RangeWriter};

/// The nodes of an index, and how its text lies in their halves.
#[derive(Debug, Clone, Default)]
pub struct Halves {
    posts: u32,
    /// For each node but single posts, from the first on, each before its halves
    /// and the first half before the second: the first half's part of the text,
    /// in [`SHARES`].
    shares: Vec<u8>,
}

const SHARES: usize = 8;

impl Halves {
    /// The nodes of posts of these [length classes](super::directory::length_class).
    pub fn new(lengths: &[u8]) -> Halves {
        let mut sums = vec![0u64];
        for &class in lengths {
            // Words come again in a long post: it has fewer terms than words.
            let words = u64::from(length_of(class)) + 1;
            let weight = words * 64 / (3 + u64::from(words.ilog2()));
            sums.push(sums[sums.len() - 1] + weight);
        }
        let mut halves = Halves { posts: lengths.len() as u32, shares: Vec::new() };
        halves.push(&sums);
        halves
    }

    /// Appends the nodes of the posts between these sums.
    fn push(&mut self, sums: &[u64]) {
        let posts = sums.len() - 1;
        if posts < 2 {
            return;
        }
        let middle = posts.div_ceil(2);
        let (first, all) = (sums[middle] - sums[0], sums[posts] - sums[0]);
        let share = first * SHARES as u64 / all.max(1);
        self.shares.push(share.min(SHARES as u64 - 1) as u8);
        self.push(&sums[..=middle]);
        self.push(&sums[middle..]);
    }

    /// How many posts there are.
    pub fn posts(&self) -> u32 {
        self.posts
    }
}

/// What has been learnt of the lists of a part.
#[derive(Debug, Clone)]
pub struct IdModels {
    one: [[[Model; 4]; SHARES]; 4],
    all: [[[[Model; 3]; 4]; 8]; 4],
    side: [[Model; 4]; SHARES],
    few: [[[Model; FEW as usize]; SHARES]; FEW as usize],
    many: [[Model; 16]; 32],
    before: Vec<PostId>,
}

/// Up to here numbers are asked in turn.
const FEW: u32 = 8;

impl IdModels {
    const NEW: IdModels = IdModels {
        one: [[[Model::NEW; 4]; SHARES]; 4],
        all: [[[[Model::NEW; 3]; 4]; 8]; 4],
        side: [[Model::NEW; 4]; SHARES],
        few: [[[Model::NEW; FEW as usize]; SHARES]; FEW as usize],
        many: [[Model::NEW; 16]; 32],
        before: Vec::new(),
    };
}

impl Default for IdModels {
    fn default() -> IdModels {
        let mut models = IdModels::NEW;
        for (share, by_before) in models.side.iter_mut().enumerate() {
            let first = Model::of_parts(2 * share as u32 + 1, 2 * SHARES as u32);
            *by_before = [first; 4];
            models.one.iter_mut().for_each(|by_share| by_share[share] = [first; 4]);
        }
        models
    }
}

/// A run of posts.
#[derive(Clone, Copy)]
struct Node {
    /// Its place among the nodes.
    number: usize,
    first: PostId,
    size: u32,
    /// How often in a row the list has kept to one half.
    kept: usize,
}

impl Node {
    fn middle(self) -> PostId {
        self.first + self.size.div_ceil(2)
    }

    /// The least and the most of `count` posts that the first half may have.
    fn bounds(self, count: u32) -> (u32, u32) {
        let first_size = self.size.div_ceil(2);
        (count.saturating_sub(self.size - first_size), count.min(first_size))
    }

    fn halves(self, kept: usize) -> [Node; 2] {
        let middle = self.middle();
        let size = middle - self.first;
        let first = Node { number: self.number + 1, size, kept, ..self };
        let number = self.number + size as usize;
        [first, Node { number, first: middle, size: self.size - size, kept }]
    }

    fn size_class(self) -> usize {
        match self.size {
            0..=3 => 0,
            4..=15 => 1,
            16..=127 => 2,
            _ => 3,
        }
    }
}

/// Which of the halves hold posts of the list before: 0 neither, 1 the first, 2
/// the second, 3 both.
fn side_class(before: &[PostId], split: usize) -> usize {
    usize::from(split > 0) | usize::from(split < before.len()) << 1
}

fn count_class(count: u32) -> usize {
    match count {
        0..=3 => count as usize - 2,
        _ => (count.ilog2() as usize).min(7),
    }
}

fn sixteenth(first: u32, count: u32) -> u32 {
    (u64::from(first - 1) * 16 / u64::from(count - 1)) as u32
}

/// The least number with this sixteenth.
fn start_of(sixteenth: u32, count: u32) -> u32 {
    1 + (u64::from(sixteenth) * u64::from(count - 1)).div_ceil(16) as u32
}

/// Writes `list`, which ascends and is of posts of `halves`. How many they are is
/// known otherwise.
///
/// # Panics
///
/// When they do not ascend, or are others.
pub fn encode(list: &[PostId], halves: &Halves, models: &mut IdModels, out: &mut RangeWriter) {
    assert!(list.is_sorted_by(|a, b| a < b) && list.last().is_none_or(|&last| last < halves.posts));
    let before = std::mem::take(&mut models.before);
    let all = Node { number: 0, first: 0, size: halves.posts, kept: 0 };
    encode_node(list, all, &before, halves, models, out);
    models.before = list.to_vec();
}

fn encode_node(
    list: &[PostId],
    node: Node,
    before: &[PostId],
    halves: &Halves,
    models: &mut IdModels,
    out: &mut RangeWriter,
) {
    let count = list.len() as u32;
    if count == 0 || count == node.size {
        return;
    }
    let share = usize::from(halves.shares[node.number]);
    let split = before.partition_point(|&post| post < node.middle());
    let side = side_class(before, split);
    let first = list.partition_point(|&post| post < node.middle()) as u32;
    let (least, most) = node.bounds(count);
    let mut kept = node.kept;
    if count == 1 {
        out.bit(&mut models.one[node.size_class()][share][side], first == 1);
    } else if least < most {
        let (can_last, can_first) = (least == 0, most == count);
        let all = first == 0 || first == count;
        if can_last || can_first {
            let by_count = &mut models.all[node.size_class()][count_class(count)];
            out.bit(&mut by_count[kept.min(3)][BEFORE[side]], all);
        }
        kept = if all { kept + 1 } else { 0 };
        if all && can_last && can_first {
            out.bit(&mut models.side[share][side], first == count);
        } else if !all {
            let (least, most) = (least.max(1), most.min(count - 1));
            if count <= FEW {
                for (number, model) in (least..most).zip(&mut models.few[count as usize - 1][share])
                {
                    out.bit(model, first == number);
                    if first == number {
                        break;
                    }
                }
            } else {
                let part = sixteenth(first, count);
                out.tree(&mut models.many[count.ilog2() as usize], part, 4);
                let start = start_of(part, count);
                out.within(first - start, (start_of(part + 1, count) - start).max(1) - 1);
            }
        }
    }
    let (list, before) = (list.split_at(first as usize), before.split_at(split));
    let [left, right] = node.halves(kept);
    encode_node(list.0, left, before.0, halves, models, out);
    encode_node(list.1, right, before.1, halves, models, out);
}

/// Reads `count` posts, the reverse of [`encode`], and appends them to `list`.
/// Whatever is read, they ascend and are posts of `halves`; `count` may not be
/// more than these.
pub fn decode(
    count: u32,
    halves: &Halves,
    models: &mut IdModels,
    reader: &mut RangeReader<'_>,
    list: &mut Vec<PostId>,
) {
    let start = list.len();
    let before = std::mem::take(&mut models.before);
    let all = Node { number: 0, first: 0, size: halves.posts, kept: 0 };
    decode_node(count, all, &before, halves, models, reader, list);
    models.before = before;
    models.before.clear();
    models.before.extend_from_slice(&list[start..]);
}

fn decode_node(
    count: u32,
    node: Node,
    before: &[PostId],
    halves: &Halves,
    models: &mut IdModels,
    reader: &mut RangeReader<'_>,
    list: &mut Vec<PostId>,
) {
    if count == 0 {
        return;
    }
    if count == node.size {
        list.extend(node.first..node.first + node.size);
        return;
    }
    let share = usize::from(halves.shares[node.number]);
    let split = before.partition_point(|&post| post < node.middle());
    let side = side_class(before, split);
    let (least, most) = node.bounds(count);
    let mut first = least;
    let mut kept = node.kept;
    if count == 1 {
        first = reader.bit(&mut models.one[node.size_class()][share][side]).into();
    } else if least < most {
        let (can_last, can_first) = (least == 0, most == count);
        let mut all = false;
        if can_last || can_first {
            let by_count = &mut models.all[node.size_class()][count_class(count)];
            all = reader.bit(&mut by_count[kept.min(3)][BEFORE[side]]);
        }
        kept = if all { kept + 1 } else { 0 };
        if all {
            let is_first = can_first && (!can_last || reader.bit(&mut models.side[share][side]));
            first = if is_first { count } else { 0 };
        } else {
            let (least, most) = (least.max(1), most.min(count - 1));
            if count <= FEW {
                first = least;
                let by_number = &mut models.few[count as usize - 1][share];
                while first < most && !reader.bit(&mut by_number[(first - least) as usize]) {
                    first += 1;
                }
            } else {
                let part = reader.tree(&mut models.many[count.ilog2() as usize], 4);
                let start = start_of(part, count);
                first = start + reader.within((start_of(part + 1, count) - start).max(1) - 1);
                first = first.clamp(least, most);
            }
        }
    }
    let before = before.split_at(split);
    let [left, right] = node.halves(kept);
    decode_node(first, left, before.0, halves, models, reader, list);
    decode_node(count - first, right, before.1, halves, models, reader, list);
}

/// What of [`side_class`] tells whether a list keeps to one half.
const BEFORE: [usize; 4] = [0, 1, 1, 2];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn written(lists: &[Vec<PostId>], halves: &Halves) -> Vec<u8> {
        let (mut models, mut out) = (IdModels::default(), RangeWriter::default());
        lists.iter().for_each(|list| encode(list, halves, &mut models, &mut out));
        out.finish()
    }

    fn read(
        counts: &[u32],
        halves: &Halves,
        bytes: &[u8],
    ) -> (Vec<Vec<PostId>>, Result<(), crate::format::FormatError>) {
        let (mut models, mut reader) = (IdModels::default(), RangeReader::new("test", bytes));
        let list = |&count: &u32| {
            let mut list = Vec::new();
            decode(count, halves, &mut models, &mut reader, &mut list);
            list
        };
        (counts.iter().map(list).collect(), reader.finish())
    }

    fn lists() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<PostId>>)> {
        prop::collection::vec(0u8..100, 1..400).prop_flat_map(|lengths| {
            let posts = lengths.len() as u32;
            let list = prop::collection::btree_set(0..posts, 1..=lengths.len());
            let few = prop::collection::btree_set(0..posts, 1..=9.min(lengths.len()));
            let list = prop_oneof![list, few].prop_map(|set| BTreeSet::into_iter(set).collect());
            (Just(lengths), prop::collection::vec(list, 1..8))
        })
    }

    proptest! {
        #[test]
        fn lists_come_back((lengths, lists) in lists()) {
            let halves = Halves::new(&lengths);
            let bytes = written(&lists, &halves);
            let counts: Vec<u32> = lists.iter().map(|list| list.len() as u32).collect();
            prop_assert_eq!(read(&counts, &halves, &bytes), (lists, Ok(())));
        }

        #[test]
        fn any_bytes_are_ascending_posts(
            lengths in prop::collection::vec(0u8..100, 1..400),
            counts in prop::collection::vec(1u32..400, 1..5),
            bytes in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let posts = lengths.len() as u32;
            let counts: Vec<u32> = counts.into_iter().map(|count| count.min(posts)).collect();
            let (lists, _) = read(&counts, &Halves::new(&lengths), &bytes);
            for (list, count) in lists.iter().zip(counts) {
                prop_assert_eq!(list.len(), count as usize);
                prop_assert!(list.is_sorted_by(|a, b| a < b) && *list.last().unwrap() < posts);
            }
        }
    }

    #[test]
    fn lists_that_keep_together_are_cheap() {
        let halves = Halves::new(&[30; 1024]);
        let bytes = |step: u32| {
            let lists: Vec<Vec<u32>> =
                (0..20).map(|n| (0..16).map(|at| (n * 50 + at * step) % 1024).collect()).collect();
            let sorted = |mut list: Vec<u32>| {
                list.sort_unstable();
                list.dedup();
                list
            };
            written(&lists.into_iter().map(sorted).collect::<Vec<_>>(), &halves).len()
        };
        assert!(bytes(1) * 2 < bytes(61), "{} {}", bytes(1), bytes(61));
    }

    #[test]
    fn a_list_of_all_posts_takes_no_bits() {
        let halves = Halves::new(&[30; 100]);
        assert_eq!(written(&[(0..100).collect(), (0..100).collect()], &halves).len(), 1);
    }
}
