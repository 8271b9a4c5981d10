//! Search against a naive scan of the demo blog: what is found is what is there.

use std::collections::BTreeSet;
use std::path::Path;

use sakuin::markdown::PrepareOptions;
use sakuin::search::{QueryOptions, Tier};
use sakuin_builder::build::BuildOptions;
use sakuin_builder::document::documents;
use sakuin_builder::source::read_site;

use crate::site::{DEMO, Index, NOW, encoded};

/// The posts whose page holds `word`, by reading all of it.
fn scan(word: &str) -> BTreeSet<String> {
    let mut options = BuildOptions::default().source;
    options.now = NOW;
    let site = read_site(Path::new(DEMO), &options, &|_, _| {}).unwrap();
    let (documents, _) = documents(site.posts, &PrepareOptions::default(), None);
    let mut found = BTreeSet::new();
    for document in documents {
        let mut texts = vec![document.post.title.clone()];
        texts.extend(document.post.tags.iter().cloned());
        texts.extend(document.text.blocks().into_iter().map(|block| block.text));
        if texts.iter().any(|text| text.to_lowercase().contains(word)) {
            found.insert(document.post.id);
        }
    }
    found
}

fn found(index: &mut Index, query: &str, tier: Tier) -> BTreeSet<String> {
    let hits = index.query(query, 0).hits.into_iter();
    hits.filter(|hit| hit.tier <= tier).map(|hit| hit.post.id).collect()
}

#[test]
fn words_are_found_where_a_scan_finds_them() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    for word in
        ["検索", "京都", "珈琲", "形態素", "味噌汁", "所有権", "sourdough", "sqlite", "combobox"]
    {
        let scanned = scan(word);
        assert!(!scanned.is_empty(), "{word}");
        let missed: Vec<_> =
            scanned.difference(&found(&mut index, word, Tier::Prefix)).cloned().collect();
        assert!(missed.is_empty(), "{word}: missed in {missed:?}");
    }
}

#[test]
fn compounds_found_as_phrases_stand_there() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    for word in ["全文検索", "転置インデックス", "日本語入力", "文字コード", "自転車", "家庭菜園"]
    {
        let (scanned, found) = (scan(word), found(&mut index, word, Tier::Phrase));
        assert!(!scanned.is_empty(), "{word}");
        assert_eq!(found, scanned, "{word}");
    }
}

#[test]
fn the_answer_does_not_depend_on_what_was_asked_before() {
    let encoded = encoded(Path::new(DEMO)).0;
    let queries =
        ["全文検索", "rust", "きれいな星を見る", "how does bm25 work", "検", "", "!!!", "\u{0}ｱ"];
    let mut warm = Index::of(&encoded);
    for _ in 0..2 {
        for query in queries {
            let cold = Index::of(&encoded).query(query, 10);
            assert_eq!(warm.query(query, 10), cold, "{query}");
        }
    }
}

#[test]
fn any_query_gets_an_answer() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    let long = "検索エンジン search ".repeat(2000);
    for query in [&long, "\u{202e}検索\u{200d}", "\"", "((((", "一", "あ", "a", "👨‍👩‍👧", "\n\t"]
    {
        let answer = index.query(query, 3);
        assert!(answer.hits.len() <= 3 && answer.complete);
    }
}

#[test]
fn a_post_is_had_by_its_id_and_by_its_address() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    let hit = index.query("味噌汁", 1).hits.remove(0);
    for name in [&hit.post.id, &hit.post.url] {
        let post = index.call(|engine| engine.post(name, false)).unwrap();
        assert_eq!((&post.post.id, &post.post.url), (&hit.post.id, &hit.post.url));
        assert!(post.markdown.contains("出汁"));
    }
    assert_eq!(index.call(|engine| engine.post("/posts/ja/", false)), None);
}

#[test]
fn the_parts_of_a_score_are_its_sum() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    let options = QueryOptions { explain: true, recency: 0.2, ..QueryOptions::default() };
    let long = "全文検索エンジンはどのように文章を単語に分けて転置インデックスを作るのですか";
    for query in ["全文検索", "search engine", "kensaku", "けんさくえんじn", long] {
        let answer = index.call(|engine| engine.query(query, &options));
        assert!(!answer.hits.is_empty(), "{query}");
        for hit in answer.hits {
            let sum: f64 = hit.explain.iter().map(|part| part.score).sum();
            assert!((sum - hit.score).abs() < 0.002, "{query}: {sum} is not {}", hit.score);
            assert!(hit.explain.iter().any(|part| part.df > 0), "{query}: {:?}", hit.explain);
        }
    }
}

#[test]
fn what_is_new_comes_first_where_that_counts() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    let mut dates = |recency: f32| {
        let options = QueryOptions { recency, limit: 0, ..QueryOptions::default() };
        let hits = index.call(|engine| engine.query("検索", &options)).hits;
        hits.into_iter().filter_map(|hit| hit.post.date).collect::<Vec<_>>()
    };
    let (plain, mut sorted) = (dates(0.0), dates(0.0));
    sorted.sort();
    sorted.reverse();
    assert!(plain.len() > 5 && plain != sorted);
    assert_eq!(dates(100.0)[0], sorted[0]);
    for no_number in [f32::NAN, -1.0, f32::NEG_INFINITY] {
        assert_eq!(dates(no_number), plain);
    }
    assert_eq!(dates(f32::INFINITY), dates(100.0));
}

#[test]
fn a_post_names_those_that_are_about_the_same() {
    let mut index = Index::of(&encoded(Path::new(DEMO)).0);
    let of = |index: &mut Index, query: &str| {
        let hit = index.query(query, 1).hits.remove(0);
        let post = index.call(|engine| engine.post(&hit.post.id, true)).unwrap();
        (hit.post, post.related)
    };
    let (post, related) = of(&mut index, "日本語入力の歴史");
    assert!((1..=5).contains(&related.len()) && !related.contains(&post));
    assert!(related.iter().any(|other| other.title.contains("文字コードの歴史")), "{related:?}");
    assert!(related.iter().all(|other| !other.url.is_empty()));
}
