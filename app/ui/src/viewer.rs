//! Who looks at the page, and on what terms. The application provides it to every page, on the server and in the
//! browser alike.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::Actor;

/// What a page may know of the person before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// `None` for the public, and for a page that booted without a network.
    pub actor: Option<Actor>,
    /// Whether this is a demonstration: accounts are listed at sign-in, codes are shown, `/_ui` is there.
    pub demo: bool,
    /// The event position that the page was rendered at; the event stream resumes from there.
    pub position: i64,
    /// The filing number (ICP备案号) to be shown at the foot of public pages.
    pub filing: Option<String>,
    /// How many notices were unread when the page was rendered.
    pub unread: u32,
}

/// How many notices are unread, as the server brings it along with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread(pub u32);

impl Viewer {
    pub fn signed_in(&self) -> bool {
        self.actor.is_some()
    }
}

/// The current viewer.
pub fn use_viewer() -> Viewer {
    use_context::<Viewer>().unwrap_or_default()
}
