//! What is wrong with content is named by file and line, all of it at once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use sakuin_builder::source::{FaultKind, Site, SourceError, SourceOptions, read_site};

/// Reads a folder with these files in it.
fn read(files: &[(&str, &[u8])]) -> Result<Site, SourceError> {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    read_site(dir.path(), &SourceOptions::default(), &|_, _| {})
}

fn refusal(files: &[(&str, &[u8])]) -> String {
    let err = read(files).unwrap_err();
    assert_eq!(err.kind(), FaultKind::Content);
    err.to_string()
}

#[test]
fn front_matter_that_does_not_close_or_parse() {
    for (text, expected) in [
        ("---\ntitle: a\n", "front matter: no closing '---' (posts/記事.md:1)"),
        ("\n+++\ntitle = 'a'\n", "front matter: no closing '+++' (posts/記事.md:2)"),
        ("---\ntitle: a: b\n---\n", "(posts/記事.md:2)"),
        ("+++\r\ntitle = 'a'\r\ntags = [\r\n+++\r\n", "(posts/記事.md:"),
        ("{\"title\": 1,}\n", "(posts/記事.md:1)"),
        ("---\n- a\n---\n", "front matter: not a table of keys and values (posts/記事.md:2)"),
    ] {
        let shown = refusal(&[("posts/記事.md", text.as_bytes())]);
        assert!(shown.starts_with("front matter: ") && shown.contains(expected), "{shown}");
    }
}

#[test]
fn all_faults_are_named_in_order() {
    let shown = refusal(&[
        ("b.md", b"---\n"),
        ("a.md", b"one\ntwo \xff\n"),
        ("good.md", b"fine\n"),
        ("c/d.md", b"+++\n"),
    ]);
    let expected = "not UTF-8 (a.md:2)\n\
                    front matter: no closing '---' (b.md:1)\n\
                    front matter: no closing '+++' (c/d.md:1)";
    assert_eq!(shown, expected);
}

#[test]
fn two_posts_with_one_address() {
    let shown = refusal(&[("a.md", b"---\nurl: /x/\n---\n"), ("x.md", "検索\n".as_bytes())]);
    assert_eq!(shown, "its address /x/ is that of a.md too (x.md:1)");
    let given = "---\ntitle: 索引\nurl: /x/\n---\n".as_bytes();
    let shown = refusal(&[("a.md", b"---\nurl: /x/\n---\n"), ("b.md", given)]);
    assert_eq!(shown, "its address /x/ is that of a.md too (b.md:3)");
}

#[test]
fn nothing_to_read() {
    assert!(refusal(&[("notes.txt", b"text")]).starts_with("no posts"));
    let err = read_site(Path::new("/no/such/folder"), &SourceOptions::default(), &|_, _| {});
    assert_eq!(err.unwrap_err().kind(), FaultKind::Io);
}

#[test]
fn bad_json_lines() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("posts.jsonl");
    let read = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        read_site(&path, &SourceOptions::default(), &|_, _| {}).unwrap_err().to_string()
    };
    let good = "{\"id\": \"索引\", \"title\": \"\", \"text\": \"\"}\n";
    let shown = read(format!("{good}{{\"id\": \"b\"}}\n{good}{{\n").as_bytes());
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "neither text nor markdown (posts.jsonl:2)");
    assert_eq!(lines[1], "its id '索引' is that of line 1 too (posts.jsonl:3)");
    assert!(lines[2].ends_with("(posts.jsonl:4)"), "{shown}");
    assert_eq!(read(b"\n\xff"), "not UTF-8 (posts.jsonl:2)");
    assert!(read(b"").starts_with("no posts"));
}

#[test]
fn a_broken_site_configuration() {
    let shown = refusal(&[("hugo.toml", b"baseURL = 'x'\ntitle = \n"), ("content/a.md", b"a")]);
    assert!(shown.ends_with("hugo.toml:2)"), "{shown}");
    let shown = refusal(&[("hugo.toml", b"timeZone = 'Asia/Edo'\n"), ("content/a.md", b"a")]);
    assert_eq!(shown, "unknown time zone 'Asia/Edo'");
}

#[test]
fn bombs_are_refused_in_bounded_time() {
    let mut aliases = "---\na0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        aliases.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    let megabyte = format!("---\nx: {}\n---\n", "あ".repeat(350_000));
    let brackets = format!("---\nx: {}\n---\n", "[".repeat(200_000));
    let left_lists = format!("---\n{}---\n", "x: [\na,\n]\n".repeat(20_000));
    for bomb in [aliases + "---\n", megabyte, brackets, left_lists] {
        assert!(refusal(&[("bomb.md", bomb.as_bytes())]).starts_with("front matter: "));
    }
}

#[test]
fn byte_order_marks_and_windows_line_ends_are_fine() {
    let text = "\u{feff}---\r\ntitle: \u{3000}索引\u{3000}\r\ndate: 2020-13-01\r\n---\r\n本文\r\n";
    let site = read(&[("a.md", text.as_bytes())]).unwrap();
    assert_eq!(site.posts[0].title, "索引");
    assert_eq!(site.warnings[0].to_string(), "front matter: date '2020-13-01' is no date (a.md:3)");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_content() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let content = dir.path().join("content");
    std::fs::create_dir(&content).unwrap();
    std::fs::write(dir.path().join("outside.md"), "CANARY").unwrap();
    std::fs::write(content.join("a.md"), "索引").unwrap();
    symlink("a.md", content.join("b.md")).unwrap();
    symlink("../outside.md", content.join("c.md")).unwrap();
    symlink(".", content.join("loop")).unwrap();
    symlink("nowhere", content.join("d.md")).unwrap();
    let site = read_site(&content, &SourceOptions::default(), &|_, _| {}).unwrap();
    let ids: Vec<&str> = site.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids, ["a.md", "b.md"]);
    let shown: Vec<String> = site.warnings.iter().map(ToString::to_string).collect();
    let expected = [
        "a link out of the content is not followed (c.md)",
        "a link to nothing is not followed (d.md)",
        "a link to a folder is not followed (loop)",
    ];
    assert_eq!(shown, expected);
}
