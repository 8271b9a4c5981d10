//! Front matter and site configuration, whatever language they are written in.
//!
//! YAML, TOML and JSON all become this one tree. Scalars stay text, as written:
//! what a key's text means (a date, a yes or no) is for the reader of that key
//! to say, and so `draft: "true"` and `draft: yes` are what the writer meant.

use std::collections::BTreeMap;

/// The keys of a table, in lower case: Hugo's names are case-insensitive.
pub(super) type Table = BTreeMap<String, Node>;

/// A value, and the line of its file that it starts on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Value {
    #[default]
    Null,
    Text(String),
    List(Vec<Node>),
    Table(Table),
}

/// What is wrong with a text, and the line of its file it is wrong on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) line: usize,
    pub(super) message: String,
}

impl Node {
    /// The text of a scalar; none for an empty one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Yes or no; none when it says neither.
    pub(super) fn truth(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }

    pub(super) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> &[Node] {
        match &self.value {
            Value::List(list) => list,
            _ => &[],
        }
    }

    /// The texts of a list, or the one text of a scalar.
    pub(super) fn texts(&self) -> Vec<String> {
        match &self.value {
            Value::List(list) => list.iter().filter_map(Node::text).map(str::to_owned).collect(),
            _ => self.text().map(str::to_owned).into_iter().collect(),
        }
    }

    /// The value at a path of lower-case keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, &key| node.table()?.get(key))
    }

    /// The text at a path of lower-case keys, empty when there is none.
    pub(super) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).and_then(Node::text).unwrap_or("")
    }

    /// Whether the value at a path of lower-case keys is a plain yes.
    pub(super) fn is_true_at(&self, path: &[&str]) -> bool {
        self.at(path).and_then(Node::truth) == Some(true)
    }
}
