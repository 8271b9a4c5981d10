//! Packs: many files of the index in one, for those who save all of them.
//!
//! A pack holds *slices*, what its files inflate to, one behind the other. That is
//! one [range code](super::range) of copies of what stands before (J. Ziv, A.
//! Lempel: *A Universal Algorithm for Sequential Data Compression*, IEEE
//! Transactions on Information Theory 23, 1977) and of bytes that are none:
//!
//! | field    | meaning                                                              |
//! |----------|----------------------------------------------------------------------|
//! | for each slice: | |
//! | code     | a bit: 1 if the file travels as it is, for it is a code, which leaves nothing to learn |
//! | length   | a number: its bytes; by `code`                                        |
//! | then, up to the end of the last: | |
//! | copy     | a bit: 1 for a copy; by the byte before, and whether that ends a copy |
//! | of a byte: | |
//! | byte     | eight mixed bits, the highest first: by those above, with the byte before, with the two before. In a slice of a code, within 255 |
//! | of a copy: | |
//! | again    | a bit: 1 if it is from as far back as the one before; by what that said |
//! | bytes    | a number: how many, less [`MIN_COPY`]; by `again`                     |
//! | back     | unless `again`, a number: from how far back, less 1; by how many bytes |
//!
//! How many slices there are, and of which files, a list says that travels with the
//! packs. No copy goes over the end of a slice.
//!
//! The browser's reader is `www/src/unpack.ts`.

use super::range::{Model, NumberModels, RangeReader, RangeWriter};
use super::reader::FormatError;

/// The most that a pack may hold.
pub const MAX_PACK_BYTES: usize = 1 << 26;

/// The shortest copy.
pub const MIN_COPY: usize = 4;

/// A file in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Its bytes, inflated.
    pub len_bytes: usize,
    /// Whether it travels as it is, for it is a code.
    pub is_code: bool,
}

/// Bytes that stand before, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// Where they are.
    pub at_bytes: usize,
    /// How many they are, at least [`MIN_COPY`].
    pub len_bytes: usize,
    /// How far before they stand; less than `len_bytes` where they repeat.
    pub back_bytes: usize,
}

const SECTION: &str = "pack";
/// The models for two bytes before share so many places, by a hash of these and
/// of the upper half of the byte: sixteen stand side by side.
const PLACE_BITS: u32 = 16;

/// What has been learnt of a pack.
struct Models {
    codes: Model,
    slices: [NumberModels; 2],
    copies: [[Model; 2]; 256],
    again: [Model; 2],
    lengths: [NumberModels; 2],
    backs: [NumberModels; BACKS],
    /// Of bits of bytes.
    bits: Vec<Model>,
}

/// Models for how far back, by the bits of how many bytes.
const BACKS: usize = 8;

impl Models {
    fn new() -> Models {
        Models {
            codes: Model::NEW,
            slices: [NumberModels::NEW; 2],
            copies: [[Model::NEW; 2]; 256],
            again: [Model::NEW; 2],
            lengths: [NumberModels::NEW; 2],
            backs: [NumberModels::NEW; BACKS],
            bits: vec![Model::NEW; ALL_BITS],
        }
    }

    fn backs(&mut self, len_bytes: usize) -> &mut NumberModels {
        let bits = (len_bytes - MIN_COPY + 1).ilog2() as usize;
        &mut self.backs[bits.min(BACKS - 1)]
    }
}

/// Where the models by one byte before start, and those by two.
const ONE_BEFORE: usize = 1 << 8;
const TWO_BEFORE: usize = ONE_BEFORE + (1 << 16);
const ALL_BITS: usize = TWO_BEFORE + (16 << PLACE_BITS);

/// Where the models by two bytes before, `other` and `last`, start for the half of a
/// byte that is behind `node`: 1, then 1 and the upper half.
fn place(other: u8, last: u8, node: usize) -> usize {
    let before = (node << 16 | usize::from(other) << 8 | usize::from(last)) as u32;
    TWO_BEFORE + ((before.wrapping_mul(0x9e37_79b1) >> (32 - PLACE_BITS)) as usize) * 16
}

/// The last byte but `back` of those before `at_bytes`, 0 where there is none.
fn before(bytes: &[u8], at_bytes: usize, back: usize) -> u8 {
    at_bytes.checked_sub(back + 1).map_or(0, |at| bytes[at])
}

/// Encodes the slices of `bytes`, with `copies` in order; none goes over the end of
/// a slice.
///
/// # Panics
///
/// When slices or copies are not of these bytes.
pub fn encode(bytes: &[u8], slices: &[Slice], copies: &[Copy]) -> Vec<u8> {
    let mut code = RangeWriter::default();
    let mut models = Models::new();
    for &Slice { len_bytes, is_code } in slices {
        code.bit(&mut models.codes, is_code);
        code.number(&mut models.slices[usize::from(is_code)], len_bytes as u32);
    }
    let mut copies = copies.iter().peekable();
    let (mut at, mut end, mut after_copy) = (0, 0, false);
    let (mut back_before, mut again_before) = (0, false);
    for slice in slices {
        end += slice.len_bytes;
        while at < end {
            let last = before(bytes, at, 0);
            let copy = copies.next_if(|copy| copy.at_bytes == at);
            let by_byte = &mut models.copies[usize::from(last)][usize::from(after_copy)];
            code.bit(by_byte, copy.is_some());
            after_copy = copy.is_some();
            let Some(&Copy { len_bytes, back_bytes, .. }) = copy else {
                match slice.is_code {
                    true => code.within(bytes[at].into(), 255),
                    false => encode_byte(bytes, at, &mut models.bits, &mut code),
                }
                at += 1;
                continue;
            };
            assert!(len_bytes >= MIN_COPY && at + len_bytes <= end);
            assert!(0 < back_bytes && back_bytes <= at);
            let again = back_bytes == back_before;
            code.bit(&mut models.again[usize::from(again_before)], again);
            let number = (len_bytes - MIN_COPY) as u32;
            code.number(&mut models.lengths[usize::from(again)], number);
            if !again {
                code.number(models.backs(len_bytes), back_bytes as u32 - 1);
            }
            (back_before, again_before) = (back_bytes, again);
            at += len_bytes;
        }
    }
    assert!(at == bytes.len() && copies.next().is_none());
    code.finish()
}

fn encode_byte(bytes: &[u8], at: usize, models: &mut [Model], out: &mut RangeWriter) {
    let (last, other) = (before(bytes, at, 0), before(bytes, at, 1));
    let mut node = 1;
    for half in [bytes[at] >> 4, bytes[at] & 15] {
        let two_before = place(other, last, node);
        let mut within = 1;
        for bit in (0..4).rev().map(|place| usize::from(half >> place & 1)) {
            let one_before = ONE_BEFORE + usize::from(last) * 256 + node;
            out.bit_of(models, [node, one_before, two_before + within], bit == 1);
            (node, within) = (node << 1 | bit, within << 1 | bit);
        }
    }
}

/// Reads a pack of `count` slices, the reverse of [`encode`]: their bytes, and where
/// they end.
///
/// # Errors
///
/// When it holds more than [`MAX_PACK_BYTES`], the code ends early or goes on, or a
/// copy is from before the first byte, or goes over the end of a slice.
pub fn decode(pack: &[u8], count: usize) -> Result<(Vec<u8>, Vec<Slice>), FormatError> {
    let mut reader = RangeReader::new(SECTION, pack);
    let mut models = Models::new();
    let mut slices = Vec::new();
    let mut all = 0usize;
    while slices.len() < count && !reader.failed() {
        let is_code = reader.bit(&mut models.codes);
        let len_bytes = reader.number(&mut models.slices[usize::from(is_code)]) as usize;
        all = all.saturating_add(len_bytes);
        slices.push(Slice { len_bytes, is_code });
    }
    if all > MAX_PACK_BYTES {
        return Err(reader.invalid("bytes"));
    }
    let mut bytes = Vec::new();
    let (mut end, mut after_copy) = (0, false);
    let (mut back_before, mut again_before) = (0, false);
    for slice in &slices {
        end += slice.len_bytes;
        while bytes.len() < end && !reader.failed() {
            let last = before(&bytes, bytes.len(), 0);
            let by_byte = &mut models.copies[usize::from(last)][usize::from(after_copy)];
            after_copy = reader.bit(by_byte);
            if !after_copy {
                let byte = match slice.is_code {
                    true => reader.within(255) as u8,
                    false => decode_byte(&bytes, &mut models.bits, &mut reader),
                };
                bytes.push(byte);
                continue;
            }
            let again = reader.bit(&mut models.again[usize::from(again_before)]);
            let len_bytes = reader.number(&mut models.lengths[usize::from(again)]) as usize;
            let len_bytes = len_bytes.saturating_add(MIN_COPY);
            let back_bytes = match again {
                true => back_before,
                false => (reader.number(models.backs(len_bytes)) as usize).saturating_add(1),
            };
            if len_bytes > end - bytes.len() || back_bytes == 0 || back_bytes > bytes.len() {
                return Err(reader.invalid("copy"));
            }
            for _ in 0..len_bytes {
                bytes.push(bytes[bytes.len() - back_bytes]);
            }
            (back_before, again_before) = (back_bytes, again);
        }
    }
    reader.finish()?;
    Ok((bytes, slices))
}

fn decode_byte(bytes: &[u8], models: &mut [Model], reader: &mut RangeReader<'_>) -> u8 {
    let (last, other) = (before(bytes, bytes.len(), 0), before(bytes, bytes.len(), 1));
    let mut node = 1;
    for _ in 0..2 {
        let two_before = place(other, last, node);
        let mut within = 1;
        for _ in 0..4 {
            let one_before = ONE_BEFORE + usize::from(last) * 256 + node;
            let which = [node, one_before, two_before + within];
            let bit = usize::from(reader.bit_of(models, which));
            (node, within) = (node << 1 | bit, within << 1 | bit);
        }
    }
    node as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "検索と全文検索。全文検索と検索。検索検索検索検索";

    /// Slices of text, of a code and of nothing, with copies of every kind.
    fn example() -> (Vec<u8>, Vec<Slice>, Vec<Copy>) {
        let code = [7, 200, 7, 200, 7, 200, 7, 200, 1];
        let bytes = [TEXT.as_bytes(), &code].concat();
        let slice = |len_bytes, is_code| Slice { len_bytes, is_code };
        let slices = vec![slice(30, false), slice(0, false), slice(42, false), slice(9, true)];
        let copy = |at_bytes, len_bytes, back_bytes| Copy { at_bytes, len_bytes, back_bytes };
        let copies = vec![copy(15, 6, 15), copy(24, 6, 15), copy(54, 18, 6), copy(74, 6, 2)];
        (bytes, slices, copies)
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let (bytes, slices, copies) = example();
        let pack = encode(&bytes, &slices, &copies);
        assert!(pack.len() < bytes.len(), "{} of {} bytes", pack.len(), bytes.len());
        for count in [0, slices.len() - 1, slices.len() + 1] {
            assert!(decode(&pack, count).is_err(), "{count} slices");
        }
        assert_eq!(decode(&pack, slices.len()), Ok((bytes, slices)));
        assert_eq!(decode(&encode(&[], &[], &[]), 0), Ok((Vec::new(), Vec::new())));
    }

    #[test]
    fn every_truncation_is_refused() {
        let (bytes, slices, copies) = example();
        let pack = encode(&bytes, &slices, &copies);
        for end in 0..pack.len() {
            assert!(decode(&pack[..end], slices.len()).is_err(), "{end} bytes");
        }
        assert!(decode(&[pack, vec![0]].concat(), slices.len()).is_err());
    }

    #[test]
    fn every_bit_flip_is_an_error_or_other_slices() {
        let (bytes, slices, copies) = example();
        let pack = encode(&bytes, &slices, &copies);
        for bit in 0..pack.len() * 8 {
            let mut pack = pack.clone();
            pack[bit / 8] ^= 1 << (bit % 8);
            if let Ok((bytes, others)) = decode(&pack, slices.len()) {
                let sum: usize = others.iter().map(|slice| slice.len_bytes).sum();
                assert_eq!((bytes.len(), others.len()), (sum, slices.len()), "bit {bit}");
            }
        }
    }

    /// A pack of two slices, the second of four bytes, that says one byte and then
    /// a copy.
    fn forged(first_bytes: u32, len_bytes: u32, back_bytes: u32) -> Vec<u8> {
        let mut code = RangeWriter::default();
        let mut models = Models::new();
        for len_bytes in [first_bytes, 4] {
            code.bit(&mut models.codes, false);
            code.number(&mut models.slices[0], len_bytes);
        }
        code.bit(&mut models.copies[0][0], false);
        encode_byte(b"x", 0, &mut models.bits, &mut code);
        code.bit(&mut models.copies[usize::from(b'x')][0], true);
        code.bit(&mut models.again[0], back_bytes == 0);
        let again = usize::from(back_bytes == 0);
        code.number(&mut models.lengths[again], len_bytes - MIN_COPY as u32);
        if back_bytes > 0 {
            code.number(models.backs(len_bytes as usize), back_bytes - 1);
        }
        code.finish()
    }

    #[test]
    fn a_copy_from_nowhere_or_over_a_slices_end_is_refused() {
        for (len_bytes, back_bytes) in
            [(5, 1), (8, 1), (4, 2), (4, 0), (4, u32::MAX - 1), (u32::MAX - 4, 1)]
        {
            let pack = forged(5, len_bytes, back_bytes);
            let refused = decode(&pack, 2).unwrap_err().to_string();
            assert!(refused.starts_with("invalid copy in pack, at byte "), "{refused}");
        }
        // The first is right, up to where the code ends.
        let refused = decode(&forged(5, 4, 1), 2).unwrap_err().to_string();
        assert!(refused.starts_with("pack ends"), "{refused}");
    }

    #[test]
    fn a_pack_of_gigabytes_is_refused() {
        for len_bytes in [MAX_PACK_BYTES as u32, u32::MAX - 1] {
            let refused = decode(&forged(len_bytes, 4, 1), 2).unwrap_err().to_string();
            assert!(refused.starts_with("invalid bytes in pack, at byte "), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(
            bytes in prop::collection::vec(0u8..4, 0..300), cut in 0usize..300, is_code: bool
        ) {
            let cut = cut.min(bytes.len());
            let slices = [(cut, is_code), (bytes.len() - cut, false)];
            let slices = slices.map(|(len_bytes, is_code)| Slice { len_bytes, is_code });
            let mut copies = Vec::new();
            let mut at_bytes = 1;
            // The first copy that there is at each place that no other holds.
            while at_bytes < bytes.len() {
                let end = if at_bytes < cut { cut } else { bytes.len() };
                let bytes = &bytes;
                let same = |back| {
                    (at_bytes..end).take_while(move |&at| bytes[at] == bytes[at - back])
                };
                let back = (1..=at_bytes).find(|&back| same(back).count() >= MIN_COPY);
                let Some(back_bytes) = back else { at_bytes += 1; continue };
                let len_bytes = same(back_bytes).count();
                copies.push(Copy { at_bytes, len_bytes, back_bytes });
                at_bytes += len_bytes;
            }
            let pack = encode(&bytes, &slices, &copies);
            prop_assert_eq!(decode(&pack, 2), Ok((bytes.clone(), slices.to_vec())));
        }
    }
}
