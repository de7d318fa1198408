//! A meeting's page, and the meetings that a matter's page names.

use db::{Cx, Tx};
use shared::{AppError, Permission, Role};

use super::{is_own, sight, store};
use crate::{
    model::{JointId, JointMatter, JointPage, JointRef, MatterId, PromiseRow, PromiseState},
    server::{posts, sight as matters, store as stored},
};

/// A meeting, as far as the viewer sees it.
///
/// # Errors
/// [`AppError::NotFound`] for who may not see it.
pub async fn page(cx: &Cx, code: &str) -> Result<JointPage, AppError> {
    let mut tx = cx.read().await?;
    let joint = store::by_code(&mut tx, code.trim())
        .await?
        .ok_or(AppError::NotFound)?;
    let promises = store::promises(&mut tx, joint.id).await?;
    let sight = sight(cx, &joint, &promises);
    if !sight.whole() && !sight.public {
        return Err(AppError::NotFound);
    }
    let whole = sight.whole();
    let today = tx.now().date();
    let told = if whole {
        joint.open(cx)?
    } else {
        store::Told::default()
    };
    let mut rows = Vec::new();
    for promise in promises.iter().filter(|_| whole) {
        let told = promise.open(cx)?;
        let open = promise.state == PromiseState::Open;
        rows.push(PromiseRow {
            number: promise.number,
            party: promise.party,
            who: told.who,
            what: told.what,
            unit: promise.unit(),
            role: promise.role.as_deref().and_then(|role| role.parse::<Role>().ok()),
            due: promise.due_on,
            late: open && promise.due_on < today,
            state: promise.state,
            result: told.result,
            ends: open && (sight.keeps || is_own(cx, promise)),
        });
    }
    let targets = if sight.keeps {
        let actor = cx.actor.as_ref().ok_or(AppError::Unauthenticated)?;
        let scope = actor.scope_of(Permission::ReportDispatch);
        posts::within(&mut tx, &scope, &joint.path).await?
    } else {
        Vec::new()
    };
    Ok(JointPage {
        on: joint.held_on,
        today,
        unit: joint.unit(),
        whole,
        place: told.place,
        present: told.present,
        words: told.words,
        matters: about(cx, &mut tx, joint.id).await?,
        promises: rows,
        keeps: sight.keeps,
        targets,
        code: joint.code,
        title: joint.title,
        published: joint.public_text,
    })
}

/// The matters that it is about, those that the viewer may open.
async fn about(cx: &Cx, tx: &mut Tx, joint: JointId) -> Result<Vec<JointMatter>, AppError> {
    let mut rows = Vec::new();
    for id in store::matters(tx, joint).await? {
        let Some(matter) = stored::by_id(tx, id).await? else {
            continue;
        };
        if matters::of(cx, tx, &matter).await?.any() {
            rows.push(JointMatter {
                number: matter.shown_number(),
                state: matter.state,
                petition: matter.petition,
                code: matter.code,
                title: matter.title,
            });
        }
    }
    Ok(rows)
}

/// The meetings that were about a matter, those that the viewer may open.
///
/// # Errors
/// What the database answers.
pub async fn of_matter(cx: &Cx, tx: &mut Tx, matter: MatterId) -> Result<Vec<JointRef>, AppError> {
    let mut refs = Vec::new();
    for joint in store::of_matter(tx, matter).await? {
        let promises = store::promises(tx, joint.id).await?;
        let sight = sight(cx, &joint, &promises);
        if sight.whole() || sight.public {
            refs.push(JointRef {
                code: joint.code,
                title: joint.title,
                on: joint.held_on,
            });
        }
    }
    Ok(refs)
}
