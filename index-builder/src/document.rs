//! From a post as its site has it to a document as the index takes it.

use std::ops::Range;

use rayon::prelude::*;
use sakuin::format::posts::{Date, Post};
use sakuin::format::text::Piece;
use sakuin::markdown::{self, Mark, MarkKind, PrepareOptions, prepare_and_read};

use crate::highlight::Highlighter;
use crate::source::{self, Body, Warning};

/// A post, read and ready to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What a result shows.
    pub post: Post,
    /// Its text.
    pub text: Piece,
}

/// The most tags of a post that are kept.
const MAX_TAGS: usize = 64;

/// Makes documents of posts, in their order, and gathers what their writers may
/// want to know.
pub fn documents(
    posts: Vec<source::Post>,
    options: &PrepareOptions,
    highlighter: Option<&Highlighter>,
) -> (Vec<Document>, Vec<Warning>) {
    let document = |post| {
        let (post, body) = head(post);
        let (text, warnings) = document(&post.id, &body, options, highlighter);
        (Document { post, text }, warnings)
    };
    let made: Vec<(Document, Vec<Warning>)> = posts.into_par_iter().map(document).collect();
    let (documents, warnings): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    (documents, warnings.into_iter().flatten().collect())
}

/// What the index knows of a post besides its text, and its body.
pub fn head<B>(post: source::Post<B>) -> (Post, B) {
    let source::Post { id, url, title, date, mut tags, lang, section, line: _, body } = post;
    tags.truncate(MAX_TAGS);
    let date = date.map(|date| Date {
        // Dates before 1970 or after 2106 are shown as the nearest of these.
        unix_seconds: date.unix_seconds.clamp(0, i64::from(u32::MAX) - 1) as u32,
        zone_minutes: date.offset_minutes.clamp(-1440, 1440),
    });
    (Post { id, url, title, lang, section, date, tags }, body)
}

/// The text of the post `id`, and what its writer may want to know.
pub fn document(
    id: &str,
    body: &Body,
    options: &PrepareOptions,
    highlighter: Option<&Highlighter>,
) -> (Piece, Vec<Warning>) {
    let (mut text, warnings) = match body {
        Body::Markdown { text, first_line } => markdown(id, text, *first_line, options),
        Body::Plain(text) => (plain(text), Vec::new()),
    };
    if let (Body::Markdown { .. }, Some(highlighter)) = (body, highlighter) {
        text.runs = highlighter.runs(&text.text);
    }
    (text, warnings)
}

/// Plain text: each paragraph is a block, and a short line alone that does not
/// end as a sentence does is a heading of what follows.
fn plain(text: &str) -> Piece {
    let mut marks = Vec::new();
    let mut paragraph: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let blank = line.trim().is_empty();
        match &mut paragraph {
            Some(range) if !blank => range.end = end,
            _ => marks.extend(paragraph.take().map(|range| plain_mark(text, range))),
        }
        if paragraph.is_none() && !blank {
            paragraph = Some(at..end);
        }
        at = end;
    }
    marks.extend(paragraph.map(|range| plain_mark(text, range)));
    // Nothing follows the last one.
    if let Some(last) = marks.last_mut() {
        last.kind = MarkKind::Prose;
    }
    Piece { text: text.to_string(), marks, ..Piece::default() }
}

fn plain_mark(text: &str, range: Range<usize>) -> Mark {
    let paragraph = text[range.clone()].trim_end();
    let short = paragraph.len() <= MAX_HEADING_BYTES && !paragraph.contains(['\n', '。']);
    let goes_on = paragraph.ends_with(|c| ".!?,:;{}！？、：".contains(c));
    let kind = if short && !goes_on { MarkKind::Heading } else { MarkKind::Prose };
    Mark { kind, opens_block: true, range }
}

/// A longer line of plain text is no heading.
const MAX_HEADING_BYTES: usize = 90;

/// Markdown, without what its page does not show.
fn markdown(
    id: &str,
    source: &str,
    first_line: usize,
    options: &PrepareOptions,
) -> (Piece, Vec<Warning>) {
    let (prepared, reading) = prepare_and_read(source, options);
    let warning = |warning: markdown::Warning| Warning {
        path: id.to_string(),
        line: Some(first_line + warning.line - 1),
        message: warning.message,
    };
    let (marks, headings) = (reading.marks, reading.headings);
    let piece = Piece { text: prepared.text, marks, headings, ..Piece::default() };
    (piece, prepared.warnings.into_iter().map(warning).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_of_plain_text_are_blocks() {
        let piece = plain("一行目\n二行目\n\n\n次の段落");
        let blocks: Vec<String> = piece.blocks().into_iter().map(|block| block.text).collect();
        assert_eq!(blocks, ["一行目二行目", "次の段落"]);
    }

    #[test]
    fn a_short_line_alone_in_plain_text_is_a_heading_of_what_follows() {
        let piece = plain("push_back\n\n末尾に加える。\n\n例:\n\n一行目\n二行目\n\n関連項目");
        let kinds: Vec<MarkKind> = piece.marks.iter().map(|mark| mark.kind).collect();
        use MarkKind::{Heading, Prose};
        assert_eq!(kinds, [Heading, Prose, Prose, Prose, Prose]);
    }
}
