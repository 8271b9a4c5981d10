//! Packs of a whole index, and what `sakuin check` says of them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use sakuin_builder::build::{BuildOptions, Report, build_to};
use sakuin_builder::offline::{LIST_NAME, check};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// An index in `out` of posts whose terms are too many for one file.
fn index(folder: &Path, options: &BuildOptions) -> Report {
    let mut posts = String::new();
    for post in 0..120u32 {
        let word = |number: u32| {
            let hash = number.wrapping_mul(2_654_435_761);
            let letter = |place| char::from(b'a' + (hash >> (4 * place)) as u8 % 16);
            "全文".chars().chain((0..8).map(letter)).collect::<String>()
        };
        let text: Vec<String> = (0..300).map(|number| word(post * 300 + number)).collect();
        let text = text.join("。");
        writeln!(posts, r#"{{"id": "{post}", "title": "索引{post}", "text": "{text}"}}"#).unwrap();
    }
    let content = folder.join("posts.jsonl");
    fs::write(&content, posts).unwrap();
    build_to(&content, &folder.join("out"), options, &[], &|_, _, _| {}).unwrap()
}

fn list(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join(LIST_NAME)).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn packs_hold_every_file_in_fewer_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let report = index(folder.path(), &BuildOptions::default());
    let out = folder.path().join("out");
    let list = list(&out);
    let (files, packs) = (list["files"].as_array().unwrap(), list["packs"].as_array().unwrap());
    assert_eq!(check(&out).unwrap(), 2, "a pack of text, and one of terms");
    let count: u64 = packs.iter().map(|pack| pack[3].as_u64().unwrap()).sum();
    assert_eq!(count as usize, files.len());
    assert_eq!(report.files, files.len() + packs.len() + 2, "with manifest and list");
    let sum = |rows: &[Value]| rows.iter().map(|row| row[2].as_u64().unwrap()).sum::<u64>();
    assert!(sum(packs) * 10 < sum(files) * 9, "{} of {} bytes", sum(packs), sum(files));
}

#[test]
fn packs_are_the_same_whatever_the_threads_and_the_memory() {
    let build = |threads: usize, memory_bytes: usize| {
        let folder = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let options = BuildOptions { memory_bytes, ..BuildOptions::default() };
        pool.install(|| index(folder.path(), &options));
        fs::read(folder.path().join("out").join(LIST_NAME)).unwrap()
    };
    let first = build(1, 256 << 20);
    assert!(first == build(5, 256 << 20), "five threads");
    assert!(first == build(2, 0), "no memory");
}

#[test]
fn a_list_or_a_pack_that_is_not_as_it_should_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    index(folder.path(), &BuildOptions::default());
    let out = folder.path().join("out");
    let right = list(&out);
    let [name, next] = [0, 1].map(|number| text(&right["packs"][number][0]).to_string());
    let pack = fs::read(out.join(&name)).unwrap();
    let sha256 = |bytes: &[u8]| {
        Sha256::digest(bytes).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"))
    };
    let refused = |bytes: &[u8], change: &dyn Fn(&mut Value)| {
        let mut list = right.clone();
        change(&mut list);
        fs::write(out.join(&name), bytes).unwrap();
        fs::write(out.join(LIST_NAME), list.to_string()).unwrap();
        check(&out).unwrap_err().to_string()
    };
    // A list that says what the pack is, whatever that is.
    let fits = |bytes: &[u8]| {
        let row = (sha256(bytes), bytes.len());
        move |list: &mut Value| {
            list["packs"][0][1] = row.0.clone().into();
            list["packs"][0][2] = row.1.into();
        }
    };
    let short = &pack[..pack.len() - 1];
    assert!(refused(short, &|_| {}).ends_with(&format!("{name} is not what offline.json lists")));
    assert!(refused(short, &fits(short)).contains(&format!("{name}: pack ends")));
    let other = fs::read(out.join(&next)).unwrap();
    assert!(refused(&other, &fits(&other)).contains(&name));
    let swapped = refused(&pack, &|list| list["files"].as_array_mut().unwrap().swap(0, 1));
    let first = text(&right["files"][1][0]);
    assert!(swapped.ends_with(&format!("{name} does not hold {first} as it is")), "{swapped}");
    let many = refused(&pack, &|list| list["packs"][1][3] = 5000.into());
    assert!(many.ends_with("lists packs of more files than it lists"), "{many}");
    let elsewhere = refused(&pack, &|list| list["packs"][0][0] = "/dev/zero".into());
    assert!(elsewhere.ends_with("a file outside of its folder: /dev/zero"), "{elsewhere}");
    let none = refused(&pack, &|list| list["packs"] = "none".into());
    assert!(none.contains("offline.json: invalid type"), "{none}");
    assert!(refused(&pack, &|list| list["manifest"] = "".into()).contains("manifest"));
    fs::write(out.join(LIST_NAME), right.to_string()).unwrap();
    assert_eq!(check(&out).unwrap(), 2);
}
