//! Floors of ranking on judged queries: the measured figure less .005, raised
//! in the commit that improves it. `sakuin eval` prints the figures themselves.

use sakuin::search::QueryOptions;
use sakuin_builder::eval::{Scores, judged};

use crate::site::{Index, encoded, shared};

/// A set, how many of its queries are asked, and the least nDCG and MRR at 10.
const FLOORS: [(&str, usize, f64, f64); 5] = [
    ("rel-en-cranfield", usize::MAX, 0.5324, 0.8155),
    ("rel-en-stackfaq", usize::MAX, 0.8869, 0.8573),
    ("rel-ja-jaquad-passage", 1000, 0.9239, 0.9065),
    ("site-efcl-ja", usize::MAX, 0.9549, 0.9533),
    ("site-ms-cpp-ja", 500, 0.8559, 0.8453),
];

#[test]
fn ranking_stays_above_its_floors() {
    let mut below = Vec::new();
    for (name, queries, ndcg10, mrr10) in FLOORS {
        let Some(set) = shared("relevance", name) else { return };
        let mut judged = judged(&set).unwrap();
        judged.truncate(queries);
        let mut index = Index::of(&encoded(&set.join("corpus.jsonl")).0);
        let options = QueryOptions::default();
        let answers: Vec<Vec<String>> = judged
            .iter()
            .map(|query| index.call(|engine| engine.rank(&query.text, &options)))
            .map(|hits| hits.into_iter().map(|(id, _)| id).collect())
            .collect();
        let scores = Scores::of(&judged, &answers);
        println!("{name}: nDCG@10 {:.4}, MRR@10 {:.4}", scores.ndcg10, scores.mrr10);
        if scores.ndcg10 < ndcg10 || scores.mrr10 < mrr10 {
            below.push(format!("{name}: {scores:?}"));
        }
    }
    assert!(below.is_empty(), "{below:#?}");
}
