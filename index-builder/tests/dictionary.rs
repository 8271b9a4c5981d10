//! Words of a site's own, from `sakuin.toml` to what is found.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sakuin_builder::analyse::SiteWords;

fn sakuin(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sakuin")).args(arguments).output().unwrap()
}

/// The dictionary that the documentation shows.
fn documented() -> &'static str {
    let text = include_str!("../../docs/building.md");
    let block = text.split("```csv\n").nth(1).unwrap();
    block.split("```").next().unwrap()
}

/// A site of some posts, with `dictionary` if there is one.
fn write_site(folder: &Path, dictionary: Option<&str>) -> PathBuf {
    let content = folder.join("content");
    fs::create_dir_all(&content).unwrap();
    for (name, text) in [
        ("kan", "# 艦隊の話\n\nこれは艦これの話。"),
        ("kore", "# これと艦\n\n艦もこれもある。"),
        ("oshi", "# 推し活\n\n毎日が推し活である。"),
        ("k8s", "# 箱の船\n\nKubernetesで動かす。"),
        ("engine", "# 部品\n\n全文検索エンジンを作る。"),
    ] {
        fs::write(content.join(format!("{name}.md")), text).unwrap();
    }
    if let Some(dictionary) = dictionary {
        fs::write(folder.join("words.csv"), dictionary).unwrap();
        fs::write(folder.join("sakuin.toml"), "dictionary = \"words.csv\"\n").unwrap();
    }
    content
}

/// The posts that an index finds with all words, the best first.
fn found(index: &Path, query: &str) -> Vec<String> {
    let output = sakuin(&["search", index.to_str().unwrap(), query, "--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let hits = answer["hits"].as_array().unwrap().iter();
    hits.filter(|hit| hit["tier"] != "most").map(|hit| hit["id"].as_str().unwrap().into()).collect()
}

#[test]
fn words_of_the_site_are_found_whole_by_their_parts_and_by_their_readings() {
    let folder = tempfile::tempdir().unwrap();
    let indexes: Vec<PathBuf> = [None, Some(documented())]
        .into_iter()
        .enumerate()
        .map(|(number, dictionary)| {
            let site = folder.path().join(number.to_string());
            let content = write_site(&site, dictionary);
            let out = site.join("out");
            let output =
                sakuin(&["build", content.to_str().unwrap(), "--out", out.to_str().unwrap()]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            out
        })
        .collect();
    for (query, without, with) in [
        ("艦これ", &["kore.md", "kan.md"][..], &["kan.md"][..]),
        ("推し活", &["oshi.md"], &["oshi.md"]),
        ("かんこれ", &["kore.md", "kan.md"], &["kan.md"]),
        ("kankore", &[], &["kan.md"]),
        ("クーベネティス", &[], &["k8s.md"]),
        ("くーべねてぃす", &[], &["k8s.md"]),
        ("ku-benethisu", &[], &["k8s.md"]),
        ("全文検索エンジン", &["engine.md"], &["engine.md"]),
        ("検索", &["engine.md"], &["engine.md"]),
    ] {
        assert_eq!(found(&indexes[0], query), without, "{query} without a dictionary");
        assert_eq!(found(&indexes[1], query), with, "{query} with a dictionary");
    }
}

#[test]
fn a_bad_dictionary_is_named_and_the_index_stays() {
    let folder = tempfile::tempdir().unwrap();
    let content = write_site(folder.path(), Some(documented()));
    let out = folder.path().join("out");
    let build = || sakuin(&["build", content.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(build().status.success());
    let before = listing(&out);
    for (bytes, code, message) in [
        (Some("艦これ\nZ世代\n".as_bytes()), 1, "words.csv:2)"),
        (Some("\n推し活,推し\n".as_bytes()), 1, "words.csv:2)"),
        (Some(b"a\n\xff\n"), 1, "not UTF-8 ("),
        (None, 3, "cannot read "),
    ] {
        match bytes {
            Some(bytes) => fs::write(folder.path().join("words.csv"), bytes).unwrap(),
            None => fs::remove_file(folder.path().join("words.csv")).unwrap(),
        }
        let output = build();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(message), "{stderr} does not say {message}");
        assert!(listing(&out) == before, "the index that stood there");
    }
}

fn listing(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_dictionary_of_many_words_is_read() {
    let words: String = (0..100_000).map(|number| format!("語{}\n", kana(number))).collect();
    assert!(SiteWords::parse(&words).is_ok());
}

fn kana(mut number: u32) -> String {
    let mut kana = String::new();
    while number > 0 {
        kana.extend(char::from_u32('ア' as u32 + number % 60));
        number /= 60;
    }
    kana
}
