//! YAML into the tree of [`value`](super::value).

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::value::{Node, Syntax, Table, Value};

/// Lists and tables inside one another, at most. No front matter needs it, and
/// the tree is cloned and dropped by recursion.
const MAX_DEPTH: usize = 64;

/// What the tree may hold once every alias is replaced by what it stands for,
/// in bytes of text and [`NODE_BYTES`] a node: nine lines of aliases can stand
/// for a billion nodes.
const MAX_BYTES: usize = 8 << 20;
const NODE_BYTES: usize = 64;

/// Lists in brackets that are moved to the right for the parser, at most.
const MAX_REPAIRS: usize = 32;

/// Reads the first document in `text`, whose first line is `first_line` of its
/// file.
///
/// A list in brackets may go on, and close, left of where YAML would have it:
/// the parsers of Hugo and Jekyll allow that, and many sites do it.
pub(super) fn parse(text: &str, first_line: usize) -> Result<Node, Syntax> {
    let refused = match parse_strictly(text, first_line) {
        Err(err) if is_indentation(&err) => err,
        result => return result,
    };
    let (mut text, mut line) = (text.to_owned(), refused.line);
    for _ in 0..MAX_REPAIRS {
        let Some(repaired) = indent_brackets(&text, line - first_line) else { break };
        match parse_strictly(&repaired, first_line) {
            Ok(node) => return Ok(node),
            Err(err) if is_indentation(&err) && err.line > line => line = err.line,
            Err(_) => break,
        }
        text = repaired;
    }
    Err(refused)
}

fn is_indentation(err: &Syntax) -> bool {
    err.message.starts_with("invalid indentation")
}

/// Indents the lines from number `from`, counted from 0, to the next one that
/// begins with a closing bracket; none when there is no such line.
fn indent_brackets(text: &str, from: usize) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let closes = |line: &&str| line.trim_start().starts_with([']', '}']);
    let to = from + lines.get(from..)?.iter().position(closes)?;
    let indented = lines.iter().enumerate().map(|(number, line)| {
        let indent = if (from..=to).contains(&number) { MAX_DEPTH } else { 0 };
        format!("{:indent$}{line}", "")
    });
    Some(indented.collect::<Vec<_>>().join("\n"))
}

fn parse_strictly(text: &str, first_line: usize) -> Result<Node, Syntax> {
    let mut tree = Tree::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|err| Syntax {
            line: first_line + err.marker().line().saturating_sub(1),
            message: err.info().to_owned(),
        })?;
        let line = first_line + span.start.line().saturating_sub(1);
        match tree.take(event, line) {
            Ok(true) => {}
            Ok(false) => break,
            Err(message) => return Err(Syntax { line, message: message.to_owned() }),
        }
    }
    Ok(tree.root)
}

/// The tree while its events come in.
#[derive(Default)]
struct Tree {
    root: Node,
    open: Vec<Open>,
    /// What each anchor stands for, and its cost.
    anchors: BTreeMap<usize, (Node, usize)>,
    bytes: usize,
}

/// A list or table whose end has not come yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The tree's bytes when it began, for what an alias of it costs.
    bytes_before: usize,
    /// The key that waits for its value.
    key: Option<String>,
}

impl Tree {
    /// Whether there is more to read.
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<bool, &'static str> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                let value = if null { Value::Null } else { Value::Text(text.into_owned()) };
                let node = Node { line, value };
                let cost = NODE_BYTES + text_bytes(&node);
                self.spend(cost)?;
                if anchor > 0 {
                    self.spend(cost)?;
                    self.anchors.insert(anchor, (node.clone(), cost));
                }
                self.place(node);
            }
            Event::SequenceStart(anchor, _) => self.start(Value::List(Vec::new()), anchor, line)?,
            Event::MappingStart(anchor, _) => {
                self.start(Value::Table(Table::new()), anchor, line)?
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::Alias(anchor) => {
                let (node, cost) = self.anchors.get(&anchor).ok_or("unknown alias")?;
                let (mut node, cost) = (node.clone(), *cost);
                self.spend(cost)?;
                if self.open.len() + depth(&node) > MAX_DEPTH {
                    return Err("nested too deeply");
                }
                node.line = line;
                self.place(node);
            }
            Event::DocumentEnd | Event::StreamEnd => return Ok(false),
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
        }
        Ok(true)
    }

    fn start(&mut self, value: Value, anchor: usize, line: usize) -> Result<(), &'static str> {
        if self.open.len() == MAX_DEPTH {
            return Err("nested too deeply");
        }
        let bytes_before = self.bytes;
        self.spend(NODE_BYTES)?;
        self.open.push(Open { node: Node { line, value }, anchor, bytes_before, key: None });
        Ok(())
    }

    fn end(&mut self) -> Result<(), &'static str> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if open.anchor > 0 {
            let cost = self.bytes - open.bytes_before;
            self.spend(cost)?;
            self.anchors.insert(open.anchor, (open.node.clone(), cost));
        }
        self.place(open.node);
        Ok(())
    }

    fn spend(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.bytes += bytes;
        if self.bytes > MAX_BYTES { Err("its aliases stand for too much") } else { Ok(()) }
    }

    fn place(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = node;
            return;
        };
        match &mut open.node.value {
            Value::List(list) => list.push(node),
            Value::Table(table) => match open.key.take() {
                None => open.key = Some(node.text().unwrap_or("").to_lowercase()),
                Some(key) => {
                    table.insert(key, node);
                }
            },
            Value::Null | Value::Text(_) => {}
        }
    }
}

fn text_bytes(node: &Node) -> usize {
    if let Value::Text(text) = &node.value { text.len() } else { 0 }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Null | Value::Text(_) => 0,
        Value::List(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Table(table) => 1 + table.values().map(depth).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_lists_and_tables_keep_their_lines() {
        let node =
            parse("Title: 全文検索\ntags: [lucene, \"\"]\nbuild:\n  list: never\n", 2).unwrap();
        assert_eq!(node.text_at(&["title"]), "全文検索");
        assert_eq!(node.at(&["tags"]).unwrap().texts(), ["lucene"]);
        assert_eq!(node.at(&["build", "list"]).unwrap().line, 5);
    }

    #[test]
    fn a_list_may_close_at_the_left_edge() {
        let text = "aliases: [\n  '/索引/',\n]\nparams:\n  list: [\n  a,\nb\n]\ndate: 2020-01-01\n";
        let node = parse(text, 2).unwrap();
        assert_eq!(node.at(&["aliases"]).unwrap().texts(), ["/索引/"]);
        assert_eq!(node.at(&["params", "list"]).unwrap().texts(), ["a", "b"]);
        assert_eq!(node.at(&["date"]).unwrap().line, 10);
    }

    #[test]
    fn an_alias_stands_for_its_anchor() {
        let node = parse("a: &x [検索, 索引]\nb: *x\n", 1).unwrap();
        assert_eq!(node.at(&["b"]).unwrap().texts(), ["検索", "索引"]);
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..10 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert_eq!(parse(&text, 1).unwrap_err().message, "its aliases stand for too much");
    }

    #[test]
    fn deep_nesting_is_refused() {
        for open in ["[", "{a: ", "- "] {
            assert!(parse(&open.repeat(20_000), 1).is_err(), "{open}");
        }
    }

    #[test]
    fn a_fault_names_its_line() {
        assert_eq!(parse("title: a\nname: b: c\n", 2).unwrap_err().line, 3);
    }
}
