//! What the lines before one had: nobody and nothing comes twice.

use std::collections::{HashMap, HashSet};

use crate::{
    model::{Born, PersonId, RoomId},
    server::import::line::{Line, Who},
};

/// What lines before had.
#[derive(Default)]
pub struct Seen {
    /// By room: name, year, line.
    people: HashMap<RoomId, Vec<(String, Option<i64>, u64)>>,
    identities: HashMap<String, u64>,
    representatives: HashMap<RoomId, u64>,
    /// Who a line was found to mean.
    pub taken: HashSet<PersonId>,
}

impl Seen {
    /// What a line says a second time: the field, and why that cannot be.
    pub fn twice(
        &mut self,
        room: RoomId,
        line: &Line,
        who: &Who,
        identity: Option<&str>,
    ) -> Option<(&'static str, String)> {
        let year = who.born.map(Born::year);
        let here = self.people.entry(room).or_default();
        let same = here
            .iter()
            .find(|(name, born, _)| *name == who.name && (born.is_none() || year.is_none() || *born == year));
        if let Some((.., at)) = same {
            return Some(("姓名", format!("和第 {at} 行是同一户的同一个人")));
        }
        here.push((who.name.clone(), year, line.number));
        if let Some(identity) = identity
            && let Some(at) = self.identities.insert(identity.to_owned(), line.number)
        {
            return Some(("身份证号", format!("和第 {at} 行的身份证号相同")));
        }
        if who.representative
            && let Some(at) = self.representatives.insert(room, line.number)
        {
            return Some(("户代表", format!("第 {at} 行已经是这一户的户代表")));
        }
        None
    }
}
