//! Bits in a row, the highest of a byte first, and the codes built on them.

use super::reader::{Fault, FormatError};

/// Appends bits to bytes.
#[derive(Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// Bits used of the last byte; 0 when it is full.
    used: u32,
}

impl BitWriter {
    /// Appends the low `width` bits of `value`, at most 32.
    pub fn bits(&mut self, value: u32, width: u32) {
        for place in (0..width).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= ((value >> place & 1) as u8) << (7 - self.used);
            self.used = (self.used + 1) % 8;
        }
    }

    /// Appends `value` in Elias gamma code: the width of `value + 1` less one as
    /// zeros, then `value + 1`. 0 takes 1 bit, 1 and 2 take 3.
    ///
    /// # Panics
    ///
    /// When `value` is `u32::MAX`.
    pub fn gamma(&mut self, value: u32) {
        assert!(value < u32::MAX);
        let width = (value + 1).ilog2();
        self.bits(0, width);
        self.bits(value + 1, width + 1);
    }

    /// Appends a `value` of at most `max` in truncated binary: values in the
    /// middle of the range take one bit less than those at its ends when the
    /// range is no power of two.
    ///
    /// # Panics
    ///
    /// When `value` is above `max`, or `max` is `u32::MAX`.
    pub fn within(&mut self, value: u32, max: u32) {
        assert!(value <= max && max < u32::MAX);
        let Code { width, short, shift } = Code::of(max);
        let turned = turn(value, max, shift);
        match turned < short {
            true => self.bits(turned, width),
            false => self.bits(turned + short, width + 1),
        }
    }

    /// How many bits stand here.
    pub fn len_bits(&self) -> usize {
        self.bytes.len() * 8 - (8 - self.used as usize) % 8
    }

    /// The bytes; the bits that fill the last one are 0.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what [`BitWriter`] wrote. After an error it gives zeros, and the error
/// at the end, as [`Reader`](super::Reader) does.
#[derive(Debug, Clone)]
pub struct BitReader<'a> {
    section: &'static str,
    bytes: &'a [u8],
    at_bits: usize,
    error: Option<Fault>,
}

impl<'a> BitReader<'a> {
    /// Reads `bytes`, which are the part named `section` in errors, from the
    /// bit `at_bits` on.
    pub fn new(section: &'static str, bytes: &'a [u8], at_bits: usize) -> BitReader<'a> {
        BitReader { section, bytes, at_bits, error: None }
    }

    /// Where the next bit stands.
    pub fn at_bits(&self) -> usize {
        self.at_bits
    }

    /// The bits not read yet.
    pub fn left_bits(&self) -> usize {
        (self.bytes.len() * 8).saturating_sub(self.at_bits)
    }

    /// The next `width` bits, at most 32.
    pub fn bits(&mut self, width: u32) -> u32 {
        if width as usize > self.left_bits() {
            let end = Fault::End { section: self.section, at_bytes: self.bytes.len() };
            self.fail(end);
            return 0;
        }
        let mut value = 0u64;
        let mut left = width;
        while left > 0 {
            let used = (self.at_bits % 8) as u32;
            let take = left.min(8 - used);
            let byte = u32::from(self.bytes[self.at_bits / 8]);
            let bits = byte >> (8 - used - take) & ((1 << take) - 1);
            value = value << take | u64::from(bits);
            self.at_bits += take as usize;
            left -= take;
        }
        value as u32
    }

    /// Reads what [`BitWriter::gamma`] wrote.
    pub fn gamma(&mut self) -> u32 {
        let mut width = 0;
        while self.bits(1) == 0 {
            width += 1;
            if width > 31 {
                self.fail(self.fault("gamma code"));
                return 0;
            }
        }
        (1 << width | self.bits(width)) - 1
    }

    /// Reads what [`BitWriter::within`] wrote.
    pub fn within(&mut self, max: u32) -> u32 {
        let Code { width, short, shift } = Code::of(max);
        let mut turned = self.bits(width);
        if turned >= short {
            turned = (turned << 1 | self.bits(1)) - short;
        }
        turn_back(turned, max, shift)
    }

    /// The first error, if any.
    pub fn check(&self) -> Result<(), FormatError> {
        self.error.map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Ends the reading: what fills the last byte must be 0.
    ///
    /// # Errors
    ///
    /// The first error, or that more is left.
    pub fn finish(mut self) -> Result<(), FormatError> {
        if self.left_bits() >= 8 {
            return Err(self.invalid("length"));
        }
        if self.bits(self.left_bits() as u32) != 0 {
            return Err(self.invalid("last bits"));
        }
        self.check()
    }

    /// The error that the field read last is invalid, or the first error where
    /// one came before.
    pub fn invalid(&self, what: &'static str) -> FormatError {
        self.fault(what).into()
    }

    fn fault(&self, what: &'static str) -> Fault {
        let at_bytes = self.at_bits.div_ceil(8);
        self.error.unwrap_or(Fault::Invalid { section: self.section, what, at_bytes })
    }

    #[cold]
    fn fail(&mut self, error: Fault) {
        self.error.get_or_insert(error);
        self.at_bits = self.bytes.len() * 8;
    }
}

/// How values of at most some `max` are written: the first `short` of the turned
/// values in `width` bits, the others in one more. Turning by `shift` makes the
/// short ones those in the middle.
struct Code {
    width: u32,
    short: u32,
    shift: u32,
}

impl Code {
    fn of(max: u32) -> Code {
        let values = u64::from(max) + 1;
        let width = values.ilog2();
        let short = (2u64 << width) - values;
        Code { width, short: short as u32, shift: ((values - short) / 2) as u32 }
    }
}

fn turn(value: u32, max: u32, shift: u32) -> u32 {
    match value.checked_sub(shift) {
        Some(turned) => turned,
        None => max - shift + 1 + value,
    }
}

fn turn_back(turned: u32, max: u32, shift: u32) -> u32 {
    match turned > max - shift {
        true => turned - (max - shift + 1),
        false => turned + shift,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn codes_come_back(values in prop::collection::vec((0u32..5000, 0u32..3000, 0u32..1 << 30), 0..60)) {
            let mut writer = BitWriter::default();
            for &(value, more, gamma) in &values {
                writer.within(value, value + more);
                writer.gamma(gamma);
            }
            let bytes = writer.finish();
            let mut reader = BitReader::new("test", &bytes, 0);
            for &(value, more, gamma) in &values {
                prop_assert_eq!(reader.within(value + more), value);
                prop_assert_eq!(reader.gamma(), gamma);
            }
            prop_assert_eq!(reader.finish(), Ok(()));
        }
    }

    #[test]
    fn the_middle_is_shorter_than_the_ends() {
        let bits = |value| {
            let mut writer = BitWriter::default();
            writer.within(value, 4);
            writer.len_bits()
        };
        assert_eq!([0, 1, 2, 3, 4].map(bits), [3, 2, 2, 2, 3]);
    }
}
