//! Addresses in running text, as GitHub and Hugo make them links.

use std::ops::Range;

/// The addresses in `text`, ascending, each with what to link to.
pub(super) fn addresses(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find([':', '@', 'w']) {
        let here = at + next;
        at = here + 1;
        let done = found.last().map_or(0, |(range, _)| range.end);
        let address = match text.as_bytes()[here] {
            b':' => web(text, here, done),
            b'w' => www(text, here),
            _ => email(text, here, done),
        };
        if let Some((range, to)) = address.filter(|(range, _)| range.start >= done) {
            at = range.end;
            found.push((range, to));
        }
    }
    found
}

/// `https://…`, with its colon at `colon`.
fn web(text: &str, colon: usize, done: usize) -> Option<(Range<usize>, String)> {
    let host = text[colon..].strip_prefix("://").map(|_| colon + 3)?;
    let before = text[done..colon].trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let start = done + before.len();
    let scheme = &text[start..colon];
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let end = end_of_address(text, host)?;
    Some((start..end, text[start..end].to_owned()))
}

/// `www.…`, starting at `start`.
fn www(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let starts_word = !text[..start]
        .ends_with(|c: char| c.is_ascii() && !c.is_ascii_whitespace() && !"*_~(".contains(c));
    if !starts_word || !text[start..].starts_with("www.") {
        return None;
    }
    let end = end_of_address(text, start)?;
    Some((start..end, ["http://", &text[start..end]].concat()))
}

/// `name@host.example`, with its sign at `sign`.
fn email(text: &str, sign: usize, done: usize) -> Option<(Range<usize>, String)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    // Looked for backwards, so no further than a name can be long.
    let name = text[done..sign].chars().rev().take(64).take_while(|&c| is_name(c)).count();
    let start = sign - name;
    let is_host = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let rest = &text[sign + 1..];
    let host = &rest[..rest.find(|c| !is_host(c)).unwrap_or(rest.len())];
    if host.ends_with(['-', '_']) {
        return None;
    }
    let host = host.trim_end_matches('.');
    let end = sign + 1 + host.len();
    let is_whole = name > 0 && host.contains('.') && !host.starts_with('.');
    is_whole.then(|| (start..end, ["mailto:", &text[start..end]].concat()))
}

/// Where the address ends whose host starts at `host`; `None` if the host isn't
/// one. Japanese text goes on right after an address, so that only ASCII counts.
fn end_of_address(text: &str, host: usize) -> Option<usize> {
    let rest = &text[host..];
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let name = &rest[..rest.find(|c| !is_host(c)).unwrap_or(rest.len())];
    let last_two = name.rsplit('.').take(2);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric())
        || last_two.clone().any(|part| part.contains('_'))
        || !name.contains('.') && name != "localhost"
    {
        return None;
    }
    let stops = |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '"' | '`' | '|' | '\\' | '^');
    let mut address = &rest[..rest.find(stops).unwrap_or(rest.len())];
    // Marks at the end belong to the sentence, as does a bracket that the
    // address didn't open, or an entity.
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    loop {
        if let Some(short) = address.strip_suffix(['?', '!', '.', ',', ':', '*', '_', '~', '\'']) {
            address = short;
        } else if let Some(short) = address.strip_suffix(')').filter(|_| closed > opened) {
            address = short;
            closed -= 1;
        } else if let Some(short) = address.strip_suffix(';') {
            let entity = short.rfind('&').filter(|&at| {
                at + 1 < short.len() && short[at + 1..].bytes().all(|b| b.is_ascii_alphanumeric())
            });
            address = entity.map_or(short, |at| &address[..at]);
        } else {
            break;
        }
    }
    Some(host + address.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, found) in [
            ("see https://a.jp/b_c?d=e&f=(g).", &["https://a.jp/b_c?d=e&f=(g)"][..]),
            ("(https://a.jp/b)", &["https://a.jp/b"]),
            ("詳しくはhttps://a.jp/bを見る", &["https://a.jp/b"]),
            ("http://a.jp、http://b.jp。", &["http://a.jp", "http://b.jp"]),
            ("www.a.jp/x, awww.b.jp", &["http://www.a.jp/x"]),
            ("a.b+c@d.jp. @e f@g", &["mailto:a.b+c@d.jp"]),
            ("ftp://a.jp javascript://a.jp http://a_b http://", &[]),
            ("xhttp://a.jp", &[]),
        ] {
            let addresses: Vec<_> = addresses(text).into_iter().map(|(_, to)| to).collect();
            assert_eq!(addresses, found, "{text}");
        }
    }
}
