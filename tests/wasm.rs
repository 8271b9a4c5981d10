//! Native and wasm give the same answers to the byte.
//!
//! The module is the one that `cargo xtask build` made; Node runs it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use sakuin::search::{QueryOptions, Sort};
use serde_json::{Value, json};

#[path = "support/site.rs"]
mod site;

#[path = "support/queries.rs"]
mod queries;

use site::{DEMO, Index, encoded, shared};

const QUERIES: &[&str] = &[
    "全文検索",
    "検索エンジン",
    "ｆｕｌｌ　text",
    "searching",
    "rust 所有権",
    "走った",
    "㍿",
    "ｶﾞｲﾄﾞ",
    "検",
    "けんさく",
    "C++",
    "getUserMedia",
    "how does an inverted index work",
    "café",
    "İstanbul",
    "ΟΔΟΣ",
    "각",
    "👨‍👩‍👧",
    "",
    "\u{0}\u{202e}",
    "珈琲を美味しく淹れるにはどうすればよいか",
    "SQLite v8.1 --flag",
    "a",
    "ー",
    "々",
];

/// Numbers equal as numbers: JSON writes 1.0 and 1 differently on each side.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn compare(content: &Path, queries: &[String]) {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/generated/search");
    if !modules.join("sakuin_bg.wasm").exists() {
        assert!(std::env::var_os("SAKUIN_SHARED").is_none(), "run `cargo xtask build` first");
        println!("skipped: there is no search.wasm; `cargo xtask build` makes it");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let encoded = encoded(content).0;
    for file in &encoded.files {
        std::fs::write(folder.path().join(&file.name), &file.bytes).unwrap();
    }
    std::fs::write(folder.path().join("sakuin.manifest"), &encoded.manifest).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/answers.mjs");
    let mut node = Command::new("node")
        .args([script.as_os_str(), modules.as_os_str(), folder.path().as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = String::new();
    let mut index = Index::of(&encoded);
    let mut expected = Vec::new();
    for (number, query) in queries.iter().enumerate() {
        let mut options = QueryOptions { limit: 1 + number % 7, ..QueryOptions::default() };
        let mut plain = json!({ "limit": options.limit });
        if number % 3 == 1 {
            options.explain = true;
            options.facets = vec!["tags".to_string(), "year".to_string()];
            options.sort = Sort::Date;
            plain["explain"] = json!(true);
            plain["facets"] = json!(["tags", "year"]);
            plain["sort"] = json!("date");
            options.filters = vec![("lang".to_string(), vec!["ja".to_string(), "en".to_string()])];
            plain["filters"] = json!(["lang", "ja", "lang", "en"]);
        }
        if number % 5 == 4 {
            // An engine that has loaded nothing.
            plain["fresh"] = json!(true);
        }
        if number % 4 == 2 {
            options.recency = 0.25;
            plain["recency"] = json!(0.25);
        }
        input += &json!({ "query": query, "options": plain }).to_string();
        input.push('\n');
        let answer = index.call(|engine| engine.query(query, &options));
        expected.push(serde_json::to_value(answer).unwrap());
    }
    let mut stdin = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.lines().count(), queries.len());
    for ((query, native), line) in queries.iter().zip(&expected).zip(output.lines()) {
        let wasm: Value = serde_json::from_str(line).unwrap();
        assert!(same(native, &wasm), "{query}\nnative {native:#}\nwasm {wasm:#}");
    }
}

#[test]
fn native_and_wasm_answers_are_equal_on_the_demo_blog() {
    let queries: Vec<String> = QUERIES.iter().map(|query| query.to_string()).collect();
    compare(Path::new(DEMO), &queries);
}

#[test]
fn native_and_wasm_answers_are_equal_on_random_queries() {
    compare(Path::new(DEMO), &queries::some(300));
}

#[test]
fn native_and_wasm_answers_are_equal_on_a_sharded_index() {
    let Some(set) = shared("relevance", "site-efcl-ja") else { return };
    let judged = sakuin_builder::eval::judged(&set).unwrap();
    let queries: Vec<String> = judged.into_iter().map(|query| query.text).collect();
    compare(&set.join("corpus.jsonl"), &queries);
}
