//! Names as people type them: without the 市, 街道 or 社区居委会 at their end.

/// The longest name of a node, a body or a person's post, in characters.
pub const LONGEST_NAME: usize = 60;

/// Longest first, so that 社区居委会 goes whole.
const ENDINGS: [&str; 22] = [
    "社区居民委员会",
    "居民委员会",
    "村民委员会",
    "社区居委会",
    "街道办事处",
    "社区居委",
    "居委会",
    "村委会",
    "管理区",
    "自治区",
    "社区",
    "街道",
    "地区",
    "居委",
    "村委",
    "镇",
    "乡",
    "村",
    "省",
    "市",
    "区",
    "县",
];

/// `name` without a remark in brackets and without the endings that people leave out, but never shorter than two
/// characters: 花园浜社区居委会 and 花园浜社区 become 花园浜, 李家村村委会 becomes 李家. Wants text in NFKC.
pub fn short_name(name: &str) -> String {
    let mut short = without_remark(name.trim());
    while let Some(rest) = ENDINGS
        .iter()
        .filter_map(|ending| short.strip_suffix(ending))
        .find(|rest| is_enough(rest))
    {
        short = rest;
    }
    short.to_owned()
}

fn without_remark(name: &str) -> &str {
    name.strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .map(|(before, _)| before)
        .filter(|b| is_enough(b))
        .unwrap_or(name)
}

fn is_enough(text: &str) -> bool {
    text.chars().nth(1).is_some()
}

/// Why a text cannot be a name, as a sentence for its field.
pub fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("请填名称。")
    } else if name.chars().count() > LONGEST_NAME {
        Some("名称不能超过 60 个字。")
    } else if name.chars().any(char::is_control) {
        Some("名称里有看不见的控制字符。")
    } else if is_formula(name) {
        Some("名称不能以 =、+、-、@ 开头，表格软件会把它当公式。")
    } else {
        None
    }
}

/// Whether a spreadsheet would run `cell` as a formula.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_people_leave_out() {
        for (name, short) in [
            ("常熟市", "常熟"),
            ("江苏省", "江苏"),
            ("虞山街道", "虞山"),
            ("虞山街道办事处", "虞山"),
            ("梅李镇", "梅李"),
            ("花园浜社区居委会", "花园浜"),
            ("花园浜社区居民委员会", "花园浜"),
            ("花园浜社区", "花园浜"),
            ("花园浜", "花园浜"),
            ("宝岩村委会", "宝岩"),
            ("李家村村委会", "李家"),
            ("焦溪社区居委会(含焦溪村村委)", "焦溪"),
        ] {
            assert_eq!(short_name(name), short, "{name}");
        }
    }

    #[test]
    fn keeps_at_least_two_characters() {
        for (name, short) in [
            ("新村社区", "新村"),
            ("沙镇", "沙镇"),
            ("社区", "社区"),
            ("街道", "街道"),
            ("村", "村"),
            ("", ""),
        ] {
            assert_eq!(short_name(name), short, "{name}");
        }
    }

    #[test]
    fn finds_what_cannot_be_a_name() {
        assert!(name_fault("花园浜社区").is_none());
        assert!(name_fault("  ").is_some());
        assert!(name_fault("a\u{0}b").is_some());
        assert!(name_fault("=cmd|' /C calc'!A0").is_some());
        assert!(name_fault(&"长".repeat(61)).is_some());
    }
}
