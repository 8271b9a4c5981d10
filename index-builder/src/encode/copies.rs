//! Finding what stands before, too: the copies of a pack.
//!
//! Two tables know where twelve bytes, and where six, stood last. Of the copies that
//! begin there, and of the one as far back as the last, the longest is taken, unless
//! one that begins a byte later is longer still.

use sakuin::format::pack::{Copy, MIN_COPY, Slice};

/// Bytes that the first table knows by, and the second.
const LONG_BYTES: usize = 12;
const SHORT_BYTES: usize = 6;
/// A copy from farther than the last takes about three bytes, so that it is at least
/// of so many; from nearer by, of one less, and of two.
const LEAST_BYTES: usize = 8;
const NEAR_BYTES: usize = 1 << 16;
const NEAREST_BYTES: usize = 1 << 12;
/// So many bytes less may be copied from as far back as before.
const AGAIN_BYTES: usize = 3;
/// From this on, a copy is taken without a look at the next.
const LONG_ENOUGH_BYTES: usize = 32;
const TABLE_BITS: u32 = 19;

/// The copies of `bytes`, which are the slices, in order.
pub(super) fn copies(bytes: &[u8], slices: &[Slice]) -> Vec<Copy> {
    let mut seen = Seen { bytes, long: vec![0; 1 << TABLE_BITS], short: vec![0; 1 << TABLE_BITS] };
    let mut copies = Vec::new();
    let mut back_before = 0;
    let mut end = 0;
    for slice in slices {
        // What no copy holds begins here.
        let mut behind = end;
        let mut at = end;
        end += slice.len_bytes;
        while at + LONG_BYTES <= end {
            let mut best = seen.best(at, end, back_before);
            if best.len_bytes == 0 {
                at = next_char(bytes, at);
                continue;
            }
            while best.len_bytes < LONG_ENOUGH_BYTES && at + MAX_CHAR_BYTES + LONG_BYTES <= end {
                let next_at = next_char(bytes, at);
                let next = seen.best(next_at, end, back_before);
                if next.len_bytes <= best.len_bytes + 1 {
                    break;
                }
                (best, at) = (next, next_at);
            }
            let Copy { at_bytes, len_bytes, back_bytes } = best;
            let more = (behind..at_bytes)
                .rev()
                .take_while(|&at| at >= back_bytes && bytes[at] == bytes[at - back_bytes]);
            let more = more.count();
            copies.push(Copy {
                at_bytes: at_bytes - more,
                len_bytes: len_bytes + more,
                back_bytes,
            });
            back_before = back_bytes;
            behind = at_bytes + len_bytes;
            // The first two are known already, as a rule.
            let mut inside = next_char(bytes, next_char(bytes, at_bytes));
            while inside < behind && inside + LONG_BYTES <= end {
                seen.note(inside);
                inside = next_char(bytes, inside + 1);
            }
            at = behind;
        }
    }
    copies
}

/// The most bytes that are looked at as one character.
const MAX_CHAR_BYTES: usize = 4;

/// The place behind `at` where the next character starts: a copy hardly begins within
/// one. Of bytes that are no text some place behind, or their end.
fn next_char(bytes: &[u8], at: usize) -> usize {
    let behind = bytes.get(at + 1..bytes.len().min(at + MAX_CHAR_BYTES)).unwrap_or_default();
    at + 1 + behind.iter().take_while(|&&byte| byte & 0xc0 == 0x80).count()
}

/// Where bytes stood last, by a hash of them; places count from 1.
struct Seen<'a> {
    bytes: &'a [u8],
    long: Vec<u32>,
    short: Vec<u32>,
}

impl Seen<'_> {
    /// Notes a place, and returns where the same bytes stood before: twelve, and six.
    fn note(&mut self, at: usize) -> [usize; 2] {
        const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
        let place = |hash: u64| (hash.wrapping_mul(MIX) >> (64 - TABLE_BITS)) as usize;
        let (first, last) = (word(self.bytes, at), word(self.bytes, at + LONG_BYTES - 8));
        let long = &mut self.long[place(first.wrapping_mul(MIX).rotate_left(29) ^ last)];
        let short = &mut self.short[place(first << (64 - 8 * SHORT_BYTES))];
        let at = at as u32 + 1;
        [std::mem::replace(long, at) as usize, std::mem::replace(short, at) as usize]
    }

    /// The best copy at a place, of no bytes where there is none.
    fn best(&mut self, at: usize, end: usize, back_before: usize) -> Copy {
        let mut best = Copy { at_bytes: at, len_bytes: 0, back_bytes: 0 };
        let places = self.note(at);
        if 0 < back_before && back_before <= at {
            let len_bytes = same(self.bytes, at - back_before, at, end);
            if len_bytes >= MIN_COPY {
                best = Copy { at_bytes: at, len_bytes, back_bytes: back_before };
            }
        }
        for from in places.into_iter().filter_map(|place| place.checked_sub(1)) {
            let (len_bytes, back_bytes) = (same(self.bytes, from, at, end), at - from);
            let nearer = (back_bytes < NEAR_BYTES) as usize + (back_bytes < NEAREST_BYTES) as usize;
            let again = if best.back_bytes == back_before { AGAIN_BYTES } else { 0 };
            let more = if best.len_bytes > 0 { again } else { 0 };
            if len_bytes >= LEAST_BYTES - nearer && len_bytes > best.len_bytes + more {
                best = Copy { at_bytes: at, len_bytes, back_bytes };
            }
        }
        best
    }
}

/// Eight bytes of `bytes`, which holds them.
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

/// How many bytes from `from` on, and from `at` on up to `end`, are the same.
fn same(bytes: &[u8], from: usize, at: usize, end: usize) -> usize {
    let (a, b) = (&bytes[from..], &bytes[at..end]);
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let mut len_bytes = 0;
    for (a, b) in a.zip(b) {
        let differ = word(a, 0) ^ word(b, 0);
        if differ != 0 {
            return len_bytes + (differ.trailing_zeros() / 8) as usize;
        }
        len_bytes += 8;
    }
    let rest = bytes[from + len_bytes..].iter().zip(&bytes[at + len_bytes..end]);
    len_bytes + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sakuin::format::pack::{decode, encode};

    /// The copies of slices of a text, which come back.
    fn copies_of(slices: &[&str]) -> Vec<Copy> {
        let bytes = slices.concat().into_bytes();
        let slice = |slice: &&str| Slice { len_bytes: slice.len(), is_code: false };
        let slices: Vec<Slice> = slices.iter().map(slice).collect();
        let copies = copies(&bytes, &slices);
        let pack = encode(&bytes, &slices, &copies);
        assert_eq!(decode(&pack, slices.len()), Ok((bytes, slices)));
        copies
    }

    #[test]
    fn what_stood_before_is_copied_whole_but_not_over_an_end() {
        let text = "全文検索エンジンの索引を作る。";
        let copies = copies_of(&[text, "さて、", text, text]);
        let found: Vec<_> = copies.iter().map(|copy| (copy.at_bytes, copy.len_bytes)).collect();
        let (all, between) = (text.len(), "さて、".len());
        assert_eq!(found, [(all + between, all), (2 * all + between, all)]);
    }

    #[test]
    fn a_row_of_one_character_is_one_copy() {
        let copies = copies_of(&[&"=".repeat(1000)]);
        assert_eq!(copies, [Copy { at_bytes: 1, len_bytes: 999, back_bytes: 1 }]);
    }

    #[test]
    fn short_slices_and_none_have_no_copies() {
        assert_eq!(copies_of(&["", "検索", "検索", "検", ""]), []);
        assert_eq!(copies_of(&[]), []);
    }
}
