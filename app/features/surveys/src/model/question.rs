//! Questions, what is answered to them, and what is told of many answers.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::{Ask, form};

/// Groups that are smaller are not shown.
pub const FEW: i64 = 5;
/// The most that can be chosen from.
pub const CHOICES: usize = 12;
/// The largest number that is taken, so that sums of a whole city stay whole.
const MOST: i64 = 1_000_000;

/// One question of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub title: String,
    pub ask: Ask,
    pub choices: Vec<String>,
    /// Whether it has to be answered.
    pub needed: bool,
}

impl Question {
    /// What can be chosen.
    pub fn options(&self) -> Vec<String> {
        match self.ask {
            Ask::One | Ask::Several => self.choices.clone(),
            Ask::Yes => vec!["是".into(), "不是".into()],
            Ask::Number | Ask::Words => Vec::new(),
        }
    }

    /// Whether it is answered by typing.
    pub const fn typed(&self) -> bool {
        matches!(self.ask, Ask::Number | Ask::Words)
    }
}

/// What was answered to a question, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    Chosen(usize, usize),
    Number(usize, i64),
    Words(usize, String),
}

/// The name of the field of the question at a place; typed ones have a list of their own, in their order.
fn field(questions: &[Question], at: usize) -> String {
    if questions[at].typed() {
        let before = questions[..at].iter().filter(|one| one.typed()).count();
        format!("said[{before}]")
    } else {
        format!("picked[{at}]")
    }
}

/// What a form has: `picked` are `question:choice`, by their places; `said` is what was typed, one for each question that is typed.
///
/// # Errors
/// [`AppError::Invalid`] by field.
pub fn read(questions: &[Question], picked: &[String], said: &[String]) -> Result<Vec<Given>, AppError> {
    let mut errors = FieldErrors::default();
    let mut given = Vec::new();
    let mut chosen: Vec<(usize, usize)> = picked
        .iter()
        .filter_map(|one| {
            let (question, choice) = one.split_once(':')?;
            Some((question.parse().ok()?, choice.parse().ok()?))
        })
        .collect();
    chosen.sort_unstable();
    chosen.dedup();
    let mut typed = said.iter();
    for (at, question) in questions.iter().enumerate() {
        let name = field(questions, at);
        let before = given.len();
        if question.typed() {
            let text = typed.next().map(String::as_str).unwrap_or_default();
            match question.ask {
                Ask::Number if !text.trim().is_empty() => {
                    let number = text.trim().parse::<i64>().ok().filter(|n| (0..=MOST).contains(n));
                    errors.check(number.is_some(), &name, "请填一个整数。");
                    given.extend(number.map(|number| Given::Number(at, number)));
                    if number.is_none() {
                        continue;
                    }
                }
                Ask::Words => {
                    let words = form::words(&mut errors, &name, text, form::REASONS);
                    if !words.is_empty() {
                        given.push(Given::Words(at, words));
                    }
                }
                _ => {}
            }
        } else {
            let most = question.options().len();
            let own = chosen
                .iter()
                .filter(|(one, choice)| *one == at && *choice < most)
                .map(|(_, choice)| Given::Chosen(at, *choice));
            given.extend(own);
            let several = given.len() - before > 1;
            errors.check(
                !several || question.ask == Ask::Several,
                &name,
                "这一题只能选一个。",
            );
        }
        errors.check(!question.needed || given.len() > before, &name, "这一题要答。");
    }
    errors.check(
        !given.is_empty() || !errors.0.is_empty(),
        &field_of_first(questions),
        "请至少答一题。",
    );
    errors.finish()?;
    Ok(given)
}

fn field_of_first(questions: &[Question]) -> String {
    if questions.is_empty() {
        return "picked[0]".into();
    }
    field(questions, 0)
}

/// What is told of how many chose what: no group under [`FEW`], and none that could be reckoned from the rest.
pub fn shown(ask: Ask, counts: &[i64], answered: i64) -> Vec<Option<i64>> {
    if answered < FEW {
        return vec![None; counts.len()];
    }
    if ask == Ask::Several {
        // Who did not choose it is a group too.
        return counts
            .iter()
            .map(|many| {
                Some(*many).filter(|many| *many >= FEW && (answered - many >= FEW || *many == answered))
            })
            .collect();
    }
    let mut told: Vec<Option<i64>> = counts
        .iter()
        .map(|many| Some(*many).filter(|many| *many >= FEW))
        .collect();
    // Who chose nothing is known by what is left over.
    let mut hidden = answered - told.iter().flatten().sum::<i64>();
    while hidden > 0 && hidden < FEW {
        let smallest = (0..told.len())
            .filter(|at| told[*at].is_some())
            .min_by_key(|at| told[*at]);
        let Some(many) = smallest.and_then(|at| told[at].take()) else {
            break;
        };
        hidden += many;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(ask: Ask, needed: bool) -> Question {
        Question {
            title: "几楼".into(),
            ask,
            choices: vec!["一".into(), "二".into(), "三".into()],
            needed,
        }
    }

    #[test]
    fn answers_are_read_by_their_places() {
        let questions = [
            question(Ask::One, true),
            question(Ask::Words, false),
            question(Ask::Several, false),
            question(Ask::Number, false),
        ];
        let picked = ["2:2", "0:1", "2:0", "9:0", "2:7", "x"].map(str::to_owned);
        let said = ["都好", "12"].map(str::to_owned);
        assert_eq!(
            read(&questions, &picked, &said).unwrap(),
            [
                Given::Chosen(0, 1),
                Given::Words(1, "都好".into()),
                Given::Chosen(2, 0),
                Given::Chosen(2, 2),
                Given::Number(3, 12),
            ]
        );
    }

    #[test]
    fn what_is_missing_or_too_much_is_said_beside_its_field() {
        let questions = [question(Ask::One, true), question(Ask::Number, false)];
        let refused = |picked: &[&str], said: &str| {
            let picked: Vec<String> = picked.iter().map(|one| (*one).to_owned()).collect();
            match read(&questions, &picked, &[said.to_owned()]) {
                Err(AppError::Invalid(errors)) => errors.len(),
                _ => 0,
            }
        };
        assert_eq!(refused(&[], ""), 1, "needed");
        assert_eq!(refused(&["0:0", "0:1"], ""), 1, "one of them");
        assert_eq!(refused(&["0:0"], "很多"), 1, "a number");
        assert_eq!(refused(&["0:0"], "-3"), 1);
        assert_eq!(refused(&["0:0"], "3"), 0);
    }

    #[test]
    fn small_groups_are_neither_shown_nor_to_be_reckoned() {
        assert_eq!(shown(Ask::One, &[3, 1], 4), [None, None]);
        assert_eq!(shown(Ask::One, &[20, 10], 30), [Some(20), Some(10)]);
        assert_eq!(shown(Ask::One, &[20, 10, 2], 32), [Some(20), None, None]);
        assert_eq!(
            shown(Ask::One, &[20, 10, 4, 3], 37),
            [Some(20), Some(10), None, None]
        );
        assert_eq!(
            shown(Ask::Yes, &[20, 8], 30),
            [Some(20), None],
            "two did not answer"
        );
        assert_eq!(
            shown(Ask::Several, &[19, 12, 3, 20], 20),
            [None, Some(12), None, Some(20)]
        );
        for a in 0..12 {
            for b in 0..12 {
                for c in 0..12 {
                    let counts = [a, b, c];
                    let told = shown(Ask::One, &counts, a + b + c);
                    let hidden = a + b + c - told.iter().flatten().sum::<i64>();
                    assert!(told.iter().flatten().all(|many| *many >= FEW), "{counts:?}");
                    assert!(
                        hidden == 0 || hidden >= FEW || told.iter().all(Option::is_none),
                        "{counts:?}"
                    );
                }
            }
        }
    }
}
