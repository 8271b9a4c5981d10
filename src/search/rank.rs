//! Ranking: BM25F, and more for a post that holds all of the query.
//!
//! BM25F joins the fields of a post before saturation: S. Robertson,
//! H. Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*,
//! section 3.6. The title also counts as a field of its own: by how much of it and
//! of the query are the same words, and by its words, measured by its length.

use crate::format::PostId;
use crate::format::directory::length_of;
use crate::format::postings::{HEADINGS, TAGS, TITLE};

use super::alternatives::Alternative;
use super::needs::Loaded;
use super::order::sort_by_key;
use super::query::{Query, Slot};
use super::weights::Weights;

/// How much of a query a post holds; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// All words, next to each other as in the query, in the title.
    Title,
    /// All words, next to each other as in the query.
    Phrase,
    /// All words.
    All,
    /// All words but the last, and one that the last may become.
    Prefix,
    /// Most of the query, by weight.
    Most,
}

impl Tier {
    /// Its name in an answer.
    pub fn name(self) -> &'static str {
        match self {
            // All posts that hold the words in a row are one tier to who counts
            // them; that the title does is only worth more.
            Tier::Title => "phrase",
            Tier::Phrase => "phrase",
            Tier::All => "all",
            Tier::Prefix => "prefix",
            Tier::Most => "most",
        }
    }
}

/// A post that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranked {
    pub(super) post: PostId,
    pub(super) tier: Tier,
    pub(super) score: f32,
}

/// What a query finds.
pub(super) struct Ranking {
    /// The posts, the best first.
    pub(super) posts: Vec<Ranked>,
    /// The whole weight of the query: the sum of its words' idf.
    pub(super) weight: f32,
    /// What the score of the post that was asked about is made of: of each slot its
    /// part, then those of the title and of the tier.
    pub(super) parts: Vec<f32>,
}

/// What each tier adds to a score, as a part of the query's whole weight.
pub(super) const TIER_PARTS: [f32; 5] = [1.6, 0.4, 0.3, 0.2, 0.0];

/// How much a long title is held against it, from 0 to 1.
const TITLE_B: f32 = 0.5;

/// A post longer than so many of the mean length counts as one of that: a long
/// reference would else be found by its title alone.
const MAX_LENGTH: f32 = 4.0;

/// A query of more words is a question rather than a name.
const NAME_WORDS: f32 = 3.0;

/// As many posts in the upper tiers shut out those that hold little of the
/// query.
const ENOUGH: usize = 3;

/// What is not little: this part of the query's weight.
const COVERED: f32 = 0.6;

/// What a post has gathered.
#[derive(Debug, Clone, Copy, Default)]
struct Gathered {
    /// Slots held as they stand.
    held: u64,
    /// Slots held as they stand or by a completion.
    begun: u64,
    /// Slots held in the title.
    titled: u64,
    score: f32,
    /// The weight of the words that it holds as they stand.
    held_idf: f32,
    /// The weight of the words in its title.
    title_idf: f32,
    title_words: u32,
    /// The score of the title as a field of its own.
    title_score: f32,
}

/// What a query finds, and how `asked` comes by its score. None while shards are
/// missing.
pub(super) fn rank(
    query: &Query,
    loaded: &Loaded,
    weights: &Weights,
    asked: Option<PostId>,
) -> Option<Ranking> {
    let mut parts = vec![0.0; query.slots.len()];
    let posts = loaded.directory.lengths.len();
    let mut gathered = vec![Gathered::default(); posts];
    let mut slots = SlotPosts::new(posts);
    let mean_length = mean_length(loaded);
    let mean_title = mean_title(loaded);
    let mut complete = true;
    let mut query_idf = 0.0;
    // Many words of a question stand in a long post by chance, one name seldom does.
    let words = query.words();
    let b = weights.b * words / (words + 1.0);
    for (number, slot) in query.slots.iter().enumerate() {
        complete &= slots.gather(slot, loaded).is_some();
        let titled = |post: &&PostId| slots.of[**post as usize].in_title();
        let title_idf = idf(posts, slots.touched.iter().filter(titled).count());
        let idf = idf(posts, slots.touched.len());
        let word_idf = if slot.is_bridge || slot.choice { 0.0 } else { idf };
        query_idf += word_idf;
        // Of two neighbours it tells enough that they stand so once.
        let importance = if slot.is_bridge { weights.bridge } else { 1.0 };
        for &post in &slots.touched {
            let held = slots.of[post as usize];
            let into = &mut gathered[post as usize];
            into.begun |= 1 << number;
            let mut weight = importance;
            if held.exact {
                into.held |= 1 << number;
                into.held_idf += word_idf;
            } else {
                weight *= weights.prefix;
            }
            let length = length_of(loaded.directory.lengths[post as usize]) as f32;
            let length = (length / mean_length).min(MAX_LENGTH);
            let tf = held.tf(1.0 - b + b * length, weights);
            let part = weight * idf * if slot.is_bridge { 1.0 } else { saturated(tf, weights.k1) };
            into.score += part;
            if asked == Some(post) {
                parts[number] = part;
            }
            if held.in_title() {
                into.titled |= 1 << number;
                let tokens = f32::from(loaded.directory.titles[post as usize].max(1));
                let norm = 1.0 - TITLE_B + TITLE_B * (tokens / mean_title);
                if !slot.is_bridge {
                    into.title_score +=
                        held.titled * title_idf * (weights.k1 + 1.0) / (1.0 + weights.k1 * norm);
                    into.title_idf += idf;
                    into.title_words += 1;
                }
            }
        }
        slots.clear();
    }
    if !complete {
        return None;
    }
    let mut add_parts = |post, title, tier| {
        if asked == Some(post) {
            parts.extend([title, tier]);
        }
    };
    let posts = order(query, loaded, weights, &gathered, query_idf, &mut add_parts);
    Some(Ranking { posts, weight: query_idf, parts })
}

fn order(
    query: &Query,
    loaded: &Loaded,
    weights: &Weights,
    gathered: &[Gathered],
    query_idf: f32,
    parts: &mut dyn FnMut(PostId, f32, f32),
) -> Vec<Ranked> {
    let masks = Masks::of(query);
    let words = query.words();
    let mut ranked: Vec<Ranked> = Vec::new();
    for (post, into) in (0..).zip(gathered) {
        if into.begun == 0 {
            continue;
        }
        let title_tokens = f32::from(loaded.directory.titles[post as usize].max(1));
        let density = (into.title_words as f32 / title_tokens).min(1.0);
        // Long questions share a word or two with many a title, which says little. Of a
        // name each word is meant, however rare the others are.
        let covered = if words <= NAME_WORDS {
            into.title_words as f32 / words
        } else {
            into.title_idf / query_idf.max(f32::MIN_POSITIVE)
        };
        let title = weights.title_cover * into.title_idf * density
            + weights.title_field * into.title_score * covered * covered;
        let tier = masks.tier(into);
        let of_tier = TIER_PARTS[tier as usize] * query_idf;
        parts(post, title, of_tier);
        let score = into.score + title + of_tier;
        let score = round(score);
        ranked.push(Ranked { post, tier, score });
    }
    let upper = ranked.iter().filter(|found| found.tier < Tier::Most).count();
    if upper >= ENOUGH {
        retain(&mut ranked, &mut |found| {
            let held_idf = gathered[found.post as usize].held_idf;
            found.tier < Tier::Most || held_idf >= COVERED * query_idf
        });
    }
    sort(&mut ranked);
    ranked
}

/// Puts the best first; of as good ones those stay first that are.
pub(super) fn sort(ranked: &mut [Ranked]) {
    // Scores are not negative: their bits ascend as they do.
    sort_by_key(ranked, |found| u64::from(!found.score.to_bits()));
}

/// A score, as it is compared.
pub(super) fn round(score: f32) -> f32 {
    libm::roundf(score * 65536.0) / 65536.0
}

/// Keeps the posts that pass a test; in one place, since std's loop would else stand
/// in the module for every test.
pub(super) fn retain(ranked: &mut Vec<Ranked>, test: &mut dyn FnMut(&Ranked) -> bool) {
    ranked.retain(test);
}

/// Which slots are words, and which bridges.
struct Masks {
    words: u64,
    all: u64,
}

impl Masks {
    fn of(query: &Query) -> Masks {
        let mut masks = Masks { words: 0, all: 0 };
        for (number, slot) in query.slots.iter().enumerate() {
            if slot.choice {
                continue;
            }
            masks.all |= 1 << number;
            if !slot.is_bridge {
                masks.words |= 1 << number;
            }
        }
        masks
    }

    fn tier(&self, into: &Gathered) -> Tier {
        let holds = |held: u64, mask: u64| held & mask == mask;
        if self.all == 0 {
            Tier::All
        } else if holds(into.titled, self.all) {
            Tier::Title
        } else if holds(into.held, self.all) {
            Tier::Phrase
        } else if holds(into.held, self.words) {
            Tier::All
        } else if holds(into.begun, self.words) {
            Tier::Prefix
        } else {
            Tier::Most
        }
    }
}

/// What posts hold of one slot.
struct SlotPosts {
    of: Vec<Held>,
    touched: Vec<PostId>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Held {
    occurrences: f32,
    fields: u8,
    /// The largest factor of a term in the title.
    titled: f32,
    exact: bool,
    touched: bool,
}

impl Held {
    fn in_title(self) -> bool {
        self.fields & TITLE != 0 && self.exact
    }

    /// Occurrences over all fields, the text's measured by the post's length.
    fn tf(self, norm: f32, weights: &Weights) -> f32 {
        let field = |bit: u8, weight: f32| if self.fields & bit != 0 { weight } else { 0.0 };
        self.occurrences / norm
            + field(TITLE, weights.title)
            + field(HEADINGS, weights.headings)
            + field(TAGS, weights.tags)
    }
}

impl SlotPosts {
    fn new(posts: usize) -> SlotPosts {
        let of = vec![Held::default(); posts];
        SlotPosts { of, touched: Vec::new() }
    }

    fn gather(&mut self, slot: &Slot, loaded: &Loaded) -> Option<()> {
        let terms = slot.terms.iter().map(|term| (term, true));
        for (term, exact) in terms.chain(slot.completions.iter().map(|term| (term, false))) {
            self.add(term, exact, loaded)?;
        }
        Some(())
    }

    fn add(&mut self, term: &Alternative, exact: bool, loaded: &Loaded) -> Option<()> {
        let (_, postings) = loaded.terms(term.term.shard)?;
        for posting in postings.list(term.term.index) {
            let held = &mut self.of[posting.post as usize];
            if !held.touched {
                held.touched = true;
                self.touched.push(posting.post);
            }
            // What the word itself finds is not raised by what it may become.
            if exact || !held.exact {
                held.occurrences += f32::from(posting.tf) * term.factor;
                held.fields |= posting.fields;
                if posting.fields & TITLE != 0 {
                    held.titled = held.titled.max(term.factor);
                }
                held.exact |= exact;
            }
        }
        Some(())
    }

    fn clear(&mut self) {
        for post in self.touched.drain(..) {
            self.of[post as usize] = Held::default();
        }
    }
}

/// The mean length of a post, in tokens; at least 1.
fn mean_length(loaded: &Loaded) -> f32 {
    let lengths = &loaded.directory.lengths;
    let total: u64 = lengths.iter().map(|&class| u64::from(length_of(class))).sum();
    (total as f32 / lengths.len().max(1) as f32).max(1.0)
}

/// The mean length of a title, in tokens; at least 1.
fn mean_title(loaded: &Loaded) -> f32 {
    let titles = &loaded.directory.titles;
    let total: u32 = titles.iter().map(|&tokens| u32::from(tokens)).sum();
    (total as f32 / titles.len().max(1) as f32).max(1.0)
}

/// What so many occurrences count: each less than the one before.
fn saturated(tf: f32, k1: f32) -> f32 {
    tf * (k1 + 1.0) / (tf + k1)
}

/// How much a word tells that `df` of `posts` posts hold.
fn idf(posts: usize, df: usize) -> f32 {
    let (posts, df) = (posts as f32, df as f32);
    libm::logf(1.0 + (posts - df + 0.5) / (df + 0.5))
}
