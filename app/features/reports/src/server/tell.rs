//! Telling what happened to a matter: whoever reported or follows it, those who have it, those who work where it lies.

use std::collections::BTreeSet;

use db::{Audit, DbError, Event, Tx, on};
use notices::{Notice, model::Kind};
use shared::{AppError, NodeId, Role, UserId};

use super::{
    news, recusal, routing, share,
    sight::unaccused,
    store::{self, Stored},
};
use crate::model::{Action, By, MatterId, PETITION, Seen, StepId};

const FOLLOWERS: &str = concat!(
    "select f.user_id from matter_follower f where f.matter_id = $1 \
    and not exists (select 1 from matter_recusal x where x.matter_id = $1 and x.user_id = f.user_id)",
    unaccused!(
        "f.user_id",
        "(select k.accused_id from matter k where k.id = $1)",
        "$2"
    ),
    " order by f.user_id limit 500"
);
// But those who have stepped aside from a matter, or work where it is about.
const HOLDERS: &str = concat!(
    "select distinct g.user_id from role_grant g join user_account ua on ua.id = g.user_id and ua.state = 'active' \
    where g.node_id = $1 and g.role = $2 and g.valid_from <= $3 \
    and (g.valid_to is null or g.valid_to >= $3) \
    and not exists (select 1 from matter_recusal x where x.matter_id = $4 and x.user_id = g.user_id)",
    unaccused!(
        "g.user_id",
        "(select k.accused_id from matter k where k.id = $4)",
        "$3"
    ),
    " order by 1 limit 100"
);
const PARTNERS: &str = concat!(
    "select distinct g.user_id from matter_part p join role_grant g on g.node_id = p.unit_id and g.role = p.role \
    join user_account ua on ua.id = g.user_id and ua.state = 'active' where p.matter_id = $1 and p.number = coalesce($3, p.number) and p.state <> 'released' and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) \
    and not exists (select 1 from matter_recusal x where x.matter_id = $1 and x.user_id = g.user_id)",
    unaccused!(
        "g.user_id",
        "(select k.accused_id from matter k where k.id = $1)",
        "$2"
    ),
    " order by 1 limit 100"
);

/// A step as it is told.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    pub step: StepId,
    pub action: Action,
    pub by: By,
    pub seen: Seen,
    /// Who did it.
    pub user: Option<UserId>,
    /// The number of the part that it is about.
    pub part: Option<i64>,
}

/// Who follows it, but those who have stepped aside from it or work where it is about.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn followers(tx: &mut Tx, matter: MatterId) -> Result<Vec<UserId>, DbError> {
    let today = tx.now().date();
    on!(tx, |c| sqlx::query_scalar(FOLLOWERS)
        .bind(matter)
        .bind(today)
        .fetch_all(c)
        .await)
}

/// Who holds a role at a unit today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn holders(tx: &mut Tx, unit: NodeId, role: Role) -> Result<Vec<UserId>, DbError> {
    holders_but(tx, None, unit, role).await
}

/// As [`holders`], but for those who have stepped aside from a matter or work where it is about.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn holders_but(
    tx: &mut Tx,
    but: Option<MatterId>,
    unit: NodeId,
    role: Role,
) -> Result<Vec<UserId>, DbError> {
    let today = tx.now().date();
    on!(tx, |c| sqlx::query_scalar(HOLDERS)
        .bind(unit)
        .bind(role.code())
        .bind(today)
        .bind(but)
        .fetch_all(c)
        .await)
}

/// Who has a matter today.
async fn having(tx: &mut Tx, matter: &Stored) -> Result<Vec<UserId>, DbError> {
    holders_but(tx, Some(matter.id), matter.unit_id, matter.role()).await
}

/// Who is told of it: whoever has it by name, or else whoever has it.
async fn told_of(tx: &mut Tx, matter: &Stored) -> Result<Vec<UserId>, DbError> {
    let all = having(tx, matter).await?;
    let named = share::named(tx, matter.id, matter.unit_id, matter.role()).await?;
    Ok(match named.filter(|user| all.contains(user)) {
        Some(user) => vec![user],
        None => all,
    })
}

/// Who has a part of it, or the part of a number.
async fn partners(tx: &mut Tx, matter: MatterId, part: Option<i64>) -> Result<Vec<UserId>, DbError> {
    let today = tx.now().date();
    on!(tx, |c| sqlx::query_scalar(PARTNERS)
        .bind(matter)
        .bind(today)
        .bind(part)
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
    let concerned = having(tx, matter).await?;
    for user in concerned.into_iter().chain(partners(tx, matter.id, None).await?) {
        topics.insert(format!("user/{user}"));
    }
    for topic in topics {
        told(tx, topic, "reports.matter.changed", matter).await?;
    }
    // Whoever reported without an account listens under the address of its page; the event says no more than that.
    if matter.origin.is_tracked() {
        tx.publish(Event {
            topic: format!("track/{}", matter.code),
            kind: "reports.matter.changed",
            subject: None,
            data: serde_json::json!({}),
        })
        .await?;
    }
    if matter.published_at.is_some() || matches!(action, Action::Publish | Action::Hide) {
        told(tx, "reports".into(), "reports.matter.published", matter).await?;
    }
    Ok(())
}

/// Has pages look again after somebody else at its post has it by name.
///
/// # Errors
/// What the database answers.
pub async fn shared(tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let mut topics = BTreeSet::from([format!("path/{}", matter.unit_path)]);
    for user in having(tx, matter).await? {
        topics.insert(format!("user/{user}"));
    }
    for topic in topics {
        told(tx, topic, "reports.matter.changed", matter).await?;
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
    // What anybody was asked for, waiting or pressed, is over.
    if matter.state.has_ended() || matches!(what.action, Action::Resume | Action::Answer) {
        notices::settle(tx, matter.record(), None).await?;
    }
    // Whoever may not know of it may act for its reporter.
    let kept = recusal::is_any(tx, matter.id).await?;
    let said = if matter.petition && what.action == Action::Refuse {
        PETITION
    } else {
        words(what.action)
    };
    let notice = |to: UserId, kind: Kind| {
        let notice = Notice::new(to, kind, format!("report/{}", what.step))
            .about(matter.record())
            .leads_to(matter.href())
            .fact("title", matter.title.as_str())
            .fact("what", said);
        if kept { notice.kept_from_proxies() } else { notice }
    };
    if what.by == By::Reporter {
        // Whatever the inbox asked of the reporter is done, or need not be; without an account there is no inbox that was asked.
        if matter.reporter_id.is_some() {
            notices::settle(tx, matter.record(), matter.reporter_id).await?;
        }
        // What somebody does for them they are told, too.
        if let Some(to) = matter
            .reporter_id
            .filter(|to| what.user.is_some_and(|user| user != *to))
        {
            notices::send(tx, &notice(to, Kind::ReportMoved)).await?;
        }
        if matches!(
            what.action,
            Action::Add | Action::Resume | Action::Withdraw | Action::Rate
        ) {
            for to in told_of(tx, matter).await? {
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
    if what.by != By::Reporter {
        news::queue(tx, matter, what.action).await?;
    }
    if what.action == Action::Urge {
        for to in told_of(tx, matter).await? {
            notices::send(tx, &notice(to, Kind::ReportUrged)).await?;
        }
    }
    of_parts(tx, matter, what).await?;
    of_time(tx, matter, what).await?;
    // Also of what is not published: whoever's matter went into this one has no other.
    if what.seen == Seen::All || matches!(what.action, Action::Answer | Action::Merge) {
        for to in followers(tx, matter.id).await? {
            if Some(to) != what.user && Some(to) != matter.reporter_id {
                notices::send(tx, &notice(to, Kind::ReportFollowed)).await?;
            }
        }
    }
    Ok(())
}

/// Who decides whether there is more time.
async fn deciders(tx: &mut Tx, matter: &Stored) -> Result<Vec<UserId>, AppError> {
    let Some((unit, role)) = routing::decider(tx, matter).await? else {
        return Ok(Vec::new());
    };
    Ok(holders_but(tx, Some(matter.id), unit.id, role).await?)
}

/// Tells whoever decides that more time is asked for, and those who have the matter what was said.
async fn of_time(tx: &mut Tx, matter: &Stored, what: Happened) -> Result<(), AppError> {
    let (kind, to) = match what.action {
        Action::AskTime => (Kind::ReportTimeAsked, deciders(tx, matter).await?),
        Action::GiveTime | Action::DenyTime => {
            for user in deciders(tx, matter).await? {
                notices::settle(tx, matter.record(), Some(user)).await?;
            }
            (Kind::ReportTimeSaid, told_of(tx, matter).await?)
        }
        _ => return Ok(()),
    };
    let said = if what.action == Action::GiveTime {
        "同意延期，期限重新算好了"
    } else {
        "没有同意延期，原因写在里面"
    };
    for to in to.into_iter().filter(|to| Some(*to) != what.user) {
        let notice = Notice::new(to, kind, format!("report/{}", what.step))
            .about(matter.record())
            .leads_to(matter.href())
            .fact("title", matter.title.as_str())
            .fact("what", said);
        notices::send(tx, &notice).await?;
    }
    Ok(())
}

/// Tells whoever leads, and whoever decides, what became of a part; whoever has it hears of its task.
async fn of_parts(tx: &mut Tx, matter: &Stored, what: Happened) -> Result<(), AppError> {
    let (kind, mut to) = match what.action {
        Action::PartDone => (Kind::ReportPart, told_of(tx, matter).await?),
        Action::PartReturn => (Kind::ReportPartBack, told_of(tx, matter).await?),
        Action::PartKeep => (Kind::ReportPartKept, partners(tx, matter.id, what.part).await?),
        _ => return Ok(()),
    };
    if what.action == Action::PartReturn
        && let Some((unit, role)) = routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await?
    {
        to.extend(holders_but(tx, Some(matter.id), unit.id, role).await?);
    }
    for to in BTreeSet::from_iter(to) {
        if Some(to) == what.user {
            continue;
        }
        let notice = Notice::new(to, kind, format!("report/{}", what.step))
            .about(matter.record())
            .leads_to(matter.href())
            .fact("title", matter.title.as_str());
        notices::send(tx, &notice).await?;
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
        Action::Reclass => "改了类别",
        Action::Involve => "请了别的单位一起办",
        Action::PartDone => "一个协办的单位办完了",
        Action::PartRelease => "一个协办的单位不用再办",
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
        Action::Report => "有人替您写好，交上去了",
        Action::PartReturn
        | Action::PartKeep
        | Action::Recuse
        | Action::Note
        | Action::Publish
        | Action::Hide => "有变化",
    }
}

/// The matter again, after something of it was changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is gone.
pub async fn again(tx: &mut Tx, id: MatterId) -> Result<Stored, AppError> {
    store::by_id(tx, id).await?.ok_or(AppError::NotFound)
}
