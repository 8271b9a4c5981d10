//! Binary interpolative coding of ascending numbers: the middle one within the
//! bounds that its neighbours leave, then each half within its own.
//!
//! A. Moffat, L. Stuiver: *Binary Interpolative Coding for Effective Index
//! Compression*, Information Retrieval 3 (2000). Where posts that share terms
//! stand together, most numbers take less than a bit.

use super::bits::{BitReader, BitWriter};
use super::reader::FormatError;

/// Writes `numbers`, which ascend strictly and are all below `end`.
///
/// # Panics
///
/// When they do not, or are not.
pub fn encode(numbers: &[u32], end: u32, out: &mut BitWriter) {
    if let Some(&last) = numbers.last() {
        assert!(numbers.is_sorted_by(|a, b| a < b) && last < end);
        encode_between(numbers, 0, end - 1, out);
    }
}

fn encode_between(numbers: &[u32], first: u32, last: u32, out: &mut BitWriter) {
    let count = numbers.len() as u32;
    // As many numbers as places: they are known.
    if count == 0 || last - first + 1 == count {
        return;
    }
    let middle = count / 2;
    let number = numbers[middle as usize];
    let (low, high) = (first + middle, last - (count - 1 - middle));
    out.within(number - low, high - low);
    let (left, right) = numbers.split_at(middle as usize);
    if middle > 0 {
        encode_between(left, first, number - 1, out);
    }
    if right.len() > 1 {
        encode_between(&right[1..], number + 1, last, out);
    }
}

/// Reads `count` numbers below `end` into `numbers`, which is cleared before.
///
/// # Errors
///
/// When the bits end early, or `count` is more than `end`. Any bits give numbers
/// that ascend and are below `end`.
pub fn decode(
    count: u32,
    end: u32,
    bits: &mut BitReader<'_>,
    numbers: &mut Vec<u32>,
) -> Result<(), FormatError> {
    numbers.clear();
    if count > end {
        return Err(bits.invalid("count"));
    }
    if count > 0 {
        numbers.resize(count as usize, 0);
        decode_between(numbers, 0, end - 1, bits);
    }
    bits.check()
}

fn decode_between(numbers: &mut [u32], first: u32, last: u32, bits: &mut BitReader<'_>) {
    let count = numbers.len() as u32;
    if last - first + 1 == count {
        for (number, place) in numbers.iter_mut().zip(first..) {
            *number = place;
        }
        return;
    }
    let middle = count / 2;
    let (low, high) = (first + middle, last - (count - 1 - middle));
    let number = low + bits.within(high - low);
    let (left, right) = numbers.split_at_mut(middle as usize);
    right[0] = number;
    if middle > 0 {
        decode_between(left, first, number - 1, bits);
    }
    if right.len() > 1 {
        decode_between(&mut right[1..], number + 1, last, bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn lists_come_back(set in prop::collection::btree_set(0u32..2000, 0..300), more in 0u32..50) {
            let numbers: Vec<u32> = BTreeSet::into_iter(set).collect();
            let end = numbers.last().map_or(1, |last| last + 1) + more;
            let mut writer = BitWriter::default();
            encode(&numbers, end, &mut writer);
            let bytes = writer.finish();
            let mut reader = BitReader::new("test", &bytes, 0);
            let mut decoded = Vec::new();
            decode(numbers.len() as u32, end, &mut reader, &mut decoded).unwrap();
            prop_assert_eq!(decoded, numbers);
            reader.finish().unwrap();
        }
    }

    #[test]
    fn numbers_in_a_row_are_cheap() {
        let bits = |numbers: &[u32]| {
            let mut writer = BitWriter::default();
            encode(numbers, 1024, &mut writer);
            writer.len_bits()
        };
        let row: Vec<u32> = (500..564).collect();
        let spread: Vec<u32> = (0..64).map(|n| n * 16).collect();
        assert!(bits(&row) * 2 < bits(&spread), "{} {}", bits(&row), bits(&spread));
    }

    #[test]
    fn a_full_range_takes_no_bits() {
        let mut writer = BitWriter::default();
        encode(&[0, 1, 2, 3], 4, &mut writer);
        assert_eq!(writer.len_bits(), 0);
    }
}
