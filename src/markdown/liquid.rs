//! Jekyll's Liquid tags, run before Markdown as far as a post alone tells.

use std::ops::Range;

use super::expand::{Lines, code_ranges, longest_run};
use super::prepare::Warning;

/// Replaces the Liquid of `source`: `highlight` becomes a code fence, `raw`
/// keeps its content as it is, `comment` goes with its content. A text in
/// quotes stands for itself, whatever its filters; the values of variables
/// aren't known, so that they and other tags go. In code only `raw` counts.
pub(super) fn run(source: &str, warnings: &mut Vec<Warning>) -> String {
    let code = if source.contains("{%") || source.contains("{{") {
        code_ranges(source)
    } else {
        return source.to_owned();
    };
    let mut lines = Lines { source, at: 0, line: 1 };
    let mut out = String::new();
    let mut at = 0;
    let mut code_at = 0;
    for (range, tag) in scan(source) {
        if range.start < at {
            continue;
        }
        while code.get(code_at).is_some_and(|code| code.end <= range.start) {
            code_at += 1;
        }
        let is_code = code.get(code_at).is_some_and(|code| code.start <= range.start);
        let (name, arguments) = match &tag {
            Liquid::Tag(words) => words.split_once(char::is_whitespace).unwrap_or((words, "")),
            Liquid::Value(_) => ("", ""),
        };
        if is_code && name != "raw" {
            continue;
        }
        out.push_str(&source[at..range.start]);
        at = range.end;
        match (&tag, name) {
            (Liquid::Value(value), _) => out.push_str(quoted(value).unwrap_or_default()),
            (_, "raw") => {
                let (content, end) = content(source, range.end, "endraw");
                out.push_str(&source[content]);
                at = end;
            }
            (_, "comment") => at = content(source, range.end, "endcomment").1,
            (_, "highlight") => {
                let (content, end) = content(source, range.end, "endhighlight");
                let code = source[content].trim_matches('\n');
                let ticks = "`".repeat(longest_run(code, '`').max(2) + 1);
                let language = arguments.split_whitespace().next().unwrap_or_default();
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                out.push_str(&format!("{ticks}{language}\n{code}\n{ticks}"));
                at = end;
                if !source[at..].starts_with('\n') {
                    out.push('\n');
                }
            }
            (_, "post_url") => out.push_str(&post_url(arguments)),
            (_, "link") => out.push_str(&format!("/{}", arguments.trim().trim_start_matches('/'))),
            (_, name) => {
                if !name.starts_with("end") && !["assign", "capture", "toc"].contains(&name) {
                    let message = format!("unknown Liquid tag '{name}' dropped");
                    warnings.push(Warning { line: lines.line_of(range.start), message });
                }
            }
        }
    }
    out.push_str(&source[at..]);
    out
}

enum Liquid<'a> {
    /// What stands in `{% … %}`.
    Tag(&'a str),
    /// What stands in `{{ … }}`.
    Value(&'a str),
}

/// All tags and values. Takes time linear in the length of `source`.
fn scan(source: &str) -> Vec<(Range<usize>, Liquid<'_>)> {
    let mut found = Vec::new();
    let mut at = 0;
    let (mut no_tag, mut no_value) = (false, false);
    while let Some(start) = source[at..].find('{').map(|next| at + next) {
        at = start + 1;
        let inner = start + 2;
        let (end, is_tag) = match source.as_bytes().get(start + 1) {
            Some(b'%') if !no_tag => ("%}", true),
            Some(b'{') if !no_value => ("}}", false),
            _ => continue,
        };
        let Some(len) = source[inner..].find(end) else {
            *(if is_tag { &mut no_tag } else { &mut no_value }) = true;
            continue;
        };
        at = inner + len + 2;
        let words = source[inner..inner + len].trim_matches('-').trim();
        let liquid = if is_tag { Liquid::Tag(words) } else { Liquid::Value(words) };
        found.push((start..at, liquid));
    }
    found
}

/// The content of a tag that ends before `at`, up to the tag `end`, and where
/// that ends. Without an end, the content is all that follows.
fn content(source: &str, at: usize, end: &str) -> (Range<usize>, usize) {
    let mut from = at;
    while let Some(start) = source[from..].find("{%").map(|next| from + next) {
        from = start + 2;
        let words = source[from..].trim_start_matches('-').trim_start();
        if words.starts_with(end) {
            let close = source[from..].find("%}").map_or(source.len(), |len| from + len + 2);
            return (at..start, close);
        }
    }
    (at..source.len(), source.len())
}

/// The text in quotes that `value` starts with.
fn quoted(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// The address of a post by Jekyll's default rules: `2020-01-02-a` is at
/// `/2020/01/02/a.html`.
fn post_url(arguments: &str) -> String {
    format!("/{}.html", arguments.trim().trim_start_matches('/').replacen('-', "/", 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_markdown() {
        for (source, text) in [
            ("a\n{% highlight ruby %}\nb\n{% endhighlight %}\nc", "a\n```ruby\nb\n```\nc"),
            ("{% raw %}{{ a }}{% endraw %} {{ b }}c", "{{ a }} c"),
            ("{%- comment -%}秘{% endcomment %}a", "a"),
            ("[a]({{ '/b' | relative_url }})", "[a](/b)"),
            ("[a]({% post_url 2020-01-02-b-c %})", "[a](/2020/01/02/b-c.html)"),
            ("`{{ a }}` {% raw %}`{{ b }}`{% endraw %}", "`{{ a }}` `{{ b }}`"),
            ("a {% if b %}c{% endif %} d", "a c d"),
            ("a {% b", "a {% b"),
        ] {
            assert_eq!(run(source, &mut Vec::new()), text, "{source}");
        }
    }

    #[test]
    fn unknown_tags_warn_with_their_line() {
        let mut warnings = Vec::new();
        run("a\n{% include b.html %}\n", &mut warnings);
        let message = "unknown Liquid tag 'include' dropped".to_owned();
        assert_eq!(warnings, [Warning { line: 2, message }]);
    }
}
