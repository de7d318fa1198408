//! A draft takes effect: borders, the organisation and the draft change in one transaction.

use std::collections::BTreeMap;

use db::{Audit, Cx, Event, NewJob, Tx};
use notices::model::Kind;
use orgs::{
    model::{Node, NodeKind},
    server::store as units,
};
use shared::{AppError, NodeId, RecordId};

use super::{
    decide,
    follow::{self, Moved},
    ground, micro, news,
    reorganise::reorganise,
    store::{self, Stored},
};
use crate::{
    model::{
        coverage::{Coverage, Unit},
        draft::{Base, DraftId, DraftState},
    },
    server::{
        geo::{area, check::Area, label},
        jobs::GROUND_MOVED,
        store as areas,
    },
};

/// Puts into effect every approved draft whose day has come. One that cannot be, for borders have changed since it was
/// approved, goes back to its author, who is told why. One that fails otherwise holds up none of the others: it is tried again.
///
/// # Errors
/// What the database answers.
pub async fn put_due(cx: &Cx) -> Result<usize, AppError> {
    let due = {
        let mut tx = cx.read().await?;
        let today = tx.now().date();
        store::due(&mut tx, today).await?
    };
    let mut put = 0;
    for id in due {
        match put_one(cx, id).await {
            Ok(done) => put += usize::from(done),
            Err(error) => {
                tracing::error!(draft = %id, %error, "a draft cannot take effect; it is tried again")
            }
        }
    }
    Ok(put)
}

async fn put_one(cx: &Cx, id: DraftId) -> Result<bool, AppError> {
    let mut tx = cx.write().await?;
    let Some(draft) = store::lock(&mut tx, id)
        .await?
        .filter(|draft| draft.state() == DraftState::Approved)
    else {
        return Ok(false);
    };
    let words = match put_into_effect(cx, &mut tx, &draft).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(true);
        }
        Err(AppError::Conflict(words)) => words,
        Err(AppError::Invalid(faults)) => faults.into_iter().map(|fault| fault.message).collect(),
        Err(AppError::NotFound) => "改动里的单位已经不在了。".to_owned(),
        Err(error) => return Err(error),
    };
    drop(tx);
    let mut tx = cx.write().await?;
    let said = format!("到了生效的日子，没有生效：{words}");
    if store::step(&mut tx, &draft, DraftState::Refused, None, None, &said).await? {
        super::tell(&mut tx, &draft, "grid.draft.refused").await?;
        news::sent_back(&mut tx, &draft, Kind::BorderFailed, &words).await?;
        tx.commit().await?;
    }
    Ok(false)
}

/// Changes borders and organisation as the draft has it, from its day on, or from today if that has passed: what was so on days that
/// have gone by does not become otherwise. The draft is approved and locked.
pub(super) async fn put_into_effect(cx: &Cx, tx: &mut Tx, draft: &Stored) -> Result<(), AppError> {
    let today = tx.now().date();
    let on = draft.effective_on.map_or(today, |day| day.max(today));
    let (coverage, _, synthetic) = decide::outcome(tx, draft).await?;
    let (now, _) = ground::now(tx, draft.node_id).await?;
    let before = nodes(tx, draft.node_id).await?;
    let bare = micro::uncovered(tx, draft.node_id, &before).await?;
    let told = reorganise(cx, tx, draft, &coverage, &before, on).await?;
    let after = nodes(tx, draft.node_id).await?;
    let changed = changed(draft, &coverage, &now)?;
    let mut anew = Vec::with_capacity(changed.len());
    for area in &changed {
        let node = after.get(&area.code).ok_or(AppError::NotFound)?.id;
        anew.push(areas::NewArea { node, area });
    }
    let ended: Vec<NodeId> = before
        .iter()
        .filter(|(code, _)| !after.contains_key(*code))
        .map(|(_, node)| node.id)
        .collect();
    areas::end(tx, &ended, on).await?;
    let source = areas::Source {
        by: areas::By::Draft(draft.id),
        synthetic,
        from: on,
    };
    let stored = areas::replace(tx, &anew, source).await?;
    if stored != anew.len() as u64 {
        return Err(AppError::Conflict("边界刚刚被别人改过，请再试一次。".into()));
    }
    let laid = micro::After {
        draft,
        parts: &after,
        changed: &changed,
        bare: &bare,
        on,
    };
    micro::follow(cx, tx, &laid).await?;
    micro::drawn(cx, tx, draft, &coverage).await?;
    if !store::step(tx, draft, DraftState::InEffect, None, cx.who().user, "").await? {
        return Err(AppError::Conflict("这份草稿刚刚被改过，请再试一次。".into()));
    }
    tx.audit(Audit::new("grid.border.change", "grid_draft", draft.id.0))
        .await?;
    let id = |code: &str| after.get(code).or_else(|| before.get(code)).map(|node| node.id);
    let changed: Vec<NodeId> = anew.iter().map(|new| new.node).collect();
    let heir = |from: &String, into: Option<&String>| Some((id(from)?, id(into?)?));
    let heirs: BTreeMap<NodeId, NodeId> = told
        .merged
        .iter()
        .filter_map(|(from, into)| heir(from, Some(into)))
        .chain(
            told.split
                .iter()
                .filter_map(|(from, into)| heir(from, largest(into, &anew))),
        )
        .collect();
    let moved = Moved {
        unit: draft.node_id,
        touched: changed.iter().chain(&ended).copied().collect(),
        ended: ended
            .iter()
            .map(|part| (*part, heirs.get(part).copied()))
            .collect(),
        on,
    };
    follow::follow(cx, tx, &moved).await?;
    let due = tx.now();
    tx.enqueue(NewJob {
        kind: GROUND_MOVED,
        payload: serde_json::json!(moved),
        due,
        key: None,
    })
    .await?;
    let split: Vec<_> = told
        .split
        .iter()
        .map(|(from, into)| {
            let into: Vec<_> = into.iter().filter_map(|code| id(code)).collect();
            serde_json::json!({ "from": id(from), "into": into })
        })
        .collect();
    let merged: Vec<_> = told
        .merged
        .iter()
        .map(|(from, into)| serde_json::json!({ "from": id(from), "into": id(into) }))
        .collect();
    tx.publish(Event {
        topic: "grid".into(),
        kind: "grid.border.changed",
        subject: Some(RecordId(draft.node_id.0)),
        data: serde_json::json!({ "code": draft.code, "on": on, "changed": changed, "split": split, "merged": merged }),
    })
    .await?;
    news::in_effect(tx, draft, on).await?;
    super::tell(tx, draft, "grid.draft.in_effect").await
}

/// The part that goes on for one that was split up, with what has no place of its own: that with the most ground, for there it is most
/// likely to have been.
fn largest<'a>(into: &'a [String], anew: &[areas::NewArea<'_>]) -> Option<&'a String> {
    let size = |code: &String| {
        let drawn = anew.iter().find(|new| new.area.code == *code);
        drawn.map_or(0.0, |new| new.area.square_metres)
    };
    // Of two alike, the first.
    into.iter().rev().max_by(|a, b| size(a).total_cmp(&size(b)))
}

async fn nodes(tx: &mut Tx, node: NodeId) -> Result<BTreeMap<String, Node>, AppError> {
    let parts = units::parts(tx, node).await?;
    Ok(parts
        .into_iter()
        .map(|part| (part.code.to_string(), part))
        .collect())
}

/// The borders that are not stored as they came out.
fn changed(draft: &Stored, coverage: &Coverage, now: &Base) -> Result<Vec<Area>, AppError> {
    let stored: BTreeMap<&str, &Unit> = now
        .ground
        .units
        .iter()
        .map(|unit| (unit.code.as_str(), unit))
        .collect();
    let kind = draft.kind.below().unwrap_or(NodeKind::MicroGrid);
    coverage
        .units()
        .iter()
        .filter(|unit| {
            stored
                .get(unit.code.as_str())
                .is_none_or(|known| known.border != unit.border)
        })
        .map(|unit| area_of(unit, kind, draft.code.as_str()))
        .collect()
}

/// A part's border, to be stored.
///
/// # Errors
/// [`AppError::NotFound`] if there is no border.
pub(super) fn area_of(unit: &Unit, kind: NodeKind, parent: &str) -> Result<Area, AppError> {
    let bounds = unit.border.bounds().ok_or(AppError::NotFound)?;
    Ok(Area {
        index: 0,
        line: 0,
        code: unit.code.clone(),
        name: unit.name.clone(),
        kind,
        parent: parent.to_owned(),
        bounds,
        square_metres: area::square_metres(&unit.border),
        label: label::inside(&unit.border).unwrap_or_else(|| bounds.centre()),
        border: unit.border.clone(),
    })
}
