//! The two wasm modules: the root crate, compiled once for each feature.
//!
//! cargo → wasm-bindgen's generator (a library of xtask, of the same version as
//! the crate) → the longest table, coded → wasm-opt → `www/generated/{search,render}/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::project::{Project, run};
use crate::setup;
use crate::slices;
use crate::stamp::Inputs;
use crate::toolchain::{self, Recipe, TARGET};

/// Each module is the crate with the feature `wasm-NAME`.
const MODULES: [&str; 2] = ["search", "render"];

/// What they depend on besides the toolchain.
const INPUTS: [&str; 6] = [
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "xtask/src/slices.rs",
    "xtask/src/wasm.rs",
    "xtask/tools/package-lock.json",
];

/// What the optimiser does, and what rustc's wasm target takes for granted.
/// Compressed, functions that stand once weigh less than those put into others,
/// and what is computed twice less than a local that keeps it; rebuilding all
/// loops from a flat form gives 1.5 % more. What that leaves, a second round takes.
const WASM_OPT: [&str; 14] = [
    "--no-inline=*",
    "--skip-pass=local-cse",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-target-features",
];

/// Builds those modules whose source, toolchain or recipe has changed.
pub(crate) fn modules(project: &Project) -> Result<()> {
    let recipe = toolchain::prepare(project)?;
    let wasm_opt = setup::wasm_opt(project)?;
    for name in MODULES {
        let folder = project.www().join("generated").join(name);
        let mut inputs = Inputs::new(&format!("{name} {} {WASM_OPT:?}", recipe.identity()));
        for input in INPUTS {
            inputs.add(&project.root.join(input))?;
        }
        let outputs = ["sakuin.js", "sakuin.d.ts", "sakuin_bg.wasm"].map(|file| folder.join(file));
        let stamp = project.own().join(format!("wasm-{name}.stamp"));
        inputs.unless_done(&stamp, &outputs, || {
            eprintln!("build: {name}.wasm");
            let compiled = compile(project, &recipe, name)?;
            generate(&compiled, &folder)?;
            let module = folder.join("sakuin_bg.wasm");
            let mut wasm = walrus::Module::from_file(&module)?;
            slices::code(&mut wasm)?;
            shorten_imports(&mut wasm, &folder.join("sakuin.js"))?;
            wasm.emit_wasm_file(&module)?;
            run(project
                .command("node")
                .arg(&wasm_opt)
                .args(WASM_OPT)
                .arg(&module)
                .arg("-o")
                .arg(&module))
        })?;
    }
    Ok(())
}

/// Compiles one module. Each has its own folder: a `cdylib` has no hash in its
/// name, so that in a common one the two would overwrite each other.
fn compile(project: &Project, recipe: &Recipe, name: &str) -> Result<PathBuf> {
    let target = project.target.join(format!("wasm-{name}"));
    let mut cargo = recipe.build(project);
    cargo.args(["--quiet", "--lib", "--profile", "wasm", "--features", &format!("wasm-{name}")]);
    run(cargo.arg("--target-dir").arg(&target))?;
    Ok(target.join(TARGET).join("wasm/sakuin.wasm"))
}

/// Writes the JavaScript glue, its types, and the module without what only the
/// generator reads.
fn generate(compiled: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Bindgen::new()
        .input_path(compiled)
        .out_name("sakuin")
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .web(true)
        .and_then(|bindgen| bindgen.typescript(true).generate(folder))
        .with_context(|| format!("the glue of {}", compiled.display()))
}

/// Gives what the module imports short names, in the module and in its glue.
/// The generator puts a hash into each, which no compression makes smaller.
fn shorten_imports(wasm: &mut walrus::Module, glue: &Path) -> Result<()> {
    let mut script = fs::read_to_string(glue)?;
    for (number, import) in wasm.imports.iter_mut().enumerate() {
        let short = format!("i{number}");
        let line = format!("imports.wbg.{} = ", import.name);
        if script.matches(&line).count() != 1 {
            bail!("the glue does not say what {} is", import.name);
        }
        script = script.replace(&line, &format!("imports.wbg.{short} = "));
        import.name = short;
    }
    fs::write(glue, script)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_generator_has_the_version_of_the_locked_crate() {
        let lock = include_str!("../../Cargo.lock");
        let version = |name: &str| {
            let (_, entry) = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).unwrap();
            entry.split('"').next().unwrap()
        };
        assert_eq!(version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    }
}
