//! The event stream to browsers: one SSE stream a browser, with resume, heartbeat and authorisation a topic.
//!
//! `GET /events?topics=orgs,user/ID&after=POSITION`; a reconnecting browser sends `Last-Event-ID` instead of `after`.
//! A message's `data` is `{"topic","kind","subject","data"}`; its id is the position. `event: reset` tells a page that
//! what it missed is no longer kept: it has to load afresh.

use std::{collections::HashSet, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{Query, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use db::{
    access::Request,
    event::{Next, Numbered, Subscription},
};
use futures::stream::{self, Stream};
use serde::Deserialize;
use shared::{Actor, AppError, Permission, UserId};
use tokio_util::sync::CancellationToken;

use super::{
    failure,
    streams::{Place, Streams},
};

/// Proxies cut a silent connection after a minute or so.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Topics that one stream may name.
const MOST_TOPICS: usize = 50;
/// Topics that anybody may listen to: what they tell of is public.
const PUBLIC: [&str; 5] = ["orgs", "grid", "catalogue", "poi", "site"];

#[derive(Debug, Deserialize)]
struct Wish {
    #[serde(default)]
    topics: String,
    after: Option<i64>,
}

pub fn routes(streams: Arc<Streams>) -> Router {
    Router::new().route("/events", get(events)).with_state(streams)
}

async fn events(
    State(streams): State<Arc<Streams>>,
    Extension(request): Extension<Request>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    match open(&streams, &request, &wish, &headers) {
        Ok(sse) => sse.into_response(),
        Err(error) => failure::respond(&error, &headers),
    }
}

fn open(
    streams: &Arc<Streams>,
    request: &Request,
    wish: &Wish,
    headers: &HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>, AppError> {
    let topics: HashSet<String> = wish
        .topics
        .split(',')
        .filter(|t| !t.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    if topics.is_empty() || topics.len() > MOST_TOPICS {
        return Err(AppError::invalid(
            "topics",
            format!("请写 1 到 {MOST_TOPICS} 个主题。"),
        ));
    }
    let actor = request.actor.as_deref();
    for topic in &topics {
        may_listen(actor, topic)?;
    }
    let last_seen = headers
        .get("last-event-id")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok());
    let place = streams.enter(actor.map(|a| a.user))?;
    let listening = Listening {
        subscription: streams.hub.subscribe(last_seen.or(wish.after)),
        topics,
        stopping: streams.stopping.clone(),
        _place: place,
    };
    let messages = stream::unfold(listening, |mut listening| async move {
        let message = listening.next().await?;
        Some((Ok(message), listening))
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// Who may hear of what. A topic that is not listed here is nobody's.
///
/// # Errors
/// [`AppError::Unauthenticated`], [`AppError::Forbidden`] or, for another person's, [`AppError::NotFound`].
fn may_listen(actor: Option<&Actor>, topic: &str) -> Result<(), AppError> {
    if PUBLIC.contains(&topic) {
        return Ok(());
    }
    let actor = actor.ok_or(AppError::Unauthenticated)?;
    let (kind, rest) = topic.split_once('/').unwrap_or((topic, ""));
    let (holds, otherwise) = match kind {
        "user" => (
            rest.parse().is_ok_and(|user: UserId| user == actor.user),
            AppError::NotFound,
        ),
        // `path/32/3205/…/`: what happens below a node, for those who work there.
        "path" => (
            actor.scope_of(Permission::StaffView).covers(rest),
            AppError::NotFound,
        ),
        "jobs" => (actor.may(Permission::JobsManage), AppError::Forbidden),
        _ => (false, AppError::NotFound),
    };
    if holds { Ok(()) } else { Err(otherwise) }
}

#[derive(Debug)]
struct Listening {
    subscription: Subscription,
    topics: HashSet<String>,
    stopping: CancellationToken,
    _place: Place,
}

impl Listening {
    /// The next message, or `None` when the server stops or the database fails; the browser then comes again.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let next = tokio::select! {
                () = self.stopping.cancelled() => return None,
                next = self.subscription.next() => next,
            };
            match next {
                Ok(Next::Event(event)) if self.wants(&event.topic) => return message(&event),
                Ok(Next::Event(_)) => {}
                Ok(Next::Reset(position)) => {
                    return Some(
                        Event::default()
                            .event("reset")
                            .id(position.to_string())
                            .data(position.to_string()),
                    );
                }
                Err(error) => {
                    tracing::warn!(%error, "an event stream ends");
                    return None;
                }
            }
        }
    }

    fn wants(&self, topic: &str) -> bool {
        self.topics.contains(topic)
            || self
                .topics
                .iter()
                .any(|t| t.starts_with("path/") && topic.starts_with(t.as_str()))
    }
}

fn message(event: &Numbered) -> Option<Event> {
    let body = serde_json::json!({
        "topic": event.topic, "kind": event.kind, "subject": event.subject, "data": event.data.0,
    });
    Event::default().id(event.seq.to_string()).json_data(body).ok()
}

#[cfg(test)]
mod tests {
    use shared::{DeviceId, Grant, NodeId, Role, SessionId};

    use super::*;

    fn actor(role: Role) -> Actor {
        let id = uuid::Uuid::from_u128(7);
        let grant = Grant {
            role,
            node: NodeId(id),
            code: String::new(),
            node_name: String::new(),
            path: "32/3205/".into(),
            until: None,
            delegated: false,
        };
        Actor {
            user: UserId(id),
            name: String::new(),
            session: SessionId(id),
            device: DeviceId(id),
            second_factor: true,
            grants: vec![grant],
            acting_for: None,
        }
    }

    #[test]
    fn a_topic_is_heard_by_those_whom_it_concerns() {
        let worker = actor(Role::GridWorker);
        let own = format!("user/{}", worker.user);
        assert_eq!(may_listen(None, "orgs"), Ok(()));
        assert_eq!(may_listen(None, &own), Err(AppError::Unauthenticated));
        assert_eq!(may_listen(Some(&worker), &own), Ok(()));
        assert_eq!(
            may_listen(Some(&worker), "user/0192aaaa-0000-7000-8000-000000000000"),
            Err(AppError::NotFound)
        );
        assert_eq!(may_listen(Some(&worker), "path/32/3205/320581/"), Ok(()));
        assert_eq!(
            may_listen(Some(&worker), "path/32/3201/"),
            Err(AppError::NotFound)
        );
        assert_eq!(may_listen(Some(&worker), "jobs"), Err(AppError::Forbidden));
        assert_eq!(may_listen(Some(&actor(Role::SystemAdmin)), "jobs"), Ok(()));
        assert_eq!(may_listen(Some(&worker), "anything"), Err(AppError::NotFound));
    }
}
