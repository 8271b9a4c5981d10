//! Evaluation: how well the engine ranks, on a set of judged queries.
//!
//! A set is a folder with `corpus.jsonl` (`id`, `title`, `text`),
//! `queries.jsonl` (`id`, `text`) and `qrels.tsv` (query, document, grade, with
//! a line of headings). Measures are those of trec_eval: nDCG with the grade as
//! gain and a discount of log2(rank + 1), over queries with any judgement.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A judged query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its name in the set.
    pub id: String,
    /// What is searched for.
    pub text: String,
    /// Grades of documents, above 0.
    pub grades: BTreeMap<String, u32>,
}

/// A set that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A file that cannot be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line that is not as described.
    #[error("{path}:{line}: {what}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

/// Reads the queries of a set and their judgements.
///
/// # Errors
///
/// When a file cannot be read, or a line of it is not as described.
pub fn judged(set: &Path) -> Result<Vec<Judged>, EvalError> {
    #[derive(Deserialize)]
    struct Line {
        id: String,
        text: String,
    }
    let mut grades: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    let path = set.join("qrels.tsv");
    for (index, line) in read(&path)?.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [query, document, grade] = fields[..] else {
            return Err(fault(&path, index, "not three fields"));
        };
        let grade: i64 =
            grade.trim().parse().map_err(|_| fault(&path, index, "grade is no number"))?;
        if grade > 0 {
            grades.entry(query.to_string()).or_default().insert(document.to_string(), grade as u32);
        }
    }
    let path = set.join("queries.jsonl");
    let mut judged = Vec::new();
    for (index, line) in
        read(&path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
    {
        let Line { id, text } =
            serde_json::from_str(line).map_err(|err| fault(&path, index, &err.to_string()))?;
        if let Some(grades) = grades.remove(&id) {
            judged.push(Judged { id, text, grades });
        }
    }
    Ok(judged)
}

fn read(path: &Path) -> Result<String, EvalError> {
    std::fs::read_to_string(path)
        .map_err(|source| EvalError::Io { path: path.to_path_buf(), source })
}

fn fault(path: &Path, index: usize, what: &str) -> EvalError {
    EvalError::Line { path: path.to_path_buf(), line: index + 1, what: what.to_string() }
}

/// Means over all queries of a set, each counted to rank 10.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Normalised discounted cumulative gain.
    pub ndcg10: f64,
    /// The reciprocal of the rank of the first relevant document.
    pub mrr10: f64,
    /// The part of the relevant documents that is found.
    pub recall10: f64,
    /// The part of the queries without any answer.
    pub empty: f64,
}

impl Scores {
    /// Those of one query and its answer: ids, the best first.
    pub fn of_one(query: &Judged, answer: &[String]) -> Scores {
        let grade = |id: &String| query.grades.get(id).copied().unwrap_or(0);
        let grades: Vec<u32> = answer.iter().take(10).map(grade).collect();
        let mut best: Vec<u32> = query.grades.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let first = grades.iter().position(|&grade| grade > 0);
        let found = grades.iter().filter(|&&grade| grade > 0).count();
        Scores {
            ndcg10: gain(&grades) / gain(&best[..best.len().min(10)]),
            mrr10: first.map_or(0.0, |rank| 1.0 / (rank + 1) as f64),
            recall10: found as f64 / query.grades.len() as f64,
            empty: f64::from(u8::from(answer.is_empty())),
        }
    }

    /// The means over queries and their answers.
    pub fn of(judged: &[Judged], answers: &[Vec<String>]) -> Scores {
        let each: Vec<Scores> = judged
            .iter()
            .zip(answers)
            .map(|(query, answer)| Scores::of_one(query, answer))
            .collect();
        let mean = |of: fn(&Scores) -> f64| {
            (each.iter().map(of).sum::<f64>() / each.len().max(1) as f64 * 1e5).round() / 1e5
        };
        Scores {
            ndcg10: mean(|scores| scores.ndcg10),
            mrr10: mean(|scores| scores.mrr10),
            recall10: mean(|scores| scores.recall10),
            empty: mean(|scores| scores.empty),
        }
    }
}

fn gain(grades: &[u32]) -> f64 {
    grades.iter().zip(2..).map(|(&grade, place)| f64::from(grade) / f64::from(place).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_those_of_the_definitions() {
        let grades = [("a", 2), ("b", 1)].map(|(id, grade)| (id.to_string(), grade));
        let judged = [Judged {
            id: "q".to_string(),
            text: String::new(),
            grades: grades.into_iter().collect(),
        }];
        let scores = Scores::of(&judged, &[vec!["x".to_string(), "a".to_string()]]);
        let ideal = 2.0 + 1.0 / 3f64.log2();
        assert!((scores.ndcg10 - 2.0 / 3f64.log2() / ideal).abs() < 1e-5);
        assert_eq!((scores.mrr10, scores.recall10, scores.empty), (0.5, 0.5, 0.0));
    }
}
