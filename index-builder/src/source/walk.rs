//! The files below the content folder.

use std::fs;
use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::error::{Fault, Warning};

/// What a walk found: content paths, sorted.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) paths: Vec<String>,
    pub(super) warnings: Vec<Warning>,
    pub(super) faults: Vec<Fault>,
}

/// Finds the files below `content` whose names end with one of `extensions`
/// and whose content paths match none of `exclude`.
///
/// Names that begin with a dot, and `node_modules`, are passed over. Links are
/// followed to files within `content` only.
pub(super) fn walk(content: &Path, extensions: &[&str], exclude: &GlobSet) -> Files {
    let mut files = Files::default();
    let root = content.canonicalize().unwrap_or_else(|_| content.to_path_buf());
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder)).and_then(Iterator::collect);
        let entries: Vec<fs::DirEntry> = match entries {
            Ok(entries) => entries,
            Err(err) => {
                files.faults.push(Fault::io(&folder, &err));
                continue;
            }
        };
        for entry in entries {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let path = join(&folder, &name.to_string_lossy());
                files.faults.push(Fault::content(&path, None, "file name is not UTF-8"));
                continue;
            };
            let path = join(&folder, name);
            if name.starts_with('.') || name == "node_modules" || exclude.is_match(&path) {
                continue;
            }
            let wanted = name.rsplit_once('.').is_some_and(|(stem, extension)| {
                !stem.is_empty() && extensions.contains(&extension.to_ascii_lowercase().as_str())
            });
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_symlink() => match link(&root, &entry.path(), wanted) {
                    Link::File => files.paths.push(path),
                    Link::Nothing => {}
                    Link::Refused(message) => {
                        files.warnings.push(Warning { path, line: None, message: message.into() });
                    }
                },
                Ok(kind) if kind.is_file() && wanted => files.paths.push(path),
                Ok(_) => {}
                Err(err) => files.faults.push(Fault::io(&path, &err)),
            }
        }
    }
    files.paths.sort_unstable();
    files
}

/// Globs over content paths, where `*` stays within a folder and a pattern
/// without a wildcard also covers what is below the folder it names.
///
/// # Errors
///
/// When a pattern is not a glob, with what is wrong.
pub(super) fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.trim_matches('/');
        set.add(glob(pattern)?);
        set.add(glob(&format!("{pattern}/**"))?);
    }
    set.build().map_err(|err| err.to_string())
}

/// One glob over paths, as [`globs`] has them.
pub(super) fn glob(pattern: &str) -> Result<Glob, String> {
    let mut builder = GlobBuilder::new(pattern);
    let glob = builder.literal_separator(true).empty_alternates(true).build();
    glob.map_err(|err| err.to_string())
}

enum Link {
    File,
    Nothing,
    Refused(&'static str),
}

fn link(root: &Path, path: &Path, wanted: bool) -> Link {
    match path.canonicalize() {
        Err(_) if wanted => Link::Refused("a link to nothing is not followed"),
        Err(_) => Link::Nothing,
        Ok(target) if target.is_dir() => Link::Refused("a link to a folder is not followed"),
        Ok(_) if !wanted => Link::Nothing,
        Ok(target) if !target.starts_with(root) => {
            Link::Refused("a link out of the content is not followed")
        }
        Ok(target) if target.is_file() => Link::File,
        Ok(_) => Link::Nothing,
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
