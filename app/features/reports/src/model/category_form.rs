//! A category as those who keep it type it.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, Role};

use super::{AnswerKind, Attribute, Category, HOLDERS, Urgency, text};

/// Questions of a category at most: who reports on a phone does not answer more.
pub const QUESTIONS: usize = 6;
/// The longest name and question, and the longest line of words and choices, in characters.
const LABEL: usize = 20;
const QUESTION: usize = 40;
const LINE: usize = 200;
/// What is offered to those who cannot say, and stays.
const OTHER: &str = "other";

/// A category as it is typed. The lists hold a question a place; one without a label is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CategoryForm {
    pub label: String,
    pub aliases: String,
    pub urgency: String,
    pub days: String,
    pub lead: String,
    pub first_class: bool,
    pub about_unit: bool,
    pub offered: bool,
    /// Empty for a question that is new.
    pub codes: Vec<String>,
    pub labels: Vec<String>,
    pub kinds: Vec<String>,
    pub choices: Vec<String>,
    pub required: Vec<String>,
}

/// Words with blanks or commas between them.
fn words(typed: &str) -> Vec<String> {
    typed
        .split([' ', ',', '，', '、', '；', ';'])
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

impl CategoryForm {
    /// The category under `code`. `fresh` makes the code of a question that has none yet.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field: `label`, `aliases`, `urgency`, `days`, `lead`, `offered`, and `labels[N]`, `kinds[N]`, `choices[N]`
    /// of a question.
    pub fn read(&self, code: &str, fresh: impl FnMut() -> String) -> Result<Category, AppError> {
        let mut errors = FieldErrors::default();
        let label = text::line(&mut errors, "label", &self.label, LABEL);
        errors.check(!label.is_empty(), "label", "请写这一类叫什么。");
        let aliases = words(&text::line(&mut errors, "aliases", &self.aliases, LINE));
        let urgency = self.urgency.parse::<Urgency>().ok();
        errors.check(urgency.is_some(), "urgency", "请选一般有多急。");
        let days = self.days(&mut errors, urgency);
        let lead = self
            .lead
            .parse::<Role>()
            .ok()
            .filter(|role| HOLDERS.contains(role));
        errors.check(
            self.lead.is_empty() || lead.is_some(),
            "lead",
            "请选由谁承办，或者不指定。",
        );
        errors.check(
            self.offered || code != OTHER,
            "offered",
            "说不清的事要有地方报，这一类不能停用。",
        );
        let questions: Vec<Attribute> = (0..self.labels.len().min(QUESTIONS))
            .filter_map(|at| self.question(&mut errors, at))
            .collect();
        for (at, question) in questions.iter().enumerate() {
            let twice = questions
                .iter()
                .take(at)
                .any(|other| other.label == question.label);
            errors.check(!twice, "labels[0]", "有两个问题是一样的，请改一个。");
        }
        errors.finish()?;
        Ok(Category {
            code: code.to_owned(),
            label,
            aliases,
            urgency: urgency.unwrap_or(Urgency::Ordinary),
            first_class: self.first_class,
            about_unit: self.about_unit,
            offered: self.offered,
            questions: numbered(questions, fresh),
            days,
            lead,
        })
    }

    /// A limit of its own is no longer than what its urgency promises everybody.
    fn days(&self, errors: &mut FieldErrors, urgency: Option<Urgency>) -> Option<u16> {
        let typed = self.days.trim();
        if typed.is_empty() {
            return None;
        }
        let most = match urgency {
            Some(Urgency::Complex) => 15,
            Some(Urgency::Ordinary) | None => 7,
            Some(Urgency::Sudden | Urgency::Urgent) => {
                errors.add("days", "突发和急的事按小时算，这里请留空。");
                return None;
            }
        };
        let days = typed.parse::<u16>().ok().filter(|days| (1..=most).contains(days));
        if days.is_none() {
            errors.add("days", format!("请填 1 到 {most} 个工作日，只能比统一的时限短。"));
        }
        days
    }

    fn question(&self, errors: &mut FieldErrors, at: usize) -> Option<Attribute> {
        let get = |list: &Vec<String>| {
            list.get(at)
                .map(|typed| typed.trim().to_owned())
                .unwrap_or_default()
        };
        let field = format!("labels[{at}]");
        let label = text::line(errors, &field, &get(&self.labels), QUESTION);
        if label.is_empty() {
            return None;
        }
        let answer = get(&self.kinds).parse::<AnswerKind>().ok();
        errors.check(answer.is_some(), &format!("kinds[{at}]"), "请选怎么回答。");
        let field = format!("choices[{at}]");
        let choices = words(&text::line(errors, &field, &get(&self.choices), LINE));
        let chosen = answer == Some(AnswerKind::OneOf);
        errors.check(
            !chosen || choices.len() >= 2,
            &field,
            "请写至少两个可选的，中间用顿号分开。",
        );
        Some(Attribute {
            code: get(&self.codes),
            label,
            answer: answer.unwrap_or(AnswerKind::Text),
            choices: if chosen { choices } else { Vec::new() },
            required: get(&self.required) == "true",
        })
    }
}

/// Gives a fresh code to each question that has none of its own, one that no other has or ever had: answers are kept by it.
fn numbered(mut questions: Vec<Attribute>, mut fresh: impl FnMut() -> String) -> Vec<Attribute> {
    let well = |code: &str| {
        !code.is_empty() && code.len() <= 40 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    for at in 0..questions.len() {
        let code = questions[at].code.clone();
        let taken = |code: &str| {
            let mut before = questions.iter().enumerate().filter(|(other, _)| *other < at);
            before.any(|(_, other)| other.code == code)
        };
        if !well(&code) || taken(&code) {
            questions[at].code = fresh();
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CategoryForm {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
        CategoryForm {
            label: "高空抛物".into(),
            aliases: "扔东西、烟头, 花盆".into(),
            urgency: "ordinary".into(),
            days: "3".into(),
            lead: "property".into(),
            offered: true,
            codes: list(&["", "when", ""]),
            labels: list(&["哪一层", "什么时候", ""]),
            kinds: list(&["number", "one_of", ""]),
            choices: list(&["", "白天、夜里", ""]),
            required: list(&["true", "", ""]),
            ..CategoryForm::default()
        }
    }

    fn fresh() -> String {
        "fresh".into()
    }

    #[test]
    fn a_category_is_read_with_its_questions() {
        let category = form().read("c-1", fresh).unwrap();
        assert_eq!(category.aliases, ["扔东西", "烟头", "花盆"]);
        assert_eq!((category.days, category.lead), (Some(3), Some(Role::Property)));
        let codes: Vec<&str> = category.questions.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["fresh", "when"], "a code that is there stays");
        assert!(category.questions[0].required && category.questions[0].choices.is_empty());
        assert_eq!(
            category.limit(Urgency::Ordinary),
            tasks::model::Limit::WorkingDays(3)
        );
        assert_eq!(category.limit(Urgency::Urgent), tasks::model::Limit::Hours(24));
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let mut wrong = CategoryForm {
            label: String::new(),
            days: "8".into(),
            lead: "auditor".into(),
            ..form()
        };
        wrong.choices[1] = "白天".into();
        wrong.kinds[0] = "colour".into();
        let AppError::Invalid(errors) = wrong.read("c-1", fresh).unwrap_err() else {
            panic!()
        };
        let named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["label", "days", "lead", "kinds[0]", "choices[1]"]);
    }

    #[test]
    fn there_is_always_a_place_for_what_nobody_can_name() {
        let closed = CategoryForm {
            offered: false,
            ..form()
        };
        assert!(closed.read("noise", fresh).is_ok());
        assert!(closed.read(OTHER, fresh).is_err());
    }
}
