//! Reading hostile bytes: a cursor that refuses, and what it says.

use std::fmt;

/// What is wrong with an index, and where: boxed, so that what may fail returns
/// in a register and not through memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError(Box<Fault>);

/// The kinds of [`FormatError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes end before the part does.
    End {
        /// The part.
        section: &'static str,
        /// Where reading stopped, in bytes from the start of the part.
        at_bytes: usize,
    },
    /// A value that no writer wrote.
    Invalid {
        /// The part.
        section: &'static str,
        /// The field.
        what: &'static str,
        /// Where it ends, in bytes from the start of the part.
        at_bytes: usize,
    },
    /// An index of another version of this format.
    Version {
        /// The number it says.
        found: u16,
    },
    /// A file whose bytes are not those its name promises.
    Hash {
        /// The hash that its name promises, as far as the name does.
        start: [u8; super::NAME_BYTES],
    },
}

impl From<Fault> for FormatError {
    #[cold]
    #[inline(never)]
    fn from(fault: Fault) -> FormatError {
        FormatError(Box::new(fault))
    }
}

impl FormatError {
    /// What kind it is.
    pub fn fault(&self) -> Fault {
        *self.0
    }

    /// What is wrong, without `format!`: its machinery would be a kilobyte of
    /// `search.wasm`.
    pub fn message(&self) -> String {
        let mut text = String::new();
        let mut push = |words: &[&str]| words.iter().for_each(|word| text.push_str(word));
        match *self.0 {
            Fault::End { section, at_bytes } => {
                push(&[section, " ends early, at byte ", &decimal(at_bytes)]);
            }
            Fault::Invalid { section, what, at_bytes } => {
                push(&["invalid ", what, " in ", section, ", at byte ", &decimal(at_bytes)]);
            }
            Fault::Version { found } => {
                let (found, known) = (decimal(found.into()), decimal(super::FORMAT.into()));
                push(&["index of format ", &found, ", this reader knows format ", &known]);
            }
            Fault::Hash { start } => push(&["wrong hash of ", &super::file_name(&start)]),
        }
        text
    }

    /// The error that a file is not the one with this hash.
    pub fn wrong_hash(hash: &super::Hash) -> FormatError {
        Fault::Hash { start: super::name_bytes(hash) }.into()
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for FormatError {}

fn decimal(number: usize) -> String {
    let digit = (b'0' + (number % 10) as u8) as char;
    let mut text = if number < 10 { String::new() } else { decimal(number / 10) };
    text.push(digit);
    text
}

/// A cursor over one part of an index.
///
/// It reads on after an error as if only zeros and empty strings came, and the
/// error, the first one, is what [`finish`](Reader::finish) gives: a decoder
/// asks once, not at every field, and is half the size. No loop goes on for it,
/// as every [`count`](Reader::count) is 0 then, and nothing is left.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    section: &'static str,
    bytes: &'a [u8],
    at_bytes: usize,
    error: Option<Fault>,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, which are the part named `section` in errors.
    pub fn new(section: &'static str, bytes: &'a [u8]) -> Reader<'a> {
        Reader { section, bytes, at_bytes: 0, error: None }
    }

    /// The bytes not read yet; 0 after an error.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at_bytes
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> &'a [u8] {
        if count > self.left() {
            self.fail(Fault::End { section: self.section, at_bytes: self.at_bytes });
            return &[];
        }
        self.at_bytes += count;
        &self.bytes[self.at_bytes - count..self.at_bytes]
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// The next `N` bytes, as an array.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().unwrap_or([0; N])
    }

    /// A number of 7 bits a byte, the low ones first; the top bit says that
    /// more follow. Only the shortest form is valid.
    pub fn varint(&mut self) -> u32 {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte();
            if (shift == 28 && byte > 0x0f) || (shift > 0 && byte == 0) {
                break;
            }
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        self.fail_at("varint");
        0
    }

    /// A count of things that take at least `least_bytes` bytes each from here
    /// on: a forged count cannot make us allocate more than was downloaded.
    pub fn count(&mut self, least_bytes: usize) -> usize {
        let count = self.varint() as usize;
        match count.checked_mul(least_bytes) {
            Some(bytes) if bytes <= self.left() => count,
            _ => {
                self.fail_at("count");
                0
            }
        }
    }

    /// A length in bytes as a varint, then as much UTF-8.
    pub fn string(&mut self) -> &'a str {
        let bytes = self.count(1);
        let bytes = self.bytes(bytes);
        std::str::from_utf8(bytes).unwrap_or_else(|_| {
            self.fail_at("UTF-8");
            ""
        })
    }

    /// A count as a varint, then as many strings.
    pub fn strings(&mut self) -> Vec<String> {
        let mut strings = Vec::new();
        for _ in 0..self.count(1) {
            strings.push(self.string().to_string());
        }
        strings
    }

    /// The first error, if any.
    pub fn check(&self) -> Result<(), FormatError> {
        self.error.map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// The first error, or that bytes are left.
    pub fn finish(self) -> Result<(), FormatError> {
        match (self.error, self.left()) {
            (None, 0) => Ok(()),
            _ => Err(self.invalid("length")),
        }
    }

    /// The error that the field read last is invalid, or the first error where
    /// one came before.
    pub fn invalid(&self, what: &'static str) -> FormatError {
        self.fault(what).into()
    }

    fn fault(&self, what: &'static str) -> Fault {
        let at_bytes = self.at_bytes;
        self.error.unwrap_or(Fault::Invalid { section: self.section, what, at_bytes })
    }

    fn fail_at(&mut self, what: &'static str) {
        self.fail(self.fault(what));
    }

    #[cold]
    fn fail(&mut self, error: Fault) {
        self.error.get_or_insert(error);
        self.bytes = &self.bytes[..self.at_bytes];
    }
}

/// Writes what [`Reader::varint`] reads.
pub fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes what [`Reader::string`] reads.
pub fn put_string(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_one_form_each() {
        for value in [0, 1, 127, 128, 300, 16383, 16384, u32::MAX - 1, u32::MAX] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            let mut reader = Reader::new("test", &out);
            assert_eq!(reader.varint(), value);
            assert_eq!(reader.finish(), Ok(()));
        }
        let error = |bytes: &[u8]| {
            let mut reader = Reader::new("test", bytes);
            assert_eq!(reader.varint(), 0);
            reader.finish().unwrap_err().to_string()
        };
        assert_eq!(error(&[0x80, 0x00]), "invalid varint in test, at byte 2");
        assert_eq!(error(&[0xff, 0xff, 0xff, 0xff, 0x1f]), "invalid varint in test, at byte 5");
        assert_eq!(error(&[0x80]), "test ends early, at byte 1");
    }

    #[test]
    fn the_first_error_stays_and_nothing_is_read_after_it() {
        let mut reader = Reader::new("test", &[2, 0xff, 0xff, 1, 2]);
        assert_eq!(reader.string(), "");
        assert_eq!((reader.left(), reader.byte(), reader.count(0)), (0, 0, 0));
        assert_eq!(reader.array(), [0; 4]);
        assert_eq!(reader.finish().unwrap_err().to_string(), "invalid UTF-8 in test, at byte 3");
    }

    #[test]
    fn a_forged_count_is_refused() {
        let mut out = Vec::new();
        put_varint(&mut out, 1 << 30);
        let mut reader = Reader::new("test", &out);
        assert_eq!(reader.count(1), 0);
        assert!(reader.finish().is_err());
    }
}
