//! The weights of ranking: docs/ranking.md says what each means.

/// How evidence is weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// How fast repeats of a term stop counting.
    pub k1: f32,
    /// How much a long post is held against it, 0 to 1, by a long query; by one of few
    /// words less.
    pub b: f32,
    /// Occurrences that a word in the title counts as.
    pub title: f32,
    /// Occurrences that a word in a heading counts as, besides itself.
    pub headings: f32,
    /// Occurrences that a word in a tag counts as.
    pub tags: f32,
    /// What a bridge counts of a word.
    pub bridge: f32,
    /// What a title that is all of the query, and no more, adds, as a part of
    /// the query's whole weight.
    pub title_cover: f32,
    /// What a word counts that may become another.
    pub prefix: f32,
    /// What the words of the title add as a field of its own, where it holds the
    /// whole query.
    pub title_field: f32,
    /// What a text adds that holds a long query letter by letter, as a part of
    /// the post's score.
    pub passage: f32,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            k1: 1.2,
            b: 0.9,
            title: 2.0,
            headings: 3.0,
            tags: 3.0,
            bridge: 0.6,
            title_cover: 1.0,
            prefix: 0.5,
            title_field: 2.0,
            passage: 0.6,
        }
    }
}

impl Weights {
    /// The names of the weights.
    pub const NAMES: [&str; 10] = [
        "k1",
        "b",
        "title",
        "headings",
        "tags",
        "bridge",
        "title_cover",
        "prefix",
        "title_field",
        "passage",
    ];

    /// The weight of this name.
    pub fn named(&mut self, name: &str) -> Option<&mut f32> {
        Some(match name {
            "k1" => &mut self.k1,
            "b" => &mut self.b,
            "title" => &mut self.title,
            "headings" => &mut self.headings,
            "tags" => &mut self.tags,
            "bridge" => &mut self.bridge,
            "title_cover" => &mut self.title_cover,
            "prefix" => &mut self.prefix,
            "title_field" => &mut self.title_field,
            "passage" => &mut self.passage,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_weight_has_its_name() {
        let mut weights = Weights::default();
        for name in Weights::NAMES {
            *weights.named(name).expect(name) = 7.0;
        }
        let named = format!("{weights:?}");
        assert_eq!(named.matches(": 7.0").count(), named.matches(':').count());
    }
}
