//! Who reports: somebody with an account, a number, nobody, a program or a platform.

use shared::UserId;

use super::{Behind, Making};
use crate::{
    demo::lives::{Fate, Life},
    model::{By, Kind, Origin, Tracking},
    server::bulk::More,
};

/// Of a hundred matters of her grid that have ended, as many are hers.
const HERS: i64 = 30;
/// Telephone numbers of those without an account begin here: nobody has one.
const FIRST_PHONE: u32 = 70_000;

impl Making<'_> {
    /// Who reported what was drawn, and how it came.
    pub(super) fn behind(&mut self, life: &Life, hers: bool) -> Behind {
        if life.public {
            return account(self.reporter(life, hers));
        }
        let silent = life.steps.iter().skip(1).all(|step| step.by != By::Reporter);
        let accuses = life.category == "community";
        let counts = !accuses && life.fate != Fate::Merged;
        match self.random.between(0, 99) {
            // Where somebody reports through another program, nobody can say more here.
            ..16 if silent && counts => Behind {
                origin: Some(Origin::Client),
                more: More {
                    client: Some(self.people.platform),
                    ..More::default()
                },
                ..Behind::default()
            },
            16..26 if silent && counts => Behind {
                origin: Some(Origin::Client),
                more: More {
                    client: Some(self.people.program),
                    ..More::default()
                },
                ..Behind::default()
            },
            26..31 => self.anonymous(),
            31..37 => {
                self.phones += 1;
                let phone = format!("154{:08}", FIRST_PHONE + self.phones);
                let mut behind = self.anonymous();
                behind.origin = Some(Origin::Phone);
                behind.more.phone = Some(phone);
                behind
            }
            _ => {
                let mut behind = account(self.reporter(life, hers));
                // Whoever has no telephone is written down for.
                if behind
                    .reporter
                    .is_some_and(|user| self.people.residents.contains(&user))
                    && self.random.percent(6)
                {
                    behind.more.entered_by = Some(self.people.patrol);
                }
                behind
            }
        }
    }

    /// Nobody, with a code that nobody knows.
    pub(super) fn anonymous(&mut self) -> Behind {
        let digest = format!("{:016x}{:016x}", self.random.bits(), self.random.bits());
        Behind {
            origin: Some(Origin::Anonymous),
            more: More {
                tracking: Tracking::of_digest(&digest),
                ..More::default()
            },
            ..Behind::default()
        }
    }

    /// Mostly a resident; what anybody sees who goes round, also whoever goes round.
    fn reporter(&mut self, life: &Life, hers: bool) -> UserId {
        let anybody = *self.random.pick(&self.people.residents);
        if life.kind == Kind::Problem && life.category != "dispute" {
            match self.random.between(0, 99) {
                ..62 => return self.people.patrol,
                62..76 => return self.people.property,
                76..84 => return self.people.society,
                _ => {}
            }
        }
        match self.people.her {
            Some(her) if hers && self.random.percent(HERS) => her,
            _ => anybody,
        }
    }
}

/// Somebody by their account.
pub(super) fn account(user: UserId) -> Behind {
    Behind {
        origin: Some(Origin::Account),
        reporter: Some(user),
        ..Behind::default()
    }
}
