//! Dates as people write them in front matter.

use jiff::civil;
use jiff::tz::{Offset, TimeZone};

/// A moment, and the offset from UTC that its writer's clock had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostDate {
    /// Seconds since 1970 began in UTC.
    pub unix_seconds: i64,
    /// Minutes that the clock was ahead of UTC.
    pub offset_minutes: i16,
}

/// How a site reads dates that name no offset.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    pub(super) zone: TimeZone,
    pub(super) timed: Timed,
}

/// What a time of day without an offset is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timed {
    /// The site's zone.
    Zone,
    /// UTC when it names seconds, which makes it a YAML timestamp to Jekyll;
    /// else the site's zone. All dates are then put on the site's clock.
    Jekyll,
}

impl Clock {
    /// The clock of a site that names no zone.
    pub(super) const UTC: Clock = Clock { zone: TimeZone::UTC, timed: Timed::Zone };

    /// UTC when no zone is named; none when there is no zone of that name.
    pub(super) fn named(zone: &str, timed: Timed) -> Option<Clock> {
        let zone = if zone.is_empty() { TimeZone::UTC } else { TimeZone::get(zone).ok()? };
        Some(Clock { zone, timed })
    }

    /// Reads `2020-07-04`, `2020-7-4 9:05`, `2012-08-23T02:40:00+09:00`,
    /// `2019/01/05 10:20:30 +0900`, an e-mail's date, or `January 2, 2006`.
    pub(super) fn read(&self, text: &str) -> Option<PostDate> {
        let written = numeric(text.trim()).or_else(|| worded(text.trim()))?;
        let utc_timestamp = self.timed == Timed::Jekyll && written.has_seconds;
        let zone = match written.offset {
            Some(offset) => TimeZone::fixed(offset),
            None if utc_timestamp => TimeZone::UTC,
            None => self.zone.clone(),
        };
        let moment = zone.to_ambiguous_zoned(written.civil).compatible().ok()?;
        let shown = match self.timed {
            Timed::Zone => moment,
            Timed::Jekyll => moment.with_time_zone(self.zone.clone()),
        };
        let offset_minutes = i16::try_from(shown.offset().seconds() / 60).ok()?;
        Some(PostDate { unix_seconds: shown.timestamp().as_second(), offset_minutes })
    }
}

impl PostDate {
    /// What the writer's clock and calendar showed.
    pub(super) fn civil(self) -> civil::DateTime {
        let seconds = self.unix_seconds + i64::from(self.offset_minutes) * 60;
        let shown = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        Offset::UTC.to_datetime(shown)
    }
}

struct Written {
    civil: civil::DateTime,
    offset: Option<Offset>,
    has_seconds: bool,
}

fn numeric(text: &str) -> Option<Written> {
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    if text.len() - rest.len() != 4 {
        return None;
    }
    let separator = one_of(&mut rest, &['-', '/', '.'])?;
    let month = number(&mut rest, 2)?;
    one_of(&mut rest, &[separator])?;
    let date = civil::Date::new(year, month as i8, number(&mut rest, 2)? as i8).ok()?;
    if rest.is_empty() {
        return Some(Written { civil: date.into(), offset: None, has_seconds: false });
    }
    one_of(&mut rest, &['T', 't', ' '])?;
    rest = rest.trim_start();
    let hour = number(&mut rest, 2)?;
    one_of(&mut rest, &[':'])?;
    let minute = number(&mut rest, 2)?;
    let has_seconds = one_of(&mut rest, &[':']).is_some();
    // A leap second is the last second of its minute to everybody else.
    let second = if has_seconds { number(&mut rest, 2)?.min(59) } else { 0 };
    if has_seconds && one_of(&mut rest, &['.', ',']).is_some() {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let offset = offset(rest.trim_start())?;
    let time = civil::Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
    Some(Written { civil: date.to_datetime(time), offset, has_seconds })
}

/// None when the text is no offset; no offset when it is empty.
fn offset(text: &str) -> Option<Option<Offset>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["z", "utc", "gmt", "+0000 utc"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some(Some(Offset::UTC));
    }
    let mut rest = text;
    let sign = if one_of(&mut rest, &['+', '-'])? == '-' { -1 } else { 1 };
    let hours = number(&mut rest, 2)?;
    one_of(&mut rest, &[':']);
    let minutes = if rest.is_empty() { 0 } else { number(&mut rest, 2)? };
    if !rest.is_empty() || minutes > 59 {
        return None;
    }
    Some(Some(Offset::from_seconds(sign * (i32::from(hours) * 60 + i32::from(minutes)) * 60).ok()?))
}

fn worded(text: &str) -> Option<Written> {
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        let offset = Some(zoned.offset());
        return Some(Written { civil: zoned.datetime(), offset, has_seconds: true });
    }
    let read = |form| civil::Date::strptime(form, text).ok();
    let date = ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"].into_iter().find_map(read)?;
    Some(Written { civil: date.into(), offset: None, has_seconds: false })
}

/// Takes 1 to `max_digits` digits off the front.
fn number(rest: &mut &str, max_digits: usize) -> Option<i16> {
    let digits = rest.bytes().take(max_digits).take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.parse().ok()
}

fn one_of(rest: &mut &str, chars: &[char]) -> Option<char> {
    let first = rest.chars().next().filter(|c| chars.contains(c))?;
    *rest = &rest[first.len_utf8()..];
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(zone: &str, timed: Timed, text: &str) -> Option<String> {
        let date = Clock::named(zone, timed).unwrap().read(text)?;
        Some(format!("{} {:+}", date.civil(), date.offset_minutes))
    }

    #[test]
    fn the_many_forms_are_read() {
        for (text, expected) in [
            ("2020-07-04T23:43", "2020-07-04T23:43:00 +540"),
            ("2020-07-04T9:05", "2020-07-04T09:05:00 +540"),
            ("2012-08-23T02:40:00+09:00", "2012-08-23T02:40:00 +540"),
            ("2019-01-05 10:20", "2019-01-05T10:20:00 +540"),
            ("2019-1-5", "2019-01-05T00:00:00 +540"),
            ("2019/01/05 10:20:30 -0330", "2019-01-05T10:20:30 -210"),
            ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59 +0"),
            ("Mon, 02 Jan 2006 15:04:05 -0700", "2006-01-02T15:04:05 -420"),
            ("January 2, 2006", "2006-01-02T00:00:00 +540"),
        ] {
            assert_eq!(shown("Asia/Tokyo", Timed::Zone, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in [
            "",
            "きのう",
            "2020-13-01",
            "2020-02-30",
            "20-01-01",
            "2020-01-01 25:00",
            "2020-01-01 10:20 JST",
            "2020-01-01x",
            "07/08/2020",
            "2020-01-01T00:00:00+99:00",
        ] {
            assert_eq!(shown("", Timed::Zone, text), None, "{text}");
        }
    }

    #[test]
    fn jekyll_takes_a_timestamp_without_an_offset_for_utc() {
        let jekyll = |text| shown("Asia/Tokyo", Timed::Jekyll, text).unwrap();
        assert_eq!(jekyll("2015-07-30 16:00:00"), "2015-07-31T01:00:00 +540");
        assert_eq!(jekyll("2015-07-30 16:00"), "2015-07-30T16:00:00 +540");
        assert_eq!(jekyll("2015-07-30 16:00:00 -0500"), "2015-07-31T06:00:00 +540");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused() {
        assert!(Clock::named("Asia/Edo", Timed::Zone).is_none());
    }
}
