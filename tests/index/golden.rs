//! The golden index: a small site and the bytes it has always given.
//!
//! After a wanted change of the format, `SAKUIN_GOLDEN=write cargo test --test
//! index golden` writes it anew.

use std::fs;
use std::path::{Path, PathBuf};

use sakuin_builder::encode::Encoded;

use crate::site::{DEMO, Index, encoded, open};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden")
}

fn golden() -> Encoded {
    encoded(&folder().join("posts.jsonl")).0
}

#[test]
fn the_builder_writes_the_golden_index() {
    let built = golden();
    let index = folder().join("index");
    let mut files: Vec<(&str, &[u8])> =
        built.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    files.push(("sakuin.manifest", &built.manifest));
    if std::env::var_os("SAKUIN_GOLDEN").is_some_and(|value| value == "write") {
        let _ = fs::remove_dir_all(&index);
        fs::create_dir_all(&index).unwrap();
        for (name, bytes) in &files {
            fs::write(index.join(name), bytes).unwrap();
        }
    }
    for (name, bytes) in &files {
        assert!(fs::read(index.join(name)).unwrap() == *bytes, "{name} differs");
    }
    assert_eq!(fs::read_dir(&index).unwrap().count(), files.len());
}

#[test]
fn the_golden_index_gives_its_answers() {
    let index = folder().join("index");
    let manifest = fs::read(index.join("sakuin.manifest")).unwrap();
    let mut golden = Encoded { manifest, ..Encoded::default() };
    for entry in fs::read_dir(&index).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let bytes = fs::read(entry.path()).unwrap();
        golden.files.push(sakuin_builder::encode::IndexFile { name, bytes });
    }
    let mut index = Index::of(&golden);
    let mut ids = |query: &str| -> Vec<String> {
        index.query(query, 0).hits.into_iter().map(|hit| hit.post.id).collect()
    };
    assert_eq!(ids("全文検索"), ["search", "apart"]);
    // The second lives at /search/.
    assert_eq!(ids("searched"), ["english", "search"]);
    assert_eq!(ids("走った"), ["run"]);
    assert_eq!(ids("ＧｅｔＵｓｅｒＭｅｄｉａ"), ["english"]);
    assert_eq!(ids("zyzzyva"), Vec::<String>::new());
}

#[test]
fn the_same_posts_give_the_same_bytes_on_any_number_of_threads() {
    let build = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| encoded(Path::new(DEMO)).0)
    };
    let one = build(1);
    assert_eq!(one, build(2));
    assert_eq!(one, build(7));
    assert_eq!(open(&one.manifest).generation().len(), 16);
}
