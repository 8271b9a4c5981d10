//! The manifest: the one mutable file, from which everything else is found.
//!
//! A head of 16 bytes, then the body as raw deflate:
//!
//! | field   | bytes | meaning                                        |
//! |---------|-------|------------------------------------------------|
//! | magic   | 6     | `sakuin`                                       |
//! | format  | 2     | the format's number, little-endian             |
//! | body    | 4     | bytes of the body when inflated, little-endian |
//! | check   | 4     | CRC-32 of all bytes after the head, little-endian |
//!
//! The body:
//!
//! | field        | meaning                                                      |
//! |--------------|--------------------------------------------------------------|
//! | `generation` | 8 bytes that name this state of the index                    |
//! | `engine`     | a count; for each file of code: name, SHA-256                |
//! | `root`       | 0: the directory follows as a string of bytes, then the data beside it; 1: the directory is a file: SHA-256, bytes when inflated |

use super::directory::MAX_FILE_BYTES;
use super::reader::{Fault, FormatError, Reader, put_string, put_varint};

/// The bytes of the head.
pub const HEAD_BYTES: usize = 16;

/// The body of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Names this state of the index.
    pub generation: [u8; 8],
    /// The files of code beside the index: name and SHA-256.
    pub engine: Vec<(String, [u8; 32])>,
    /// The directory.
    pub root: Root,
}

/// Where the directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// Here, with data beside it.
    Inline {
        /// The encoded directory.
        directory: Vec<u8>,
        /// The parts of a small index.
        data: Vec<u8>,
    },
    /// In a file of its own, deflated.
    File {
        /// The SHA-256 of the file as it travels.
        sha256: [u8; 32],
        /// Its bytes after inflating.
        inflated_bytes: u32,
    },
}

/// Writes the head for a body of `body_bytes` bytes that travels as `deflated`.
pub fn encode_head(body_bytes: u32, deflated: &[u8]) -> [u8; HEAD_BYTES] {
    let mut head = *b"sakuin..........";
    head[6..8].copy_from_slice(&super::FORMAT.to_le_bytes());
    head[8..12].copy_from_slice(&body_bytes.to_le_bytes());
    head[12..16].copy_from_slice(&crc32(deflated).to_le_bytes());
    head
}

/// Reads the head of a manifest file: the bytes of its body when inflated.
///
/// # Errors
///
/// When this is no manifest, one of another format, or damaged.
pub fn decode_head(file: &[u8]) -> Result<u32, FormatError> {
    let mut reader = Reader::new("manifest", file);
    if &reader.array() != b"sakuin" {
        return Err(reader.invalid("magic"));
    }
    let format = u16::from_le_bytes(reader.array());
    reader.check()?;
    if format != super::FORMAT {
        return Err(Fault::Version { found: format }.into());
    }
    let body_bytes = u32::from_le_bytes(reader.array());
    if body_bytes > MAX_FILE_BYTES {
        return Err(reader.invalid("body length"));
    }
    let check = u32::from_le_bytes(reader.array());
    reader.check()?;
    if crc32(reader.bytes(reader.left())) != check {
        return Err(reader.invalid("checksum"));
    }
    reader.finish()?;
    Ok(body_bytes)
}

impl Manifest {
    /// Appends the body, not yet deflated.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.generation);
        put_varint(out, self.engine.len() as u32);
        for (name, sha256) in &self.engine {
            put_string(out, name);
            out.extend_from_slice(sha256);
        }
        match &self.root {
            Root::Inline { directory, data } => {
                out.push(0);
                put_varint(out, directory.len() as u32);
                out.extend_from_slice(directory);
                out.extend_from_slice(data);
            }
            Root::File { sha256, inflated_bytes } => {
                out.push(1);
                out.extend_from_slice(sha256);
                put_varint(out, *inflated_bytes);
            }
        }
    }

    /// Reads `body`, inflated, of the manifest `file`.
    ///
    /// # Errors
    ///
    /// When the file is damaged, or the body is not what it inflates to.
    pub fn decode(file: &[u8], body: &[u8]) -> Result<Manifest, FormatError> {
        let body_bytes = decode_head(file)?;
        let mut reader = Reader::new("manifest", body);
        if body.len() != body_bytes as usize {
            return Err(reader.invalid("body length"));
        }
        let generation = reader.array();
        let mut engine = Vec::new();
        for _ in 0..reader.count(33) {
            engine.push((reader.string().to_string(), reader.array()));
        }
        let root = match reader.byte() {
            0 => {
                let bytes = reader.count(1);
                let directory = reader.bytes(bytes).to_vec();
                let data = reader.bytes(reader.left()).to_vec();
                Root::Inline { directory, data }
            }
            1 => {
                let (sha256, inflated_bytes) = (reader.array(), reader.varint());
                if inflated_bytes > MAX_FILE_BYTES {
                    return Err(reader.invalid("root"));
                }
                Root::File { sha256, inflated_bytes }
            }
            _ => return Err(reader.invalid("root")),
        };
        reader.finish()?;
        Ok(Manifest { generation, engine, root })
    }
}

/// CRC-32 as in gzip (ISO 3309), bit by bit: it runs once, over a few kilobytes.
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_gzip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_manifest_comes_back_and_any_damage_is_seen() {
        let manifest = Manifest {
            generation: [3; 8],
            engine: vec![("search.wasm".to_string(), [5; 32])],
            root: Root::Inline { directory: vec![1, 2, 3], data: vec![4, 5] },
        };
        let mut body = Vec::new();
        manifest.encode(&mut body);
        // What travels is deflated; to the checksum it is only bytes.
        let file = [encode_head(body.len() as u32, &body).as_slice(), &body].concat();
        assert_eq!(Manifest::decode(&file, &body), Ok(manifest));
        for bit in 0..file.len() * 8 {
            let mut damaged = file.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(Manifest::decode(&damaged, &body).is_err(), "bit {bit}");
        }
        for end in 0..file.len() {
            assert!(Manifest::decode(&file[..end], &body).is_err(), "{end} bytes");
        }
        let mut newer = file;
        newer[6] = 99;
        let err = Manifest::decode(&newer, &body).unwrap_err();
        assert_eq!(err.to_string(), "index of format 99, this reader knows format 2");
    }
}
