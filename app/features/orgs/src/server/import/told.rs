//! What a divisions file would change, all of it as CSV: the page lists the first of each kind.

use db::audit::export::cell;

use crate::model::Differences;

/// The byte order mark tells spreadsheets that it is UTF-8.
const HEAD: &str = "\u{feff}变化,编码,级别,现在,以后\r\n";

/// A line each, in the order of the page.
pub fn csv(differences: &Differences) -> String {
    let mut text = HEAD.to_owned();
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
            text.push_str(&cells.map(cell).join(","));
            text.push_str("\r\n");
        }
    }
    text
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
        let text = csv(&differences);
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 1 + 2 * Differences::SHOWN);
        assert!(
            lines[1].starts_with("\"更名\",\"320581001\",") && lines[1].ends_with("\"虞山街道\",\"'=1+1\"")
        );
    }
}
