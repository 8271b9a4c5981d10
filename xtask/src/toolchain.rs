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

use crate::project::{Project, output, run};
use crate::setup::{apt_install, say};

/// The name of the target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler, its standard library's source, and a linker for wasm.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

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
    let no_source = no_source(project);
    if !current.has_source() || !current.has_target() {
        if !no_source.exists() && rustup_serves(project, &current) {
            say(&format!("installs rust-src and {TARGET} (rustup)"));
            let _ = run(project.command("rustup").args(["component", "add", "rust-src"]));
            let _ = run(project.command("rustup").args(["target", "add", TARGET]));
        }
    }
    if current.has_source() {
        return Ok(Recipe::Release(current));
    }
    if let Some(debian) = Toolchain::debian() {
        return Ok(Recipe::Release(debian));
    }
    if !no_source.exists() {
        match apt_install(&DEBIAN_PACKAGES) {
            Ok(()) => {
                if let Some(debian) = Toolchain::debian() {
                    return Ok(Recipe::Release(debian));
                }
            }
            Err(err) => say(&format!("Debian's toolchain: {err:#}")),
        }
        fs::create_dir_all(project.own())?;
        fs::write(&no_source, "")?;
    }
    if !current.has_target() {
        bail!(
            "no way to compile for {TARGET}: run `rustup target add {TARGET}`, \
             or install Debian's {}",
            DEBIAN_PACKAGES.join(" ")
        );
    }
    say("no source of the standard library: the modules are larger than the published ones");
    Ok(Recipe::Plain(current))
}

/// Lets [`prepare`] try again what failed before.
pub(crate) fn forget_failure(project: &Project) {
    let _ = fs::remove_file(no_source(project));
}

/// Marks a machine on which no source of the standard library could be had.
fn no_source(project: &Project) -> PathBuf {
    project.own().join("no-source")
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
    pub(crate) fn has_target(&self) -> bool {
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
    /// The toolchain to use.
    pub(crate) fn toolchain(&self) -> &Toolchain {
        let (Self::Release(toolchain) | Self::Plain(toolchain)) = self;
        toolchain
    }

    /// `cargo` with the environment of this recipe.
    pub(crate) fn cargo(&self, project: &Project) -> Command {
        let toolchain = self.toolchain();
        let mut command = project.command(&toolchain.cargo);
        // `cargo xtask` put the libraries of its own compiler first.
        command.env_remove("LD_LIBRARY_PATH").env_remove("RUSTFLAGS");
        command.env("RUSTC", &toolchain.rustc).env("CARGO_ENCODED_RUSTFLAGS", self.flags());
        if let Ok(Some(linker)) = toolchain.linker() {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        if let Self::Release(_) = self {
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }

    /// What the recipe adds to `cargo build`.
    pub(crate) fn arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Release(_) => {
                &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]
            }
            Self::Plain(_) => &[],
        }
    }

    /// What the recipe tells rustc, with cargo's separator.
    fn flags(&self) -> &'static str {
        match self {
            Self::Release(_) => "-Zunstable-options\x1f-Cpanic=immediate-abort",
            Self::Plain(_) => "",
        }
    }

    /// All that decides about the bytes of a module, besides the source.
    pub(crate) fn identity(&self) -> String {
        let version = output(Command::new(&self.toolchain().rustc).arg("-vV")).unwrap_or_default();
        format!("{version}{}{}", self.flags(), self.arguments().join(" "))
    }
}
