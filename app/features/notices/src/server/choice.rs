//! What people also want as a short message.

use accounts::{
    model::Phone,
    server::{account, act},
};
use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Role, UserId};

use crate::model::{Texted, Topic, TopicChoice, TopicChoices};

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
fn concerning(cx: &Cx) -> Vec<Topic> {
    let post = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.grants.iter().any(|grant| grant.role != Role::Resident));
    let topics = Topic::ALL.iter().copied();
    topics.filter(|topic| post || !topic.of_posts()).collect()
}

/// What the page of choices shows.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, or as the database fails.
pub async fn page(cx: &Cx) -> Result<TopicChoices, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let mut topics = Vec::new();
    for topic in concerning(cx) {
        let chosen = of(&mut tx, user, topic).await?;
        topics.push(TopicChoice {
            topic,
            texted: chosen.unwrap_or(topic.texted() != Texted::Asked),
        });
    }
    let phone = account::must(&mut tx, user).await?.phone(cx.keys())?;
    let phone = phone.map(|phone| Phone::parse("phone", &phone)).transpose()?;
    Ok(TopicChoices {
        topics,
        phone: phone.map(|phone| phone.masked()),
    })
}

/// Has short messages come for `wanted`, and for no other topic that the person may choose.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, [`AppError::Invalid`] for a topic that is none, or as the database fails.
pub async fn save(cx: &Cx, wanted: &[String]) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let wanted = wanted
        .iter()
        .map(|code| {
            Topic::from_code(code).ok_or_else(|| AppError::invalid("topics", "没有这一项，请刷新后再选。"))
        })
        .collect::<Result<Vec<_>, _>>()?;
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
