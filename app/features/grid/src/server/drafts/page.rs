//! Drafts as their pages show them.

use std::collections::BTreeSet;

use accounts::server::account;
use db::{Cx, EngineSql, Json, Tx, on, rows};
use shared::{AppError, UserId};

use super::{
    approves, ground, rebase, sees,
    store::{self, Stored},
};
use crate::{
    model::{
        Drawing,
        border::Border,
        coverage::{Unit, differences},
        draft::{Doings, DraftId, DraftList, DraftPage, DraftRow, DraftState, Standing, StepRow, touched},
    },
    server::geo::{label, svg},
};

/// Drafts of one list.
const LISTED: i64 = 100;

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
async fn name(cx: &Cx, tx: &mut Tx, user: UserId) -> Result<String, AppError> {
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
pub(super) fn doings(cx: &Cx, draft: &Stored) -> Doings {
    let mine = cx.who().user == Some(draft.author_id);
    let state = draft.state();
    Doings {
        decide: !mine && state == DraftState::Proposed && approves(cx).covers(&draft.path),
        withdraw: mine
            && matches!(
                state,
                DraftState::Drafted | DraftState::Proposed | DraftState::Approved
            ),
        reopen: mine && matches!(state, DraftState::Refused | DraftState::Withdrawn),
        edit: mine && state == DraftState::Drafted,
    }
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
        before: draw(&base.ground.units, base.ground.outline.as_ref(), &marked),
        after: draw(&units, base.ground.outline.as_ref(), &marked),
        parts_stay: stay
            .into_iter()
            .filter(|(code, _)| touches.contains(code))
            .map(|(_, name)| name)
            .collect(),
        differences: told,
        steps,
        doings: doings(cx, &draft),
        conflict,
        synthetic,
    })
}

/// The drafts that the caller is shown, the latest first.
///
/// # Errors
/// What the database answers.
pub async fn list(cx: &Cx) -> Result<DraftList, AppError> {
    const MINE: &str = "select id from grid_draft where author_id = $1 order by updated_at desc, id limit $2";
    // Where the caller draws or approves: the unit lies in their scope, or their own place in the unit.
    const HANDED_IN: EngineSql = rows!(
        "select d.id from grid_draft d join node n on n.id = d.node_id where d.state <> 'drafted' and d.author_id <> $2 and exists (select 1 from ",
        (lo: text, hi: text),
        " where (n.path >= r.lo and n.path < r.hi) or substr(r.lo, 1, length(n.path)) = n.path) order by d.updated_at desc, d.id limit $3"
    );
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let mut found = DraftList {
        waiting: Vec::new(),
        mine: Vec::new(),
        others: Vec::new(),
    };
    let mine: Vec<DraftId> = on!(tx, |c| sqlx::query_scalar(MINE)
        .bind(user)
        .bind(LISTED)
        .fetch_all(c)
        .await)?;
    for id in mine {
        if let Some(draft) = store::by_id(&mut tx, id).await? {
            found.mine.push(row(cx, &mut tx, &draft).await?);
        }
    }
    let (sql, ranges) = (tx.sql(HANDED_IN), cx.scope.ranges());
    let ids: Vec<DraftId> = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(&ranges))
        .bind(user)
        .bind(LISTED)
        .fetch_all(c)
        .await)?;
    for id in ids {
        let Some(draft) = store::by_id(&mut tx, id).await? else {
            continue;
        };
        let told = row(cx, &mut tx, &draft).await?;
        if doings(cx, &draft).decide {
            found.waiting.push(told);
        } else {
            found.others.push(told);
        }
    }
    Ok(found)
}

/// How many drafts wait for the caller to decide.
///
/// # Errors
/// What the database answers.
pub async fn waiting(cx: &Cx) -> Result<usize, AppError> {
    const PROPOSED: EngineSql = rows!(
        "select count(*) from grid_draft d join node n on n.id = d.node_id where d.state = 'proposed' and d.author_id <> $2 and exists (select 1 from ",
        (lo: text, hi: text),
        " where n.path >= r.lo and n.path < r.hi)"
    );
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let (sql, ranges) = (tx.sql(PROPOSED), approves(cx).ranges());
    let count: i64 = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(&ranges))
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(usize::try_from(count).unwrap_or_default())
}
