//! What the page of a post looks like, and what it costs.

mod support;
#[path = "support/torture.rs"]
mod torture;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use sakuin::markdown::{CodeClass, PrepareOptions, Run, prepare, read};
use sakuin::render::{Node, RenderOptions, html, outline, tree};
use support::{Token, tokens};
use torture::torture;

fn page(source: &str) -> String {
    let text = prepare(source, &PrepareOptions::default()).text;
    html(&text, &RenderOptions { base_url: "/posts/a/", ..RenderOptions::default() })
}

#[test]
fn emphasis_works_beside_japanese_punctuation() {
    for (text, expected) in [
        ("**「日本語」**と", "<strong>「日本語」</strong>と"),
        ("これは**「重要」**です", "これは<strong>「重要」</strong>です"),
        ("これは**重要。**次", "これは<strong>重要。</strong>次"),
        ("**全文検索（full-text）**を", "<strong>全文検索（full-text）</strong>を"),
        ("*「強調」*と", "<em>「強調」</em>と"),
        ("~~「削除」~~と", "<del>「削除」</del>と"),
        ("**[図](b)**を", "<strong><a href=\"/posts/a/b\">図</a></strong>を"),
        ("の**`code`**を", "の<strong><code>code</code></strong>を"),
        ("***「両方」***と", "<em><strong>「両方」</strong></em>と"),
        ("は**💡ヒント**を", "は<strong>💡ヒント</strong>を"),
        ("한국어**(강조)**는", "한국어<strong>(강조)</strong>는"),
        ("`**「日本語」**と`", "<code>**「日本語」**と</code>"),
        (r"\**「日本語」**と", "**「日本語」**と"),
        ("a * 「b」 * c", "a * 「b」 * c"),
        ("[a](**「x」**と)", "<a href=\"/posts/a/**%E3%80%8Cx%E3%80%8D**%E3%81%A8\">a</a>"),
    ] {
        assert_eq!(page(text), format!("<p>{expected}</p>"), "{text}");
    }
}

#[test]
fn soft_breaks_vanish_between_wide_characters_only() {
    for (text, expected) in [
        ("日本\n語", "日本語"),
        ("日本、\n**語**", "日本、<strong>語</strong>"),
        ("日本\na", "日本\na"),
        ("a\n日本", "a\n日本"),
        ("한국\n어", "한국\n어"),
        ("日本  \n語", "日本<br>語"),
        ("日本`a`\n語", "日本<code>a</code>\n語"),
        ("日<!-- a -->\n<b>本</b>", "日<b>本</b>"),
    ] {
        assert_eq!(page(text), format!("<p>{expected}</p>"), "{text}");
    }
}

#[test]
fn html_is_repaired_as_browsers_repair_it() {
    for (text, expected) in [
        ("<p>a\n<div>b", "<p>a\n</p><div>b</div>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        (
            "<table><tr><td>a<td>b<tr><th>c</table>",
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>",
        ),
        ("<table>a<b>c</b></table>", "<table><tbody><tr><td>a<b>c</b></td></tr></tbody></table>"),
        ("<td>a</td>", "a"),
        (
            "<ruby>漢<rp>(</rp><rt>かん<rp>)</rp></ruby>",
            "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>",
        ),
        (
            "<a href=b>a [c](d) e</a>",
            "<p><a href=\"/posts/a/b\">a </a><a href=\"/posts/a/d\">c</a> e</p>",
        ),
        ("*a <b>c* d</b>", "<p><em>a <b>c</b></em> d</p>"),
        ("a <div>b</div> c", "<p>a b c</p>"),
        (
            "<details><summary>a</summary>\n\n- b\n\n</details>\n\nc",
            "<details><summary>a</summary>\n<ul><li>b</li></ul></details><p>c</p>",
        ),
        ("- <div>a\n- b", "<ul><li><div>a\n</div></li><li>b</li></ul>"),
        ("<pre>\n\na</pre>", "<pre>a</pre>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<h2>a<h3>b</h3>", "<h2>a</h2><h3>b</h3>\n"),
    ] {
        assert_eq!(page(text).trim_end(), expected.trim_end(), "{text}");
    }
}

#[test]
fn markdown_beyond_commonmark_is_rendered() {
    for (text, expected) in [
        (
            "- [x] a\n- [ ] b",
            "<ul><li><input type=\"checkbox\" disabled=\"\" checked=\"\"> a</li><li><input type=\"checkbox\" disabled=\"\"> b</li></ul>",
        ),
        ("> [!NOTE]\n> a", "<blockquote class=\"alert alert-note\"><p>a</p></blockquote>"),
        ("語\n: 説明", "<dl><dt>語</dt><dd>説明</dd></dl>"),
        (
            "$a_1$ と $$b$$",
            "<p><span class=\"math\">$a_1$</span> と <span class=\"math math-display\">$$b$$</span></p>",
        ),
        (
            "## 見出し *一*\n\n## 見出し *一*",
            "<h2 id=\"s-見出し-一\">見出し <em>一</em></h2><h2 id=\"s-見出し-一-1\">見出し <em>一</em></h2>",
        ),
        ("# a {#cookie .b onclick=c}", "<h1 id=\"s-cookie\">a</h1>"),
        ("## GET /posts/{id} ", "<h2 id=\"s-get-postsid\">GET /posts/{id}</h2>"),
        ("# **a** {#b c}", "<h1 id=\"s-a-b-c\"><strong>a</strong> {#b c}</h1>"),
        ("# {1, 2}\n\na {x}\n===", "<h1 id=\"s-1-2\">{1, 2}</h1><h1 id=\"s-a-x\">a {x}</h1>"),
        ("[a](#見出し)", "<p><a href=\"#s-%E8%A6%8B%E5%87%BA%E3%81%97\">a</a></p>"),
        (
            "|a|b|\n|:-|-:|\n|c|",
            "<table><thead><tr><th align=\"left\">a</th><th align=\"right\">b</th></tr></thead><tbody><tr><td align=\"left\">c</td><td align=\"right\"></td></tr></tbody></table>",
        ),
        ("```rust,ignore\n　a\n```", "<pre><code class=\"language-rust\">　a\n</code></pre>"),
        (
            "![a *b*](c.png \"d\")",
            "<p><img loading=\"lazy\" src=\"/posts/a/c.png\" alt=\"a b\" title=\"d\"></p>",
        ),
        ("![a](javascript:b)", "<p>a</p>"),
        ("[a](javascript:b)", "<p>a</p>"),
        ("[a](https://b.jp)", "<p><a href=\"https://b.jp\" rel=\"noopener noreferrer\">a</a></p>"),
        ("<a@b.jp>", "<p><a href=\"mailto:a@b.jp\">a@b.jp</a></p>"),
        ("a&nbsp;b \u{0}\u{1}", "<p>a&nbsp;b \u{FFFD}\u{1}</p>"),
    ] {
        assert_eq!(page(text), expected, "{text}");
    }
}

#[test]
fn footnotes_of_two_posts_do_not_meet() {
    let text = "a[^x] b[^y] c[^x]\n\n[^y]: 二\n[^x]: 一\n";
    let render = |id_prefix| html(text, &RenderOptions { id_prefix, ..RenderOptions::default() });
    assert_eq!(
        render("s1-"),
        "<p>a<sup id=\"s1-fnref:1\"><a class=\"footnote-ref\" href=\"#s1-fn:1\">1</a></sup> \
         b<sup id=\"s1-fnref:2\"><a class=\"footnote-ref\" href=\"#s1-fn:2\">2</a></sup> \
         c<sup id=\"s1-fnref2:1\"><a class=\"footnote-ref\" href=\"#s1-fn:1\">1</a></sup></p>\
         <section class=\"footnotes\"><ol><li id=\"s1-fn:1\"><p>一 \
         <a class=\"footnote-backref\" href=\"#s1-fnref:1\">↩\u{FE0E}</a> \
         <a class=\"footnote-backref\" href=\"#s1-fnref2:1\">↩\u{FE0E}</a></p></li>\
         <li id=\"s1-fn:2\"><p>二 \
         <a class=\"footnote-backref\" href=\"#s1-fnref:2\">↩\u{FE0E}</a></p></li></ol></section>"
    );
    assert_eq!(render("s2-"), render("s1-").replace("s1-", "s2-"));
    // Without a prefix, an id could hide a name of the page's scripts.
    assert_eq!(render("\" x=1"), render("x1"));
    assert_eq!(render(""), render("s-"));
}

/// `text` with `|` where its code becomes of the next class, and what is rendered.
fn colours(text: &str) -> String {
    let parts: Vec<&str> = text.split('|').collect();
    let starts = parts.iter().scan(0, |at, part| {
        *at += part.len();
        Some(*at)
    });
    let classes = [Some(CodeClass::Keyword), None, Some(CodeClass::String)].into_iter().cycle();
    let runs: Vec<Run> = starts.zip(classes).map(|(at, class)| Run::new(at, class)).collect();
    html(&parts.concat(), &RenderOptions { runs: &runs, ..RenderOptions::default() })
}

#[test]
fn code_is_shown_in_its_runs() {
    for (text, expected) in [
        ("```\na |b| c |d\n```", "a <span class=\"k\">b</span> c <span class=\"s\">d\n</span>"),
        (
            "> ```\n> |a\n> b| c\n> ```",
            "<span class=\"k\">a\n</span><span class=\"k\">b</span> c\n",
        ),
        ("```\n|a\n```\n\n```\nb\n```", "<span class=\"k\">a\n</span></code></pre><pre><code>b\n"),
        // Outside of code and twice at one place they do nothing.
        ("|a| `b|c`|\n\n```\n|||d|\n```\n|", "<span class=\"k\">d</span>\n"),
    ] {
        assert!(colours(text).contains(&format!("<pre><code>{expected}")), "{}", colours(text));
    }
}

proptest! {
    #[test]
    fn no_runs_take_any_text_away(text in "(```\n|> |[a-c日\t\r\n `|]){0,60}", numbers: Vec<u16>) {
        let runs: Vec<Run> = numbers.into_iter().map(|number| Run::of_number(number.into())).collect();
        let plain = html(&text, &RenderOptions::default());
        let coloured = html(&text, &RenderOptions { runs: &runs, ..RenderOptions::default() });
        let without = tokens(&coloured).into_iter().filter(|token| match token {
            Token::Open { name, .. } | Token::Close { name } => name != "span",
            _ => true,
        });
        let text_of = |tokens: Vec<Token>| -> String {
            tokens.into_iter().map(|token| match token {
                Token::Text(text) => text,
                token => format!("{token:?}"),
            }).collect()
        };
        prop_assert_eq!(text_of(without.collect()), text_of(tokens(&plain)));
    }
}

/// A footnote becomes an item, which the browser's parser would end at another.
#[test]
fn an_item_without_a_list_does_not_end_its_footnote() {
    let page = page("[^1]\n\n[^1]: <div>a<li>b</li></div><ul><li>c</ul>");
    assert!(page.contains("<li id=\"s-fn:1\"><div>ab</div><ul><li>c</li></ul>"), "{page}");
}

#[test]
fn an_outline_lists_the_headings() {
    let nodes = tree("# 一 `a`\n\n> ## 二\n\n### 一 a {#x}", &RenderOptions::default());
    let found: Vec<_> =
        outline(&nodes).into_iter().map(|entry| (entry.level, entry.anchor, entry.text)).collect();
    let entry = |level, anchor: &str, text: &str| (level, anchor.to_owned(), text.to_owned());
    assert_eq!(found, [entry(1, "一-a", "一 a"), entry(2, "二", "二"), entry(3, "x", "一 a")]);
}

fn depth(nodes: &[Node]) -> usize {
    let deepest = nodes.iter().map(|node| match node {
        Node::Element(element) => 1 + depth(&element.children),
        Node::Text(_) => 0,
    });
    deepest.max().unwrap_or(0)
}

fn cost(post: &str) -> Duration {
    let start = Instant::now();
    let options = PrepareOptions { liquid: true, ..PrepareOptions::default() };
    for text in [prepare(post, &options).text, post.to_owned()] {
        let reading = read(&text);
        assert!(reading.marks.len() <= text.len());
        let nodes = tree(&text, &RenderOptions::default());
        assert!(depth(&nodes) <= 64 + 6);
        let page = html(&text, &RenderOptions::default());
        assert!(page.len() <= (1 << 23) + 64 * text.len(), "{} bytes", page.len());
    }
    start.elapsed()
}

/// Four times the input must not take sixteen times as long. Other work on the
/// machine can make a figure too large, so that the best of a few counts.
#[test]
fn torture_takes_linear_time() {
    for ((name, small), (_, large)) in torture(8_000).into_iter().zip(torture(32_000)) {
        let mut figures = Vec::new();
        let is_linear = (0..6).any(|_| {
            let (before, after) = (cost(&small), cost(&large));
            figures.push((before, after));
            let best = figures.iter().map(|figure| figure.1).min().unwrap_or(after);
            best < Duration::from_millis(200) || best < before * 10
        });
        assert!(is_linear, "{name:?}: {figures:?}");
    }
}

#[test]
fn a_megabyte_on_one_line_is_rendered_whole() {
    let text = "日本語の長い行。".repeat(44_000);
    let page = page(&text);
    assert!(text.len() > 1 << 20);
    assert_eq!(page, format!("<p>{text}</p>"));
}

#[test]
fn what_is_cut_says_so() {
    let page = page(&"*a*\n".repeat(300_000));
    assert!(page.ends_with("<p class=\"cut\">…</p>"));
}
