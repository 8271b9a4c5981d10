//! The query language: what of a query is words, and what narrows them.
//!
//! | written                    | meaning                                           |
//! |----------------------------|---------------------------------------------------|
//! | `全文検索 rust`             | posts about these words                           |
//! | `"full text"`              | posts that hold just this, in this order          |
//! | `-java`                    | posts that do not hold it                         |
//! | `rust OR go`               | posts that hold one of them                       |
//! | `title:rust`               | posts that hold it in the title                   |
//! | `tag:検索`, `lang:ja`       | posts with this tag, in this language             |
//! | `after:2024-01`, `before:2024` | posts from then on, posts of before           |
//!
//! Each also in full-width characters. What does not follow this is words.

/// A query as it is to be understood.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub(super) struct Request {
    /// What is sought, in the order of the query.
    pub(super) words: Vec<Words>,
    /// Texts that a post must hold as they stand.
    pub(super) phrases: Vec<String>,
    /// Words that no post may hold.
    pub(super) without: Vec<String>,
    /// Words that the title must hold.
    pub(super) title: Vec<String>,
    /// Tags and languages: `tags` or `lang`, and the value.
    pub(super) filters: Vec<(&'static str, String)>,
    /// The first day, or the start of one.
    pub(super) after: Option<String>,
    /// The day that all must lie before.
    pub(super) before: Option<String>,
    /// Whether it is words alone.
    pub(super) plain: bool,
    /// Whether the last word may go on.
    pub(super) open: bool,
}

/// Words in a row.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub(super) struct Words {
    pub(super) text: String,
    /// With which others these are one choice; 0 for none.
    pub(super) choice: u32,
}

/// Reads a query. A query of words alone is one element of words, as it stands.
pub(super) fn read(text: &str) -> Request {
    let tokens = tokens(text);
    let open = text.chars().next_back().is_some_and(|last| !is_space(last));
    let ends_in_word = tokens.last().is_some_and(|last| last.kind == Kind::Words && !last.negative);
    let mut request = Request { open: open && ends_in_word, ..Request::default() };
    if tokens
        .iter()
        .all(|token| token.kind == Kind::Words && !token.negative && !is_or(&token.text))
    {
        request.words.push(Words { text: text.to_string(), choice: 0 });
        request.plain = true;
        return request;
    }
    let mut choices = 0;
    let mut joined = false;
    for (index, token) in tokens.iter().enumerate() {
        // An OR that joins nothing is a word.
        let between = index > 0 && index + 1 < tokens.len();
        if token.kind == Kind::Words && is_or(&token.text) && between && !joined {
            joined = true;
            continue;
        }
        let Token { kind, negative, text } = token;
        let text = text.clone();
        match (kind, *negative) {
            (Kind::Words | Kind::Phrase, true) => request.without.push(text),
            (Kind::Words | Kind::Phrase, false) => {
                let mut choice = 0;
                if let (true, Some(before)) = (joined, request.words.last_mut()) {
                    if before.choice == 0 {
                        choices += 1;
                        before.choice = choices;
                    }
                    choice = before.choice;
                }
                if *kind == Kind::Phrase && choice == 0 {
                    request.phrases.push(text.clone());
                }
                request.words.push(Words { text, choice });
            }
            (Kind::Title, _) => {
                request.words.push(Words { text: text.clone(), choice: 0 });
                request.title.push(text);
            }
            (Kind::Filter(key), _) => request.filters.push((key, text)),
            (Kind::After, _) => request.after = Some(text),
            (Kind::Before, _) => request.before = Some(text),
        }
        joined = false;
    }
    request
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Phrase,
    Title,
    Filter(&'static str),
    After,
    Before,
}

struct Token {
    kind: Kind,
    negative: bool,
    text: String,
}

const FIELDS: [(&str, Kind); 6] = [
    ("title", Kind::Title),
    ("tag", Kind::Filter("tags")),
    ("tags", Kind::Filter("tags")),
    ("lang", Kind::Filter("lang")),
    ("after", Kind::After),
    ("before", Kind::Before),
];

/// What is shorter behind a dash is rather a flag: -x.
const LEAST_EXCLUDED_BYTES: usize = 3;

fn is_or(text: &str) -> bool {
    matches!(text, "OR" | "ＯＲ" | "|" | "｜")
}

/// Cuts a query at its spaces, but for those in quotation marks.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = until(text, 0, |c| !is_space(c));
    while at < text.len() {
        let (token, end) = token(text, at);
        tokens.push(token);
        at = until(text, end, |c| !is_space(c));
    }
    tokens
}

/// The token that starts at `start`, and where it ends.
fn token(text: &str, start: usize) -> (Token, usize) {
    let space = until(text, start, is_space);
    let words = Token { kind: Kind::Words, negative: false, text: text[start..space].to_string() };
    let mut at = start;
    // A flag such as --help or -x is a word, and so is a dash alone.
    let dash = |at| plain(char_at(text, at)) == '-';
    let after_dash = start + char_at(text, start).len_utf8();
    let short = space < after_dash + LEAST_EXCLUDED_BYTES;
    let negative = dash(start) && !short && !dash(after_dash);
    if negative {
        at = after_dash;
    }
    let mut kind = Kind::Words;
    for (name, field) in FIELDS {
        let value = after_name(text, at, name).filter(|&value| value < space && !negative);
        if let Some(value) = value {
            (kind, at) = (field, value);
            break;
        }
    }
    let mut end = space;
    let mut value = at..space;
    if is_quote(char_at(text, at)) {
        let open = at + char_at(text, at).len_utf8();
        let close = until(text, open, is_quote);
        if close < text.len() && open < close {
            (value, end) = (open..close, close + char_at(text, close).len_utf8());
            if kind == Kind::Words {
                kind = Kind::Phrase;
            }
        }
    }
    let mut text = text[value].to_string();
    if matches!(kind, Kind::After | Kind::Before) {
        text = text.chars().map(plain).collect();
        if !is_day(&text) {
            return (words, space);
        }
    }
    (Token { kind, negative, text }, end)
}

/// Whether `text` is a year, a month or a day: 2024, 2024-01, 2024-01-31.
fn is_day(text: &str) -> bool {
    for (at, byte) in text.bytes().enumerate() {
        let fits = if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        if !fits {
            return false;
        }
    }
    matches!(text.len(), 4 | 7 | 10)
}

/// Where the value starts, if `name` and a colon stand at `at`.
fn after_name(text: &str, mut at: usize, name: &str) -> Option<usize> {
    for expected in name.chars().chain([':']) {
        let c = char_at(text, at);
        if plain(c) != expected {
            return None;
        }
        at += c.len_utf8();
    }
    Some(at)
}

/// The character at `at`, or a space where there is none.
fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or(' ')
}

/// Where the next character that is to `stop` at stands, from `from` on.
fn until(text: &str, from: usize, stop: fn(char) -> bool) -> usize {
    let mut at = from;
    for c in text[from..].chars() {
        if stop(c) {
            break;
        }
        at += c.len_utf8();
    }
    at
}

fn is_space(c: char) -> bool {
    c <= ' ' || c == '\u{3000}' || c == '\u{a0}'
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '＂' | '“' | '”' | '„')
}

/// A full-width character as its narrow twin, small.
fn plain(c: char) -> char {
    let narrow = match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '−' => '-',
        _ => c,
    };
    narrow.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(request: &Request) -> Vec<(&str, u32)> {
        request.words.iter().map(|words| (words.text.as_str(), words.choice)).collect()
    }

    #[test]
    fn words_alone_stay_as_they_are() {
        for text in [
            "全文検索　rust",
            "",
            "a - b",
            "--flag",
            "ls -la",
            "std::vector",
            "after:soon",
            "after:2024-1",
            "\"open",
            "title: x",
            "OR",
            "x OR",
            "a:b",
        ] {
            let request = read(text);
            let joined: Vec<&str> = request.words.iter().map(|words| words.text.as_str()).collect();
            assert_eq!(joined.join(" "), text, "{request:?}");
            let rest = Request { words: Vec::new(), open: false, plain: false, ..request };
            assert_eq!(rest, Request::default());
        }
    }

    #[test]
    fn each_operator_narrows_in_both_widths() {
        let request = read(
            "検索 \"全文 検索\" -java -“two words” title:rust tag:検索 lang:ja after:2024-01 before:2025",
        );
        assert_eq!(words(&request), [("検索", 0), ("全文 検索", 0), ("rust", 0)]);
        assert_eq!(request.phrases, ["全文 検索"]);
        assert_eq!(request.without, ["java", "two words"]);
        assert_eq!(request.title, ["rust"]);
        assert_eq!(request.filters, [("tags", "検索".to_string()), ("lang", "ja".to_string())]);
        assert_eq!(request.after.as_deref(), Some("2024-01"));
        assert_eq!(request.before.as_deref(), Some("2025"));
        let wide = read("検索　＂全文 検索＂　－java ｔｉｔｌｅ：rust ＡＦＴＥＲ：２０２４－０１");
        assert_eq!((wide.phrases.len(), wide.without.len(), wide.title.len()), (1, 1, 1));
        assert_eq!(wide.after.as_deref(), Some("2024-01"));
    }

    #[test]
    fn choices_are_told_apart() {
        let request = read("a OR b OR c d ｅ ｜ f");
        let expected = [("a", 1), ("b", 1), ("c", 1), ("d", 0), ("ｅ", 2), ("f", 2)];
        assert_eq!(words(&request), expected);
    }
}
