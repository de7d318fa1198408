//! Drawing: what the page begins with, and keeping what was done.

use db::{Cx, Tx};
use orgs::model::{Code, Node};
use shared::{AppError, UserId};

use super::{ground, page, rebase, store, unit};
use crate::{
    model::{
        coverage::{Op, Refusal},
        draft::{Base, DraftId, DraftState, Editing, OpenDraft, Saved, replay},
    },
    server::Settings,
};

/// Steps of one draft.
const MOST_STEPS: usize = 500;

/// What the page for drawing shows: one's own draft where there is one.
///
/// # Errors
/// [`AppError::NotFound`] outside one's scope, [`AppError::Invalid`] for a unit whose parts are not drawn, or what the
/// database answers.
pub async fn editing(cx: &Cx, settings: &Settings, code: &Code) -> Result<Editing, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let node = unit(cx, &mut tx, code).await?;
    let (now, synthetic) = ground::now(&mut tx, node.id).await?;
    let draft = store::open_of(&mut tx, node.id, user).await?;
    let mut used = ground::used(&mut tx, node.id).await?;
    let pending = store::pending(&mut tx, node.id).await?;
    // What somebody has handed in may take its code any day.
    used.extend(
        pending
            .iter()
            .filter_map(|draft| draft.result.as_ref())
            .flat_map(|result| result.0.units.iter().map(|unit| unit.code.clone())),
    );
    used.sort();
    used.dedup();
    let conflict = match &draft {
        Some(draft) => rebase::conflict(draft, &now)?,
        None => None,
    };
    let mut others = Vec::new();
    for draft in pending.iter().filter(|draft| draft.author_id != user) {
        others.push(page::row(cx, &mut tx, draft).await?);
    }
    let base = draft.as_ref().map_or(&now, |draft| &draft.base.0);
    let shown = draft
        .as_ref()
        .and_then(|draft| replay(&base.ground, draft.counting()).ok());
    let units = shown
        .as_ref()
        .map_or(base.ground.units.as_slice(), |coverage| coverage.units());
    Ok(Editing {
        drawing: page::draw(units, base.ground.outline.as_ref(), &Default::default()),
        ground: base.ground.clone(),
        draft: draft.as_ref().map(|draft| OpenDraft {
            id: draft.id,
            version: draft.version,
            ops: draft.ops.0.clone(),
            done: draft.done(),
            reason: draft.reason.clone(),
            basis: draft.basis.clone(),
            effective_on: draft.effective_on,
            saved_at: draft.updated_at,
        }),
        conflict,
        used,
        today: cx.now().date(),
        script: settings.edit_script.clone(),
        options: settings.basemap().map_or_else(String::new, |basemap| {
            serde_json::json!({ "basemap": basemap }).to_string()
        }),
        others,
        synthetic,
        code: node.code.to_string(),
        name: node.name,
        kind: node.kind,
        path: node.path,
    })
}

/// Whether the caller draws there at all.
///
/// # Errors
/// As [`editing`].
pub async fn may_draw(cx: &Cx, code: &Code) -> Result<(), AppError> {
    let mut tx = cx.read().await?;
    unit(cx, &mut tx, code).await?;
    Ok(())
}

/// In words, which step cannot be done.
pub(super) fn refused((number, refusal): (usize, Refusal)) -> AppError {
    AppError::invalid("", format!("第 {} 步做不了：{refusal}", number + 1))
}

/// Keeps what was done so far, of which `done` steps count. The first time it begins a draft.
///
/// Whether the steps can be done is reckoned beside the database: SQLite has one writer, who must not wait for that.
///
/// # Errors
/// [`AppError::Conflict`] if it was changed elsewhere meanwhile, [`AppError::Invalid`] if the steps cannot be done,
/// [`AppError::NotFound`], or what the database answers.
pub async fn save(
    cx: &Cx,
    code: &Code,
    known: Option<(DraftId, i64)>,
    ops: Vec<Op>,
    done: usize,
) -> Result<Saved, AppError> {
    let user = cx.user()?;
    if ops.len() > MOST_STEPS || done > ops.len() {
        return Err(AppError::invalid(
            "",
            "这份草稿的步骤太多了，请先提交，生效后再接着改。",
        ));
    }
    let (node, base) = {
        let mut tx = cx.read().await?;
        let node = unit(cx, &mut tx, code).await?;
        let base = base(&mut tx, &node, user, known).await?;
        (node, base)
    };
    let (base, ops) = can_be_done(base, ops, done).await?;
    let mut tx = cx.write().await?;
    let saved = match known {
        Some((id, version)) => {
            // Whatever it was reckoned on, its borders too, has another version once it has changed.
            if !store::save(&mut tx, id, version, &ops, done).await? {
                return Err(changed_elsewhere());
            }
            (id, version + 1)
        }
        None => {
            let id = cx.id();
            let new = store::New {
                id,
                node: node.id,
                author: user,
                state: DraftState::Drafted,
                reason: "",
                basis: "",
                base: &base,
                ops: &ops,
                done,
            };
            match store::insert(&mut tx, new).await {
                Err(error) if error.is_unique_violation() => {
                    return Err(AppError::Conflict(
                        "您在别处已经开始改这里了。请刷新，接着那一份改。".into(),
                    ));
                }
                other => other?,
            }
            (id, 1)
        }
    };
    let at = tx.now();
    tx.commit().await?;
    Ok(Saved {
        id: saved.0,
        version: saved.1,
        at,
    })
}

fn changed_elsewhere() -> AppError {
    AppError::Conflict("这份草稿在别处改过，或者已经提交。请刷新后接着改。".into())
}

/// What one's own draft was begun from, or what a new one begins with.
async fn base(
    tx: &mut Tx,
    node: &Node,
    user: UserId,
    known: Option<(DraftId, i64)>,
) -> Result<Base, AppError> {
    let Some((id, version)) = known else {
        return Ok(ground::now(tx, node.id).await?.0);
    };
    let draft = store::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    if draft.author_id != user || draft.node_id != node.id {
        return Err(AppError::NotFound);
    }
    if draft.version != version || draft.state() != DraftState::Drafted {
        return Err(changed_elsewhere());
    }
    Ok(draft.base.0)
}

/// Does the steps that count, on a thread that serves no requests: hundreds of them on large borders take a while.
async fn can_be_done(base: Base, ops: Vec<Op>, done: usize) -> Result<(Base, Vec<Op>), AppError> {
    let work = move || {
        let counting = ops.get(..done).unwrap_or(&ops);
        let led_to = replay(&base.ground, counting).map(|_| ());
        led_to.map_err(refused).map(|()| (base, ops))
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| db::internal(&error))?
}
