//! A site's own shortcodes: templates of what a post may hold.

use super::element::Kind;
use super::raw::{Token, Tokenizer};
use super::shortcode::Call;

/// What a shortcode becomes: HTML of the elements that posts may use, with
/// places for its arguments (`{{ 0 }}`, `{{ title }}`) and for its content
/// (`{{ inner }}`).
///
/// Arguments are text, whatever they hold; content is Markdown. Attributes that
/// no page uses are dropped.
///
/// ```
/// use sakuin::markdown::{PrepareOptions, Template, prepare};
///
/// let mut options = PrepareOptions::default();
/// let template = Template::parse("<a href=\"https://example.jp/{{ 0 }}\">{{ title }}</a>")?;
/// options.templates.insert("book".to_owned(), template);
/// let prepared = prepare("{{< book 42 >}}", &options);
/// assert_eq!(prepared.text, "<a href=\"https://example.jp/42\"></a>");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    parts: Vec<Part>,
    is_block: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Html(String),
    /// The argument of this name, or at this position.
    Argument(String),
    Inner,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// When braces do not close or name nothing, when there are two places for
    /// the content, or when an element is not one that posts may use.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut sample = String::new();
        let mut rest = text;
        while let Some((html, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                return Err("'{{' without '}}' in a template".to_owned());
            };
            let name = name.trim();
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            if name.is_empty() || !name.chars().all(is_name) {
                return Err(format!("'{{{{ {name} }}}}' names no argument of a shortcode"));
            }
            parts.push(Part::Html(html.to_owned()));
            sample.push_str(html);
            if name == "inner" {
                if parts.contains(&Part::Inner) {
                    return Err("'{{ inner }}' twice in a template".to_owned());
                }
                parts.push(Part::Inner);
            } else {
                parts.push(Part::Argument(name.to_owned()));
                sample.push('x');
            }
            rest = after;
        }
        parts.push(Part::Html(rest.to_owned()));
        sample.push_str(rest);
        let mut tokens = Vec::new();
        Tokenizer::default().tokenize(&sample, "", &mut tokens);
        let mut is_block = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Hidden(range) => {
                    let tag = &sample[range.clone()];
                    return Err(format!("'{tag}' in a template: no element that posts may use"));
                }
                Token::Open(_, name, _) => is_block |= at == 0 && name.kind() == Kind::Block,
                Token::Text(_) | Token::Close(..) => {}
            }
        }
        Ok(Self { parts, is_block })
    }

    /// Whether what it makes starts on a line of its own.
    pub(super) fn is_block(&self) -> bool {
        self.is_block
    }

    /// Whether it has a place for content.
    pub(super) fn has_inner(&self) -> bool {
        self.parts.contains(&Part::Inner)
    }

    /// The HTML before the content and after it, for the arguments of `call`.
    pub(super) fn fill(&self, call: &Call) -> (String, String) {
        let (mut before, mut html) = (String::new(), String::new());
        for part in &self.parts {
            match part {
                Part::Html(part) => html.push_str(part),
                Part::Argument(name) => {
                    let position = name.parse().unwrap_or(usize::MAX);
                    push_literal(call.get(name, position), &mut html);
                }
                Part::Inner => before = std::mem::take(&mut html),
            }
        }
        if self.has_inner() { (before, html) } else { (html, String::new()) }
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

/// Appends `text` so that it is text in HTML and in Markdown.
fn push_literal(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => html.push(' '),
            '%' | ',' | '-' | '.' | '/' | ':' | ';' | '?' => html.push(c),
            c if c.is_ascii_punctuation() => html.push_str(&format!("&#{};", u32::from(c))),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{PrepareOptions, prepare};

    fn text(template: &str, source: &str) -> String {
        let template = Template::parse(template).unwrap();
        let templates = [("t".to_owned(), template)].into();
        prepare(source, &PrepareOptions { templates, ..PrepareOptions::default() }).text
    }

    #[test]
    fn arguments_are_text_and_content_is_markdown() {
        for (template, source, prepared) in [
            ("<b>{{ 0 }}</b>", "a {{< t x >}} b", "a <b>x</b> b"),
            ("<b>{{ 0 }}</b>", "{{< t `*<i>x` >}}", "<b>\\*\\<i\\>x</b>"),
            (
                "<a href=\"/{{ 0 }}\" class=c>{{ n }}</a>",
                "{{< t n=\"x\" >}}",
                "<a href=\"/\">x</a>",
            ),
            (
                "<a href=\"{{ 0 }}\">x</a>",
                "{{< t \"a&b\\\"c\" >}}",
                "<a href=\"a&amp;b&quot;c\">x</a>",
            ),
            ("<mark>{{ inner }}</mark>", "{{% t %}}*x*{{% /t %}}", "<mark>*x*</mark>"),
            (
                "<details><summary>{{ 0 }}</summary>{{ inner }}</details>",
                "- {{< t 図 >}}\n  *x*\n  {{< /t >}}\n\ny",
                "- <details><summary>図</summary>\n\n  *x*\n\n  </details>\n\ny",
            ),
            ("<hr>", "a\n\n{{< t >}}秘{{< /t >}}\n\nb", "a\n\n<hr>\n\nb"),
            ("<div>{{ 0 }}</div>", "a\n{{< t x >}}\nb", "a\n\n<div>x</div>\n\nb"),
            ("<div>{{ inner }}</div>", "{{< t >}}", "<div>\n\n</div>"),
        ] {
            assert_eq!(text(template, source), prepared, "{template} {source}");
        }
    }

    #[test]
    fn a_template_can_only_use_what_posts_may() {
        for (template, message) in [
            (
                "<script>{{ 0 }}</script>",
                "'<script>x' in a template: no element that posts may use",
            ),
            ("<iframe src=x>", "'<iframe src=x>' in a template: no element that posts may use"),
            ("<b>{{ 0 </b>", "'{{' without '}}' in a template"),
            ("{{ .Get 0 }}", "'{{ .Get 0 }}' names no argument of a shortcode"),
            ("{{ inner }}{{ inner }}", "'{{ inner }}' twice in a template"),
        ] {
            assert_eq!(Template::parse(template), Err(message.to_owned()));
        }
    }
}
