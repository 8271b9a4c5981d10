//! Snippets: the part of a post that shows the query best.

use crate::format::text::Block;
use crate::markdown::MarkKind;
use crate::text::Normaliser;
use crate::text::fold::Folded;
use crate::text::line::is_wide;
use crate::text::script::script;

use super::Section;
use super::folded::FoldedPiece;
use super::order::sort_by_key;
use super::query::Needle;

/// A stretch of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// Whether it is what the query asks for.
    pub matched: bool,
}

/// What the text of a hit shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snippet {
    /// The best part of the whole text.
    pub parts: Vec<Part>,
    /// The best part of each of the best sections.
    pub sections: Vec<Section>,
}

/// The width of a snippet: a wide character counts 2, any other 1.
const WIDTH: usize = 180;
/// How much of that may stand before the first match.
const LEAD_WIDTH: usize = 40;
/// The most sections of a hit.
const MAX_SECTIONS: usize = 3;
/// The most matches that are looked at in a post.
const MAX_MATCHES: usize = 2000;

/// A match: its bytes in the block's text, and the slot it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    start: usize,
    end: usize,
    slot: usize,
}

/// A window of a block, and how good it is.
struct Window {
    block: usize,
    start: usize,
    end: usize,
    slots: u32,
    kind_rank: u8,
    matches: usize,
}

/// Finds the best parts of a post's text for `needles`.
pub(super) fn snippet(
    pieces: &[&FoldedPiece],
    needles: &[Needle],
    normalise: Normaliser,
) -> Snippet {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut folded = Vec::new();
    for piece in pieces {
        blocks.append(&mut piece.piece.blocks());
        folded.extend(piece.folded(normalise));
    }
    let mut left = MAX_MATCHES;
    let mut matches: Vec<Vec<Match>> = Vec::new();
    let mut windows: Vec<Window> = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let found = matches_in(folded[index], needles, left);
        left -= found.len();
        windows.extend(best_window(block, &found, index));
        matches.push(found);
    }
    // Blocks ascend: of windows as good the first comes first.
    sort_by_key(&mut windows, |window| {
        let rank = u64::from(!window.slots) << 32 | u64::from(window.kind_rank) << 16;
        rank | (MAX_MATCHES - window.matches) as u64
    });
    let cut = |window: &Window| {
        parts(&blocks[window.block].text, &matches[window.block], window.start, window.end)
    };
    let parts =
        match windows.iter().find(|window| window.kind_rank < HEADING_RANK).or(windows.first()) {
            Some(window) => cut(window),
            None => lead(&blocks),
        };
    let mut sections: Vec<Section> = Vec::new();
    for window in &windows {
        let Some(heading) = blocks[window.block].heading else { continue };
        if sections.len() == MAX_SECTIONS {
            break;
        }
        if sections.iter().all(|section| section.anchor != heading.anchor) {
            let title =
                blocks.iter().find(|b| b.kind == MarkKind::Heading && b.heading == Some(heading));
            sections.push(Section {
                heading: title.map(|block| block.text.clone()).unwrap_or_default(),
                anchor: heading.anchor.clone(),
                snippet: cut(window),
            });
        }
    }
    Snippet { parts, sections }
}

/// Whether the text of a post holds `phrase`, folded, in one block.
pub(super) fn holds(pieces: &[&FoldedPiece], phrase: &str, normalise: Normaliser) -> bool {
    let holds = |block: &Folded| find(&block.text, phrase, 0).is_some();
    pieces.iter().any(|piece| piece.folded(normalise).iter().any(holds))
}

const HEADING_RANK: u8 = 2;

/// Every place in `folded` where a needle stands, at most `most`, in order. A
/// Latin needle stands at the start of a word, and takes the rest of it.
fn matches_in(folded: &Folded, needles: &[Needle], most: usize) -> Vec<Match> {
    let text = folded.text.as_str();
    let mut found: Vec<Match> = Vec::new();
    for needle in needles.iter().filter(|needle| !needle.text.is_empty()) {
        let latin = needle.text.chars().next().is_some_and(|c| script(c).is_word());
        let mut from = 0;
        let mut left = most;
        while let Some(at) = find(text, &needle.text, from)
            && left > 0
        {
            left -= 1;
            let mut end = at + needle.text.len();
            from = end;
            if latin {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| script(c).is_word()) {
                    continue;
                }
                let rest = &text[end..];
                end += rest.find(|c| !script(c).is_word()).unwrap_or(rest.len());
            }
            let original = folded.original(at..end);
            found.push(Match { start: original.start, end: original.end, slot: needle.slot });
        }
    }
    // The longest first where several start; needles ascend by slot.
    sort_by_key(&mut found, |found| (found.start as u64) << 32 | u64::from(!(found.end as u32)));
    found.dedup_by(|a, b| a.start == b.start && a.slot == b.slot);
    found.truncate(most);
    found
}

/// Where `needle` next stands in `text`, from `from` on.
/// `str::find` may be faster on text made to be slow, and weighs two kilobytes.
pub(super) fn find(text: &str, needle: &str, from: usize) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    // Japanese letters begin with the same few bytes; their last differ.
    let telling = needle.len().checked_sub(1)?.min(2);
    let mut at = from;
    loop {
        let rest = text.get(at + telling..)?;
        at += rest.iter().position(|byte| *byte == needle[telling])?;
        if text[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// The window of a block that holds most of the query.
fn best_window(block: &Block<'_>, found: &[Match], index: usize) -> Option<Window> {
    let mut best: Option<Window> = None;
    for (first, start) in found.iter().enumerate() {
        let end = advance(&block.text, start.start, WIDTH - LEAD_WIDTH);
        let inside = found[first..].iter().take_while(|found| found.end <= end);
        let (mut slots, mut matches) = (0u64, 0);
        for found in inside {
            slots |= 1 << found.slot.min(63);
            matches += 1;
        }
        let slots = slots.count_ones();
        if best.as_ref().is_none_or(|best| (best.slots, best.matches) < (slots, matches)) {
            let kind_rank = match block.kind {
                MarkKind::Prose => 0,
                MarkKind::Code => 1,
                MarkKind::Heading => HEADING_RANK,
            };
            let (start, end) = around(&block.text, start.start);
            best = Some(Window { block: index, start, end, slots, kind_rank, matches });
        }
    }
    best
}

/// The window to show for a match at `at`: from the start of its sentence if
/// that is near.
fn around(text: &str, at: usize) -> (usize, usize) {
    let reach = retreat(text, at, LEAD_WIDTH);
    let near = &text[reach..at];
    let ends_sentence = |c| matches!(c, '。' | '．' | '！' | '？' | '!' | '?');
    let full_stop = || near.as_bytes().windows(2).rposition(|pair| pair == b". ");
    let sentence = near.rfind(ends_sentence).or_else(full_stop);
    let start = match sentence {
        Some(end) => {
            let end = reach + end;
            end + text[end..].chars().next().map_or(0, char::len_utf8)
        }
        None => reach,
    };
    let start = start + (text[start..at].len() - text[start..at].trim_ascii_start().len());
    (start, advance(text, start, WIDTH))
}

/// The byte at most `width` after `at`, before a whole character.
fn advance(text: &str, at: usize, width: usize) -> usize {
    let mut left = width;
    for (offset, c) in text[at..].char_indices() {
        let wide = 1 + usize::from(is_wide(c));
        if left < wide && !continues(c) {
            return at + offset;
        }
        left = left.saturating_sub(wide);
    }
    text.len()
}

/// The byte at most `width` before `at`, before a whole character; at the start
/// of a word where words have spaces.
fn retreat(text: &str, at: usize, width: usize) -> usize {
    let mut left = width;
    let mut reached = at;
    for (offset, c) in text[..at].char_indices().rev() {
        let wide = 1 + usize::from(is_wide(c));
        if left < wide {
            let near = &text[reached..at];
            let word = text[..reached].chars().next_back().is_some_and(|c| script(c).is_word());
            let skip = if word {
                near.bytes().position(|byte| byte == b' ').map_or(0, |space| space + 1)
            } else {
                0
            };
            return reached + skip;
        }
        left -= wide;
        if !continues(c) {
            reached = offset;
        }
    }
    0
}

/// Whether a character belongs to the one before it.
fn continues(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{20d0}'..='\u{20ff}' | 'ﾞ' | 'ﾟ')
}

/// Cuts a window into matched and other text, with … where it goes on.
fn parts(text: &str, found: &[Match], start: usize, end: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut push = |text: &str, matched: bool| match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.matched == matched => last.text.push_str(text),
        _ => parts.push(Part { text: text.to_string(), matched }),
    };
    if start > 0 {
        push("…", false);
    }
    let mut at = start;
    for found in found.iter().filter(|found| found.end <= end) {
        if found.end <= at {
            continue;
        }
        let from = found.start.max(at);
        push(&text[at..from], false);
        push(&text[from..found.end], true);
        at = found.end;
    }
    push(&text[at..end], false);
    if end < text.len() {
        push("…", false);
    }
    parts
}

/// The start of the text, for a post found by its title alone.
fn lead(blocks: &[Block<'_>]) -> Vec<Part> {
    let block = blocks.iter().find(|block| block.kind == MarkKind::Prose).or(blocks.first());
    block.map_or(Vec::new(), |block| parts(&block.text, &[], 0, advance(&block.text, 0, WIDTH)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::text::Piece;
    use crate::markdown::Mark;
    use crate::text::fold::native_normaliser;

    fn shown(text: &str, needles: &[&str]) -> String {
        let mark = Mark { kind: MarkKind::Prose, opens_block: true, range: 0..text.len() };
        let piece = Piece { text: text.to_string(), marks: vec![mark], ..Piece::default() };
        let needle = |(slot, text): (usize, &&str)| Needle { text: text.to_string(), slot };
        let needles: Vec<Needle> = needles.iter().enumerate().map(needle).collect();
        let show = |part: Part| if part.matched { format!("[{}]", part.text) } else { part.text };
        snippet(&[&FoldedPiece::new(piece)], &needles, native_normaliser)
            .parts
            .into_iter()
            .map(show)
            .collect()
    }

    #[test]
    fn matches_are_marked_where_they_stand_in_the_original() {
        assert_eq!(shown("㍿の全文ｹﾝｻｸ", &["株式", "ケンサク"]), "[㍿]の全文[ｹﾝｻｸ]");
        assert_eq!(shown("Searching a research", &["search"]), "[Searching] a research");
        assert_eq!(shown("全文\n検索を使う", &["全文", "検索"]), "[全文検索]を使う");
    }

    #[test]
    fn the_window_holds_most_of_the_query_and_starts_at_a_sentence() {
        let text = "検索の話。".to_string()
            + &"ほかの話がつづく。".repeat(30)
            + "ここで全文検索が出る。"
            + &"あと。".repeat(90);
        let shown = shown(&text, &["全文", "検索"]);
        assert!(shown.starts_with("…ここで[全文検索]が出る。"), "{shown}");
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn graphemes_are_not_cut() {
        let text = "が\u{3099}".repeat(200);
        assert!(!shown(&text, &["x"]).trim_end_matches('…').ends_with("か"));
    }
}
