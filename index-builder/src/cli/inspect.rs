//! `sakuin inspect` and `sakuin check`.

use std::path::Path;

use sakuin::format::FORMAT;
use sakuin_builder::folder::Folder;
use sakuin_builder::inspect::{Part, inspect as parts};
use sakuin_builder::offline;
use serde::Serialize;

use super::{Failure, print_json, say};

#[derive(Serialize)]
struct Inspection {
    format: u16,
    posts: usize,
    parts: Vec<Part>,
}

pub(super) fn inspect(dir: &Path, json: bool) -> Result<(), Failure> {
    let mut folder = Folder::open(dir)?;
    let parts = parts(&mut folder)?;
    let posts = folder.engine().directory().map_or(0, |directory| directory.lengths.len());
    if json {
        return print_json(&Inspection { format: FORMAT, posts, parts });
    }
    say(format_args!(
        "format {FORMAT}, {posts} posts, generation {}",
        folder.engine().generation()
    ))?;
    say(format_args!(
        "{:<10} {:>6} {:>12} {:>10} {:>9} {:>12}",
        "part", "files", "bytes", "items", "bits each", "bound"
    ))?;
    for part in parts {
        let bound = part.bound_bytes.map_or(String::new(), |bytes| bytes.to_string());
        let each = part.bytes as f64 * 8.0 / part.items.max(1) as f64;
        say(format_args!(
            "{:<10} {:>6} {:>12} {:>10} {each:>9.2} {bound:>12}",
            part.name, part.files, part.bytes, part.items
        ))?;
    }
    Ok(())
}

pub(super) fn check(dir: &Path, json: bool) -> Result<(), Failure> {
    let mut folder = Folder::open(dir)?;
    let files = folder.load_all()? + 1;
    let packs = offline::check(dir)?;
    let generation = folder.engine().generation();
    match json {
        true => print_json(
            &serde_json::json!({ "files": files, "packs": packs, "generation": generation }),
        ),
        false => say(format_args!("{files} files and {packs} packs, all as they should be")),
    }
}
