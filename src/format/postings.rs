//! Posting lists: which posts hold a term, how often, and in which fields.
//!
//! One list for each term of a lexicon shard, in the lexicon's order, all in one
//! [range code](super::range). The lexicon says how many postings a list has; of
//! an alias nothing is written.
//! What one list teaches the models serves the next, so that a shard is decoded
//! as a whole.
//!
//! | field       | meaning                                                          |
//! |-------------|------------------------------------------------------------------|
//! | posts       | the post ids, by [halving](super::ids)                            |
//! | in fields   | a bit, by the bits of the count: some posting is in a field       |
//! | fields      | if so, for each posting a bit for title, headings, tags in turn, by those before it, by the same of the posting before, and by whether any before has it. Of the last posting, if none before is in a field and it is not in the first two, the third is known |
//! | tf          | for each posting: occurrences in headings and text, less 1 where no field holds it: each number asked in turn up to 8, then the rest as a number; by the length of the post, what the postings before had, and the fields |

use super::PostId;
use super::ids::{self, Halves, IdModels};
use super::range::{Model, NumberModels, RangeReader, RangeWriter};
use super::reader::FormatError;

const SECTION: &str = "postings";

/// A post that holds a term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posting {
    /// The post.
    pub post: PostId,
    /// Occurrences in its headings and text; may be 0 when a field holds it.
    pub tf: u16,
    /// The fields that hold it, bits of [`TITLE`], [`HEADINGS`] and [`TAGS`].
    pub fields: u8,
}

/// The bit of [`Posting::fields`] for the title.
pub const TITLE: u8 = 1;
/// The bit for the headings.
pub const HEADINGS: u8 = 2;
/// The bit for the tags.
pub const TAGS: u8 = 4;

/// The most occurrences that are counted.
pub const MAX_TF: u16 = u16::MAX;

/// What has been learnt of the lists of a shard.
struct Models {
    ids: IdModels,
    in_fields: [Model; 32],
    /// By the fields before, or of the last posting, and by what came before.
    fields: [[Model; 4]; 7],
    /// By the post's length, the mean of the list, and the fields.
    tf: [[[[Model; TURNS as usize]; 3]; 6]; 4],
    more_tf: NumberModels,
}

impl Models {
    fn new() -> Box<Models> {
        Box::new(Models {
            ids: IdModels::default(),
            in_fields: [Model::NEW; 32],
            fields: [[Model::NEW; 4]; 7],
            tf: [[[[Model::NEW; TURNS as usize]; 3]; 6]; 4],
            more_tf: NumberModels::NEW,
        })
    }
}

/// Up to here occurrences are asked in turn.
const TURNS: u16 = 8;

/// What a list has shown so far.
#[derive(Default)]
struct Course {
    /// The fields of the posting before, and those of any.
    last: u8,
    any: u8,
    /// The mean of the last tf, in sixteenths; none at first.
    mean: Option<u32>,
}

impl Course {
    /// The models for the occurrences in a post of this length class.
    fn tf_models<'a>(
        &self,
        models: &'a mut Models,
        length: u8,
        fields: u8,
    ) -> &'a mut [Model; TURNS as usize] {
        let by_length = &mut models.tf[usize::from((length >> 4).clamp(1, 4) - 1)];
        let mean = match self.mean {
            None => 0,
            Some(0..=3) => 1,
            Some(4..=11) => 2,
            Some(12..=23) => 3,
            Some(24..=63) => 4,
            Some(_) => 5,
        };
        let field = match fields {
            0 => 0,
            _ if fields & HEADINGS != 0 => 1,
            _ => 2,
        };
        &mut by_length[mean][field]
    }

    fn pass(&mut self, fields: u8, more: u16) {
        self.last = fields;
        self.any |= fields;
        let more = u32::from(more.min(64)) * 16;
        self.mean = Some(self.mean.map_or(more, |mean| (mean * 3 + more) / 4));
    }

    /// The model for a field, given those asked before it.
    fn field_model<'a>(&self, models: &'a mut Models, field: u32, held: u8) -> &'a mut Model {
        let seen = |fields: u8| usize::from(fields >> field & 1);
        let node = (1 << field) - 1 + usize::from(held);
        &mut models.fields[node][seen(self.last) * 2 + seen(self.any)]
    }

    /// Whether the last posting must be in the third field.
    fn must_be_tagged(&self, field: u32, held: u8, is_last: bool) -> bool {
        is_last && field == 2 && held == 0 && self.any == 0
    }
}

/// Writes the lists of a shard, of posts with these [length
/// classes](super::directory::length_class) and these halves.
///
/// # Panics
///
/// When a list does not ascend by post, or has a posting with neither an
/// occurrence nor a field: the builder makes no such list.
pub fn encode<'a>(
    lists: impl Iterator<Item = &'a [Posting]>,
    lengths: &[u8],
    halves: &Halves,
) -> Vec<u8> {
    let mut out = RangeWriter::default();
    let mut models = Models::new();
    for list in lists.filter(|list| !list.is_empty()) {
        assert!(list.iter().all(|posting| posting.tf > 0 || posting.fields != 0));
        let posts: Vec<PostId> = list.iter().map(|posting| posting.post).collect();
        ids::encode(&posts, halves, &mut models.ids, &mut out);
        let in_fields = list.iter().any(|posting| posting.fields != 0);
        out.bit(&mut models.in_fields[list.len().ilog2() as usize], in_fields);
        let mut course = Course::default();
        for (at, posting) in list.iter().enumerate() {
            let mut held = 0;
            for field in 0..if in_fields { 3 } else { 0 } {
                let bit = posting.fields >> field & 1;
                if !course.must_be_tagged(field, held, at + 1 == list.len()) {
                    out.bit(course.field_model(&mut models, field, held), bit == 1);
                }
                held |= bit << field;
            }
            let more = posting.tf - u16::from(held == 0);
            let turns = course.tf_models(&mut models, lengths[posting.post as usize], held);
            for (turn, model) in (0..).zip(turns) {
                out.bit(model, turn < more);
                if turn >= more {
                    break;
                }
            }
            if let Some(more) = more.checked_sub(TURNS) {
                out.number(&mut models.more_tf, more.into());
            }
            course.pass(held, more);
        }
    }
    out.finish()
}

/// All lists of one shard.
#[derive(Debug, Clone)]
pub struct Postings {
    list: Vec<Posting>,
    /// Where each list starts, and where the last ends.
    starts: Vec<u32>,
}

impl Postings {
    /// Reads a shard whose lists have `counts` postings, 0 for a term without a
    /// list, the reverse of
    /// [`encode`].
    ///
    /// # Errors
    ///
    /// When a list is invalid, or bytes are left after the last.
    pub fn read(
        bytes: &[u8],
        counts: &[u32],
        lengths: &[u8],
        halves: &Halves,
    ) -> Result<Postings, FormatError> {
        let mut reader = RangeReader::new(SECTION, bytes);
        let mut models = Models::new();
        let mut postings = Postings { list: Vec::new(), starts: vec![0] };
        let mut posts = Vec::new();
        for &count in counts {
            if count == 0 {
                postings.starts.push(postings.list.len() as u32);
                continue;
            }
            if count > halves.posts() {
                return Err(reader.invalid("count"));
            }
            posts.clear();
            ids::decode(count, halves, &mut models.ids, &mut reader, &mut posts);
            let in_fields = reader.bit(&mut models.in_fields[count.ilog2() as usize]);
            let mut course = Course::default();
            for (at, &post) in (1..).zip(&posts) {
                let mut fields = 0;
                for field in 0..if in_fields { 3 } else { 0 } {
                    let bit = course.must_be_tagged(field, fields, at == count)
                        || reader.bit(course.field_model(&mut models, field, fields));
                    fields |= u8::from(bit) << field;
                }
                let turns = course.tf_models(&mut models, lengths[post as usize], fields);
                let mut more = 0;
                while more < TURNS && reader.bit(&mut turns[usize::from(more)]) {
                    more += 1;
                }
                if more == TURNS {
                    let rest = reader.number(&mut models.more_tf);
                    more = more.saturating_add(rest.min(u32::from(MAX_TF)) as u16);
                }
                course.pass(fields, more);
                let tf = more.saturating_add(u16::from(fields == 0));
                postings.list.push(Posting { post, tf, fields });
            }
            // A list of many posts takes few bytes, but not none: a forged shard
            // ends before it can take much memory.
            reader.check()?;
            postings.starts.push(postings.list.len() as u32);
        }
        reader.finish()?;
        Ok(postings)
    }

    /// The list of the term at `index`.
    pub fn list(&self, index: usize) -> &[Posting] {
        &self.list[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POSTS: u32 = 500;

    fn lengths() -> Vec<u8> {
        (0..POSTS).map(|post| (post * 7 % 90) as u8).collect()
    }

    fn posting() -> impl Strategy<Value = (u16, u8)> {
        (prop_oneof![0u16..6, Just(MAX_TF - 1)], prop_oneof![3 => Just(0), 1 => 0u8..8])
            .prop_map(|(tf, fields)| if fields == 0 { (tf + 1, 0) } else { (tf, fields) })
    }

    fn written(lists: &[Vec<Posting>]) -> Vec<u8> {
        let lengths = lengths();
        encode(lists.iter().map(Vec::as_slice), &lengths, &Halves::new(&lengths))
    }

    fn read(bytes: &[u8], counts: &[u32]) -> Result<Postings, FormatError> {
        let lengths = lengths();
        Postings::read(bytes, counts, &lengths, &Halves::new(&lengths))
    }

    proptest! {
        #[test]
        fn lists_come_back(
            lists in prop::collection::vec(prop::collection::btree_map(0..POSTS, posting(), 1..60), 1..8)
        ) {
            let lists: Vec<Vec<Posting>> = lists
                .into_iter()
                .map(|l| l.into_iter().map(|(post, (tf, fields))| Posting { post, tf, fields }).collect())
                .collect();
            let counts: Vec<u32> = lists.iter().map(|list| list.len() as u32).collect();
            let shard = read(&written(&lists), &counts).unwrap();
            for (index, list) in lists.iter().enumerate().rev() {
                prop_assert_eq!(shard.list(index), list);
            }
        }
    }

    /// Three lists: a post in a title; posts in the text; posts in fields and
    /// in the text.
    fn example() -> (Vec<Vec<Posting>>, [u32; 3]) {
        let list = |list: &[(u32, u16, u8)]| {
            list.iter().map(|&(post, tf, fields)| Posting { post, tf, fields }).collect()
        };
        let lists = vec![
            list(&[(3, 2, TITLE)]),
            list(&[(1, 1, 0), (6, 4, 0), (200, 30, 0)]),
            list(&[(1, 1, HEADINGS | TITLE), (7, 2, 0), (8, 0, TAGS)]),
        ];
        (lists, [1, 3, 3])
    }

    #[test]
    fn every_bit_flip_is_an_error_or_another_valid_shard() {
        let (lists, counts) = example();
        let bytes = written(&lists);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let Ok(shard) = read(&damaged, &counts) else { continue };
            let lists: Vec<Vec<Posting>> = (0..3).map(|index| shard.list(index).to_vec()).collect();
            // The writer's asserts hold for what the reader lets pass.
            let again = written(&lists);
            assert_eq!(read(&again, &counts).unwrap().list, shard.list, "bit {bit}");
        }
    }

    #[test]
    fn every_truncation_and_every_byte_more_is_refused() {
        let (lists, counts) = example();
        let bytes = written(&lists);
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end], &counts).is_err(), "{end} bytes");
        }
        let more = [bytes.as_slice(), &[0]].concat();
        assert!(read(&more, &counts).is_err());
        assert!(read(&bytes, &[1, 3, 9]).is_err());
        assert!(read(&bytes, &[1, 3, POSTS + 1]).is_err());
        assert!(read(&bytes, &[1, 3]).is_err());
    }

    #[test]
    fn a_forged_shard_ends_before_it_takes_much_memory() {
        let err = read(&[0; 8], &vec![POSTS; 100_000]).unwrap_err();
        assert!(err.to_string().contains("postings"), "{err}");
    }
}
