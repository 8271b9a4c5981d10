//! From a folder of posts to pages, through the builder's own reading of it: the
//! pages stand at the addresses that the index will name.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::Offset;
use sakuin::markdown::{self, MarkKind};
use sakuin::render::{self, RenderOptions};
use sakuin_builder::source::{Body, Post, PostDate, SourceOptions, read_site};

use crate::page::{Day, Page};

/// The longest lead, in characters.
const LEAD_CHARS: usize = 120;

/// Every post and page below `content` that a generator would publish now.
pub(crate) fn read_pages(content: &Path) -> Result<Vec<Page>> {
    let options = SourceOptions { now: Timestamp::now().as_second(), ..SourceOptions::default() };
    let site = read_site(content, &options, &|_, _| {})?;
    Ok(site.posts.into_iter().map(page).collect())
}

fn page(post: Post) -> Page {
    let options = RenderOptions { base_url: &post.url, ..RenderOptions::default() };
    let (html, lead) = match &post.body {
        Body::Markdown { text, .. } => (render::html(text, &options), lead(text)),
        Body::Plain(text) => (String::new(), text.chars().take(LEAD_CHARS).collect()),
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

/// The beginning of the text of `markdown`, without headings and code.
fn lead(markdown: &str) -> String {
    let reading = markdown::read(markdown);
    let mut lead = String::new();
    for mark in reading.marks.iter().filter(|mark| mark.kind == MarkKind::Prose) {
        if mark.opens_block && !lead.is_empty() {
            lead.push(' ');
        }
        lead.push_str(&markdown[mark.range.clone()]);
        if lead.chars().count() > LEAD_CHARS {
            break;
        }
    }
    match lead.char_indices().nth(LEAD_CHARS) {
        Some((end, _)) => format!("{}…", lead[..end].trim_end()),
        None => lead,
    }
}
