//! What a unit below the list's owner may say of an item: less of it, sooner, and where. Never more.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::{
    Item, ItemId, TimeLimit,
    form::{line, phone, text},
};

/// A unit's own word on an item, from a day on. Without a word in it, it takes back what was said before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrowing {
    /// Not handled here.
    pub hidden: bool,
    pub limit: Option<TimeLimit>,
    pub place: String,
    pub phone: String,
    pub note: String,
}

/// A narrowing as it is typed. Without `shorter`, the limit stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NarrowingForm {
    pub hidden: bool,
    pub shorter: bool,
    pub unit: String,
    pub amount: String,
    pub place: String,
    pub phone: String,
    pub note: String,
}

impl NarrowingForm {
    /// The narrowing of an item whose limit, as it comes from above, is `above`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] by field: also if it would widen the list.
    pub fn read(self, above: TimeLimit) -> Result<Narrowing, AppError> {
        let mut errors = FieldErrors::default();
        let limit = self.shorter.then(|| TimeLimit::read(&self.unit, &self.amount));
        let limit = match limit {
            None => None,
            Some(Err(words)) => {
                errors.add("amount", words);
                None
            }
            Some(Ok(limit)) => {
                if !limit.is_shorter_than(above) {
                    errors.add(
                        "amount",
                        format!("上级定的是 {}，这里只能更短，单位也要一样。", above.label()),
                    );
                }
                Some(limit)
            }
        };
        let narrowing = Narrowing {
            hidden: self.hidden,
            limit,
            place: line(&mut errors, "place", &self.place, 120),
            phone: phone(&mut errors, "phone", &self.phone),
            note: text(&mut errors, "note", &self.note),
        };
        errors.finish()?;
        Ok(narrowing)
    }
}

/// An item as it holds at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: ItemId,
    pub item: Item,
    /// Which unit took it away, if one did.
    pub hidden_by: Option<String>,
    /// Which unit shortened the limit, if one did; the item's own is `promised`.
    pub shortened_by: Option<String>,
    pub promised: TimeLimit,
    /// What units on the way down added, each with its name.
    pub notes: Vec<(String, String)>,
}

impl Entry {
    pub fn new(id: ItemId, item: Item) -> Self {
        Self {
            id,
            promised: item.limit,
            item,
            hidden_by: None,
            shortened_by: None,
            notes: Vec::new(),
        }
    }

    /// Takes over what the unit `name` says. Whatever a newer version of the list promises meanwhile, nothing gets wider: a limit
    /// that is no longer the shorter one is passed over.
    pub fn narrow(&mut self, name: &str, narrowing: &Narrowing) {
        if narrowing.hidden && self.hidden_by.is_none() {
            self.hidden_by = Some(name.to_owned());
        }
        if let Some(limit) = narrowing
            .limit
            .filter(|limit| limit.is_shorter_than(self.item.limit))
        {
            self.item.limit = limit;
            self.shortened_by = Some(name.to_owned());
        }
        // The nearest desk is the one to go to.
        for (own, theirs) in [
            (&mut self.item.place, &narrowing.place),
            (&mut self.item.phone, &narrowing.phone),
        ] {
            if !theirs.is_empty() {
                own.clone_from(theirs);
            }
        }
        if !narrowing.note.is_empty() {
            self.notes.push((name.to_owned(), narrowing.note.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::item::tests::item, *};

    fn form(unit: &str, amount: &str) -> NarrowingForm {
        NarrowingForm {
            shorter: true,
            unit: unit.into(),
            amount: amount.into(),
            ..NarrowingForm::default()
        }
    }

    #[test]
    fn a_limit_is_shortened_and_never_lengthened() {
        let five = TimeLimit::WorkingDays(5);
        assert_eq!(
            form("working_days", "3").read(five).unwrap().limit,
            Some(TimeLimit::WorkingDays(3))
        );
        assert_eq!(
            form("at_once", "").read(five).unwrap().limit,
            Some(TimeLimit::AtOnce)
        );
        for (unit, amount) in [
            ("working_days", "5"),
            ("working_days", "6"),
            ("hours", "1"),
            ("working_days", "x"),
        ] {
            assert!(form(unit, amount).read(five).is_err(), "{unit} {amount}");
        }
        let mut kept = form("working_days", "90");
        kept.shorter = false;
        assert_eq!(kept.read(five).unwrap().limit, None);
    }

    #[test]
    fn what_holds_is_the_narrowest_of_all_on_the_way_down() {
        let mut entry = Entry::new(ItemId(uuid::Uuid::nil()), item("甲"));
        let town = Narrowing {
            limit: Some(TimeLimit::WorkingDays(3)),
            phone: "52340000".into(),
            note: "周三下午不办".into(),
            ..Narrowing::default()
        };
        let community = Narrowing {
            hidden: true,
            limit: Some(TimeLimit::WorkingDays(4)),
            place: "社区一楼".into(),
            ..Narrowing::default()
        };
        entry.narrow("镇", &town);
        entry.narrow("社区", &community);
        assert_eq!(
            entry.item.limit,
            TimeLimit::WorkingDays(3),
            "the community's word is no longer the shorter one"
        );
        assert_eq!(entry.shortened_by.as_deref(), Some("镇"));
        assert_eq!(entry.promised, TimeLimit::WorkingDays(5));
        assert_eq!((&*entry.item.place, &*entry.item.phone), ("社区一楼", "52340000"));
        assert_eq!(entry.hidden_by.as_deref(), Some("社区"));
        assert_eq!(entry.notes.len(), 1);
    }
}
