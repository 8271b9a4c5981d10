//! Related posts: those that share the most telling terms.
//!
//! Posts are vectors of terms, each weighted by its inverse document frequency, as if
//! it stood in them once: words of the text, bridges, identifiers.
//! Two are the closer the larger the cosine of their angle is: G. Salton, A. Wong,
//! C. S. Yang, *A Vector Space Model for Automatic Indexing*, Communications of the
//! ACM 18, 1975. Terms of more than [`MAX_DF`] posts tell little, and are left out:
//! what is left is no more work than posts times their terms times that.

use rayon::prelude::*;
use sakuin::format::PostId;

/// The most related posts of one.
pub const MAX_RELATED: usize = 5;

/// A term of more posts tells little.
const MAX_DF: usize = 100;
/// Posts at a larger angle share what any two posts share.
const MIN_COSINE: f32 = 0.02;
/// Posts that share fewer terms share them by chance.
const MIN_SHARED: u32 = 3;

/// For each of `posts`, of which the numbers of `terms` terms are given, those that
/// are related to it, the closest first, at most [`MAX_RELATED`].
pub fn related(posts: &[Vec<u32>], terms: usize) -> Vec<Vec<PostId>> {
    let lists = Lists::of(posts, terms);
    // Of terms of too many posts there are no lists.
    let weight = |df| if df == 0 { 0.0 } else { libm::logf((posts.len() + 1) as f32 / df as f32) };
    let weights: Vec<f32> = (0..=MAX_DF).map(weight).collect();
    let weight_of = |term: u32| weights[lists.of_term(term).len()];
    let length = |post: &Vec<u32>| {
        post.iter().fold(0.0, |sum: f32, &term| sum + weight_of(term) * weight_of(term)).sqrt()
    };
    let lengths: Vec<f32> = posts.iter().map(length).collect();
    let shared = || vec![(0.0f32, 0u32); posts.len()];
    posts
        .par_iter()
        .enumerate()
        .map_init(shared, |shared, (number, post)| {
            let mut touched = Vec::new();
            for &term in post {
                let weight = weight_of(term) * weight_of(term);
                for &other in lists.of_term(term) {
                    let of_other = &mut shared[other as usize];
                    if of_other.1 == 0 {
                        touched.push(other);
                    }
                    *of_other = (of_other.0 + weight, of_other.1 + 1);
                }
            }
            let mut close: Vec<(f32, PostId)> = Vec::new();
            for other in touched {
                let (dot, terms) = std::mem::take(&mut shared[other as usize]);
                let cosine = dot / (lengths[number] * lengths[other as usize]);
                if other as usize != number && terms >= MIN_SHARED && cosine >= MIN_COSINE {
                    close.push((cosine, other));
                }
            }
            close.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            close.into_iter().take(MAX_RELATED).map(|(_, other)| other).collect()
        })
        .collect()
}

/// The posts of each term, one list after another; none of terms of too many.
struct Lists {
    starts: Vec<u32>,
    posts: Vec<PostId>,
}

impl Lists {
    fn of(posts: &[Vec<u32>], terms: usize) -> Lists {
        let mut dfs = vec![0u32; terms];
        posts.iter().flatten().for_each(|&term| dfs[term as usize] += 1);
        let mut starts = vec![0; terms + 1];
        for (term, &df) in dfs.iter().enumerate() {
            starts[term + 1] = starts[term] + if df as usize <= MAX_DF { df } else { 0 };
        }
        let mut ends = starts.clone();
        let mut lists = Lists { posts: vec![0; starts[terms] as usize], starts };
        for (number, post) in (0..).zip(posts) {
            for &term in post.iter().filter(|&&term| dfs[term as usize] as usize <= MAX_DF) {
                lists.posts[ends[term as usize] as usize] = number;
                ends[term as usize] += 1;
            }
        }
        lists
    }

    fn of_term(&self, term: u32) -> &[PostId] {
        let term = term as usize;
        &self.posts[self.starts[term] as usize..self.starts[term + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_that_share_rare_terms_are_related() {
        // Terms 0 to 2 are of the first two posts, 3 of all, 4 to 6 of the last three.
        let posts =
            [vec![0, 1, 2, 3], vec![0, 1, 2, 3], vec![3, 4, 5, 6], vec![3, 4, 5, 6], vec![4, 5, 6]];
        let related = related(&posts, 7);
        assert_eq!(related, [vec![1], vec![0], vec![3, 4], vec![2, 4], vec![2, 3]]);
    }

    #[test]
    fn no_post_has_too_many_and_few_terms_are_chance() {
        let posts = vec![vec![0, 1, 2]; 9];
        assert!(related(&posts, 3).iter().all(|related| related.len() == MAX_RELATED));
        assert_eq!(related(&[vec![0, 1], vec![0, 1]], 2), [vec![0u32; 0], vec![]]);
        assert!(related(&[], 0).is_empty());
    }

    #[test]
    fn terms_of_many_posts_are_passed_over() {
        let posts = vec![vec![0, 1, 2, 3]; MAX_DF + 1];
        assert!(related(&posts, 4).iter().all(Vec::is_empty));
    }
}
