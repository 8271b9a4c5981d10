//! The Rust toolchain of the wasm modules.
//!
//! The published modules hold a standard library compiled anew, for size and
//! without panic messages, for which its source must be at hand: `rust-src` of
//! rustup, or Debian's `rust-web-src` with the compiler of the same version.
//! Without either, the modules are built on the plain target and are larger.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::project::{Project, output, run_silently};
use crate::setup::{apt_install, say};

/// The name of the target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler, the source of its standard library, its lints, and a
/// linker for wasm.
const DEBIAN_PACKAGES: [&str; 5] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld-22"];

/// Marks a machine on which no source of the standard library could be had.
const FAILED_BEFORE: &str = "no-source";

/// Debian's linker, which its compiler does not find by itself.
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-22";

/// A cargo and a rustc that belong together.
pub(crate) struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    sysroot: PathBuf,
}

/// How the modules are compiled on this machine.
pub(crate) enum Recipe {
    /// The published one, with a standard library of its own.
    Release(Toolchain),
    /// With the standard library that came with the target.
    Plain(Toolchain),
}

/// The recipe that this machine can follow, after installing what is missing.
///
/// A machine where nothing could be installed is not asked again until
/// [`forget_failure`] is called.
pub(crate) fn prepare(project: &Project) -> Result<Recipe> {
    let Some(current) = Toolchain::current() else {
        bail!("rustc not found beside {:?}", project.cargo().get_program());
    };
    if current.has_source() {
        return Ok(Recipe::Release(current));
    }
    if let Some(debian) = Toolchain::debian() {
        return Ok(Recipe::Release(debian));
    }
    let failed_before = project.own().join(FAILED_BEFORE);
    if !failed_before.exists() {
        if rustup_serves(project, &current) {
            say(&format!("installs rust-src and {TARGET} (rustup)"));
            for arguments in [["component", "add", "rust-src"], ["target", "add", TARGET]] {
                if let Err(err) = run_silently(project.command("rustup").args(arguments)) {
                    say(&format!("{err:#}"));
                    break;
                }
            }
        }
        if current.has_source() {
            return Ok(Recipe::Release(current));
        }
        if let Err(err) = apt_install(&DEBIAN_PACKAGES) {
            say(&format!("{err:#}"));
        }
        if let Some(debian) = Toolchain::debian() {
            return Ok(Recipe::Release(debian));
        }
        fs::create_dir_all(project.own())?;
        fs::write(failed_before, "")?;
    }
    if !current.has_target() {
        bail!(
            "nothing here compiles for {TARGET}: run `rustup target add {TARGET}`, \
             or install Debian's {}",
            DEBIAN_PACKAGES.join(" ")
        );
    }
    say("no source of the standard library: the modules are larger than the published ones");
    Ok(Recipe::Plain(current))
}

/// Lets [`prepare`] try again what failed before.
pub(crate) fn forget_failure(project: &Project) {
    // Most often there is nothing to forget.
    let _ = fs::remove_file(project.own().join(FAILED_BEFORE));
}

/// Whether the toolchain is rustup's, so that rustup can add to it.
fn rustup_serves(project: &Project, toolchain: &Toolchain) -> bool {
    output(project.command("rustup").args(["show", "home"]))
        .is_some_and(|home| toolchain.sysroot.starts_with(home.trim()))
}

impl Toolchain {
    /// The toolchain that runs xtask.
    fn current() -> Option<Self> {
        let cargo = PathBuf::from(std::env::var_os("CARGO")?);
        let beside = cargo.with_file_name("rustc");
        let rustc = if beside.exists() { beside } else { "rustc".into() };
        let sysroot = output(Command::new(&rustc).args(["--print", "sysroot"]))?;
        Some(Self { cargo, rustc, sysroot: sysroot.trim().into() })
    }

    /// Debian's toolchain, if all of it is installed.
    fn debian() -> Option<Self> {
        let debian = Self {
            cargo: "/usr/bin/cargo".into(),
            rustc: "/usr/bin/rustc".into(),
            sysroot: "/usr".into(),
        };
        let stands = [&*debian.cargo, &*debian.rustc, Path::new(DEBIAN_LINKER)]
            .iter()
            .all(|file| file.exists());
        (stands && debian.has_source()).then_some(debian)
    }

    fn rustlib(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib")
    }

    fn has_source(&self) -> bool {
        self.rustlib().join("src/rust/library/Cargo.lock").exists() && self.linker().is_ok()
    }

    /// Whether the target's own standard library is installed.
    fn has_target(&self) -> bool {
        self.rustlib().join(TARGET).join("lib").exists()
    }

    /// The linker to name, which is none where the toolchain brings its own.
    fn linker(&self) -> Result<Option<&'static str>> {
        let own = fs::read_dir(self.rustlib())?
            .flatten()
            .any(|host| host.path().join("bin/rust-lld").exists());
        match own {
            true => Ok(None),
            false if Path::new(DEBIAN_LINKER).exists() => Ok(Some(DEBIAN_LINKER)),
            false => bail!("no linker for {TARGET}"),
        }
    }
}

impl Recipe {
    fn toolchain(&self) -> &Toolchain {
        let (Self::Release(toolchain) | Self::Plain(toolchain)) = self;
        toolchain
    }

    /// `cargo build` for wasm, after this recipe.
    pub(crate) fn build(&self, project: &Project) -> Command {
        let mut cargo = project.command(&self.toolchain().cargo);
        cargo.arg("build").env("CARGO_ENCODED_RUSTFLAGS", self.flags().join("\x1f"));
        self.aim(&mut cargo);
        cargo
    }

    /// `cargo clippy` for wasm, with the same toolchain.
    pub(crate) fn clippy(&self, project: &Project) -> Result<Command> {
        // Named by its path: `cargo` would take the first one of $PATH, which
        // may be another toolchain's.
        let clippy = self.toolchain().cargo.with_file_name("cargo-clippy");
        if !clippy.exists() {
            bail!("{} does not exist: install clippy", clippy.display());
        }
        let mut command = project.command(clippy);
        self.aim(command.arg("clippy").env("CARGO", &self.toolchain().cargo));
        Ok(command)
    }

    /// Adds what decides how the target and its standard library are compiled.
    fn aim(&self, command: &mut Command) {
        let toolchain = self.toolchain();
        // `cargo xtask` put the libraries of its own compiler first.
        command.env_remove("LD_LIBRARY_PATH").env_remove("RUSTFLAGS");
        command.env("RUSTC", &toolchain.rustc).args(["--target", TARGET]).args(self.arguments());
        if let Ok(Some(linker)) = toolchain.linker() {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        if let Self::Release(_) = self {
            command.env("RUSTC_BOOTSTRAP", "1");
        }
    }

    /// What the recipe adds to the command line.
    fn arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Release(_) => {
                &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]
            }
            Self::Plain(_) => &[],
        }
    }

    /// What the recipe tells rustc. Places in the source would name folders of
    /// the machine that builds, and make the bytes depend on them. Loops take
    /// fewer bytes as they are written than with one counter for each address,
    /// and functions fewer where few are put into others, and where nothing is
    /// computed ahead on one way to save it on another.
    fn flags(&self) -> &'static [&'static str] {
        match self {
            Self::Release(_) => &[
                "-Zunstable-options",
                "-Cpanic=immediate-abort",
                "-Zlocation-detail=none",
                "-Cllvm-args=-disable-lsr",
                "-Cllvm-args=-inline-threshold=12",
                "-Cllvm-args=-enable-pre=false",
            ],
            Self::Plain(_) => &[],
        }
    }

    /// All that decides about the bytes of a module, besides the source.
    pub(crate) fn identity(&self) -> String {
        let version = output(Command::new(&self.toolchain().rustc).arg("-vV")).unwrap_or_default();
        format!("{version}{}{}", self.flags().join(" "), self.arguments().join(" "))
    }
}
