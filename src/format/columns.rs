//! Columns: what posts are filtered, counted and sorted by.
//!
//! | field    | meaning                                                            |
//! |----------|--------------------------------------------------------------------|
//! | `dates`  | for each post: seconds since 1970 plus 1, or 0; `u32`, little-endian |
//! | `keys`   | three times (tags, lang, section): a count, then for each value, ascending: the value, a string, and how many posts have it, a varint |
//! | `lists`  | for each value in turn, which posts: by [halving](super::ids), all in one [range code](super::range), to the end |

use super::PostId;
use super::ids::{self, Halves, IdModels};
use super::range::{RangeReader, RangeWriter};
use super::reader::{FormatError, Reader, put_string, put_varint};

/// The keys that posts are filtered by, in the file's order.
pub const KEYS: [&str; 3] = ["tags", "lang", "section"];

/// The most tags of a post that are counted, on average over all posts.
pub const MAX_VALUES_PER_POST: u32 = 64;

/// All columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Seconds since 1970 plus 1 for each post; 0 for none.
    pub dates: Vec<u32>,
    /// For each of [`KEYS`]: values, ascending, and the posts that have them.
    pub keys: [Vec<(String, Vec<PostId>)>; KEYS.len()],
}

impl Columns {
    /// Appends the columns of the posts of `halves`.
    ///
    /// # Panics
    ///
    /// When values do not ascend.
    pub fn encode(&self, halves: &Halves, out: &mut Vec<u8>) {
        self.dates.iter().for_each(|date| out.extend_from_slice(&date.to_le_bytes()));
        let mut code = RangeWriter::default();
        let mut models = IdModels::default();
        for values in &self.keys {
            assert!(values.is_sorted_by(|a, b| a.0 < b.0));
            put_varint(out, values.len() as u32);
            for (value, posts) in values {
                put_string(out, value);
                put_varint(out, posts.len() as u32);
                ids::encode(posts, halves, &mut models, &mut code);
            }
        }
        out.extend_from_slice(&code.finish());
    }

    /// Reads the columns of the posts of `halves`, the reverse of
    /// [`encode`](Columns::encode).
    ///
    /// # Errors
    ///
    /// When the bytes end early or go on, or values do not ascend.
    pub fn decode(bytes: &[u8], halves: &Halves) -> Result<Columns, FormatError> {
        let posts = halves.posts();
        let mut reader = Reader::new("columns", bytes);
        let mut columns = Columns::default();
        for date in reader.bytes(posts as usize * 4).chunks_exact(4) {
            columns
                .dates
                .push(date.iter().rev().fold(0, |date, &byte| date << 8 | u32::from(byte)));
        }
        let mut counts = Vec::new();
        for values in &mut columns.keys {
            // A list of all posts takes no bits: without a bound, a few bytes
            // could ask for any amount of memory.
            let mut left = posts.saturating_mul(MAX_VALUES_PER_POST);
            for _ in 0..reader.count(2) {
                let value = reader.string();
                if values.last().is_some_and(|(last, _)| last.as_str() >= value) {
                    return Err(reader.invalid("value"));
                }
                let count = reader.varint();
                left = left.checked_sub(count).ok_or_else(|| reader.invalid("count"))?;
                if count > posts {
                    return Err(reader.invalid("count"));
                }
                values.push((value.to_string(), Vec::new()));
                counts.push(count);
            }
        }
        reader.check()?;
        let mut code = RangeReader::new("columns", reader.bytes(reader.left()));
        let mut models = IdModels::default();
        let lists = columns.keys.iter_mut().flatten().map(|(_, list)| list);
        for (list, count) in lists.zip(counts) {
            ids::decode(count, halves, &mut models, &mut code, list);
        }
        code.finish()?;
        Ok(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_and_truncation_is_seen() {
        let mut columns = Columns { dates: vec![0, 5, u32::MAX], ..Columns::default() };
        columns.keys[0].push(("検索".to_string(), vec![0, 2]));
        columns.keys[1].push(("ja".to_string(), vec![0, 1, 2]));
        let mut bytes = Vec::new();
        let halves = Halves::new(&[9; 3]);
        columns.encode(&halves, &mut bytes);
        assert_eq!(Columns::decode(&bytes, &halves), Ok(columns));
        for end in 0..bytes.len() {
            assert!(Columns::decode(&bytes[..end], &halves).is_err(), "{end} bytes");
        }
        assert!(Columns::decode(&bytes, &Halves::new(&[9; 2])).is_err());
    }
}
