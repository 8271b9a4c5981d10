//! Shortcodes to Markdown, or to the HTML that a post may hold.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::pieces::{Piece, Source};
use super::prepare::{PrepareOptions, Warning};
use super::shortcode::{Braces, BracesKind, Call, scan};
use super::template::Template;

/// A text that is being written, and which parts of it are HTML of ours, not of
/// the post's author.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) own_html: Vec<Range<usize>>,
}

impl Draft {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn html(&mut self, html: &str) {
        let start = self.text.len();
        self.text.push_str(html);
        self.own_html.push(start..self.text.len());
    }
}

/// Replaces the shortcodes of `source`.
pub(super) fn expand(source: &str, options: &PrepareOptions, warnings: &mut Vec<Warning>) -> Draft {
    let braces = scan(source);
    let mut draft = Draft::default();
    if braces.is_empty() {
        draft.push(source);
        return draft;
    }
    let code = code_ranges(source);
    let starts: Vec<usize> = braces.iter().map(|braces| braces.range.start).collect();
    let mut expander = Expander { source, options, draft, ends: BTreeMap::new() };
    let mut lines = Lines { source, at: 0, line: 1 };
    let mut at = 0;
    let mut code_at = 0;
    for (index, Braces { range, kind }) in braces.into_iter().enumerate() {
        if range.start < at {
            continue; // in something dropped
        }
        while code.get(code_at).is_some_and(|code| code.end <= range.start) {
            code_at += 1;
        }
        let is_code = code.get(code_at).is_some_and(|code| code.start <= range.start);
        expander.draft.push(&source[at..range.start]);
        at = range.end;
        match kind {
            BracesKind::Escaped(text) => expander.draft.push(&text),
            BracesKind::Comment if is_code => expander.draft.push(&source[range]),
            BracesKind::Comment => {}
            BracesKind::Open(call) if is_code => match expander.inline_text(&call) {
                Some(text) => expander.draft.push(&text),
                None => expander.draft.push(&source[range]),
            },
            BracesKind::Open(call) => {
                let end = call.end.filter(|&end| end != index);
                let expansion = expander.call(&call, &range);
                match expansion {
                    Expansion::Done => {}
                    Expansion::Around(closing) => match end {
                        Some(end) => {
                            expander.ends.insert(end, closing);
                        }
                        None => expander.close(closing, range.end),
                    },
                    Expansion::Instead(closing) => match end {
                        Some(end) => {
                            at = starts.get(end).copied().unwrap_or(at);
                            expander.ends.insert(end, closing);
                        }
                        None => expander.close(closing, range.end),
                    },
                    Expansion::Unknown => {
                        let kept = if end.is_some() { ", its content kept" } else { "" };
                        let message = format!("unknown shortcode '{}' dropped{kept}", call.name);
                        warnings.push(Warning { line: lines.line_of(range.start), message });
                    }
                    Expansion::DropContent => {
                        at = end.and_then(|end| starts.get(end)).copied().unwrap_or(at);
                    }
                }
            }
            BracesKind::Close(_) if is_code => expander.draft.push(&source[range]),
            BracesKind::Close(_) => {
                if let Some(closing) = expander.ends.remove(&index) {
                    expander.close(closing, range.end);
                }
            }
        }
    }
    let mut draft = expander.draft;
    draft.push(&source[at..]);
    draft
}

/// What is to be done after the start of a shortcode.
enum Expansion {
    Done,
    /// Its content comes next, and this after it.
    Around(Closing),
    /// Its content goes, and this comes after it.
    Instead(Closing),
    DropContent,
    Unknown,
}

/// What stands after the content of a shortcode.
enum Closing {
    Details {
        indent: String,
    },
    Fence {
        indent: String,
        fence: String,
    },
    CodeSpan,
    /// The end of a template, on lines of its own where it has an indent.
    Template {
        html: String,
        indent: Option<String>,
    },
}

struct Expander<'a> {
    source: &'a str,
    options: &'a PrepareOptions,
    draft: Draft,
    /// What to write at which of the braces.
    ends: BTreeMap<usize, Closing>,
}

impl Expander<'_> {
    fn call(&mut self, call: &Call, range: &Range<usize>) -> Expansion {
        if let Some(template) = self.options.templates.get(&call.name) {
            return self.template(template, call, range);
        }
        match call.name.as_str() {
            "figure" => self.figure(call, range),
            "details" => return self.details(call, range),
            "highlight" => return self.highlight(call, range),
            "comment" => return Expansion::DropContent,
            // Holds a template of Hugo's.
            name if name.ends_with(".inline") => return Expansion::DropContent,
            _ => match self.inline_text(call).or_else(|| embedded(call)) {
                Some(text) => self.draft.push(&text),
                None => return Expansion::Unknown,
            },
        }
        Expansion::Done
    }

    /// The shortcodes that stand for a word, in code too.
    fn inline_text(&self, call: &Call) -> Option<String> {
        match call.name.as_str() {
            "ref" | "relref" => Some(page_address(call.get("path", 0))),
            "param" => self.options.params.get(call.get("name", 0)).cloned(),
            _ => None,
        }
    }

    fn figure(&mut self, call: &Call, range: &Range<usize>) {
        let mut image = format!("<img src=\"{}\"", escape(call.get("src", 0)));
        for name in ["alt", "width", "height"] {
            let value = call.named(name);
            if !value.is_empty() {
                image.push_str(&format!(" {name}=\"{}\"", escape(value)));
            }
        }
        image.push('>');
        let link = call.named("link");
        if !link.is_empty() {
            image = format!("<a href=\"{}\">{image}</a>", escape(link));
        }
        let Some(indent) = self.block_indent(range) else {
            return self.draft.html(&image); // in a line: a table cell, a link
        };
        self.start_block(&indent);
        let mut html = format!("<figure>\n{indent}{image}\n{indent}");
        let (title, caption, attr) =
            (call.named("title"), call.named("caption"), call.named("attr"));
        if !(title.is_empty() && caption.is_empty() && attr.is_empty()) {
            html.push_str("<figcaption>");
            if !title.is_empty() {
                html.push_str(&format!("<h4>{}</h4>", escape(title)));
            }
            self.draft.html(&html);
            html.clear();
            if !caption.is_empty() {
                // Between blank lines it is read as Markdown.
                let caption = caption.trim().replace('\n', " ");
                self.draft.push(&format!("\n\n{indent}{caption}\n\n{indent}"));
            }
            if !attr.is_empty() {
                let attr_link = escape(call.named("attrlink"));
                html.push_str(&format!("<p><a href=\"{attr_link}\">{}</a></p>", escape(attr)));
            }
            html.push_str(&format!("</figcaption>\n{indent}"));
        }
        html.push_str("</figure>");
        self.draft.html(&html);
        self.end_block(range.end, &indent);
    }

    fn details(&mut self, call: &Call, range: &Range<usize>) -> Expansion {
        let Some(indent) = self.block_indent(range) else {
            return Expansion::Done; // in a line: its content goes on there
        };
        self.start_block(&indent);
        let open = if call.named("open") == "true" { " open" } else { "" };
        let summary = [call.get("summary", 0), call.named("title"), "Details"];
        let summary = summary.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let html = format!("<details{open}>\n{indent}<summary>{}</summary>", escape(summary));
        self.draft.html(&html);
        self.end_block(range.end, &indent);
        Expansion::Around(Closing::Details { indent })
    }

    fn highlight(&mut self, call: &Call, range: &Range<usize>) -> Expansion {
        let Some(indent) = self.block_indent(range) else {
            // `{{< highlight go "hl_inline=true" >}}x{{< /highlight >}}`
            self.draft.push("`` ");
            return Expansion::Around(Closing::CodeSpan);
        };
        let content = &self.source[range.end..];
        let end = content.find("{{").unwrap_or(content.len());
        let ticks = longest_run(&content[..end], '`').max(2) + 1;
        let fence = "`".repeat(ticks);
        self.start_block(&indent);
        let language = call.get("lang", 0).replace(['`', '\n'], "");
        self.draft.push(&format!("{fence}{language}"));
        if !content.starts_with('\n') {
            self.draft.push(&format!("\n{indent}"));
        }
        Expansion::Around(Closing::Fence { indent, fence })
    }

    fn template(&mut self, template: &Template, call: &Call, range: &Range<usize>) -> Expansion {
        let (before, after) = template.fill(call);
        let indent = if template.is_block() { self.block_indent(range) } else { None };
        let Some(indent) = indent else {
            self.draft.html(&before);
            let closing = Closing::Template { html: after, indent: None };
            return match template.has_inner() {
                true => Expansion::Around(closing),
                false => Expansion::Instead(closing),
            };
        };
        self.start_block(&indent);
        let on_lines = |html: &str| html.trim().replace('\n', &format!("\n{indent}"));
        self.draft.html(&on_lines(&before));
        let html = on_lines(&after);
        if !template.has_inner() {
            return Expansion::Instead(Closing::Template { html, indent: Some(indent) });
        }
        // Between blank lines the content is read as Markdown.
        self.end_block(range.end, &indent);
        Expansion::Around(Closing::Template { html, indent: Some(indent) })
    }

    /// What the lines of a block that starts here start with; `None` where no
    /// block can.
    fn block_indent(&self, range: &Range<usize>) -> Option<String> {
        let line = self.draft.text.rsplit('\n').next().unwrap_or_default();
        let markers = |c: char| c.is_ascii_digit() || " \t>-*+.)".contains(c);
        let is_start = line.chars().all(markers);
        let ends_line = self.source[range.end..].trim_start_matches([' ', '\t']);
        let is_alone = ends_line.is_empty() || ends_line.starts_with(['\n', '{']);
        let closes_later = self.source[range.end..].contains("{{");
        (is_start && (is_alone || closes_later))
            .then(|| line.chars().map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect())
    }

    /// Puts a blank line before a block, unless the line has a marker already.
    fn start_block(&mut self, indent: &str) {
        let text = &self.draft.text;
        let line_start = text.rfind('\n').map_or(0, |at| at + 1);
        let before = text[..line_start].trim_end_matches('\n');
        let has_blank_line = text[..line_start].len() - before.len() >= 2 || before.is_empty();
        if text[line_start..].trim().is_empty() && !has_blank_line {
            let blank_line = format!("\n{indent}");
            self.draft.push(&blank_line);
        }
    }

    /// Ends the block, the source of which goes on at `at`.
    fn end_block(&mut self, at: usize, indent: &str) {
        let rest = self.source[at..].trim_start_matches([' ', '\t']);
        if rest.starts_with("\n\n") || rest.is_empty() {
        } else if rest.starts_with('\n') {
            self.draft.push("\n");
        } else {
            self.draft.push(&format!("\n\n{indent}"));
        }
    }

    fn close(&mut self, closing: Closing, at: usize) {
        match closing {
            Closing::Details { indent } => {
                let len = self.draft.text.trim_end().len();
                self.draft.text.truncate(len);
                self.draft.push(&format!("\n\n{indent}"));
                self.draft.html("</details>");
                self.end_block(at, &indent);
            }
            Closing::Fence { indent, fence } => {
                let len = self.draft.text.trim_end_matches([' ', '\t']).len();
                self.draft.text.truncate(len);
                let line_end = if self.draft.text.ends_with('\n') { "" } else { "\n" };
                self.draft.push(&format!("{line_end}{indent}{fence}"));
                self.end_block(at, &indent);
            }
            Closing::CodeSpan => self.draft.push(" ``"),
            Closing::Template { html, indent: None } => self.draft.html(&html),
            Closing::Template { html, indent: Some(indent) } => {
                if !html.is_empty() {
                    let len = self.draft.text.trim_end().len();
                    self.draft.text.truncate(len);
                    self.draft.push(&format!("\n\n{indent}"));
                    self.draft.html(&html);
                }
                self.end_block(at, &indent);
            }
        }
    }
}

/// A link to what Hugo's built-in shortcodes would load from elsewhere.
fn embedded(call: &Call) -> Option<String> {
    let id = plain(call.get("id", 0));
    let title = call.named("title").replace(['[', ']', '\n'], " ");
    let (name, address) = match call.name.as_str() {
        "youtube" => ("YouTube", format!("https://www.youtube.com/watch?v={id}")),
        "vimeo" | "vimeo_simple" => ("Vimeo", format!("https://vimeo.com/{id}")),
        "instagram" => ("Instagram", format!("https://www.instagram.com/p/{id}/")),
        "tweet" | "x" | "x_simple" | "twitter" | "twitter_simple" => {
            let user = plain(call.named("user"));
            let user = if user.is_empty() { "i".to_owned() } else { user };
            ("X", format!("https://x.com/{user}/status/{id}"))
        }
        "gist" => {
            let gist = plain(call.get("id", 1));
            ("Gist", format!("https://gist.github.com/{}/{gist}", plain(call.get("user", 0))))
        }
        _ => return None,
    };
    let name = if title.trim().is_empty() { name } else { title.trim() };
    Some(format!("[{name}]({address})"))
}

/// The address of the page whose file is `path`, by Hugo's default rules.
fn page_address(path: &str) -> String {
    let (path, fragment) = path.split_at(path.find('#').unwrap_or(path.len()));
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".md").unwrap_or(path);
    let folder = path.strip_suffix("_index").or_else(|| path.strip_suffix("index")).unwrap_or(path);
    let slash = if folder.is_empty() || folder.ends_with('/') { "" } else { "/" };
    format!("{folder}{slash}{fragment}").replace(' ', "%20")
}

/// Letters, digits, `-` and `_` alone: what names of videos and users are of.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// `text` for HTML, between quotes or tags.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A blank line would end the block of HTML.
            '\n' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The most of `wanted` in a row.
pub(super) fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Where `source` has fenced code and code spans. What is indented isn't code
/// here: content of shortcodes often is.
pub(super) fn code_ranges(source: &str) -> Vec<Range<usize>> {
    let text = Source::new(source);
    let pieces = text.pieces().filter_map(|(piece, range)| match piece {
        Piece::Markdown(Event::Code(_)) => Some(range),
        Piece::Markdown(Event::Start(Tag::CodeBlock(kind))) => kind.is_fenced().then_some(range),
        _ => None,
    });
    pieces.collect()
}

/// Turns ascending offsets into line numbers.
pub(super) struct Lines<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) line: usize,
}

impl Lines<'_> {
    /// The line of `offset`, from 1. Offsets must ascend.
    pub(super) fn line_of(&mut self, offset: usize) -> usize {
        let between = self.source.get(self.at..offset).unwrap_or_default();
        self.line += between.bytes().filter(|&byte| byte == b'\n').count();
        self.at = offset.max(self.at);
        self.line
    }
}
