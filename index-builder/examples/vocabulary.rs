//! The terms of an index, one a line: what a lexicon is compared with.
//!
//! `cargo run --release --example vocabulary INDEX | xz -9e | wc -c`

#![allow(clippy::unwrap_used, reason = "a tool that cannot go on ends")]

use std::io::Write;
use std::path::Path;

use sakuin::format::lexicon::Lexicon;
use sakuin::format::{file_name, name_bytes};
use sakuin_builder::folder::Folder;

fn main() {
    let index = std::env::args().nth(1).unwrap();
    let index = Path::new(&index);
    let mut folder = Folder::open(index).unwrap();
    folder.load_all().unwrap();
    let directory = folder.engine().directory().unwrap();
    let posts = directory.lengths.len() as u32;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, shard) in directory.terms.iter().enumerate() {
        // Of a small index, whose terms are in the manifest, there is nothing to tell.
        let Some(file) = shard.lexicon.file.checked_sub(1) else { return };
        let name = file_name(&name_bytes(&directory.files[file as usize].hash));
        let bytes = std::fs::read(index.join(name)).unwrap();
        let at = shard.lexicon.at_bytes as usize;
        let bytes = &bytes[at..at + shard.lexicon.len_bytes as usize];
        let lexicon = Lexicon::read(bytes, directory.term_range(number), posts).unwrap();
        lexicon.starting_with("", &mut |term, _| writeln!(out, "{term}").unwrap());
    }
}
