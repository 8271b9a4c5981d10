//! Attacks, and the places of a post that one can stand in.

#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;

use sakuin::markdown::{PrepareOptions, RawHtml, Template, prepare};
use serde_json::Value;

use crate::support::shared;

/// The collected payloads, where `SAKUIN_SHARED` names the folder that holds
/// them.
pub(crate) fn payloads() -> Option<Vec<String>> {
    let path = shared("fixtures/xss/payloads-redistributable.jsonl")?;
    let lines = std::fs::read_to_string(path).expect("the fixture is readable");
    let payloads = lines.lines().map(|line| {
        let payload: Value = serde_json::from_str(line).expect("the fixture is JSON");
        payload["payload"].as_str().expect("a payload is text").to_owned()
    });
    Some(payloads.collect())
}

/// One of each kind, for where the collection isn't.
pub(crate) const FEW: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "JaVa\tScRiPt&colon;alert(1)",
    "' autofocus onfocus='alert(1)",
    "<iframe srcdoc=\"<script>parent.alert(1)</script>\"></iframe>",
    "</code></pre><script>alert(1)</script>",
    "data:text/html,<script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "`}}<script>alert(1)</script>{{<",
    "{{constructor.constructor('alert(1)')()}}",
];

/// The places of a stored text that a payload can stand in.
pub(crate) fn places(payload: &str) -> Vec<String> {
    let line = payload.replace(['\r', '\n'], " ");
    let quoted = line.replace('"', "&quot;");
    vec![
        payload.to_owned(),
        format!("text {line} text"),
        format!("<div>{payload}</div>"),
        format!("<div>\n\n{payload}\n\n</div>"),
        format!("[a]({line})"),
        format!("[a](<{line}>)"),
        format!("![a]({line})"),
        format!("![{line}](a.png)"),
        format!("<{line}>"),
        format!("[a](b \"{line}\")"),
        format!("[a](b '{line}')"),
        format!("[a]: {line}\n\n[a] ![a]"),
        format!("<a href=\"{quoted}\" title=\"{quoted}\" id=\"{quoted}\">a</a>"),
        format!("<a href='{line}'>a</a>"),
        format!("<a href={line}>a</a>"),
        format!("<img src=\"{quoted}\" alt=\"{quoted}\" width=\"{quoted}\">"),
        format!("<img src=a {line}>"),
        format!("<p {line}>a</p>"),
        format!("<{line} a=b>"),
        format!("<table><tr><td {line}>{payload}</td></tr></table>"),
        format!("# a {{{line}}}"),
        format!("# a {{#{line}}}"),
        format!("# {line}"),
        format!("```{line}\n{payload}\n```"),
        format!("|a|\n|-|\n|{line}|"),
        format!("[^{line}]\n\n[^{line}]: {line}"),
        format!("${line}$"),
        format!("`{line}`"),
        format!("**「{line}」**と"),
    ]
}

/// A site's own shortcode, with an argument wherever one may stand.
const TEMPLATE: &str = "<div id=\"{{ 0 }}\"><a href=\"{{ 0 }}\" title='{{ title }}'>{{ title }}</a> \
    <a href={{ 0 }}>a</a><img src=\"{{ 0 }}\" alt=\"{{ title }}\" width={{ 0 }}>{{ inner }}</div>";

/// What the builder makes of a payload in an author's text: as it is, and as an
/// argument or the content of a shortcode.
pub(crate) fn prepared(payload: &str) -> Vec<String> {
    let argument = if payload.contains('`') {
        format!("\"{}\"", payload.replace('"', "\\\""))
    } else {
        format!("`{payload}`")
    };
    let a = &argument;
    let sources = [
        payload.to_owned(),
        format!("{{{{< figure src={a} alt={a} title={a} width={a} height={a} >}}}}"),
        format!("{{{{< figure src=a.png link={a} caption={a} attr={a} attrlink={a} >}}}}"),
        format!("{{{{< youtube id={a} title={a} >}}}} {{{{< vimeo {a} >}}}}"),
        format!("{{{{< gist {a} {a} >}}}} {{{{< x user={a} id={a} >}}}} {{{{< instagram {a} >}}}}"),
        format!("[a]({{{{< ref {a} >}}}}) <a href=\"{{{{% relref {a} %}}}}\">a</a>"),
        format!("{{{{< highlight {a} {a} >}}}}\n{payload}\n{{{{< /highlight >}}}}"),
        format!("{{{{< details summary={a} open=true >}}}}\n{payload}\n{{{{< /details >}}}}"),
        format!("{{{{< other {a} >}}}}{payload}{{{{< /other >}}}} {{{{% {payload} %}}}}"),
        format!("{{{{< param {a} >}}}} {{{{</* {payload} */>}}}}"),
        format!("```\n{{{{< figure src={a} >}}}}\n```\n\n`{{{{% {payload} %}}}}`"),
        format!(
            "{{{{< details summary={a} >}}}}{{{{< figure alt={a} src={a} >}}}}{{{{< /details >}}}}"
        ),
    ];
    let options = PrepareOptions::default();
    let mut texts: Vec<String> =
        sources.iter().map(|source| prepare(source, &options).text).collect();
    for raw_html in [RawHtml::Text, RawHtml::Drop] {
        let options = PrepareOptions { raw_html, liquid: true, ..options.clone() };
        texts.push(prepare(payload, &options).text);
    }
    let template = Template::parse(TEMPLATE).expect("a template is of listed elements");
    let templates = BTreeMap::from([("own".to_owned(), template)]);
    let own = PrepareOptions { smart_punctuation: true, ruby: true, templates, ..options };
    for source in [
        format!("{{{{< own {a} title={a} >}}}}{payload}{{{{< /own >}}}}"),
        format!(
            "a {{{{% own {a} title={a} %}}}}{payload}{{{{% /own %}}}} ｜{payload}《{payload}》"
        ),
    ] {
        texts.push(prepare(&source, &own).text);
    }
    texts
}
