//! The parts of an index: their bytes, beside what information theory asks.

use serde::Serialize;

use crate::folder::{Folder, FolderError};

/// A part of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Files that hold it; 0 when it travels in the manifest.
    pub files: usize,
    /// Its bytes; after inflating where it travels in the manifest, which is
    /// deflated as a whole, else on the wire.
    pub bytes: usize,
    /// Terms, postings, posts or blocks in it.
    pub items: usize,
    /// What it takes at least, in bytes, where a bound is known: for postings
    /// the sum of log2 C(posts, df) over all terms, for ids alone.
    pub bound_bytes: Option<usize>,
}

/// Loads the whole index and measures its parts.
///
/// # Errors
///
/// When a file of it cannot be had.
pub fn inspect(folder: &mut Folder) -> Result<Vec<Part>, FolderError> {
    folder.load_all()?;
    let Some(directory) = folder.engine().directory() else { return Ok(Vec::new()) };
    let sizes = |places: Vec<sakuin::format::Place>| {
        let mut files: Vec<u32> =
            places.iter().map(|place| place.file).filter(|&f| f > 0).collect();
        files.dedup();
        let wire: usize = files.iter().map(|&file| folder.wire_bytes(file as usize - 1)).sum();
        let inline = places.iter().filter(|place| place.file == 0);
        (files.len(), wire + inline.map(|place| place.len_bytes as usize).sum::<usize>())
    };
    let part = |name, (files, bytes): (usize, usize), items| Part {
        name,
        files,
        bytes,
        items,
        bound_bytes: None,
    };
    let terms = &directory.terms;
    let posts = directory.lengths.len();
    let dfs = folder.engine().document_frequencies();
    let postings: usize = dfs.iter().map(|&df| df as usize).sum();
    let bound_bits: f64 = dfs.iter().map(|&df| log2_choose(posts as f64, f64::from(df))).sum();
    let text = (directory.text.len(), folder.text_wire_bytes());
    Ok(vec![
        part("manifest", (1, folder.manifest_bytes()), 1),
        part("lexicon", sizes(terms.iter().map(|shard| shard.lexicon).collect()), dfs.len()),
        Part {
            bound_bytes: Some((bound_bits / 8.0) as usize),
            ..part("postings", sizes(terms.iter().map(|shard| shard.postings).collect()), postings)
        },
        part("columns", sizes(vec![directory.columns]), posts),
        part("posts", sizes(directory.posts.iter().map(|shard| shard.place).collect()), posts),
        part("text", text, posts),
    ])
}

/// The bits that name `k` of `n` things, by Stirling's series.
fn log2_choose(n: f64, k: f64) -> f64 {
    let ln_factorial = |x: f64| match x < 1.5 {
        true => 0.0,
        false => x * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI * x).ln() + 1.0 / (12.0 * x),
    };
    ((ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)) / std::f64::consts::LN_2).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_counting() {
        assert!((log2_choose(10.0, 3.0) - 120f64.log2()).abs() < 0.01);
        assert!(log2_choose(7.0, 7.0) < 0.01);
    }
}
