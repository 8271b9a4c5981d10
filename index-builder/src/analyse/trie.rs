//! A hashed trie of characters: what a text starts with, in one look into memory for
//! each character. The build script makes it of the dictionary's words.
//!
//! It is a table of places, each 0 or a node in 64 bits: the place of the node before
//! it, or the number of places for a first character; the character, in 16 bits; and
//! what the word that ends there is worth, in 24 bits, 0 where none does. A node is at
//! its place by [`hash`], or at the next that was free.

/// Bits of a character and of what a word is worth.
const CHAR_BITS: u32 = 16;
const WORTH_BITS: u32 = 24;

/// The node behind `before` by `c`: its place, and what it is worth.
pub(super) fn find(places: &[[u8; 8]], before: u64, c: char) -> Option<(u64, u32)> {
    let key = key(before, c)?;
    let mut place = hash(key, places.len());
    loop {
        let node = u64::from_le_bytes(places[place]);
        if node >> WORTH_BITS == key {
            return Some((place as u64, node as u32 & ((1 << WORTH_BITS) - 1)));
        }
        if node == 0 {
            return None;
        }
        place = (place + 1) & (places.len() - 1);
    }
}

/// What tells a node from all others; none for a character that no node has.
fn key(before: u64, c: char) -> Option<u64> {
    (c as u32 >> CHAR_BITS == 0).then_some(before << CHAR_BITS | u64::from(c as u32))
}

/// Where a node is if nothing stands in its way, of a power of two places.
fn hash(key: u64, places: usize) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - places.ilog2())) as usize
}

/// So many bits tell of pairs: 128 KB, which stay at hand where the trie does not.
const PAIR_BITS: u32 = 20;

/// Whether words may start with these two characters. Of those that none starts with,
/// one of nine shares its bit in `pairs` with another.
#[allow(dead_code, reason = "the dictionary's, while the build script has this file, too")]
pub(super) fn may_start(pairs: &[u8], first: char, second: char) -> bool {
    let bit = pair(first, second);
    pairs[bit / 8] >> (bit % 8) & 1 == 1
}

fn pair(first: char, second: char) -> usize {
    let pair = (first as u32) << CHAR_BITS ^ second as u32;
    (pair.wrapping_mul(0x9e37_79b1) >> (32 - PAIR_BITS)) as usize
}

/// The bits of the pairs that words start with.
#[allow(dead_code, reason = "the build script's, which has this file, too")]
pub(super) fn pairs<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut bits = vec![0; 1 << (PAIR_BITS - 3)];
    for word in words {
        let mut chars = word.chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
            let bit = pair(first, second);
            bits[bit / 8] |= 1 << (bit % 8);
        }
    }
    bits
}

/// Puts words, none of them empty, into a trie of this many places, a power of two
/// that is more than there are nodes.
#[allow(dead_code, reason = "the build script's, which has this file, too")]
pub(super) fn build<'a>(
    words: impl Iterator<Item = (&'a str, u32)>,
    places: usize,
) -> Vec<[u8; 8]> {
    let mut trie = vec![[0; 8]; places];
    for (word, worth) in words {
        assert!(worth >> WORTH_BITS == 0);
        let mut last = places as u64;
        for c in word.chars() {
            last = find(&trie, last, c).map_or_else(|| add(&mut trie, last, c), |found| found.0);
        }
        let node = &mut trie[last as usize];
        *node = (u64::from_le_bytes(*node) | u64::from(worth)).to_le_bytes();
    }
    trie
}

fn add(places: &mut [[u8; 8]], before: u64, c: char) -> u64 {
    let key = key(before, c).expect("words are of the basic plane");
    let mut place = hash(key, places.len());
    while places[place] != [0; 8] {
        place = (place + 1) & (places.len() - 1);
    }
    places[place] = (key << WORTH_BITS).to_le_bytes();
    place as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_what_they_start_with_are_found() {
        // Of sixteen places eleven are taken, so that nodes stand in each other's way.
        let words = [("検", 3), ("検索", 1 << 23), ("検索語", 7), ("索引", 9), ("abcdef", 1)];
        let trie = build(words.into_iter(), 16);
        for (word, worth) in words {
            let mut last = (16, 0);
            for c in word.chars() {
                last = find(&trie, last.0, c).unwrap();
            }
            assert_eq!(last.1, worth, "{word}");
            assert_eq!(find(&trie, last.0, '無'), None);
        }
        let pairs = pairs(words.iter().map(|(word, _)| *word));
        assert!(may_start(&pairs, '検', '索') && may_start(&pairs, 'a', 'b'));
        assert!(!may_start(&pairs, '索', '語') && !may_start(&pairs, '索', '𠮷'));
        let start = find(&trie, 16, '索').unwrap();
        assert_eq!((start.1, find(&trie, 16, '語'), find(&trie, 16, '𠮷')), (0, None, None));
    }
}
