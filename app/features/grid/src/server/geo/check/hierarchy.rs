//! Codes, names, levels and parents: whether each feature has its place in the organisation.

use std::collections::HashMap;

use orgs::model::{Code, NodeKind};

use super::super::read::Feature;
use super::{Known, Subject};
use crate::model::{Kind, Problem, Severity};

/// For each feature its kind and the code of its parent, or `None` where it cannot be placed; what is wrong is reported.
pub fn check(
    features: &[Feature],
    known: &Known,
    problems: &mut Vec<Problem>,
) -> Vec<Option<(NodeKind, String)>> {
    let mut first: HashMap<&str, u32> = HashMap::new();
    for feature in features {
        first.entry(&feature.code).or_insert(feature.index);
    }
    features
        .iter()
        .map(|feature| {
            let subject = Subject::of(feature);
            let mut block =
                |kind, message: String| problems.push(subject.problem(Severity::Blocking, kind, message));
            let Ok(code) = feature.code.parse::<Code>() else {
                block(Kind::BadCode, bad_code(&feature.code));
                return None;
            };
            if let Some(earlier) = first.get(code.as_str()).filter(|index| **index != feature.index) {
                block(
                    Kind::DuplicateCode,
                    format!("代码 {code} 与第 {} 个要素重复", earlier + 1),
                );
                return None;
            }
            if let Some(message) = wrong_level(&feature.level, code.kind()) {
                block(Kind::WrongLevel, message);
            }
            let unit = known.units.get(code.as_str());
            let parent = match (unit, code.parent()) {
                (Some(unit), _) => unit.parent.clone(),
                (None, official) => official.map(String::from).unwrap_or_default(),
            };
            if unit.is_none() {
                missing(feature, &code, &parent, &mut block, |code| {
                    known.units.contains_key(code) || first.contains_key(code)
                });
            }
            if !feature.parent.is_empty() && feature.parent != parent {
                block(
                    Kind::WrongParent,
                    format!("上级写的是 {}，应当是 {parent}", feature.parent),
                );
            }
            // What is new lies where its parent lies.
            if unit
                .or_else(|| known.units.get(&parent))
                .is_some_and(|unit| !unit.covered)
            {
                block(
                    Kind::OutOfScope,
                    format!("{code} 不在您负责的范围内，请由上级导入"),
                );
            }
            if let Some(unit) = unit.filter(|unit| !feature.name.is_empty() && unit.name != feature.name) {
                let message = format!(
                    "文件里叫“{}”，组织架构里叫“{}”，按组织架构显示",
                    feature.name, unit.name
                );
                problems.push(subject.problem(Severity::Note, Kind::NameDiffers, message));
            }
            Some((code.kind(), parent))
        })
        .collect()
}

/// What is wrong with a feature whose code nobody bears yet.
fn missing(
    feature: &Feature,
    code: &Code,
    parent: &str,
    block: &mut impl FnMut(Kind, String),
    there: impl Fn(&str) -> bool,
) {
    if code.kind().is_division() {
        let message = format!("代码 {code} 不在组织里。社区以上的单位请先导入区划，地图只能新建网格");
        block(Kind::UnknownCode, message);
        return;
    }
    if feature.name.is_empty() {
        block(Kind::MissingName, "新的网格要有名称（name）".to_owned());
    }
    if !there(parent) {
        block(
            Kind::MissingParent,
            format!("找不到上级 {parent}：文件里没有，组织里也没有"),
        );
    }
}

fn bad_code(code: &str) -> String {
    if code.is_empty() {
        return "缺少代码（code）".to_owned();
    }
    format!("代码“{code}”不对：应当是 2、4、6、9、12、15 或 17 位数字")
}

fn wrong_level(given: &str, kind: NodeKind) -> Option<String> {
    if given.is_empty() {
        return None;
    }
    match level(given) {
        Some(given) if given == kind => None,
        Some(given) => Some(format!(
            "层级写的是{}，但 {} 位代码是{}",
            given.label(),
            kind.digits(),
            kind.label()
        )),
        None => Some(format!("不认识的层级“{given}”")),
    }
}

/// The kind that a map file names, in English or Chinese.
fn level(text: &str) -> Option<NodeKind> {
    match text.to_lowercase().as_str() {
        "county" | "区" | "县" | "区县" => Some(NodeKind::District),
        "town" | "township" | "街道" | "镇" | "乡" | "镇街" => Some(NodeKind::Street),
        "village" | "社区" | "村" => Some(NodeKind::Community),
        "市" => Some(NodeKind::City),
        "省" => Some(NodeKind::Province),
        "网格" => Some(NodeKind::Grid),
        "微网格" | "microgrid" => Some(NodeKind::MicroGrid),
        other => other.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_in_both_languages() {
        for (text, kind) in [
            ("Village", NodeKind::Community),
            ("district", NodeKind::District),
            ("micro_grid", NodeKind::MicroGrid),
            ("微网格", NodeKind::MicroGrid),
            ("市", NodeKind::City),
        ] {
            assert_eq!(level(text), Some(kind), "{text}");
        }
        assert_eq!(level("楼栋"), None);
    }
}
