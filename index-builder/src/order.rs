//! The order of posts: those that share terms stand together.
//!
//! Recursive graph bisection: L. Dhulipala, I. Kabiljo, B. Karrer, G. Ottaviano,
//! S. Pupyrev, A. Shalita, *Compressing Graphs and Inverted Indexes with Recursive
//! Graph Bisection*, KDD 2016. Posts are cut in two halves, and pairs of posts
//! change sides while that makes the lists of their terms shorter to tell; then
//! each half is cut in the same way. The numbers are whole, so that the order is
//! the same on every machine, for any number of threads.

use rayon::prelude::*;
use sakuin::format::PostId;

/// The most rounds of changes at one cut; most end before.
const MAX_ROUNDS: usize = 20;
/// So few posts stay as they are.
const MIN_POSTS: usize = 4;
/// With more, halves are cut side by side.
const MIN_PARALLEL_POSTS: usize = 64;

/// A post on its way, and those of its terms that tell the halves apart.
struct Node {
    post: PostId,
    terms: Vec<u32>,
}

/// The order of posts that hold these of `terms` terms.
pub fn by_bisection(posts: Vec<Vec<u32>>, terms: usize) -> Vec<PostId> {
    let costs: Vec<i64> = (0..posts.len() as u32 + 2).map(cost).collect();
    let node = |(post, terms)| Node { post, terms };
    let nodes: Vec<Node> = (0..).zip(posts).map(node).collect();
    cut(nodes, terms, &costs)
}

fn cut(mut nodes: Vec<Node>, terms: usize, costs: &[i64]) -> Vec<PostId> {
    if nodes.len() <= MIN_POSTS {
        return nodes.into_iter().map(|node| node.post).collect();
    }
    let terms = keep_telling(&mut nodes, terms);
    let middle = nodes.len() / 2;
    // How many posts of each half hold each term.
    let mut counts = vec![[0u32; 2]; terms];
    for (at, node) in nodes.iter().enumerate() {
        let half = usize::from(at >= middle);
        node.terms.iter().for_each(|&term| counts[term as usize][half] += 1);
    }
    for _ in 0..MAX_ROUNDS {
        if !change_sides(&mut nodes, middle, &mut counts, costs) {
            break;
        }
    }
    drop(counts);
    let right = nodes.split_off(middle);
    let (mut order, rest) = if nodes.len() < MIN_PARALLEL_POSTS {
        (cut(nodes, terms, costs), cut(right, terms, costs))
    } else {
        rayon::join(|| cut(nodes, terms, costs), || cut(right, terms, costs))
    };
    order.extend(rest);
    order
}

/// Drops the terms that one post alone or all posts hold, which stay as they are
/// whatever the cut; numbers the others anew, and returns how many there are.
fn keep_telling(nodes: &mut [Node], terms: usize) -> usize {
    const DROPPED: u32 = u32::MAX;
    let mut numbers = vec![0u32; terms];
    for node in nodes.iter() {
        node.terms.iter().for_each(|&term| numbers[term as usize] += 1);
    }
    let mut kept = 0;
    for number in &mut numbers {
        if *number > 1 && (*number as usize) < nodes.len() {
            *number = kept;
            kept += 1;
        } else {
            *number = DROPPED;
        }
    }
    for node in nodes {
        node.terms.retain_mut(|term| {
            *term = numbers[*term as usize];
            *term != DROPPED
        });
    }
    kept as usize
}

/// One round: the posts that gain most by a change, of each half, change places,
/// pair by pair. Whether any did.
fn change_sides(nodes: &mut [Node], middle: usize, counts: &mut [[u32; 2]], costs: &[i64]) -> bool {
    // What is gained when a post with this term goes to the right, or the left.
    let gain = |from: u32, to: u32| {
        let [from, to] = [from as usize, to as usize];
        if from == 0 { 0 } else { costs[from] + costs[to] - costs[from - 1] - costs[to + 1] }
    };
    let gains: Vec<[i64; 2]> =
        counts.iter().map(|&[left, right]| [gain(left, right), gain(right, left)]).collect();
    let gain_of = |(at, node): (usize, &Node)| {
        let half = usize::from(at >= middle);
        (node.terms.iter().map(|&term| gains[term as usize][half]).sum::<i64>(), at)
    };
    let mut left: Vec<(i64, usize)> = nodes.par_iter().enumerate().map(gain_of).collect();
    let mut right = left.split_off(middle);
    for half in [&mut left, &mut right] {
        half.sort_unstable_by_key(|&(gain, at)| (-gain, at));
    }
    let pairs = left.iter().zip(&right).take_while(|(left, right)| left.0 + right.0 > 0);
    let mut changed = false;
    for (&(_, left), &(_, right)) in pairs {
        for (at, from) in [(left, 0), (right, 1)] {
            for &term in &nodes[at].terms {
                counts[term as usize][from] -= 1;
                counts[term as usize][1 - from] += 1;
            }
        }
        nodes.swap(left, right);
        changed = true;
    }
    changed
}

/// What it costs to tell which posts of a half hold a term, when `count` do, but
/// for what is the same of every cut: -count · log2(count + 1), in 1024ths.
fn cost(count: u32) -> i64 {
    // The logarithm's digits, by squaring: the same on every machine.
    let number = u64::from(count) + 1;
    let whole = number.ilog2();
    let mut rest = number << (31 - whole);
    let mut log = i64::from(whole);
    for _ in 0..10 {
        rest = (rest * rest) >> 31;
        let digit = rest >> 32;
        rest >>= digit;
        log = log << 1 | digit as i64;
    }
    -(log * i64::from(count))
}
