//! The part that a step is about: one that a unit is asked for, or one that it has.

use db::{Cx, Tx};
use orgs::model::Node;
use shared::{AppError, NodeId, Role};

use super::{
    act,
    part::{self, Part},
    store::Stored,
};
use crate::model::{Act, Action, PartState};

/// A part that a step is about.
pub struct Concerned {
    pub number: i64,
    what: Which,
}

enum Which {
    /// One that a unit is asked for.
    New(Box<Node>, Role),
    Known(Box<Part>),
}

impl Concerned {
    /// The part that a step is about, if it is about one; a new one gets the number `next`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] on `to`, [`AppError::NotFound`] for a number that there is not.
    pub async fn of(
        cx: &Cx,
        tx: &mut Tx,
        matter: &Stored,
        act: &Act,
        next: i64,
    ) -> Result<Option<Self>, AppError> {
        if act.action == Action::Involve {
            let (unit, role) = act::chosen(cx, tx, matter, act).await?;
            if part::is_busy(tx, matter, unit.id, role).await? {
                return Err(AppError::invalid("to", "这个岗位已经在办这件事了，请选别的。"));
            }
            return Ok(Some(Self {
                number: next,
                what: Which::New(Box::new(unit), role),
            }));
        }
        let Some(number) = act.part else {
            return Ok(None);
        };
        let part = part::named(tx, matter.id, number).await?;
        Ok(Some(Self {
            number,
            what: Which::Known(Box::new(part)),
        }))
    }

    pub fn unit(&self) -> NodeId {
        match &self.what {
            Which::New(unit, _) => unit.id,
            Which::Known(part) => part.unit_id,
        }
    }

    pub fn role(&self) -> Role {
        match &self.what {
            Which::New(_, role) => *role,
            Which::Known(part) => part.role(),
        }
    }

    /// What the step makes of it.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn follow_up(&self, cx: &Cx, tx: &mut Tx, matter: &Stored, act: &Act) -> Result<(), AppError> {
        match (&self.what, PartState::after(act.action)) {
            (Which::New(unit, role), _) => {
                let days = act.days.unwrap_or(1);
                part::ask(cx, tx, matter, self.number, (unit, *role), days).await
            }
            (Which::Known(part), Some(state)) => part::set(cx, tx, part, state, act.words.as_deref()).await,
            (Which::Known(_), None) => Ok(()),
        }
    }
}
