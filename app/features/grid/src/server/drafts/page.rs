//! Drafts as their pages show them.

use std::collections::BTreeSet;

use accounts::server::account;
use db::{Cx, Tx, on};
use shared::{AppError, Date, UserId};

use super::{
    approves, ground, rebase, sees,
    store::{self, Stored},
};
use crate::{
    model::{
        Drawing,
        border::Border,
        coverage::{Unit, differences},
        draft::{Doings, DraftId, DraftPage, DraftRow, DraftState, Standing, StepRow, touched},
    },
    server::geo::{label, svg},
};

/// Parts inside an outline; those that are marked are of the first class.
pub(super) fn draw(units: &[Unit], outline: Option<&Border>, marked: &BTreeSet<&str>) -> Option<Drawing> {
    let shapes: Vec<svg::Outline<'_>> = units
        .iter()
        .map(|unit| svg::Outline {
            code: &unit.code,
            name: &unit.name,
            border: &unit.border,
            label: label::inside(&unit.border)
                .or_else(|| unit.border.bounds().map(crate::model::Bounds::centre))
                .unwrap_or_default(),
            class: marked.contains(unit.code.as_str()).then_some(0),
        })
        .collect();
    svg::draw(&shapes, outline)
}

/// The name of an account; of one that is gone, that.
pub(super) async fn name(cx: &Cx, tx: &mut Tx, user: UserId) -> Result<String, AppError> {
    match account::by_id(tx, user).await? {
        Some(account) => Ok(account.name(cx.keys())?),
        None => Ok("已注销的账号".to_owned()),
    }
}

pub(super) async fn row(cx: &Cx, tx: &mut Tx, draft: &Stored) -> Result<DraftRow, AppError> {
    Ok(DraftRow {
        id: draft.id,
        code: draft.code.to_string(),
        name: draft.name.clone(),
        author: name(cx, tx, draft.author_id).await?,
        mine: cx.who().user == Some(draft.author_id),
        state: draft.state(),
        reason: draft.reason.clone(),
        effective_on: draft.effective_on,
        updated_at: draft.updated_at,
    })
}

/// What the caller may do with a draft.
async fn doings(cx: &Cx, tx: &mut Tx, draft: &Stored) -> Result<Doings, AppError> {
    let mine = cx.who().user == Some(draft.author_id);
    let state = draft.state();
    let drew = match cx.who().user {
        Some(user) => store::drew(tx, draft, user).await?,
        None => false,
    };
    Ok(Doings {
        decide: !drew && state == DraftState::Proposed && approves(cx).covers(&draft.path),
        withdraw: mine
            && matches!(
                state,
                DraftState::Drafted | DraftState::Proposed | DraftState::Approved
            ),
        reopen: mine && matches!(state, DraftState::Refused | DraftState::Withdrawn),
        edit: mine && state == DraftState::Drafted,
    })
}

/// A draft's own page.
///
/// # Errors
/// [`AppError::NotFound`] for those who are not shown it, or what the database answers.
pub async fn one(cx: &Cx, id: DraftId) -> Result<DraftPage, AppError> {
    let mut tx = cx.read().await?;
    let draft = store::by_id(&mut tx, id).await?.filter(|draft| sees(cx, draft));
    let draft = draft.ok_or(AppError::NotFound)?;
    let (now, synthetic) = ground::now(&mut tx, draft.node_id).await?;
    let base = &draft.base.0;
    let (units, ended) = match &draft.result {
        Some(result) if draft.state() != DraftState::Drafted => {
            (result.0.units.clone(), result.0.ended.clone())
        }
        _ => {
            let (coverage, _) = rebase::led_to(&draft)?;
            (coverage.units().to_vec(), coverage.ended().clone())
        }
    };
    let told = differences(&base.ground.units, &units, &ended);
    let touches = touched(&told);
    let marked: BTreeSet<&str> = touches.iter().map(String::as_str).collect();
    let waits = matches!(
        draft.state(),
        DraftState::Drafted | DraftState::Proposed | DraftState::Approved
    );
    let conflict = match rebase::standing(&draft, &now).ok().filter(|_| waits) {
        Some(Standing::Conflict(codes)) => rebase::names(&codes, [base, &now]),
        _ => Vec::new(),
    };
    let late = matches!(draft.state(), DraftState::Drafted | DraftState::Proposed)
        && draft.effective_on.is_some_and(|day| day < tx.now().date());
    let stay = ground::with_parts(&mut tx, draft.node_id).await?;
    let mut steps = Vec::new();
    for (state, who, at, words) in store::steps(&mut tx, id).await? {
        steps.push(StepRow {
            state: DraftState::from_code(&state).unwrap_or(DraftState::Drafted),
            who: match who {
                Some(user) => Some(name(cx, &mut tx, user).await?),
                None => None,
            },
            at,
            words,
        });
    }
    Ok(DraftPage {
        row: row(cx, &mut tx, &draft).await?,
        version: draft.version,
        basis: draft.basis.clone(),
        since: since(&mut tx, id).await?,
        late,
        before: draw(&base.ground.units, base.ground.outline.as_ref(), &marked),
        after: draw(&units, base.ground.outline.as_ref(), &marked),
        parts_follow: stay
            .into_iter()
            .filter(|(code, _)| touches.contains(code))
            .map(|(_, name)| name)
            .collect(),
        differences: told,
        steps,
        doings: doings(cx, &mut tx, &draft).await?,
        conflict,
        synthetic,
    })
}

/// From which day on the borders of a draft have held; `None` where none has.
async fn since(tx: &mut Tx, id: DraftId) -> Result<Option<Date>, AppError> {
    const SINCE: &str = "select min(valid_from) from area where draft_id = $1";
    Ok(on!(tx, |c| sqlx::query_scalar(SINCE)
        .bind(id)
        .fetch_one(c)
        .await)?)
}
