//! Real sites go through the whole path, and nothing is lost.

use std::path::Path;

use crate::site::{Index, encoded, shared};

/// A corpus, its posts and what it holds back, and queries with a post that
/// each must find among the first five.
struct Corpus {
    name: &'static str,
    posts: usize,
    left_out: usize,
    queries: &'static [(&'static str, &'static str)],
}

const CORPORA: [Corpus; 3] = [
    Corpus {
        name: "efcl-blog-ja",
        posts: 837,
        left_out: 0,
        queries: &[
            ("Google Apps Script npm メール", "npm"),
            ("読み上げ VSCode", "read-aloud-text"),
        ],
    },
    Corpus {
        name: "vim-jp-ja",
        posts: 367,
        left_out: 0,
        queries: &[("Vim テクニックバイブル 正誤表", "corrigenda")],
    },
    Corpus {
        name: "opentelemetry-ja-en",
        posts: 1187,
        left_out: 13,
        queries: &[("トレース", "signals/traces")],
    },
];

#[test]
fn no_post_of_a_real_site_is_lost() {
    for Corpus { name, posts, left_out, queries } in CORPORA {
        let Some(corpus) = shared("corpora", name) else { return };
        let (encoded, report) = encoded(&corpus.join("md"));
        let left = report.left_out;
        let held_back = left.draft + left.future + left.expired + left.other;
        assert_eq!((report.posts, held_back), (posts, left_out), "{name}");
        let mut index = Index::of(&encoded);
        for (query, id) in queries {
            let hits = index.query(query, 5).hits;
            assert!(hits.iter().any(|hit| hit.post.id.contains(id)), "{name}: {query}: {hits:#?}");
        }
    }
}

#[test]
fn the_seed_post_is_found_and_rendered() {
    let Some(folder) = std::env::var_os("SAKUIN_SHARED") else {
        println!("skipped: SAKUIN_SHARED is not set, and seed is there");
        return;
    };
    let (encoded, report) = encoded(&Path::new(&folder).join("seed"));
    assert_eq!(report.posts, 1);
    let mut index = Index::of(&encoded);
    for query in [
        "fluentd",
        "勉強会",
        "浴衣",
        "ステッカー",
        "Treasure Data",
        "ｆｌｕｅｎｔｄ",
        "Ｆluentd　浴衣",
    ] {
        assert_eq!(index.query(query, 10).hits.len(), 1, "{query}");
    }
    let hit = index.query("浴衣", 10).hits.remove(0);
    assert!(
        hit.snippet.iter().any(|part| part.matched && part.text == "浴衣"),
        "{:?}",
        hit.snippet
    );
    assert_eq!(hit.post.date.as_deref(), Some("2012-08-23"));
    let post = index.call(|engine| engine.post(&hit.post.id, false)).unwrap();
    let options = sakuin::render::RenderOptions { base_url: &post.post.url, ..Default::default() };
    let html = sakuin::render::html(&post.markdown, &options);
    let figure = "src=\"/images/entries/20120823/20120823_2440232.jpg\" alt=\"Fluentdステッカー\"";
    assert!(html.contains(figure), "the figure");
    assert!(html.contains("<pre><code>\n開催日時：2012/08/22 18:00  ～  22:00"), "the code block");
}
