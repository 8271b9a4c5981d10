//! A range coder of binary decisions whose probabilities adapt.
//!
//! G. N. N. Martin: *Range encoding: an algorithm for removing redundancy from a
//! digitised message*, Video & Data Recording Conference (1979). A message of
//! many decisions is one number in a range that each decision narrows; a
//! decision of probability *p* takes −log₂ *p* bits, however small.
//!
//! | value     | how it is decided                                                |
//! |-----------|------------------------------------------------------------------|
//! | a bit     | by a [`Model`], which learns from it                              |
//! | `share`   | a bit whose probability is known, as `left` of `total`            |
//! | `within`  | a number of at most `max`, all as likely: its range is halved, by `share`, until one is left |
//! | `tree`    | a number of `width` bits, the highest first, each by the model of those above it |
//! | `number`  | any number *n*: how many bits *n* + 1 has, one decision for each; then those below the highest, the next two by models, others by `share` |
//!
//! The number ends in the highest byte that tells it from its neighbours; behind
//! the last byte stand zeros, of which the reader takes just three.

use super::reader::{Fault, FormatError};

/// How likely a 1 is, learnt from the bits seen.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// In parts of 65536, from a half on: a new model is all zeros, which take no
    /// code to write.
    tilt: i16,
    /// Bits seen, up to [`MEMORY`].
    seen: u16,
}

/// So many bits are remembered about: each moves the probability by one part of
/// as many, and by more while fewer have been seen.
const MEMORY: u16 = 30;
/// A model counts as much as the wider one once it has seen so many bits.
const DOUBT: i32 = 5;
/// No bit is taken for less likely than this, in parts of 4096.
const LEAST: u32 = 16;
/// A range below this takes in another byte.
const NARROW: u32 = 1 << 24;
/// The zeros behind the last byte that a reader takes.
const ZEROS: usize = 3;

/// As likely as not.
const HALF: i32 = 1 << 15;

impl Model {
    /// A model that has seen nothing, and takes both bits for as likely.
    pub const NEW: Model = Model { tilt: 0, seen: 0 };

    /// A model that takes a 1 for as likely as `left` of `total`, until it has
    /// seen more.
    pub fn of_parts(left: u32, total: u32) -> Model {
        Model { tilt: ((65535 * left / total) as i32 - HALF) as i16, seen: 3 }
    }

    /// What is left of `range` for a 1.
    fn share(self, range: u32) -> u32 {
        (range >> 12) * ((HALF + i32::from(self.tilt)) as u32 >> 4).clamp(LEAST, 4096 - LEAST)
    }

    fn learn(&mut self, bit: bool) {
        let target = if bit { HALF - 1 } else { -HALF };
        let step = (target - i32::from(self.tilt)) * 2 / (2 * i32::from(self.seen) + 3);
        self.tilt = (i32::from(self.tilt) + step) as i16;
        self.seen = MEMORY.min(self.seen + 1);
    }

    /// The model of both: the more `closer` has seen, the more it counts.
    fn mixed(self, closer: Model) -> Model {
        let (wide, near, seen) =
            (i32::from(self.tilt), i32::from(closer.tilt), i32::from(closer.seen));
        Model { tilt: (wide + (near - wide) * seen / (seen + DOUBT)) as i16, seen: 0 }
    }
}

/// Writes decisions.
#[derive(Debug)]
pub struct RangeWriter {
    bytes: Vec<u8>,
    low: u32,
    range: u32,
}

impl Default for RangeWriter {
    fn default() -> RangeWriter {
        RangeWriter { bytes: Vec::new(), low: 0, range: u32::MAX }
    }
}

impl RangeWriter {
    #[inline]
    fn narrow(&mut self, one: u32, bit: bool) {
        // Without a branch by the bit, which nothing foretells.
        let skipped = one & u32::from(bit).wrapping_sub(1);
        let (low, carry) = self.low.overflowing_add(skipped);
        self.low = low;
        self.range = std::hint::select_unpredictable(bit, one, self.range - one);
        if carry {
            self.carry();
        }
        while self.range < NARROW {
            self.bytes.push((self.low >> 24) as u8);
            self.low <<= 8;
            self.range <<= 8;
        }
    }

    /// Adds 1 to the number that stands in `bytes`.
    fn carry(&mut self) {
        for byte in self.bytes.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                return;
            }
        }
    }

    /// Writes a bit by its model.
    #[inline]
    pub fn bit(&mut self, model: &mut Model, bit: bool) {
        self.narrow(model.share(self.range), bit);
        model.learn(bit);
    }

    /// Writes a bit by up to three models, the closer ones last.
    pub fn bit_of(&mut self, models: &mut [Model], which: [usize; 3], bit: bool) {
        let mixed = models[which[0]].mixed(models[which[1]]).mixed(models[which[2]]);
        self.narrow(mixed.share(self.range), bit);
        which.into_iter().for_each(|index| models[index].learn(bit));
    }

    /// Writes a bit that is 1 in `left` of `total` cases, which are more.
    #[inline]
    pub fn share(&mut self, left: u32, total: u32, bit: bool) {
        // Most are halves, of which no division need be made.
        let one = if left * 2 == total { self.range / 2 } else { part(self.range, left, total) };
        self.narrow(one, bit);
    }

    /// Writes a number of at most `max`, below `u32::MAX`.
    pub fn within(&mut self, value: u32, max: u32) {
        assert!(value <= max && max < u32::MAX);
        let (mut low, mut values) = (0, max + 1);
        while values > 1 {
            let left = values / 2;
            let is_left = value < low + left;
            self.share(left, values, is_left);
            (low, values) = if is_left { (low, left) } else { (low + left, values - left) };
        }
    }

    /// Writes a number of `width` bits by the `1 << width` models of `models`.
    pub fn tree(&mut self, models: &mut [Model], value: u32, width: u32) {
        let mut node = 1;
        for place in (0..width).rev() {
            let bit = value >> place & 1;
            self.bit(&mut models[node], bit == 1);
            node = node << 1 | bit as usize;
        }
    }

    /// Writes any number below `u32::MAX`.
    pub fn number(&mut self, models: &mut NumberModels, value: u32) {
        let width = (value + 1).ilog2();
        for place in 0..width {
            self.bit(&mut models.widths[place as usize], true);
        }
        if width < 31 {
            self.bit(&mut models.widths[width as usize], false);
        }
        let below = value + 1 - (1 << width);
        let high = width.min(2);
        self.tree(&mut models.high[width.min(3) as usize], below >> (width - high), high);
        if width > high {
            let max = (1 << (width - high)) - 1;
            self.within(below & max, max);
        }
    }

    /// The bytes.
    pub fn finish(mut self) -> Vec<u8> {
        // The range is wide enough to hold a number that ends in three zeros.
        let (high, carry) = self.low.overflowing_add(NARROW - 1);
        if carry {
            self.carry();
        }
        self.bytes.push((high >> 24) as u8);
        self.bytes
    }
}

/// The models of a [`number`](RangeWriter::number).
#[derive(Debug, Clone, Copy)]
pub struct NumberModels {
    widths: [Model; 32],
    high: [[Model; 4]; 4],
}

impl NumberModels {
    /// Models that have seen nothing.
    pub const NEW: NumberModels =
        NumberModels { widths: [Model::NEW; 32], high: [[Model::NEW; 4]; 4] };
}

/// `left` of `total` parts of `range`, at least 1 and not all.
fn part(range: u32, left: u32, total: u32) -> u32 {
    // So that no part is lost when many are told apart.
    (u64::from(range) * u64::from(left) / u64::from(total)) as u32
}

/// Reads what [`RangeWriter`] wrote. After an error it goes on with zeros, and
/// gives the error at the end, as [`Reader`](super::Reader) does.
#[derive(Debug, Clone)]
pub struct RangeReader<'a> {
    section: &'static str,
    bytes: &'a [u8],
    /// Bytes taken, zeros behind the end among them.
    at_bytes: usize,
    code: u32,
    range: u32,
    error: Option<Fault>,
}

impl<'a> RangeReader<'a> {
    /// Reads `bytes`, which are the part named `section` in errors.
    pub fn new(section: &'static str, bytes: &'a [u8]) -> RangeReader<'a> {
        let mut reader =
            RangeReader { section, bytes, at_bytes: 0, code: 0, range: u32::MAX, error: None };
        for _ in 0..4 {
            reader.take_byte();
        }
        reader
    }

    fn take_byte(&mut self) {
        let byte = self.bytes.get(self.at_bytes).copied().unwrap_or(0);
        self.code = self.code << 8 | u32::from(byte);
        self.at_bytes += 1;
        if self.at_bytes > self.bytes.len() + ZEROS {
            self.fail(Fault::End { section: self.section, at_bytes: self.bytes.len() });
        }
    }

    fn narrow(&mut self, one: u32) -> bool {
        let bit = self.code < one;
        if bit {
            self.range = one;
        } else {
            self.code -= one;
            self.range -= one;
        }
        while self.range < NARROW {
            self.range <<= 8;
            self.take_byte();
        }
        bit
    }

    /// Reads a bit by its model.
    pub fn bit(&mut self, model: &mut Model) -> bool {
        let bit = self.narrow(model.share(self.range));
        model.learn(bit);
        bit
    }

    /// Reads a bit by up to three models, the closer ones last.
    pub fn bit_of(&mut self, models: &mut [Model], which: [usize; 3]) -> bool {
        let mixed = models[which[0]].mixed(models[which[1]]).mixed(models[which[2]]);
        let bit = self.narrow(mixed.share(self.range));
        which.into_iter().for_each(|index| models[index].learn(bit));
        bit
    }

    /// Reads a bit that is 1 in `left` of `total` cases.
    pub fn share(&mut self, left: u32, total: u32) -> bool {
        self.narrow(part(self.range, left, total))
    }

    /// Reads a number of at most `max`.
    pub fn within(&mut self, max: u32) -> u32 {
        let (mut low, mut values) = (0, max + 1);
        while values > 1 {
            let left = values / 2;
            let is_left = self.share(left, values);
            (low, values) = if is_left { (low, left) } else { (low + left, values - left) };
        }
        low
    }

    /// Reads a number of `width` bits.
    pub fn tree(&mut self, models: &mut [Model], width: u32) -> u32 {
        let mut node = 1;
        for _ in 0..width {
            node = node << 1 | usize::from(self.bit(&mut models[node]));
        }
        node as u32 - (1 << width)
    }

    /// Reads any number.
    pub fn number(&mut self, models: &mut NumberModels) -> u32 {
        let mut width = 0;
        while width < 31 && self.bit(&mut models.widths[width as usize]) {
            width += 1;
        }
        let high = width.min(2);
        let mut below = self.tree(&mut models.high[width.min(3) as usize], high);
        if width > high {
            let low = width - high;
            below = below << low | self.within((1 << low) - 1);
        }
        (1 << width) - 1 + below
    }

    /// The first error, if any.
    pub fn check(&self) -> Result<(), FormatError> {
        self.error.map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Whether an error has come: what loops ask.
    pub fn failed(&self) -> bool {
        self.error.is_some()
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// The first error, or that bytes are left.
    pub fn finish(self) -> Result<(), FormatError> {
        match self.at_bytes == self.bytes.len() + ZEROS {
            true => self.check(),
            false => Err(self.invalid("length")),
        }
    }

    /// The error that what was read last is invalid, or the first error where
    /// one came before.
    pub fn invalid(&self, what: &'static str) -> FormatError {
        let at_bytes = self.at_bytes.min(self.bytes.len());
        self.error.unwrap_or(Fault::Invalid { section: self.section, what, at_bytes }).into()
    }

    #[cold]
    fn fail(&mut self, error: Fault) {
        self.error.get_or_insert(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What may be written, and its most or its width.
    type Item = (u8, u32, u32);

    fn item() -> impl Strategy<Value = Item> {
        prop_oneof![
            any::<bool>().prop_map(|bit| (0, bit.into(), 0)),
            (1u32..4000, 0u32..4000, any::<bool>()).prop_map(|(left, more, bit)| (
                1 + u8::from(bit),
                left,
                left + 1 + more
            )),
            (0u32..1 << 31, 0u32..1 << 30).prop_map(|(value, more)| (3, value, value + more)),
            (0u32..256).prop_map(|value| (4, value, 8)),
            (0u32..u32::MAX).prop_map(|value| (5, value, 0)),
            any::<bool>().prop_map(|bit| (6, bit.into(), 0)),
        ]
    }

    fn written(items: &[Item]) -> Vec<u8> {
        let mut writer = RangeWriter::default();
        let (mut models, mut numbers) = (vec![Model::NEW; 256], NumberModels::NEW);
        for &(kind, value, most) in items {
            match kind {
                0 => writer.bit(&mut models[0], value == 1),
                1 | 2 => writer.share(value, most, kind == 2),
                3 => writer.within(value, most),
                4 => writer.tree(&mut models, value, most),
                5 => writer.number(&mut numbers, value),
                _ => writer.bit_of(&mut models, [3, 4, 5], value == 1),
            }
        }
        writer.finish()
    }

    /// Reads as many items of the same kinds.
    fn read(items: &[Item], bytes: &[u8]) -> (Vec<Item>, Result<(), FormatError>) {
        let mut reader = RangeReader::new("test", bytes);
        let (mut models, mut numbers) = (vec![Model::NEW; 256], NumberModels::NEW);
        let mut found = Vec::new();
        for &(kind, value, most) in items {
            found.push(match kind {
                0 => (0, reader.bit(&mut models[0]).into(), most),
                1 | 2 => (1 + u8::from(reader.share(value, most)), value, most),
                3 => (3, reader.within(most), most),
                4 => (4, reader.tree(&mut models, most), most),
                5 => (5, reader.number(&mut numbers), most),
                _ => (6, reader.bit_of(&mut models, [3, 4, 5]).into(), most),
            });
        }
        (found, reader.finish())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(items in prop::collection::vec(item(), 0..300)) {
            let bytes = written(&items);
            prop_assert_eq!(read(&items, &bytes), (items.clone(), Ok(())));
            let more = [bytes.as_slice(), &[0]].concat();
            prop_assert!(read(&items, &more).1.is_err());
        }

        #[test]
        fn damage_is_an_error_or_other_items(
            items in prop::collection::vec(item(), 1..40), at in 0usize..1000, bit in 0u8..8
        ) {
            let bytes = written(&items);
            let mut damaged = bytes.clone();
            damaged[at % bytes.len()] ^= 1 << bit;
            let (found, _) = read(&items, &damaged);
            for (_, value, most) in found.iter().filter(|(kind, ..)| *kind == 3) {
                prop_assert!(value <= most);
            }
            // The end tells of bytes that are gone, unless the rest says
            // something else that ends there.
            let (found, end) = read(&items, &bytes[..at % bytes.len()]);
            prop_assert!(end.is_err() || found != items);
        }
    }

    #[test]
    fn what_is_likely_costs_next_to_nothing() {
        let bytes = written(&[(0, 1, 0); 10_000]);
        assert!(bytes.len() < 20, "{} bytes for 10,000 times the same bit", bytes.len());
    }

    #[test]
    fn a_carry_runs_through_all_bytes() {
        let mut writer = RangeWriter::default();
        (0..64).for_each(|_| writer.share(1, 1 << 20, false));
        writer.share(1, 2, true);
        let bytes = writer.finish();
        let mut reader = RangeReader::new("test", &bytes);
        assert!((0..64).all(|_| !reader.share(1, 1 << 20)) && reader.share(1, 2));
        reader.finish().unwrap();
    }
}
