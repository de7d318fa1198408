//! Keys by which a list is gone through: `j` and `k` to the next row and the one before, Enter opens it, `x` ticks it. They are told with the
//! other shortcuts, and switched off with them.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::shortcuts::{self, PATIENCE_MS, PageKeys};

/// What a key does in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Next,
    Before,
    Tick,
}

impl Doing {
    fn of(key: &str) -> Option<Self> {
        match key {
            "j" => Some(Self::Next),
            "k" => Some(Self::Before),
            "x" => Some(Self::Tick),
            _ => None,
        }
    }

    /// Which of `rows` is meant, where one is at `at`; none of none.
    fn row(self, at: Option<usize>, rows: usize) -> Option<usize> {
        let last = rows.checked_sub(1)?;
        match (self, at) {
            (Self::Next, Some(at)) => Some(last.min(at + 1)),
            (Self::Next, None) => Some(0),
            (Self::Before, Some(at)) => Some(last.min(at.saturating_sub(1))),
            (Self::Before, None) => Some(last),
            (Self::Tick, at) => at.filter(|at| *at <= last),
        }
    }
}

const TOLD: [(&str, &str); 3] = [("j", "到下一行"), ("k", "到上一行"), ("Enter", "打开这一行")];
const TICKS: (&str, &str) = ("x", "勾选这一行");

/// Has the rows of the table in `root` gone through by keyboard: the first link of a row gets the focus. `ticks` if rows have a box.
pub fn use_list_keys(root: NodeRef<html::Div>, ticks: bool) {
    let told = use_context::<PageKeys>();
    let at = StoredValue::new(None::<usize>);
    let begun_at = StoredValue::new(f64::NEG_INFINITY);
    Effect::new(move |_| {
        if let Some(PageKeys(told)) = told {
            let ticks = ticks.then_some(TICKS);
            _ = told.try_set(TOLD.into_iter().chain(ticks).collect());
        }
        let handle = window_event_listener(ev::keydown, move |event| {
            if shortcuts::are_off() || shortcuts::belongs_elsewhere(&event) {
                return;
            }
            // The second of two keys is the way to a place.
            let begun = event.time_stamp() - begun_at.get_value() < PATIENCE_MS;
            let begins = event.key() == "g" && !begun;
            begun_at.set_value(if begins {
                event.time_stamp()
            } else {
                f64::NEG_INFINITY
            });
            let Some(doing) = Doing::of(&event.key()).filter(|_| !begun) else {
                return;
            };
            let rows = root.get_untracked().map(|root| rows(&root)).unwrap_or_default();
            let focused = rows.iter().position(has_focus);
            let Some(meant) = doing.row(focused.or(at.get_value()), rows.len()) else {
                return;
            };
            at.set_value(Some(meant));
            event.prevent_default();
            let selector = match doing {
                Doing::Next | Doing::Before => "a[href]",
                Doing::Tick => "input[type=checkbox]",
            };
            let found = rows.get(meant).and_then(|row| row.query_selector(selector).ok()?);
            let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) else {
                return;
            };
            match doing {
                Doing::Next | Doing::Before => _ = found.focus(),
                Doing::Tick => found.click(),
            }
        });
        on_cleanup(move || {
            handle.remove();
            if let Some(PageKeys(told)) = told {
                _ = told.try_set(Vec::new());
            }
        });
    });
}

/// The rows of what is listed, without those that name its columns.
fn rows(root: &web_sys::Element) -> Vec<web_sys::Element> {
    let all = root.get_elements_by_tag_name("tr");
    (0..all.length())
        .filter_map(|at| all.item(at))
        .filter(|row| matches!(row.closest("tbody"), Ok(Some(_))))
        .collect()
}

fn has_focus(row: &web_sys::Element) -> bool {
    matches!(row.query_selector(":focus"), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_through_a_list_and_stop_at_its_ends() {
        use Doing::{Before, Next, Tick};
        for (doing, at, rows, meant) in [
            (Next, None, 3, Some(0)),
            (Next, Some(0), 3, Some(1)),
            (Next, Some(2), 3, Some(2)),
            (Next, Some(9), 3, Some(2)),
            (Before, None, 3, Some(2)),
            (Before, Some(1), 3, Some(0)),
            (Before, Some(0), 3, Some(0)),
            (Tick, None, 3, None),
            (Tick, Some(1), 3, Some(1)),
            (Tick, Some(3), 3, None),
            (Next, None, 0, None),
        ] {
            assert_eq!(doing.row(at, rows), meant, "{doing:?} at {at:?} of {rows}");
        }
        assert_eq!(Doing::of("j"), Some(Next));
        assert_eq!(Doing::of("J"), None);
    }
}
