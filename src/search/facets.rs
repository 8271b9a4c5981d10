//! What the columns say of the posts found: filters, dates and facets.

use std::borrow::Cow;

use crate::format::PostId;
use crate::format::columns::{Columns, KEYS};
use crate::format::posts::Date;

use super::needs::Loaded;
use super::order::sort_by_key;
use super::rank::{Ranked, Ranking, retain, round, sort};
use super::{Facet, QueryOptions, Sort};

/// More would leave nothing but the date.
const MAX_RECENCY: f32 = 100.0;
const YEAR_SECONDS: f32 = 365.25 * 86400.0;

pub(super) fn needs_columns(options: &QueryOptions) -> bool {
    !options.filters.is_empty() || options.sort == Sort::Date
}

/// Keeps the posts that pass every filter, and sorts by date where asked for.
pub(super) fn filter(
    ranked: &mut Vec<Ranked>,
    loaded: &Loaded,
    options: &QueryOptions,
) -> Option<()> {
    let columns = loaded.columns()?;
    for (key, wanted) in &options.filters {
        let mut kept = vec![false; columns.dates.len()];
        for (_, posts) in values(columns, key).iter().filter(|(value, _)| wanted.contains(value)) {
            posts.iter().for_each(|&post| kept[post as usize] = true);
        }
        retain(ranked, &mut |found| kept[found.post as usize]);
    }
    if options.sort == Sort::Date {
        let date = |found: &Ranked| columns.dates[found.post as usize];
        sort_by_key(ranked, |found| {
            u64::from(!date(found)) << 32 | (found.tier as u64) << 29 | u64::from(found.post)
        });
    }
    Some(())
}

/// Adds `recency` times the weight of the query to the newest post of the index, and
/// the less to others the older they are.
pub(super) fn freshen(ranking: &mut Ranking, loaded: &Loaded, recency: f32) -> Option<()> {
    if recency.is_nan() || recency <= 0.0 {
        return Some(());
    }
    let dates = &loaded.columns()?.dates;
    let newest = dates.iter().copied().max().unwrap_or(0);
    for found in ranking.posts.iter_mut().filter(|found| dates[found.post as usize] > 0) {
        let years = (newest - dates[found.post as usize]) as f32 / YEAR_SECONDS;
        let score = found.score + recency.min(MAX_RECENCY) * ranking.weight / (1.0 + years);
        found.score = round(score);
    }
    sort(&mut ranking.posts);
    Some(())
}

/// The values of a key, ascending, and the posts that have them; none for a key
/// that no index has.
pub(super) fn values<'a>(columns: &'a Columns, key: &str) -> Cow<'a, [(String, Vec<PostId>)]> {
    if let Some(index) = KEYS.iter().position(|known| *known == key) {
        return Cow::Borrowed(&columns.keys[index]);
    }
    let mut years: Vec<(String, Vec<PostId>)> = Vec::new();
    if key == "year" {
        for (post, &date) in (0..).zip(&columns.dates) {
            let Some(unix_seconds) = date.checked_sub(1) else { continue };
            let mut year = Date { unix_seconds, zone_minutes: 0 }.day();
            year.truncate(4);
            match years.binary_search_by(|(known, _)| known.cmp(&year)) {
                Ok(at) => years[at].1.push(post),
                Err(at) => years.insert(at, (year, vec![post])),
            }
        }
    }
    Cow::Owned(years)
}

pub(super) fn facets(
    ranked: &[Ranked],
    loaded: &Loaded,
    options: &QueryOptions,
) -> Option<Vec<Facet>> {
    let mut facets = Vec::new();
    if options.facets.is_empty() {
        return Some(facets);
    }
    let columns = loaded.columns()?;
    let mut found = vec![false; columns.dates.len()];
    ranked.iter().for_each(|ranked| found[ranked.post as usize] = true);
    for (index, key) in options.facets.iter().enumerate() {
        if options.facets[..index].contains(key) {
            continue;
        }
        let mut counts = Vec::new();
        for (value, posts) in values(columns, key).iter() {
            let count = posts.iter().filter(|&&post| found[post as usize]).count() as u32;
            if count > 0 {
                counts.push((value.clone(), count));
            }
        }
        // Values ascend: of those as frequent the first comes first.
        sort_by_key(&mut counts, |(_, count)| u64::from(!count));
        facets.push((key.clone(), counts));
    }
    Some(facets)
}
