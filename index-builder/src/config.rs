//! `sakuin.toml`, the only configuration of a build.
//!
//! It is the file named on the command line, or the nearest one found upwards
//! from the content folder, or none at all: every key has a default.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sakuin::markdown::{PrepareOptions, RawHtml, Template};
use serde::Deserialize;

use crate::analyse::SiteWords;
use crate::analyse::site_words::BadLine;

/// The name of the file that is looked for.
pub const FILE_NAME: &str = "sakuin.toml";

/// What `sakuin.toml` may say. A key it does not know is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Config {
    /// Where the site is served, such as `https://example.org/blog/`. Empty:
    /// what the site's own configuration says, else the root of the host.
    pub base_url: String,
    /// How the content is laid out; found out when absent.
    pub format: Option<Format>,
    /// Globs of content paths to pass over, such as `drafts/**`.
    pub exclude: Vec<String>,
    /// What becomes of HTML inside Markdown.
    pub raw_html: RawHtml,
    /// Whether code is cut into what it is made of, for its colours. No unless
    /// said otherwise: 100 KB of code take about a second.
    pub highlight: bool,
    /// Whether `"a" -- b...` is shown as `“a” – b…`, as Hugo does unless told
    /// otherwise.
    pub smart_punctuation: bool,
    /// Whether `｜漢字《かんじ》` is shown as ruby.
    pub ruby: bool,
    /// A file of the site's own words, beside `sakuin.toml`.
    pub dictionary: Option<PathBuf>,
    /// The site's own shortcodes: name, and what to make of it.
    pub shortcodes: BTreeMap<String, Template>,
}

/// How a site lays out its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// Hugo's content folder.
    Hugo,
    /// Zola's content folder.
    Zola,
    /// A Jekyll site, with its `_posts`.
    Jekyll,
    /// A folder of Markdown files, served by their paths.
    Markdown,
    /// A folder of rendered HTML pages.
    Html,
    /// One file with a JSON object a line.
    Jsonl,
}

/// Why a `sakuin.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is read, but says what it may not.
    #[error("{message} ({}:{line})", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line of the fault, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}

impl Config {
    /// Reads the file `named`, else the nearest [`FILE_NAME`] in the folder of
    /// `content` or above it, else gives the defaults.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not a valid configuration.
    pub fn load(content: &Path, named: Option<&Path>) -> Result<Config, ConfigError> {
        let found = match named {
            Some(path) => Some(path.to_path_buf()),
            None => upwards(content).map(|dir| dir.join(FILE_NAME)).find(|path| path.is_file()),
        };
        let Some(path) = found else { return Ok(Config::default()) };
        match std::fs::read(&path) {
            Ok(bytes) => {
                let mut config = Config::parse(&bytes, &path)?;
                if let Some(dictionary) = &mut config.dictionary {
                    *dictionary = path.with_file_name(&*dictionary);
                }
                Ok(config)
            }
            Err(source) => Err(ConfigError::Unreadable { path, source }),
        }
    }

    /// The site's own words; none without a dictionary.
    ///
    /// # Errors
    ///
    /// When the dictionary cannot be read, or a line of it is none of a dictionary.
    pub fn site_words(&self) -> Result<SiteWords, ConfigError> {
        let Some(path) = self.dictionary.clone() else { return Ok(SiteWords::default()) };
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(ConfigError::Unreadable { path, source }),
        };
        let text = utf8(&bytes, &path)?;
        SiteWords::parse(text.trim_start_matches('\u{feff}'))
            .map_err(|BadLine { line, message }| ConfigError::Invalid { path, line, message })
    }

    /// How the posts of a site in this `format` are prepared.
    pub fn prepare_options(&self, format: Format) -> PrepareOptions {
        PrepareOptions {
            liquid: format == Format::Jekyll,
            raw_html: self.raw_html,
            smart_punctuation: self.smart_punctuation,
            ruby: self.ruby,
            templates: self.shortcodes.clone(),
            ..PrepareOptions::default()
        }
    }

    fn parse(bytes: &[u8], path: &Path) -> Result<Config, ConfigError> {
        let invalid = |at_bytes: usize, message: String| ConfigError::Invalid {
            path: path.to_path_buf(),
            line: line_at(bytes, at_bytes),
            message,
        };
        toml::from_str(utf8(bytes, path)?).map_err(|err| {
            invalid(err.span().map_or(0, |span| span.start), err.message().replace('\n', ", "))
        })
    }
}

fn utf8<'a>(bytes: &'a [u8], path: &Path) -> Result<&'a str, ConfigError> {
    std::str::from_utf8(bytes).map_err(|err| ConfigError::Invalid {
        path: path.to_path_buf(),
        line: line_at(bytes, err.valid_up_to()),
        message: "not UTF-8".to_owned(),
    })
}

/// The line, from 1, that holds the byte `at_bytes`.
pub(crate) fn line_at(bytes: &[u8], at_bytes: usize) -> usize {
    1 + bytes.iter().take(at_bytes).filter(|&&byte| byte == b'\n').count()
}

/// The folder of `content` and those above it, the nearest first, up to the
/// root of the repository that holds it: what lies outside belongs to others.
pub(crate) fn upwards(content: &Path) -> impl Iterator<Item = PathBuf> {
    let start = content.canonicalize().unwrap_or_else(|_| content.to_path_buf());
    let start = if start.is_dir() { Some(start) } else { start.parent().map(Path::to_path_buf) };
    std::iter::successors(start, |dir| {
        if dir.join(".git").exists() { None } else { dir.parent().map(Path::to_path_buf) }
    })
}

impl Format {
    const NAMES: [(Format, &str); 6] = [
        (Format::Hugo, "hugo"),
        (Format::Zola, "zola"),
        (Format::Jekyll, "jekyll"),
        (Format::Markdown, "markdown"),
        (Format::Html, "html"),
        (Format::Jsonl, "jsonl"),
    ];
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Format::NAMES.iter().find(|(format, _)| format == self);
        f.write_str(name.map_or("", |(_, name)| name))
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        let found = Format::NAMES.iter().find(|(_, name)| *name == text);
        found.map(|&(format, _)| format).ok_or_else(|| {
            let names: Vec<&str> = Format::NAMES.iter().map(|&(_, name)| name).collect();
            format!("unknown format '{text}', not one of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use sakuin::markdown::prepare;

    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text.as_bytes(), Path::new("sakuin.toml")).map_err(|err| err.to_string())
    }

    #[test]
    fn every_key_is_read() {
        let text = "base_url = \"https://例え.jp/blog/\"\nformat = \"hugo\"\n\
                    exclude = [\"下書き/**\"]\nraw_html = \"drop\"\nhighlight = true\n\
                    smart_punctuation = true\nruby = true\ndictionary = \"words.csv\"\n\
                    [shortcodes]\nkbd = \"<kbd>{{ 0 }}</kbd>\"\n";
        let config = parse(text).unwrap();
        assert_eq!(config.base_url, "https://例え.jp/blog/");
        assert_eq!(config.format, Some(Format::Hugo));
        assert_eq!(config.exclude, ["下書き/**"]);
        assert_eq!(config.raw_html, RawHtml::Drop);
        assert!(config.highlight);
        assert_eq!(config.dictionary.as_deref(), Some(Path::new("words.csv")));
        let options = config.prepare_options(Format::Hugo);
        assert!(options.smart_punctuation && options.ruby);
        assert_eq!(prepare("{{< kbd Enter >}}", &options).text, "<kbd>Enter</kbd>");
    }

    #[test]
    fn a_template_that_posts_may_not_use_is_refused_with_its_line() {
        let err = parse("[shortcodes]\na = \"<b>x</b>\"\nb = \"<script>\"\n").unwrap_err();
        assert_eq!(err, "'<script>' in a template: no element that posts may use (sakuin.toml:3)");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let err = parse("raw_html = \"text\"\nbaseurl = \"/\"\n").unwrap_err();
        assert!(err.starts_with("unknown field `baseurl`"), "{err}");
        assert!(err.ends_with("(sakuin.toml:2)"), "{err}");
    }

    #[test]
    fn an_unknown_value_is_refused_with_its_line() {
        let err = parse("\n\nformat = \"gatsby\"\n").unwrap_err();
        assert!(err.ends_with("(sakuin.toml:3)"), "{err}");
    }

    #[test]
    fn a_format_is_read_as_it_is_written() {
        for (format, name) in Format::NAMES {
            assert_eq!(name.parse(), Ok(format));
            assert_eq!(format.to_string(), name);
        }
    }
}
