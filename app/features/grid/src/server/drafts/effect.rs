//! A draft takes effect: borders, the organisation and the draft change in one transaction.

use std::collections::BTreeMap;

use db::{Audit, Cx, Event, NewJob, Tx, on};
use orgs::{
    model::{
        Code, Node, NodeKind,
        change::{Afterwards, Founding, Merge, Order, Part, Split},
    },
    server::{service, store as units},
};
use shared::{AppError, Date, NodeId, RecordId};

use super::{
    decide,
    follow::{self, Moved},
    ground,
    store::{self, Stored},
};
use crate::{
    model::{
        Place,
        coverage::{Coverage, Ended, Unit},
        draft::{Base, DraftId, DraftState},
    },
    server::{
        geo::{area, check::Area, label},
        jobs::GROUND_MOVED,
        store as areas,
    },
};

/// Puts into effect every approved draft whose day has come. One that cannot be, for borders have changed since it was
/// approved, goes back to its author, who is told why.
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
        put += usize::from(put_one(cx, id).await?);
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
        Err(error) => return Err(error),
    };
    drop(tx);
    let mut tx = cx.write().await?;
    let said = format!("到了生效的日子，没有生效：{words}");
    if store::step(&mut tx, &draft, DraftState::Refused, None, None, &said).await? {
        super::tell(&mut tx, &draft, "grid.draft.refused").await?;
        tx.commit().await?;
    }
    Ok(false)
}

/// Changes borders and organisation as the draft has it. The draft is approved and locked.
pub(super) async fn put_into_effect(cx: &Cx, tx: &mut Tx, draft: &Stored) -> Result<(), AppError> {
    let on = draft.effective_on.unwrap_or_else(|| cx.now().date());
    let (coverage, _, synthetic) = decide::outcome(tx, draft).await?;
    let (now, _) = ground::now(tx, draft.node_id).await?;
    let before = nodes(tx, draft.node_id).await?;
    let told = reorganise(cx, tx, draft, &coverage, &before, on).await?;
    let after = nodes(tx, draft.node_id).await?;
    let changed = changed(draft, &coverage, &now)?;
    let mut news = Vec::with_capacity(changed.len());
    for area in &changed {
        let node = after.get(&area.code).ok_or(AppError::NotFound)?.id;
        news.push(areas::NewArea { node, area });
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
    let stored = areas::replace(tx, &news, source).await?;
    if stored != news.len() as u64 {
        return Err(AppError::Conflict("边界刚刚被别人改过，请再试一次。".into()));
    }
    if !store::step(tx, draft, DraftState::InEffect, None, cx.who().user, "").await? {
        return Err(AppError::Conflict("这份草稿刚刚被改过，请再试一次。".into()));
    }
    tx.audit(Audit::new("grid.border.change", "grid_draft", draft.id.0))
        .await?;
    let id = |code: &str| after.get(code).or_else(|| before.get(code)).map(|node| node.id);
    let changed: Vec<NodeId> = news.iter().map(|new| new.node).collect();
    let heir = |from: &String, into: Option<&String>| Some((id(from)?, id(into?)?));
    let heirs: BTreeMap<NodeId, NodeId> = told
        .merged
        .iter()
        .filter_map(|(from, into)| heir(from, Some(into)))
        .chain(
            told.split
                .iter()
                .filter_map(|(from, into)| heir(from, into.first())),
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
    super::tell(tx, draft, "grid.draft.in_effect").await
}

async fn nodes(tx: &mut Tx, node: NodeId) -> Result<BTreeMap<String, Node>, AppError> {
    let parts = units::parts(tx, node).await?;
    Ok(parts
        .into_iter()
        .map(|part| (part.code.to_string(), part))
        .collect())
}

/// What became of the organisation, by codes.
#[derive(Default)]
struct Told {
    split: Vec<(String, Vec<String>)>,
    merged: Vec<(String, String)>,
}

/// Founds, splits and merges parts as their ground was drawn.
async fn reorganise(
    cx: &Cx,
    tx: &mut Tx,
    draft: &Stored,
    coverage: &Coverage,
    before: &BTreeMap<String, Node>,
    on: Date,
) -> Result<Told, AppError> {
    let basis = Some(draft.basis.clone()).filter(|basis| !basis.is_empty());
    let order = |version| Order {
        on,
        basis: basis.clone(),
        version,
    };
    let mut told = Told::default();
    let mut made: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in coverage
        .units()
        .iter()
        .filter(|unit| !before.contains_key(&unit.code))
    {
        match &unit.from {
            Some(from) => made.entry(from.as_str()).or_default().push(unit),
            None => {
                let founding = Founding {
                    code: code(&unit.code)?,
                    name: unit.name.clone(),
                    on,
                    basis: basis.clone(),
                };
                service::found_in(cx, tx, &draft.code, &founding).await?;
            }
        }
    }
    for (from, parts) in made {
        let node = before.get(from).ok_or(AppError::NotFound)?;
        let ends = coverage.ended().get(from) == Some(&Ended::SplitUp);
        let takes = takes(tx, node.id, &parts, ends).await?;
        let mut split = Split {
            parts: Vec::new(),
            afterwards: if ends {
                Afterwards::Ends
            } else {
                Afterwards::Continues
            },
            order: order(node.version),
        };
        for (unit, takes) in parts.iter().zip(takes) {
            split.parts.push(Part {
                code: code(&unit.code)?,
                name: unit.name.clone(),
                takes,
            });
        }
        service::split_in(cx, tx, &node.code, &split).await?;
        told.split.push((
            from.to_owned(),
            parts.iter().map(|unit| unit.code.clone()).collect(),
        ));
    }
    for (from, how) in coverage.ended() {
        let Ended::Into(into) = how else { continue };
        let node = before.get(from).ok_or(AppError::NotFound)?;
        let merge = Merge {
            others: Vec::new(),
            into: code(into)?,
            name: None,
            order: order(node.version),
        };
        service::merge_in(cx, tx, &node.code, &merge).await?;
        told.merged.push((from.clone(), into.clone()));
    }
    Ok(told)
}

fn code(text: &str) -> Result<Code, AppError> {
    text.parse()
        .map_err(|_| AppError::invalid("", format!("代码 {text} 不对。")))
}

/// Which parts of a part that is split go to which of its new parts: by where they lie. One without a border goes to the first
/// if the old part ends.
async fn takes(tx: &mut Tx, node: NodeId, parts: &[&Unit], ends: bool) -> Result<Vec<Vec<Code>>, AppError> {
    const BELOW: &str = "select n.code, a.label_lon, a.label_lat from node n \
        left join area a on a.node_id = n.id and a.valid_to is null where n.parent_id = $1 and n.valid_to is null order by n.code";
    let below: Vec<(Code, Option<i64>, Option<i64>)> =
        on!(tx, |c| sqlx::query_as(BELOW).bind(node).fetch_all(c).await)?;
    let mut takes: Vec<Vec<Code>> = parts.iter().map(|_| Vec::new()).collect();
    for (code, lon, lat) in below {
        let label = lon.zip(lat).and_then(|(lon, lat)| {
            Some(Place {
                lon: i32::try_from(lon).ok()?,
                lat: i32::try_from(lat).ok()?,
            })
        });
        let inside = label.and_then(|label| parts.iter().position(|part| part.border.contains(label)));
        let goes = inside.or(ends.then_some(0));
        if let Some(list) = goes.and_then(|number| takes.get_mut(number)) {
            list.push(code);
        }
    }
    Ok(takes)
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
        .map(|unit| {
            let bounds = unit.border.bounds().ok_or(AppError::NotFound)?;
            Ok(Area {
                index: 0,
                line: 0,
                code: unit.code.clone(),
                name: unit.name.clone(),
                kind,
                parent: draft.code.to_string(),
                bounds,
                square_metres: area::square_metres(&unit.border),
                label: label::inside(&unit.border).unwrap_or_else(|| bounds.centre()),
                border: unit.border.clone(),
            })
        })
        .collect()
}
