//! What a site does not show is in no byte of its index.

use std::fs;

use sakuin::search::Step;

use crate::site::{Index, encoded, inflate};

/// Files, and a word in each that no reader may find.
const SECRETS: [(&str, &str, &str); 8] = [
    ("draft.md", "KANARIADRAFT", "---\ntitle: 下書き\ndraft: true\n---\nKANARIADRAFT\n"),
    ("future.md", "KANARIAFUTURE", "---\ntitle: 未来\ndate: 2099-01-01\n---\nKANARIAFUTURE\n"),
    (
        "expired.md",
        "KANARIAEXPIRED",
        "---\ntitle: 期限\nexpiryDate: 2001-01-01\n---\nKANARIAEXPIRED\n",
    ),
    (
        "unlisted.md",
        "KANARIAUNLISTED",
        "---\ntitle: 非公開\nbuild:\n  list: never\n  render: never\n---\nKANARIAUNLISTED\n",
    ),
    ("comment.md", "KANARIACOMMENT", "---\ntitle: 注釈\n---\n見える<!-- KANARIACOMMENT -->本文\n"),
    (
        "shortcode.md",
        "KANARIASHORTCODE",
        "---\ntitle: 短縮\n---\n見える{{/* KANARIASHORTCODE */}}本文\n",
    ),
    ("key.md", "KANARIAKEY", "---\ntitle: 鍵\nsecret: KANARIAKEY\n---\n見える本文\n"),
    (
        "script.md",
        "KANARIASCRIPT",
        "---\ntitle: 台本\n---\n見える\n\n<script>KANARIASCRIPT</script>\n\n本文\n",
    ),
];

#[test]
fn drafts_comments_and_unlisted_keys_are_in_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _, text) in SECRETS {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::write(folder.path().join("hugo.toml"), "baseURL = 'https://example.org/'\n").unwrap();
    fs::write(folder.path().join("shown.md"), "---\ntitle: 見える\n---\nKANARIASHOWN\n").unwrap();
    let (encoded, report) = encoded(folder.path());
    assert_eq!((report.left_out.draft, report.left_out.future, report.left_out.expired), (1, 1, 1));

    let body_bytes = sakuin::format::manifest::decode_head(&encoded.manifest).unwrap();
    let mut everything = inflate(&encoded.manifest[16..], body_bytes);
    let index = Index::of(&encoded);
    let Step::Done(files) = index.engine.all_files() else { panic!("the directory is there") };
    assert_eq!(files.len(), encoded.files.len());
    for need in files {
        let file = encoded.files.iter().find(|file| file.name == need.file).unwrap();
        everything.extend_from_slice(&file.bytes);
        if need.deflated {
            everything.extend(inflate(&file.bytes, need.inflated_bytes));
        }
    }
    let lower = everything.to_ascii_lowercase();
    let holds = |word: &str| {
        let word = word.to_ascii_lowercase();
        lower.windows(word.len()).any(|window| window == word.as_bytes())
    };
    assert!(holds("KANARIASHOWN"), "the test can see");
    for (name, word, _) in SECRETS {
        assert!(!holds(word), "{name}");
    }
}
