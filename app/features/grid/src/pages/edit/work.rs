//! What is being drawn: the steps, what they lead to, and keeping them on the server.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use shared::{AppError, Timestamp, UserId};

use super::{
    adapter::{EditMap, Happening},
    unsaved::{Shelf, Unsaved, device_time},
};
use crate::{
    api,
    model::{
        Place,
        coverage::{Coverage, Op, Refusal},
        draft::{DraftId, Editing, next_code},
    },
};

/// What a press on the map means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Look,
    Move,
    Remove,
    Split,
    Give,
    Draw,
}

impl Tool {
    /// As the script names it.
    const fn mode(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Move => "move",
            Self::Remove => "remove",
            Self::Split | Self::Give => "line",
            Self::Draw => "area",
        }
    }

    pub const fn draws(self) -> bool {
        matches!(self, Self::Split | Self::Give | Self::Draw)
    }
}

/// How what was done stands on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    Nothing,
    Saving,
    Saved(Timestamp),
    /// There was no connection: it is tried again.
    Waiting,
    /// It cannot be kept.
    Failed(AppError),
}

/// After so long it is tried again to keep what was done.
const AGAIN: Duration = Duration::from_secs(5);

/// The state of the page.
#[derive(Clone, Copy)]
pub struct Work {
    pub page: StoredValue<Editing>,
    pub map: EditMap,
    /// The coverage after each step; the first is what it began with.
    states: StoredValue<Vec<Coverage>>,
    ops: RwSignal<Vec<Op>>,
    pub done: RwSignal<usize>,
    pub tool: RwSignal<Tool>,
    pub selected: RwSignal<Option<String>>,
    /// Why the last thing was refused.
    pub refused: RwSignal<Option<Refusal>>,
    /// Why what the finger is about to do will be, or what is drawn so far.
    pub trying: RwSignal<Option<Refusal>>,
    /// What was drawn and waits to be told what it is.
    pub drawn: RwSignal<Option<Vec<Place>>>,
    pub sketched: RwSignal<usize>,
    /// Where the keyboard is, in words.
    pub cursor: RwSignal<String>,
    pub keeping: RwSignal<Keeping>,
    pub draft: RwSignal<Option<(DraftId, i64)>>,
    /// Counts what was done, undone and done again: each is kept.
    changes: RwSignal<u32>,
    saved: RwSignal<u32>,
    pub live: RwSignal<bool>,
    /// Where steps wait until the server has them.
    shelf: Shelf,
    /// Whether those that it does not have lie there.
    pub on_device: RwSignal<bool>,
    /// What pages before this one have left there.
    pub offered: RwSignal<Vec<(String, Unsaved)>>,
    /// How many steps of that could not be done, of how many.
    pub left_out: RwSignal<Option<(usize, usize)>>,
}

impl Work {
    pub fn new(page: Editing, owner: Option<UserId>) -> Self {
        let mut states = vec![Coverage::new(&page.ground)];
        let (ops, done) = page
            .draft
            .as_ref()
            .map_or_else(Default::default, |draft| (draft.ops.clone(), draft.done));
        let mut can = 0;
        for op in &ops {
            let Some(next) = states.last().and_then(|last| last.apply(op).ok()) else {
                break;
            };
            states.push(next);
            can += 1;
        }
        let keeping = page
            .draft
            .as_ref()
            .map_or(Keeping::Nothing, |draft| Keeping::Saved(draft.saved_at));
        Self {
            map: EditMap::new(),
            ops: RwSignal::new(ops.into_iter().take(can).collect()),
            done: RwSignal::new(done.min(can)),
            states: StoredValue::new(states),
            tool: RwSignal::new(Tool::Look),
            selected: RwSignal::new(None),
            refused: RwSignal::new(None),
            trying: RwSignal::new(None),
            drawn: RwSignal::new(None),
            sketched: RwSignal::new(0),
            cursor: RwSignal::new(String::new()),
            keeping: RwSignal::new(keeping),
            draft: RwSignal::new(page.draft.as_ref().map(|draft| (draft.id, draft.version))),
            changes: RwSignal::new(0),
            saved: RwSignal::new(0),
            live: RwSignal::new(false),
            shelf: Shelf::new(owner),
            on_device: RwSignal::new(false),
            offered: RwSignal::new(Vec::new()),
            left_out: RwSignal::new(None),
            page: StoredValue::new(page),
        }
    }

    /// Looks at the coverage as it is drawn now; tracks.
    pub fn now<T>(self, look: impl FnOnce(&Coverage) -> T) -> Option<T> {
        let done = self.done.get();
        self.changes.track();
        self.states.with_value(|states| states.get(done).map(look))
    }

    /// Looks at what it began with.
    pub fn begun<T>(self, look: impl FnOnce(&Coverage) -> T) -> Option<T> {
        self.states.with_value(|states| states.first().map(look))
    }

    fn now_untracked<T>(self, look: impl FnOnce(&Coverage) -> T) -> Option<T> {
        let done = self.done.get_untracked();
        self.states.with_value(|states| states.get(done).map(look))
    }

    pub fn can_undo(self) -> bool {
        self.done.get() > 0
    }

    pub fn can_redo(self) -> bool {
        self.done.get() < self.ops.with(Vec::len)
    }

    /// Whether all that was done is on the server.
    pub fn is_kept(self) -> bool {
        self.saved.get() == self.changes.get()
    }

    pub fn is_kept_untracked(self) -> bool {
        self.saved.get_untracked() == self.changes.get_untracked()
    }

    /// Does one thing, or says why not.
    pub fn act(self, op: Op) -> bool {
        // By keyboard too: what is offered is decided first.
        if self.offered.with_untracked(|offered| !offered.is_empty()) {
            return false;
        }
        self.trying.set(None);
        match self.now_untracked(|now| now.apply(&op)) {
            Some(Ok(next)) => {
                let done = self.done.get_untracked();
                self.states.update_value(|states| {
                    states.truncate(done + 1);
                    states.push(next);
                });
                self.ops.update(|ops| {
                    ops.truncate(done);
                    ops.push(op);
                });
                self.refused.set(None);
                self.go_to(done + 1);
                true
            }
            Some(Err(refusal)) => {
                self.map.trouble(refusal.place());
                self.refused.set(Some(refusal));
                self.draw();
                false
            }
            None => false,
        }
    }

    /// Does what was drawn; then the map has the keyboard again.
    pub fn settle(self, op: Op) {
        if self.act(op) {
            self.take(Tool::Look);
            self.map.focus();
        }
    }

    /// Whether a code was ever borne in this draft.
    pub fn knows(self, code: &str) -> bool {
        self.now_untracked(|now| now.unit(code).is_some() || now.ended().contains_key(code))
            .unwrap_or_default()
    }

    pub fn undo(self) {
        if let Some(done) = self.done.get_untracked().checked_sub(1) {
            self.refused.set(None);
            self.go_to(done);
        }
    }

    pub fn redo(self) {
        let done = self.done.get_untracked();
        if done < self.ops.with_untracked(Vec::len) {
            self.refused.set(None);
            self.go_to(done + 1);
        }
    }

    fn go_to(self, done: usize) {
        self.done.set(done);
        self.changes.update(|changes| *changes += 1);
        self.trying.set(None);
        self.map.trouble(None);
        let chosen = self.selected.get_untracked();
        if chosen.is_some_and(|code| {
            self.now_untracked(|now| now.unit(&code).is_none())
                .unwrap_or(true)
        }) {
            self.select(None);
        }
        self.draw();
        self.keep_on_device();
        self.keep();
    }

    /// Keeps what the server does not have where it outlives this page.
    fn keep_on_device(self) {
        let unsaved = Unsaved {
            draft: self.draft.get_untracked(),
            ops: self.ops.get_untracked(),
            done: self.done.get_untracked(),
            at: device_time(),
        };
        let code = self.page.with_value(|page| page.code.clone());
        self.on_device.set(self.shelf.keep(&code, &unsaved));
    }

    /// Looks whether a page before this one has left something on the device.
    pub fn look_on_device(self) {
        let left = self
            .page
            .with_value(|page| self.shelf.left(&page.code, page.draft.as_ref()));
        self.offered.set(left);
    }

    /// Goes on with what was left on the device, as far as it can be done, instead of what the server has.
    pub fn take_up(self) {
        let Some((what, unsaved)) = self.next_offered() else {
            return;
        };
        let mut states: Vec<Coverage> = self.begun(Clone::clone).into_iter().collect();
        let (mut ops, mut done) = (Vec::new(), 0);
        for (number, op) in unsaved.ops.into_iter().enumerate() {
            let Some(Ok(next)) = states.last().map(|last| last.apply(&op)) else {
                continue;
            };
            states.push(next);
            ops.push(op);
            done += usize::from(number < unsaved.done);
        }
        let missing = unsaved.done.saturating_sub(done);
        self.left_out
            .set((missing > 0).then_some((missing, unsaved.done)));
        // What the server has is not given up for steps that cannot be done; for none, if all were undone, it is.
        let used = done > 0 || unsaved.done == 0;
        if used {
            self.states.set_value(states);
            self.ops.set(ops);
            self.refused.set(None);
            self.go_to(done);
        }
        if !used || self.on_device.get_untracked() {
            self.shelf.forget(&what);
        }
    }

    /// What was left on the device is not wanted.
    pub fn leave(self) {
        if let Some((what, _)) = self.next_offered() {
            self.shelf.forget(&what);
        }
    }

    fn next_offered(self) -> Option<(String, Unsaved)> {
        let mut offered = self.offered.get_untracked();
        let next = (!offered.is_empty()).then(|| offered.remove(0));
        self.offered.set(offered);
        next
    }

    /// Tries once more to keep what was done.
    pub fn retry(self) {
        self.keeping.set(Keeping::Nothing);
        self.keep();
    }

    /// Shows on the map what there is.
    pub fn draw(self) {
        self.now_untracked(|now| self.begun(|begun| self.map.show_coverage(now, begun)));
    }

    pub fn select(self, code: Option<String>) {
        self.map.select(code.as_deref());
        self.cursor.set(String::new());
        self.selected.set(code);
    }

    pub fn take(self, tool: Tool) {
        self.tool.set(tool);
        self.drawn.set(None);
        self.sketched.set(0);
        self.refused.set(None);
        self.trying.set(None);
        self.cursor.set(String::new());
        self.map.trouble(None);
        self.map.mode(tool.mode());
        self.draw();
    }

    /// What a new part may be called by code.
    pub fn fresh_code(self) -> String {
        let page = self.page.get_value();
        let known = self.now_untracked(|now| {
            let units = now.units().iter().map(|unit| unit.code.clone());
            units.chain(now.ended().keys().cloned()).collect::<Vec<_>>()
        });
        let known = known.unwrap_or_default();
        let taken = |code: &str| page.used.iter().chain(&known).any(|used| used == code);
        page.kind
            .below()
            .and_then(|kind| next_code(&page.code, kind, taken))
            .unwrap_or_default()
    }

    /// Whether a step can be done now.
    fn can(self, op: &Op) -> bool {
        self.now_untracked(|now| now.apply(op).is_ok())
            .unwrap_or_default()
    }

    /// Says whether what is being dragged could be let go here.
    fn tried(self, op: &Op) {
        let refusal = self.now_untracked(|now| now.apply(op).err()).flatten();
        self.warn(refusal);
    }

    /// Says what is wrong with what is drawn so far. It hinders no further point: with that it may become right.
    fn looked_over(self, points: &[Place]) {
        // What was drawn to the end is told beside the map.
        if self.drawn.with_untracked(Option::is_some) {
            return;
        }
        let tool = self.tool.get_untracked();
        let chosen = self.selected.get_untracked().unwrap_or_default();
        let refusal = self.now_untracked(|now| match tool {
            Tool::Draw => now.ring_so_far(points),
            Tool::Split | Tool::Give => now.line_so_far(&chosen, points),
            Tool::Look | Tool::Move | Tool::Remove => None,
        });
        self.warn(refusal.flatten());
    }

    /// Shows why what is being done cannot be, with its place on the map; for `None` that it can be.
    fn warn(self, refusal: Option<Refusal>) {
        if self.trying.with_untracked(|trying| *trying != refusal) {
            self.map.trouble(refusal.as_ref().and_then(Refusal::place));
            self.trying.set(refusal);
        }
    }

    /// What follows from what happens on the map.
    pub fn heard(self, happening: Happening) {
        match happening {
            Happening::Did(op) => {
                self.act(op);
            }
            // Onto what it was let go beside, where that can be; else it stays where it was let go, or is told why not.
            Happening::Snapped { join, plain } => {
                let joins = self.can(&join);
                self.act(if joins { join } else { plain });
            }
            Happening::Trying(op) => {
                self.map.snap(None);
                self.tried(&op);
            }
            Happening::Nearing { join, plain } => {
                let joins = self.can(&join);
                self.map.snap(match join {
                    Op::Join { to, .. } if joins => Some(to),
                    _ => None,
                });
                self.tried(if joins { &join } else { &plain });
            }
            Happening::Drawn(line) => {
                self.sketched.set(0);
                self.refused.set(None);
                self.warn(None);
                self.drawn.set(Some(line));
            }
            Happening::Sketching(points) => {
                self.sketched.set(points.len());
                self.looked_over(&points);
            }
            Happening::Selected(code) => self.select(code),
            Happening::At { number, of, place } => {
                self.cursor
                    .set(format!("第 {number} 个顶点，一共 {of} 个，在{}", place.told()));
            }
            Happening::GaveUp => self.take(Tool::Look),
        }
    }

    /// Keeps what was done, one time after the other; what is done meanwhile is kept next.
    pub fn keep(self) {
        if matches!(self.keeping.get_untracked(), Keeping::Saving | Keeping::Waiting) {
            return;
        }
        self.keeping.set(Keeping::Saving);
        spawn_local(async move {
            loop {
                let changes = self.changes.get_untracked();
                let outcome = self.send().await;
                if self.keeping.is_disposed() {
                    return;
                }
                match outcome {
                    Ok(at) => {
                        self.saved.set(changes);
                        if self.changes.get_untracked() == changes {
                            self.shelf.clear();
                            self.on_device.set(false);
                            self.keeping.set(Keeping::Saved(at));
                            return;
                        }
                        // What has been done since is kept beside what the server has now.
                        self.keep_on_device();
                    }
                    Err(AppError::Unavailable) => {
                        self.keeping.set(Keeping::Waiting);
                        set_timeout(
                            move || {
                                if self.keeping.try_get_untracked() == Some(Keeping::Waiting) {
                                    self.keeping.set(Keeping::Nothing);
                                    self.keep();
                                }
                            },
                            AGAIN,
                        );
                        return;
                    }
                    Err(error) => {
                        self.keeping.set(Keeping::Failed(error));
                        return;
                    }
                }
            }
        });
    }

    async fn send(self) -> Result<Timestamp, AppError> {
        let ops = self.ops.with_untracked(serde_json::to_string);
        let ops = ops.map_err(|_| AppError::invalid("", "这些步骤存不下来。"))?;
        let (id, version) = self
            .draft
            .get_untracked()
            .map_or_else(|| (String::new(), 0), |(id, version)| (id.to_string(), version));
        let code = self.page.with_value(|page| page.code.clone());
        let saved = api::save_draft(code, id, version, ops, self.done.get_untracked()).await?;
        _ = self.draft.try_set(Some((saved.id, saved.version)));
        Ok(saved.at)
    }
}
