//! The bytes of an `fst::Map`, written from terms in order.
//!
//! `fst::MapBuilder` writes them too, but it also sums a checksum, by tables that
//! alone are half of what `search.wasm` may weigh, and seeks endings that terms
//! share, which takes most of its time. Here terms share only their beginnings:
//! a trie, in the first version of `fst`'s layout, which knows no checksum.
//!
//! A node is written after those that it leads to, last byte first as it is
//! read: whether a term ends here and how many edges leave, the widths of
//! addresses and of numbers, then the edges' bytes, addresses and numbers. The
//! numbers on the way to a term sum up to its place.

/// Writes a map from terms to their places: 0, 1, 2 and so on.
pub(super) struct TrieWriter {
    bytes: Vec<u8>,
    /// The nodes on the way to the last term; the root is the first.
    open: Vec<Node>,
    /// The edges of the open nodes, those of each after its parent's.
    edges: Vec<Edge>,
    terms: u32,
}

struct Node {
    ends_term: bool,
    /// The place of the first term that goes through here.
    place: u32,
    first_edge: usize,
}

struct Edge {
    byte: u8,
    /// The place of the first term that goes through here.
    place: u32,
    /// The last byte of the node that it leads to, 0 where nothing follows.
    address: u32,
}

/// The node goes on to the one written just before, by the byte before this.
const NEXT: u8 = 0b1100_0000;
/// A term ends at the node.
const ENDS_TERM: u8 = 0b0100_0000;
/// Nodes of more edges have a byte for their count.
const MAX_SHORT_COUNT: usize = 63;

impl TrieWriter {
    /// Starts a map.
    pub(super) fn new() -> TrieWriter {
        let mut bytes = vec![0; 16];
        bytes[0] = 1;
        let root = Node { ends_term: false, place: 0, first_edge: 0 };
        TrieWriter { bytes, open: vec![root], edges: Vec::new(), terms: 0 }
    }

    /// Appends a term that shares `shared` bytes with the one before, and then
    /// has a greater byte, or goes on where that ended.
    pub(super) fn push(&mut self, term: &[u8], shared: usize) {
        self.close(shared);
        let place = self.terms;
        for &byte in &term[shared..] {
            self.edges.push(Edge { byte, place, address: 0 });
            self.open.push(Node { ends_term: false, place, first_edge: self.edges.len() });
        }
        if let Some(last) = self.open.last_mut() {
            last.ends_term = true;
        }
        self.terms += 1;
    }

    /// The bytes of the map.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.close(0);
        let root = self.open.pop().map_or(0, |root| self.write(&root));
        for number in [self.terms, root] {
            self.bytes.extend_from_slice(&u64::from(number).to_le_bytes());
        }
        self.bytes
    }

    /// Writes the nodes below the first `depth` bytes of the last term.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth + 1
            && let Some(node) = self.open.pop()
        {
            let address = self.write(&node);
            self.edges.truncate(node.first_edge);
            if let Some(edge) = self.edges.last_mut() {
                edge.address = address;
            }
        }
    }

    /// Writes a node, and gives its address.
    fn write(&mut self, node: &Node) -> u32 {
        let at = self.bytes.len() as u32;
        let edges = &self.edges[node.first_edge..];
        match edges {
            [] => return 0,
            [edge] if !node.ends_term && edge.address + 1 == at => {
                self.bytes.extend_from_slice(&[edge.byte, NEXT]);
                return at + 1;
            }
            _ => {}
        }
        let back = |edge: &Edge| if edge.address == 0 { 0 } else { at - edge.address };
        let number = |edge: &Edge| edge.place - node.place;
        let back_bytes = width(edges.iter().map(back).max()).max(1);
        let number_bytes = width(edges.iter().map(number).max());
        let out = &mut self.bytes;
        if node.ends_term {
            put(out, 0, number_bytes);
        }
        edges.iter().rev().for_each(|edge| put(out, number(edge), number_bytes));
        edges.iter().rev().for_each(|edge| put(out, back(edge), back_bytes));
        out.extend(edges.iter().rev().map(|edge| edge.byte));
        out.push((back_bytes << 4 | number_bytes) as u8);
        // No byte of UTF-8 has all values: the count fits.
        let long = edges.len() > MAX_SHORT_COUNT;
        if long {
            out.push(edges.len() as u8);
        }
        let count = if long { 0 } else { edges.len() as u8 };
        out.push(if node.ends_term { count | ENDS_TERM } else { count });
        out.len() as u32 - 1
    }
}

/// The bytes that a number takes; 0 for 0.
fn width(number: Option<u32>) -> usize {
    4 - number.unwrap_or(0).leading_zeros() as usize / 8
}

fn put(out: &mut Vec<u8>, number: u32, bytes: usize) {
    out.extend_from_slice(&number.to_le_bytes()[..bytes]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use fst::{IntoStreamer, Streamer};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn map(terms: &[String]) -> fst::Map<Vec<u8>> {
        let mut writer = TrieWriter::new();
        let mut before = "";
        for term in terms {
            let shared = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
            writer.push(term.as_bytes(), shared);
            before = term;
        }
        fst::Map::new(writer.finish()).unwrap()
    }

    fn agrees_with_the_builder_of_fst(terms: &[String]) {
        let expected = fst::Map::from_iter(terms.iter().zip(0..)).unwrap();
        let map = map(terms);
        assert_eq!(map.len(), terms.len());
        let (mut ours, mut theirs) = (map.stream(), expected.stream());
        while let Some(entry) = theirs.next() {
            assert_eq!(ours.next(), Some(entry));
            assert_eq!(map.get(entry.0), Some(entry.1));
        }
        assert_eq!(ours.next(), None);
        let mut from = map.range().ge("検").into_stream();
        let first = terms.iter().position(|term| term.as_str() >= "検");
        assert_eq!(from.next().map(|(_, place)| place as usize), first);
        assert_eq!(map.get("検索検"), None);
    }

    proptest! {
        #[test]
        fn any_terms_are_found_as_in_a_map_of_fst(
            terms in prop::collection::btree_set("[a-c検索]{1,6}|\\PC{1,9}", 1..200)
        ) {
            agrees_with_the_builder_of_fst(&BTreeSet::into_iter(terms).collect::<Vec<_>>());
        }
    }

    #[test]
    fn wide_nodes_and_distant_ones_are_found() {
        let wide = (1..0x500u32).filter_map(char::from_u32);
        let distant = (0..90_000).map(|number| format!("検索{number:05}のつづき"));
        agrees_with_the_builder_of_fst(&wide.map(String::from).chain(distant).collect::<Vec<_>>());
    }
}
