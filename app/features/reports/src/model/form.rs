//! What forms say: a report, and a step of a matter, checked once for page and service alike.

use std::collections::BTreeMap;

use accounts::model::Phone;
use grid::model::Place;
use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors, Role, UserId};

use super::{Action, Category, Chosen, Door, Kind, Need, Number, Rating, Urgency, text};

/// The longest words of a report and of a step, and the longest line, in characters. Open311 promises its clients 4,000, and what they say
/// beside comes on top.
pub const WORDS: usize = 5_000;
pub const STEP: usize = 1_000;
const LINE: usize = 80;
/// The most working days that are asked for.
pub const DAYS: u16 = 30;
/// Photos of a report, and of a step.
pub const PHOTOS: usize = 9;

/// Who may be given a matter at a unit.
pub const HOLDERS: [Role; 11] = [
    Role::GridWorker,
    Role::GridLead,
    Role::Staff,
    Role::Secretary,
    Role::TownAdmin,
    Role::DistrictAdmin,
    Role::CityAdmin,
    Role::Mediation,
    Role::Property,
    Role::OwnersCommittee,
    Role::SocialOrg,
];

/// A report as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewReport {
    pub kind: String,
    /// A category's code.
    pub category: String,
    pub words: String,
    /// The code of the grid or community, perhaps with a building in it: what [`Chosen`] reads.
    pub node: String,
    /// Longitude and latitude, if a pin was set; then the unit follows from it.
    pub at: String,
    /// Where that is, in words.
    pub address: String,
    /// The reporter's own door, if somebody is to come.
    pub door: String,
    /// Where the reporter is called; without it, at the number of their account.
    pub phone: String,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether it may be published, once it was looked at.
    pub open: bool,
    /// Answers to the category's questions, by their codes.
    pub answers: BTreeMap<String, String>,
    /// Whether photos or spoken words come with it, in the place of others: what was handed in says so, no form.
    #[serde(skip)]
    pub handed: bool,
}

/// A report that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub kind: Kind,
    pub category: Category,
    pub words: String,
    pub node: Option<Code>,
    pub place: Option<Place>,
    pub address: String,
    pub door: String,
    pub phone: Option<Phone>,
    pub urgent: bool,
    pub open: bool,
    pub answers: BTreeMap<String, String>,
}

impl NewReport {
    /// # Errors
    /// [`AppError::Invalid`] by field: `kind`, `category`, `words`, `node`, `at`, `address`, `door`, `phone`, and `q-CODE` of a question.
    pub fn read(&self, categories: &[Category]) -> Result<Checked, AppError> {
        let mut errors = FieldErrors::default();
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(kind.is_some(), "kind", "请选您要做什么。");
        let category = categories.iter().find(|one| one.code == self.category);
        let closed = category.is_some_and(|one| !one.offered);
        errors.check(
            category.is_some(),
            "category",
            "请选是哪方面的事，说不清就选“其他 / 说不清”。",
        );
        errors.check(!closed, "category", "这一类刚刚停用了，请换一类，您写的还在。");
        let words = text::words(&mut errors, "words", &self.words, WORDS);
        errors.check(
            !words.is_empty() || self.handed,
            "words",
            "请写一两句是什么事，或者拍张照片、说一段语音。",
        );
        let (chosen, place) = self.place(&mut errors);
        let typed = text::line(&mut errors, "address", &self.address, LINE);
        let address = chosen
            .as_ref()
            .map_or_else(|| typed.clone(), |chosen| chosen.address(&typed));
        let node = chosen.map(|chosen| chosen.code);
        let door = text::line(&mut errors, "door", &self.door, LINE);
        let phone = if self.phone.trim().is_empty() {
            None
        } else {
            let phone = Phone::parse("phone", &self.phone).ok();
            errors.check(
                phone.is_some(),
                "phone",
                "手机号应为 11 位数字，请检查是否少填或多填了。",
            );
            phone
        };
        let answers = category.map(|one| one.read(&mut errors, &self.answers));
        errors.finish()?;
        match (kind, category) {
            (Some(kind), Some(category)) => Ok(Checked {
                kind: category.kind(kind),
                category: category.clone(),
                words,
                node,
                place,
                address,
                door,
                phone,
                urgent: self.urgent,
                open: self.open,
                answers: answers.unwrap_or_default(),
            }),
            _ => Err(AppError::invalid("kind", "请选您要做什么。")),
        }
    }

    fn place(&self, errors: &mut FieldErrors) -> (Option<Chosen>, Option<Place>) {
        let (node, at) = (self.node.trim(), self.at.trim());
        let chosen = Chosen::read(node);
        errors.check(
            node.is_empty() || chosen.is_some(),
            "node",
            "请重新选一下在哪个社区或者网格。",
        );
        let place = text::place(at);
        errors.check(
            at.is_empty() || place.is_some(),
            "at",
            "这个位置不在国内，请在地图上重新点一下，或者选社区。",
        );
        errors.check(
            !(node.is_empty() && at.is_empty()),
            "node",
            "请选在哪里：用现在的位置，或者选社区、网格。",
        );
        (chosen, place)
    }
}

/// A step as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// The code of an [`Action`].
    pub action: String,
    pub words: String,
    /// `CODE:ROLE`: the unit it goes to, and who has it there.
    pub to: String,
    pub days: String,
    pub door: String,
    pub rating: String,
    /// The number of the matter that it goes into.
    pub matter: String,
    /// With 受理: how urgent it is, where that is not as it was reported.
    pub urgency: String,
    /// The number of the part of another unit that it is about.
    pub part: String,
    /// The account of who steps aside; empty for whoever says so.
    pub person: String,
    /// With 反馈: the standard answer that was chosen; it counts where no words were written.
    pub standard: String,
    /// With 公开: what was pointed out in the text, and is confirmed in the same words.
    pub confirmed: String,
    /// With 改类别: the code of the category, and of the kind.
    pub category: String,
    pub kind: String,
    /// Whether spoken words come with it, in the place of others: what was handed in says so, no form.
    #[serde(skip)]
    pub spoken: bool,
}

/// A step that was checked, but for who may do it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub action: Action,
    pub words: Option<String>,
    pub to: Option<(Code, Role)>,
    pub days: Option<u16>,
    pub door: Option<Door>,
    pub rating: Option<Rating>,
    pub matter: Option<Number>,
    pub urgency: Option<Urgency>,
    pub part: Option<i64>,
    pub person: Option<UserId>,
    /// What it becomes: a kind, and the code of a category.
    pub class: Option<(Kind, String)>,
}

impl Act {
    /// One that needs nothing beside.
    pub const fn plain(action: Action) -> Self {
        Self {
            action,
            words: None,
            to: None,
            days: None,
            door: None,
            rating: None,
            matter: None,
            urgency: None,
            part: None,
            person: None,
            class: None,
        }
    }
}

impl ActForm {
    /// # Errors
    /// [`AppError::NotFound`] for what is no action; [`AppError::Invalid`] by field: `words`, `to`, `days`, `door`, `rating`,
    /// `matter`, `urgency`, `part`, `person`, `category`, `kind`.
    pub fn read(&self) -> Result<Act, AppError> {
        let action: Action = self.action.parse().map_err(|_| AppError::NotFound)?;
        let rule = action.rule();
        let mut errors = FieldErrors::default();
        let words = text::words(&mut errors, "words", &self.words, STEP);
        let words = Some(words).filter(|words| !words.is_empty());
        errors.check(
            words.is_some() || self.spoken || !rule.wants(Need::Words),
            "words",
            "请写明原因或者情况。",
        );
        let to = self.to.split_once(':').and_then(|(code, role)| {
            let role = role
                .trim()
                .parse::<Role>()
                .ok()
                .filter(|role| HOLDERS.contains(role))?;
            Some((code.trim().parse::<Code>().ok()?, role))
        });
        errors.check(
            to.is_some() || !rule.wants(Need::Unit),
            "to",
            "请选交给哪个单位、由谁办。",
        );
        let days = self
            .days
            .trim()
            .parse::<u16>()
            .ok()
            .filter(|days| (1..=DAYS).contains(days));
        errors.check(
            days.is_some() || !rule.wants(Need::Days),
            "days",
            "请填几个工作日，最多 30 个。",
        );
        let door = self.door.parse::<Door>().ok();
        errors.check(
            door.is_some() || !rule.wants(Need::Door),
            "door",
            "请选这件事该去哪里办。",
        );
        let rating = self.rating.parse::<Rating>().ok();
        errors.check(
            rating.is_some() || !rule.wants(Need::Rating),
            "rating",
            "请选满意、基本满意或者不满意。",
        );
        let matter = self.matter.parse::<Number>().ok();
        errors.check(
            matter.is_some() || !rule.wants(Need::Matter),
            "matter",
            "请填要并入的那一件的编号。",
        );
        let urgency = self.urgency.parse::<Urgency>().ok();
        errors.check(
            urgency.is_some() || self.urgency.is_empty(),
            "urgency",
            "请选突发、急、一般或者复杂。",
        );
        let part = self.part.trim().parse::<i64>().ok().filter(|part| *part > 0);
        errors.check(
            part.is_some() || !rule.wants(Need::Part),
            "part",
            "请在那个协办单位下面办。",
        );
        let person = self.person.trim().parse::<UserId>().ok();
        errors.check(
            person.is_some() || self.person.trim().is_empty(),
            "person",
            "请选谁回避。",
        );
        let category = self.category.trim();
        let class = (!category.is_empty()).then(|| category.to_owned());
        errors.check(
            class.is_some() || !rule.wants(Need::Category),
            "category",
            "请选是哪方面的事。",
        );
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(
            kind.is_some() || !rule.wants(Need::Category),
            "kind",
            "请选反映人想要什么。",
        );
        errors.finish()?;
        Ok(Act {
            action,
            words,
            to: to.filter(|_| rule.wants(Need::Unit)),
            days: days.filter(|_| rule.wants(Need::Days)),
            door: door.filter(|_| rule.wants(Need::Door)),
            rating: rating.filter(|_| rule.wants(Need::Rating)),
            matter: matter.filter(|_| rule.wants(Need::Matter)),
            urgency: urgency.filter(|_| action == Action::Accept),
            part: part.filter(|_| rule.wants(Need::Part)),
            person: person.filter(|_| rule.wants(Need::Person)),
            class: kind.zip(class).filter(|_| rule.wants(Need::Category)),
        })
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
