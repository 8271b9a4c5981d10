//! What is read from small sites of every format, in Japanese and English.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};

use sakuin_builder::config::Format;
use sakuin_builder::source::{Body, LeftOut, Post, PostDate, Site, SourceOptions, read_site};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The first second of 2026 in Tokyo, less one.
const BEFORE_2026: i64 = 1_767_193_199;

fn options() -> SourceOptions {
    SourceOptions { now: BEFORE_2026, ..SourceOptions::default() }
}

fn read(name: &str, options: &SourceOptions) -> Site {
    read_site(&fixture(name), options, &|_, _| {}).unwrap()
}

fn addresses(site: &Site) -> Vec<(&str, &str)> {
    site.posts.iter().map(|post| (post.id.as_str(), post.url.as_str())).collect()
}

fn post<'a>(site: &'a Site, id: &str) -> &'a Post {
    site.posts.iter().find(|post| post.id == id).unwrap()
}

fn warnings(site: &Site) -> Vec<String> {
    site.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn hugo_pages_are_where_hugo_puts_them() {
    let expected = [
        ("_index.en.md", "/blog/en/"),
        ("docs/C++ と Rust.md", "/blog/docs/c++-と-rust/"),
        ("docs/_index.md", "/blog/docs/"),
        ("notes/a/b/メモ.md", "/blog/a/b/メモ/"),
        ("posts/absolute.md", "https://example.com/記事"),
        ("posts/bad-date.md", "/blog/0001/01/日付/"),
        ("posts/bundle/index.md", "/blog/2021/02/bundle/"),
        ("posts/dots.md", "/blog/2020/01/..-..-..-etc/"),
        ("posts/search.en.md", "/blog/en/2020/07/how-full-text-search-works/"),
        ("posts/search.md", "/blog/2020/07/全文検索のしくみ/"),
        ("posts/slug.md", "/blog/2012/08/勉強会--2--に参加しました/"),
        ("posts/url.md", "/blog/old/ページ/"),
        ("posts/version.md", "/blog/2020/01/elasticsearch-1.0.0/"),
        ("quiet/up.md", "/blog/etc/"),
        ("quiet/whole.md", "/blog/quiet/whole/"),
        ("secret/shown.md", "/blog/secret/shown/"),
    ];
    assert_eq!(addresses(&read("hugo/content", &options())), expected);
}

#[test]
fn hugo_posts_say_what_their_front_matter_says() {
    let site = read("hugo/content", &options());
    let search = post(&site, "posts/search.md");
    assert_eq!(search.title, "全文検索のしくみ");
    assert_eq!(search.tags, ["索引", "検索"]);
    assert_eq!((search.lang.as_str(), search.section.as_str()), ("ja", "posts"));
    let date = PostDate { unix_seconds: 1_593_873_780, offset_minutes: 540 };
    assert_eq!(search.date, Some(date));
    let body = Body::Markdown { text: "転置索引を引く。\n".to_owned(), first_line: 7 };
    assert_eq!(search.body, body);

    let english = post(&site, "posts/search.en.md");
    assert_eq!((english.lang.as_str(), english.date), ("en", Some(date)));
    assert_eq!(english.tags, ["index"]);
    assert_eq!(post(&site, "quiet/whole.md").title, "wholeと全部");
    assert_eq!(post(&site, "notes/a/b/メモ.md").title, "メモ");
}

#[test]
fn what_a_site_holds_back_is_counted_and_never_read_out() {
    for (name, draft, future, expired, other) in [
        ("hugo/content", 4, 2, 1, 5),
        ("hugo", 4, 2, 1, 6),
        ("jekyll", 1, 1, 0, 5),
        ("zola/content", 3, 0, 0, 2),
        ("markdown", 1, 0, 0, 0),
        ("html", 0, 0, 0, 1),
        ("posts.jsonl", 0, 0, 0, 0),
    ] {
        let site = read(name, &options());
        assert!(!format!("{:?}", site.posts).contains("CANARY"), "{name}");
        assert!(!format!("{:?}", site.warnings).contains("CANARY"), "{name}");
        assert_eq!(site.left_out, LeftOut { draft, future, expired, other }, "{name}");
    }
}

#[test]
fn what_is_asked_for_is_shown() {
    let options = SourceOptions { drafts: true, future: true, expired: true, ..options() };
    let site = read("hugo/content", &options);
    assert_eq!(site.left_out, LeftOut { other: 5, ..LeftOut::default() });
    for id in ["posts/draft.md", "posts/embargo.md", "posts/expired.md", "secret/below/page.md"] {
        post(&site, id);
    }
}

#[test]
fn a_future_post_appears_at_midnight_in_the_sites_zone() {
    let shown = |now| {
        let site = read("hugo/content", &SourceOptions { now, ..options() });
        site.posts.iter().any(|post| post.id == "posts/future.md")
    };
    assert!(!shown(BEFORE_2026));
    assert!(shown(BEFORE_2026 + 1));
}

#[test]
fn odd_front_matter_is_a_warning_with_its_line() {
    let site = read("hugo/content", &options());
    let expected = [
        "front matter: date 'きのう' is no date (posts/bad-date.md:3)",
        "its address goes up with '..', taken as /etc/ (quiet/up.md:3)",
    ];
    assert_eq!(warnings(&site), expected);
}

#[test]
fn a_site_reads_the_same_from_its_root_and_from_a_section() {
    let whole = read("hugo/content", &options());
    let from_root = read("hugo", &options());
    for post in &from_root.posts {
        let id = post.id.strip_prefix("content/").unwrap();
        assert!(whole.posts.iter().any(|other| other.id == id && other.url == post.url), "{id}");
    }
    let section = read("hugo/content/docs", &options());
    let expected = [("C++ と Rust.md", "/blog/docs/c++-と-rust/"), ("_index.md", "/blog/docs/")];
    assert_eq!(addresses(&section), expected);
}

#[test]
fn jekyll_posts_are_where_jekyll_puts_them() {
    let site = read("jekyll", &options());
    let expected = [
        ("_posts/2015-07-30-全文 検索.md", "/j/tech/日記/2015/07/30/全文-検索/"),
        ("_posts/2020-07-05-own.md", "/j/2008/0303/res90/"),
        ("_posts/2020/2020-07-04-late.md", "/j/blog/2015/07/31/late/"),
        ("_recipes/カレー.md", "/j/recipes/カレー.html"),
        ("about.md", "/j/about/"),
        ("index.md", "/j/"),
        ("tech/_posts/2019-01-05-folder.md", "/j/tech/2019/01/05/folder/"),
    ];
    assert_eq!(addresses(&site), expected);
    let search = &site.posts[0];
    assert_eq!((search.lang.as_str(), search.section.as_str()), ("ja", "posts"));
    assert_eq!(search.tags, ["索引", "検索"]);
}

#[test]
fn jekyll_posts_are_found_without_a_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let posts = dir.path().join("_posts/2020");
    std::fs::create_dir_all(&posts).unwrap();
    std::fs::write(posts.join("2020-07-04-索引.md"), "---\ncategory: 日記\n---\n本文\n").unwrap();
    for content in [dir.path().to_path_buf(), dir.path().join("_posts"), posts] {
        let site = read_site(&content, &options(), &|_, _| {}).unwrap();
        assert_eq!(site.posts[0].url, "/日記/2020/07/04/索引.html");
        assert_eq!(site.posts[0].title, "索引");
    }
}

#[test]
fn zola_pages_are_where_zola_puts_them() {
    let site = read("zola/content", &options());
    let expected = [
        ("posts/2018-10-10-hello-world.md", "/posts/hello-world/"),
        ("posts/2018-10-11.md", "/posts/2018-10-11/"),
        ("posts/folder/index.md", "/posts/renamed/"),
        ("posts/path.md", "/2016/09/29/Rust-1.12/"),
        ("posts/全文 検索.ja.md", "/ja/posts/全文_検索/"),
    ];
    assert_eq!(addresses(&site), expected);
    assert_eq!(site.posts[0].tags, ["greeting"]);
    assert_eq!(site.posts[0].date.map(|date| date.unix_seconds), Some(1_539_129_600));
    assert_eq!(site.posts[4].lang, "ja");
}

#[test]
fn plain_folders_are_served_by_their_paths() {
    let site = read("markdown", &options());
    let expected = [
        ("README.md", "/"),
        ("en/chapter-1.md", "/en/one/"),
        ("guide/2020-07-04-日付.md", "/guide/2020-07-04-日付/"),
        ("guide/README.md", "/guide/README/"),
        ("guide/index.md", "/guide/"),
        ("ja/chapter 1.md", "/ja/chapter%201/"),
    ];
    assert_eq!(addresses(&site), expected);
    let titles: Vec<&str> = site.posts.iter().map(|post| post.title.as_str()).collect();
    assert_eq!(titles, ["索引の本", "Chapter 1", "2020-07-04-日付", "README", "Guide", "第一章"]);
    let langs: Vec<&str> = site.posts.iter().map(|post| post.lang.as_str()).collect();
    assert_eq!(langs, ["", "en", "", "", "", "ja"]);
    assert_eq!(site.posts[2].date.map(|date| date.unix_seconds), Some(1_593_820_800));
}

#[test]
fn rendered_pages_are_served_by_their_names() {
    let site = read("html", &options());
    assert_eq!(addresses(&site), [("index.html", "/"), ("posts/a b.html", "/posts/a%20b.html")]);
    assert_eq!(site.posts[0].body, Body::Plain("ようこそ。".to_owned()));
    assert_eq!(site.posts[1].body, Body::Plain("One.\nTwo.".to_owned()));
    assert_eq!((site.posts[1].title.as_str(), site.posts[1].lang.as_str()), ("Post", "en"));
}

#[test]
fn json_lines_are_posts() {
    let options = SourceOptions { base_url: "https://example.org/s/".to_owned(), ..options() };
    let site = read("posts.jsonl", &options);
    let expected = [("a", "/s/a"), ("b/c d", "https://example.com/search"), ("d", "/s/up/")];
    assert_eq!(addresses(&site), expected);
    assert_eq!(site.posts[0].body, Body::Plain("本文。".to_owned()));
    let markdown = Body::Markdown { text: "# Search".to_owned(), first_line: 2 };
    assert_eq!(site.posts[1].body, markdown);
    assert_eq!(warnings(&site), ["its address goes up with '..', taken as /up/ (posts.jsonl:4)"]);
}

#[test]
fn the_base_url_and_the_format_may_be_given() {
    let options = SourceOptions {
        base_url: "/本/".to_owned(),
        format: Some(Format::Markdown),
        exclude: vec!["posts".to_owned(), "secret/**".to_owned(), "**/_index*".to_owned()],
        ..options()
    };
    let expected = [
        ("docs/C++ と Rust.md", "/本/docs/C++%20と%20Rust/"),
        ("notes/a/b/メモ.md", "/本/notes/a/b/メモ/"),
        ("quiet/parts/part.md", "/本/quiet/parts/part/"),
        ("quiet/up.md", "/本/etc/"),
        ("quiet/whole.md", "/本/quiet/whole/"),
    ];
    assert_eq!(addresses(&read("hugo/content", &options)), expected);
}

#[test]
fn every_file_is_counted_to_the_end() {
    let most = std::sync::atomic::AtomicUsize::new(0);
    let progress = |done, total| {
        assert!(done <= total);
        most.fetch_max(done, std::sync::atomic::Ordering::Relaxed);
    };
    let site = read_site(&fixture("markdown"), &options(), &progress).unwrap();
    assert_eq!(most.into_inner(), site.posts.len() + 1);
}
