//! Posting lists: which posts hold a term, how often, and in which fields.
//!
//! One list for each term of a lexicon shard, in the lexicon's order, all in one
//! row of bits. The lexicon says how many postings a list has.
//!
//! | field        | meaning                                                          |
//! |--------------|------------------------------------------------------------------|
//! | posts        | the post ids, [interpolative](super::interpolative)              |
//! | in fields    | 1 bit: whether a list for each of title, headings, tags follows  |
//! | field lists  | three times: a count, [within](super::bits::BitWriter::within) the list's; then which of the postings, interpolative |
//! | tf           | for each posting, gamma: occurrences in headings and text, less 1 where no field lists stand (there it is at least 1) |

use super::bits::{BitReader, BitWriter};
use super::reader::FormatError;
use super::{PostId, interpolative};

const SECTION: &str = "postings";

/// A post that holds a term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posting {
    /// The post.
    pub post: PostId,
    /// Occurrences in its headings and text; may be 0 when a field holds it.
    pub tf: u32,
    /// The fields that hold it, bits of [`TITLE`], [`HEADINGS`] and [`TAGS`].
    pub fields: u8,
}

/// The bit of [`Posting::fields`] for the title.
pub const TITLE: u8 = 1;
/// The bit for the headings.
pub const HEADINGS: u8 = 2;
/// The bit for the tags.
pub const TAGS: u8 = 4;
const FIELDS: [u8; 3] = [TITLE, HEADINGS, TAGS];

/// Appends one list, of an index of `posts` posts.
///
/// # Panics
///
/// When `postings` is empty, does not ascend by post, or has a posting with
/// neither an occurrence nor a field: the builder makes no such list.
pub fn encode(postings: &[Posting], posts: u32, out: &mut BitWriter) {
    assert!(!postings.is_empty());
    assert!(postings.iter().all(|posting| posting.tf > 0 || posting.fields != 0));
    let ids: Vec<PostId> = postings.iter().map(|posting| posting.post).collect();
    interpolative::encode(&ids, posts, out);
    let count = ids.len() as u32;
    let in_fields = postings.iter().any(|posting| posting.fields != 0);
    out.bits(u32::from(in_fields), 1);
    if in_fields {
        for field in FIELDS {
            let held: Vec<u32> =
                (0..count).filter(|&at| postings[at as usize].fields & field != 0).collect();
            out.within(held.len() as u32, count);
            interpolative::encode(&held, count, out);
        }
    }
    for posting in postings {
        out.gamma(posting.tf - u32::from(!in_fields));
    }
}

/// Reads one list of `count` postings, the reverse of [`encode`], into `list`,
/// which is cleared before. `scratch` is for reuse.
///
/// # Errors
///
/// When the bits end early or say what [`encode`] never says.
pub fn decode(
    count: u32,
    posts: u32,
    bits: &mut BitReader<'_>,
    scratch: &mut Vec<u32>,
    list: &mut Vec<Posting>,
) -> Result<(), FormatError> {
    list.clear();
    interpolative::decode(count, posts, bits, scratch)?;
    list.extend(scratch.iter().map(|&post| Posting { post, tf: 0, fields: 0 }));
    let in_fields = bits.bits(1) == 1;
    if in_fields {
        for field in FIELDS {
            let held = bits.within(count);
            interpolative::decode(held, count, bits, scratch)?;
            for &at in scratch.iter() {
                list[at as usize].fields |= field;
            }
        }
        if list.iter().all(|posting| posting.fields == 0) {
            return Err(bits.invalid("field lists"));
        }
    }
    for posting in list {
        let tf = bits.gamma().saturating_add(u32::from(!in_fields));
        if (tf == 0 && posting.fields == 0) || tf > MAX_TF {
            return Err(bits.invalid("term frequency"));
        }
        posting.tf = tf;
    }
    bits.check()
}

/// The most occurrences that are counted.
pub const MAX_TF: u32 = 1 << 20;

/// All lists of one shard, checked as a whole, decoded one by one.
#[derive(Debug, Clone)]
pub struct Postings {
    bytes: Vec<u8>,
    posts: u32,
    /// Where each list starts, in bits.
    starts: Vec<u32>,
}

impl Postings {
    /// Checks a shard whose lists have `counts` postings, 0 where a term has no
    /// list, for an index of
    /// `posts` posts, and finds where each list starts.
    ///
    /// # Errors
    ///
    /// When any list is invalid, or bytes are left after the last.
    pub fn read(bytes: Vec<u8>, counts: &[u32], posts: u32) -> Result<Postings, FormatError> {
        let mut reader = BitReader::new(SECTION, &bytes, 0);
        let mut starts = Vec::with_capacity(counts.len());
        let (mut scratch, mut list) = (Vec::new(), Vec::new());
        for &count in counts {
            starts.push(reader.at_bits() as u32);
            if count == 0 {
                continue;
            }
            decode(count, posts, &mut reader, &mut scratch, &mut list)?;
        }
        reader.finish()?;
        Ok(Postings { bytes, posts, starts })
    }

    /// The list of the term at `index`, with `count` postings as in
    /// [`read`](Postings::read).
    pub fn list(&self, index: usize, count: u32, scratch: &mut Vec<u32>, list: &mut Vec<Posting>) {
        let mut reader = BitReader::new(SECTION, &self.bytes, self.starts[index] as usize);
        // Every list was decoded once when the shard came.
        let read = decode(count, self.posts, &mut reader, scratch, list);
        assert!(read.is_ok(), "a list that was valid is valid again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn posting() -> impl Strategy<Value = (u32, u8)> {
        (0u32..6, 0u8..8)
            .prop_map(|(tf, fields)| if fields == 0 { (tf + 1, 0) } else { (tf, fields) })
    }

    proptest! {
        #[test]
        fn lists_come_back(
            lists in prop::collection::vec(prop::collection::btree_map(0u32..500, posting(), 1..60), 1..8)
        ) {
            let lists: Vec<Vec<Posting>> = lists
                .into_iter()
                .map(|l| l.into_iter().map(|(post, (tf, fields))| Posting { post, tf, fields }).collect())
                .collect();
            let mut writer = BitWriter::default();
            lists.iter().for_each(|list| encode(list, 500, &mut writer));
            let counts: Vec<u32> = lists.iter().map(|list| list.len() as u32).collect();
            let shard = Postings::read(writer.finish(), &counts, 500).unwrap();
            let (mut scratch, mut decoded) = (Vec::new(), Vec::new());
            for (index, list) in lists.iter().enumerate().rev() {
                shard.list(index, counts[index], &mut scratch, &mut decoded);
                prop_assert_eq!(&decoded, list);
            }
        }
    }

    /// Two lists of an index of 8 posts: post 3 twice, in its title; posts 1
    /// and 6 once and four times.
    fn example() -> (Vec<Vec<Posting>>, Vec<u8>) {
        let lists = vec![
            vec![Posting { post: 3, tf: 2, fields: TITLE }],
            vec![Posting { post: 1, tf: 1, fields: 0 }, Posting { post: 6, tf: 4, fields: 0 }],
        ];
        let mut writer = BitWriter::default();
        lists.iter().for_each(|list| encode(list, 8, &mut writer));
        (lists, writer.finish())
    }

    #[test]
    fn every_bit_flip_is_an_error_or_another_valid_shard() {
        let (_, bytes) = example();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let Ok(shard) = Postings::read(damaged.clone(), &[1, 2], 8) else { continue };
            let mut writer = BitWriter::default();
            let (mut scratch, mut list) = (Vec::new(), Vec::new());
            for (index, count) in [1, 2].into_iter().enumerate() {
                shard.list(index, count, &mut scratch, &mut list);
                encode(&list, 8, &mut writer);
            }
            assert_eq!(writer.finish(), damaged, "bit {bit}: two encodings of one shard");
        }
    }

    #[test]
    fn every_truncation_and_every_byte_more_is_refused() {
        let (_, bytes) = example();
        for end in 0..bytes.len() {
            assert!(Postings::read(bytes[..end].to_vec(), &[1, 2], 8).is_err(), "{end} bytes");
        }
        let more = [bytes.as_slice(), &[0]].concat();
        assert!(Postings::read(more, &[1, 2], 8).is_err());
        assert!(Postings::read(bytes, &[1, 9], 8).is_err());
    }
}
