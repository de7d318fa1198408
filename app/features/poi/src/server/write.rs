//! Entering and changing points, by those who work where they lie.

use std::collections::BTreeSet;

use db::{Audit, Cx, Event, Tx};
use grid::{model::Place, server::Settings};
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use shared::{AppError, RecordId};

use super::{photo, store};
use crate::model::{Access, EditPage, Kind, PointForm, PointId};

/// A point to be edited, or an empty form.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or if it is there no more.
pub async fn edit(cx: &Cx, id: Option<PointId>) -> Result<EditPage, AppError> {
    let Some(id) = id else {
        return Ok(EditPage {
            id: None,
            version: 0,
            form: PointForm::default(),
        });
    };
    let mut tx = cx.read().await?;
    let stored = held(cx, &mut tx, id).await?;
    let place = stored.place();
    let ticked = |access: &Access| stored.access.0.contains(access);
    let mut access = [false; Access::ALL.len()];
    for (ticks, one) in access.iter_mut().zip(Access::ALL) {
        *ticks = ticked(one);
    }
    Ok(EditPage {
        id: Some(id),
        version: stored.version,
        form: PointForm {
            kind: stored.kind.code().into(),
            name: stored.name,
            at: format!("{:.6}, {:.6}", place.lon_degrees(), place.lat_degrees()),
            address: stored.address,
            hours: stored.hours,
            phone: stored.phone,
            access,
            note: stored.remark,
        },
    })
}

async fn held(cx: &Cx, tx: &mut Tx, id: PointId) -> Result<store::Stored, AppError> {
    let stored = store::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&stored.path)?;
    if stored.valid_to.is_some() {
        return Err(AppError::NotFound);
    }
    Ok(stored)
}

/// The unit that a place lies in, if the caller keeps its points.
async fn unit_at(cx: &Cx, settings: &Settings, place: Place) -> Result<Node, AppError> {
    let found = grid::server::page::at(cx, settings, place).await?;
    let Some(found) = found else {
        return Err(AppError::invalid(
            "at",
            "这个位置不在任何一个网格里。请核对经度和纬度。",
        ));
    };
    let code: Code = found.code.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = cx.read().await?;
    let node = units::by_code(&mut tx, &code).await?.ok_or(AppError::NotFound)?;
    if cx.must_cover(&node.path).is_err() {
        return Err(AppError::invalid(
            "at",
            format!("这个位置在{}，不归您维护。", found.name),
        ));
    }
    Ok(node)
}

/// Keeps a point: a new one without an id, or one that was at `version`. The unit follows from the place.
///
/// # Errors
/// [`AppError::Invalid`] by field, also for a place where the caller does not work; [`AppError::NotFound`] outside the scope;
/// [`AppError::Conflict`] if somebody else changed it meanwhile.
pub async fn save(
    cx: &Cx,
    settings: &Settings,
    id: Option<PointId>,
    version: i64,
    form: &PointForm,
) -> Result<PointId, AppError> {
    if let Some(id) = id {
        let mut tx = cx.read().await?;
        held(cx, &mut tx, id).await?;
    }
    let point = form.read()?;
    let node = unit_at(cx, settings, point.place).await?;
    let mut tx = cx.write().await?;
    let by = cx.who().user;
    let (id, before) = match id {
        None => (store::insert(&mut tx, node.id, &point, by).await?, None),
        Some(id) => {
            let before = held(cx, &mut tx, id).await?;
            if !store::change(&mut tx, id, version, node.id, &point, by).await? {
                return Err(changed_meanwhile());
            }
            (id, Some(before))
        }
    };
    let before = before.as_ref().map(|stored| (stored.path.as_str(), stored.kind));
    told(
        &mut tx,
        "poi.point.save",
        id,
        (node.path.as_str(), point.kind),
        before,
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

fn changed_meanwhile() -> AppError {
    AppError::Conflict("别人刚改过这个点位。请在新的窗口里打开看一下，再决定怎么改；您填的还在。".into())
}

/// It is there no more. Its photos go with it.
///
/// # Errors
/// As [`save`].
pub async fn end(cx: &Cx, id: PointId, version: i64) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let stored = held(cx, &mut tx, id).await?;
    if !store::end(&mut tx, id, version, cx.who().user).await? {
        return Err(changed_meanwhile());
    }
    photo::release(&mut tx, id).await?;
    told(
        &mut tx,
        "poi.point.end",
        id,
        (stored.path.as_str(), stored.kind),
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Tells whoever is shown the point, where it lies now and as what, and whoever was shown it `before`: it has gone from there. Where a
/// camera hangs only those are told who work there.
pub(super) async fn told(
    tx: &mut Tx,
    action: &'static str,
    id: PointId,
    now: (&str, Kind),
    before: Option<(&str, Kind)>,
) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "poi", id.0).at(now.0)).await?;
    let topics = std::iter::once(now).chain(before).map(|(path, kind)| {
        if kind.is_public() {
            "poi".to_owned()
        } else {
            format!("path/{path}")
        }
    });
    for topic in topics.collect::<BTreeSet<_>>() {
        tx.publish(Event {
            topic,
            kind: "poi.point.changed",
            subject: Some(RecordId(id.0)),
            data: serde_json::json!({}),
        })
        .await?;
    }
    Ok(())
}
