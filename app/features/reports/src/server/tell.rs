//! Telling what happened to a matter: whoever reported or follows it, those who have it, those who work where it lies.

use std::collections::BTreeSet;

use db::{Audit, DbError, Event, Tx, on};
use notices::{Notice, model::Kind};
use shared::{AppError, NodeId, Role, UserId};

use super::store::{self, Stored};
use crate::model::{Action, By, MatterId, Seen, StepId};

const FOLLOWERS: &str = "select user_id from matter_follower where matter_id = $1 order by user_id limit 500";
const HOLDERS: &str = "select distinct g.user_id from role_grant g where g.node_id = $1 and g.role = $2 and g.valid_from <= $3 \
    and (g.valid_to is null or g.valid_to >= $3) order by 1 limit 100";

/// A step as it is told.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    pub step: StepId,
    pub action: Action,
    pub by: By,
    pub seen: Seen,
    /// Who did it.
    pub user: Option<UserId>,
}

/// Who follows it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn followers(tx: &mut Tx, matter: MatterId) -> Result<Vec<UserId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(FOLLOWERS)
        .bind(matter)
        .fetch_all(c)
        .await)
}

/// Who holds a role at a unit today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn holders(tx: &mut Tx, unit: NodeId, role: Role) -> Result<Vec<UserId>, DbError> {
    let today = tx.now().date();
    on!(tx, |c| sqlx::query_scalar(HOLDERS)
        .bind(unit)
        .bind(role.code())
        .bind(today)
        .fetch_all(c)
        .await)
}

/// Audits a step and has pages look again, also where the matter lay `before`.
///
/// # Errors
/// What the database answers.
pub async fn changed(
    tx: &mut Tx,
    matter: &Stored,
    before: Option<&str>,
    action: Action,
) -> Result<(), AppError> {
    tx.audit(
        Audit::new("reports.matter.step", "matter", matter.id.0)
            .because(action.code(), None)
            .at(&matter.unit_path),
    )
    .await?;
    let mut topics = BTreeSet::from([format!("path/{}", matter.unit_path)]);
    topics.extend(before.map(|path| format!("path/{path}")));
    // Where somebody is complained about, nobody hears that there is anything.
    if !matter.narrow() {
        topics.insert(format!("path/{}", matter.path));
    }
    topics.extend(matter.reporter_id.map(|user| format!("user/{user}")));
    for user in holders(tx, matter.unit_id, matter.role()).await? {
        topics.insert(format!("user/{user}"));
    }
    for topic in topics {
        told(tx, topic, "reports.matter.changed", matter).await?;
    }
    if matter.published_at.is_some() || matches!(action, Action::Publish | Action::Hide) {
        told(tx, "reports".into(), "reports.matter.published", matter).await?;
    }
    Ok(())
}

async fn told(tx: &mut Tx, topic: String, kind: &'static str, matter: &Stored) -> Result<(), DbError> {
    tx.publish(Event {
        topic,
        kind,
        subject: Some(matter.record()),
        data: serde_json::json!({}),
    })
    .await
}

/// Tells those whom a step concerns in their inbox, but not whoever took it.
///
/// # Errors
/// As the database fails.
pub async fn noticed(tx: &mut Tx, matter: &Stored, what: Happened) -> Result<(), AppError> {
    let notice = |to: UserId, kind: Kind| {
        Notice::new(to, kind, format!("report/{}", what.step))
            .about(matter.record())
            .leads_to(matter.href())
            .fact("title", matter.title.as_str())
            .fact("what", words(what.action))
    };
    if what.by == By::Reporter {
        // Whatever the inbox asked of the reporter is done, or need not be.
        notices::settle(tx, matter.record(), matter.reporter_id).await?;
        if matches!(
            what.action,
            Action::Add | Action::Resume | Action::Withdraw | Action::Rate
        ) {
            for to in holders(tx, matter.unit_id, matter.role()).await? {
                if Some(to) != what.user {
                    notices::send(tx, &notice(to, Kind::ReportAdded)).await?;
                }
            }
        }
    } else if let Some(to) = matter
        .reporter_id
        .filter(|to| Some(*to) != what.user && what.seen != Seen::Staff)
    {
        let kind = match what.action {
            Action::Pause => Kind::ReportAsked,
            Action::Answer => Kind::ReportAnswered,
            _ => Kind::ReportMoved,
        };
        notices::send(tx, &notice(to, kind)).await?;
    }
    if what.action == Action::Urge {
        for to in holders(tx, matter.unit_id, matter.role()).await? {
            notices::send(tx, &notice(to, Kind::ReportUrged)).await?;
        }
    }
    let public = matter.published_at.is_some() && what.seen == Seen::All;
    if public || what.action == Action::Merge {
        for to in followers(tx, matter.id).await? {
            if Some(to) != what.user && Some(to) != matter.reporter_id {
                notices::send(tx, &notice(to, Kind::ReportFollowed)).await?;
            }
        }
    }
    Ok(())
}

/// What happened, as the end of a sentence.
const fn words(action: Action) -> &'static str {
    match action {
        Action::Accept => "受理了",
        Action::Refuse => "不在受理范围，里面写了该去哪里办",
        Action::Dispatch => "派给了承办的单位",
        Action::Begin => "开始处置",
        Action::Return => "退回了",
        Action::Reassign => "换了承办的单位",
        Action::AskTime => "申请延期",
        Action::GiveTime => "办理时间延长了，原因写在里面",
        Action::DenyTime => "没有同意延期",
        Action::Pause => "等补充",
        Action::Resume => "补充了情况，接着办",
        Action::Urge => "上级在督办",
        Action::Escalate => "交给上一级来办",
        Action::Answer => "有了答复",
        Action::Check => "做了回访",
        Action::Call => "打过您的电话，没有接通",
        Action::Rate => "作了评价",
        Action::Close => "办结了",
        Action::CloseUnrated => "办结了，还没有评价",
        Action::Reopen => "要求再办一次",
        Action::Withdraw => "撤回了",
        Action::Merge => "并入了另一件同样的事",
        Action::Add => "补充了情况",
        Action::Report | Action::Note | Action::Publish | Action::Hide => "有变化",
    }
}

/// The matter again, after something of it was changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is gone.
pub async fn again(tx: &mut Tx, id: MatterId) -> Result<Stored, AppError> {
    store::by_id(tx, id).await?.ok_or(AppError::NotFound)
}
