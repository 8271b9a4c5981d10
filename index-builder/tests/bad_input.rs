//! Too much of anything: a build ends with an index or a clear error, the index
//! that stood there still stands, and no other file is left.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sakuin_builder::build::{BuildOptions, Report, build_to};

fn build(content: &Path, out: &Path, options: &BuildOptions) -> Report {
    build_to(content, out, options, &[], &|_, _, _| {}).unwrap()
}

fn jsonl(folder: &Path, posts: impl Iterator<Item = serde_json::Value>) -> std::path::PathBuf {
    let path = folder.join("posts.jsonl");
    let lines: Vec<String> = posts.map(|post| post.to_string()).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    path
}

#[test]
fn a_post_of_50_megabytes_is_one_post_in_many_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let line = "索引は全文検索の心臓である。The index is the heart of search.\n\n";
    let text = line.repeat(50_000_000 / line.len());
    let post = serde_json::json!({"id": "long", "title": "長い記事", "markdown": text});
    let content = jsonl(folder.path(), [post].into_iter());
    let out = folder.path().join("out");
    let report =
        build(&content, &out, &BuildOptions { memory_bytes: 1 << 20, ..BuildOptions::default() });
    assert_eq!(report.posts, 1);
    let mut index = sakuin_builder::folder::Folder::open(&out).unwrap();
    index.load_all().unwrap();
    let blocks = index.engine().directory().unwrap().text.len();
    assert!(blocks > 500, "{blocks} blocks");
}

#[test]
fn a_term_of_100_kilobytes_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["a".repeat(100_000), "カ".repeat(33_333), "語".repeat(33_333), "é".repeat(50_000)];
    let post = |(number, word): (usize, &String)| serde_json::json!({"id": number.to_string(), "title": word, "text": word, "tags": [word]});
    let content = jsonl(folder.path(), words.iter().enumerate().map(post));
    let out = folder.path().join("out");
    let report = build(&content, &out, &BuildOptions::default());
    assert_eq!(report.posts, 4);
    let mut index = sakuin_builder::folder::Folder::open(&out).unwrap();
    index.load_all().unwrap();
    // Of the titles, which stand in the posts shard, nothing is cut.
    assert!(report.bytes.lexicon < 2000, "{} bytes", report.bytes.lexicon);
}

#[test]
fn a_hundred_thousand_tags_are_counted_and_an_index_of_bounded_size() {
    let folder = tempfile::tempdir().unwrap();
    let post = |number: usize| {
        let tags: Vec<String> = (0..50).map(|tag| format!("札{}", number * 50 + tag)).collect();
        serde_json::json!({"id": number.to_string(), "title": "題", "text": "本文", "tags": tags})
    };
    let content = jsonl(folder.path(), (0..2000).map(post));
    let out = folder.path().join("out");
    let report = build(&content, &out, &BuildOptions::default());
    let mut index = sakuin_builder::folder::Folder::open(&out).unwrap();
    index.load_all().unwrap();
    assert!(report.bytes.columns < 1 << 20, "{} bytes", report.bytes.columns);
    // One post with as many keeps the first 64.
    let tags: Vec<String> = (0..100_000).map(|tag| format!("札{tag}")).collect();
    let post = serde_json::json!({"id": "a", "title": "題", "text": "本文", "tags": tags});
    let report = build(&jsonl(folder.path(), [post].into_iter()), &out, &BuildOptions::default());
    assert!(report.terms < 200, "{} terms", report.terms);
}

/// All that is in a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

/// Wherever a file stops growing, as on a full disk: the system refuses more than
/// so many bytes in one (`ulimit -f`), and the signal that says so is ignored.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_build_and_leaves_what_stood_there() {
    let folder = tempfile::tempdir().unwrap();
    let [content, out] = ["content", "out"].map(|name| folder.path().join(name));
    fs::create_dir(&content).unwrap();
    fs::write(content.join("a.md"), "# 最初の記事\n\n本文").unwrap();
    let sakuin = |before: &str, memory: &str| {
        let script = format!("trap '' XFSZ; {before} exec \"$0\" \"$@\"");
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_sakuin"), "build"]);
        command.arg(&content).arg("--out").arg(&out).args(["--memory", memory]);
        command.output().unwrap()
    };
    assert!(sakuin("", "1").status.success());
    let before = files(&out);
    // Words that differ, so that neither posts nor postings stay small.
    for post in 0..8u64 {
        let mut number = post + 1;
        let mut text = String::from("# 題\n\n");
        for _ in 0..4000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(&format!("{:x}の索引。", number >> 24));
        }
        fs::write(content.join(format!("{post}.md")), text).unwrap();
    }
    // In blocks of 512 bytes or of 1024: the bodies do not fit, then the run, then a
    // file of the index alone.
    for (blocks, memory, what) in
        [(128, "0", "temporary file"), (700, "0", "temporary file"), (8, "64", "cannot write")]
    {
        let output = sakuin(&format!("ulimit -f {blocks};"), memory);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{blocks} blocks: {message}");
        assert!(message.starts_with("sakuin: cannot write"), "{message}");
        assert!(message.contains(what) && message.lines().count() == 1, "{message}");
        assert!(files(&out) == before, "{blocks} blocks: the index that stood there");
    }
    let output = sakuin("", "0");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn two_builds_of_one_folder_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let held = sakuin_builder::output::Folder::open(&out).unwrap();
    let err = sakuin_builder::output::Folder::open(&out).unwrap_err();
    assert!(err.to_string().ends_with("another build is writing to it"), "{err}");
    drop(held);
    assert!(!out.exists(), "a folder that nothing was written to");
}
