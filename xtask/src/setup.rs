//! What the commands need on a machine with only Rust, Node and Debian's
//! package manager. Each function looks first, says on one line what it
//! installs, and does nothing when it is there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::{Project, output, run_silently};
use crate::stamp::Inputs;
use crate::toolchain;

/// Names under which Chromium is installed, first choice first.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Installs all that any command would.
pub(crate) fn all(project: &Project) -> Result<()> {
    toolchain::forget_failure(project);
    toolchain::prepare(project)?;
    wasm_opt(project)?;
    npm(&project.www())?;
    npm(&project.root.join("examples"))?;
    hugo();
    firefox();
    webkit_driver();
    let browser = chromium()?;
    say(&format!("done, tests will use {}", browser.display()));
    Ok(())
}

/// One line about the set-up.
pub(crate) fn say(line: &str) {
    eprintln!("setup: {line}");
}

/// The optimiser of wasm modules, a script for Node.
pub(crate) fn wasm_opt(project: &Project) -> Result<PathBuf> {
    let tools = project.root.join("xtask/tools");
    npm(&tools)?;
    Ok(tools.join("node_modules/binaryen/bin/wasm-opt"))
}

/// The packages of `folder`, exactly as its lock file names them.
pub(crate) fn npm(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    if !lock.exists() {
        bail!("{} does not exist", lock.display());
    }
    let mut inputs = Inputs::new("npm ci");
    inputs.add(&lock)?;
    let modules = folder.join("node_modules");
    inputs.unless_done(&modules.join(".stamp"), &[], || {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        say(&format!("installs the npm packages of {name} ({})", packages(&lock)?));
        let npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
        run_silently(Command::new("npm").args(npm).current_dir(folder))
            .context("Node 20 or later with npm is needed")
    })?;
    Ok(())
}

/// The packages that a lock file asks for by name.
fn packages(lock: &Path) -> Result<String> {
    let lock: serde_json::Value =
        serde_json::from_slice(&fs::read(lock)?).with_context(|| lock.display().to_string())?;
    let asked = &lock["packages"][""];
    let names: Vec<&str> = ["dependencies", "devDependencies"]
        .iter()
        .filter_map(|kind| asked[kind].as_object())
        .flat_map(|packages| packages.keys().map(String::as_str))
        .collect();
    Ok(names.join(", "))
}

/// A Chromium for the browser tests, with a Japanese font beside it.
/// `SAKUIN_CHROMIUM` names another one.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("SAKUIN_CHROMIUM") {
        return Ok(path.into());
    }
    let mut missing = Vec::new();
    if on_path(&BROWSERS).is_none() {
        missing.push("chromium");
    }
    let japanese = output(Command::new("fc-list").args([":lang=ja", "family"]));
    if japanese.is_none_or(|fonts| fonts.trim().is_empty()) {
        missing.push("fonts-noto-cjk");
    }
    if !missing.is_empty() {
        apt_install(&missing)?;
    }
    on_path(&BROWSERS).context("no Chromium found: set SAKUIN_CHROMIUM to its path")
}

/// Hugo, on which its drop-in is tried; the test passes over what is not there.
pub(crate) fn hugo() {
    if on_path(&["hugo"]).is_none()
        && let Err(err) = apt_install(&["hugo"])
    {
        say(&format!("goes on without hugo: {err:#}"));
    }
}

/// Firefox as Debian has it, for the same tests once more; they are passed over
/// where there is none. `SAKUIN_FIREFOX` names another one.
pub(crate) fn firefox() -> Option<PathBuf> {
    const NAMES: [&str; 2] = ["firefox-esr", "firefox"];
    more_browser("SAKUIN_FIREFOX", &NAMES, &["firefox-esr"])
}

/// The driver of WebKitGTK, likewise, with a screen that nobody sees.
pub(crate) fn webkit_driver() -> Option<PathBuf> {
    let packages = ["webkit2gtk-driver", "xvfb", "xauth"];
    more_browser("SAKUIN_WEBKIT", &["WebKitWebDriver"], &packages)
}

fn more_browser(variable: &str, names: &[&str], packages: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Some(path.into());
    }
    if on_path(names).is_none()
        && let Err(err) = apt_install(packages)
    {
        say(&format!("goes on without {}: {err:#}", names[0]));
    }
    on_path(names)
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut files = names.iter().flat_map(|name| folders.iter().map(move |dir| dir.join(name)));
    files.find(|file| file.is_file())
}

/// Installs Debian packages; only root can.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if on_path(&["apt-get"]).is_none() {
        bail!("{list} not installed, and there is no apt-get");
    }
    if output(Command::new("id").arg("-u")).is_none_or(|user| user.trim() != "0") {
        bail!("{list} not installed: run `apt-get install {list}` as root");
    }
    say(&format!("installs {list} (apt-get)"));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-q"]).args(arguments);
        run_silently(&mut command)
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}
