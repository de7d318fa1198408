//! Short names between the main module and its script.
//!
//! wasm-bindgen gives each function that the module has of the browser a name with sixteen figures of a hash, and writes it into both files:
//! what is least compressible of all, in everybody's first download. Nobody else reads these names.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{
    ImportSection, Module, RawSection,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// Module and script with the functions of the import `from` renamed to `a0`, `a1` and so on.
///
/// # Errors
/// The module is no WebAssembly, or the script does not name a function of its once, as a property.
pub fn imports(module: &[u8], script: &str, from: &str) -> Result<(Vec<u8>, String)> {
    let mut shorter = Module::new();
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("not WebAssembly")?;
        if let Payload::ImportSection(imports) = &payload {
            let mut section = ImportSection::new();
            for import in imports.clone().into_imports() {
                let import = import?;
                let kind = RoundtripReencoder.entity_type(import.ty)?;
                if import.module == from {
                    section.import(from, &short(names.len()), kind);
                    names.push(import.name);
                } else {
                    section.import(import.module, import.name, kind);
                }
            }
            shorter.section(&section);
        } else if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let data = module
                .get(range)
                .context("a section beyond the end of the file")?;
            shorter.section(&RawSection { id, data });
        }
    }
    Ok((shorter.finish(), renamed(script, &names)?))
}

fn short(number: usize) -> String {
    format!("a{number}")
}

/// The script with another name for each of these properties.
fn renamed(script: &str, names: &[&str]) -> Result<String> {
    let mut text = String::with_capacity(script.len());
    let mut found = 0;
    for line in script.split_inclusive('\n') {
        let begins = line.trim_start();
        let number = begins
            .split_once(':')
            .and_then(|(name, _)| names.iter().position(|known| *known == name));
        match number {
            Some(number) => {
                let (_, rest) = begins.split_once(':').unwrap_or_default();
                write!(text, "{}:{rest}", short(number))?;
                found += 1;
            }
            None => text.push_str(line),
        }
    }
    ensure!(
        found == names.len(),
        "the script names {found} of {} functions of the browser: wasm-bindgen writes it in another way",
        names.len()
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{CustomSection, EntityType, TypeSection};

    use super::*;

    fn module() -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut imports = ImportSection::new();
        for (from, name) in [
            ("./x.js", "__wbg_b_0011"),
            ("env", "memory_grow"),
            ("./x.js", "__wbg_a_2233"),
        ] {
            imports.import(from, name, EntityType::Function(0));
        }
        module.section(&imports);
        module.section(&CustomSection {
            name: "kept".into(),
            data: b"__wbg_b_0011".as_slice().into(),
        });
        module.finish()
    }

    fn imported(module: &[u8]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            if let Payload::ImportSection(imports) = payload.unwrap() {
                for import in imports.into_imports() {
                    let import = import.unwrap();
                    all.push((import.module.to_owned(), import.name.to_owned()));
                }
            }
        }
        all
    }

    const SCRIPT: &str = "const i = {\n    __wbg_a_2233: function() { return \"__wbg_b_0011: x\"; },\n    __wbg_b_0011: function() {},\n    other: 1,\n};\n";

    #[test]
    fn both_files_say_the_same_short_names() {
        let (shorter, script) = imports(&module(), SCRIPT, "./x.js").unwrap();
        let named: Vec<_> = imported(&shorter).into_iter().map(|(_, name)| name).collect();
        assert_eq!(named, ["a0", "memory_grow", "a1"]);
        assert!(
            script.contains("a1: function() { return \"__wbg_b_0011: x\"; }"),
            "{script}"
        );
        assert!(
            script.contains("a0: function() {}") && script.contains("    other: 1"),
            "{script}"
        );
    }

    #[test]
    fn a_script_that_is_written_otherwise_is_refused() {
        assert!(imports(&module(), "const i = { __wbg_a_2233() {} };\n", "./x.js").is_err());
    }
}
