//! Answers as plain values: one shape for the page and for the command line.
//!
//! Every type that leaves the engine becomes a [`Value`], and only that is
//! serialised. Of a serialiser with a state of its own for each type, as serde
//! derives them, most of the code would be repetition.

use serde::{Serialize, Serializer};

use crate::markdown::Run;

use super::{Answer, Contribution, FullPost, Hit, Need, Part, PostHead, Section, Suggestion, Tier};

/// A value as JSON knows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// What is not there.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A count.
    Count(u32),
    /// Any other number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// Values in a row.
    List(Vec<Value<'a>>),
    /// Named values.
    Object(Vec<(&'a str, Value<'a>)>),
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Count(value) => serializer.serialize_u32(*value),
            Value::Number(value) => serializer.serialize_f64(*value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::List(values) => serializer.collect_seq(values),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// What leaves the engine.
pub trait ToValue {
    /// As a plain value.
    fn value(&self) -> Value<'_>;
}

/// An object of these fields of a struct, by their names.
macro_rules! object {
    ($of:ident: $($field:ident),+) => {
        vec![$((stringify!($field), $of.$field.value())),+]
    };
}

impl ToValue for Answer {
    fn value(&self) -> Value<'_> {
        let mut object = object!(self: hits, total, exact, complete, tier, suggestion);
        let mut facets = Vec::new();
        for (key, counts) in &self.facets {
            let mut pairs = Vec::new();
            for (value, count) in counts {
                pairs.push(Value::List(vec![value.value(), count.value()]));
            }
            facets.push((key.as_str(), Value::List(pairs)));
        }
        object.push(("facets", Value::Object(facets)));
        Value::Object(object)
    }
}

impl ToValue for Hit {
    fn value(&self) -> Value<'_> {
        let mut object = self.post.fields();
        object.extend(object!(self: score, tier, snippet, sections));
        if !self.explain.is_empty() {
            object.push(("explain", self.explain.value()));
        }
        Value::Object(object)
    }
}

impl ToValue for Section {
    fn value(&self) -> Value<'_> {
        Value::Object(object!(self: heading, anchor, snippet))
    }
}

impl ToValue for Part {
    fn value(&self) -> Value<'_> {
        Value::Object(object!(self: text, matched))
    }
}

impl ToValue for Contribution {
    fn value(&self) -> Value<'_> {
        Value::Object(object!(self: term, matched, score, df, tf, fields))
    }
}

impl ToValue for Suggestion {
    fn value(&self) -> Value<'_> {
        Value::Object(object!(self: text, posts))
    }
}

impl ToValue for FullPost {
    fn value(&self) -> Value<'_> {
        let mut object = self.post.fields();
        object.extend(object!(self: lang, markdown, runs, related));
        Value::Object(object)
    }
}

impl PostHead {
    fn fields(&self) -> Vec<(&str, Value<'_>)> {
        object!(self: id, url, title, date, tags)
    }
}

impl ToValue for PostHead {
    fn value(&self) -> Value<'_> {
        Value::Object(self.fields())
    }
}

impl ToValue for Run {
    fn value(&self) -> Value<'_> {
        Value::Count(self.number())
    }
}

impl ToValue for Need {
    fn value(&self) -> Value<'_> {
        Value::Object(object!(self: file, sha256, inflated_bytes, deflated))
    }
}

impl ToValue for [u8; 32] {
    fn value(&self) -> Value<'_> {
        let mut bytes = Vec::new();
        for &byte in self {
            bytes.push(Value::Count(byte.into()));
        }
        Value::List(bytes)
    }
}

impl ToValue for Tier {
    fn value(&self) -> Value<'_> {
        Value::Text(self.name())
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn value(&self) -> Value<'_> {
        // A loop: collecting would stand in the module once for each type.
        let mut values = Vec::new();
        for item in self {
            values.push(item.value());
        }
        Value::List(values)
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

impl ToValue for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for &str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for bool {
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl ToValue for u32 {
    fn value(&self) -> Value<'_> {
        Value::Count(*self)
    }
}

impl ToValue for f64 {
    fn value(&self) -> Value<'_> {
        Value::Number(*self)
    }
}

impl Serialize for Suggestion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl Serialize for PostHead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_json_with_the_names_of_its_fields() {
        let part = Part { text: "索引".to_string(), matched: true };
        let post = PostHead {
            id: "a.md".to_string(),
            url: "/a/".to_string(),
            title: "索引".to_string(),
            date: None,
            tags: vec!["rust".to_string()],
        };
        let hit = Hit {
            post,
            score: 1.5,
            tier: Tier::Title,
            snippet: vec![part],
            sections: Vec::new(),
            explain: Vec::new(),
        };
        let answer = Answer {
            hits: vec![hit],
            total: 1,
            exact: true,
            complete: true,
            tier: Some(Tier::Title),
            suggestion: None,
            facets: vec![("tags".to_string(), vec![("rust".to_string(), 1)])],
        };
        let json = r#"{"hits":[{"id":"a.md","url":"/a/","title":"索引","date":null,"tags":["rust"],"score":1.5,"tier":"phrase","snippet":[{"text":"索引","matched":true}],"sections":[]}],"total":1,"exact":true,"complete":true,"tier":"phrase","suggestion":null,"facets":{"tags":[["rust",1]]}}"#;
        assert_eq!(serde_json::to_string(&answer).unwrap(), json);
    }
}
