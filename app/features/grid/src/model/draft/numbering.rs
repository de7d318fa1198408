//! The codes of new parts.

use orgs::model::{Code, NodeKind};

/// The next code below a unit that nobody has borne; `None` where all are used up.
pub fn next_code(above: &str, kind: NodeKind, used: impl Fn(&str) -> bool) -> Option<String> {
    let width = kind
        .digits()
        .checked_sub(above.len())
        .filter(|width| *width > 0)?;
    (1..10_usize.checked_pow(u32::try_from(width).ok()?)?)
        .map(|number| format!("{above}{number:0width$}"))
        .find(|code| !used(code))
}

/// Whether a code is one for a part of `above`.
pub fn fits(code: &str, above: &Code) -> bool {
    code.parse::<Code>()
        .is_ok_and(|code| code.parent().as_ref() == Some(above) && !code.kind().is_division())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_part_gets_the_next_code() {
        let used = ["320581001001001", "320581001001002"];
        let next = next_code("320581001001", NodeKind::Grid, |code| used.contains(&code));
        assert_eq!(next.as_deref(), Some("320581001001003"));
        assert_eq!(
            next_code("320581001001001", NodeKind::MicroGrid, |_| false).as_deref(),
            Some("32058100100100101")
        );
        assert_eq!(next_code("320581001001001", NodeKind::MicroGrid, |_| true), None);
        let above = "320581001001".parse().unwrap();
        assert!(fits("320581001001003", &above));
        assert!(!fits("320581001002003", &above) && !fits("32058100100", &above) && !fits("甲", &above));
    }
}
