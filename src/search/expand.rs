//! What a word may stand for that the index does not hold: a slip of the keys
//! away, or a part of longer words.

use crate::format::lexicon::is_word;
use crate::text::kana::is_kana;

use super::needs::Loaded;
use super::order::sort_by_key;
use super::segment::Found;
use super::snippet::find;

/// The shortest word, in characters, that may be mistyped.
const LEAST_CHARS: usize = 4;
/// The most terms that a word is taken for.
const MAX_EXPANSIONS: usize = 3;
/// The most longer words that a part is looked for in.
const MAX_WHOLES: usize = 16;

/// A term that a word is taken for.
pub(super) struct Expansion {
    pub(super) text: String,
    pub(super) found: Found,
    pub(super) matched: &'static str,
}

/// The terms that `word`, which is none itself, may stand for: those one slip
/// away with the same first letter, else those one slip away, else those that
/// start with what is one slip away, else those that hold it.
pub(super) fn expand(word: &str, loaded: &Loaded) -> Vec<Expansion> {
    let chars: Vec<char> = word.chars().collect();
    let slips = chars.len() + 1 >= LEAST_CHARS
        && (chars.iter().all(char::is_ascii_alphanumeric) || chars.iter().all(|&c| is_kana(c)));
    if slips {
        let first = &word[..chars[0].len_utf8()];
        for (prefix, most_rest) in [(first, 0), ("", 0), (first, usize::MAX)] {
            let found = slipped(&chars, prefix, most_rest, loaded);
            if !found.is_empty() || loaded.misses() {
                return found;
            }
        }
    }
    if chars.len() < 2 || word.len() < 3 {
        return Vec::new();
    }
    let mut wholes = Vec::new();
    each_term("", loaded, &mut |text, found| {
        if find(text, word, 0).is_some() {
            wholes.push(Expansion { text: text.to_string(), found, matched: "part" });
        }
    });
    sort_by_key(&mut wholes, |whole| u64::from(!whole.found.df));
    wholes.truncate(MAX_WHOLES);
    wholes
}

/// Whether a term that starts with `prefix` is one slip away from `word`.
pub(super) fn is_slip(word: &str, prefix: &str, loaded: &Loaded) -> bool {
    let chars: Vec<char> = word.chars().collect();
    !slipped(&chars, prefix, 0, loaded).is_empty()
}

/// The most frequent terms that start with `prefix`, are one slip away from
/// `word`, and go on after that for at most `most_rest` characters.
fn slipped(word: &[char], prefix: &str, most_rest: usize, loaded: &Loaded) -> Vec<Expansion> {
    let mut slipped: Vec<Expansion> = Vec::new();
    let mut term = Vec::new();
    each_term(prefix, loaded, &mut |text, found| {
        term.clear();
        term.extend(text.chars());
        let rest = rest_after_slip(word, &term);
        if term.len() >= LEAST_CHARS && rest.is_some_and(|rest| rest <= most_rest) {
            slipped.push(Expansion { text: text.to_string(), found, matched: "typo" });
        }
    });
    sort_by_key(&mut slipped, |expansion| u64::from(!expansion.found.df));
    slipped.truncate(MAX_EXPANSIONS);
    slipped
}

fn each_term(prefix: &str, loaded: &Loaded, each: &mut dyn FnMut(&str, Found)) {
    loaded.all_starting_with(prefix, &mut |text, found| {
        if is_word(text) {
            each(text, found);
        }
    });
}

/// How many characters `term` goes on after what `word` becomes by one slip: a
/// character too few, too many, another, or two changed places. None where no
/// one slip makes it the start of the term.
fn rest_after_slip(word: &[char], term: &[char]) -> Option<usize> {
    let same = word.iter().zip(term).take_while(|(a, b)| a == b).count();
    let (word, term) = (&word[same..], &term[same..]);
    let rest =
        |word: &[char], term: &[char]| term.starts_with(word).then(|| term.len() - word.len());
    let (word_after, term_after) = (word.get(1..), term.get(1..));
    let changed = word_after.zip(term_after).and_then(|(word, term)| rest(word, term));
    let too_many = word_after.and_then(|word_after| rest(word_after, term));
    let too_few = term_after.and_then(|term_after| rest(word, term_after));
    let turned = match (word, term) {
        ([a, b, word @ ..], [c, d, term @ ..]) if a == d && b == c => rest(word, term),
        _ => None,
    };
    [turned, changed, too_few, too_many].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(word: &str, term: &str) -> Option<usize> {
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        rest_after_slip(&chars(word), &chars(term))
    }

    #[test]
    fn one_slip_is_found_wherever_it_is() {
        for typed in [
            "serach", "saerch", "searhc", "earch", "seach", "searc", "xearch", "seearch", "searchx",
        ] {
            assert_eq!(rest(typed, "search"), Some(0), "{typed}");
        }
        assert_eq!(rest("サバー", "サーバー"), Some(0));
        assert_eq!(rest("serahc", "search"), None);
        assert_eq!(rest("javasrc", "javascript"), Some(3));
    }
}
