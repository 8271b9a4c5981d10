//! What a build has made of posts, kept for the next one.
//!
//! One file, which each build writes anew with what it used, so that it holds no
//! more than one site. It may be removed at any time. What is in it counts only
//! for the very program that wrote it, by a hash of that program's file: its code,
//! its dictionary and its libraries are all part of what a post becomes.
//!
//! | field     | meaning                                                           |
//! |-----------|-------------------------------------------------------------------|
//! | `magic`   | [`MAGIC`]                                                         |
//! | `program` | 32 bytes: the SHA-256 of the program                              |
//! | then for each entry: | |
//! | `key`     | 16 bytes                                                          |
//! | `bytes`   | 4 bytes, little-endian: how many follow the check                 |
//! | `check`   | 8 bytes: the first of the SHA-256 of key and payload              |
//! | `payload` | what the key was made of became                                   |

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// The name of the file.
pub const CACHE_NAME: &str = "sakuin.cache";

const MAGIC: &[u8; 16] = b"sakuin cache 1\r\n";
const HEAD_BYTES: u64 = 16 + 32;
const ENTRY_BYTES: usize = 16 + 4 + 8;

/// What an entry is found by: the first 16 bytes of the SHA-256 of all that its
/// payload is made of.
pub type Key = [u8; 16];

/// The cache of a build.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    old: Option<Old>,
    /// None once it cannot be written.
    new: Mutex<Option<BufWriter<NamedTempFile>>>,
    notes: Mutex<Vec<String>>,
}

#[derive(Debug)]
struct Old {
    file: Mutex<File>,
    /// Of each key, where its check is, and the bytes of its payload.
    entries: HashMap<Key, (u64, u32)>,
}

impl Cache {
    /// Opens the cache in `folder`, which is made if it is not there. What cannot
    /// be used is left aside, with a note.
    pub fn open(folder: &Path) -> Cache {
        let path = folder.join(CACHE_NAME);
        let mut notes = Vec::new();
        let mut note = |what: String| notes.push(format!("{what} ({})", path.display()));
        let program = program()
            .map_err(|err| {
                note(format!("the cache is not used: the program cannot be read: {err}"));
            })
            .ok();
        let old = program.and_then(|program| match Old::open(&path, program, &mut note) {
            Ok(old) => Some(old),
            Err(err) if err.kind() == ErrorKind::NotFound => None,
            Err(err) => {
                note(format!("the cache is not used: {err}"));
                None
            }
        });
        let new = program.and_then(|program| match create(folder, program) {
            Ok(new) => Some(new),
            Err(err) => {
                note(format!("the cache cannot be written: {err}"));
                None
            }
        });
        Cache { path, old, new: Mutex::new(new), notes: Mutex::new(notes) }
    }

    /// The payload of a key, if there is one and it is whole.
    pub fn get(&self, key: Key) -> Option<Vec<u8>> {
        let old = self.old.as_ref()?;
        let &(at, bytes) = old.entries.get(&key)?;
        let mut read = vec![0; bytes as usize + 8];
        {
            let mut file = held(&old.file);
            file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut read)).ok()?;
        }
        let payload = read.split_off(8);
        if read == check(key, &payload) {
            return Some(payload);
        }
        self.note_damage();
        None
    }

    /// Says that something in the cache is not what it should be.
    pub fn note_damage(&self) {
        let note = format!("the cache is damaged, and used in part ({})", self.path.display());
        let mut notes = held(&self.notes);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Keeps a payload for the next build.
    pub fn put(&self, key: Key, payload: &[u8]) {
        let mut new = held(&self.new);
        let Some(file) = &mut *new else { return };
        let Ok(bytes) = u32::try_from(payload.len()) else { return };
        let head = [key.as_slice(), &bytes.to_le_bytes(), &check(key, payload)].concat();
        if let Err(err) = file.write_all(&head).and_then(|()| file.write_all(payload)) {
            let path = self.path.display();
            held(&self.notes).push(format!("the cache cannot be written: {err} ({path})"));
            *new = None;
        }
    }

    /// Puts the new cache in the place of the old, and returns what there is to
    /// note about either.
    pub fn finish(self) -> Vec<String> {
        let mut notes = self.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = self.new.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let written = file.into_inner().map_err(|err| err.into_error());
            let kept = written.and_then(|file| file.persist(&self.path).map_err(|err| err.error));
            if let Err(err) = kept {
                notes.push(format!("the cache cannot be written: {err} ({})", self.path.display()));
            }
        }
        notes
    }
}

impl Old {
    fn open(path: &Path, program: [u8; 32], note: &mut dyn FnMut(String)) -> io::Result<Old> {
        let mut file = BufReader::new(File::open(path)?);
        let all_bytes = file.get_ref().metadata()?.len();
        let mut entries = HashMap::new();
        let mut head = [0; HEAD_BYTES as usize];
        let mut at = HEAD_BYTES;
        match file.read_exact(&mut head) {
            Err(err) if err.kind() == ErrorKind::UnexpectedEof => at = all_bytes + 1,
            Err(err) => return Err(err),
            Ok(()) if head[..16] != *MAGIC => {
                note("the cache is not used: this is none".to_string());
                at = all_bytes;
            }
            Ok(()) if head[16..] != program => {
                note("the cache is not used: another program made it".to_string());
                at = all_bytes;
            }
            Ok(()) => {}
        }
        let mut head = [0; ENTRY_BYTES];
        while at + ENTRY_BYTES as u64 <= all_bytes {
            file.read_exact(&mut head)?;
            let bytes = u32::from_le_bytes([head[16], head[17], head[18], head[19]]);
            let next = at + ENTRY_BYTES as u64 + u64::from(bytes);
            if next > all_bytes {
                break;
            }
            let key: Key = std::array::from_fn(|index| head[index]);
            entries.insert(key, (at + 20, bytes));
            file.seek_relative(i64::from(bytes))?;
            at = next;
        }
        if at != all_bytes {
            note("the cache was cut short, and is used in part".to_string());
        }
        Ok(Old { file: Mutex::new(file.into_inner()), entries })
    }
}

fn create(folder: &Path, program: [u8; 32]) -> io::Result<BufWriter<NamedTempFile>> {
    fs::create_dir_all(folder)?;
    let mut file = BufWriter::new(NamedTempFile::with_prefix_in(".sakuin-", folder)?);
    file.write_all(MAGIC)?;
    file.write_all(&program)?;
    Ok(file)
}

/// The SHA-256 of the program that runs.
fn program() -> io::Result<[u8; 32]> {
    // The file may be another by the next time.
    static KNOWN: Mutex<Option<[u8; 32]>> = Mutex::new(None);
    let mut known = held(&KNOWN);
    if let Some(program) = *known {
        return Ok(program);
    }
    let mut hash = Sha256::new();
    let mut file = File::open(std::env::current_exe()?)?;
    let mut bytes = vec![0; 1 << 18];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(*known.insert(hash.finalize().into())),
            read => hash.update(&bytes[..read]),
        }
    }
}

fn check(key: Key, payload: &[u8]) -> [u8; 8] {
    let hash = Sha256::new().chain_update(key).chain_update(payload).finalize();
    std::array::from_fn(|index| hash[index])
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked ends the build.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [Key; 2] = [[1; 16], [2; 16]];

    /// A cache with two entries, in its folder.
    fn filled() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path());
        cache.put(KEYS[0], "検索".as_bytes());
        cache.put(KEYS[1], b"");
        assert_eq!(cache.finish(), Vec::<String>::new());
        folder
    }

    fn payloads(cache: &Cache) -> [Option<Vec<u8>>; 2] {
        KEYS.map(|key| cache.get(key))
    }

    #[test]
    fn what_was_put_comes_back_and_what_is_not_used_goes() {
        let folder = filled();
        let cache = Cache::open(folder.path());
        assert_eq!(payloads(&cache), [Some("検索".into()), Some(Vec::new())]);
        cache.put(KEYS[1], b"new");
        cache.finish();
        let cache = Cache::open(folder.path());
        assert_eq!(payloads(&cache), [None, Some(b"new".into())]);
        drop(cache);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a file besides the cache");
    }

    #[test]
    fn every_truncation_and_every_bit_flip_leaves_what_is_whole() {
        let folder = filled();
        let path = folder.path().join(CACHE_NAME);
        let bytes = fs::read(&path).unwrap();
        let right = [Some("検索".into()), Some(Vec::new())];
        let tried = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            let cache = Cache::open(folder.path());
            for (payload, right) in payloads(&cache).into_iter().zip(&right) {
                assert!(payload.is_none() || payload == *right);
            }
            held(&cache.notes).clone()
        };
        for end in 0..bytes.len() {
            let whole = end == HEAD_BYTES as usize || end == HEAD_BYTES as usize + 34;
            assert_eq!(tried(&bytes[..end]).is_empty(), whole, "{end} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            tried(&bytes);
        }
    }
}
