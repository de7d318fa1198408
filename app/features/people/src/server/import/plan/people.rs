//! The person of each line: found at home, found elsewhere, or new.

use std::collections::{HashMap, hash_map::Entry};

use accounts::model::Phone;
use db::{Cx, Tx, crypt::Field};
use shared::{AppError, NodeId, mask};

use super::{
    Change, Elsewhere, How,
    comparison::Comparison,
    difference::{differences, place_words},
    places::Placed,
    seen::Seen,
};
use crate::{
    model::{Born, Difference, HouseholdId, IdentityNumber, SHOWN},
    server::{
        alike::Marks,
        import::{
            known::{self, Person},
            line::{Line, Who},
        },
    },
};

impl Comparison {
    /// Finds each line's person, and notes what of them is new.
    pub async fn people(&mut self, cx: &Cx, tx: &mut Tx, placed: &[Placed]) -> Result<(), AppError> {
        let lines = std::mem::take(&mut self.plan.lines);
        let numbers: Vec<(Option<String>, Option<String>)> = placed
            .iter()
            .map(|place| {
                lines[place.line]
                    .person
                    .as_ref()
                    .map_or((None, None), |who| blinds(cx, who))
            })
            .collect();
        let mut households: Vec<HouseholdId> = placed
            .iter()
            .filter_map(|p| self.households.get(&p.room).copied())
            .collect();
        households.sort_unstable();
        households.dedup();
        let mut residents: HashMap<HouseholdId, Vec<Person>> = HashMap::new();
        for person in known::residents(tx, households.into_iter()).await? {
            if let Some(household) = person.household_id {
                residents.entry(household).or_default().push(person);
            }
        }
        let (by_identity, by_phone) = known::by_numbers(
            tx,
            numbers.iter().filter_map(|(_, identity)| identity.as_deref()),
            numbers.iter().filter_map(|(phone, _)| phone.as_deref()),
        )
        .await?;
        let mut seen = Seen::default();
        for (place, (phone, identity)) in placed.iter().zip(numbers) {
            let line = &lines[place.line];
            let Some(who) = &line.person else { continue };
            if let Some((field, reason)) = seen.twice(place.room, line, who, identity.as_deref()) {
                self.fault(line.number, field, reason);
                continue;
            }
            let household = self.household(cx, place);
            let here = residents.get(&household).map_or(&[][..], Vec::as_slice);
            let same = here
                .iter()
                .find(|person| is_same(person, who, phone.as_deref(), identity.as_deref()));
            let elsewhere = || {
                identity
                    .as_ref()
                    .and_then(|blind| by_identity.get(blind))
                    .or_else(|| by_phone.get(&(phone.clone()?, who.name.clone())))
                    .filter(|person| person.household_id != Some(household))
            };
            let known = same.cloned();
            let found = if known.is_none() {
                elsewhere().cloned()
            } else {
                None
            };
            // Whoever is noted in somebody else's part is not moved from here, nor is it told that they are: who keeps that record
            // is asked.
            let (moved, held) = match found {
                Some(person) if is_others(cx, &person) => (None, Some(person)),
                found => (found, None),
            };
            let holder = identity.as_ref().and_then(|blind| by_identity.get(blind));
            let apart = match holder {
                Some(holder)
                    if known
                        .as_ref()
                        .or(moved.as_ref())
                        .is_none_or(|who| who.id != holder.id) =>
                {
                    if holder.path.is_some() && !is_others(cx, holder) {
                        let reason = "这个身份证号已经登记在另一个人名下，请先核对".to_owned();
                        self.fault(line.number, "身份证号", reason);
                        continue;
                    }
                    true
                }
                _ => false,
            };
            let identity = identity.filter(|_| !apart);
            if let Some(person) = known.as_ref().or(moved.as_ref())
                && !seen.taken.insert(person.id)
            {
                self.fault(line.number, "姓名", "和前面的一行是同一个人".into());
                continue;
            }
            let represent = who.representative && !known.as_ref().is_some_and(|person| person.representative);
            let own = who.owner
                && known
                    .as_ref()
                    .is_none_or(|person| person.owns != Some(place.room));
            let how = self.how(
                line,
                who,
                known,
                moved,
                identity.is_some(),
                phone.as_deref(),
                represent || own,
            );
            let elsewhere = match (&how, held) {
                (How::New, Some(person)) => {
                    let words = self.question(tx, &person, place.node).await?;
                    Some(Elsewhere { person, words })
                }
                _ => None,
            };
            let id = match &how {
                How::New => cx.id(),
                How::Same(person) | How::Changed(person) | How::Moved(person) => person.id,
            };
            self.plan.people.push(Change {
                line: place.line,
                id,
                household,
                room: place.room,
                node: place.node,
                how,
                represent,
                own,
                phone_blind: phone,
                identity_blind: identity,
                apart,
                elsewhere,
            });
        }
        self.plan.lines = lines;
        Ok(())
    }

    /// What the community is asked that keeps the record of somebody who was noted here as well.
    async fn question(&mut self, tx: &mut Tx, person: &Person, grid: NodeId) -> Result<String, AppError> {
        let here = self.community(tx, grid).await?;
        let here = here.map_or_else(|| "另一个社区".to_owned(), |node| node.name);
        let name = mask::name(&person.name);
        Ok(format!(
            "{here}登记了{name}，说现在住在那里。请核实：已经搬走的，请在这一户记下搬走；没有搬的，请告诉{here}。"
        ))
    }

    fn household(&mut self, cx: &Cx, place: &Placed) -> HouseholdId {
        match self.households.entry(place.room) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let id: HouseholdId = cx.id();
                self.plan.households.push((id, place.room, place.node));
                self.plan.counts.households += 1;
                *free.insert(id)
            }
        }
    }

    fn how(
        &mut self,
        line: &Line,
        who: &Who,
        known: Option<Person>,
        moved: Option<Person>,
        identity: bool,
        phone: Option<&str>,
        stands: bool,
    ) -> How {
        let counts = &mut self.plan.counts;
        let (how, before, after) = match (known, moved) {
            (Some(person), _) => {
                let (before, after) = differences(&person, who, phone, identity);
                if before.is_empty() && after.is_empty() && !stands {
                    counts.unchanged += 1;
                    return How::Same(Box::new(person));
                }
                counts.changed += 1;
                let stands = if stands { "户代表、产权" } else { "" };
                (How::Changed(Box::new(person)), before, format!("{after}{stands}"))
            }
            (None, Some(person)) => {
                counts.moved += 1;
                let before = if person.path.is_some() {
                    "住在别处"
                } else {
                    "以前登记过"
                };
                (How::Moved(Box::new(person)), before.to_owned(), place_words(line))
            }
            (None, None) => {
                counts.new += 1;
                (How::New, String::new(), place_words(line))
            }
        };
        if self.plan.differences.len() < SHOWN {
            self.plan.differences.push(Difference {
                line: line.number,
                what: mask::name(&who.name),
                before,
                after,
            });
        }
        how
    }
}

/// Whether somebody's record is kept outside the importer's part. Who has gone from everywhere is nobody's.
fn is_others(cx: &Cx, person: &Person) -> bool {
    person.path.as_deref().is_some_and(|path| !cx.scope.covers(path))
}

fn blinds(cx: &Cx, who: &Who) -> (Option<String>, Option<String>) {
    let phone = who.phone.as_ref().map(Phone::as_str);
    let identity = who.identity.as_ref().map(IdentityNumber::as_str);
    (
        phone.map(|phone| cx.keys().blind(Field::Phone, phone)),
        identity.map(|number| cx.keys().blind(Field::IdentityNumber, number)),
    )
}

/// Whether somebody of the household is the one that a line means.
fn is_same(person: &Person, who: &Who, phone: Option<&str>, identity: Option<&str>) -> bool {
    let known = Marks {
        name: &person.name,
        birth_year: person.birth_year,
        phone: person.phone_blind.as_deref(),
        identity: person.identity_blind.as_deref(),
    };
    known.may_be(Marks {
        name: &who.name,
        birth_year: who.born.map(Born::year),
        phone,
        identity,
    })
}
