//! Several lazy views in one chunk.
//!
//! leptos makes a chunk of every lazy route, and the splitter one more for each *set* of routes that share a function.
//! With 25 routes that came to 233 files, and to 60 requests for one page. The splitter knows a chunk by a name inside
//! import and export names: giving several routes the same name puts them together.

use std::{borrow::Cow, collections::BTreeMap, str::FromStr};

use anyhow::{Context, Result};
use wasm_encoder::{
    ExportSection, ImportSection, Module, RawSection,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// A chunk and the pages in it, as `NAME=page,page`. A page goes by the name of its type in snake case (`MapPage`:
/// `map_page`). Without pages it takes every page that no other group has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    name: String,
    pages: Vec<String>,
}

impl FromStr for Group {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, pages) = text.split_once('=').unwrap_or((text, ""));
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Err(format!(
                "{text}: a group is NAME or NAME=page,page in small letters"
            ));
        }
        let pages = pages
            .split(',')
            .filter(|p| !p.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(Self {
            name: name.into(),
            pages,
        })
    }
}

/// Which chunk each lazy function is in: leptos' name of the function to the group's.
pub type Chunks = BTreeMap<String, String>;

/// Renames what the splitter goes by. Everything else stays byte for byte, so relocations stay right.
///
/// # Errors
/// The input is no WebAssembly.
pub fn lazy_views(input: &[u8], groups: &[Group]) -> Result<(Vec<u8>, Chunks)> {
    let mut chunks = Chunks::new();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(input) {
        let payload = payload.context("not WebAssembly")?;
        match &payload {
            Payload::ImportSection(imports) => {
                let mut section = ImportSection::new();
                for import in imports.clone().into_imports() {
                    let import = import?;
                    let kind = RoundtripReencoder.entity_type(import.ty)?;
                    section.import(import.module, &renamed(import.name, groups, &mut chunks), kind);
                }
                module.section(&section);
            }
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports.clone() {
                    let export = export?;
                    let kind = RoundtripReencoder.export_kind(export.kind)?;
                    section.export(&renamed(export.name, groups, &mut chunks), kind, export.index);
                }
                module.section(&section);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
                    let data = input.get(range).context("a section beyond the end of the file")?;
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok((module.finish(), chunks))
}

/// `__wasm_split_00FUNCTION00_import_…`, `…_export_…` and `__wasm_split_load_FUNCTION` with the group in its place.
fn renamed<'a>(name: &'a str, groups: &[Group], chunks: &mut Chunks) -> Cow<'a, str> {
    const LOADER: &str = "__wasm_split_load_";
    const POINT: &str = "__wasm_split_00";
    if let Some(function) = name.strip_prefix(LOADER) {
        let Some(group) = group_of(function, groups) else {
            return name.into();
        };
        chunks.insert(function.into(), group.into());
        return format!("{LOADER}{group}").into();
    }
    let Some(rest) = name.strip_prefix(POINT) else {
        return name.into();
    };
    let end = ["00_import_", "00_export_"]
        .iter()
        .find_map(|mark| rest.rfind(mark));
    let Some((function, tail)) = end.map(|end| rest.split_at(end)) else {
        return name.into();
    };
    match group_of(function, groups) {
        Some(group) => {
            chunks.insert(function.into(), group.into());
            format!("{POINT}{group}{tail}").into()
        }
        None => name.into(),
    }
}

fn group_of<'g>(function: &str, groups: &'g [Group]) -> Option<&'g str> {
    let page = page_of(function);
    let named = groups.iter().find(|g| g.pages.iter().any(|p| p == page));
    named
        .or_else(|| groups.iter().find(|g| g.pages.is_empty()))
        .map(|g| g.name.as_str())
}

/// `map_page` of `__map_page_view_1222043533162118923`.
fn page_of(function: &str) -> &str {
    let function = function.trim_start_matches('_');
    let function = function
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches('_');
    function.strip_suffix("_view").unwrap_or(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Vec<Group> {
        ["map=map_page", "work"].map(|g| g.parse().unwrap()).to_vec()
    }

    #[test]
    fn pages_go_to_their_group_and_the_others_to_the_rest() {
        let mut chunks = Chunks::new();
        let mut name = |text: &str| renamed(text, &groups(), &mut chunks).into_owned();
        assert_eq!(
            name("__wasm_split_load___map_page_view_12"),
            "__wasm_split_load_map"
        );
        assert_eq!(
            name("__wasm_split_00__map_page_view_1200_import_0a_f"),
            "__wasm_split_00map00_import_0a_f"
        );
        assert_eq!(
            name("__wasm_split_00__jobs_route_view_300_export_0b_f"),
            "__wasm_split_00work00_export_0b_f"
        );
        assert_eq!(name("__wbindgen_placeholder__"), "__wbindgen_placeholder__");
        assert_eq!(chunks["__map_page_view_12"], "map");
        assert_eq!(chunks["__jobs_route_view_3"], "work");
    }

    #[test]
    fn only_names_of_imports_and_exports_change() {
        let mut module = Module::new();
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut imports = ImportSection::new();
        imports.import(
            "a",
            "__wasm_split_load___map_page_view_12",
            wasm_encoder::EntityType::Function(0),
        );
        module.section(&imports);
        module.section(&wasm_encoder::CustomSection {
            name: "kept".into(),
            data: (&[1, 2, 3]).into(),
        });
        let (after, _) = lazy_views(&module.finish(), &groups()).unwrap();
        let text = String::from_utf8_lossy(&after);
        assert!(text.contains("__wasm_split_load_map") && !text.contains("map_page_view"));
        assert!(after.windows(7).any(|w| w == b"kept\x01\x02\x03"));
        wasmparser::validate(&after).unwrap();
        assert!(lazy_views(b"nonsense", &groups()).is_err());
    }

    #[test]
    fn a_group_is_a_name_with_or_without_pages() {
        assert!("Work".parse::<Group>().is_err());
        assert!("=a".parse::<Group>().is_err());
        assert_eq!("a=b,c".parse::<Group>().unwrap().pages, ["b", "c"]);
    }
}
