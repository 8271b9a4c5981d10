//! Random queries, as a reader may come to type them: stretches of what the demo blog
//! says, words half converted and with slips, romaji, operators, and noise.

#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index as Place, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::site::DEMO;

const WORDS: &[&str] = &[
    "検索",
    "全文検索",
    "けんさく",
    "ケンサク",
    "kensaku",
    "kensak",
    "toukyou",
    "tōkyō",
    "sa-ba-",
    "検索えんじん",
    "サーバ",
    "ﾃｷｽﾄ",
    "ｆｕｌｌ　ｔｅｘｔ",
    "引越し",
    "走った",
    "searching",
    "serach",
    "getUserMedia",
    "std::vector",
    "C++",
    "/etc/hosts",
    "v8.1",
    "--flag",
    "café",
    "㍿",
    "각",
    "データベース",
    "でーたべーす",
];
const SIGNS: &[&str] =
    &["\"", "-", " -", " OR ", "title:", "tag:", "lang:ja ", "after:2024-01 ", "before:2025", "："];
const NOISE: &[&str] =
    &["\0", "\u{202e}", "\u{200d}", "👨‍👩‍👧", "ー", "々", "、", "…", "(", "ゞ", "\u{fdd0}"];

/// The characters of every post of the demo blog, as it is written.
static POSTS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let mut paths = Vec::new();
    walk(Path::new(DEMO), &mut paths);
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap().chars().collect()).collect()
});

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, paths),
            false if path.extension().is_some_and(|extension| extension == "md") => {
                paths.push(path);
            }
            false => {}
        }
    }
}

/// The paragraphs of the demo blog.
pub(crate) fn paragraphs() -> Vec<String> {
    let posts = POSTS.iter().map(|post| post.iter().collect::<String>());
    let paragraphs = posts.flat_map(|post| {
        post.split("\n\n").map(str::trim).map(str::to_string).collect::<Vec<String>>()
    });
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect()
}

/// A query.
pub(crate) fn query() -> impl Strategy<Value = String> {
    let separator = prop_oneof![4 => Just(" "), 3 => Just(""), 1 => Just("\u{3000}")];
    prop::collection::vec((piece(), separator), 1..5)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, after)| piece + after).collect())
}

/// So many queries, always the same.
pub(crate) fn some(count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| query().new_tree(&mut runner).unwrap().current()).collect()
}

fn piece() -> impl Strategy<Value = String> {
    let of = |words: &'static [&'static str]| select(words).prop_map(str::to_string);
    prop_oneof![
        5 => stretch(),
        4 => of(WORDS),
        3 => (stretch(), any::<Place>(), 0..4).prop_map(slip),
        2 => (select(WORDS), any::<Place>(), 0..4)
            .prop_map(|(word, place, kind)| slip((word.to_string(), place, kind))),
        1 => of(SIGNS),
        1 => of(NOISE),
    ]
}

/// What stands in a row in a post.
fn stretch() -> impl Strategy<Value = String> {
    (any::<Place>(), any::<Place>(), 1..13usize).prop_map(|(post, at, chars)| {
        let post = post.get(&POSTS);
        post[at.index(post.len())..].iter().take(chars).collect()
    })
}

/// A slip of the keys: a character too few, one twice, two changed places, or an end
/// that is still missing.
fn slip((text, place, kind): (String, Place, i32)) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = place.index(chars.len());
    match kind {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, chars[at]),
        2 if at > 0 => chars.swap(at, at - 1),
        _ => chars.truncate(at + 1),
    }
    chars.into_iter().collect()
}
