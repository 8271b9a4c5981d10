//! `sakuin related`.

use std::path::PathBuf;

use clap::Args;
use sakuin_builder::folder::Folder;

use super::{CONTENT, Failure, print_json, say};

#[derive(Debug, Args)]
pub(super) struct RelatedArgs {
    /// The index folder
    dir: PathBuf,
    /// The post: its content path, or its address
    id: String,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: RelatedArgs) -> Result<(), Failure> {
    let mut folder = Folder::open(&args.dir)?;
    let post = folder.call(|engine| engine.post(&args.id, true))?;
    let no_post = || Failure::new(CONTENT, format!("no post of the index is {}", args.id));
    let related = post.ok_or_else(no_post)?.related;
    if args.json {
        return print_json(&related);
    }
    for post in related {
        say(format_args!("{}  {}", post.title, post.url))?;
    }
    Ok(())
}
