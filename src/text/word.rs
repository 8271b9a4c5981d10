//! Runs: stretches of folded text that are cut into terms the same way.
//!
//! A Japanese run goes to a lattice: the dictionary's in the builder, the
//! lexicon's in the browser. A word run is a word written between spaces, or an
//! identifier made of several: `getUserMedia`, `std::vector`, `v8.1`, `C++`.
//! Its parts are terms, and so is the whole.

use std::ops::Range;

use super::fold::Folded;
use super::script::{Script, script};

/// The longest term, in bytes. Longer words are cut at a character.
pub const MAX_TERM_BYTES: usize = 64;

/// A stretch of folded text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Where it stands in the folded text.
    pub range: Range<usize>,
    /// Whether nothing stands between this run and the one before.
    pub joined: bool,
    /// The parts of a word run, ascending; none for a Japanese run.
    pub parts: Vec<Range<usize>>,
}

impl Run {
    /// Whether this is a run of kanji and kana.
    pub fn is_japanese(&self) -> bool {
        self.parts.is_empty()
    }

    /// The whole of a word run, where it is more than its one part.
    pub fn whole(&self) -> Option<Range<usize>> {
        let more = !self.is_japanese() && self.parts[0] != self.range;
        (more && self.range.len() <= MAX_TERM_BYTES).then(|| self.range.clone())
    }
}

/// Cuts folded text into runs. What is between them (space, punctuation,
/// symbols) is in no run.
///
/// ```
/// use sakuin::text::{fold, fold::native_normaliser, runs};
/// let folded = fold("getUserMediaの使い方 (C++)", native_normaliser);
/// let runs = runs(&folded);
/// let text = |range: &std::ops::Range<usize>| &folded.text[range.clone()];
/// assert_eq!(text(&runs[0].range), "getusermedia");
/// assert_eq!(runs[0].parts.iter().map(text).collect::<Vec<_>>(), ["get", "user", "media"]);
/// assert_eq!(text(&runs[1].range), "の使い方");
/// assert!(runs[1].joined && !runs[2].joined);
/// assert_eq!(text(&runs[2].range), "c++");
/// ```
pub fn runs(folded: &Folded) -> Vec<Run> {
    let text = folded.text.as_str();
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let class = script(first);
        let joined = runs.last().is_some_and(|last| last.range.end == at);
        if class.is_japanese() {
            let end = run_end(text, at, Script::is_japanese);
            runs.push(Run { range: at..end, joined, parts: Vec::new() });
            at = end;
        } else if class.is_word() {
            let run = word_run(folded, at, joined);
            at = run.range.end.max(run.parts.last().map_or(0, |part| part.end));
            at = skip_clitic(text, at);
            runs.push(run);
        } else {
            at += first.len_utf8();
        }
    }
    runs
}

/// The run that starts with the word at `at`.
fn word_run(folded: &Folded, at: usize, joined: bool) -> Run {
    let text = folded.text.as_str();
    let mut parts = Vec::new();
    let mut start = at;
    let mut end = run_end(text, start, Script::is_word);
    push_parts(folded, start..end, &mut parts);
    while let Some(joiner_bytes) = joiner(&text[end..]) {
        start = end + joiner_bytes;
        end = run_end(text, start, Script::is_word);
        push_parts(folded, start..end, &mut parts);
    }
    let mut range = at..end;
    // C++, C# and F# keep their signs; .NET its dot, --flag its dashes.
    if text[end..].starts_with("++") {
        range.end += 2;
    } else if text[end..].starts_with('#') && parts.len() == 1 && end - at <= 2 {
        range.end += 1;
    }
    for lead in ["--", "."] {
        let before = text[..at].strip_suffix(lead);
        let begins =
            |before: &str| before.bytes().next_back().is_none_or(|b| b.is_ascii_whitespace());
        if before.is_some_and(begins) {
            range.start -= lead.len();
            break;
        }
    }
    Run { range, joined, parts }
}

/// The bytes of a sign that joins two words into one identifier, at the start
/// of `rest`, when a word follows.
fn joiner(rest: &str) -> Option<usize> {
    let bytes = match rest.as_bytes() {
        [b':', b':', ..] => 2,
        [b'.' | b'_' | b'-' | b'+' | b'\'', ..] => 1,
        _ if rest.starts_with('’') => '’'.len_utf8(),
        _ => return None,
    };
    let follows = rest[bytes..].chars().next().is_some_and(|c| script(c).is_word());
    let apostrophe = matches!(rest.as_bytes()[0], b'\'' | 0xe2);
    (follows && !(apostrophe && clitic_bytes(rest).is_some())).then_some(bytes)
}

/// The bytes of an English clitic ('s, n't's t, 're, 'll) at the start of
/// `rest`: it is no word of its own, and is left out.
fn clitic_bytes(rest: &str) -> Option<usize> {
    let mark = ['\'', '’'].into_iter().find(|&mark| rest.starts_with(mark))?.len_utf8();
    let letters = run_end(rest, mark, Script::is_word) - mark;
    // No clitic starts with a y, but a syllable of romaji may: bun'ya.
    ((1..=2).contains(&letters) && !rest[mark..].starts_with('y')).then_some(mark + letters)
}

fn skip_clitic(text: &str, at: usize) -> usize {
    at + clitic_bytes(&text[at..]).unwrap_or(0)
}

/// Pushes `word`, cut at its inner capitals where it is an identifier in camel
/// case. Names of two capitalised halves (JavaScript, GitHub) stay whole: their
/// halves would answer queries that mean something else.
fn push_parts(folded: &Folded, word: Range<usize>, parts: &mut Vec<Range<usize>>) {
    let first = folded.capitals.partition_point(|&at| at < word.start);
    let capitals = &folded.capitals[first..];
    let capitals = &capitals[..capitals.partition_point(|&at| at < word.end)];
    let mut cuts: Vec<usize> = Vec::new();
    for (index, &at) in capitals.iter().enumerate() {
        // A capital starts a part, unless it stands inside a row of capitals;
        // the last of a row starts one when a small letter follows (XMLHttp).
        let after_capital = index > 0 && capitals[index - 1] + 1 == at;
        let before_capital = capitals.get(index + 1) == Some(&(at + 1)) || at + 1 == word.end;
        if at > word.start && !(after_capital && before_capital) {
            cuts.push(at);
        }
    }
    let starts_small = capitals.first() != Some(&word.start);
    if cuts.is_empty() || !(starts_small || cuts.len() > 1) {
        parts.push(capped(&folded.text, word));
        return;
    }
    let mut start = word.start;
    for cut in cuts.into_iter().chain([word.end]) {
        parts.push(capped(&folded.text, start..cut));
        start = cut;
    }
}

/// `range`, or as much of it as a term may hold.
fn capped(text: &str, range: Range<usize>) -> Range<usize> {
    if range.len() <= MAX_TERM_BYTES {
        return range;
    }
    range.start..text.floor_char_boundary(range.start + MAX_TERM_BYTES)
}

/// Where the run of characters that `belongs` takes, from `at` on, ends.
fn run_end(text: &str, at: usize, belongs: fn(Script) -> bool) -> usize {
    text[at..]
        .char_indices()
        .find(|&(_, c)| !belongs(script(c)))
        .map_or(text.len(), |(i, _)| at + i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{fold, fold::native_normaliser};

    fn words(text: &str) -> Vec<String> {
        let folded = fold(text, native_normaliser);
        let mut words = Vec::new();
        for run in runs(&folded) {
            words.extend(run.parts.iter().map(|part| folded.text[part.clone()].to_string()));
            words.extend(run.whole().map(|whole| format!("={}", &folded.text[whole])));
        }
        words
    }

    #[test]
    fn identifiers_are_found_whole_and_in_parts() {
        assert_eq!(words("std::vector"), ["std", "vector", "=std::vector"]);
        assert_eq!(words("XMLHttpRequest"), ["xml", "http", "request", "=xmlhttprequest"]);
        assert_eq!(words("JavaScript GitHub HTTP"), ["javascript", "github", "http"]);
        assert_eq!(
            words("C++ C# .NET v8.1"),
            ["c", "=c++", "c", "=c#", "net", "=.net", "v8", "1", "=v8.1"]
        );
        assert_eq!(words("use --flag-name now."), ["use", "flag", "name", "=--flag-name", "now"]);
        assert_eq!(words("snake_case"), ["snake", "case", "=snake_case"]);
    }

    #[test]
    fn clitics_are_left_out_and_names_kept() {
        assert_eq!(words("the user's don’t we'll"), ["the", "user", "don", "we"]);
        assert_eq!(words("O'Reilly"), ["o", "reilly", "=o'reilly"]);
    }

    #[test]
    fn a_word_of_100_kilobytes_is_one_short_term() {
        let long = "長a".repeat(3) + &"é".repeat(50_000);
        let words = words(&long);
        assert!(words.iter().all(|word| word.len() <= MAX_TERM_BYTES));
        assert_eq!(words.len(), 3);
    }
}
