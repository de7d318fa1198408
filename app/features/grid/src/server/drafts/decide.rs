//! Handing in, approving, refusing, withdrawing.

use std::collections::BTreeSet;

use db::{Cx, Tx};
use notices::model::Kind;
use orgs::{model::Code, server::store as units};
use shared::{AppError, Scope, UserId};

use super::{
    approves, effect, ground, news, rebase, sees,
    store::{self, Stored},
    tell,
};
use crate::model::{
    coverage::{Coverage, check::check, differences},
    draft::{DraftId, DraftState, Outcome, Proposal, Standing, fits, touched, words},
};

fn changed_meanwhile() -> AppError {
    AppError::Conflict("这份草稿在别处改过了。请刷新后再看一遍。".into())
}

/// The draft, for something that may be done in certain states; who may not see it is not told that it is there.
async fn begin(
    cx: &Cx,
    tx: &mut Tx,
    id: DraftId,
    version: i64,
    states: &[DraftState],
) -> Result<Stored, AppError> {
    let draft = store::lock(tx, id)
        .await?
        .filter(|draft| sees(cx, draft))
        .ok_or(AppError::NotFound)?;
    if !states.contains(&draft.state()) {
        let label = draft.state().label();
        return Err(AppError::Conflict(format!(
            "这份草稿现在是“{label}”，不能这样办了。"
        )));
    }
    if draft.version != version {
        return Err(changed_meanwhile());
    }
    Ok(draft)
}

fn own(draft: Stored, user: UserId) -> Result<Stored, AppError> {
    if draft.author_id == user {
        Ok(draft)
    } else {
        Err(AppError::NotFound)
    }
}

async fn step(
    tx: &mut Tx,
    draft: &Stored,
    state: DraftState,
    who: Option<UserId>,
    decided_by: Option<UserId>,
    words: &str,
) -> Result<(), AppError> {
    if store::step(tx, draft, state, who, decided_by, words).await? {
        Ok(())
    } else {
        Err(changed_meanwhile())
    }
}

/// What a draft leads to on the borders as they are stored now.
///
/// # Errors
/// [`AppError::Conflict`] if somebody else has changed the same parts.
pub(super) async fn outcome(
    tx: &mut Tx,
    draft: &Stored,
) -> Result<(Coverage, BTreeSet<String>, bool), AppError> {
    let (now, synthetic) = ground::now(tx, draft.node_id).await?;
    let (drawn, touches) = rebase::led_to(draft)?;
    let coverage = match rebase::standing(draft, &now)? {
        Standing::Same => drawn,
        Standing::Moved(coverage) => *coverage,
        Standing::Conflict(codes) => {
            let names = rebase::names(&codes, [&draft.base.0, &now]).join("、");
            return Err(AppError::Conflict(format!(
                "{names}的边界在这期间已经被别人改过。请起草的人打开草稿，看过不同之处再选怎么办。"
            )));
        }
    };
    Ok((coverage, touches, synthetic))
}

/// Another draft that waits for its day and changes the same parts.
async fn in_the_way(tx: &mut Tx, draft: &Stored, touches: &BTreeSet<String>) -> Result<(), AppError> {
    for other in store::pending(tx, draft.node_id).await? {
        if other.id == draft.id || other.state() != DraftState::Approved {
            continue;
        }
        let (_, theirs) = rebase::led_to(&other)?;
        if !theirs.is_disjoint(touches) {
            let day = other.effective_on.map(shared::Date::zh).unwrap_or_default();
            return Err(AppError::Conflict(format!(
                "另一份已经通过的草稿改了同样的网格，{day} 生效。等它生效以后，这份草稿会列出不同之处让起草的人选；或者请先撤回那一份。"
            )));
        }
    }
    Ok(())
}

/// Whether what was drawn may be handed in.
async fn judge(tx: &mut Tx, scope: &Scope, draft: &Stored, coverage: &Coverage) -> Result<(), AppError> {
    let ground = &draft.base.0.ground;
    let told = differences(&ground.units, coverage.units(), coverage.ended());
    if told.is_empty() {
        return Err(AppError::invalid("", "还没有改任何边界，没有可以提交的。"));
    }
    // A gap that was there before is nobody's fault who draws something else.
    let begun = Coverage::new(ground);
    let metres = |coverage: &Coverage| -> f64 {
        let gaps = coverage
            .faults()
            .into_iter()
            .filter(|fault| !fault.kind.is_allowed());
        gaps.filter_map(|fault| fault.metres).sum()
    };
    if metres(coverage) > metres(&begun) + 1.0 {
        return Err(AppError::invalid(
            "",
            "改出了没有划给任何网格的空隙，请先把它划给旁边的网格。",
        ));
    }
    // Once more from scratch: the browser that drew it is believed nothing.
    let parts: Vec<_> = coverage
        .units()
        .iter()
        .map(|unit| (unit.name.as_str(), &unit.border))
        .collect();
    let gaps_allowed = metres(&begun) > 0.0;
    let wrong = check(coverage.outline(), &parts, 5)
        .into_iter()
        .find(|fault| !gaps_allowed || fault.kind != crate::model::coverage::check::Wrong::Gap);
    if let Some(fault) = wrong {
        let names = fault.names.join("、");
        return Err(AppError::invalid(
            "",
            format!("{names}：{}，在{}。", fault.kind.label(), fault.at.told()),
        ));
    }
    let own: Vec<String> = told
        .iter()
        .map(|one| format!("{}{}/", draft.path, one.code))
        .collect();
    if !scope.covers(&draft.path) && !own.iter().any(|path| scope.covers(path)) {
        return Err(AppError::invalid(
            "",
            "改动里没有您负责的网格，请由负责那里的人来提。",
        ));
    }
    for unit in coverage
        .units()
        .iter()
        .filter(|unit| !coverage.began_with().contains(&unit.code))
    {
        if ground.bare.iter().any(|bare| bare.code == unit.code) {
            continue;
        }
        if !fits(&unit.code, &draft.code) {
            let message = format!(
                "“{}”的代码 {} 不对，应以 {} 开头。",
                unit.name, unit.code, draft.code
            );
            return Err(AppError::invalid("", message));
        }
        let code: Code = unit.code.parse().map_err(|_| AppError::NotFound)?;
        if units::by_code(tx, &code).await?.is_some() {
            return Err(AppError::invalid(
                "",
                format!("代码 {code} 已经有单位在用，请换一个。"),
            ));
        }
    }
    Ok(())
}

/// Hands a draft in.
///
/// # Errors
/// [`AppError::NotFound`] unless it is one's own, [`AppError::Invalid`] with what is still wrong, [`AppError::Conflict`] if
/// somebody else has changed the same parts, or what the database answers.
pub async fn propose(cx: &Cx, id: DraftId, version: i64, proposal: &Proposal) -> Result<(), AppError> {
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let draft = begin(cx, &mut tx, id, version, &[DraftState::Drafted]).await?;
    let draft = own(draft, user)?;
    let (coverage, touches, _) = outcome(&mut tx, &draft).await?;
    judge(&mut tx, &cx.scope, &draft, &coverage).await?;
    in_the_way(&mut tx, &draft, &touches).await?;
    store::hand_in(&mut tx, &draft, proposal, &Outcome::from(&coverage)).await?;
    step(&mut tx, &draft, DraftState::Proposed, Some(user), None, "").await?;
    tell(&mut tx, &draft, "grid.draft.proposed").await?;
    news::proposed(cx, &mut tx, &draft).await?;
    Ok(tx.commit().await?)
}

/// Approves what somebody else drew. If its day has come, it takes effect at once; if it has gone by, from today on.
///
/// # Errors
/// [`AppError::NotFound`] outside one's scope, [`AppError::Forbidden`] for one's own draft, [`AppError::Conflict`] if
/// somebody else has changed the same parts, or what the database answers.
pub async fn approve(cx: &Cx, id: DraftId, version: i64, said: &str) -> Result<(), AppError> {
    let user = cx.user()?;
    let said = words(said, false)?;
    let mut tx = cx.write().await?;
    let draft = deciding(cx, &mut tx, id, version).await?;
    let (coverage, touches, _) = outcome(&mut tx, &draft).await?;
    must_be_what_was_seen(&draft, &coverage)?;
    in_the_way(&mut tx, &draft, &touches).await?;
    step(
        &mut tx,
        &draft,
        DraftState::Approved,
        Some(user),
        Some(user),
        said,
    )
    .await?;
    tell(&mut tx, &draft, "grid.draft.approved").await?;
    let today = tx.now().date();
    if draft.effective_on.is_some_and(|day| day <= today) {
        let approved = store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
        // That it holds says that it was approved.
        effect::put_into_effect(cx, &mut tx, &approved).await?;
    } else {
        news::approved(&mut tx, &draft).await?;
    }
    Ok(tx.commit().await?)
}

async fn deciding(cx: &Cx, tx: &mut Tx, id: DraftId, version: i64) -> Result<Stored, AppError> {
    let draft = begin(cx, tx, id, version, &[DraftState::Proposed]).await?;
    if !approves(cx).covers(&draft.path) {
        return Err(AppError::NotFound);
    }
    if store::drew(tx, &draft, cx.user()?).await? {
        return Err(AppError::Forbidden);
    }
    Ok(draft)
}

/// What the approver has seen is what was handed in; where others have moved on beside it, the parts that it changes must
/// still come out the same.
fn must_be_what_was_seen(draft: &Stored, coverage: &Coverage) -> Result<(), AppError> {
    let seen = draft
        .result
        .as_ref()
        .map(|result| &result.0)
        .ok_or_else(changed_meanwhile)?;
    let base = &draft.base.0.ground.units;
    let touches = touched(&differences(base, &seen.units, &seen.ended));
    let same = touches.iter().all(|code| {
        let then = seen.units.iter().find(|unit| unit.code == *code);
        match (then, coverage.unit(code)) {
            (None, None) => true,
            (Some(then), Some(now)) => crate::model::coverage::same_ground(&then.border, &now.border),
            _ => false,
        }
    });
    if same { Ok(()) } else { Err(changed_meanwhile()) }
}

/// Refuses what somebody else drew, with the reason.
///
/// # Errors
/// As [`approve`]; [`AppError::Invalid`] without a reason.
pub async fn refuse(cx: &Cx, id: DraftId, version: i64, said: &str) -> Result<(), AppError> {
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let draft = deciding(cx, &mut tx, id, version).await?;
    let said = words(said, true)?;
    step(&mut tx, &draft, DraftState::Refused, Some(user), Some(user), said).await?;
    tell(&mut tx, &draft, "grid.draft.refused").await?;
    news::sent_back(&mut tx, &draft, Kind::BorderRefused, said).await?;
    Ok(tx.commit().await?)
}

/// Takes one's own draft back, until it is in effect.
///
/// # Errors
/// [`AppError::NotFound`] unless it is one's own, [`AppError::Conflict`] if it is too late, or what the database answers.
pub async fn withdraw(cx: &Cx, id: DraftId, version: i64) -> Result<(), AppError> {
    let user = cx.user()?;
    let states = [DraftState::Drafted, DraftState::Proposed, DraftState::Approved];
    let mut tx = cx.write().await?;
    let draft = own(begin(cx, &mut tx, id, version, &states).await?, user)?;
    step(&mut tx, &draft, DraftState::Withdrawn, Some(user), None, "").await?;
    tell(&mut tx, &draft, "grid.draft.withdrawn").await?;
    news::settled(&mut tx, &draft).await?;
    Ok(tx.commit().await?)
}

/// Goes on drawing what was refused or withdrawn.
///
/// # Errors
/// As [`withdraw`]; [`AppError::Conflict`] too if another draft of the unit is being drawn.
pub async fn reopen(cx: &Cx, id: DraftId, version: i64) -> Result<String, AppError> {
    let user = cx.user()?;
    let states = [DraftState::Refused, DraftState::Withdrawn];
    let mut tx = cx.write().await?;
    let draft = own(begin(cx, &mut tx, id, version, &states).await?, user)?;
    if store::open_of(&mut tx, draft.node_id, user).await?.is_some() {
        return Err(AppError::Conflict(
            "您还有一份这里的草稿没有提交。请先提交或者撤回那一份，再接着改这一份。".into(),
        ));
    }
    step(&mut tx, &draft, DraftState::Drafted, Some(user), None, "").await?;
    tell(&mut tx, &draft, "grid.draft.reopened").await?;
    news::settled(&mut tx, &draft).await?;
    tx.commit().await?;
    Ok(draft.code.to_string())
}
