//! The command line on bad input: the place is named, the code fits, and what
//! stood in the output folder still stands.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn sakuin(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sakuin")).args(arguments).output().unwrap()
}

/// Builds a site of these files over an index that stands already, and gives
/// the exit code and the message.
fn fails(files: &[(&str, &[u8])]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let (content, out) = (folder.path().join("content"), folder.path().join("out"));
    fs::create_dir(&content).unwrap();
    fs::write(content.join("a.md"), "# 最初の記事\n本文").unwrap();
    let paths = [content.to_str().unwrap(), out.to_str().unwrap()];
    assert!(sakuin(&["build", paths[0], "--out", paths[1]]).status.success());
    let before = listing(&out);
    fs::remove_file(content.join("a.md")).unwrap();
    for (name, bytes) in files {
        fs::write(content.join(name), bytes).unwrap();
    }
    let output = sakuin(&["build", paths[0], "--out", paths[1]]);
    assert_eq!(listing(&out), before, "the index that stood there");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn listing(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn content_at_fault_names_file_and_line() {
    let (code, message) = fails(&[("b.md", b"---\ntitle: b\n---\nabc\n\xff\xfe\n")]);
    assert_eq!((code, message.as_str()), (1, "sakuin: not UTF-8 (b.md:5)\n"));
    let (code, message) = fails(&[("b.md", "---\ntitle: 閉じない\n".as_bytes())]);
    assert_eq!((code, message.as_str()), (1, "sakuin: front matter: no closing '---' (b.md:1)\n"));
    let (code, message) = fails(&[("b.md", b"---\ntitle: [a\n---\n")]);
    assert_eq!(code, 1);
    assert!(message.contains("b.md:"), "{message}");
    let (code, message) = fails(&[("b.md", b"+++\ntitle = \n+++\n")]);
    assert_eq!(code, 1);
    assert!(message.contains("b.md:2"), "{message}");
}

#[test]
fn two_posts_of_one_address_are_both_named() {
    let post = b"---\nurl: /same/\n---\n";
    let (code, message) = fails(&[("hugo.toml", b"title = 'x'\n"), ("b.md", post), ("c.md", post)]);
    assert_eq!(code, 1);
    assert!(message.contains("b.md") && message.contains("c.md"), "{message}");
}

#[test]
fn an_empty_folder_is_a_fault() {
    let (code, message) = fails(&[]);
    assert_eq!(code, 1);
    assert!(message.contains("no posts"), "{message}");
}

#[test]
fn an_output_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "本文").unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let out = folder.path().join("file/out");
    let output =
        sakuin(&["build", folder.path().to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains(out.to_str().unwrap()), "{message}");
}

#[test]
fn the_service_worker_goes_to_the_sites_root() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "本文").unwrap();
    let (root, out) = (folder.path().join("public"), folder.path().join("public/search"));
    let paths = [folder.path(), out.as_path(), root.as_path()].map(|path| path.to_str().unwrap());
    let output = sakuin(&["build", paths[0], "--out", paths[1], "--site-root", paths[2]]);
    let worker = root.join("sakuin-sw.js");
    // A builder that was compiled before the browser side has no worker to write.
    if let Ok(copy) = fs::read(out.join("sakuin-sw.js")) {
        assert!(output.status.success());
        assert_eq!(fs::read(worker).unwrap(), copy);
    } else {
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8(output.stderr).unwrap().contains("sakuin-sw.js"));
    }
}

#[test]
fn an_index_of_another_version_or_damaged_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("posts.jsonl");
    fs::write(&content, "{\"id\": \"a\", \"title\": \"検索\", \"text\": \"本文\"}\n").unwrap();
    let out = folder.path().join("out");
    let out_name = out.to_str().unwrap();
    let report = sakuin(&["build", content.to_str().unwrap(), "--out", out_name, "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["posts"], 1);
    assert!(sakuin(&["check", out_name]).status.success());

    let found = sakuin(&["search", out_name, "検索", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(found["hits"][0]["id"], "a");

    let text = listing(&out).into_iter().find(|(name, _)| name.ends_with(".skn")).unwrap();
    let mut damaged = text.1.clone();
    damaged[0] ^= 1;
    fs::write(out.join(&text.0), damaged).unwrap();
    let check = sakuin(&["check", out_name]);
    assert_eq!(check.status.code(), Some(1));
    assert!(String::from_utf8(check.stderr).unwrap().contains(&text.0));

    let manifest = out.join("sakuin.manifest");
    let mut bytes = fs::read(&manifest).unwrap();
    bytes[6] = 99;
    fs::write(&manifest, bytes).unwrap();
    let check = sakuin(&["search", out_name, "検索"]);
    assert_eq!(check.status.code(), Some(1));
    let message = String::from_utf8(check.stderr).unwrap();
    assert!(message.contains("index of format 99, this reader knows format 2"), "{message}");
    assert_eq!(
        sakuin(&["search", folder.path().join("none").to_str().unwrap(), "x"]).status.code(),
        Some(3)
    );
    assert_eq!(sakuin(&["search"]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.md");
    fs::write(&file, "本文\n\n".repeat(100_000)).unwrap();
    let mut sakuin = Command::new(env!("CARGO_BIN_EXE_sakuin"));
    let sakuin = sakuin.arg("render").arg(file);
    let piped = sakuin.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = piped.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("sakuin: cannot write the output"), "{message}");
}
