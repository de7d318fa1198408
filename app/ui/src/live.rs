//! What happens elsewhere, told to the page: the events of the server, over the one stream that a browser holds.
//!
//! In effects only: the server rendering a page hears nothing, and a page without script shows what was true when it
//! was made.

use std::rc::Rc;

use js_sys::{JSON, Reflect};
use leptos::prelude::*;
use shared::Permission;
use wasm_bindgen::JsValue;

use crate::{browser, viewer::use_viewer};

/// Something that has happened. Whom it concerns and what it carries, its topic says; see the pillar that tells it.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    /// Its number; later events have higher ones.
    pub seq: i64,
    pub topic: String,
    /// What happened, such as `orgs.node.rename`.
    pub kind: String,
    /// The id of what it happened to, if it is one thing.
    pub subject: Option<String>,
    // The browser reads it: a reader of any JSON would be 5 KB more in the bundle.
    data: JsValue,
}

impl LiveEvent {
    /// A text that the event carries.
    pub fn text(&self, name: &str) -> Option<String> {
        member(&self.data, name)?.as_string()
    }

    fn read(event: &web_sys::Event) -> Option<Self> {
        let message = JSON::parse(&browser::detail(event, "json")?).ok()?;
        let text = |name| member(&message, name)?.as_string();
        Some(Self {
            seq: browser::detail_number(event, "seq")?,
            topic: text("topic")?,
            kind: text("kind")?,
            subject: text("subject"),
            data: member(&message, "data").unwrap_or(JsValue::NULL),
        })
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

/// Has `heard` called with every event of `topics` since the page was rendered, for as long as the component lives and
/// while the list of topics (a list, or a signal of one) says so.
///
/// An event comes once and in order. It is told after what it tells of has been stored, so that fetching anew answers
/// with it. A page is also to listen to [`use_reset`], or it stays behind after a long sleep.
pub fn use_events(topics: impl Into<Signal<Vec<String>>>, heard: impl Fn(LiveEvent) + 'static) {
    let topics = topics.into();
    let after = use_viewer().position;
    let heard = Rc::new(heard);
    Effect::new(move |_| {
        let topics = topics.get();
        if topics.is_empty() {
            return;
        }
        browser::listen_to_server(&topics, after);
        let heard = Rc::clone(&heard);
        browser::listen("linli:event", move |event| {
            if let Some(event) = LiveEvent::read(&event)
                && topics.iter().any(|wanted| matches(wanted, &event.topic))
            {
                heard(event);
            }
        });
    });
}

/// Paths that a page listens to: a stream has 50 topics for all that a page shows.
const MOST_PATHS: usize = 20;

/// The topics of what happens where the viewer holds `permission`; none if they do not. The server lets somebody hear of where they
/// see who works, which whoever works somewhere does.
pub fn work_topics(permission: Permission) -> Vec<String> {
    let scope = use_viewer().actor.map(|actor| actor.scope_of(permission));
    let paths = scope.as_ref().map(shared::Scope::paths).unwrap_or_default();
    paths
        .iter()
        .take(MOST_PATHS)
        .map(|path| format!("path/{path}"))
        .collect()
}

/// Has `heard` called when what the page has missed is no longer kept: it is to fetch afresh what it shows.
pub fn use_reset(heard: impl Fn() + 'static) {
    let heard = Rc::new(heard);
    Effect::new(move |_| {
        let heard = Rc::clone(&heard);
        browser::listen("linli:reset", move |_| heard());
    });
}

/// `path/32/` hears of everything below it, any other topic only of itself; as the server has it.
fn matches(wanted: &str, topic: &str) -> bool {
    wanted == topic || (wanted.starts_with("path/") && topic.starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_hears_of_what_is_below_it() {
        assert!(matches("path/32/", "path/32/3205/"));
        assert!(!matches("path/32/", "path/320/"));
        assert!(!matches("orgs", "orgs/1"));
    }
}
