//! The index is the same however a build is made: in little memory, on few
//! threads, over what another has left, or with what the last one knew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sakuin_builder::build::{BuildOptions, Report, build_to};
use sakuin_builder::cache::CACHE_NAME;

/// Writes a site of so many posts, in Japanese and English, some of them long.
fn write_site(content: &Path, posts: usize) {
    fs::create_dir_all(content).unwrap();
    let words =
        ["全文検索", "形態素解析", "引っ越し", "サーバー", "Rust", "getUserMedia", "走った"];
    for post in 0..posts {
        let word = |step: usize| words[(post * step + step) % words.len()];
        let mut text = format!("---\ntitle: {}と{}\ntags: [{}]\n---\n", word(1), word(2), word(3));
        for paragraph in 0..1 + post % 5 * if post % 20 == 4 { 400 } else { 3 } {
            let number = post * 31 + paragraph;
            text.push_str(&format!(
                "\n## {}{number}\n\n{}を{}で試した。id{number}\n",
                word(paragraph + 1),
                word(paragraph + 2),
                word(paragraph + 3)
            ));
        }
        fs::write(content.join(format!("{post:03}.md")), text).unwrap();
    }
}

fn options() -> BuildOptions {
    let mut options = BuildOptions::default();
    options.source.now = 1_793_491_200;
    options
}

fn build(content: &Path, out: &Path, options: &BuildOptions) -> Report {
    build_to(content, out, options, &[], &|_, _, _| {}).unwrap()
}

/// All that is in a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

#[test]
fn the_same_bytes_in_any_memory_on_any_threads() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    write_site(&content, 120);
    build(&content, &folder.path().join("one"), &options());
    let expected = files(&folder.path().join("one"));
    assert!(expected.len() > 20, "a site of one file tells little: {}", expected.len());
    for (memory_bytes, threads) in [(0, 1), (0, 3), (40 << 10, 2), (usize::MAX, 5)] {
        let out = folder.path().join(format!("{memory_bytes}-{threads}"));
        let options = BuildOptions { memory_bytes, ..options() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| build(&content, &out, &options));
        assert!(files(&out) == expected, "{memory_bytes} bytes, {threads} threads");
    }
}

#[test]
fn a_build_with_a_cache_is_a_clean_build() {
    let folder = tempfile::tempdir().unwrap();
    let [content, clean, cached] =
        ["content", "clean", "cached"].map(|name| folder.path().join(name));
    let options_of =
        |cache: &str| BuildOptions { cache: Some(folder.path().join(cache)), ..options() };
    write_site(&content, 60);
    assert_eq!(build(&content, &cached, &options_of("cache")).known, 0);
    assert_eq!(build(&content, &cached, &options_of("cache")).known, 60);
    // One post changes, one goes, one comes.
    fs::write(content.join("007.md"), "# 変わった記事\n\n引越しの話。\n").unwrap();
    fs::remove_file(content.join("011.md")).unwrap();
    fs::write(content.join("new.md"), "新しい記事\n").unwrap();
    let report = build(&content, &cached, &options_of("cache"));
    assert_eq!((report.posts, report.known, report.warnings.len()), (60, 58, 0));
    build(&content, &clean, &options());
    assert!(files(&cached) == files(&clean));
    // What the configuration says is part of what a post becomes.
    let mut other = options_of("cache");
    other.config.smart_punctuation = true;
    assert_eq!(build(&content, &cached, &other).known, 0);
    let mut other = options_of("cache");
    other.config.dictionary = Some(folder.path().join("words.csv"));
    fs::write(folder.path().join("words.csv"), "全文検索\n").unwrap();
    assert_eq!(build(&content, &cached, &other).known, 0);
    assert_eq!(build(&content, &cached, &other).known, 60);
}

#[test]
fn warnings_are_the_same_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    fs::write(content.join("a.md"), "---\ntitle: 題\n---\n本文\n\n{{< tab >}}中身{{< /tab >}}\n")
        .unwrap();
    let options = BuildOptions { cache: Some(folder.path().join("cache")), ..options() };
    let first = build(&content, &folder.path().join("out"), &options);
    let second = build(&content, &folder.path().join("out"), &options);
    assert!(first.warnings[0].contains("tab") && first.warnings[0].ends_with("(a.md:6)"));
    assert_eq!((second.known, second.warnings), (1, first.warnings));
}

#[test]
fn a_cache_that_is_cut_short_or_foreign_is_left_aside_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let [content, clean, out, cache] =
        ["content", "clean", "out", "cache"].map(|name| folder.path().join(name));
    write_site(&content, 40);
    build(&content, &clean, &options());
    let options = BuildOptions { cache: Some(cache.clone()), ..options() };
    build(&content, &out, &options);
    let whole = fs::read(cache.join(CACHE_NAME)).unwrap();
    let damaged = |at: usize, flip: u8| {
        let mut bytes = whole.clone();
        bytes[at] ^= flip;
        bytes
    };
    let half = whole.len() / 2;
    for (bytes, note, knows_some) in [
        (whole[..half].to_vec(), "cut short", true),
        (whole[..20].to_vec(), "cut short", false),
        (Vec::new(), "cut short", false),
        (damaged(3, 1), "this is none", false),
        (damaged(13, 3), "this is none", false), // the version of its layout
        (damaged(20, 1), "another program", false),
        (damaged(90, 1), "damaged", true),
    ] {
        fs::write(cache.join(CACHE_NAME), bytes).unwrap();
        let report = build(&content, &out, &options);
        assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings);
        assert!(report.warnings[0].contains(note), "{}", report.warnings[0]);
        assert_eq!(report.known > 0, knows_some, "{note}");
        assert!(files(&out) == files(&clean), "{note}");
    }
    // A folder that cannot be one is noted, too.
    let options = BuildOptions { cache: Some(content.join("000.md")), ..options };
    let report = build(&content, &out, &options);
    assert!(report.warnings.iter().any(|note| note.contains("cannot be written")));
    assert!(files(&out) == files(&clean));
}

#[test]
fn what_a_killed_build_left_is_removed_and_what_is_damaged_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let [content, out] = ["content", "out"].map(|name| folder.path().join(name));
    write_site(&content, 40);
    build(&content, &out, &options());
    let expected = files(&out);
    fs::write(out.join(".sakuin-x1y2z3"), "half a file").unwrap();
    fs::write(out.join("0000000000.skn"), "of no manifest").unwrap();
    fs::write(out.join("robots.txt"), "not of the index").unwrap();
    let name = expected.keys().find(|name| name.ends_with(".skn")).unwrap();
    let length = expected[name].len();
    fs::write(out.join(name), vec![0; length]).unwrap();
    build(&content, &out, &options());
    let mut built = files(&out);
    assert_eq!(built.remove("robots.txt").as_deref(), Some(b"not of the index".as_slice()));
    assert!(built == expected);
}
