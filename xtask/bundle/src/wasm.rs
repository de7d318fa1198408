//! From the one WebAssembly file that cargo links to what a browser loads.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    group::{self, Group},
    shorten,
};

/// Where leptos looks for the loader of lazy chunks; `#[lazy]` writes this very name into the code.
const SPLIT_LOADER: &str = "./__wasm_split.______________________.js";

/// Which chunks a lazy route needs; leptos' server side reads it to preload them.
const SPLIT_MANIFEST: &str = "__wasm_split_manifest.json";

/// Splits the lazy routes off, then makes `NAME.js` and `NAME.wasm` in `out_dir`.
///
/// # Errors
/// The input is no relocatable WebAssembly (linked without `--emit-relocs`), or was linked against another version of
/// wasm-bindgen than this program.
pub fn bind(input: &Path, out_dir: &Path, name: &str, groups: &[Group]) -> Result<()> {
    fs::create_dir_all(out_dir)?;
    let linked = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let (linked, chunks) = group::lazy_views(&linked, groups)?;

    // Splitting comes first: it needs the linker's relocations, which wasm-bindgen drops.
    let main = out_dir.join("unbound.wasm");
    let main_module = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(&linked);
    options.output_dir = out_dir;
    options.main_out_path = &main;
    options.link_name = SPLIT_LOADER;
    options.main_module = &main_module;
    let split = wasm_split_cli_support::transform(options).map_err(|e| anyhow!("cannot split: {e:#}"))?;
    quieten(&out_dir.join(SPLIT_LOADER))?;
    // leptos asks by the function's own name, also where several share a chunk.
    let files: BTreeMap<&String, &Vec<String>> = chunks
        .iter()
        .filter_map(|(function, chunk)| Some((function, split.prefetch_map.get(chunk)?)))
        .collect();
    fs::write(out_dir.join(SPLIT_MANIFEST), serde_json::to_vec(&files)?)?;

    let mut bindgen = Bindgen::new();
    bindgen.input_path(&main).out_name(name).typescript(false);
    // The chunks find the main module's functions by its exports, and those by their mangled names.
    bindgen.keep_lld_exports(true).demangle(false);
    bindgen.web(true)?.generate(out_dir)?;
    fs::remove_file(&main)?;
    let (module, script) = (
        out_dir.join(format!("{name}_bg.wasm")),
        out_dir.join(format!("{name}.js")),
    );
    let bound = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let text = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    let (bound, text) = shorten::imports(&bound, &text, &format!("./{name}_bg.js"))?;
    fs::write(out_dir.join(format!("{name}.wasm")), bound)?;
    fs::write(script, text)?;
    fs::remove_file(module)?;
    Ok(())
}

/// The loader calls it an error when a chunk does not come, as it is where a page is left meanwhile. Whoever asked for the chunk hears
/// of it, and tells what lasts.
fn quieten(loader: &Path) -> Result<()> {
    const ERROR: &str = "console.error(e);";
    let script = fs::read_to_string(loader).with_context(|| format!("cannot read {}", loader.display()))?;
    ensure!(
        script.contains(ERROR),
        "the loader of chunks tells of failures in another way"
    );
    fs::write(loader, script.replace(ERROR, "console.debug(e);"))?;
    Ok(())
}
