//! What a query may be written as: the rows of `docs/searching.md`, and input that
//! nobody means.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

#[path = "support/site.rs"]
mod site;

use site::{Index, encoded};

const DOCS: &str = include_str!("../docs/searching.md");

/// Posts in JSON lines: an id that says what the post is about, title and text.
const POSTS: &[(&str, &str, &str)] = &[
    (
        "engine",
        "検索エンジンのしくみ",
        "全文検索エンジンは転置インデックスを引く。検証と検査も要る。",
    ),
    ("tokyo", "東京の坂", "東京には名のある坂が多い。走る人もいる。"),
    ("server", "サーバーの設定", "ウィルスを調べるサーバーの話。テキストを送る。"),
    ("moving", "引っ越しの記録", "荷物が減らない。バイオリンも持っていく。"),
    ("search", "How search works", "Full text is cut into words before anyone searched it."),
    ("media", "Taking pictures", "Ask getUserMedia for a camera, then read tab.currentURI once."),
    ("rust", "Rust and its borrow checker", "A language. No java here, but go is mentioned."),
    ("java", "Java streams", "A language with streams and a text search of its own, and ウイルス."),
    ("whole", "ビルドステップの例", "どのビルドステップも、まだ遅い。"),
    ("apart", "ビルド ステップ", "ビルドのステップを並べる。ビルドは夜、ステップは朝に見る。"),
    ("builds", "ビルドの話", "ビルドが終わるとステップが一つ進む。"),
    ("steps", "ステップの話", "ステップごとにビルドする。"),
    ("path", "Growing", "Ask std::vector to grow before it must."),
    ("names", "Vector of std", "The vector that std has grows by itself."),
    ("register", "会員になる", "新規登録は無料で、登録の取り消しもできる。"),
    ("explorer", "エクスプローラで見る", "窓を開いてエクスプローラを使う。"),
    ("vowels", "ーの書き方", "ー とだけ書く。"),
    ("clock", "Clocks", "It is known at run time."),
    ("deck", "On the deck", "A deck of cards is on the deck."),
];

fn index() -> Index {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("posts.jsonl");
    let line = |&(id, title, text): &(&str, &str, &str)| {
        let (tags, date) =
            if id == "rust" { ("検索", "2024-03-01") } else { ("other", "2023-01-01") };
        serde_json::json!({ "id": id, "title": title, "text": text, "tags": [tags], "date": date })
            .to_string()
    };
    fs::write(&file, POSTS.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap();
    Index::of(&encoded(&file).0)
}

fn found(index: &mut Index, query: &str) -> Vec<String> {
    index.query(query, 10).hits.into_iter().map(|hit| hit.post.id).collect()
}

#[test]
fn more_paths_than_there_is_room_for_are_answered() {
    let mut index = index();
    let hits = index.query(&"std::vector ".repeat(80), 10).hits;
    assert!(hits.iter().any(|hit| hit.post.id == "path"));
    assert!(hits.iter().all(|hit| hit.score.is_finite()));
}

#[test]
fn what_the_page_says_is_found_is_found() {
    let mut index = index();
    for (typed, id) in [
        ("全文検索", "engine"),
        ("ｆｕｌｌ　ｔｅｘｔ", "search"),
        ("ﾃｷｽﾄ", "server"),
        ("けんさく", "engine"),
        ("ケンサク", "engine"),
        ("kensaku", "engine"),
        ("検索えんじん", "engine"),
        ("けんさ", "engine"),
        ("kensak", "engine"),
        ("toukyou", "tokyo"),
        ("tokyo", "tokyo"),
        ("sa-ba-", "server"),
        ("tekisuto", "server"),
        ("tōkyō", "tokyo"),
        ("サーバ", "server"),
        ("ウイルス", "server"),
        ("引越し", "moving"),
        ("走った", "tokyo"),
        ("searching", "search"),
        ("getUserMedia", "media"),
        ("user", "media"),
        ("currenturi", "media"),
        ("serach", "search"),
        ("ビルドステップ", "apart"),
        ("ステップ", "whole"),
        ("std::vector", "path"),
        ("std::vector", "names"),
        ("vector", "path"),
    ] {
        assert!(DOCS.contains(typed), "{typed} is not on the page");
        assert!(
            found(&mut index, typed).contains(&id.to_string()),
            "{typed}: {:?}",
            found(&mut index, typed)
        );
    }
}

#[test]
fn operators_narrow_what_is_found() {
    let mut index = index();
    for (query, expected) in [
        ("\"full text\"", &["search"][..]),
        ("language -java", &[]),
        ("language -streams", &["rust"]),
        ("rust OR go", &["rust"]),
        ("rust OR streams", &["java", "rust"]),
        ("title:rust", &["rust"]),
        ("tag:検索", &["rust"]),
        ("ｔａｇ：検索", &["rust"]),
        ("language after:2024-01", &["rust"]),
        ("language before:2024", &["java"]),
        ("\"no such words\"", &[]),
    ] {
        let mut ids = found(&mut index, query);
        ids.sort();
        assert_eq!(ids, expected, "{query}");
    }
}

#[test]
fn a_slip_is_answered_and_its_meaning_offered() {
    let mut index = index();
    let answer = index.query("full text serach", 10);
    assert_eq!(answer.suggestion.as_deref(), Some("full text search"));
    assert_eq!(index.query("full text search", 10).suggestion, None);
}

#[test]
fn kana_that_could_be_particles_are_read_as_the_word_that_they_are() {
    let mut index = index();
    assert_eq!(found(&mut index, "新規とうろく")[0], "register");
    // Function words, where they are written as such.
    assert_eq!(found(&mut index, "登録なら"), found(&mut index, "登録"));
    assert_eq!(found(&mut index, "検索したい")[0], found(&mut index, "検索")[0]);
}

#[test]
fn a_slip_is_likelier_than_words_of_romaji_in_a_row() {
    let mut index = index();
    // で, and え with a syllable of k to come: エクスプローラ.
    assert_eq!(found(&mut index, "deek")[0], "deck");
    assert_eq!(found(&mut index, "ekusup")[0], "explorer");
    assert_eq!(found(&mut index, "kensakuenjin")[0], "engine");
    // A hyphen is no long vowel by itself: ー stands in one post, as a word.
    assert_eq!(found(&mut index, "run-time"), ["clock"]);
}

#[test]
fn suggestions_go_on_as_the_site_does() {
    let mut index = index();
    let mut suggest = |text: &str| -> Vec<String> {
        let suggestions = index.call(|engine| engine.suggest(text, 5));
        suggestions.into_iter().map(|suggestion| suggestion.text).collect()
    };
    assert!(suggest("けん").contains(&"検索".to_string()));
    assert!(suggest("kens").contains(&"検索".to_string()));
    assert_eq!(suggest("全文け")[0], "全文検索");
    assert!(suggest("転置け").is_empty());
    assert_eq!(suggest("getu"), ["getusermedia"]);
    assert!(suggest("").is_empty() && suggest("rust ").is_empty());
}

#[test]
fn queries_that_nobody_means_have_an_answer() {
    let mut index = index();
    let long = "検索".repeat(5_000);
    let row = "a ".repeat(5_000);
    let unknown: String = (0..200).map(|number| format!("zq{number:03}x ")).collect();
    for query in [
        "",
        " ",
        "\"",
        "\"\"",
        "-",
        "--",
        "OR",
        "OR OR OR",
        "tag:",
        "title:\"",
        "after:2024-99-99-",
        "\u{202e}\u{0}",
        "!!!",
        "ー",
        "ん",
        "検",
        "「」",
        "-\"",
        "a OR",
        "- -検索",
        "before:",
        &long,
        &row,
        &unknown,
    ] {
        let answer = index.query(query, 10);
        assert!(answer.complete, "{}", &query[..query.len().min(40)]);
        index.call(|engine| engine.suggest(query, 5));
    }
}
