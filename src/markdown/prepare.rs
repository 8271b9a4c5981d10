//! What a post goes through once, when its index is built.

use std::collections::BTreeMap;

use super::anchor::{hugo_ids, write_ids};
use super::expand::{Draft, expand};
use super::liquid;
use super::pieces::{Ranged, Source};
use super::reading::{Reading, read, read_pieces};
use super::template::Template;
use super::tidy::tidy;
use super::typography::{Typography, typeset};

/// How a post is prepared.
#[derive(Clone, Debug)]
pub struct PrepareOptions {
    /// Whether Hugo's shortcodes are run. Yes unless said otherwise.
    pub shortcodes: bool,
    /// Whether Jekyll's Liquid tags are run. No unless said otherwise.
    pub liquid: bool,
    /// What becomes of HTML that the author wrote.
    pub raw_html: RawHtml,
    /// Whether quotes, dashes and dots are typeset: `"a" -- b...` becomes
    /// `“a” – b…`. No unless said otherwise.
    pub smart_punctuation: bool,
    /// Whether `｜漢字《かんじ》` becomes a `ruby` element. No unless said otherwise.
    pub ruby: bool,
    /// The site's own shortcodes by name, which come before the built-in ones.
    pub templates: BTreeMap<String, Template>,
    /// What the shortcode `param` finds: the site's parameters, and over them
    /// those of the post.
    pub params: BTreeMap<String, String>,
}

/// What becomes of HTML in a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawHtml {
    #[default]
    /// The elements and attributes of the allow-list stay.
    Subset,
    /// All tags are shown as text.
    Text,
    /// All tags go; the text between them stays.
    Drop,
}

impl Default for PrepareOptions {
    fn default() -> Self {
        Self {
            shortcodes: true,
            liquid: false,
            raw_html: RawHtml::Subset,
            smart_punctuation: false,
            ruby: false,
            templates: BTreeMap::new(),
            params: BTreeMap::new(),
        }
    }
}

/// A post that is ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// Markdown and allowed HTML: what the page shows, and nothing else.
    pub text: String,
    /// What the author should know, in the order of the source.
    pub warnings: Vec<Warning>,
}

/// Something in a post that isn't shown as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line of the source, from 1.
    pub line: usize,
    /// What it is, in lower case, without a full stop.
    pub message: String,
}

/// Turns the body of a post, without front matter, into the text that is
/// stored: shortcodes and Liquid tags are run, what the site
/// typesets is typeset, comments and HTML that no page
/// would show are removed. Takes time and memory linear in its length.
///
/// ```
/// use sakuin::markdown::{PrepareOptions, prepare};
///
/// let source = "検索<!-- 下書き -->の本\n\n{{< tab >}}中身{{< /tab >}}\n";
/// let prepared = prepare(source, &PrepareOptions::default());
/// assert_eq!(prepared.text, "検索の本\n\n中身");
/// assert_eq!(prepared.warnings[0].line, 3);
/// assert_eq!(
///     prepared.warnings[0].message,
///     "unknown shortcode 'tab' dropped, its content kept"
/// );
/// ```
pub fn prepare(source: &str, options: &PrepareOptions) -> Prepared {
    prepare_and_read(source, options).0
}

/// As [`prepare`], with what [`read`] gives of the text, in less time.
pub fn prepare_and_read(source: &str, options: &PrepareOptions) -> (Prepared, Reading) {
    let mut warnings = Vec::new();
    let mut text = source.replace("\r\n", "\n").replace('\r', "\n");
    if options.liquid {
        text = liquid::run(&text, &mut warnings);
    }
    let draft = if options.shortcodes {
        expand(&text, options, &mut warnings)
    } else {
        Draft { text, own_html: Vec::new() }
    };
    warnings.sort_by_key(|warning| warning.line);
    let source = Source::new(&draft.text);
    let pieces: Vec<_> = source.pieces().collect();
    // The ids of headings are made of what was written, tags and all.
    let ids = hugo_ids(&draft.text, &pieces);
    let typography =
        Typography { smart_punctuation: options.smart_punctuation, ruby: options.ruby };
    let (text, reading) = tidy(&draft, &pieces, options.raw_html, |text, pieces| {
        if typography == Typography::default() {
            return with_ids(text, pieces, ids);
        }
        let text = typeset(text, typography);
        let source = Source::new(&text);
        with_ids(&text, &source.pieces().collect::<Vec<_>>(), ids)
    });
    (Prepared { text, warnings }, reading)
}

/// `text` with these ids on its headings, and its reading.
fn with_ids(text: &str, pieces: &[Ranged<'_>], ids: Vec<String>) -> (String, Reading) {
    match write_ids(text, pieces, ids) {
        None => (text.to_owned(), read_pieces(text, pieces)),
        Some(text) => {
            let reading = read(&text);
            (text, reading)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        prepare(source, &PrepareOptions::default()).text
    }

    fn text_with(source: &str, raw_html: RawHtml) -> String {
        prepare(source, &PrepareOptions { raw_html, ..PrepareOptions::default() }).text
    }

    #[test]
    fn shortcodes_become_markdown() {
        for (source, prepared) in [
            (
                "前\n{{< figure src=\"/a.jpg\" alt=\"図\" >}}\n後",
                "前\n\n<figure>\n<img src=\"/a.jpg\" alt=\"図\">\n</figure>\n\n後",
            ),
            (
                "- {{< figure src=a.png caption=\"*b* & c\" >}}",
                "- <figure>\n  <img src=\"a.png\">\n  <figcaption>\n\n  \
                 *b* & c\n\n  </figcaption>\n  </figure>",
            ),
            ("|{{< figure src=a.png >}}|", "|<img src=\"a.png\">|"),
            ("{{< highlight go >}}\na `b`\n{{< /highlight >}}\nc", "```go\na `b`\n```\n\nc"),
            (
                "{{< details summary=\"要\" >}}\n*中*\n{{< /details >}}",
                "<details>\n<summary>要</summary>\n\n*中*\n\n</details>",
            ),
            ("[a]({{< ref \"b/c.md#d\" >}})", "[a](b/c/#d)"),
            ("[a]({{% relref \"/b/_index.md\" %}})", "[a](/b/)"),
            (
                "{{< youtube w7Ft2ymGmfc >}}",
                "[YouTube](https://www.youtube.com/watch?v=w7Ft2ymGmfc)",
            ),
            ("{{< x user=a id=1 >}}", "[X](https://x.com/a/status/1)"),
            ("{{< tweet 1 >}}", "[X](https://x.com/i/status/1)"),
            ("{{< gist a 1b >}}", "[Gist](https://gist.github.com/a/1b)"),
            ("a {{< b c=d >}} e", "a  e"),
            ("a {{% b %}}*c*{{% /b %}} d", "a *c* d"),
            ("{{< comment >}}秘{{< a >}}{{< /comment >}}b", "b"),
            ("a{{/* 秘 */}}b", "ab"),
            ("{{</* a */>}} `{{</* b */>}}`", "{{< a >}} `{{< b >}}`"),
            (
                "```\n{{< a >}} {{</* b */>}} {{/* c */}}\n```",
                "```\n{{< a >}} {{< b >}} {{/* c */}}\n```",
            ),
        ] {
            assert_eq!(text(source), prepared, "{source}");
        }
    }

    #[test]
    fn parameters_are_filled_in_code_too() {
        let params = BTreeMap::from([("version".to_owned(), "1.2".to_owned())]);
        let options = PrepareOptions { params, ..PrepareOptions::default() };
        let prepared = prepare("{{% param version %}} `v{{% param \"version\" %}}`", &options);
        assert_eq!(prepared.text, "1.2 `v1.2`");
    }

    #[test]
    fn nothing_hidden_is_left() {
        for (source, prepared) in [
            ("a <!-- 秘 --> b", "a b"),
            ("a <!-- 秘 -->\nb", "a\nb"),
            ("a\n\n<!-- 秘\n\n密 -->\n\nb", "a\n\nb"),
            ("- a\n\n<!-- 秘 -->\n\n- b", "- a\n\n<!---->\n\n- b"),
            ("a\n<!--more-->\nb", "a\n<!---->\nb"),
            ("a <script>秘</script> b", "a b"),
            ("<script>\n秘\n\n密\n</script>\n\na", "a"),
            (
                "<div class=\"秘\" onclick='秘' id=\"a\">\n<!-- 秘 -->\nb\n</div>",
                "<div id=\"a\">\nb\n</div>",
            ),
            ("<iframe src=\"秘\">秘</iframe>\n\na", "a"),
            ("a <font color=\"秘\">b</font>", "a b"),
            ("<center>\na\n</center>", "<div>\na\n</div>"),
            ("`<!-- a -->` and\n\n    <!-- b -->", "`<!-- a -->` and\n\n    <!-- b -->"),
            ("a <?php 秘 ?> b", "a b"),
        ] {
            assert_eq!(text(source), prepared, "{source}");
        }
    }

    /// Without the tag, the text beside it would become something else.
    #[test]
    fn what_goes_leaves_a_mark_where_it_kept_things_apart() {
        for (source, prepared) in [
            ("[a](<x\ny>)", "[a](<!--<-->)"),
            ("[a](<b\nc>)", "[a](<b><!--<-->)"),
            ("[a]: <x>(c)\n\n[a]", "[a]: <!--<-->(c)\n\n[a]"),
            ("<b><x>", "<b><!--<-->"),
            ("<a\nhref=b>", "<a href=\"b\"><!--<-->"),
            ("<x>\n*a*\n</x>", "<col>\n*a*\n<!--<-->"),
            ("<!-- 秘 -->*a*\n*b*", "<!--<-->*a*\n*b*"),
            ("<script>\n秘\n</script>1. *a*\n*b*", "<!--<-->1. *a*\n*b*"),
            ("<style class=秘>\n\na *b*", "<style>\n\na *b*"),
            ("    a  \n", "    a  "),
        ] {
            assert_eq!(text(source), prepared, "{source}");
        }
    }

    #[test]
    fn ids_of_headings_are_made_of_what_was_written() {
        for (source, prepared) in [
            ("# a <!-- b --> c", "# a c {#a----b----c}"),
            ("# <span class=x>語</span>", "# <span>語</span> {#span-classx語span}"),
            ("# <x> a", "# a {#x-a}"),
        ] {
            assert_eq!(text(source), prepared, "{source}");
        }
    }

    #[test]
    fn entities_become_what_they_show() {
        for (source, prepared) in [
            ("a &amp; b &lt; c &copy; &eacute;&hellip;", "a \\& b \\< c © é…"),
            ("&amp;lt; &#42;a&#42;", "\\&lt; \\*a\\*"),
            ("`&amp;` &#65;. &#10;", "`&amp;` &#65;. &#10;"),
            ("# AT&amp;T", "# AT&amp;T"),
            ("<p>a &amp; b &amp;lt; &lt; &copy;</p>", "<p>a & b &amp;lt; &lt; ©</p>"),
        ] {
            assert_eq!(text(source), prepared, "{source}");
        }
    }

    #[test]
    fn html_can_be_shown_or_dropped() {
        let source = "a <b>c</b> <!-- 秘 -->\n\n{{< figure src=d >}}";
        let figure = "<figure>\n<img src=\"d\">\n</figure>";
        assert_eq!(text_with(source, RawHtml::Drop), format!("a c\n\n{figure}"));
        assert_eq!(text_with(source, RawHtml::Text), format!("a \\<b>c\\</b>\n\n{figure}"));
    }
}
