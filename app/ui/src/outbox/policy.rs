//! What becomes of a write that waits: pure rules, tested without a browser.

use serde::{Deserialize, Serialize};
use shared::UserId;

/// The first wait after a failure, and the longest, in ms.
const FIRST_WAIT_MS: i64 = 2_000;
const LONGEST_WAIT_MS: i64 = 10 * 60_000;

/// A write that the device keeps until the server has it. Fields may be added with a default, never renamed: an item
/// outlives the version of the application that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Made once, on the device; sent as `Idempotency-Key`, so that the server does it once.
    pub id: String,
    /// Whose it is. Nobody else's session sends it.
    pub owner: UserId,
    /// An explicit, versioned path: `/api/v1/…`.
    pub path: String,
    /// A form, as server functions read it.
    pub body: String,
    /// What it is, in the person's words: `走访记录：3 幢 201`.
    pub label: String,
    /// When it was made, in ms since 1970 by the device's clock.
    pub made_at_ms: i64,
    #[serde(default)]
    pub attempts: u32,
    /// Not before, in ms since 1970.
    #[serde(default)]
    pub next_try_ms: i64,
    #[serde(default)]
    pub state: State,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    #[default]
    Waiting,
    /// The server does not take it as it is; sending it again changes nothing until the person has looked.
    NeedsYou { message: String },
}

impl Item {
    /// Whether it was tried and is still here. Before that there is nothing to tell: it is on its way.
    pub fn tried(&self) -> bool {
        self.next_try_ms > 0 || self.state != State::Waiting
    }
}

/// How a try went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server answered.
    Answered {
        status: u16,
        /// What it said, for the person.
        message: Option<String>,
        /// `Retry-After` in seconds.
        retry_after_s: Option<i64>,
    },
    /// No answer came: no signal, or it took too long.
    NoAnswer,
}

/// What to do with the item, and whether the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The server has it.
    Sent,
    /// Keep it as it is now, and go on with the next.
    Keep(Item),
    /// Keep it, and stop: the others would fare the same.
    Stop(Item),
}

/// What becomes of `item` after `outcome` at `now_ms`.
pub fn after(mut item: Item, outcome: &Outcome, now_ms: i64) -> Step {
    let Outcome::Answered {
        status,
        message,
        retry_after_s,
    } = outcome
    else {
        return Step::Stop(postponed(item, None, now_ms));
    };
    match status {
        200..300 => Step::Sent,
        // The session is over: it waits as it is until its person signs in again.
        401 => {
            item.next_try_ms = now_ms;
            Step::Stop(item)
        }
        // Too much at once is true for the others as well.
        429 => Step::Stop(postponed(item, *retry_after_s, now_ms)),
        408 | 500.. => Step::Keep(postponed(item, *retry_after_s, now_ms)),
        _ => {
            let message = message
                .clone()
                .unwrap_or_else(|| "没有收下，请看一下再决定。".to_owned());
            item.state = State::NeedsYou { message };
            Step::Keep(item)
        }
    }
}

fn postponed(mut item: Item, retry_after_s: Option<i64>, now_ms: i64) -> Item {
    let doubled = FIRST_WAIT_MS
        .saturating_mul(1_i64 << item.attempts.min(20))
        .min(LONGEST_WAIT_MS);
    let asked = retry_after_s.unwrap_or(0).clamp(0, 24 * 3600) * 1_000;
    item.attempts = item.attempts.saturating_add(1);
    item.next_try_ms = now_ms.saturating_add(doubled.max(asked));
    item
}

/// What `user` may send now, the oldest first. `eager`: the signal is back or the person asks, so waits are cut short.
pub fn due(items: &[Item], user: UserId, now_ms: i64, eager: bool) -> Vec<Item> {
    let mut due: Vec<Item> = items
        .iter()
        .filter(|item| item.owner == user && item.state == State::Waiting)
        // A clock that was put back must not hold an item for longer than the longest wait.
        .filter(|item| eager || item.next_try_ms <= now_ms || item.next_try_ms > now_ms + 24 * 3600 * 1_000)
        .cloned()
        .collect();
    due.sort_by(|a, b| (a.made_at_ms, &a.id).cmp(&(b.made_at_ms, &b.id)));
    due
}

/// How long until the next of `user`'s items is due, in ms.
pub fn next_wait_ms(items: &[Item], user: UserId, now_ms: i64) -> Option<i64> {
    items
        .iter()
        .filter(|item| item.owner == user && item.state == State::Waiting)
        .map(|item| (item.next_try_ms - now_ms).clamp(FIRST_WAIT_MS, LONGEST_WAIT_MS))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(n))
    }

    fn item(id: &str, owner: u128, made_at_ms: i64) -> Item {
        Item {
            id: id.into(),
            owner: user(owner),
            path: "/api/v1/visits".into(),
            body: "{}".into(),
            label: "走访记录".into(),
            made_at_ms,
            attempts: 0,
            next_try_ms: 0,
            state: State::Waiting,
        }
    }

    fn answered(status: u16) -> Outcome {
        Outcome::Answered {
            status,
            message: None,
            retry_after_s: None,
        }
    }

    #[test]
    fn taken_is_gone() {
        for status in [200, 201, 204] {
            assert_eq!(after(item("a", 1, 0), &answered(status), 10), Step::Sent);
        }
    }

    #[test]
    fn no_signal_stops_the_run_and_waits_longer_each_time() {
        let mut now = 1_000;
        let mut last = 0;
        let mut kept = item("a", 1, 0);
        for _ in 0..40 {
            let Step::Stop(next) = after(kept, &Outcome::NoAnswer, now) else {
                panic!("must stop")
            };
            let wait = next.next_try_ms - now;
            assert!(wait >= last && wait <= LONGEST_WAIT_MS);
            (last, now, kept) = (wait, next.next_try_ms, next);
        }
        assert_eq!(last, LONGEST_WAIT_MS);
        assert_eq!(kept.state, State::Waiting);
    }

    #[test]
    fn a_busy_server_is_tried_again_and_the_others_go_on() {
        for status in [408, 500, 502, 503, 504] {
            let Step::Keep(kept) = after(item("a", 1, 0), &answered(status), 10) else {
                panic!("{status}")
            };
            assert_eq!(kept.state, State::Waiting);
            assert_eq!(kept.next_try_ms, 10 + FIRST_WAIT_MS);
        }
    }

    #[test]
    fn waits_as_long_as_the_server_asks() {
        let outcome = Outcome::Answered {
            status: 429,
            message: None,
            retry_after_s: Some(90),
        };
        let Step::Stop(kept) = after(item("a", 1, 0), &outcome, 0) else {
            panic!()
        };
        assert_eq!(kept.next_try_ms, 90_000);
        let silly = Outcome::Answered {
            status: 503,
            message: None,
            retry_after_s: Some(i64::MAX),
        };
        let Step::Keep(kept) = after(item("a", 1, 0), &silly, 0) else {
            panic!()
        };
        assert_eq!(kept.next_try_ms, 24 * 3600 * 1_000);
    }

    #[test]
    fn what_the_server_refuses_needs_the_person() {
        for status in [400, 403, 404, 409, 413, 422, 302] {
            let outcome = Outcome::Answered {
                status,
                message: Some("地址不对。".into()),
                retry_after_s: None,
            };
            let Step::Keep(kept) = after(item("a", 1, 0), &outcome, 10) else {
                panic!("{status}")
            };
            assert_eq!(
                kept.state,
                State::NeedsYou {
                    message: "地址不对。".into()
                }
            );
            assert!(
                due(&[kept], user(1), i64::MAX / 2, true).is_empty(),
                "must not be tried again by itself"
            );
        }
    }

    #[test]
    fn a_session_that_is_over_loses_nothing() {
        let Step::Stop(kept) = after(item("a", 1, 0), &answered(401), 10) else {
            panic!()
        };
        assert_eq!((kept.attempts, &kept.state), (0, &State::Waiting));
        assert!(
            kept.tried() && !item("a", 1, 0).tried(),
            "it is told of from now on"
        );
        assert_eq!(due(&[kept], user(1), 10, false).len(), 1);
    }

    #[test]
    fn nobody_sends_for_another_and_the_oldest_goes_first() {
        let mut later = item("c", 1, 3);
        later.next_try_ms = 500;
        let items = [item("b", 1, 2), item("x", 2, 0), item("a", 1, 2), later];
        let ids = |eager| {
            due(&items, user(1), 100, eager)
                .into_iter()
                .map(|i| i.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(false), ["a", "b"]);
        assert_eq!(ids(true), ["a", "b", "c"]);
        assert!(due(&items, user(3), 100, true).is_empty());
    }

    #[test]
    fn the_timer_is_set_for_the_next_one() {
        let mut waiting = item("a", 1, 0);
        waiting.next_try_ms = 30_000;
        assert_eq!(
            next_wait_ms(std::slice::from_ref(&waiting), user(1), 0),
            Some(30_000)
        );
        assert_eq!(
            next_wait_ms(std::slice::from_ref(&waiting), user(1), 60_000),
            Some(FIRST_WAIT_MS)
        );
        assert_eq!(next_wait_ms(&[waiting], user(2), 0), None);
    }

    #[test]
    fn an_item_of_an_older_version_is_still_read() {
        let old = r#"{"id":"a","owner":"00000000-0000-0000-0000-000000000001","path":"/api/v1/visits","body":"{}",
            "label":"走访记录","made_at_ms":1,"something_new":true}"#;
        assert_eq!(serde_json::from_str::<Item>(old).unwrap(), item("a", 1, 1));
    }
}
