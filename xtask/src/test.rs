//! `cargo xtask test`: every check of the project, cheap ones first, each with
//! its time. A step that fails does not keep the others from running.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, bail};

use crate::project::{Project, run_shown};
use crate::toolchain::{self, Recipe};
use crate::{bench, build, demo, readme, serve, setup, stamp};

type Step = (&'static str, fn(&Project) -> Result<()>);

/// What a step ends with that can't be made here: no failure, and no pass.
#[derive(Debug)]
struct Skipped(&'static str);

impl Display for Skipped {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        write!(to, "skipped: {}", self.0)
    }
}

const STEPS: [Step; 14] = [
    ("build", build::all_and_demo),
    ("rustfmt", rustfmt),
    ("clippy", clippy),
    ("clippy on wasm", clippy_on_wasm),
    ("rust tests", rust_tests),
    ("xtask tests", xtask_tests),
    ("typescript", typescript),
    ("npm test", npm_test),
    ("byte budgets", byte_budgets),
    ("readme", readme::check),
    ("package", package),
    ("browser tests", browser_tests),
    ("firefox", firefox_tests),
    ("webkit", webkit_tests),
];

/// Runs all steps.
///
/// # Errors
///
/// When one of them failed.
pub(crate) fn run(project: &Project) -> Result<()> {
    let start = Instant::now();
    let outcomes: Vec<(&str, Result<()>, Duration)> = STEPS
        .into_iter()
        .map(|(name, step)| {
            eprintln!("\n== {name}");
            let start = Instant::now();
            let outcome = step(project);
            if let Err(err) = &outcome {
                eprintln!("{name}: {err:#}");
            }
            (name, outcome, start.elapsed())
        })
        .collect();

    println!();
    for (name, outcome, time) in &outcomes {
        let word = match outcome {
            Ok(()) => "passed",
            Err(err) if err.is::<Skipped>() => "skipped",
            Err(_) => "FAILED",
        };
        println!("{name:<16} {word} {:>8.1} s", time.as_secs_f64());
    }
    let ends_in = |wanted: fn(&Error) -> bool| {
        outcomes.iter().filter(|(_, outcome, _)| outcome.as_ref().is_err_and(wanted)).count()
    };
    let (skipped, failed) =
        (ends_in(|err| err.is::<Skipped>()), ends_in(|err| !err.is::<Skipped>()));
    println!("{:<16} {:>15.1} s", "all", start.elapsed().as_secs_f64());
    println!("{} passed, {failed} failed, {skipped} skipped", outcomes.len() - failed - skipped);
    if failed > 0 {
        bail!("{failed} of {} steps failed", outcomes.len());
    }
    Ok(())
}

fn rustfmt(project: &Project) -> Result<()> {
    run_shown(project.cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(project: &Project) -> Result<()> {
    let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    run_shown(project.cargo().args(clippy))
}

/// The folder that names JavaScript is compiled for wasm only.
fn clippy_on_wasm(project: &Project) -> Result<()> {
    let mut clippy = toolchain::prepare(project)?.clippy(project)?;
    clippy.args(["--quiet", "--lib", "--features", "wasm-search,wasm-render"]);
    run_shown(clippy.args(["--", "--deny", "warnings"]))
}

fn rust_tests(project: &Project) -> Result<()> {
    run_shown(project.cargo().args(["test", "--quiet", "--workspace", "--exclude", "xtask"]))
}

/// Apart, because xtask's own profile is compiled already.
fn xtask_tests(project: &Project) -> Result<()> {
    let test = ["test", "--quiet", "--package", "xtask", "--profile", "xtask"];
    run_shown(project.cargo().args(test))
}

fn typescript(project: &Project) -> Result<()> {
    run_shown(project.command("npm").args(["run", "--silent", "check"]).current_dir(project.www()))
}

fn npm_test(project: &Project) -> Result<()> {
    run_shown(project.command("npm").args(["test", "--silent"]).current_dir(project.www()))
}

fn byte_budgets(project: &Project) -> Result<()> {
    bench::print_sizes(project)?;
    match toolchain::prepare(project)? {
        Recipe::Release(_) => bench::check_budgets(project),
        Recipe::Plain(_) => {
            eprintln!("the budgets hold for the release recipe, which this machine can't follow");
            Ok(())
        }
    }
}

/// The npm package as it would be published, what its examples make of it, and
/// what Lighthouse says of the demo blog.
fn package(project: &Project) -> Result<()> {
    let examples = project.root.join("examples");
    setup::npm(&examples)?;
    setup::hugo();
    let chromium = setup::chromium()?;
    let address = serve::start(demo::make_site(project, None)?)?;
    let mut npm = project.command("npm");
    npm.args(["test", "--silent"]).current_dir(examples);
    npm.env("SAKUIN_BUILDER", project.release("sakuin"));
    run_shown(npm.env("SAKUIN_DEMO", address).env("SAKUIN_CHROMIUM", chromium))
}

/// The browser tests find the demo blog at `SAKUIN_DEMO`, below it in `test/`
/// what they render, Chromium at `SAKUIN_CHROMIUM`, and the builder at
/// `SAKUIN_BUILDER`.
fn browser_tests(project: &Project) -> Result<()> {
    let mut tests = stamp::files_below(&project.www().join("tests/browser"))?;
    tests.retain(|file| file.to_string_lossy().contains(".test."));
    if tests.is_empty() {
        bail!("no tests in www/tests/browser");
    }
    let chromium = setup::chromium()?;
    let site = demo::make_site(project, None)?;
    let pages = ["run", "--quiet", "--example", "pages"];
    run_shown(project.cargo().args(pages).arg("--").arg(site.join("test")))?;
    let address = serve::start(site)?;
    let mut node = project.command("node");
    node.arg("--test").args(&tests).current_dir(project.www());
    node.env("SAKUIN_BUILDER", project.release("sakuin"));
    run_shown(node.env("SAKUIN_DEMO", address).env("SAKUIN_CHROMIUM", chromium))
}

/// Tests that other browsers run too: keys, input methods, the main path; in
/// Firefox policies and the client as well. docs/browsers.md tells what else they
/// pass, and why some can't be run there.
const IN_ALL: [&str; 3] = ["hotkey", "ime", "search"];
const IN_FIREFOX: [&str; 5] = ["hotkey", "ime", "search", "policy", "client"];

fn firefox_tests(project: &Project) -> Result<()> {
    tests_in(project, "SAKUIN_FIREFOX", setup::firefox(), &IN_FIREFOX)
}

fn webkit_tests(project: &Project) -> Result<()> {
    tests_in(project, "SAKUIN_WEBKIT", setup::webkit_driver(), &IN_ALL)
}

fn tests_in(
    project: &Project,
    variable: &str,
    browser: Option<PathBuf>,
    names: &[&str],
) -> Result<()> {
    let Some(browser) = browser else {
        bail!(Skipped("the browser is not installed"));
    };
    let address = serve::start(demo::make_site(project, None)?)?;
    let mut node = project.command("node");
    node.arg("--test").current_dir(project.www());
    node.args(names.iter().map(|name| format!("tests/browser/{name}.test.mjs")));
    run_shown(node.env("SAKUIN_DEMO", address).env(variable, browser))
}
