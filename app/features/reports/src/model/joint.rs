//! Meetings about what comes again (联席会): who took part, what was said, and what each promised by when.

use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors, Role, coded};

use super::{HOLDERS, Number, STEP, WORDS, text};

/// Lines for promises in the form of a meeting; more are added on its page.
pub const PROMISES: usize = 6;
/// Matters that one meeting is about, at most.
pub const ABOUT: usize = 40;
/// So many of one category at one place in a year are worth a meeting.
pub const RECURS: i64 = 3;
const LINE: usize = 60;
/// A promise is for the time to come, and not for ever.
const FAR: i64 = 3 * 366;

coded! {
    /// As what somebody takes part.
    Party {
        Community = "community", "社区";
        Owners = "owners", "业委会";
        Property = "property", "物业";
        Residents = "residents", "居民代表";
        Government = "government", "街道和部门";
        Police = "police", "民警";
        Organisation = "organisation", "社会组织";
        Other = "other", "其他";
    }

    /// What became of a promise.
    PromiseState {
        Open = "open", "还没到位";
        Kept = "kept", "已经兑现";
        Dropped = "dropped", "没有兑现";
    }
}

/// A meeting as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JointForm {
    pub title: String,
    pub on: String,
    pub place: String,
    pub words: String,
    /// Numbers of matters, with blanks, commas or lines between them.
    pub matters: String,
    /// Who took part, by [`Party::ALL`].
    pub present: Vec<String>,
    /// Promises, a place each; one without `promises` is none.
    pub promises: Vec<String>,
    pub parties: Vec<String>,
    pub names: Vec<String>,
    pub tos: Vec<String>,
    pub dues: Vec<String>,
}

/// A meeting that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint {
    pub title: String,
    pub on: Date,
    pub place: String,
    pub words: String,
    pub matters: Vec<Number>,
    pub present: Vec<(Party, String)>,
    /// Each with its place in the form.
    pub promises: Vec<(usize, Promise)>,
}

/// What somebody promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    pub party: Party,
    /// By name; empty for the party as a whole.
    pub who: String,
    pub what: String,
    /// The post that has it, where its unit is in the house.
    pub to: Option<(Code, Role)>,
    pub due: Date,
}

/// A promise as it is typed; its fields may stand in a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct PromiseForm<'a> {
    pub what: &'a str,
    pub party: &'a str,
    pub who: &'a str,
    pub to: &'a str,
    pub due: &'a str,
}

impl PromiseForm<'_> {
    /// `name` says what a field is called; `held` is the day of the meeting.
    fn read_into(
        &self,
        errors: &mut FieldErrors,
        held: Option<Date>,
        name: impl Fn(&str) -> String,
    ) -> Option<Promise> {
        let what = text::words(errors, &name("promises"), self.what, STEP);
        errors.check(!what.is_empty(), &name("promises"), "请写明承诺了什么。");
        let who = text::line(errors, &name("names"), self.who, LINE);
        let party = self.party.parse::<Party>().ok();
        errors.check(party.is_some(), &name("parties"), "请选是哪一方的承诺。");
        let due = self.due.trim().parse::<Date>().ok();
        let within = |due: Date| held.is_none_or(|held| due >= held && due <= held.plus_days(FAR));
        errors.check(
            due.is_some_and(within),
            &name("dues"),
            "请填什么时候兑现，不能早于开会那天。",
        );
        let to = self.to.trim();
        let post = to.split_once(':').and_then(|(code, role)| {
            let role = role.parse::<Role>().ok().filter(|role| HOLDERS.contains(role))?;
            Some((code.parse::<Code>().ok()?, role))
        });
        errors.check(
            to.is_empty() || post.is_some(),
            &name("tos"),
            "请重新选由哪个单位来办，或者留空。",
        );
        Some(Promise {
            party: party?,
            who,
            what,
            to: post,
            due: due?,
        })
    }

    /// # Errors
    /// [`AppError::Invalid`] by field: `promises`, `names`, `parties`, `dues`, `tos`.
    pub fn read(&self, held: Date) -> Result<Promise, AppError> {
        let mut errors = FieldErrors::default();
        let promise = self.read_into(&mut errors, Some(held), |field: &str| field.to_owned());
        errors.finish()?;
        promise.ok_or_else(|| AppError::invalid("promises", "请写明承诺了什么。"))
    }
}

/// The numbers in a text; what is none stands in the error.
fn numbers(errors: &mut FieldErrors, typed: &str) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    let words = typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'));
    for word in words.filter(|word| !word.is_empty()) {
        match word.parse::<Number>() {
            Ok(number) if !numbers.contains(&number) => numbers.push(number),
            Ok(_) => {}
            Err(()) => errors.add(
                "matters",
                format!("“{word}”不是编号，编号像 320581001001-2026-0012。"),
            ),
        }
    }
    if numbers.len() > ABOUT {
        errors.add("matters", format!("一次最多放 {ABOUT} 件。"));
    }
    numbers
}

impl JointForm {
    /// # Errors
    /// [`AppError::Invalid`] by field: `title`, `on`, `place`, `words`, `matters`, `present[N]`, and of a promise `promises[N]`,
    /// `names[N]`, `parties[N]`, `dues[N]`, `tos[N]`.
    pub fn read(&self, today: Date) -> Result<Joint, AppError> {
        let mut errors = FieldErrors::default();
        let title = text::line(&mut errors, "title", &self.title, LINE);
        errors.check(!title.is_empty(), "title", "请写一句是为什么事开的会。");
        let on = self.on.trim().parse::<Date>().ok();
        errors.check(
            on.is_some_and(|on| on <= today),
            "on",
            "请填开会的日期，今天或者以前。",
        );
        let place = text::line(&mut errors, "place", &self.place, LINE);
        let words = text::words(&mut errors, "words", &self.words, WORDS);
        errors.check(!words.is_empty(), "words", "请写一写说了什么。");
        let matters = numbers(&mut errors, &self.matters);
        let mut present = Vec::new();
        for (at, party) in Party::ALL.iter().enumerate() {
            let typed = self.present.get(at).map_or("", String::as_str);
            let who = text::line(&mut errors, &format!("present[{at}]"), typed, 2 * LINE);
            if !who.is_empty() {
                present.push((*party, who));
            }
        }
        errors.check(present.len() > 1, "present[0]", "请写上来了哪些人，至少两方。");
        let mut promises = Vec::new();
        for at in 0..self.promises.len().min(PROMISES) {
            let of = |list: &[String]| list.get(at).cloned().unwrap_or_default();
            let what = of(&self.promises);
            if what.trim().is_empty() {
                continue;
            }
            let (party, who) = (of(&self.parties), of(&self.names));
            let (to, due) = (of(&self.tos), of(&self.dues));
            let form = PromiseForm {
                what: &what,
                party: &party,
                who: &who,
                to: &to,
                due: &due,
            };
            let promise = form.read_into(&mut errors, on, |field| format!("{field}[{at}]"));
            promises.extend(promise.map(|promise| (at, promise)));
        }
        errors.finish()?;
        let on = on.ok_or_else(|| AppError::invalid("on", "请填开会的日期，今天或者以前。"))?;
        Ok(Joint {
            title,
            on,
            place,
            words,
            matters,
            present,
            promises,
        })
    }
}

/// The text that is published of a meeting; nothing takes it back.
///
/// # Errors
/// [`AppError::Invalid`] on `text`.
pub fn public_text(typed: &str) -> Result<Option<String>, AppError> {
    let mut errors = FieldErrors::default();
    let text = text::words(&mut errors, "text", typed, WORDS);
    errors.finish()?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::new(2026, 11, 30).unwrap()
    }

    fn form() -> JointForm {
        JointForm {
            title: "3 幢停车".into(),
            on: "2026-11-28".into(),
            words: "大家同意划线。".into(),
            matters: "320581001001-2026-0012，320581001001-2026-0013\n320581001001-2026-0012".into(),
            present: vec!["王书记".into(), String::new(), "李经理".into()],
            promises: vec!["划线".into(), String::new()],
            parties: vec!["property".into()],
            dues: vec!["2026-12-31".into()],
            ..JointForm::default()
        }
    }

    fn fields(error: AppError) -> Vec<String> {
        let AppError::Invalid(errors) = error else {
            panic!("{error:?}")
        };
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_meeting_is_read_as_it_was_typed() {
        let joint = form().read(today()).unwrap();
        assert_eq!(joint.matters.len(), 2, "one number twice is one");
        assert_eq!(
            joint.present,
            [
                (Party::Community, "王书记".to_owned()),
                (Party::Property, "李经理".to_owned())
            ]
        );
        assert_eq!(joint.promises.len(), 1);
        assert_eq!(joint.promises[0].1.to, None);
    }

    #[test]
    fn what_is_wrong_is_said_beside_its_field() {
        let wrong = JointForm {
            on: "2026-12-24".into(),
            matters: "第十二件".into(),
            present: vec!["王书记".into()],
            parties: Vec::new(),
            dues: vec!["2020-01-01".into()],
            tos: vec!["nowhere".into()],
            ..form()
        };
        assert_eq!(
            fields(wrong.read(today()).unwrap_err()),
            ["on", "matters", "present[0]", "parties[0]", "dues[0]", "tos[0]"]
        );
        let promise = PromiseForm::default().read(today()).unwrap_err();
        assert_eq!(fields(promise), ["promises", "parties", "dues"]);
    }
}
