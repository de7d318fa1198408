//! What people also want beside the inbox.

use accounts::{
    model::Phone,
    server::{account, act},
};
use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Role, Timestamp, UserId};

use super::{
    delivery,
    push::{self, Push},
    setting,
};
use crate::model::{Channel, Kind, PushOffer, SentRow, SentState, Texted, Topic, TopicChoice, TopicChoices};

const OF: &str = "select texted from notice_choice where user_id = $1 and topic = $2";
const SET: &str = "insert into notice_choice (user_id, topic, texted, updated_at) values ($1, $2, $3, $4) \
    on conflict (user_id, topic) do update set texted = excluded.texted, updated_at = excluded.updated_at";

/// What somebody chose for a topic, if they did.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, user: UserId, topic: Topic) -> Result<Option<bool>, DbError> {
    on!(tx, |c| sqlx::query_scalar(OF)
        .bind(user)
        .bind(topic.code())
        .fetch_optional(c)
        .await)
}

/// The topics that concern the signed-in person.
pub(super) fn concerning(cx: &Cx) -> Vec<Topic> {
    let post = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.grants.iter().any(|grant| grant.role != Role::Resident));
    let topics = Topic::ALL.iter().copied();
    topics.filter(|topic| post || !topic.of_posts()).collect()
}

/// What the page of choices shows; `push` where pushes are set up.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, or as the database fails.
pub async fn page(cx: &Cx, push: Option<&Push>) -> Result<TopicChoices, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let setting = setting::of(&mut tx, user).await?;
    let mut topics = Vec::new();
    for topic in concerning(cx) {
        let chosen = of(&mut tx, user, topic).await?;
        topics.push(TopicChoice {
            topic,
            texted: chosen.unwrap_or(topic.texted() != Texted::Asked),
            pushed: setting.pushes(topic),
        });
    }
    let phone = account::must(&mut tx, user).await?.phone(cx.keys())?;
    let phone = phone.map(|phone| Phone::parse("phone", &phone)).transpose()?;
    let push = match push {
        Some(push) => Some(PushOffer {
            key: push.public_key().to_owned(),
            here: push::subscription::is_here(cx, &mut tx, push).await?,
        }),
        None => None,
    };
    let sent = delivery::store::recent(&mut tx, user, None).await?;
    Ok(TopicChoices {
        topics,
        phone: phone.map(|phone| phone.masked()),
        times: setting.times(),
        push,
        sent: sent
            .into_iter()
            .filter_map(|stored| sent_row(stored, tx.now()))
            .collect(),
    })
}

/// None for what a newer release has sent.
fn sent_row(stored: delivery::store::Recent, now: Timestamp) -> Option<SentRow> {
    let channel = Channel::from_code(&stored.channel)?;
    // A short message was handed over; what became of it, the message port says. It gives up on what is a day old, and nothing waits
    // for longer than that to be handed over.
    let late = stored.created_at.plus(2 * Timestamp::DAY) < now;
    let state = match (stored.state.as_str(), stored.message_state.as_deref()) {
        ("sent", Some("failed")) | ("failed", _) => SentState::Failed,
        ("sent", Some("waiting")) if late => SentState::Failed,
        ("sent", Some("waiting")) | ("waiting", _) => SentState::Waiting,
        ("sent", _) => SentState::Sent,
        _ => SentState::Dropped,
    };
    let label = match (stored.counted, stored.kind.as_deref().and_then(Kind::from_code)) {
        (Some(counted), _) => delivery::digest::words(counted),
        (None, Some(kind)) => kind.topic().label().to_owned(),
        (None, None) => "消息".to_owned(),
    };
    Some(SentRow {
        channel,
        label,
        state,
        at: stored.created_at,
    })
}

/// Topics by their codes, from the field `field` of a form.
///
/// # Errors
/// [`AppError::Invalid`] for one that is none.
pub(super) fn topics(field: &str, codes: &[String]) -> Result<Vec<Topic>, AppError> {
    codes
        .iter()
        .map(|code| {
            Topic::from_code(code).ok_or_else(|| AppError::invalid(field, "没有这一项，请刷新后再选。"))
        })
        .collect()
}

/// Has short messages come for `wanted`, and for no other topic that the person may choose.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, [`AppError::Invalid`] for a topic that is none, or as the database fails.
pub async fn save(cx: &Cx, wanted: &[String]) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let wanted = topics("topics", wanted)?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    for topic in concerning(cx) {
        if topic.texted() != Texted::Otherwise {
            execute!(tx, SET, user, topic.code(), wanted.contains(&topic), now)?;
        }
    }
    tx.commit().await?;
    Ok(())
}
