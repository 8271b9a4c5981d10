//! Narrowing: which of the posts found a query's operators leave.

use crate::format::PostId;
use crate::format::postings::TITLE;
use crate::format::posts::Date;
use crate::text::{Normaliser, fold};

use super::language::Request;
use super::needs::Loaded;
use super::query::{Slot, slots};
use super::rank::{Ranked, retain};
use super::snippet::{find, holds};
use super::{QueryOptions, Tier};

/// The most posts whose text is looked at for a phrase, where not all are.
const MAX_VERIFIED: usize = 50;

/// What a post must be besides about the words of the query.
#[derive(Debug, Default)]
pub(super) struct Narrowing {
    /// Texts, folded, and their words.
    phrases: Vec<(String, Vec<Slot>)>,
    without: Vec<Vec<Slot>>,
    title: Vec<Vec<Slot>>,
    /// Of each, one at least.
    choices: Vec<Vec<Vec<Slot>>>,
    filters: Vec<(&'static str, String)>,
    after: Option<String>,
    before: Option<String>,
    /// Whether the query has no words.
    wordless: bool,
    /// Whether the query has other words than those of its phrases: it then may
    /// be answered where no post holds these in a row.
    more_words: bool,
}

impl Narrowing {
    /// What a request narrows; none where it does not.
    pub(super) fn of(
        request: Request,
        normalise: Normaliser,
        loaded: &Loaded,
    ) -> Option<Narrowing> {
        if request.plain {
            return None;
        }
        let parsed = |text: &String| slots(text, normalise, loaded);
        let folded = |text: &String| fold(text, normalise).text;
        let mut narrowing = Narrowing {
            phrases: request.phrases.iter().map(|text| (folded(text), parsed(text))).collect(),
            without: request.without.iter().map(parsed).collect(),
            title: request.title.iter().map(parsed).collect(),
            filters: request.filters.iter().map(|(key, text)| (*key, folded(text))).collect(),
            after: request.after,
            before: request.before,
            ..Narrowing::default()
        };
        for choice in 1.. {
            let of_choice = request.words.iter().filter(|words| words.choice == choice);
            let alternatives: Vec<Vec<Slot>> = of_choice.map(|words| parsed(&words.text)).collect();
            if alternatives.is_empty() {
                break;
            }
            narrowing.choices.push(alternatives);
        }
        narrowing.more_words = request.words.len() > request.phrases.len();
        narrowing.wordless = request.words.is_empty();
        Some(narrowing)
    }

    /// Keeps those of the posts found that are all that the query asks for. None
    /// while something is missing.
    pub(super) fn apply(
        &self,
        ranked: &mut Vec<Ranked>,
        loaded: &Loaded,
        normalise: Normaliser,
    ) -> Option<()> {
        if self.wordless {
            let found = |post| Ranked { post, tier: Tier::All, score: 0.0 };
            *ranked = (0..loaded.directory.lengths.len() as PostId).map(found).collect();
        }
        let found = ranked.clone();
        let mut complete = true;
        for (_, slots) in &self.phrases {
            complete &= keep(ranked, holders(slots, 0, loaded), true);
        }
        if ranked.is_empty() && self.more_words && complete {
            *ranked = found;
        }
        for slots in &self.title {
            complete &= keep(ranked, holders(slots, TITLE, loaded), true);
        }
        for slots in self.without.iter().filter(|slots| !slots.is_empty()) {
            complete &= keep(ranked, holders(slots, 0, loaded), false);
        }
        for alternatives in &self.choices {
            complete &= keep(ranked, holders_of_any(alternatives, loaded), true);
        }
        if !self.filters.is_empty() || self.after.is_some() || self.before.is_some() {
            complete &= keep(ranked, self.in_columns(loaded, normalise), true);
        }
        complete.then_some(())
    }

    /// The posts of the tags, the language and the days asked for.
    fn in_columns(&self, loaded: &Loaded, normalise: Normaliser) -> Option<Vec<bool>> {
        let columns = loaded.columns()?;
        let mut posts = vec![true; columns.dates.len()];
        for (key, wanted) in &self.filters {
            let mut has = vec![false; posts.len()];
            for (value, of_value) in super::facets::values(columns, key).iter() {
                if fold(value, normalise).text == *wanted {
                    of_value.iter().for_each(|&post| has[post as usize] = true);
                }
            }
            posts.iter_mut().zip(has).for_each(|(post, has)| *post &= has);
        }
        if self.after.is_some() || self.before.is_some() {
            for (post, &date) in posts.iter_mut().zip(&columns.dates) {
                let day = |date| Date { unix_seconds: date, zone_minutes: 0 }.day();
                let day = date.checked_sub(1).map_or(String::new(), day);
                *post &= !day.is_empty()
                    && self.after.as_ref().is_none_or(|after| day >= *after)
                    && self.before.as_ref().is_none_or(|before| day < *before);
            }
        }
        Some(posts)
    }

    /// Keeps posts that hold each phrase as it stands, looking from the best
    /// down until there are enough for a page. Returns whether all were looked
    /// at, or none while texts are missing.
    pub(super) fn verify(
        &self,
        ranked: &mut Vec<Ranked>,
        options: &QueryOptions,
        loaded: &Loaded,
        normalise: Normaliser,
    ) -> Option<bool> {
        if self.phrases.is_empty() {
            return Some(true);
        }
        let (enough, most) = match options.limit {
            0 => (usize::MAX, usize::MAX),
            limit => {
                let end = options.offset.saturating_add(limit);
                (end, MAX_VERIFIED.max(end))
            }
        };
        let mut kept = Vec::new();
        let mut looked_at = 0;
        let mut complete = true;
        for found in ranked.iter().take(most) {
            if kept.len() >= enough {
                break;
            }
            let (post, text) = (loaded.post(found.post), loaded.text(found.post));
            let (Some(post), Some(text)) = (post, text) else {
                // Those of a page are asked for at once.
                complete = false;
                looked_at += 1;
                if looked_at >= enough {
                    break;
                }
                continue;
            };
            looked_at += 1;
            let title = fold(&post.title, normalise).text;
            let in_text =
                |phrase: &str| find(&title, phrase, 0).is_some() || holds(&text, phrase, normalise);
            if self.phrases.iter().all(|(phrase, _)| in_text(phrase)) {
                kept.push(*found);
            }
        }
        if !complete {
            return None;
        }
        let all = looked_at == ranked.len();
        if kept.is_empty() && self.more_words {
            return Some(true);
        }
        kept.extend_from_slice(&ranked[looked_at..]);
        *ranked = kept;
        Some(all)
    }
}

/// Keeps the posts that are among `posts`, or those that are not. Returns whether
/// these could be told.
fn keep(ranked: &mut Vec<Ranked>, posts: Option<Vec<bool>>, among: bool) -> bool {
    let Some(posts) = posts else { return false };
    retain(ranked, &mut |found| posts[found.post as usize] == among);
    true
}

/// For each post, whether it holds all slots of one of the alternatives.
fn holders_of_any(alternatives: &[Vec<Slot>], loaded: &Loaded) -> Option<Vec<bool>> {
    let mut any = vec![false; loaded.directory.lengths.len()];
    let mut complete = true;
    for slots in alternatives {
        match holders(slots, 0, loaded) {
            Some(posts) => any.iter_mut().zip(posts).for_each(|(any, post)| *any |= post),
            // Each is asked for before any is waited for.
            None => complete = false,
        }
    }
    complete.then_some(any)
}

/// For each post, whether it holds all of `slots`, in one of `fields` where
/// these are not 0.
fn holders(slots: &[Slot], fields: u8, loaded: &Loaded) -> Option<Vec<bool>> {
    let mut holders = vec![true; loaded.directory.lengths.len()];
    for slot in slots {
        let mut holds = vec![false; holders.len()];
        for term in &slot.terms {
            let (_, postings) = loaded.terms(term.term.shard)?;
            for posting in postings.list(term.term.index) {
                holds[posting.post as usize] |= fields == 0 || posting.fields & fields != 0;
            }
        }
        holders.iter_mut().zip(holds).for_each(|(holder, holds)| *holder &= holds);
    }
    Some(holders)
}
