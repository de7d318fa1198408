//! Staying on a page that a form has changed.
//!
//! A redirect after a form loads the page anew, since another viewer may stand before it (a sign-in, say). A page with several forms
//! would lose what was typed into the others; it says that it fetches anew by itself, and a redirect to its own address stays on it.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Goes to an address within the page.
type Going = Rc<dyn Fn(&str)>;

thread_local! {
    static GOING: RefCell<Option<Going>> = const { RefCell::new(None) };
}

/// As long as the page lives, redirects to its own address stay on it: it fetches anew what was changed.
pub fn stays_when_changed() {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let going = move |to: &str| {
            navigate(
                to,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        };
        GOING.with_borrow_mut(|held| *held = Some(Rc::new(going)));
    });
    on_cleanup(|| GOING.with_borrow_mut(|held| *held = None));
}

/// Goes to `to` within the page that one is on, if that page stays; whether it did.
pub fn stay(to: &str) -> bool {
    let path = window().location().pathname().unwrap_or_default();
    let same = to.split(['?', '#']).next() == Some(path.as_str());
    let going = if same {
        GOING.with_borrow(Clone::clone)
    } else {
        None
    };
    let Some(going) = going else { return false };
    going(to);
    true
}
