//! One result, as one line of JSON.

use serde_json::{Map, Value, json};

/// Which side of the bar is good.
#[derive(Clone, Copy, PartialEq)]
pub enum Bar {
    AtMost(f64),
    AtLeast(f64),
}

/// The runs of one case; `values` and `baseline` in the same unit.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub bench: &'a str,
    pub case: &'a str,
    pub engine: Option<&'a str>,
    pub values: &'a [f64],
    pub unit: &'a str,
    pub baseline: &'a [f64],
    /// Whether the bar is on the value, on the ratio of value to baseline, or on both. None where only `p99` has one.
    pub bar: Option<On>,
    /// The 99th percentile and the most that it may be, in ms.
    pub p99: Option<(f64, f64)>,
    /// Further figures, with their names.
    pub more: &'a [(&'a str, f64)],
}

/// What a bar is on.
#[derive(Clone, Copy, PartialEq)]
pub enum On {
    Value(Bar),
    Ratio(Bar),
    /// On the value, and on the ratio.
    Both(Bar, Bar),
}

impl Line<'_> {
    /// Writes it to standard output.
    pub fn print(&self) {
        println!("{}", self.json());
    }

    fn json(&self) -> Value {
        let value = median(self.values);
        let baseline = (!self.baseline.is_empty()).then(|| median(self.baseline));
        let ratio = baseline.map(|b| value / b);
        let mut line = Map::new();
        line.insert("bench".into(), self.bench.into());
        line.insert("case".into(), self.case.into());
        if let Some(engine) = self.engine {
            line.insert("engine".into(), engine.into());
        }
        line.insert("n".into(), self.values.len().into());
        line.insert("value".into(), rounded(value));
        line.insert("unit".into(), self.unit.into());
        if let (Some(baseline), Some(ratio)) = (baseline, ratio) {
            line.insert("baseline".into(), rounded(baseline));
            line.insert("ratio".into(), rounded(ratio));
        }
        for (name, figure) in self.more {
            line.insert((*name).into(), rounded(*figure));
        }
        let mut holds = true;
        if let Some((p99, most)) = self.p99 {
            line.insert("p99".into(), rounded(p99));
            line.insert("p99_bar".into(), most.into());
            holds &= p99 <= most;
        }
        let ratio = ratio.unwrap_or(f64::NAN);
        let bars = match self.bar {
            None => Vec::new(),
            Some(On::Value(bar)) => vec![("bar", value, bar)],
            Some(On::Ratio(bar)) => vec![("bar", ratio, bar)],
            Some(On::Both(of_value, of_ratio)) => {
                vec![("bar", value, of_value), ("ratio_bar", ratio, of_ratio)]
            }
        };
        for (name, measured, bar) in bars {
            let (bar, kept) = match bar {
                Bar::AtMost(bar) => (bar, measured <= bar),
                Bar::AtLeast(bar) => (bar, measured >= bar),
            };
            line.insert(name.into(), bar.into());
            holds &= kept;
        }
        line.insert("holds".into(), holds.into());
        Value::Object(line)
    }
}

/// The middle one, or the mean of the two in the middle. Not a number without values.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.len() % 2, sorted.get(middle)) {
        (_, None) => f64::NAN,
        (0, Some(upper)) => f64::midpoint(sorted[middle - 1], *upper),
        (_, Some(value)) => *value,
    }
}

/// Four digits that count: more is noise.
fn rounded(value: f64) -> Value {
    if value == 0.0 || !value.is_finite() {
        return json!(value);
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    let scale = 10f64.powi(digits);
    json!((value * scale).round() / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_bar_decide() {
        let line = Line {
            bench: "pages",
            case: "home",
            engine: None,
            values: &[900.0, 1_000.0, 1_100.0],
            unit: "requests/s",
            baseline: &[12_000.0, 8_000.0],
            bar: Some(On::Ratio(Bar::AtLeast(0.1))),
            p99: Some((12.345_678, 50.0)),
            more: &[],
        };
        let json = line.json();
        assert_eq!(json["value"], 1_000.0);
        assert_eq!(json["baseline"], 10_000.0);
        assert_eq!(json["ratio"], 0.1);
        assert_eq!(json["p99"], 12.35);
        assert_eq!(json["holds"], true);
        let late = Line {
            bar: Some(On::Value(Bar::AtMost(999.0))),
            ..line
        };
        assert_eq!(late.json()["holds"], false);
        let slow = Line {
            bar: None,
            p99: Some((50.1, 50.0)),
            ..line
        };
        assert_eq!(slow.json()["holds"], false);
        let both = |most: f64| Line {
            bar: Some(On::Both(Bar::AtMost(1_000.0), Bar::AtMost(most))),
            p99: None,
            ..line
        };
        assert_eq!(both(0.1).json()["holds"], true);
        assert_eq!(both(0.1).json()["ratio_bar"], 0.1);
        assert_eq!(both(0.05).json()["holds"], false);
    }
}
