//! Telling what happened to a case: those who are named in it, and, without which, the desk where it lies.

use std::collections::BTreeSet;

use db::{Audit, DbError, Event, Tx};
use notices::{Notice, model::Kind};
use shared::{AppError, RecordId, UserId};

use super::{people::Named, store::Stored};
use crate::model::{Action, Part, Seen, StepId};

/// A step as it is told.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    pub step: StepId,
    pub action: Action,
    pub seen: Seen,
    /// Who did it.
    pub user: Option<UserId>,
}

/// Everybody with an account who is named and has not left.
fn everybody(case: &Stored, named: &[Named]) -> BTreeSet<UserId> {
    named
        .iter()
        .filter(|one| one.part != Part::Mediator || one.mediates())
        .filter_map(|one| one.user_id)
        .chain(case.clerk_id)
        .collect()
}

/// Audits a step, and has the pages of those who are named look again. The desk's people hear that something there changed, and not what.
///
/// # Errors
/// What the database answers.
pub async fn changed(tx: &mut Tx, case: &Stored, named: &[Named], action: Action) -> Result<(), AppError> {
    tx.audit(
        Audit::new("mediation.case.step", "mediation", case.id.0)
            .because(action.code(), None)
            .at(&case.path),
    )
    .await?;
    // Who has just left hears it too, or their page would stand as it was.
    let all = named.iter().filter_map(|one| one.user_id).chain(case.clerk_id);
    let topics: BTreeSet<String> = all.map(|user| format!("user/{user}")).collect();
    for topic in topics {
        published(tx, topic, "mediation.case.changed", Some(case.record())).await?;
    }
    published(
        tx,
        format!("path/{}", case.unit_path),
        "mediation.desk.changed",
        None,
    )
    .await?;
    Ok(())
}

/// Tells the level above that it may come to blows: which case, and nothing else.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn warned(tx: &mut Tx, case: &Stored, path: &str) -> Result<(), DbError> {
    published(
        tx,
        format!("path/{path}"),
        "mediation.case.warned",
        Some(case.record()),
    )
    .await
}

async fn published(
    tx: &mut Tx,
    topic: String,
    kind: &'static str,
    subject: Option<RecordId>,
) -> Result<(), DbError> {
    tx.publish(Event {
        topic,
        kind,
        subject,
        data: serde_json::json!({}),
    })
    .await
}

/// Tells those who are named in their inbox, but not whoever did it. No notice names a side, or says what it is about.
///
/// # Errors
/// As the database fails.
pub async fn noticed(tx: &mut Tx, case: &Stored, named: &[Named], what: Happened) -> Result<(), AppError> {
    // Whatever the inbox asked of whoever acts is done.
    if what.user.is_some() {
        notices::settle(tx, case.record(), what.user).await?;
    }
    if case.state.has_ended() {
        notices::settle(tx, case.record(), None).await?;
    }
    if what.seen == Seen::Staff {
        return Ok(());
    }
    let number = case.shown_number();
    let respondent = named.iter().find(|one| one.part == Part::Respondent);
    let respondent = respondent.and_then(|one| one.user_id);
    for to in everybody(case, named) {
        if Some(to) == what.user {
            continue;
        }
        let undeclared = named
            .iter()
            .any(|one| one.mediates() && one.user_id == Some(to) && one.declared_at.is_none());
        let kind = match what.action {
            Action::Ask if respondent == Some(to) => Kind::MediationAsked,
            Action::Name if undeclared => Kind::MediationNamed,
            _ => Kind::MediationMoved,
        };
        let notice = Notice::new(to, kind, format!("mediation/{}", what.step))
            .about(case.record())
            .leads_to(case.href())
            .fact("number", number.as_str())
            .fact("what", words(what.action));
        notices::send(tx, &notice).await?;
    }
    Ok(())
}

/// What happened, as the end of a sentence.
const fn words(action: Action) -> &'static str {
    match action {
        Action::Take => "有人接手了",
        Action::Accept => "受理了",
        Action::Refuse => "不在这里调解，里面写了该去哪里",
        Action::Ask => "在征求对方的意见",
        Action::Consent => "双方都同意调解",
        Action::Decline => "对方不同意调解，到此结束",
        Action::Name => "确定了调解员，您可以要求换人",
        Action::Declare => "调解员作了没有利害关系的声明",
        Action::StepAside => "调解员回避了",
        Action::Object => "有一方要求换调解员",
        Action::Hold => "记下了一次调解",
        Action::Settle => "达成了协议，等各方签字",
        Action::SettleOrally | Action::Sign => "协议生效了，30 天以内双方可以共同向法院申请司法确认",
        Action::Revise => "协议改了，签字以前请再看一遍",
        Action::Scan => "签字的协议存好了",
        Action::AskCourt => "已经向法院申请司法确认",
        Action::CourtConfirmed => "法院确认了协议",
        Action::Follow => "回访了履行的情况",
        Action::Fulfil => "协议履行完了",
        Action::GiveUp => "协议没有履行，里面写了可以去哪里",
        Action::Fail => "没有调解成，里面写了可以去哪里",
        Action::Stop => "有一方要求终止，到此结束",
        Action::Withdraw => "申请人撤回了",
        Action::Apply | Action::Warn | Action::Note => "有变化",
    }
}
