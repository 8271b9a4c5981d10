//! What the documents tell must hold: their links lead somewhere, and the
//! commands and options they name exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::{Project, output};
use crate::stamp::files_below;

/// Checks README, CONTRIBUTING and all documents below `docs/`.
pub(crate) fn check(project: &Project) -> Result<()> {
    let mut documents = vec![project.root.join("README.md"), project.root.join("CONTRIBUTING.md")];
    documents.extend(files_below(&project.root.join("docs"))?);
    documents.retain(|file| file.extension().is_some_and(|kind| kind == "md"));
    let mut faults = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).with_context(|| document.display().to_string())?;
        faults.extend(dead_links(&document, &text));
        for call in calls(&text) {
            faults.extend(
                fault_of(project, &call).map(|fault| format!("{}: {fault}", document.display())),
            );
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// Relative links of `text` to files that do not exist.
fn dead_links(document: &Path, text: &str) -> Vec<String> {
    let folder = document.parent().unwrap_or(document);
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next());
    targets
        .filter(|target| !target.is_empty() && !target.contains(':') && !target.starts_with('/'))
        .filter(|target| !folder.join(target).exists())
        .map(|target| format!("{}: no file {target}", document.display()))
        .collect()
}

/// A call of one of our programs: `sakuin build`, with the options it is given.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Call {
    program: String,
    command: String,
    options: Vec<String>,
}

/// The calls in the code of `text`, blocks and spans alike.
fn calls(text: &str) -> BTreeSet<Call> {
    text.split(['`', '\n']).filter_map(call).collect()
}

fn call(code: &str) -> Option<Call> {
    let mut words = code.split_whitespace();
    let program = match (words.next()?, words.clone().next()) {
        ("sakuin", _) => "sakuin",
        ("cargo", Some("xtask")) => {
            words.next();
            "xtask"
        }
        _ => return None,
    };
    let command = words.next()?;
    let is_command = command.bytes().all(|byte| byte.is_ascii_lowercase());
    let options = words
        .take_while(|word| !word.starts_with('#'))
        .map(|word| word.trim_start_matches('[').trim_end_matches(']'))
        .filter(|word| word.starts_with("--"))
        .map(str::to_owned);
    is_command.then(|| Call {
        program: program.into(),
        command: command.into(),
        options: options.collect(),
    })
}

/// What `--help` of the called program does not know.
fn fault_of(project: &Project, call: &Call) -> Option<String> {
    let program: PathBuf = match call.program.as_str() {
        "xtask" => std::env::current_exe().ok()?,
        name => project.release(name),
    };
    let called = format!("{} {}", call.program, call.command);
    let Some(help) = output(project.command(program).args([&call.command, "--help"])) else {
        return Some(format!("`{called}` is not a command"));
    };
    let unknown = call.options.iter().find(|option| !help.contains(option.as_str()))?;
    Some(format!("`{called}` has no option {unknown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_in_blocks_and_spans() {
        let text = "Run `cargo xtask demo [CONTENT] [--port N]`:\n\n    sakuin build posts --out x # --not\n\nThe sakuin is good.";
        let found: Vec<Call> = calls(text).into_iter().collect();
        let call = |program: &str, command: &str, option: &str| Call {
            program: program.into(),
            command: command.into(),
            options: vec![option.into()],
        };
        assert_eq!(found, [call("sakuin", "build", "--out"), call("xtask", "demo", "--port")]);
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let document = dir.path().join("a.md");
        fs::write(&document, "").unwrap();
        let text = "[here](a.md#top) [there](b.md) [far](https://example.org/) [x](javascript:x)";
        assert_eq!(dead_links(&document, text), [format!("{}: no file b.md", document.display())]);
    }
}
