//! Addresses in running text, as GitHub and Hugo make them links.

use std::ops::Range;

/// The addresses in `text`, ascending, each with what goes before it to link to
/// it.
pub(super) fn addresses(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let address = match byte {
            b':' => web(&bytes[done..], at - done),
            b'w' => www(&bytes[done..], at - done),
            b'@' => email(&bytes[done..], at - done),
            _ => None,
        };
        at += 1;
        if let Some((range, before)) = address {
            found.push((done + range.start..done + range.end, before));
            at = done + range.end;
            done = at;
        }
    }
    found
}

type Address = (Range<usize>, &'static str);

/// `https://…`, with its colon at `colon`.
fn web(text: &[u8], colon: usize) -> Option<Address> {
    let start = colon - run_before(&text[..colon], |byte| byte.is_ascii_alphabetic());
    let scheme = &text[start..colon];
    let is_web = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    if !is_web || !text[colon..].starts_with(b"://") {
        return None;
    }
    Some((start..end_of_address(text, colon + 3)?, ""))
}

/// `www.…`, starting at `start`.
fn www(text: &[u8], start: usize) -> Option<Address> {
    let before = start.checked_sub(1).map(|before| text[before]);
    let inside_word = |byte: u8| byte.is_ascii_graphic() && !b"*_~(".contains(&byte);
    if before.is_some_and(inside_word) || !text[start..].starts_with(b"www.") {
        return None;
    }
    Some((start..end_of_address(text, start)?, "http://"))
}

/// `name@host.example`, with its sign at `sign`.
fn email(text: &[u8], sign: usize) -> Option<Address> {
    // Looked for backwards, so no further than a name can be long.
    let before = &text[sign.saturating_sub(64)..sign];
    let name = run_before(before, |byte| is_host(byte) || byte == b'+');
    let mut end = sign + 1;
    end += text[end..].iter().take_while(|&&byte| is_host(byte)).count();
    if matches!(text[end - 1], b'-' | b'_') {
        return None;
    }
    end -= run_before(&text[..end], |byte| byte == b'.');
    let host = text.get(sign + 1..end)?;
    let is_whole = name > 0 && host.contains(&b'.') && !host.starts_with(b".");
    is_whole.then_some((sign - name..end, "mailto:"))
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// How many bytes at the end of `text` are of a kind.
fn run_before(text: &[u8], kind: fn(u8) -> bool) -> usize {
    text.iter().rev().take_while(|&&byte| kind(byte)).count()
}

/// Where the address ends whose host starts at `host`; `None` if the host isn't
/// one. Japanese text goes on right after an address, so that only ASCII counts.
fn end_of_address(text: &[u8], host: usize) -> Option<usize> {
    let rest = &text[host..];
    let name = &rest[..rest.iter().take_while(|&&byte| is_host(byte)).count()];
    let mut dots = 0;
    for byte in name.iter().rev() {
        dots += u32::from(*byte == b'.');
        // The last two parts of a name hold none.
        if *byte == b'_' && dots < 2 {
            return None;
        }
    }
    if !name.first()?.is_ascii_alphanumeric() || dots == 0 && name != b"localhost" {
        return None;
    }
    let goes_on = |byte: u8| byte.is_ascii_graphic() && !b"<\"`|\\^".contains(&byte);
    let mut len = rest.iter().take_while(|&&byte| goes_on(byte)).count();
    // Marks at the end belong to the sentence, as does a bracket that the
    // address didn't open, or an entity.
    let mut unopened = 0;
    for byte in &rest[..len] {
        unopened += i32::from(*byte == b')') - i32::from(*byte == b'(');
    }
    while let Some(last) = len.checked_sub(1) {
        match rest[last] {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' => {}
            b')' if unopened > 0 => unopened -= 1,
            b';' => {
                let name = run_before(&rest[..last], |byte| byte.is_ascii_alphanumeric());
                if name > 0 && rest[..last - name].ends_with(b"&") {
                    len = last - name;
                }
            }
            _ => break,
        }
        len -= 1;
    }
    Some(host + len)
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
            let addresses: Vec<_> = addresses(text)
                .into_iter()
                .map(|(range, before)| format!("{before}{}", &text[range]))
                .collect();
            assert_eq!(addresses, found, "{text}");
        }
    }
}
