//! Proving that 35,000 polygons are a coverage. Beside it the library, looking at each polygon by itself: it says nothing of
//! neighbours, and is what there is.

use std::process::Command;

use anyhow::{Context, Result};

use super::{
    Size,
    line::{Bar, Line, On},
};
use crate::{command, house, steps::step, toolchain};

/// # Errors
/// It does not compile, or does not find what it should.
pub fn run(size: Size) -> Result<()> {
    let runs = if size == Size::Quick { 1 } else { 5 };
    step("编译测量工具", || {
        command::run(toolchain::native().args([
            "build",
            "--locked",
            "--release",
            "-p",
            "grid",
            "--features",
            "ssr",
            "--example",
            "check_coverage",
        ]))
    })?;
    let program = house::target().join("release/examples/check_coverage");
    let (mut values, mut baseline, mut more) = (Vec::new(), Vec::new(), [0.0; 2]);
    for _ in 0..runs {
        let mut command = Command::new(&program);
        if size == Size::Quick {
            command.arg("--quick");
        }
        let told: serde_json::Value = serde_json::from_str(&command::output(&mut command)?)?;
        let figure = |name: &str| told[name].as_f64().with_context(|| format!("没有得到 {name}"));
        values.push(figure("seconds")?);
        baseline.push(figure("each")?);
        more = [figure("polygons")?, figure("corners")?];
    }
    Line {
        bench: "topology",
        case: "check",
        engine: None,
        values: &values,
        unit: "s",
        baseline: &baseline,
        bar: Some(On::Value(Bar::AtMost(10.0))),
        p99: None,
        more: &[("polygons", more[0]), ("corners", more[1])],
    }
    .print();
    Ok(())
}
