//! Posts: what a result shows, and the hashes of their text blocks.
//!
//! One shard holds the posts of a run of text blocks:
//!
//! | field    | meaning                                                              |
//! |----------|----------------------------------------------------------------------|
//! | `hashes` | for each block: the first 16 bytes of the SHA-256 of its file        |
//! | a post   | `id`, `url`, `title`, `lang`, `section`: strings; `date`: seconds since 1970 plus 1, or 0; `zone`: minutes east of UTC plus 1440, if there is a date; `tags`: a count, then strings |

use super::Hash;
use super::reader::{FormatError, Reader, put_string, put_varint};

/// What the index knows of a post besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Post {
    /// Its name, stable over builds: for Markdown the path below the content.
    pub id: String,
    /// Its address, from the root of the site or whole.
    pub url: String,
    /// Its title, plain text.
    pub title: String,
    /// Its language, as in `lang="ja"`; empty when unknown.
    pub lang: String,
    /// The first folder of its path; empty at the top.
    pub section: String,
    /// When it was published.
    pub date: Option<Date>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// A moment, with the time zone that its author wrote it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Seconds since 1970-01-01T00:00:00Z, below `u32::MAX`: until 2106.
    pub unix_seconds: u32,
    /// Minutes east of UTC, from -1440 to 1440.
    pub zone_minutes: i16,
}

impl Date {
    /// The day in the author's time zone, as in `2024-02-29`.
    pub fn day(self) -> String {
        // Days to a civil date: H. Hinnant, "chrono-Compatible Low-Level Date
        // Algorithms", `civil_from_days`.
        let seconds = i64::from(self.unix_seconds) + i64::from(self.zone_minutes) * 60;
        let days = seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        let mut text = String::with_capacity(10);
        for (number, least) in [(year, 1000), (month, 10), (day, 10)] {
            if !text.is_empty() {
                text.push('-');
            }
            push_number(&mut text, number, least);
        }
        text
    }
}

/// Appends the digits of `number`, from that of `place` (1000, 100, 10 or 1) on.
/// `format!` does it as well, and weighs kilobytes.
fn push_number(text: &mut String, number: i64, mut place: i64) {
    while place > 0 {
        text.push((b'0' + (number / place % 10) as u8) as char);
        place /= 10;
    }
}

/// Appends a shard.
pub fn encode(hashes: &[Hash], posts: &[Post], out: &mut Vec<u8>) {
    hashes.iter().for_each(|hash| out.extend_from_slice(hash));
    for post in posts {
        for text in [&post.id, &post.url, &post.title, &post.lang, &post.section] {
            put_string(out, text);
        }
        put_varint(out, post.date.map_or(0, |date| date.unix_seconds + 1));
        if let Some(date) = post.date {
            put_varint(out, (date.zone_minutes + ZONE_BIAS) as u32);
        }
        put_varint(out, post.tags.len() as u32);
        post.tags.iter().for_each(|tag| put_string(out, tag));
    }
}

const ZONE_BIAS: i16 = 1440;

/// The posts of a shard and the hashes of its blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posts {
    /// One for each block.
    pub hashes: Vec<Hash>,
    /// The posts, in the index's order.
    pub posts: Vec<Post>,
}

/// Reads a shard of `posts` posts in `blocks` blocks, the reverse of [`encode`].
///
/// # Errors
///
/// When the bytes end early or go on, or hold what no post can have.
pub fn decode(bytes: &[u8], blocks: u32, posts: u32) -> Result<Posts, FormatError> {
    let mut reader = Reader::new("posts", bytes);
    let mut shard = Posts { hashes: Vec::new(), posts: Vec::new() };
    for _ in 0..blocks {
        shard.hashes.push(reader.array());
        reader.check()?;
    }
    for _ in 0..posts {
        let [id, url, title, lang, section] = std::array::from_fn(|_| reader.string().to_string());
        let date = match reader.varint() {
            0 => None,
            seconds => match reader.varint() {
                zone @ 0..=2880 => {
                    Some(Date { unix_seconds: seconds - 1, zone_minutes: zone as i16 - ZONE_BIAS })
                }
                _ => return Err(reader.invalid("time zone")),
            },
        };
        let tags = reader.strings();
        reader.check()?;
        shard.posts.push(Post { id, url, title, lang, section, date, tags });
    }
    reader.finish()?;
    Ok(shard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_come_back_and_damage_is_seen() {
        let post = Post {
            id: "posts/索引.md".to_string(),
            url: "/posts/索引/".to_string(),
            title: "索引のつくり".to_string(),
            lang: "ja".to_string(),
            date: Some(Date { unix_seconds: 1_345_657_200, zone_minutes: 540 }),
            tags: vec!["検索".to_string(), "Rust".to_string()],
            ..Post::default()
        };
        let posts = vec![post, Post::default()];
        let mut bytes = Vec::new();
        encode(&[[7; 16]], &posts, &mut bytes);
        assert_eq!(decode(&bytes, 1, 2), Ok(Posts { hashes: vec![[7; 16]], posts }));
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end], 1, 2).is_err(), "{end} bytes");
        }
        assert!(decode(&bytes, 1, 1).is_err());
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let day = |unix_seconds, zone_minutes| Date { unix_seconds, zone_minutes }.day();
        assert_eq!(day(0, 0), "1970-01-01");
        assert_eq!(day(0, -1), "1969-12-31");
        assert_eq!(day(951_782_399, 0), "2000-02-28");
        assert_eq!(day(951_782_400, 0), "2000-02-29");
        assert_eq!(day(1_345_657_200, 540), "2012-08-23");
        assert_eq!(day(u32::MAX - 1, 0), "2106-02-07");
    }
}
