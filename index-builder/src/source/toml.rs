//! TOML and JSON into the tree of [`value`](super::value).

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value::{Node, Syntax, Value};

/// Reads the TOML `text`, whose first line is `first_line` of its file.
pub(super) fn parse(text: &str, first_line: usize) -> Result<Node, Syntax> {
    let lines = Lines::new(text, first_line);
    match DeTable::parse(text) {
        Ok(table) => Ok(Node { line: first_line, value: lines.table(table.get_ref()) }),
        Err(err) => Err(Syntax {
            line: lines.line(err.span().map_or(0, |span| span.start)),
            message: err.message().replace('\n', ", "),
        }),
    }
}

/// A JSON value as a node. JSON comes without the lines of its parts, so that
/// they all stand on `line`.
pub(super) fn from_json(value: serde_json::Value, line: usize) -> Node {
    let value = match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Text(truth.to_string()),
        serde_json::Value::Number(number) => Value::Text(number.to_string()),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(list) => {
            Value::List(list.into_iter().map(|item| from_json(item, line)).collect())
        }
        serde_json::Value::Object(map) => {
            let entry = |(key, value): (String, _)| (key.to_lowercase(), from_json(value, line));
            Value::Table(map.into_iter().map(entry).collect())
        }
    };
    Node { line, value }
}

/// Where lines end, to find the line of a byte without walking to it.
struct Lines {
    first_line: usize,
    ends: Vec<usize>,
}

impl Lines {
    fn new(text: &str, first_line: usize) -> Lines {
        Lines { first_line, ends: text.match_indices('\n').map(|(at_bytes, _)| at_bytes).collect() }
    }

    fn line(&self, at_bytes: usize) -> usize {
        self.first_line + self.ends.partition_point(|&end| end < at_bytes)
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let entries = table.iter().map(|(key, value)| {
            let line = self.line(key.span().start);
            (key.get_ref().to_lowercase(), Node { line, value: self.value(value) })
        });
        Value::Table(entries.collect())
    }

    fn value(&self, value: &Spanned<DeValue<'_>>) -> Value {
        match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => Value::Text(number.to_string()),
            DeValue::Float(number) => Value::Text(number.to_string()),
            DeValue::Boolean(truth) => Value::Text(truth.to_string()),
            DeValue::Datetime(date) => Value::Text(date.to_string()),
            DeValue::Array(list) => Value::List(list.iter().map(|item| self.item(item)).collect()),
            DeValue::Table(table) => self.table(table),
        }
    }

    fn item(&self, item: &Spanned<DeValue<'_>>) -> Node {
        Node { line: self.line(item.span().start), value: self.value(item) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_text_and_keys_lower_case() {
        let text = "Title = '索引'\ndate = 2020-07-04T23:43:00+09:00\n[taxonomies]\ntags = ['a']\n";
        let node = parse(text, 2).unwrap();
        assert_eq!(node.text_at(&["title"]), "索引");
        assert_eq!(node.text_at(&["date"]), "2020-07-04T23:43:00+09:00");
        assert_eq!(node.at(&["date"]).unwrap().line, 3);
        assert_eq!(node.at(&["taxonomies", "tags"]).unwrap().texts(), ["a"]);
    }

    #[test]
    fn a_fault_names_its_line() {
        assert_eq!(parse("title = 'a'\nname = b\n", 2).unwrap_err().line, 3);
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(parse(&format!("a = {}", "[".repeat(20_000)), 1).is_err());
    }
}
