//! What matters are about: rows of a table. Those that are built in hold until a deployment says otherwise under the same code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::{FieldErrors, Role, coded};
use tasks::model::Limit;

use super::{Kind, Urgency, text};

coded! {
    /// How a question is answered.
    AnswerKind {
        Text = "text", "文字";
        Number = "number", "数字";
        OneOf = "one_of", "选一项";
        YesNo = "yes_no", "是或否";
    }
}

/// The longest answer, in characters, and the largest number.
const ANSWER: usize = 200;
const LARGEST: i64 = 1_000_000;

/// A question that a category asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub code: String,
    pub label: String,
    pub answer: AnswerKind,
    /// For [`AnswerKind::OneOf`].
    #[serde(default)]
    pub choices: Vec<String>,
    #[serde(default)]
    pub required: bool,
}

/// A category, as a report chooses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub code: String,
    pub label: String,
    /// Words that people use for it, for the search.
    #[serde(default)]
    pub aliases: Vec<String>,
    pub urgency: Urgency,
    /// Whether it is one of the four that the study is about, shown first.
    #[serde(default)]
    pub first_class: bool,
    /// Whether a complaint of this category is about the community itself: it goes to the level above.
    #[serde(default)]
    pub about_unit: bool,
    /// Whether it is still offered.
    pub offered: bool,
    #[serde(default)]
    pub questions: Vec<Attribute>,
    /// Working days to the answer, where that is less than by its urgency.
    #[serde(default)]
    pub days: Option<u16>,
    /// Who has such matters where no rule of routing says otherwise: at the nearest unit where somebody holds it.
    #[serde(default)]
    pub lead: Option<Role>,
}

impl Attribute {
    /// The name of its field in a form.
    pub fn field(&self) -> String {
        format!("q-{}", self.code)
    }

    /// What was answered, or what is wrong with it, beside its field. Nothing is `None`.
    fn read(&self, errors: &mut FieldErrors, typed: &str) -> Option<String> {
        let field = self.field();
        let typed = typed.trim();
        if typed.is_empty() {
            errors.check(!self.required, &field, &format!("请回答：{}", self.label));
            return None;
        }
        match self.answer {
            AnswerKind::Text => {
                let answer = text::line(errors, &field, typed, ANSWER);
                return Some(answer);
            }
            AnswerKind::Number => {
                let number = typed.parse::<i64>().ok();
                let fits = number.is_some_and(|number| (0..=LARGEST).contains(&number));
                errors.check(fits, &field, "请填一个数字，例如 3。");
            }
            AnswerKind::OneOf => {
                let known = self.choices.iter().any(|choice| choice == typed);
                errors.check(known, &field, "请从给出的几项里选一项。");
            }
            AnswerKind::YesNo => {
                let known = matches!(typed, "yes" | "no");
                errors.check(known, &field, "请选是或者否。");
            }
        }
        Some(typed.to_owned())
    }

    /// An answer as it is shown.
    pub fn shown(&self, answer: &str) -> String {
        match (self.answer, answer) {
            (AnswerKind::YesNo, "yes") => "是".into(),
            (AnswerKind::YesNo, "no") => "否".into(),
            _ => answer.to_owned(),
        }
    }
}

impl Category {
    /// The answers to its questions by code; what it does not ask is dropped.
    pub fn read(
        &self,
        errors: &mut FieldErrors,
        typed: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let answer = |question: &Attribute| {
            let typed = typed.get(&question.code).map_or("", String::as_str);
            Some((question.code.clone(), question.read(errors, typed)?))
        };
        self.questions.iter().filter_map(answer).collect()
    }

    /// Questions and answers as they are shown: kept with the answers, for a question may be another one later.
    pub fn asked(&self, answers: &BTreeMap<String, String>) -> Vec<(String, String)> {
        let answer = |question: &Attribute| {
            let answer = answers.get(&question.code)?;
            Some((question.label.clone(), question.shown(answer)))
        };
        self.questions.iter().filter_map(answer).collect()
    }

    /// Whether a matter of it and of a kind complains about those who work there: then it goes to the level above, and they do not find it.
    pub const fn accuses(&self, kind: Kind) -> bool {
        self.about_unit && kind.accuses()
    }

    /// What somebody wants with a matter of it: what complains about those who work there is a complaint, whatever was chosen.
    pub const fn kind(&self, chosen: Kind) -> Kind {
        if self.accuses(chosen) {
            Kind::Complaint
        } else {
            chosen
        }
    }

    /// What stands in lists of a matter of it at a place.
    pub fn titled(&self, place: &str) -> String {
        format!("{}（{place}）", self.label)
    }

    /// From the report to the answer, for a matter of it: a limit of its own holds where it is shorter.
    pub fn limit(&self, urgency: Urgency) -> Limit {
        match (urgency.limit(), self.days) {
            (Limit::WorkingDays(most), Some(days)) => Limit::WorkingDays(days.min(most)),
            (limit, _) => limit,
        }
    }

    /// Whether a search in plain words means it.
    pub fn means(&self, q: &str) -> bool {
        let q = q.trim();
        !q.is_empty()
            && (self.label.contains(q)
                || self
                    .aliases
                    .iter()
                    .any(|word| word.contains(q) || q.contains(word.as_str())))
    }
}

/// The categories of a deployment that has changed none.
pub fn built_in() -> Vec<Category> {
    let question = |code: &str, label: &str, answer: AnswerKind, choices: &[&str]| Attribute {
        code: code.into(),
        label: label.into(),
        answer,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        required: false,
    };
    let category = |code: &str, label: &str, aliases: &[&str], questions: Vec<Attribute>| Category {
        code: code.into(),
        label: label.into(),
        aliases: aliases.iter().map(|word| (*word).to_owned()).collect(),
        urgency: Urgency::Ordinary,
        first_class: false,
        about_unit: false,
        offered: true,
        questions,
        days: None,
        lead: None,
    };
    let first = |category: Category| Category {
        first_class: true,
        ..category
    };
    vec![
        first(category(
            "safety",
            "安防",
            &["小偷", "门禁", "监控", "陌生人", "飞线", "消防通道"],
            vec![question("now", "现在还在发生吗", AnswerKind::YesNo, &[])],
        )),
        first(category(
            "parking",
            "停车",
            &["车位", "乱停", "堵车", "地面停车", "充电桩"],
            vec![
                question(
                    "whose",
                    "是哪里的车位",
                    AnswerKind::OneOf,
                    &["小区地面", "地下车库", "路边", "说不清"],
                ),
                question("blocks", "挡住通道了吗", AnswerKind::YesNo, &[]),
            ],
        )),
        first(category(
            "noise",
            "噪声",
            &["吵", "广场舞", "装修", "狗叫", "音响"],
            vec![
                question(
                    "when",
                    "一般在什么时候",
                    AnswerKind::OneOf,
                    &["白天", "晚上", "夜里", "说不准"],
                ),
                question("source", "是什么声音", AnswerKind::Text, &[]),
            ],
        )),
        first(category(
            "space",
            "侵占公共空间",
            &["楼道堆物", "占用", "违建", "圈地", "种菜"],
            vec![question(
                "what",
                "占了什么地方",
                AnswerKind::OneOf,
                &["楼道", "绿地", "屋顶", "道路", "别的地方"],
            )],
        )),
        category(
            "hygiene",
            "环境卫生",
            &["垃圾", "臭", "脏", "蚊子", "下水道"],
            Vec::new(),
        ),
        category(
            "facility",
            "设施损坏",
            &["路灯", "电梯", "井盖", "漏水", "路面", "健身器材"],
            vec![question("danger", "会伤到人吗", AnswerKind::YesNo, &[])],
        ),
        Category {
            urgency: Urgency::Complex,
            ..category(
                "dispute",
                "邻里纠纷",
                &["吵架", "邻居", "漏到楼下", "调解"],
                Vec::new(),
            )
        },
        Category {
            about_unit: true,
            ..category(
                "community",
                "社区工作",
                &["社区", "居委会", "网格员", "没人管", "拖着不办"],
                Vec::new(),
            )
        },
        category("other", "其他 / 说不清", &["不知道", "别的"], Vec::new()),
    ]
}

/// Between the places of two that are built in: some may come between.
const APART: i64 = 10;

impl Category {
    /// Where a new one stands: before what nobody can name.
    pub const NEW_POSITION: i64 = 75;

    /// Where one that is built in stands, until a deployment says otherwise.
    pub fn built_in_position(code: &str) -> Option<i64> {
        let at = built_in().iter().position(|one| one.code == code)?;
        i64::try_from(at).ok().map(|at| at * APART)
    }
}

/// The built-in categories with what a deployment says over them by code, all in their order; at the same place its own come first.
pub fn merged(own: Vec<(i64, Category)>) -> Vec<Category> {
    let rest: Vec<(i64, Category)> = (0..)
        .map(|at| at * APART)
        .zip(built_in())
        .filter(|(_, built)| own.iter().all(|(_, one)| one.code != built.code))
        .collect();
    let mut all: Vec<(i64, Category)> = own.into_iter().chain(rest).collect();
    all.sort_by_key(|(position, _)| *position);
    all.into_iter().map(|(_, category)| category).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_four_of_the_study_come_first_and_codes_are_unique() {
        let all = built_in();
        let first: Vec<&str> = all
            .iter()
            .filter(|one| one.first_class)
            .map(|one| one.label.as_str())
            .collect();
        assert_eq!(first, ["安防", "停车", "噪声", "侵占公共空间"]);
        let codes: BTreeSet<&str> = all.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes.len(), all.len());
        assert_eq!(all.iter().filter(|one| one.about_unit).count(), 1);
        assert!(
            all.iter()
                .find(|one| one.code == "facility")
                .unwrap()
                .means("路灯坏了")
        );
    }

    #[test]
    fn what_is_about_those_who_work_there_is_a_complaint_but_for_praise_and_a_question() {
        let all = built_in();
        let of = |code: &str| all.iter().find(|one| one.code == code).unwrap();
        for kind in Kind::ALL {
            let spared = matches!(kind, Kind::Praise | Kind::Question);
            assert_eq!(of("community").accuses(*kind), !spared, "{kind:?}");
            let becomes = if spared { *kind } else { Kind::Complaint };
            assert_eq!(of("community").kind(*kind), becomes);
            assert!(!of("parking").accuses(*kind));
            assert_eq!(of("parking").kind(*kind), *kind);
        }
    }

    #[test]
    fn what_a_deployment_says_holds() {
        let mut own = built_in().swap_remove(1);
        own.offered = false;
        let all = merged(vec![(10, own.clone())]);
        assert_eq!(all.len(), built_in().len());
        assert!(!all[1].offered && all[1].code == "parking");
        assert_eq!(merged(vec![(0, own)])[0].code, "parking");
        assert_eq!(Category::built_in_position("other"), Some(80));
        const { assert!(Category::NEW_POSITION < 80) };
    }

    #[test]
    fn answers_are_checked_by_their_kind() {
        let question = |answer, required| Attribute {
            code: "a".into(),
            label: "几辆车".into(),
            answer,
            choices: vec!["路边".into()],
            required,
        };
        for (answer, typed, well) in [
            (AnswerKind::Number, "3", true),
            (AnswerKind::Number, "三", false),
            (AnswerKind::Number, "-1", false),
            (AnswerKind::OneOf, "路边", true),
            (AnswerKind::OneOf, "天上", false),
            (AnswerKind::YesNo, "yes", true),
            (AnswerKind::YesNo, "maybe", false),
            (AnswerKind::Text, "一句话", true),
        ] {
            let mut errors = FieldErrors::default();
            question(answer, false).read(&mut errors, typed);
            assert_eq!(errors.0.is_empty(), well, "{answer:?} {typed}");
        }
        let mut errors = FieldErrors::default();
        assert_eq!(question(AnswerKind::Text, true).read(&mut errors, " "), None);
        assert_eq!(errors.0[0].field, "q-a");
    }
}
