//! Two who changed the same parts: the second is shown the difference, and chooses.

use std::collections::BTreeSet;

use db::Cx;
use shared::AppError;

use super::{
    ground, page,
    store::{self, Stored},
};
use crate::model::{
    coverage::{Coverage, Op, Unit, differences, same_ground},
    draft::{Base, Choice, Conflict, DraftId, DraftState, Outcome, Standing, replay, touched},
};

/// What a draft leads to, and the parts that it changes.
pub(super) fn led_to(draft: &Stored) -> Result<(Coverage, BTreeSet<String>), AppError> {
    let ground = &draft.base.0.ground;
    let coverage = replay(ground, draft.counting()).map_err(super::edit::refused)?;
    let told = differences(&ground.units, coverage.units(), coverage.ended());
    Ok((coverage, touched(&told)))
}

/// How the stored borders stand to a draft.
pub(super) fn standing(draft: &Stored, now: &Base) -> Result<Standing, AppError> {
    let (coverage, touches) = led_to(draft)?;
    let outcome = Outcome::from(&coverage);
    Ok(Standing::of(
        &draft.base.0,
        now,
        draft.counting(),
        &outcome,
        &touches,
    ))
}

/// The names of parts, as far as they are known.
pub(super) fn names(codes: &BTreeSet<String>, bases: [&Base; 2]) -> Vec<String> {
    let name = |code: &String| {
        let units = bases.iter().flat_map(|base| &base.ground.units);
        units
            .filter(|unit| unit.code == *code)
            .map(|unit| unit.name.clone())
            .next()
    };
    codes
        .iter()
        .map(|code| name(code).unwrap_or_else(|| code.clone()))
        .collect()
}

/// The difference as it is shown; none where there is nothing to choose.
pub(super) fn conflict(draft: &Stored, now: &Base) -> Result<Option<Conflict>, AppError> {
    let Standing::Conflict(codes) = standing(draft, now)? else {
        return Ok(None);
    };
    let (coverage, touches) = led_to(draft)?;
    let all = draft.counting();
    let marked: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    Ok(Some(Conflict {
        names: names(&codes, [&draft.base.0, now]),
        mine: page::draw(coverage.units(), draft.base.0.ground.outline.as_ref(), &marked),
        theirs: page::draw(&now.ground.units, now.ground.outline.as_ref(), &marked),
        again: (again(now, all).len(), all.len()),
        can_put: Coverage::new(&now.ground)
            .apply(&put(&coverage, &touches, now))
            .is_ok(),
    }))
}

/// The steps that can be done again.
fn again(now: &Base, ops: &[Op]) -> Vec<Op> {
    let mut coverage = Coverage::new(&now.ground);
    let mut kept = Vec::new();
    for op in ops {
        if let Ok(next) = coverage.apply(op) {
            coverage = next;
            kept.push(op.clone());
        }
    }
    kept
}

/// One's own borders over the other's: of every part that either has changed.
fn put(mine: &Coverage, touches: &BTreeSet<String>, now: &Base) -> Op {
    let wanted = |unit: &&Unit| {
        let theirs = now.ground.units.iter().find(|known| known.code == unit.code);
        touches.contains(&unit.code) || theirs.is_none_or(|theirs| !same_ground(&theirs.border, &unit.border))
    };
    Op::Put {
        units: mine.units().iter().filter(wanted).cloned().collect(),
    }
}

/// Chooses. What the draft was before stays as a draft that was withdrawn; answers with how many steps were left out.
///
/// # Errors
/// [`AppError::NotFound`] unless it is one's own, [`AppError::Conflict`] if it was changed meanwhile,
/// [`AppError::Invalid`] if the choice cannot be carried out, or what the database answers.
pub async fn rebase(cx: &Cx, id: DraftId, version: i64, choice: Choice) -> Result<usize, AppError> {
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let draft = store::lock(&mut tx, id)
        .await?
        .filter(|draft| draft.author_id == user);
    let draft = draft.ok_or(AppError::NotFound)?;
    if draft.state() != DraftState::Drafted || draft.version != version {
        return Err(AppError::Conflict(
            "这份草稿在别处改过，或者已经提交。请刷新后再选。".into(),
        ));
    }
    if choice == Choice::Theirs {
        let words = "别人先改了同样的网格，用了对方的。";
        store::step(&mut tx, &draft, DraftState::Withdrawn, Some(user), None, words).await?;
        super::tell(&mut tx, &draft, "grid.draft.withdrawn").await?;
        tx.commit().await?;
        return Ok(0);
    }
    let (now, _) = ground::now(&mut tx, draft.node_id).await?;
    let ops = match choice {
        Choice::Again => again(&now, draft.counting()),
        _ => {
            let (coverage, touches) = led_to(&draft)?;
            vec![put(&coverage, &touches, &now)]
        }
    };
    replay(&now.ground, &ops).map_err(|(_, refusal)| AppError::invalid("", refusal.to_string()))?;
    let copy: DraftId = cx.id();
    let old = store::New {
        id: copy,
        node: draft.node_id,
        author: user,
        state: DraftState::Withdrawn,
        reason: &draft.reason,
        basis: &draft.basis,
        base: &draft.base.0,
        ops: &draft.ops.0,
        done: draft.done(),
    };
    store::insert(&mut tx, old).await?;
    store::copy_drawers(&mut tx, draft.id, copy).await?;
    if let Some(copy) = store::by_id(&mut tx, copy).await? {
        let words = "在新的边界上重做之前的原稿。";
        store::step(&mut tx, &copy, DraftState::Withdrawn, Some(user), None, words).await?;
    }
    store::rebase(&mut tx, &draft, &now, &ops).await?;
    let left_out = if choice == Choice::Again {
        draft.counting().len() - ops.len()
    } else {
        0
    };
    tx.commit().await?;
    Ok(left_out)
}
