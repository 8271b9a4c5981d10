//! Text blocks: the Markdown of posts, with marks on what of it is seen.
//!
//! A block holds one piece of text after another, to its end: either whole posts
//! or one piece of a post too long for a block. A piece:
//!
//! | field      | meaning                                                           |
//! |------------|-------------------------------------------------------------------|
//! | `related`  | a count, then for each post that is related to this one: how far after it that is among all posts, times 2, or before it, times 2 less 1 |
//! | `marks`    | a count, then for each: bytes since the one before, then its bytes times 8, plus 4 if it opens a block of the page, plus 0 prose, 1 heading, 2 code |
//! | `headings` | a count, then for each: marks since the one before, level, anchor |
//! | `text`     | the Markdown; among it, before code, a byte that says of what class it is: [`PLAIN`], or more by the class's number |

use crate::markdown::{Heading, Mark, MarkKind, Run};
use crate::text::line::push_joined;

use super::reader::{FormatError, Reader, put_string, put_varint};

/// From here on, code is plain. UTF-8 has neither this byte nor those above it,
/// which say of what class code is.
///
/// Beside its word a class costs next to nothing: deflate sees `function` come
/// with the same byte before it each time. Of four real sites the text grew by
/// 0.5 to 1.3 % this way, and by 1.2 to 4.7 % with lengths and classes apart.
const PLAIN: u8 = 0xf5;

/// A post's Markdown, or a piece of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// The Markdown.
    pub text: String,
    /// What of it the page shows, ascending.
    pub marks: Vec<Mark>,
    /// Its headings, ascending.
    pub headings: Vec<Heading>,
    /// What its code is made of, ascending; empty without highlighting.
    pub runs: Vec<Run>,
    /// Posts that are related to this one, the closest first, each by how far from
    /// it it stands among all posts.
    pub related: Vec<i32>,
}

/// A block of the page: a paragraph, a heading, an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// Whether it is prose, a heading or code.
    pub kind: MarkKind,
    /// Its text as the page shows it, lines joined.
    pub text: String,
    /// The heading it is, or stands under.
    pub heading: Option<&'a Heading>,
}

impl Piece {
    /// The blocks of the page, in order.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block<'_>> = Vec::new();
        let mut headings = self.headings.iter().peekable();
        let mut heading = None;
        for (index, mark) in self.marks.iter().enumerate() {
            heading = headings.next_if(|next| next.mark == index).or(heading);
            if mark.opens_block || blocks.is_empty() {
                blocks.push(Block { kind: mark.kind, text: String::new(), heading });
            }
            if let Some(block) = blocks.last_mut() {
                push_joined(&mut block.text, &self.text[mark.range.clone()]);
            }
        }
        for block in &mut blocks {
            block.text.truncate(block.text.trim_ascii_end().len());
        }
        blocks
    }
}

/// Appends one piece.
///
/// # Panics
///
/// When marks, headings or runs do not ascend or lie outside of the text.
pub fn encode(piece: &Piece, out: &mut Vec<u8>) {
    encode_related(&piece.related, out);
    put_varint(out, piece.marks.len() as u32);
    let mut at = 0;
    for mark in &piece.marks {
        assert!(at <= mark.range.start && mark.range.end <= piece.text.len());
        put_varint(out, (mark.range.start - at) as u32);
        let kind = match mark.kind {
            MarkKind::Prose => 0,
            MarkKind::Heading => 1,
            MarkKind::Code => 2,
        };
        put_varint(out, (mark.range.len() as u32) << 3 | u32::from(mark.opens_block) << 2 | kind);
        at = mark.range.end;
    }
    put_varint(out, piece.headings.len() as u32);
    let mut next = 0;
    for heading in &piece.headings {
        assert!(next <= heading.mark && heading.mark < piece.marks.len());
        put_varint(out, (heading.mark - next) as u32);
        out.push(heading.level);
        put_string(out, &heading.anchor);
        next = heading.mark + 1;
    }
    put_varint(out, (piece.text.len() + piece.runs.len()) as u32);
    let mut at = 0;
    for run in &piece.runs {
        out.extend_from_slice(&piece.text.as_bytes()[at..run.at_bytes()]);
        out.push(PLAIN + run.class().map_or(0, |class| class as u8 + 1));
        at = run.at_bytes();
    }
    out.extend_from_slice(&piece.text.as_bytes()[at..]);
}

/// Appends what a piece begins with.
pub fn encode_related(related: &[i32], out: &mut Vec<u8>) {
    put_varint(out, related.len() as u32);
    for &distance in related {
        put_varint(out, (distance << 1 ^ distance >> 31) as u32);
    }
}

/// Reads all pieces of a block, the reverse of [`encode`].
///
/// # Errors
///
/// When the bytes end early, or a mark or a heading lies outside of its text or
/// inside of a character.
pub fn decode(bytes: &[u8]) -> Result<Vec<Piece>, FormatError> {
    let mut reader = Reader::new("text", bytes);
    let mut pieces = Vec::new();
    while reader.left() > 0 {
        pieces.push(decode_piece(&mut reader)?);
    }
    reader.finish()?;
    Ok(pieces)
}

fn decode_piece(reader: &mut Reader<'_>) -> Result<Piece, FormatError> {
    let mut related = Vec::new();
    for _ in 0..reader.count(1) {
        let packed = reader.varint();
        related.push((packed >> 1) as i32 ^ -((packed & 1) as i32));
    }
    let count = reader.count(2);
    let mut marks = Vec::with_capacity(count);
    let mut at = 0usize;
    for _ in 0..count {
        let start = at.saturating_add(reader.varint() as usize);
        let packed = reader.varint();
        let kind = match packed & 3 {
            0 => MarkKind::Prose,
            1 => MarkKind::Heading,
            2 => MarkKind::Code,
            _ => return Err(reader.invalid("mark")),
        };
        at = start.saturating_add((packed >> 3) as usize);
        marks.push(Mark { kind, opens_block: packed & 4 != 0, range: start..at });
    }
    let mut headings = Vec::new();
    let mut next = 0usize;
    for _ in 0..reader.count(3) {
        let mark = next.saturating_add(reader.varint() as usize);
        let level = reader.byte();
        if mark >= marks.len() || !(1..=6).contains(&level) {
            return Err(reader.invalid("heading"));
        }
        headings.push(Heading { mark, level, anchor: reader.string().to_string() });
        next = mark + 1;
    }
    let (mut text, mut runs) = (Vec::new(), Vec::new());
    let count = reader.count(1);
    for &byte in reader.bytes(count) {
        match byte.checked_sub(PLAIN) {
            Some(class) => runs.push(Run::of_number((text.len() as u32) << 4 | u32::from(class))),
            None => text.push(byte),
        }
    }
    let Ok(text) = String::from_utf8(text) else { return Err(reader.invalid("UTF-8")) };
    let inside = |at: usize| text.is_char_boundary(at);
    if !marks.iter().all(|mark| inside(mark.range.start) && inside(mark.range.end)) {
        return Err(reader.invalid("mark"));
    }
    Ok(Piece { text, marks, headings, runs, related })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::CodeClass;

    fn example() -> (Piece, Vec<u8>) {
        let piece = Piece {
            text: "## 索引\n*Rust*で\n".to_string(),
            marks: vec![
                Mark { kind: MarkKind::Heading, opens_block: true, range: 3..9 },
                Mark { kind: MarkKind::Prose, opens_block: true, range: 11..15 },
                Mark { kind: MarkKind::Prose, opens_block: false, range: 16..19 },
            ],
            headings: vec![Heading { mark: 0, level: 2, anchor: "索引".to_string() }],
            runs: vec![Run::new(12, Some(CodeClass::Type)), Run::new(15, None)],
            related: vec![3, -1, -700],
        };
        let mut out = Vec::new();
        encode(&piece, &mut out);
        (piece, out)
    }

    #[test]
    fn pieces_come_back() {
        let (piece, bytes) = example();
        assert_eq!(decode(&[bytes.clone(), bytes].concat()).unwrap(), [piece.clone(), piece]);
    }

    #[test]
    fn every_truncation_is_refused_and_every_bit_flip_is_an_error_or_valid() {
        let (_, bytes) = example();
        for end in 1..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "{end} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            for piece in decode(&damaged).unwrap_or_default() {
                piece
                    .marks
                    .iter()
                    .for_each(|mark| assert!(piece.text.get(mark.range.clone()).is_some()));
            }
        }
    }
}
