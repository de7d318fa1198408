//! What the demonstration writes: as the services do, but with times of its own, and without tasks and notices.

use db::{DbError, Tx};
use shared::{AppError, Date, NodeId, Role, UserId};

use super::{desk as desks, people, record, store};
use crate::model::{
    Action, Agreement, By, CaseId, Door, How, Kept, Kind, Part, Person, PersonId, Shape, Sitting, Standing,
};

/// A case as it is made up.
#[derive(Debug)]
pub struct New<'a> {
    pub code: &'a str,
    pub node: NodeId,
    pub year: i64,
    pub number: i64,
    pub kind: Kind,
    pub title: &'a str,
    pub desk: (NodeId, Role),
    pub words: &'a str,
    pub wish: &'a str,
}

/// Where it would be taken.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn desk(tx: &mut Tx, path: &str) -> Result<Option<(NodeId, Role)>, DbError> {
    desks::nearest(tx, path).await
}

/// # Errors
/// What the database answers.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<CaseId, AppError> {
    let id: CaseId = tx.id();
    let told = store::Told {
        words: new.words.to_owned(),
        wish: new.wish.to_owned(),
    };
    let (unit, role) = new.desk;
    let case = store::New {
        id,
        code: new.code,
        node: new.node,
        year: new.year,
        number: new.number,
        kind: new.kind,
        title: new.title,
        unit,
        role,
        matter: None,
        entered_by: None,
        told: &told,
    };
    store::insert(tx, &case).await?;
    Ok(id)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add(
    tx: &mut Tx,
    case: CaseId,
    part: Part,
    user: Option<UserId>,
    person: &Person,
) -> Result<PersonId, DbError> {
    people::add(tx, case, part, user, person).await
}

/// A step after which the case stands so; `clause` is the one that is kept by then.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn step(
    tx: &mut Tx,
    case: CaseId,
    standing: &Standing,
    action: Action,
    by: By,
    user: Option<UserId>,
    clause: Option<i64>,
    words: Option<&str>,
) -> Result<(), DbError> {
    let ends = matches!(action, Action::Refuse | Action::GiveUp | Action::Fail);
    let door = if action == Action::Refuse {
        Door::Arbitration
    } else {
        Door::Court
    };
    let step = record::NewStep {
        number: standing.steps,
        action,
        state: standing.state,
        by,
        user,
        at: standing.at,
        how: (action == Action::Ask).then_some(How::Phone),
        door: ends.then_some(door),
        clause: clause.map(|number| (number, Kept::Kept)),
        seen: action.rule().seen,
        words,
    };
    record::add_step(tx, case, &step).await?;
    Ok(())
}

/// # Errors
/// What the database answers.
pub async fn session(
    tx: &mut Tx,
    case: CaseId,
    sitting: &Sitting,
    words: &str,
    by: UserId,
) -> Result<(), AppError> {
    record::add_session(tx, case, sitting, words, Some(by)).await
}

/// # Errors
/// What the database answers.
pub async fn agree(tx: &mut Tx, case: CaseId, agreement: &Agreement, shape: Shape) -> Result<(), AppError> {
    store::set_agreement(tx, case, agreement, shape).await
}

/// # Errors
/// [`DbError::Sql`].
pub async fn effect(tx: &mut Tx, case: CaseId, on: Date) -> Result<(), DbError> {
    store::set_effective(tx, case, on).await
}
