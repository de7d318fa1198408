//! When the live map is fetched: once somebody wants of the map what the picture cannot give.
//!
//! It is 75 KB over the wire and half a second of a cheap phone's time, and who only looks has the picture, the links and
//! the table already. A finger or a pointer on the map, a focus on its buttons, or an address that tells where to look calls for it.

use std::cell::Cell;

use leptos::prelude::*;

/// What somebody wants done on the map, also before it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Nearer,
    Farther,
    All,
    Here,
    FullScreen,
    Picture,
}

thread_local! {
    /// Who has used one map in this visit gets the next ones live at once.
    static USED: Cell<bool> = const { Cell::new(false) };
}

/// What is wanted of one page's map.
#[derive(Clone, Copy)]
pub struct Interest {
    wanted: RwSignal<bool>,
    doing: RwSignal<Option<Doing>>,
    /// Whether the live map is there.
    pub ready: RwSignal<bool>,
    /// Whether scripts run at all: only then are buttons shown.
    pub scripted: RwSignal<bool>,
}

impl Interest {
    /// `at_once`: the page shows what only the live map can.
    pub fn new(at_once: bool) -> Self {
        let interest = Self {
            wanted: RwSignal::new(false),
            doing: RwSignal::new(None),
            ready: RwSignal::new(false),
            scripted: RwSignal::new(false),
        };
        Effect::new(move |_| {
            interest.scripted.set(true);
            if at_once || USED.get() {
                interest.wanted.set(true);
            }
        });
        interest
    }

    pub fn rouse(self) {
        USED.set(true);
        if !self.wanted.get_untracked() {
            self.wanted.set(true);
        }
    }

    pub fn want(self, doing: Doing) {
        self.doing.set(Some(doing));
        self.rouse();
    }

    /// Whether it is to be fetched; tracks.
    pub fn wanted(self) -> bool {
        self.wanted.get()
    }

    /// Whether it is being fetched; tracks.
    pub fn waiting(self) -> bool {
        self.wanted.get() && !self.ready.get()
    }

    /// The live map has come.
    pub fn met(self) {
        _ = self.ready.try_set(true);
    }

    /// It could not be had: the next touch tries again. Gives whether something was waiting to be done.
    pub fn failed(self) -> bool {
        _ = self.wanted.try_set(false);
        self.doing.try_update(Option::take).flatten().is_some()
    }

    /// Has `act` called with each thing wanted, once the live map is there.
    pub fn perform(self, act: impl Fn(Doing) + 'static) {
        Effect::new(move |_| {
            if self.ready.get()
                && let Some(doing) = self.doing.get()
            {
                self.doing.set(None);
                act(doing);
            }
        });
    }
}
