//! Codes, names, levels and parents: whether each feature has its place in the organisation.

use std::collections::HashMap;

use super::super::read::Feature;
use super::{Known, Subject};
use crate::model::{Kind, Level, Problem, Severity};

/// For each feature its level and the code of its parent, or `None` where it cannot be placed; what is wrong is reported.
pub fn check(
    features: &[Feature],
    known: &Known,
    problems: &mut Vec<Problem>,
) -> Vec<Option<(Level, String)>> {
    let mut first: HashMap<&str, u32> = HashMap::new();
    for feature in features {
        first.entry(&feature.code).or_insert(feature.index);
    }
    features
        .iter()
        .map(|feature| {
            let subject = Subject::of(feature);
            let mut report =
                |severity, kind, message: String| problems.push(subject.problem(severity, kind, message));
            let Some(level) = Level::of_code(&feature.code) else {
                report(Severity::Blocking, Kind::BadCode, bad_code(&feature.code));
                return None;
            };
            if let Some(earlier) = first.get(feature.code.as_str()).filter(|i| **i != feature.index) {
                let message = format!("代码 {} 与第 {} 个要素重复", feature.code, earlier + 1);
                report(Severity::Blocking, Kind::DuplicateCode, message);
                return None;
            }
            wrong_level(feature, level)
                .into_iter()
                .for_each(|(kind, message)| {
                    report(Severity::Blocking, kind, message);
                });
            let unit = known.units.get(&feature.code);
            match unit {
                None if !level.made_by_map() => {
                    let message = format!(
                        "代码 {} 不在组织架构里。{}以上的单位请先在组织架构里导入区划",
                        feature.code,
                        Level::Community.label()
                    );
                    report(Severity::Blocking, Kind::UnknownCode, message);
                }
                None if feature.name.is_empty() => {
                    report(
                        Severity::Blocking,
                        Kind::MissingName,
                        "新的网格要有名称（name）".to_owned(),
                    );
                }
                Some(unit) if !feature.name.is_empty() && unit.name != feature.name => {
                    let message = format!(
                        "文件里叫“{}”，组织架构里叫“{}”，按组织架构显示",
                        feature.name, unit.name
                    );
                    report(Severity::Note, Kind::NameDiffers, message);
                }
                _ => {}
            }
            let official = Level::parent_code(&feature.code).unwrap_or_default();
            let parent = unit.map_or(official, |unit| unit.parent.as_str());
            if !feature.parent.is_empty() && feature.parent != parent {
                let message = format!("上级写的是 {}，应当是 {parent}", feature.parent);
                report(Severity::Blocking, Kind::WrongParent, message);
            }
            // The topmost unit has no parent here: a deployment need not hold the whole province.
            if !parent.is_empty()
                && unit.is_none()
                && !known.units.contains_key(parent)
                && !first.contains_key(parent)
            {
                let message = format!("找不到上级 {parent}：文件里没有，组织架构里也没有");
                report(Severity::Blocking, Kind::MissingParent, message);
            }
            Some((level, parent.to_owned()))
        })
        .collect()
}

fn bad_code(code: &str) -> String {
    if code.is_empty() {
        return "缺少代码（code）".to_owned();
    }
    format!("代码“{code}”不对：应当是 2、4、6、9、12、15 或 17 位数字")
}

fn wrong_level(feature: &Feature, level: Level) -> Option<(Kind, String)> {
    if feature.level.is_empty() {
        return None;
    }
    match Level::parse(&feature.level) {
        Some(given) if given == level => None,
        Some(given) => Some((
            Kind::WrongLevel,
            format!(
                "层级写的是{}，但 {} 位代码是{}",
                given.label(),
                level.digits(),
                level.label()
            ),
        )),
        None => Some((Kind::WrongLevel, format!("不认识的层级“{}”", feature.level))),
    }
}
