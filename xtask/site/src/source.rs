//! From a folder of posts to pages, through the builder's own reading of it: the
//! pages stand at the addresses that the index will name.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::Offset;
use sakuin::markdown::{self, MarkKind, PrepareOptions, prepare};
use sakuin::render::{self, RenderOptions};
use sakuin_builder::source::{Body, Post, PostDate, SourceOptions, read_site};

use crate::page::{Day, Page};

/// The longest lead, in columns: a Latin letter takes one, a kanji two.
const LEAD_COLUMNS: usize = 200;

/// Every post and page below `content` that a generator would publish now.
pub(crate) fn read_pages(content: &Path) -> Result<Vec<Page>> {
    let options = SourceOptions { now: Timestamp::now().as_second(), ..SourceOptions::default() };
    let site = read_site(content, &options, &|_, _| {})?;
    Ok(site.posts.into_iter().map(page).collect())
}

fn page(post: Post) -> Page {
    let options = RenderOptions { base_url: &post.url, ..RenderOptions::default() };
    let (html, lead) = match &post.body {
        Body::Markdown { text, .. } => {
            let text = prepare(text, &PrepareOptions::default()).text;
            (render::html(&text, &options), lead(&text))
        }
        Body::Plain(text) => (String::new(), cut(on_one_line(text))),
    };
    Page {
        url: post.url,
        title: post.title,
        date: post.date.and_then(day),
        tags: post.tags,
        lang: post.lang,
        section: post.section,
        html,
        lead,
    }
}

/// The day on the writer's clock.
fn day(date: PostDate) -> Option<Day> {
    let offset = Offset::from_seconds(i32::from(date.offset_minutes) * 60).ok()?;
    let moment = Timestamp::from_second(date.unix_seconds).ok()?;
    Some(Day::new(offset.to_datetime(moment).date()))
}

/// The beginning of the text of `markdown`, without headings and code blocks.
fn lead(markdown: &str) -> String {
    let reading = markdown::read(markdown);
    let mut lead = String::new();
    for mark in &reading.marks {
        let in_line = mark.kind == MarkKind::Code && !mark.opens_block;
        if mark.kind != MarkKind::Prose && !in_line {
            continue;
        }
        if mark.opens_block && !lead.is_empty() {
            lead.push('\n');
        }
        lead.push_str(&markdown[mark.range.clone()]);
        // A character takes at most four bytes for its one or two columns.
        if lead.len() > 4 * LEAD_COLUMNS {
            break;
        }
    }
    cut(on_one_line(&lead))
}

/// Cuts what is longer than a lead may be.
fn cut(text: String) -> String {
    let mut columns = 0;
    let end = text.char_indices().find(|(_, c)| {
        columns += if c.is_ascii() { 1 } else { 2 };
        columns > LEAD_COLUMNS
    });
    match end {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

/// Joins lines as a page does: without a space between wide characters.
fn on_one_line(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let (Some(before), Some(after)) = (joined.chars().next_back(), line.chars().next())
            && !markdown::soft_break_vanishes(before, after)
        {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_the_prose_of_a_post_on_one_line() {
        let text = "## 見出し\n\n索引を引く。\n**すぐに**開く\nRust で\n\n```\ncode\n```\n";
        assert_eq!(lead(text), "索引を引く。すぐに開く Rust で");
    }

    #[test]
    fn a_long_lead_is_cut_between_characters() {
        let cut = lead(&"索".repeat(LEAD_COLUMNS));
        assert_eq!(cut, format!("{}…", "索".repeat(LEAD_COLUMNS / 2)));
    }
}
