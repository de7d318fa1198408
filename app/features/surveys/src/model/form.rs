//! What whoever opens a survey typed, checked once.

use orgs::model::Code;
use shared::{AppError, Date, FieldErrors};

use super::{Ask, CHOICES, Kind, Per, Question};

/// The longest line and the longest words, in characters.
pub const LINE: usize = 60;
pub const WORDS: usize = 2_000;
/// The longest proposal, reason, or answer in words.
pub const REASONS: usize = 500;
/// The most that a questionnaire asks.
pub const QUESTIONS: usize = 8;
/// For how many days one runs at the most.
const LONGEST: i64 = 90;

/// Some lines of at most `most` characters in all.
pub fn words(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
    let typed = typed.trim().replace("\r\n", "\n");
    if typed.chars().count() > most {
        errors.add(field, format!("太长了，请写在 {most} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(|c| c.is_control() && c != '\n' && c != '\t'),
        field,
        "这里有看不见的特殊字符，请重新输入。",
    );
    typed
}

/// As typed. The lists have a place for each question; one without a title is none.
#[derive(Clone, Debug, Default)]
pub struct NewForm {
    pub kind: String,
    pub node: String,
    pub title: String,
    pub words: String,
    pub per: String,
    pub from: String,
    pub to: String,
    pub titles: Vec<String>,
    pub asks: Vec<String>,
    /// Lines.
    pub choices: Vec<String>,
    /// `yes` or not.
    pub needs: Vec<String>,
    /// What was pointed out in it, and is confirmed in the same words.
    pub confirmed: String,
}

/// A survey to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    pub kind: Kind,
    pub node: Code,
    pub title: String,
    pub words: String,
    pub per: Per,
    pub from: Date,
    pub to: Date,
    pub questions: Vec<Question>,
}

impl New {
    /// What everybody reads as soon as it is opened: by what stands on its field, each text.
    pub fn published(&self) -> Vec<(String, String)> {
        let mut published = vec![
            ("标题".to_owned(), self.title.clone()),
            ("为什么征集，意见会怎么用".to_owned(), self.words.clone()),
        ];
        for (at, question) in self.questions.iter().enumerate() {
            let mut lines = vec![question.title.as_str()];
            lines.extend(question.choices.iter().map(String::as_str));
            published.push((format!("第 {} 题", at + 1), lines.join("\n")));
        }
        published
    }
}

impl NewForm {
    /// # Errors
    /// [`AppError::Invalid`] by field.
    pub fn read(&self, today: Date) -> Result<New, AppError> {
        let mut errors = FieldErrors::default();
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(kind.is_some(), "kind", "请选是意见征集还是问卷。");
        let per = self.per.parse::<Per>().ok();
        errors.check(per.is_some(), "per", "请选每人一份还是每户一份。");
        let node = self.node.trim().parse::<Code>().ok();
        errors.check(node.is_some(), "node", "请选面向哪里的居民。");
        let title = words(&mut errors, "title", &self.title, LINE).replace('\n', " ");
        errors.check(!title.is_empty(), "title", "请写标题。");
        let told = words(&mut errors, "words", &self.words, WORDS);
        errors.check(!told.is_empty(), "words", "请写清楚为什么征集、意见会怎么用。");
        let from = self.from.trim().parse::<Date>().ok();
        errors.check(
            from.is_some_and(|from| from >= today),
            "from",
            "请选今天或者以后的日期。",
        );
        let to = self.to.trim().parse::<Date>().ok();
        errors.check(
            to.zip(from)
                .is_some_and(|(to, from)| to >= from && to <= from.plus_days(LONGEST)),
            "to",
            "截止日期要在开始以后，最长 90 天。",
        );
        let questions = if kind == Some(Kind::Questions) {
            self.questions(&mut errors)
        } else {
            Vec::new()
        };
        errors.finish()?;
        let missing = || AppError::invalid("title", "请把表填完整。");
        Ok(New {
            kind: kind.ok_or_else(missing)?,
            node: node.ok_or_else(missing)?,
            title,
            words: told,
            per: per.ok_or_else(missing)?,
            from: from.ok_or_else(missing)?,
            to: to.ok_or_else(missing)?,
            questions,
        })
    }

    fn questions(&self, errors: &mut FieldErrors) -> Vec<Question> {
        let mut questions = Vec::new();
        let of = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        for (at, typed) in self.titles.iter().enumerate().take(QUESTIONS) {
            let field = format!("titles[{at}]");
            let title = words(errors, &field, typed, LINE).replace('\n', " ");
            if title.is_empty() {
                continue;
            }
            let Ok(ask) = of(&self.asks, at).parse::<Ask>() else {
                errors.add(format!("asks[{at}]").as_str(), "请选怎么答。");
                continue;
            };
            let mut choices = Vec::new();
            if matches!(ask, Ask::One | Ask::Several) {
                let lines = of(&self.choices, at);
                choices = lines
                    .lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned)
                    .collect();
                errors.check(
                    (2..=CHOICES).contains(&choices.len())
                        && choices.iter().all(|one| one.chars().count() <= LINE),
                    &format!("choices[{at}]"),
                    "请写 2 到 12 个选项，一行一个。",
                );
            }
            questions.push(Question {
                title,
                ask,
                choices,
                needed: of(&self.needs, at) == "yes",
            });
        }
        errors.check(
            !questions.is_empty() || !errors.0.is_empty(),
            "titles[0]",
            "请至少写一题。",
        );
        questions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> NewForm {
        NewForm {
            kind: "questions".into(),
            node: "320581001001".into(),
            title: "电动车充电桩放在哪里".into(),
            words: "结果用来定位置".into(),
            per: "household".into(),
            from: "2026-11-23".into(),
            to: "2026-12-01".into(),
            titles: vec!["放在哪里".into(), String::new(), "家里有几辆".into()],
            asks: vec!["one".into(), String::new(), "number".into()],
            choices: vec!["东门\n西门\n".into()],
            needs: vec!["yes".into()],
            confirmed: String::new(),
        }
    }

    #[test]
    fn questions_without_a_title_are_none() {
        let read = form().read("2026-11-23".parse().unwrap()).unwrap();
        assert_eq!(read.questions.len(), 2);
        assert_eq!(read.questions[0].choices, ["东门", "西门"]);
        assert!(read.questions[0].needed && !read.questions[1].needed);
        let published = read.published();
        assert_eq!(
            published[2],
            ("第 1 题".to_owned(), "放在哪里\n东门\n西门".to_owned())
        );
        assert_eq!(published.len(), 4);
    }

    #[test]
    fn what_is_wrong_is_said_by_field() {
        let today = "2026-11-23".parse().unwrap();
        let wrong = |change: fn(&mut NewForm)| {
            let mut form = form();
            change(&mut form);
            form.read(today).is_err()
        };
        assert!(wrong(|form| form.from = "2026-11-22".into()), "it has passed");
        assert!(wrong(|form| form.to = "2026-11-20".into()));
        assert!(wrong(|form| form.to = "2027-11-20".into()));
        assert!(wrong(|form| form.choices = vec!["东门".into()]));
        assert!(wrong(|form| form.titles = Vec::new()));
        assert!(wrong(|form| form.title = "😀".repeat(10_000)));
        assert!(wrong(|form| form.kind = "vote".into()));
    }
}
