//! What a divisions file would change, and what is wrong with one, all of it as CSV: the page lists the first of each.

use db::audit::export::cell;

use crate::model::{Differences, Fault};

/// The byte order mark tells spreadsheets that it is UTF-8.
const CHANGES: &str = "\u{feff}变化,编码,级别,现在,以后\r\n";
const FAULTS: &str = "\u{feff}行,字段,原因\r\n";

/// A line each, in the order of the page.
pub fn changes(differences: &Differences) -> String {
    let mut text = CHANGES.to_owned();
    for (what, list) in [
        ("撤销", &differences.gone),
        ("划转", &differences.moved),
        ("更名", &differences.renamed),
        ("新增", &differences.new),
    ] {
        for difference in list {
            let code = difference.code.to_string();
            let cells = [
                what,
                &code,
                difference.kind.label(),
                &difference.before,
                &difference.after,
            ];
            line(&mut text, cells);
        }
    }
    text
}

/// A line each, in the order of the file; what is wrong with it as a whole names no line.
pub fn faults(faults: &[Fault]) -> String {
    let mut text = FAULTS.to_owned();
    for fault in faults {
        let number = match fault.line {
            0 => String::new(),
            number => number.to_string(),
        };
        line(&mut text, [&number, &fault.field, &fault.reason]);
    }
    text
}

fn line<const N: usize>(text: &mut String, cells: [&str; N]) {
    text.push_str(&cells.map(cell).join(","));
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Difference, NodeKind};

    #[test]
    fn all_are_told_and_none_is_a_formula() {
        let one = Difference {
            code: "320581001".parse().unwrap(),
            kind: NodeKind::Street,
            before: "虞山街道".into(),
            after: "=1+1".into(),
        };
        let differences = Differences {
            renamed: vec![one; 2 * Differences::SHOWN],
            ..Differences::default()
        };
        let text = changes(&differences);
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 1 + 2 * Differences::SHOWN);
        assert!(
            lines[1].starts_with("\"更名\",\"320581001\",") && lines[1].ends_with("\"虞山街道\",\"'=1+1\"")
        );
    }

    #[test]
    fn every_fault_names_its_line() {
        let fault = |line| Fault {
            line,
            field: "code".into(),
            reason: "@没有这个编码".into(),
        };
        let text = faults(&[fault(0), fault(7)]);
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(
            lines[1..],
            [
                "\"\",\"code\",\"'@没有这个编码\"",
                "\"7\",\"code\",\"'@没有这个编码\""
            ]
        );
    }
}
