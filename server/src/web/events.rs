//! The event stream to browsers: one SSE stream a browser, with resume, heartbeat and authorisation a topic.
//!
//! A stream may last for days. Who listens to more than what is public is asked for again at every beat, and the stream
//! ends when they may no longer: after signing out, when a role has ended, when the account is no more. The browser comes
//! again and is told what it may have. That the database does not answer once ends no stream, or all browsers would come again at once;
//! that it does not twice in a row does, for nobody is to listen who cannot be asked for.
//!
//! `GET /events?topics=orgs,user/ID&after=POSITION`; a reconnecting browser sends `Last-Event-ID` instead of `after`.
//! A message's `data` is `{"topic","kind","subject","data"}`; its id is the position. `event: reset` tells a page that
//! what it missed is no longer kept: it has to load afresh.

use std::{collections::HashSet, convert::Infallible, sync::Arc, time::Duration};

use accounts::server::{Settings, session};
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
    House,
    access::Request,
    event::{Next, Numbered, Subscription},
};
use futures::stream::{self, Stream};
use serde::Deserialize;
use shared::AppError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::{
    failure,
    streams::{Place, Streams},
    topics::{is_public, may_listen},
};

/// Proxies cut a silent connection after a minute or so.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Topics that one stream may name.
const MOST_TOPICS: usize = 50;

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
    Extension(settings): Extension<Settings>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    match open(&streams, &request, settings, &wish, &headers) {
        Ok(sse) => sse.into_response(),
        Err(error) => failure::respond(&error, &headers),
    }
}

fn open(
    streams: &Arc<Streams>,
    request: &Request,
    settings: Settings,
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
    let watch = if topics.iter().all(|topic| is_public(topic)) {
        None
    } else {
        let token = session::token(headers, settings).ok_or(AppError::Unauthenticated)?;
        Some(Watch::over(&request.house, &token, streams.beat))
    };
    let place = streams.enter(actor.map(|a| a.user), request.address)?;
    let listening = Listening {
        subscription: streams.hub.subscribe(last_seen.or(wish.after)),
        topics,
        watch,
        stopping: streams.stopping.clone(),
        _place: place,
    };
    let messages = stream::unfold(listening, |mut listening| async move {
        let message = listening.next().await?;
        Some((Ok(message), listening))
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// Over a stream's session. Of its token only the hash is kept.
#[derive(Debug)]
struct Watch {
    house: House,
    session: String,
    beat: Interval,
    /// Whether who listens could not be told the last time.
    failed: bool,
}

impl Watch {
    fn over(house: &House, token: &str, every: Duration) -> Self {
        let mut beat = interval_at(Instant::now() + every, every);
        // Who has not read for an hour is asked for once, not for every beat that was missed.
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            house: house.clone(),
            session: session::hash(token),
            beat,
            failed: false,
        }
    }

    /// Whether whoever has the session now may hear of all of `topics`, or may have the benefit of the doubt.
    async fn allows(&mut self, topics: &HashSet<String>) -> bool {
        let allowed = match session::look(&self.house, &self.session).await {
            Ok(visit) => {
                let actor = visit.as_ref().map(|visit| &visit.actor);
                Some(topics.iter().all(|topic| may_listen(actor, topic).is_ok()))
            }
            Err(error) => {
                tracing::warn!(%error, "who listens to an event stream cannot be told");
                None
            }
        };
        goes_on(&mut self.failed, allowed)
    }
}

/// Whether a stream goes on after a look at who listens; `None` where the look failed. `failed` says whether the last one did.
fn goes_on(failed: &mut bool, allowed: Option<bool>) -> bool {
    let before = std::mem::replace(failed, allowed.is_none());
    allowed.unwrap_or(!before)
}

/// The next beat; never, where nobody is watched.
async fn due(watch: Option<&mut Watch>) {
    match watch {
        Some(watch) => {
            watch.beat.tick().await;
        }
        None => std::future::pending().await,
    }
}

#[derive(Debug)]
struct Listening {
    subscription: Subscription,
    topics: HashSet<String>,
    /// Over who listens, where not all of it is public.
    watch: Option<Watch>,
    stopping: CancellationToken,
    _place: Place,
}

impl Listening {
    /// The next message, or `None` when the server stops, the database goes on failing, or who listens may no longer; the browser
    /// then comes again.
    async fn next(&mut self) -> Option<Event> {
        loop {
            // In this order: however much there is to be told, the beat is not missed.
            let next = tokio::select! {
                biased;
                () = self.stopping.cancelled() => return None,
                () = due(self.watch.as_mut()) => None,
                next = self.subscription.next() => Some(next),
            };
            let Some(next) = next else {
                if let Some(watch) = &mut self.watch
                    && !watch.allows(&self.topics).await
                {
                    return None;
                }
                continue;
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
    use super::*;

    #[test]
    fn one_failed_look_ends_no_stream_and_two_in_a_row_do() {
        let (may, may_not, failed) = (Some(true), Some(false), None);
        for (looks, expected) in [
            (vec![may, may_not], false),
            (vec![failed], true),
            (vec![failed, may], true),
            (vec![failed, may_not], false),
            (vec![failed, may, failed], true),
            (vec![may, failed, failed], false),
        ] {
            let mut before = false;
            let last = looks.iter().fold(true, |_, look| goes_on(&mut before, *look));
            assert_eq!(last, expected, "{looks:?}");
        }
    }
}
