//! What is wrong with a map file, all of it as CSV: the page lists the worst alone.

use db::audit::export::cell;

use crate::model::{Problem, Severity, Unit};

/// The byte order mark tells spreadsheets that it is UTF-8. 序号 is the number on the page, 例外编号 what `--accept` takes.
const HEAD: &str =
    "\u{feff}序号,程度,问题,例外编号,行,要素,代码,名称,另一个代码,经度,纬度,数值,单位,占比,说明\r\n";

/// A line each, in the order of the page.
pub fn csv(problems: &[Problem]) -> String {
    let mut text = HEAD.to_owned();
    for (number, problem) in (1_usize..).zip(problems) {
        let (lon, lat) = problem
            .place
            .map(|place| {
                (
                    format!("{:.7}", place.lon_degrees()),
                    format!("{:.7}", place.lat_degrees()),
                )
            })
            .unwrap_or_default();
        let (value, unit, share) = problem.measure.map(measured).unwrap_or_default();
        let key = match problem.severity {
            Severity::Acceptable => problem.key(),
            _ => String::new(),
        };
        let cells = [
            number.to_string(),
            problem.severity.label().to_owned(),
            problem.kind.label().to_owned(),
            key,
            problem.line.map(|line| line.to_string()).unwrap_or_default(),
            problem
                .feature
                .map(|feature| (u64::from(feature) + 1).to_string())
                .unwrap_or_default(),
            problem.code.clone(),
            problem.name.clone(),
            problem.other.clone().unwrap_or_default(),
            lon,
            lat,
            value,
            unit.to_owned(),
            share,
            problem.message.clone(),
        ];
        text.push_str(&cells.map(|words| cell(&words)).join(","));
        text.push_str("\r\n");
    }
    text
}

fn measured(measure: crate::model::Measure) -> (String, &'static str, String) {
    let unit = match measure.unit {
        Unit::SquareMetres => "平方米",
        Unit::Vertices => "个顶点",
    };
    let share = measure.share.map(|share| format!("{:.4}%", share * 100.0));
    (format!("{:.1}", measure.value), unit, share.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Measure, Place};

    #[test]
    fn every_problem_has_its_line_and_none_is_a_formula() {
        let gap = Problem {
            severity: Severity::Acceptable,
            kind: Kind::Gap,
            feature: Some(0),
            line: Some(7),
            code: "320581001001".into(),
            name: "=HYPERLINK(\"x\")".into(),
            other: None,
            place: Place::from_degrees(120.735, 31.745),
            measure: Some(Measure {
                value: 1234.56,
                unit: Unit::SquareMetres,
                share: Some(0.0125),
            }),
            message: "有空隙".into(),
            outline: Vec::new(),
        };
        let blocking = Problem {
            severity: Severity::Blocking,
            place: None,
            measure: None,
            ..gap.clone()
        };
        let text = csv(&[gap, blocking]);
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].starts_with("\"1\",\"可例外通过\",\"有空隙\",\"gap:320581001001:\",\"7\",\"1\""));
        assert!(lines[1].contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
        assert!(
            lines[1].contains("\"120.7350000\",\"31.7450000\",\"1234.6\",\"平方米\",\"1.2500%\""),
            "{text}"
        );
        assert!(
            lines[2].starts_with("\"2\",\"须改正\",\"有空隙\",\"\","),
            "{text}"
        );
    }
}
