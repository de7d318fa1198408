//! A matter is another thing than it was reported as (改类别): its category and its kind, and what follows from them.
//!
//! What turns out to complain about those who work there goes to the level above, and they find it no longer. It never comes back to them,
//! whatever it is called afterwards: its reporter was told that they do not see it.

use std::collections::BTreeSet;

use db::{Cx, Event, Tx, execute, on};
use orgs::{
    model::Node,
    server::store::{self as units, paths_above},
};
use shared::{AppError, Role, Timestamp, UserId};

use super::{
    act, deadline, mediated, report, routing, shown,
    store::{self, Step, Stored},
    tell,
};
use crate::model::{Act, Action, Category, Kind, Standing, Urgency};

// Who works where a matter is about.
const THERE: &str = "select distinct g.user_id from matter k join node an on an.id = k.accused_id \
    join node gn on gn.path >= an.path and gn.path < substr(an.path, 1, length(an.path) - 1) || '0' \
    join role_grant g on g.node_id = gn.id and g.role <> 'resident' and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) \
    where k.id = $1";
// Meetings of those who work there are about no complaint about them.
const APART: &str = "delete from report_joint_matter where matter_id = $1";

/// What a matter becomes.
pub struct Reclass {
    pub kind: Kind,
    pub category: Category,
    urgency: Urgency,
    title: String,
    /// Where it goes, if it is found now that it complains about those who work there.
    pub post: Option<(Node, Role)>,
}

/// What a step makes of a matter; nothing if it is no such step. Whom it complains about is noted at once: who gets it is asked without them.
///
/// # Errors
/// [`AppError::Invalid`] on `category`, [`AppError::Conflict`] where others have parts of it, it went to mediation, or nobody is above.
pub async fn planned(
    tx: &mut Tx,
    matter: &Stored,
    act: &Act,
    standing: &Standing,
) -> Result<Option<Reclass>, AppError> {
    let Some((kind, code)) = &act.class else {
        return Ok(None);
    };
    let all = store::categories(tx).await?;
    let of = |code: &str| all.iter().find(|one| one.code == code);
    let known = of(code).filter(|one| one.offered || one.code == matter.category);
    let category = known.ok_or_else(|| AppError::invalid("category", "没有这一类，请重新选。"))?;
    let kind = category.kind(*kind);
    if kind == matter.kind && category.code == matter.category {
        return Err(AppError::invalid("category", "和现在的一样，没有改动。"));
    }
    // What somebody said of its urgency stays; what followed from the category follows from the new one.
    let usual = of(&matter.category).is_none_or(|before| before.urgency == matter.urgency);
    let place = units::by_id(tx, matter.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let accused = if category.accuses(kind) && !matter.narrow() {
        report::community(tx, &place).await?
    } else {
        None
    };
    let post = match &accused {
        Some(accused) => {
            hideable(tx, matter, standing).await?;
            Some(above(tx, matter, accused).await?)
        }
        None => None,
    };
    Ok(Some(Reclass {
        kind,
        urgency: if usual { category.urgency } else { matter.urgency },
        title: category.titled(&matter.node_name),
        category: category.clone(),
        post,
    }))
}

/// Nothing is hidden that others have parts of, or that is known below from a mediation: who has a case reads it after its end, too.
async fn hideable(tx: &mut Tx, matter: &Stored, standing: &Standing) -> Result<(), AppError> {
    if standing.parts.iter().any(|part| part.is_open()) {
        return Err(AppError::Conflict(
            "还有协办的单位没有办完。请先写明原因免除协办，再改成投诉社区。".into(),
        ));
    }
    if mediated::is_mediated(tx, matter.id).await? {
        return Err(AppError::Conflict(
            "这件事申请过人民调解，社区在调解里看得到，调解结束以后也看得到，所以不能改成投诉社区。\
             请告诉反映人：要投诉社区，另外上报一件，由上一级来办。"
                .into(),
        ));
    }
    Ok(())
}

/// Who dispatches above those complained about, and does not work there; where it went up before, not below that.
async fn above(tx: &mut Tx, matter: &Stored, accused: &Node) -> Result<(Node, Role), AppError> {
    store::set_accused(tx, matter.id, accused.id).await?;
    let from = if matter.unit_path.starts_with(&accused.path) {
        paths_above(&accused.path).last().unwrap_or_default()
    } else {
        matter.unit_path.as_str()
    };
    let found = routing::dispatcher_but(tx, Some(matter.id), from).await?;
    found.ok_or_else(|| AppError::Conflict("上面没有可以接手的单位，改不成投诉社区。请联系上级。".into()))
}

/// What follows from it, once it lies with whoever gets it.
///
/// # Errors
/// What the database answers.
pub async fn follow_up(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    change: &Reclass,
    steps: &[Step],
) -> Result<(), AppError> {
    let class = (change.kind, change.category.code.as_str());
    store::set_class(tx, matter.id, class, change.urgency, &change.title).await?;
    if change.post.is_some() {
        hide(tx, matter).await?;
    }
    let again = tell::again(tx, matter.id).await?;
    let (since, given) = round(matter, steps, tx.now());
    deadline::reclassed(cx, tx, matter, &again, since, given).await
}

/// Nothing of it is left with those whom it complains about, and nothing is published.
async fn hide(tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    // Whoever gets it has time to look before it goes up again.
    store::set_escalated(tx, matter.id).await?;
    let today = tx.now().date();
    let there: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(THERE)
        .bind(matter.id)
        .bind(today)
        .fetch_all(c)
        .await)?;
    let had = tell::holders(tx, matter.unit_id, matter.role()).await?;
    // In the order of their ids, so that of two who settle several neither waits for the other for ever.
    for user in BTreeSet::from_iter(there.into_iter().chain(had)) {
        notices::settle(tx, matter.record(), Some(user)).await?;
    }
    execute!(tx, APART, matter.id)?;
    if matter.published_at.is_some() {
        store::set_public(tx, matter.id, None).await?;
        shown::clear(tx, matter.id).await?;
        tx.publish(Event {
            topic: "reports".into(),
            kind: "reports.matter.published",
            subject: Some(matter.record()),
            data: serde_json::json!({}),
        })
        .await?;
    }
    Ok(())
}

/// Since when its time to the answer runs, without that in which the clock stood, and how many working days were given beside it.
fn round(matter: &Stored, steps: &[Step], now: Timestamp) -> (Timestamp, u16) {
    let opened = steps.iter().rposition(|step| step.action == Action::Reopen);
    let steps = steps.get(opened.unwrap_or(0)..).unwrap_or_default();
    let (mut stood, mut since, mut given) = (0, None, 0);
    for step in steps {
        match step.action {
            Action::Pause => since = Some(step.at),
            Action::Resume => {
                stood += since.take().map_or(0, |since: Timestamp| step.at.0 - since.0);
            }
            Action::GiveTime => given = act::given(steps),
            _ => {}
        }
    }
    let began = steps.first().map_or(matter.created_at, |step| step.at);
    (began.plus(stood.max(0)).min(now), given)
}
