//! `cargo xtask bench weights`: the weights of ranking, fitted with cross-validation.
//!
//! The queries of each set are dealt to folds. For each fold the weights are fitted on
//! the others, by coordinate descent from the defaults, and measured on the fold; then
//! once more on all. What is fitted is the mean over sets of each set's measure, as a
//! part of what the defaults give there, so that a small set counts as a large one.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, Result, bail};
use sakuin::search::Weights;
use serde_json::Value;

use crate::bench_peers::unpacked;
use crate::build;
use crate::project::Project;

/// The sets, and the measure that each is judged by.
const SETS: [(&str, &str); 5] = [
    ("rel-ja-jaquad-passage", "mrr10"),
    ("rel-en-cranfield", "ndcg10"),
    ("rel-en-stackfaq", "ndcg10"),
    ("site-efcl-ja", "ndcg10"),
    ("site-ms-cpp-ja", "ndcg10"),
];
/// The first queries of a set: more tell little more, and take longer.
const QUERIES: usize = 1000;
const FOLDS: usize = 5;
/// A weight is tried so much larger, and as much smaller.
const STEP: f32 = 1.25;
/// All weights are tried at most so often.
const ROUNDS: usize = 3;
/// What a step must gain.
const LEAST_GAIN: f64 = 1e-4;

/// Fits the weights, and prints what they give.
pub(crate) fn run_and_print(project: &Project) -> Result<()> {
    build::program(project)?;
    let Some(shared) = env::var_os("SAKUIN_SHARED").map(PathBuf::from) else {
        bail!("SAKUIN_SHARED does not name a folder with relevance/");
    };
    let sets = unpacked(project, &shared.join("relevance"))?;
    let mut measured = Measured::new(project, &sets)?;
    let (mut default, mut fitted) = (Vec::new(), Vec::new());
    println!("{:<8} {:>8} {:>8}  weights other than the default", "held out", "default", "fitted");
    for fold in 0..FOLDS {
        let weights = fit(&mut measured, &|query| query % FOLDS != fold)?;
        let held_out = |query: usize| query % FOLDS == fold;
        default.push(mean(&measured.of(Weights::default(), &held_out)?));
        fitted.push(mean(&measured.of(weights, &held_out)?));
        println!("fold {fold:<3} {:>8.4} {:>8.4}  {}", default[fold], fitted[fold], named(weights));
    }
    println!("{:<8} {:>8.4} {:>8.4}", "mean", mean(&default), mean(&fitted));
    let weights = fit(&mut measured, &|_| true)?;
    println!("\nfitted on all: {}", named(weights));
    let before = measured.of(Weights::default(), &|_| true)?;
    let after = measured.of(weights, &|_| true)?;
    for ((set, measure), (before, after)) in SETS.iter().zip(before.iter().zip(after)) {
        println!("{set:<24} {measure:<8} {before:.4} {after:.4}");
    }
    Ok(())
}

/// Coordinate descent from the defaults, on the queries that `learnt` names.
fn fit(measured: &mut Measured, learnt: &dyn Fn(usize) -> bool) -> Result<Weights> {
    let default = measured.of(Weights::default(), learnt)?;
    let mut gained = |weights: Weights| -> Result<f64> {
        let now = measured.of(weights, learnt)?;
        let parts: Vec<f64> = now.iter().zip(&default).map(|(now, then)| now / then).collect();
        Ok(mean(&parts))
    };
    let mut best = Weights::default();
    let mut most = 1.0;
    for _ in 0..ROUNDS {
        let before = most;
        for name in Weights::NAMES {
            let from = best;
            for step in [STEP, 1.0 / STEP] {
                let mut weights = from;
                let weight = weights.named(name).context("a weight without a name")?;
                // Two digits: a weight is known no better.
                *weight = (*weight * step * 100.0).round() / 100.0;
                if name == "b" {
                    *weight = weight.min(1.0);
                }
                let gain = gained(weights)?;
                if gain > most + LEAST_GAIN {
                    (best, most) = (weights, gain);
                }
            }
        }
        if most == before {
            break;
        }
    }
    Ok(best)
}

/// The weights that are not the default, as `sakuin eval` takes them.
fn named(mut weights: Weights) -> String {
    let mut default = Weights::default();
    let mut pairs = Vec::new();
    for name in Weights::NAMES {
        if let (Some(weight), Some(default)) = (weights.named(name), default.named(name))
            && weight != default
        {
            pairs.push(format!("{name}={weight}"));
        }
    }
    pairs.join(",")
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The sets, each with a program that has built its index and waits for weights; and
/// what was measured.
struct Measured {
    sets: Vec<Asked>,
    /// Of each weights, by set, what every query gives.
    known: BTreeMap<String, Vec<Vec<f64>>>,
}

impl Measured {
    fn new(project: &Project, sets: &Path) -> Result<Measured> {
        let asked =
            SETS.iter().map(|(set, measure)| Asked::start(project, &sets.join(set), measure));
        Ok(Measured { sets: asked.collect::<Result<_>>()?, known: BTreeMap::new() })
    }

    /// Of each set the mean over the queries that `asked` names, by their place.
    fn of(&mut self, weights: Weights, asked: &dyn Fn(usize) -> bool) -> Result<Vec<f64>> {
        let key = named(weights);
        if !self.known.contains_key(&key) {
            // All are asked before any is waited for.
            for set in &mut self.sets {
                writeln!(set.weights, "{key}")?;
            }
            let each = self.sets.iter_mut().map(Asked::answer).collect::<Result<_>>()?;
            self.known.insert(key.clone(), each);
        }
        let of_set = |each: &Vec<f64>| {
            let chosen = each.iter().enumerate().filter(|&(query, _)| asked(query));
            mean(&chosen.map(|(_, &value)| value).collect::<Vec<f64>>())
        };
        Ok(self.known[&key].iter().map(of_set).collect())
    }
}

/// `sakuin eval --each` on one set.
struct Asked {
    program: Child,
    weights: ChildStdin,
    answers: BufReader<ChildStdout>,
    measure: &'static str,
}

impl Asked {
    fn start(project: &Project, set: &Path, measure: &'static str) -> Result<Asked> {
        let mut command = project.command(project.release("sakuin"));
        command.arg("eval").arg(set).args(["--each", "--queries", &QUERIES.to_string()]);
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let weights = program.stdin.take().context("no standard input")?;
        let answers = BufReader::new(program.stdout.take().context("no standard output")?);
        Ok(Asked { program, weights, answers, measure })
    }

    /// The measure of each query, in their order.
    fn answer(&mut self) -> Result<Vec<f64>> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let each: Vec<Value> = serde_json::from_str(&line).context("sakuin eval has ended")?;
        Ok(each.iter().filter_map(|scores| scores[self.measure].as_f64()).collect())
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        // It waits for weights, of which there are no more.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
