//! What the code in posts is made of, found with the grammars of Sublime Text.
//!
//! Fenced code in a language that is known is cut into [`Run`]s; all other code
//! stays plain. The same text gives the same runs.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use sakuin::markdown::{CodeClass, Piece, Run, Source};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// A longer block stays plain, and so does one with a longer line: the grammars
/// take time in the square of a line.
const MAX_BLOCK_BYTES: usize = 64 << 10;
const MAX_LINE_BYTES: usize = 2 << 10;

/// A [`Run`] knows no place behind this.
const MAX_TEXT_BYTES: usize = 1 << 28;

/// Names that people write for languages which the grammars call otherwise.
const ALIASES: [(&str, &str); 9] = [
    ("console", "bash"),
    ("csharp", "cs"),
    ("golang", "go"),
    ("jsonc", "json"),
    ("jsx", "tsx"),
    ("node", "js"),
    ("powershell", "ps1"),
    ("shell", "bash"),
    ("shell-session", "bash"),
];

/// What the grammars call a part of code, and its class; of those that fit, the
/// longest counts. A part with none of these names is what is around it.
const CLASSES: [(&str, Option<CodeClass>); 41] = [
    ("comment", Some(CodeClass::Comment)),
    ("constant", Some(CodeClass::Number)),
    ("constant.character", Some(CodeClass::String)),
    ("constant.other.placeholder", Some(CodeClass::String)),
    ("entity.name", Some(CodeClass::Type)),
    ("entity.name.constant", Some(CodeClass::Number)),
    ("entity.name.function", Some(CodeClass::Function)),
    ("entity.name.label", None),
    ("entity.name.section", Some(CodeClass::Keyword)),
    ("entity.name.tag", Some(CodeClass::Tag)),
    ("entity.name.tag.toml", Some(CodeClass::Attribute)),
    ("entity.name.tag.yaml", Some(CodeClass::Attribute)),
    ("entity.other.attribute-name", Some(CodeClass::Attribute)),
    ("entity.other.inherited-class", Some(CodeClass::Type)),
    ("keyword", Some(CodeClass::Keyword)),
    ("keyword.operator", None),
    ("keyword.operator.expression", Some(CodeClass::Keyword)),
    ("keyword.operator.new", Some(CodeClass::Keyword)),
    ("keyword.operator.word", Some(CodeClass::Keyword)),
    ("keyword.other.unit", Some(CodeClass::Number)),
    ("markup.deleted", Some(CodeClass::Deleted)),
    ("markup.inserted", Some(CodeClass::Inserted)),
    ("meta.annotation", Some(CodeClass::Attribute)),
    ("meta.diff.header", Some(CodeClass::Comment)),
    ("meta.diff.range", Some(CodeClass::Function)),
    ("meta.embedded", None),
    ("meta.interpolation", None),
    ("source", None),
    ("storage", Some(CodeClass::Keyword)),
    ("string", Some(CodeClass::String)),
    ("string.unquoted", None),
    ("support.class", Some(CodeClass::Type)),
    ("support.constant", Some(CodeClass::Number)),
    ("support.function", Some(CodeClass::Function)),
    ("support.macro", Some(CodeClass::Function)),
    ("support.type", Some(CodeClass::Type)),
    ("support.type.property-name", Some(CodeClass::Attribute)),
    ("text", None),
    ("variable.function", Some(CodeClass::Function)),
    ("variable.language.this", Some(CodeClass::Keyword)),
    ("variable.type", Some(CodeClass::Type)),
];

/// The languages that are known.
pub struct Highlighter {
    syntaxes: SyntaxSet,
    classes: Vec<(Scope, Option<CodeClass>)>,
    /// The key of an object, which is a string too.
    key: Option<Scope>,
}

impl Default for Highlighter {
    fn default() -> Self {
        let scope = |(name, class): &(&str, _)| Some((Scope::new(name).ok()?, *class));
        Self {
            syntaxes: two_face::syntax::extra_newlines(),
            classes: CLASSES.iter().filter_map(scope).collect(),
            key: Scope::new("meta.mapping.key").ok(),
        }
    }
}

impl Highlighter {
    /// What the code in `text`, Markdown as it is stored, is made of.
    pub fn runs(&self, text: &str) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut block: Option<Block<'_>> = None;
        if text.len() >= MAX_TEXT_BYTES {
            return runs;
        }
        for (piece, range) in Source::new(text).pieces() {
            match piece {
                Piece::Markdown(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))) => {
                    let syntax = self.syntax(&info);
                    block = syntax.map(|syntax| Block {
                        syntax,
                        code: String::new(),
                        lines: Vec::new(),
                    });
                }
                // Where code isn't written as it is shown, there are no places.
                Piece::Markdown(Event::Text(shown)) if text.get(range.clone()) != Some(&shown) => {
                    block = None;
                }
                Piece::Markdown(Event::Text(shown)) => {
                    if let Some(block) = &mut block {
                        block.lines.push((block.code.len(), range.start));
                        block.code.push_str(&shown);
                    }
                }
                Piece::Markdown(Event::End(TagEnd::CodeBlock)) => {
                    if let Some(block) = block.take() {
                        self.block(&block, &mut runs);
                    }
                }
                _ => {}
            }
        }
        runs
    }

    /// The language that the words after a fence name first.
    fn syntax(&self, info: &str) -> Option<&SyntaxReference> {
        let name = info.split([' ', '\t', ',', '{', ':']).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let syntax = self.syntaxes.find_syntax_by_token(alias.map_or(&name, |(_, name)| name));
        syntax.filter(|syntax| !name.is_empty() && syntax.name != "Plain Text")
    }

    fn block(&self, block: &Block<'_>, runs: &mut Vec<Run>) {
        let lines = || block.code.split_inclusive('\n');
        if block.code.len() > MAX_BLOCK_BYTES || lines().any(|line| line.len() > MAX_LINE_BYTES) {
            return;
        }
        let mut state = ParseState::new(block.syntax);
        let mut scopes = ScopeStack::new();
        let mut class = None;
        let mut line_start = 0;
        for line in lines() {
            // What a grammar can't read leaves the rest of the block plain.
            let Ok(steps) = state.parse_line(line, &self.syntaxes) else { return };
            let mut at = 0;
            for (end, step) in
                steps.iter().map(|(end, step)| (*end, Some(step))).chain([(line.len(), None)])
            {
                let part = line.get(at..end).unwrap_or_default();
                let shown = part.trim_start();
                // Space has no colour, and goes with what is before it.
                if !shown.is_empty() {
                    let now = self.class(&scopes);
                    if now != class {
                        runs.push(Run::new(block.place(line_start + end - shown.len()), now));
                        class = now;
                    }
                }
                at = at.max(end);
                if step.is_some_and(|step| scopes.apply(step).is_err()) {
                    return;
                }
            }
            line_start += line.len();
        }
    }

    /// The class of what stands in `scopes`.
    fn class(&self, scopes: &ScopeStack) -> Option<CodeClass> {
        let class = scopes.as_slice().iter().rev().find_map(|scope| {
            let fits = self.classes.iter().filter(|(name, _)| name.is_prefix_of(*scope));
            fits.max_by_key(|(name, _)| name.len()).map(|(_, class)| *class)
        });
        let is_key = |scope: &Scope| self.key.is_some_and(|key| key.is_prefix_of(*scope));
        match class.flatten() {
            Some(CodeClass::String) if scopes.as_slice().iter().any(is_key) => {
                Some(CodeClass::Attribute)
            }
            class => class,
        }
    }
}

/// A block of code on its way through a post.
struct Block<'a> {
    syntax: &'a SyntaxReference,
    code: String,
    /// Where its lines start, in it and in the post.
    lines: Vec<(usize, usize)>,
}

impl Block<'_> {
    /// The place in the post of a place in the code.
    fn place(&self, at_bytes: usize) -> usize {
        let line = self.lines.partition_point(|line| line.0 <= at_bytes);
        let line = line.checked_sub(1).and_then(|line| self.lines.get(line));
        line.map_or(at_bytes, |(in_code, in_post)| in_post + at_bytes - in_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs of one block, each as its class and text; plain ones left out.
    fn show(language: &str, code: &str) -> String {
        let text = format!("前\n\n```{language}\n{code}\n```\n");
        let runs = Highlighter::default().runs(&text);
        let ends = runs.iter().skip(1).map(|run| run.at_bytes()).chain([text.len() - 5]);
        let shown = runs.iter().zip(ends).filter_map(|(run, end)| {
            let class = run.class()?.as_str();
            Some(format!("{class}:{}", text[run.at_bytes()..end].trim_end()))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_languages_of_blogs_are_known() {
        let mut different = Vec::new();
        for (language, code, runs) in [
            (
                "rust",
                "pub fn f() -> u8 { \"索引\"; 1 } // 註",
                "k:pub fn nf:f k:u8 s:\"索引\" m:1 c:// 註",
            ),
            ("js", "const a = `x${b.c(1)}`", "k:const s:`x nf:c m:1 s:`"),
            ("ts", "const a: string = new B()", "k:const nc:string k:new nf:B"),
            ("json", "{\"a\": [true, \"b\"]}", "na:\"a\" m:true s:\"b\""),
            (
                "html",
                "<a href=\"b\">&amp;</a><!-- c -->",
                "nt:a na:href s:\"b\" s:&amp; nt:a c:<!-- c -->",
            ),
            ("css", "a { width: 10px }", "nt:a na:width m:10px"),
            (
                "sh",
                "if [ -f \"$A\" ]; then echo x; fi # c",
                "k:if nf:[ s:\"$A\" nf:] k:then nf:echo k:fi c:# c",
            ),
            ("shell", "echo \"x $B\"", "nf:echo s:\"x $B\""),
            ("python", "def f(): return None", "k:def nf:f k:return m:None"),
            ("go", "func f() int { return 1 }", "k:func nf:f nc:int k:return m:1"),
            ("java", "class A { int b = 1; }", "k:class nc:A k:int m:1"),
            ("c", "#include <a.h>\nint main(void) {}", "k:#include s:<a.h> k:int nf:main k:void"),
            ("c++", "auto a = 1;", "k:auto m:1"),
            ("csharp", "var a = \"b\";", "k:var s:\"b\""),
            ("yaml", "a: b # c\nd: \"e\"", "na:a c:# c na:d s:\"e\""),
            ("toml", "[a]\nb = 1", "nc:a na:b m:1"),
            ("sql", "SELECT a FROM b", "k:SELECT k:FROM"),
            ("diff", "@@ -1 +1 @@\n-a\n+b\n c", "nf:@@ -1 +1 @@ gd:-a gi:+b"),
            ("ruby", "def f; 'a'; end", "k:def nf:f s:'a' k:end"),
            ("php", "<?php echo 'a';", "nf:echo s:'a'"),
            ("xml", "<a b=\"c\"/>", "nt:a na:b s:\"c\""),
            ("", "const a = 1", ""),
            ("text", "const a = 1", ""),
            ("unknown", "const a = 1", ""),
        ] {
            let found = show(language, code);
            (found != runs).then(|| different.push(format!("{language} {found}")));
        }
        assert_eq!(different, Vec::<String>::new());
    }
}
