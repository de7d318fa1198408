//! Steps that the server does not have yet: kept on this device until it has them, and offered when the page opens again.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::{Timestamp, UserId};
use ui::{Notice, Tone};

use super::work::Work;
use crate::model::{
    coverage::Op,
    draft::{DraftId, OpenDraft},
};

/// What was drawn and not saved. Fields may be added with a default, never renamed: it outlives the version that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsaved {
    /// The draft as the server had it then.
    pub draft: Option<(DraftId, i64)>,
    pub ops: Vec<Op>,
    /// How many of them count.
    pub done: usize,
    /// By the device's clock.
    pub at: Timestamp,
}

impl Unsaved {
    /// Whether the server has all of it: its answer was lost on the way.
    pub fn is_in(&self, draft: Option<&OpenDraft>) -> bool {
        match draft {
            Some(draft) => draft.done == self.done && draft.ops == self.ops,
            None => self.done == 0,
        }
    }

    /// Whether something else was saved since.
    fn is_overtaken(&self, draft: Option<&OpenDraft>) -> bool {
        draft.map(|draft| (draft.id, draft.version)) != self.draft
    }
}

/// Where a page keeps its steps: each by itself, so that two tabs do not take them from each other.
#[derive(Clone, Copy)]
pub struct Shelf {
    /// Nobody who is not signed in draws.
    owner: Option<UserId>,
    /// What the page keeps them under, from its first step on.
    own: StoredValue<Option<String>>,
}

impl Shelf {
    pub fn new(owner: Option<UserId>) -> Self {
        Self {
            owner,
            own: StoredValue::new(None),
        }
    }

    fn of(code: &str) -> String {
        format!("map-edit/{code}/")
    }

    /// Keeps it, in place of what this page has kept before. Whether the device took it.
    pub fn keep(self, code: &str, unsaved: &Unsaved) -> bool {
        let Some(owner) = self.owner else { return false };
        let Ok(text) = serde_json::to_string(unsaved) else {
            return false;
        };
        let known = self.own.get_value();
        let own = known.unwrap_or_else(|| format!("{}{}", Self::of(code), unsaved.at.0));
        self.own.set_value(Some(own.clone()));
        ui::kept::keep(owner, &own, &text)
    }

    /// The server has what this page kept.
    pub fn clear(self) {
        if let Some(own) = self.own.get_value() {
            self.forget(&own);
        }
    }

    pub fn forget(self, what: &str) {
        if let Some(owner) = self.owner {
            ui::kept::forget(owner, what);
        }
    }

    /// What pages before this one have kept and the server does not have.
    pub fn left(self, code: &str, draft: Option<&OpenDraft>) -> Vec<(String, Unsaved)> {
        let Some(owner) = self.owner else {
            return Vec::new();
        };
        let mut left = Vec::new();
        for (what, text) in ui::kept::find(owner, &Self::of(code)) {
            // What cannot be read stays: another version of this page may know it.
            let Ok(unsaved) = serde_json::from_str::<Unsaved>(&text) else {
                continue;
            };
            if unsaved.is_in(draft) {
                self.forget(&what);
            } else {
                left.push((what, unsaved));
            }
        }
        left
    }
}

/// What the page says of a device's clock now.
pub fn device_time() -> Timestamp {
    // Whole milliseconds of a browser's clock fit.
    Timestamp((js_sys::Date::now() as i64).saturating_mul(1_000))
}

/// Offers what was left on this device, one after the other. Until that is decided nothing else is drawn.
#[component]
pub fn Offer(work: Work) -> impl IntoView {
    let draft = work.page.with_value(|page| page.draft.clone());
    let offer = move || {
        work.offered.with(|offered| {
            offered.first().map(|(_, unsaved)| {
                let instead = match (&draft, unsaved.is_overtaken(draft.as_ref())) {
                    (Some(draft), true) => format!(
                        "服务器上的草稿在那以后又存过（{}，{} 步）。用这台设备上的，就会代替服务器上的。",
                        draft.saved_at.zh_short(),
                        draft.done
                    ),
                    (None, true) => "那份草稿已经提交或者撤回了。用这台设备上的，就会另起一份。".to_owned(),
                    (_, false) => "用上以后会自动存到服务器。".to_owned(),
                };
                let at = unsaved.at.zh_short();
                match unsaved.done {
                    0 => format!("{at} 撤销了全部步骤，还没有存到服务器。{instead}"),
                    done => format!("{at} 画的，一共 {done} 步，还没有存到服务器。{instead}"),
                }
            })
        })
    };
    view! {
        {move || offer().map(|words| view! {
            <Notice tone=Tone::Due title="这台设备上有没存的改动" live=true>
                <p>{words}</p>
                <div class="buttons">
                    <button type="button" class="button" on:click=move |_| work.take_up()>"用这台设备上没存的改动"</button>
                    <button type="button" class="button plain" on:click=move |_| work.leave()>"不要了"</button>
                </div>
            </Notice>
        })}
        {move || work.left_out.get().map(|(missing, all)| {
            let words = if missing == all {
                "没存的步骤在现在的边界上都做不了，没有用上。".to_owned()
            } else {
                format!("没存的 {all} 步里有 {missing} 步在现在的边界上做不了，没有用上。请看一遍再接着改。")
            };
            view! { <Notice tone=Tone::Due live=true>{words}</Notice> }
        })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::border::tests::at;

    fn unsaved(draft: Option<(DraftId, i64)>, done: usize) -> Unsaved {
        let step = |by| Op::Move {
            from: at(0, 0),
            to: at(by, 0),
        };
        Unsaved {
            draft,
            ops: vec![step(1), step(2)],
            done,
            at: Timestamp(1),
        }
    }

    #[test]
    fn what_the_server_has_is_not_offered_and_what_was_saved_since_is_told() {
        let id = DraftId(uuid::Uuid::from_u128(1));
        let kept = unsaved(Some((id, 3)), 2);
        let saved = |version, done| OpenDraft {
            id,
            version,
            ops: kept.ops.clone(),
            done,
            reason: String::new(),
            basis: String::new(),
            effective_on: None,
            saved_at: Timestamp(2),
        };
        assert!(kept.is_in(Some(&saved(4, 2))), "the answer was lost");
        assert!(!kept.is_in(Some(&saved(3, 1))) && !kept.is_in(None));
        assert!(unsaved(None, 0).is_in(None), "all was undone");
        assert!(!kept.is_overtaken(Some(&saved(3, 1))));
        assert!(kept.is_overtaken(Some(&saved(4, 1))) && kept.is_overtaken(None));
        assert!(!unsaved(None, 1).is_overtaken(None));
        // It is read again as it was written.
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Unsaved>(&text).unwrap(), kept);
    }
}
