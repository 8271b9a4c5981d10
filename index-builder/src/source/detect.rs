//! How a site is laid out, when nobody says so: the order that the module above
//! gives, and the configuration that goes with it.

use std::path::{Path, PathBuf};

use super::error::Fault;
use super::value::{Node, Syntax, Table, Value};
use super::{toml, walk, yaml};
use crate::config::{Format, line_at, upwards};

/// A site's own configuration.
#[derive(Debug)]
pub(super) struct SiteConfig {
    /// The folder of the site.
    pub(super) dir: PathBuf,
    pub(super) root: Node,
}

/// Finds the format of `content`, unless it is `given`, and the configuration
/// that goes with it.
pub(super) fn detect(
    content: &Path,
    given: Option<Format>,
) -> Result<(Format, Option<SiteConfig>), Fault> {
    if let Some(format) = given {
        return Ok((format, configuration(content, Some(format))?.map(|(_, config)| config)));
    }
    if content.is_file() {
        return Ok((Format::Jsonl, None));
    }
    if jekyll_root(content).is_some() || content.join("_posts").is_dir() {
        let config = configuration(content, Some(Format::Jekyll))?;
        return Ok((Format::Jekyll, config.map(|(_, config)| config)));
    }
    if let Some((format, config)) = configuration(content, None)? {
        return Ok((format, Some(config)));
    }
    let holds = |extensions: &[&str]| {
        !walk::walk(content, extensions, &globset::GlobSet::empty()).paths.is_empty()
    };
    let html = holds(super::HTML_EXTENSIONS) && !holds(super::MARKDOWN_EXTENSIONS);
    Ok((if html { Format::Html } else { Format::Markdown }, None))
}

/// The Jekyll site that `content` is a `_posts` folder of, or lies in one of.
pub(super) fn jekyll_root(content: &Path) -> Option<PathBuf> {
    let content = content.canonicalize().ok()?;
    let posts = content.ancestors().find(|dir| dir.ends_with("_posts"))?;
    posts.parent().map(Path::to_path_buf)
}

/// The files that may configure a site, and whose they are; `None` for those
/// that only their keys tell.
const FILES: [(&str, Option<Format>); 10] = [
    ("hugo.", Some(Format::Hugo)),
    ("config/_default/hugo.", Some(Format::Hugo)),
    ("config/_default/config.", Some(Format::Hugo)),
    ("zola.toml", Some(Format::Zola)),
    ("_config.yml", Some(Format::Jekyll)),
    ("_config.yaml", Some(Format::Jekyll)),
    ("_config.toml", Some(Format::Jekyll)),
    ("config.toml", None),
    ("config.y", None),
    ("config.json", None),
];
const EXTENSIONS: [&str; 4] = ["toml", "yaml", "yml", "json"];

fn configuration(
    content: &Path,
    wanted: Option<Format>,
) -> Result<Option<(Format, SiteConfig)>, Fault> {
    if matches!(wanted, Some(Format::Markdown | Format::Html | Format::Jsonl)) {
        return Ok(None);
    }
    for dir in upwards(content) {
        for (start, owner) in FILES {
            if owner.is_some() && wanted.is_some() && owner != wanted {
                continue;
            }
            for path in candidates(&dir, start) {
                let root = match read(&path) {
                    Ok(root) => root,
                    // Some other tool's file, perhaps.
                    Err(_) if owner.or(wanted).is_none() => continue,
                    Err(fault) => return Err(fault),
                };
                let Some(format) = owner.or_else(|| owner_by_keys(&root)) else { continue };
                if wanted.is_none_or(|wanted| wanted == format) {
                    let root = with_parts(root, &path)?;
                    return Ok(Some((format, SiteConfig { dir, root })));
                }
            }
        }
    }
    Ok(None)
}

/// The files of `dir` whose paths are `start` and, if that is a beginning only,
/// one of the known extensions.
fn candidates(dir: &Path, start: &str) -> Vec<PathBuf> {
    let names = EXTENSIONS.iter().filter_map(|extension| {
        let (base, begun) = start.rsplit_once('.')?;
        extension.starts_with(begun).then(|| dir.join(format!("{base}.{extension}")))
    });
    names.filter(|path| path.is_file()).collect()
}

fn owner_by_keys(root: &Node) -> Option<Format> {
    const HUGO: [&str; 5] =
        ["baseurl", "languagecode", "defaultcontentlanguage", "permalinks", "theme"];
    let table = root.table()?;
    if table.contains_key("base_url") {
        return Some(Format::Zola);
    }
    HUGO.iter().any(|&key| table.contains_key(key)).then_some(Format::Hugo)
}

/// Hugo may keep the tables of its configuration in files of their names.
fn with_parts(root: Node, path: &Path) -> Result<Node, Fault> {
    let in_parts = path.parent().filter(|dir| dir.ends_with("config/_default"));
    let (Some(dir), Value::Table(mut table)) = (in_parts, root.value.clone()) else {
        return Ok(root);
    };
    for part in ["languages", "permalinks", "module", "cascade", "frontmatter"] {
        for path in candidates(dir, &format!("{part}.")) {
            table.entry(part.to_owned()).or_insert(read(&path)?);
        }
    }
    Ok(Node { value: Value::Table(table), ..root })
}

fn read(path: &Path) -> Result<Node, Fault> {
    let shown = path.to_string_lossy();
    let bytes = std::fs::read(path).map_err(|err| Fault::io(&shown, &err))?;
    let text = std::str::from_utf8(&bytes).map_err(|err| {
        Fault::content(&shown, Some(line_at(&bytes, err.valid_up_to())), "not UTF-8")
    })?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let root = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => toml::parse(&text, 1),
        Some("json") => match serde_json::from_str(&text) {
            Ok(value) => Ok(toml::from_json(value, 1)),
            Err(err) => Err(Syntax { line: err.line(), message: err.to_string() }),
        },
        _ => yaml::parse(&text, 1),
    };
    let root = root.map_err(|err| Fault::content(&shown, Some(err.line), err.message))?;
    let empty = Node { line: 1, value: Value::Table(Table::new()) };
    Ok(if root.value == Value::Null { empty } else { root })
}
