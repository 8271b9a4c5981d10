//! Front matter: where it ends, and what it says.
//!
//! A file may begin with YAML between lines of `---` (Jekyll also ends it with
//! `...`), TOML between lines of `+++`, or a JSON object; blank lines may stand
//! before it. A file that begins with anything else has none.

use super::value::{Node, Syntax, Table, Value};
use super::{toml, yaml};

/// The longest front matter that is read. Real ones take a few kilobytes.
const MAX_BYTES: usize = 256 << 10;

/// A file cut in two.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// What the front matter says; an empty table when there is none.
    pub(super) meta: Node,
    pub(super) body: &'a str,
    /// The line of the file that `body` begins on, from 1.
    pub(super) body_line: usize,
}

/// Cuts `text`, whose line ends are `\n`, into front matter and body.
pub(super) fn split(text: &str) -> Result<Parts<'_>, Syntax> {
    let none = || Parts { meta: Node::default(), body: text, body_line: 1 };
    let start = text.trim_start_matches([' ', '\t', '\n']);
    let blank = &text[..text.len() - start.len()];
    // An indented `---` is text, or a list's end, never front matter.
    if !blank.is_empty() && !blank.ends_with('\n') {
        return Ok(none());
    }
    let line = 1 + count_lines(blank);
    let (first, rest) = start.split_once('\n').unwrap_or((start, ""));
    match first.trim_end() {
        "---" => fenced(rest, line, &["---", "..."], yaml::parse),
        "+++" => fenced(rest, line, &["+++"], toml::parse),
        _ if begins_json(start) => json(start, line),
        _ => Ok(none()),
    }
}

/// `rest` begins after the opening fence, which stands on `fence_line`.
fn fenced<'a>(
    rest: &'a str,
    fence_line: usize,
    fences: &[&str],
    parse: fn(&str, usize) -> Result<Node, Syntax>,
) -> Result<Parts<'a>, Syntax> {
    let mut at_bytes = 0;
    for (lines, line) in rest.split_inclusive('\n').enumerate() {
        if fences.contains(&line.trim_end()) {
            let meta = parse(&rest[..at_bytes], fence_line + 1).map_err(|err| Syntax {
                message: format!("front matter: {}", err.message),
                ..err
            })?;
            let body_line = fence_line + lines + 2;
            let body = &rest[at_bytes + line.len()..];
            return Ok(Parts { meta: as_table(meta, fence_line)?, body, body_line });
        }
        at_bytes += line.len();
        if at_bytes > MAX_BYTES {
            return Err(fault(fence_line, "longer than 256 KiB"));
        }
    }
    Err(fault(fence_line, &format!("no closing '{}'", fences[0])))
}

/// Whether `{` opens an object, and not a shortcode (`{{`) or a tag (`{%`).
fn begins_json(text: &str) -> bool {
    let inside = text.strip_prefix('{').map(str::trim_start);
    inside.is_some_and(|inside| inside.starts_with(['"', '}']))
}

fn json(text: &str, line: usize) -> Result<Parts<'_>, Syntax> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let value = match values.next() {
        Some(Ok(value)) => value,
        Some(Err(err)) if err.is_eof() => return Err(fault(line, "no closing '}'")),
        Some(Err(err)) => return Err(fault(line + err.line().saturating_sub(1), &err.to_string())),
        None => serde_json::Value::Null,
    };
    let end = values.byte_offset();
    if end > MAX_BYTES {
        return Err(fault(line, "longer than 256 KiB"));
    }
    let body = &text[end..];
    let body = body.strip_prefix('\n').unwrap_or(body);
    let body_line = line + count_lines(&text[..text.len() - body.len()]);
    Ok(Parts { meta: toml::from_json(value, line), body, body_line })
}

fn as_table(meta: Node, line: usize) -> Result<Node, Syntax> {
    match meta.value {
        Value::Table(_) => Ok(meta),
        Value::Null => Ok(Node { line, value: Value::Table(Table::new()) }),
        Value::Text(_) | Value::List(_) => Err(fault(meta.line, "not a table of keys and values")),
    }
}

fn fault(line: usize, message: &str) -> Syntax {
    Syntax { line, message: format!("front matter: {message}") }
}

fn count_lines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (usize, String) {
        let err = split(text).unwrap_err();
        (err.line, err.message)
    }

    #[test]
    fn three_languages_say_the_same() {
        for text in [
            "---\ntitle: 索引\n---\n本文\n",
            "+++\ntitle = '索引'\n+++\n本文\n",
            "{\"title\":\n\"索引\"}\n本文\n",
            "---\ntitle: 索引\n...\n本文\n",
        ] {
            let parts = split(text).unwrap();
            assert_eq!(parts.meta.text_at(&["title"]), "索引", "{text}");
            assert_eq!((parts.body, parts.body_line), ("本文\n", text.lines().count()), "{text}");
        }
    }

    #[test]
    fn other_beginnings_are_the_body() {
        for text in ["", "本文", "{{< figure >}}", "{% raw %}", "  ---\na: b\n---\n", "---- \n"] {
            let parts = split(text).unwrap();
            assert_eq!((parts.body, parts.body_line), (text, 1));
        }
    }

    #[test]
    fn an_unclosed_front_matter_names_its_first_line() {
        assert_eq!(refused("---\ntitle: a\n"), (1, "front matter: no closing '---'".into()));
        assert_eq!(refused("\n\n+++\n"), (3, "front matter: no closing '+++'".into()));
        assert_eq!(refused("{\"title\": "), (1, "front matter: no closing '}'".into()));
    }

    #[test]
    fn a_megabyte_of_front_matter_is_refused() {
        let filler = "k: v\n".repeat(1 << 18);
        assert_eq!(refused(&format!("---\n{filler}---\n")).1, "front matter: longer than 256 KiB");
        assert_eq!(refused(&format!("---\n{filler}")).1, "front matter: longer than 256 KiB");
    }

    #[test]
    fn a_list_is_not_front_matter() {
        assert_eq!(
            refused("---\n- a\n---\n"),
            (2, "front matter: not a table of keys and values".into())
        );
    }
}
