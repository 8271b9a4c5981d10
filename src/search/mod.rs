//! Search: a query and an index to ranked posts with snippets.
//!
//! [`Engine`] holds what has been loaded. A call that needs more answers with
//! the [`Need`]s, and is made again when they are there: the same code serves a
//! cold browser and the command line, with the same answer.

mod alternatives;
mod engine;
mod expand;
mod explain;
mod facets;
mod folded;
mod foresee;
mod inflection;
mod japanese;
mod language;
mod narrow;
mod needs;
mod order;
mod query;
mod rank;
mod rerank;
mod romaji;
mod segment;
mod snippet;
mod suggest;
mod value;
mod vocabulary;
mod weights;

use crate::markdown::Run;

pub use engine::{Engine, Step};
pub use needs::Need;
pub use rank::Tier;
pub use snippet::{Part, Snippet};
pub use value::{ToValue, Value};
pub use weights::Weights;

/// What a query asks for besides its words.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryOptions {
    /// The most hits to return; 0 for all.
    pub limit: usize,
    /// Hits to leave out before the first.
    pub offset: usize,
    /// Only posts that have, for each of these keys, one of its values:
    /// `tags`, `lang`, `section`, `year`.
    pub filters: Vec<(String, Vec<String>)>,
    /// The order of the hits.
    pub sort: Sort,
    /// Keys to count the values of, over all posts found.
    pub facets: Vec<String>,
    /// Whether each hit says how its score came about.
    pub explain: bool,
    /// What being the newest post of the index adds, as a part of the query's weight;
    /// a year older adds half of it, two years a third. 0 for nothing.
    pub recency: f32,
    /// How evidence is weighed.
    pub weights: Weights,
}

impl Default for QueryOptions {
    fn default() -> QueryOptions {
        QueryOptions {
            limit: 10,
            offset: 0,
            filters: Vec::new(),
            sort: Sort::default(),
            facets: Vec::new(),
            explain: false,
            recency: 0.0,
            weights: Weights::default(),
        }
    }
}

/// A way that a query may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole query.
    pub text: String,
    /// The posts that hold its last word.
    pub posts: u32,
}

/// The order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first; posts without a date last.
    Date,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Hits, from `offset` on, at most `limit`.
    pub hits: Vec<Hit>,
    /// Posts found.
    pub total: u32,
    /// Whether `total` counts only posts that hold all words.
    pub exact: bool,
    /// Whether everything the answer needed was there.
    pub complete: bool,
    /// The best tier among the hits; none without hits.
    pub tier: Option<Tier>,
    /// What the query may have meant, where a word of it is in no post.
    pub suggestion: Option<String>,
    /// For each key asked for: values and the posts that have them, the most
    /// frequent first.
    pub facets: Vec<Facet>,
}

/// A key, and how many posts have each of its values.
pub type Facet = (String, Vec<(String, u32)>);

/// A post that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The post.
    pub post: PostHead,
    /// Its score, rounded to 1/65536.
    pub score: f64,
    /// How much of the query it holds.
    pub tier: Tier,
    /// The part of its text that shows the query best.
    pub snippet: Vec<Part>,
    /// Up to three sections that hold the query, the best first.
    pub sections: Vec<Section>,
    /// How the score came about, where asked for.
    pub explain: Vec<Contribution>,
}

/// A section of a post that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// The id of the heading on the page.
    pub anchor: String,
    /// The part of its text that shows the query best.
    pub snippet: Vec<Part>,
}

/// A term of the query that a post holds, or what else its score is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contribution {
    /// The term, as the index holds it; empty for what is no term.
    pub term: String,
    /// How it was met; `title`, `tier` and `text` are what the title adds as a whole,
    /// the tier, and the text of a long query.
    pub matched: &'static str,
    /// What it adds to the score. The terms of one word count together, at the
    /// first of them.
    pub score: f64,
    /// Posts that hold it.
    pub df: u32,
    /// Occurrences in headings and text.
    pub tf: u32,
    /// Of `title`, `headings` and `tags`, those that hold it.
    pub fields: Vec<&'static str>,
}

/// A whole post.
#[derive(Debug, Clone, PartialEq)]
pub struct FullPost {
    /// What a list shows of it.
    pub post: PostHead,
    /// Its language, or empty.
    pub lang: String,
    /// Its Markdown, as the renderer takes it.
    pub markdown: String,
    /// What its code is made of, for the renderer.
    pub runs: Vec<Run>,
    /// Posts that are related to it, the closest first, where asked for.
    pub related: Vec<PostHead>,
}

/// What a list shows of a post.
#[derive(Debug, Clone, PartialEq)]
pub struct PostHead {
    /// The post's name, stable over builds.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The day it was published, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}
