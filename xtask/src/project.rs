//! The checkout, and the one way in which its tools are run.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Where things stand in this checkout.
pub(crate) struct Project {
    /// The checkout itself.
    pub(crate) root: PathBuf,
    /// Cargo's output folder.
    pub(crate) target: PathBuf,
}

impl Project {
    /// The project that `cargo xtask` was called in.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("xtask stands in no folder")?.to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The npm package of the browser side.
    pub(crate) fn www(&self) -> PathBuf {
        self.root.join("www")
    }

    /// What a page loads: the client, the element, both wasm modules.
    pub(crate) fn dist(&self) -> PathBuf {
        self.www().join("dist")
    }

    /// The worker and its glue apart, for what each weighs.
    pub(crate) fn alone(&self) -> PathBuf {
        self.www().join("alone")
    }

    /// A program of the release build.
    pub(crate) fn release(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// Where xtask keeps what is neither cargo's nor the browser's.
    pub(crate) fn own(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// `program`, started in the root of the checkout.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that runs xtask.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }
}

/// Runs a step of the work. Whatever it prints goes to standard error: standard
/// output holds answers only, such as the address of the demo.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    run_shown(command.stdout(io::stderr()))
}

/// Runs a step whose output is the answer, such as a test's.
pub(crate) fn run_shown(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} could not start", name(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", name(command));
    }
    Ok(())
}

/// Runs an installer, whose output is shown only if it fails.
pub(crate) fn run_silently(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{} could not start", name(command)))?;
    if !output.status.success() {
        let (out, err) = (output.stdout.utf8_chunks(), output.stderr.utf8_chunks());
        eprint!("{}", out.chain(err).map(|chunk| chunk.valid()).collect::<String>());
        bail!("{} failed: {}", name(command), output.status);
    }
    Ok(())
}

/// The command line, for an error.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// What `command` prints when it succeeds, and nothing when it can't be run.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
