//! Which of 500 rules gets a matter.

use std::process::Command;

use anyhow::{Context, Result};

use super::{
    Size,
    line::{Bar, Line, On},
    stage,
};
use crate::{command, steps::step};

/// # Errors
/// It does not compile, or no rule matches.
pub fn run(size: Size) -> Result<()> {
    let runs = if size == Size::Quick { 1 } else { 5 };
    let program = step("编译测量工具", || stage::example("reports", "routing"))?;
    let mut values = Vec::new();
    for _ in 0..runs {
        let told: serde_json::Value = serde_json::from_str(&command::output(&mut Command::new(&program))?)?;
        let times = told["times"].as_array().context("没有得到 times")?;
        values.extend(times.iter().filter_map(serde_json::Value::as_f64));
    }
    Line {
        bench: "routing",
        case: "match",
        engine: None,
        values: &values,
        unit: "µs",
        baseline: &[],
        bar: Some(On::Value(Bar::AtMost(100.0))),
        p99: None,
        more: &[],
    }
    .print();
    Ok(())
}
