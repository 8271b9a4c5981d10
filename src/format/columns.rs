//! Columns: what posts are filtered, counted and sorted by.
//!
//! | field    | meaning                                                            |
//! |----------|--------------------------------------------------------------------|
//! | `dates`  | for each post: seconds since 1970 plus 1, or 0; `u32`, little-endian |
//! | `keys`   | three times (tags, lang, section): a count, then for each value, ascending: the value, how many posts have it, bytes of the list, and the list, [interpolative](super::interpolative) |

use super::bits::{BitReader, BitWriter};
use super::reader::{FormatError, Reader, put_string, put_varint};
use super::{PostId, interpolative};

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
    /// Appends the columns.
    ///
    /// # Panics
    ///
    /// When values do not ascend.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.dates.iter().for_each(|date| out.extend_from_slice(&date.to_le_bytes()));
        for values in &self.keys {
            assert!(values.is_sorted_by(|a, b| a.0 < b.0));
            put_varint(out, values.len() as u32);
            for (value, posts) in values {
                put_string(out, value);
                put_varint(out, posts.len() as u32);
                let mut bits = BitWriter::default();
                interpolative::encode(posts, self.dates.len() as u32, &mut bits);
                let bytes = bits.finish();
                put_varint(out, bytes.len() as u32);
                out.extend_from_slice(&bytes);
            }
        }
    }

    /// Reads the columns of an index of `posts` posts, the reverse of
    /// [`encode`](Columns::encode).
    ///
    /// # Errors
    ///
    /// When the bytes end early or go on, or values do not ascend.
    pub fn decode(bytes: &[u8], posts: u32) -> Result<Columns, FormatError> {
        let mut reader = Reader::new("columns", bytes);
        let mut columns = Columns::default();
        for _ in 0..posts {
            columns.dates.push(u32::from_le_bytes(reader.array()?));
        }
        for values in &mut columns.keys {
            // A list of all posts takes no bits: without a bound, a few bytes
            // could ask for any amount of memory.
            let mut left = posts.saturating_mul(MAX_VALUES_PER_POST);
            for _ in 0..reader.count(3)? {
                let value = reader.string()?;
                if values.last().is_some_and(|(last, _)| last.as_str() >= value) {
                    return Err(reader.invalid("value"));
                }
                let count = reader.varint()?;
                left = left.checked_sub(count).ok_or(reader.invalid("count"))?;
                let bytes = reader.count(1)?;
                let mut bits = BitReader::new("columns", reader.bytes(bytes)?, 0);
                let mut list = Vec::new();
                interpolative::decode(count, posts, &mut bits, &mut list)?;
                bits.finish()?;
                values.push((value.to_string(), list));
            }
        }
        reader.finish()?;
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
        columns.encode(&mut bytes);
        assert_eq!(Columns::decode(&bytes, 3), Ok(columns));
        for end in 0..bytes.len() {
            assert!(Columns::decode(&bytes[..end], 3).is_err(), "{end} bytes");
        }
        assert!(Columns::decode(&bytes, 2).is_err());
    }
}
