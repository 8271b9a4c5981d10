//! Random queries in random order: an answer depends on index, query and options alone.

use std::cell::RefCell;
use std::sync::LazyLock;

use proptest::prelude::*;
use sakuin::search::{QueryOptions, Sort};
use sakuin_builder::encode::Encoded;

use crate::queries::{paragraphs, query};
use crate::site::{Index, encoded};

/// An index in many shards: each paragraph of the demo blog is a post.
static ENCODED: LazyLock<Encoded> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts.jsonl");
    let post = |(number, text): (usize, &String)| {
        let title: String = text.lines().next().unwrap_or_default().chars().take(20).collect();
        serde_json::json!({ "id": number.to_string(), "title": title, "text": text }).to_string()
    };
    let lines: Vec<String> = paragraphs().iter().enumerate().map(post).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    let encoded = encoded(&path).0;
    let terms = Index::of(&encoded).engine.directory().unwrap().terms.len();
    assert!(terms > 9, "an index of {terms} shards of terms tells little");
    encoded
});

thread_local! {
    /// An engine that has answered whatever came before.
    static WARM: RefCell<Index> = RefCell::new(Index::of(&ENCODED));
}

fn options() -> impl Strategy<Value = QueryOptions> {
    (0..12usize, 0..4usize, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(limit, offset, by_date, explain, facets)| {
            let mut options = QueryOptions { limit, offset, explain, ..QueryOptions::default() };
            if by_date {
                options.sort = Sort::Date;
            }
            if facets {
                options.facets = vec!["tags".to_string(), "year".to_string()];
            }
            options
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_cold_engine_answers_as_one_that_has_answered_much(
        text in query(),
        options in options(),
    ) {
        let ask = |index: &mut Index| index.call(|engine| engine.query(&text, &options));
        let suggest = |index: &mut Index| index.call(|engine| engine.suggest(&text, 5));
        let mut cold = Index::of(&ENCODED);
        let expected = ask(&mut cold);
        prop_assert!(expected.complete);
        prop_assert!(options.limit == 0 || expected.hits.len() <= options.limit);
        let suggested = suggest(&mut Index::of(&ENCODED));
        WARM.with_borrow_mut(|warm| {
            prop_assert_eq!(ask(warm), expected);
            prop_assert_eq!(suggest(warm), suggested);
            Ok(())
        })?;
    }
}
