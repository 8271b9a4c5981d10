//! What `docs/rendering.md` says: each example, and each list.

use std::collections::BTreeSet;

use sakuin::markdown::{ElementName, PrepareOptions, Template, prepare};
use sakuin::render::{Class, RenderOptions, html};

const PAGE: &str = include_str!("../docs/rendering.md");

/// The code blocks of the page, each with the words after its fence.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut blocks = Vec::new();
    let mut rest = PAGE;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (info, after) = after.split_once('\n').expect("a fence ends its line");
        let (code, after) = after.split_once("```").expect("a fence is closed");
        blocks.push((info, code));
        rest = after;
    }
    blocks
}

fn options(info: &str) -> PrepareOptions {
    let toml = blocks().into_iter().find(|(info, _)| *info == "toml");
    let (_, toml) = toml.expect("there is an example of templates");
    let lines = toml.lines().filter_map(|line| line.split_once(" = '"));
    let template = |text: &str| {
        Template::parse(text.trim_end_matches('\'')).expect("a template of the page is valid")
    };
    PrepareOptions {
        smart_punctuation: info.contains("smart_punctuation"),
        ruby: info.contains("ruby"),
        templates: lines.map(|(name, text)| (name.to_owned(), template(text))).collect(),
        ..PrepareOptions::default()
    }
}

fn examples() -> Vec<(&'static str, PrepareOptions, &'static str)> {
    let blocks = blocks();
    let pairs = blocks.windows(2).filter(|pair| pair[0].0.starts_with("markdown"));
    let examples = pairs.map(|pair| {
        assert_eq!(pair[1].0, "html", "{}", pair[0].1);
        (pair[0].1, options(pair[0].0), pair[1].1)
    });
    examples.collect()
}

#[test]
fn the_examples_are_what_comes_out() {
    assert_eq!(examples().len(), 10);
    for (source, options, expected) in examples() {
        let prepared = prepare(source, &options);
        assert_eq!(prepared.warnings, [], "{source}");
        assert_eq!(
            html(&prepared.text, &RenderOptions::default()),
            expected.trim_end(),
            "{source}"
        );
    }
}

/// The words in backticks of the part under the heading `title`.
fn listed(title: &str) -> BTreeSet<&'static str> {
    let (_, part) = PAGE.split_once(&format!("## {title}\n")).expect("the part is there");
    let part = part.split("\n## ").next().unwrap_or_default();
    part.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_elements_are_those_of_the_code() {
    let (_, list) = PAGE.split_once("as Markdown or as HTML:\n\n").expect("the list is there");
    let list = list.split("\n\n").next().unwrap_or_default();
    let listed: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let names: Vec<&str> = ElementName::ALL.iter().map(|name| name.as_str()).collect();
    assert_eq!(listed, names);
}

#[test]
fn the_classes_are_those_of_the_code() {
    let classes = [
        Class::Math,
        Class::MathDisplay,
        Class::FootnoteRef,
        Class::FootnoteBackref,
        Class::Footnotes,
        Class::AlertNote,
        Class::AlertTip,
        Class::AlertImportant,
        Class::AlertWarning,
        Class::AlertCaution,
        Class::Cut,
    ];
    let mut expected: BTreeSet<&str> =
        classes.iter().flat_map(|class| class.as_str().split(' ')).collect();
    expected.extend(["language-…", "code"]);
    assert_eq!(listed("Classes"), expected);
}
