//! What a line changes of somebody, in words.

use shared::mask;

use crate::{
    model::{Born, building_label, room_label},
    server::import::{
        known::Person,
        line::{Line, Who},
    },
};

/// What a line changes of somebody: as it was and as it will be, in words without numbers.
pub fn differences(person: &Person, who: &Who, phone: Option<&str>, identity: bool) -> (String, String) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut note = |was: String, is: String| {
        before.push(was);
        after.push(is);
    };
    if person.name != who.name {
        note(mask::name(&person.name), mask::name(&who.name));
    }
    if let Some(sex) = who.sex.filter(|sex| person.sex != Some(*sex)) {
        note(
            person
                .sex
                .map_or_else(|| "性别未登记".to_owned(), |sex| sex.label().to_owned()),
            sex.label().to_owned(),
        );
    }
    if let Some(born) = who.born.filter(|born| born_differs(person, *born)) {
        let told = |year: Option<i64>| {
            year.map_or_else(|| "出生年份未登记".to_owned(), |year| format!("{year} 年生"))
        };
        note(told(person.birth_year), told(Some(born.year())));
    }
    if phone.is_some() && person.phone_blind.as_deref() != phone {
        note(
            if person.phone_blind.is_some() {
                "原手机号"
            } else {
                "无手机号"
            }
            .to_owned(),
            "新手机号".to_owned(),
        );
    }
    if identity && person.identity_blind.is_none() {
        note("无身份证号".to_owned(), "有身份证号".to_owned());
    }
    if let Some(kind) = who.kind.filter(|kind| person.kind != Some(*kind)) {
        note(
            person
                .kind
                .map_or_else(String::new, |kind| kind.label().to_owned()),
            kind.label().to_owned(),
        );
    }
    if let Some(relation) = who.relation.filter(|relation| person.relation != Some(*relation)) {
        note(
            person
                .relation
                .map_or_else(|| "关系未登记".to_owned(), |relation| relation.label().to_owned()),
            relation.label().to_owned(),
        );
    }
    (before.join("、"), after.join("、"))
}

/// A year says nothing new of somebody whose day is known.
pub fn born_differs(person: &Person, born: Born) -> bool {
    person.birth_year != Some(born.year())
        || (matches!(born, Born::Day(_)) && person.adult_from != born.adult_from())
}

pub fn place_words(line: &Line) -> String {
    format!(
        "{}{}{}",
        line.estate,
        building_label(&line.building),
        room_label(&line.unit, &line.door)
    )
}
