//! Reading hostile bytes: a cursor that refuses, and what it says.

/// What is wrong with an index, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The bytes end before the part does.
    #[error("{section} ends early, at byte {at_bytes}")]
    End {
        /// The part.
        section: &'static str,
        /// Where reading stopped, in bytes from the start of the part.
        at_bytes: usize,
    },
    /// A value that no writer wrote.
    #[error("invalid {what} in {section}, at byte {at_bytes}")]
    Invalid {
        /// The part.
        section: &'static str,
        /// The field.
        what: &'static str,
        /// Where it ends, in bytes from the start of the part.
        at_bytes: usize,
    },
    /// An index of another version of this format.
    #[error("index of format {found}, this reader knows format {}", super::FORMAT)]
    Version {
        /// The number it says.
        found: u16,
    },
    /// A file whose bytes are not those its name promises.
    #[error("wrong hash of {}", super::file_name(start))]
    Hash {
        /// The hash that its name promises, as far as the name does.
        start: [u8; super::NAME_BYTES],
    },
}

impl FormatError {
    /// The error that a file is not the one with this hash.
    pub fn wrong_hash(sha256: &[u8; 32]) -> FormatError {
        FormatError::Hash { start: super::name_bytes(sha256) }
    }
}

/// A cursor over one part of an index.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    section: &'static str,
    bytes: &'a [u8],
    at_bytes: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, which are the part named `section` in errors.
    pub fn new(section: &'static str, bytes: &'a [u8]) -> Reader<'a> {
        Reader { section, bytes, at_bytes: 0 }
    }

    /// The bytes not read yet.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at_bytes
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        if count > self.left() {
            return Err(self.end());
        }
        self.at_bytes += count;
        Ok(&self.bytes[self.at_bytes - count..self.at_bytes])
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, FormatError> {
        Ok(self.bytes(1)?[0])
    }

    /// The next `N` bytes, as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(N)?);
        Ok(array)
    }

    /// A number of 7 bits a byte, the low ones first; the top bit says that
    /// more follow. Only the shortest form is valid.
    pub fn varint(&mut self) -> Result<u32, FormatError> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            let bits = u32::from(byte & 0x7f);
            if (shift == 28 && byte > 0x0f) || (shift > 0 && byte == 0) {
                return Err(self.invalid("varint"));
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.invalid("varint"))
    }

    /// A count of things that take at least `least_bytes` bytes each from here
    /// on: a forged count cannot make us allocate more than was downloaded.
    pub fn count(&mut self, least_bytes: usize) -> Result<usize, FormatError> {
        let count = self.varint()? as usize;
        match count.checked_mul(least_bytes) {
            Some(bytes) if bytes <= self.left() => Ok(count),
            _ => Err(self.invalid("count")),
        }
    }

    /// A length in bytes as a varint, then as much UTF-8.
    pub fn string(&mut self) -> Result<&'a str, FormatError> {
        let bytes = self.count(1)?;
        let bytes = self.bytes(bytes)?;
        std::str::from_utf8(bytes).map_err(|_| self.invalid("UTF-8"))
    }

    /// A count as a varint, then as many strings.
    pub fn strings(&mut self) -> Result<Vec<String>, FormatError> {
        let mut strings = Vec::new();
        for _ in 0..self.count(1)? {
            strings.push(self.string()?.to_string());
        }
        Ok(strings)
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// When bytes are left.
    pub fn finish(self) -> Result<(), FormatError> {
        match self.left() {
            0 => Ok(()),
            _ => Err(self.invalid("length")),
        }
    }

    /// The error that the bytes end here.
    pub fn end(&self) -> FormatError {
        FormatError::End { section: self.section, at_bytes: self.at_bytes }
    }

    /// The error that the field read last is invalid.
    pub fn invalid(&self, what: &'static str) -> FormatError {
        FormatError::Invalid { section: self.section, what, at_bytes: self.at_bytes }
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
            assert_eq!(Reader::new("test", &out).varint(), Ok(value));
        }
        let long = Reader::new("test", &[0x80, 0x00]).varint().unwrap_err();
        assert_eq!(long.to_string(), "invalid varint in test, at byte 2");
        assert!(Reader::new("test", &[0xff, 0xff, 0xff, 0xff, 0x1f]).varint().is_err());
        assert_eq!(
            Reader::new("test", &[0x80]).varint().unwrap_err().to_string(),
            "test ends early, at byte 1"
        );
    }

    #[test]
    fn a_forged_count_is_refused() {
        let mut out = Vec::new();
        put_varint(&mut out, 1 << 30);
        assert!(Reader::new("test", &out).count(1).is_err());
    }
}
