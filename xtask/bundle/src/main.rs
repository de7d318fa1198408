//! The steps of a browser bundle that need Rust libraries: WebAssembly to a JavaScript module with lazy chunks, one
//! style sheet out of many, and compressed files beside the originals.
//!
//! The libraries are the ones that cargo-leptos and the wasm-bindgen tool are made of. `cargo xtask` calls this with
//! the right arguments, in the right order.

mod compress;
mod css;
mod group;
mod shorten;
mod wasm;

use std::path::PathBuf;

use clap::Parser;

#[derive(Parser)]
enum Step {
    /// Make a JavaScript module, its main WebAssembly file and its lazy chunks out of what cargo built.
    Wasm {
        #[arg(long)]
        input: PathBuf,
        #[arg(long)]
        out_dir: PathBuf,
        /// Name of the module, without extension.
        #[arg(long)]
        name: String,
        /// Lazy pages that share a chunk: `NAME=page,page`, or `NAME` for all others.
        #[arg(long)]
        group: Vec<group::Group>,
    },
    /// Follow the imports of a style sheet and write one minified file.
    Css {
        #[arg(long)]
        input: PathBuf,
        #[arg(long)]
        output: PathBuf,
    },
    /// Put a brotli and a gzip file beside every file that gets smaller by it.
    Compress { folder: PathBuf },
}

fn main() -> anyhow::Result<()> {
    match Step::parse() {
        Step::Wasm {
            input,
            out_dir,
            name,
            group,
        } => wasm::bind(&input, &out_dir, &name, &group),
        Step::Css { input, output } => css::bundle(&input, &output),
        Step::Compress { folder } => compress::folder(&folder),
    }
}
