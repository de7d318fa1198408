//! Handing a grid over: ordered today, or planned and carried out by a job on its day. The role, all open tasks and the record of it go
//! in one transaction, with the drafts of borders that a neighbour keeps ([`Beside`]).

use accounts::{
    model::RoleRow,
    server::{act, role, succession as roles},
};
use db::{Audit, Cx, Event, NewJob, Tx, execute, on};
use notices::{Notice, model::Kind};
use orgs::{
    model::{Code, Node, NodeKind},
    server::store as orgs_store,
};
use serde_json::json;
use shared::{AppError, Date, FieldErrors, GrantId, RecordId, Role, UserId, scope::PathRange};
use tasks::server::succession::{self as open, Post};

use super::{
    beside::Beside,
    jobs,
    ordered::{self, New, Stored},
};
use crate::model::{Fault, HandoverId, HandoverState};

/// How far ahead a handover may be planned, in days.
const AHEAD: i64 = 365;
/// The longest words to whoever takes over, in characters.
pub const LONGEST_WORDS: usize = 500;
/// Colleagues to choose from: more than a community has.
const COLLEAGUES: i64 = 300;

const NEAR: &str = "select g.user_id, u.shown_name, g.role, n.name from role_grant g join node n on n.id = g.node_id and n.valid_to is null \
    join user_account u on u.id = g.user_id and u.state = 'active' where n.path >= $1 and n.path < $2 and g.delegation_id is null \
    and g.role in ('secretary', 'staff', 'grid_lead', 'grid_worker') and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) \
    order by n.path, u.shown_name, g.user_id limit 0 + $4";
const IS_NEAR: &str = "select count(*) from role_grant g join node n on n.id = g.node_id and n.valid_to is null \
    join user_account u on u.id = g.user_id and u.state = 'active' where g.user_id = $4 and n.path >= $1 and n.path < $2 \
    and g.delegation_id is null and g.role in ('secretary', 'staff', 'grid_lead', 'grid_worker') \
    and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)";

/// Where colleagues of a grid work: its community with all its grids.
async fn community(tx: &mut Tx, node: &Node) -> Result<PathRange, AppError> {
    let above = match node.parent_id {
        Some(parent) => orgs_store::by_id(tx, parent).await?,
        None => None,
    };
    Ok(PathRange::below(&above.as_ref().unwrap_or(node).path))
}

/// A colleague's account, name, role and where they hold it; somebody with two roles stands there twice.
pub type Near = (UserId, String, String, String);

/// Those who may take a grid over: they work for its community already, so nobody comes to a role that nobody gave them.
///
/// # Errors
/// As the database fails.
pub async fn colleagues(tx: &mut Tx, node: &Node) -> Result<Vec<Near>, AppError> {
    let range = community(tx, node).await?;
    let today = tx.now().date();
    Ok(on!(tx, |c| sqlx::query_as(NEAR)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(today)
        .bind(COLLEAGUES)
        .fetch_all(c)
        .await)?)
}

/// The grid in force, and the post at it that can be handed over.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the grid has ended or the post is not held any more.
pub async fn post(cx: &Cx, tx: &mut Tx, code: &Code, grant: GrantId) -> Result<(Node, RoleRow), AppError> {
    let node = orgs_store::latest_by_code(tx, code)
        .await?
        .filter(|node| node.kind == NodeKind::Grid)
        .ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    if node.valid_to.is_some() {
        return Err(AppError::Conflict(format!(
            "{}已经撤销了，不能再交接。它的事随拆分、合并到了新的网格。",
            node.name
        )));
    }
    let (held, _) = role::one(tx, grant).await?.ok_or(AppError::NotFound)?;
    if held.node != node.id || !matches!(held.role, Role::GridLead | Role::GridWorker) {
        return Err(AppError::NotFound);
    }
    if held.delegated {
        return Err(AppError::Conflict(
            "这是请假期间代的，到期会还回去，不用交接。".into(),
        ));
    }
    if !held.in_force {
        return Err(AppError::Conflict(format!(
            "{}已经不是{}的{}了，可能刚交接过。",
            held.user_name,
            node.name,
            held.role.label()
        )));
    }
    Ok((node, held))
}

/// Why `to` cannot take the post over, if that is so.
async fn fault(tx: &mut Tx, node: &Node, held: &RoleRow, to: UserId) -> Result<Option<Fault>, AppError> {
    if node.valid_to.is_some() {
        return Ok(Some(Fault::GridEnded));
    }
    if !held.in_force || held.delegated {
        return Ok(Some(Fault::NotHeld));
    }
    let range = community(tx, node).await?;
    let today = tx.now().date();
    let near: i64 = on!(tx, |c| sqlx::query_scalar(IS_NEAR)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(today)
        .bind(to)
        .fetch_one(c)
        .await)?;
    if near == 0 {
        return Ok(Some(Fault::NoColleague));
    }
    let roles = role::of_user(tx, to).await?;
    let held_too = roles
        .iter()
        .any(|one| one.in_force && !one.delegated && one.role == held.role && one.node == node.id);
    Ok(held_too.then_some(Fault::Held))
}

/// Hands a post over: at once, or on a later day.
///
/// # Errors
/// As [`post`]; [`AppError::Invalid`] by field; [`AppError::Conflict`] if one is planned already.
pub async fn order(
    cx: &Cx,
    beside: &Beside,
    code: &Code,
    grant: GrantId,
    to: &str,
    on: &str,
    words: &str,
) -> Result<HandoverId, AppError> {
    act::not_while_acting(cx)?;
    let mut tx = cx.write().await?;
    let (node, held) = post(cx, &mut tx, code, grant).await?;
    let today = tx.now().date();
    let mut errors = FieldErrors::default();
    let to = to.trim().parse::<UserId>().ok();
    match to {
        None => errors.add("to", "请选由谁来接。"),
        Some(to) if Some(to) == cx.who().user => {
            errors.add("to", "不能交给自己。要由您来接，请让另一位负责人来办。");
        }
        Some(to) if to == held.user => errors.add("to", "交的人和接的人是同一个人。"),
        Some(to) => match fault(&mut tx, &node, &held, to).await? {
            Some(Fault::NoColleague) => errors.add(
                "to",
                "这个人还不是本社区的工作人员。请先由安全管理员授予角色，或导入工作人员。",
            ),
            Some(fault) => errors.add("to", format!("{}。", fault.label())),
            None => {}
        },
    }
    let on = day(&mut errors, on, today);
    let words = words.trim();
    errors.check(
        words.chars().count() <= LONGEST_WORDS,
        "words",
        &format!("太长了，最多 {LONGEST_WORDS} 个字。"),
    );
    errors.finish()?;
    let (Some(to), Some(on)) = (to, on) else {
        return Err(AppError::NotFound);
    };
    let id: HandoverId = tx.id();
    let new = New {
        id,
        node: node.id,
        role: held.role,
        grant,
        from: held.user,
        to,
        on,
        words: Some(words).filter(|words| !words.is_empty()),
        by: cx.who().user,
    };
    ordered::insert(&mut tx, &new).await?;
    let stored = ordered::one(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if on == today {
        carry_out(cx, beside, &mut tx, &stored, &node).await?;
    } else {
        tx.enqueue(NewJob {
            kind: jobs::JOB,
            payload: json!(id),
            due: on.start(),
            key: Some(id.to_string()),
        })
        .await?;
        tell_both(&mut tx, &stored, &node, Kind::HandoverPlanned).await?;
        told(&mut tx, &stored, &node, "teams.grid.plan").await?;
    }
    tx.commit().await?;
    Ok(id)
}

fn day(errors: &mut FieldErrors, text: &str, today: Date) -> Option<Date> {
    if text.trim().is_empty() {
        return Some(today);
    }
    let on = text.trim().parse::<Date>().ok();
    let fits = on.filter(|on| *on >= today && *on <= today.plus_days(AHEAD));
    errors.check(fits.is_some(), "on", "请选今天或以后的日子，最远一年。");
    fits
}

/// Carries out one that is planned: the role, all that is open, the record, and telling both.
async fn carry_out(
    cx: &Cx,
    beside: &Beside,
    tx: &mut Tx,
    stored: &Stored,
    node: &Node,
) -> Result<(), AppError> {
    roles::pass_on(tx, cx.keys(), stored.grant_id, stored.to_user, stored.ordered_by).await?;
    let post = Post {
        path: node.path.clone(),
        unit: node.id,
        role: stored.role(),
        user: stored.from_user,
    };
    // Before the tasks: whoever approves a draft holds it before they hold tasks.
    let drafts = beside.pass_on(tx, &post, stored.to_user).await?;
    let moved = open::take_over(cx, tx, &post, stored.to_user).await?;
    ordered::set(tx, stored.id, HandoverState::Done, None).await?;
    ordered::add_tasks(tx, stored.id, &moved).await?;
    for (to, who, kind) in [
        (stored.to_user, &stored.from_name, Kind::PostTaken),
        (stored.from_user, &stored.to_name, Kind::PostGiven),
    ] {
        // Whoever does it knows.
        if Some(to) != cx.who().user {
            let notice = notice(stored, node, to, kind)
                .fact("who", who.as_str())
                .fact("count", moved.len().to_string());
            let notice = if drafts > 0 {
                notice.fact("drafts", format!("和 {drafts} 份边界草稿"))
            } else {
                notice
            };
            notices::send(tx, &notice).await?;
        }
    }
    told(tx, stored, node, "teams.grid.hand_over").await
}

fn notice(stored: &Stored, node: &Node, to: UserId, kind: Kind) -> Notice {
    Notice::new(to, kind, format!("handover/{}/{}", stored.id, kind.code()))
        .about(RecordId(stored.id.0))
        .leads_to(format!("/handovers/{}", stored.id))
        .fact("grid", node.name.as_str())
        .fact("role", stored.role().label())
        .fact("day", stored.on_date.zh())
}

async fn tell_both(tx: &mut Tx, stored: &Stored, node: &Node, kind: Kind) -> Result<(), AppError> {
    for to in [stored.from_user, stored.to_user] {
        let notice = notice(stored, node, to, kind)
            .fact("from", stored.from_name.as_str())
            .fact("to", stored.to_name.as_str());
        notices::send(tx, &notice).await?;
    }
    Ok(())
}

async fn told(tx: &mut Tx, stored: &Stored, node: &Node, action: &'static str) -> Result<(), AppError> {
    let audit = Audit::new(action, "grid_handover", stored.id.0)
        .at(&node.path)
        .because(stored.role().code(), None);
    tx.audit(audit).await?;
    tx.publish(Event {
        topic: format!("path/{}", node.path),
        kind: "teams.team.changed",
        subject: Some(RecordId(node.id.0)),
        data: json!({ "code": node.code, "handover": stored.id }),
    })
    .await?;
    Ok(())
}

/// Withdraws one that is planned.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it is planned no more.
pub async fn withdraw(cx: &Cx, id: HandoverId) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let mut tx = cx.write().await?;
    let stored = ordered::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let node = orgs_store::by_id(&mut tx, stored.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    cx.must_cover(&node.path)?;
    if stored.state() != HandoverState::Planned {
        return Err(AppError::Conflict(format!(
            "这次交接{}，不用再取消。",
            match stored.state() {
                HandoverState::Done => "已经办完了",
                _ => "已经不办了",
            }
        )));
    }
    ordered::set(&mut tx, id, HandoverState::Withdrawn, None).await?;
    tell_both(&mut tx, &stored, &node, Kind::HandoverWithdrawn).await?;
    told(&mut tx, &stored, &node, "teams.grid.withdraw").await?;
    Ok(tx.commit().await?)
}

/// Carries out a handover whose day has come; what stands against it by now is noted and told to whoever ordered it. Run twice, it
/// changes nothing the second time.
///
/// # Errors
/// As the database fails.
pub async fn run(cx: &Cx, beside: &Beside, id: HandoverId) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let Some(stored) = ordered::lock(&mut tx, id)
        .await?
        .filter(|stored| stored.state() == HandoverState::Planned)
    else {
        return Ok(());
    };
    let node = orgs_store::by_id(&mut tx, stored.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let held = role::one(&mut tx, stored.grant_id).await?;
    let stands_against = match held {
        Some((held, _)) => fault(&mut tx, &node, &held, stored.to_user).await?,
        None => Some(Fault::NotHeld),
    };
    let refused = match stands_against {
        Some(fault) => fault,
        None => match carry_out(cx, beside, &mut tx, &stored, &node).await {
            Ok(()) => return Ok(tx.commit().await?),
            // Its half is undone with the transaction.
            Err(AppError::Conflict(_) | AppError::Invalid(_) | AppError::NotFound) => Fault::Refused,
            Err(error) => return Err(error),
        },
    };
    drop(tx);
    let mut tx = cx.write().await?;
    fail(&mut tx, &stored, &node, refused).await?;
    Ok(tx.commit().await?)
}

/// Notes why one that is planned still cannot be carried out, and tells whoever ordered it.
///
/// # Errors
/// As the database fails.
pub(super) async fn fail(tx: &mut Tx, stored: &Stored, node: &Node, why: Fault) -> Result<(), AppError> {
    const STILL: &str = "update grid_handover set state = 'failed', fault = $2, ended_at = $3 where id = $1 and state = 'planned'";
    let now = tx.now();
    if execute!(tx, STILL, stored.id, why.code(), now)? == 0 {
        return Ok(());
    }
    if let Some(by) = stored.ordered_by {
        let notice = notice(stored, node, by, Kind::HandoverFailed).fact("why", why.label());
        notices::send(tx, &notice).await?;
    }
    told(tx, stored, node, "teams.grid.fail").await
}
