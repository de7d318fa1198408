//! What happens elsewhere, told to the page: the events of the server, over the one stream that a browser holds.
//!
//! In effects only: the server rendering a page hears nothing, and a page without script shows what was true when it
//! was made.

use std::rc::Rc;

use leptos::prelude::*;
use serde::Deserialize;

use crate::{browser, viewer::use_viewer};

/// Something that has happened. Whom it concerns and what it carries, its topic says; see the pillar that tells it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LiveEvent {
    /// Its number; later events have higher ones.
    #[serde(default)]
    pub seq: i64,
    pub topic: String,
    /// What happened, such as `orgs.node.rename`.
    pub kind: String,
    /// The id of what it happened to, if it is one thing.
    pub subject: Option<String>,
    pub data: serde_json::Value,
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
            if let Some(event) = read(&event)
                && topics.iter().any(|wanted| matches(wanted, &event.topic))
            {
                heard(event);
            }
        });
    });
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

fn read(event: &web_sys::Event) -> Option<LiveEvent> {
    parse(
        &browser::detail(event, "json")?,
        browser::detail_number(event, "seq")?,
    )
}

fn parse(json: &str, seq: i64) -> Option<LiveEvent> {
    serde_json::from_str(json)
        .ok()
        .map(|event: LiveEvent| LiveEvent { seq, ..event })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_the_server_is_read() {
        let json = r#"{"topic":"orgs","kind":"orgs.node.rename","subject":null,"data":{"code":"320581"}}"#;
        let read =
            parse(json, 7).map(|event| (event.seq, event.kind, event.subject, event.data["code"].clone()));
        assert_eq!(read, Some((7, "orgs.node.rename".into(), None, "320581".into())));
        assert_eq!(parse("{}", 7), None);
    }

    #[test]
    fn a_path_hears_of_what_is_below_it() {
        assert!(matches("path/32/", "path/32/3205/"));
        assert!(!matches("path/32/", "path/320/"));
        assert!(!matches("orgs", "orgs/1"));
    }
}
