//! One style sheet out of many.

use std::{fs, path::Path};

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

/// Phones in use: WeChat brings its own Chromium on Android, iOS its Safari. Versions as lightningcss writes them.
const BROWSERS: Browsers = Browsers {
    android: Some(95 << 16),
    chrome: Some(95 << 16),
    edge: Some(95 << 16),
    firefox: Some(102 << 16),
    ie: None,
    ios_saf: Some(15 << 16),
    opera: None,
    safari: Some(15 << 16),
    samsung: Some(17 << 16),
};

/// Writes `input` with everything that it imports, minified and with the prefixes and fallbacks those browsers need.
///
/// # Errors
/// A file is missing or is not CSS; the message names file and line.
pub fn bundle(input: &Path, output: &Path) -> Result<()> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(input).map_err(|e| anyhow!("{e}"))?;
    let targets = Targets::from(BROWSERS);
    sheet
        .minify(MinifyOptions {
            targets,
            ..MinifyOptions::default()
        })
        .map_err(|e| anyhow!("{e}"))?;
    let css = sheet.to_css(PrinterOptions {
        minify: true,
        targets,
        ..PrinterOptions::default()
    })?;
    if let Some(folder) = output.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(output, css.code)?;
    Ok(())
}
